"""What each key sends stays within its goal: the demo clinic at a fixed moment, every picture counted.

The goals are those of an 80x24 terminal. On a line of 9600 baud, 290 bytes are seen after 300 milliseconds
and 1 900 after two seconds.
"""

from __future__ import annotations

import pytest

from tests.tui.linestage import Clerk, counting

MOVE, SCROLL, CHANGE, LETTER, FIRST = 250, 400, 1500, 100, 4000
SLOW_MOVE, SLOW_CHANGE = 290, 1900

Step = tuple[str, tuple[str, ...], str, int]
"""What it is, the keys that lead to it, the key that is counted, and the most bytes it may send."""

KEYS: tuple[Step, ...] = (
    ("to the right in the day", (), "right", MOVE),
    ("down in the day", ("left",), "down", MOVE),
    ("onto a visit", ("right", "right", "up"), "down", MOVE),
    ("below the last row", ("pagedown", *["down"] * 9), "down", SCROLL),
    ("the next day", ("f2", "t"), "full_stop", CHANGE),
    ("down in the week", ("comma", "2"), "down", MOVE),
    ("the next week", (), "full_stop", CHANGE),
    ("to the right in the month", ("comma", "3"), "right", MOVE),
    ("the next month", (), "full_stop", CHANGE),
    ("the quick line", ("comma", "t", "1"), "a", CHANGE),
    ("the form", ("escape",), "A", CHANGE),
    ("a letter", (), "q", LETTER),
    ("the next letter", (), "z", LETTER),
    ("the next field", (), "tab", MOVE),
    ("find", ("escape",), "slash", CHANGE),
    ("who is found", ("j", "a"), "down", MOVE),
    ("the next tab", ("enter",), "right", CHANGE),
    ("the tab behind it", (), "right", CHANGE),
    ("down in a list", ("f6",), "down", MOVE),
    ("a list of the clinic", ("f10",), "right", CHANGE),
    ("down in the journal", ("f2", "ctrl+d"), "down", MOVE),
    ("below the last line of the journal", ("pagedown", *["down"] * 3), "down", SCROLL),
    ("help", ("f2",), "f1", CHANGE),
    ("commands", ("escape",), "ctrl+p", CHANGE),
    ("a visit is done", ("escape", "tab"), "c", MOVE),
    ("it is taken back", (), "u", MOVE),
)
"""One after the other, on one screen or another."""

THERE_AND_BACK = (
    "2 full_stop 3 full_stop comma 1 pagedown a escape A escape f3 s f4 b f2 f6 f10 right f12 f2 ctrl+d f2 ctrl+l"
    " f2 Y tab f2 f5 f2 E f2 G f2 K f2 W f2 T f2 ctrl+r f2 slash j a enter right right right f2 f1 escape ctrl+p"
)
SCREENS: tuple[Step, ...] = tuple((f"by {key}", (), key, SLOW_CHANGE) for key in THERE_AND_BACK.split())
"""Every screen, there and back."""


async def over(clerk: Clerk, steps: tuple[Step, ...]) -> list[str]:
    """What sends more than it may."""
    found = []
    for name, way, key, most in steps:
        await clerk.cost(*way)
        sent = await clerk.cost(key)
        assert sent, f"{name}: {key} changes nothing\n{clerk.screen}"
        if sent > most:
            found.append(f"{name}: {sent} > {most}")
    return found


async def over_most(clerk: Clerk, steps: tuple[Step, ...], most: int) -> list[str]:
    """The same, where all are held to ``most``."""
    return await over(clerk, tuple((name, way, key, most) for name, way, key, _ in steps))


@pytest.mark.walk
async def test_no_key_sends_more_than_its_goal() -> None:
    async with counting() as clerk:
        assert clerk.line.count <= FIRST
        assert await over(clerk, KEYS) == []
        assert b"\x1b[?100" not in clerk.app.profile.enter.encode() + clerk.line.taken, "no mouse"


@pytest.mark.walk
@pytest.mark.parametrize("term", ["vt100", "linux", "xterm-256color"])
async def test_on_a_slow_line_a_move_is_seen_at_once_and_a_screen_in_two_seconds(term: str) -> None:
    async with counting(term, slow="on") as clerk:
        assert await over(clerk, SCREENS) == []
    async with counting(term, slow="on") as clerk:
        assert await over_most(clerk, KEYS[:3], SLOW_MOVE) == []
        assert await over_most(clerk, KEYS[3:], SLOW_CHANGE) == []


@pytest.mark.walk
async def test_a_program_that_is_left_alone_sends_nothing() -> None:
    async with counting() as clerk:
        before = clerk.line.count
        for _ in range(20):
            await clerk.pilot.pause(0.05)
        assert clerk.line.count == before
