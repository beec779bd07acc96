"""What each key sends stays within its goal: the demo clinic at a fixed moment, every picture counted.

The goals are those of an 80x24 terminal. On a line of 9600 baud, 290 bytes are seen after 300 milliseconds
and 1 900 after two seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

import pytest

from tests.tui.hostile import LONG
from tests.tui.linestage import Clerk, counting

MOVE, SCROLL, CHANGE, LETTER, FIRST = 250, 400, 1500, 100, 4000
SLOW_MOVE, SLOW_CHANGE = 290, 1900
SLOW_TERMINALS = ("vt100", "linux", "xterm-256color") if LONG else ("vt100",)

Step = tuple[str, str, str, int]
"""What it is, the keys that lead to it, those that are counted one by one, and the most bytes that the
middle one of these may send."""

KEYS: tuple[Step, ...] = (
    ("to the right in the day", "", "right right left right", MOVE),
    ("down in the day", "left", "down down up down down", MOVE),
    ("below the last row", "pagedown", "down " * 9, SCROLL),
    ("another day", "f2 t", "full_stop comma comma", SLOW_CHANGE),
    ("down in the week", "t 2", "down right down", MOVE),
    ("the next week", "", "full_stop full_stop comma", CHANGE),
    ("to the right in the month", "t 3", "right down right", MOVE),
    ("the next month", "", "full_stop full_stop comma", SLOW_CHANGE),
    ("the quick line", "t 1", "a", CHANGE),
    ("the form", "escape", "A", CHANGE),
    ("a letter", "", "q z v", LETTER),
    ("the next field", "", "tab tab tab", MOVE),
    ("find", "escape", "slash", CHANGE),
    ("who is found", "j a", "down down up", MOVE),
    ("a tab", "enter", "right right right right", CHANGE),
    ("down in a list", "f6", "down down", MOVE),
    ("a list of the clinic", "f10", "right right", CHANGE),
    ("down in the journal", "f2 ctrl+d", "down down up", MOVE),
    ("below the last line of the journal", "pagedown", "down " * 5, SCROLL),
    ("help", "f2", "f1", CHANGE),
    ("commands", "escape", "ctrl+p", CHANGE),
    ("a visit is done, and is not", "escape tab", "c u", MOVE),
)
"""One after the other, on one screen or another."""

BACK: Step = ("the calendar again", "f2", "t", SLOW_CHANGE)
THERE_AND_BACK = (
    "2 full_stop 3 full_stop comma 1 pagedown a escape A escape f3 s f4 b f2 f6 f10 right f12 f2 ctrl+d f2 "
    "ctrl+l f2 Y tab f2 f5 f2 E f2 G f2 K f2 W f2 T f2 ctrl+r f2 slash j a enter right right right f2 f1 "
    "escape ctrl+p escape"
)
SCREENS: tuple[Step, ...] = tuple((f"by {key}", "", key, SLOW_CHANGE) for key in THERE_AND_BACK.split())
"""Every screen, there and back."""


async def over(clerk: Clerk, steps: Iterable[Step], limit: int | None = None) -> list[str]:
    """What sends more than it may, or than ``limit``."""
    found = []
    for name, way, keys, most in steps:
        await clerk.cost(*way.split())
        costs = [await clerk.cost(key) for key in keys.split()]
        assert any(costs), f"{name}: nothing changes\n{clerk.screen}"
        if median(costs) > (limit or most):
            found.append(f"{name}: {costs} > {limit or most}")
    return found


@pytest.mark.walk
async def test_no_key_sends_more_than_its_goal() -> None:
    async with counting() as clerk:
        assert clerk.line.count <= FIRST
        assert await over(clerk, KEYS) == []
        modes = clerk.app.profile.enter.encode() + clerk.line.taken
        assert not [mode for mode in (b"\x1b[?1000h", b"\x1b[?1002h", b"\x1b[?1003h") if mode in modes]


@pytest.mark.walk
@pytest.mark.parametrize("term", SLOW_TERMINALS)
async def test_on_a_slow_line_a_move_is_seen_at_once_and_a_screen_in_two_seconds(term: str) -> None:
    async with counting(term, slow="on") as clerk:
        assert await over(clerk, KEYS[:2], SLOW_MOVE) == []
        assert await over(clerk, [*KEYS[2:], BACK, *SCREENS], SLOW_CHANGE) == []


@pytest.mark.walk
async def test_a_program_that_is_left_alone_sends_nothing() -> None:
    async with counting() as clerk:
        before = clerk.line.count
        for _ in range(20):
            await clerk.pilot.pause(0.05)
        assert clerk.line.count == before
