"""What each key sends stays within its goal, and near what it sent when it was measured last: the demo clinic
on each day of a week, every picture counted.

The goals are those of an 80x24 terminal. On a line of 9600 baud, 290 bytes are seen after 300 milliseconds
and 1 900 after two seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from itertools import product
from statistics import median
from typing import Any, NamedTuple
from unittest import mock

import pytest

from pim_tui.tui.terminal import difference, driver, scrolls
from pim_tui.tui.terminal.difference import between
from pim_tui.tui.terminal.writing import Writing
from tests.tui.hostile import LONG
from tests.tui.linestage import WEEK, Clerk, counting

MOVE, SCROLL, CHANGE, LETTER, FIRST = 250, 400, 1500, 100, 4000
SLOW_MOVE, SLOW_CHANGE = 290, 1900
FULL_DAY = 2000
"""A full day for another in colour; a line of 9600 baud gets none unless it is asked for."""
DAYS = range(len(WEEK))
SLOW_TERMINALS = ("vt100", "linux", "xterm-256color") if LONG else ("vt100",)


class Step(NamedTuple):
    """What it is, the keys that lead to it, those that are counted one by one, the goal of the middle one of
    these, and what that sent when it was measured last, on the day on which that is most; 0: not kept."""

    name: str
    way: str
    keys: str
    goal: int
    kept: int = 0

    def most(self, day: int) -> int:
        """What the middle one may send on a day of the week, 0 for Monday."""
        goal = self.goal if day == 0 else OTHER_DAYS.get(self.name, self.goal)
        return min(goal, self.kept + self.kept // 8 + 16) if self.kept else goal


KEYS = (
    Step("to the right in the day", "", "right right left right", MOVE, 44),
    Step("down in the day", "left", "down down up down down", MOVE, 45),
    Step("below the last row", "pagedown", "down " * 9, SCROLL, 377),
    Step("another day", "f2 t", "full_stop comma comma", SLOW_CHANGE, 1969),
    Step("down in the week", "t 2", "down right down", MOVE, 31),
    Step("the next week", "", "full_stop full_stop comma", CHANGE, 1108),
    Step("to the right in the month", "t 3", "right down right", MOVE, 40),
    Step("the next month", "", "full_stop full_stop comma", SLOW_CHANGE, 615),
    Step("the quick line", "t 1", "a", CHANGE, 397),
    Step("the form", "escape", "A", CHANGE, 623),
    Step("a letter", "", "q z v", LETTER, 16),
    Step("the next field", "", "tab tab tab", MOVE, 127),
    Step("find", "escape", "slash", CHANGE, 510),
    Step("who is found", "j a", "down down up", MOVE, 70),
    Step("a tab", "enter", "right right right right", CHANGE, 358),
    Step("down in a list", "f6", "down down", MOVE, 67),
    Step("a list of the clinic", "f10", "right right", CHANGE, 515),
    Step("down in the journal", "f2 ctrl+d", "down down up", MOVE, 102),
    Step("below the last line of the journal", "pagedown", "down " * 5, SCROLL, 118),
    Step("help", "f2", "f1", CHANGE, 1432),
    Step("commands", "escape", "ctrl+p", CHANGE, 1494),
    Step("a visit is done, and is not", "escape tab", "c u", MOVE, 501),
)
"""One after the other, on one screen or another."""
OTHER_DAYS = {"another day": FULL_DAY, "a visit is done, and is not": CHANGE}
"""Goals of what is more on other days than Monday: there the visit is beyond the edge, and is scrolled to."""

THERE_AND_BACK = (
    "f2 t 2 full_stop 3 full_stop comma 1 pagedown a escape A escape f3 s f4 b f2 f6 f10 right f12 f2 ctrl+d "
    "f2 ctrl+l f2 Y tab f2 f5 f2 E f2 G f2 K f2 W f2 T f2 ctrl+r f2 slash j a enter right right right f2 f1 "
    "escape ctrl+p escape"
)
"""Every screen, there and back."""


async def over(clerk: Clerk, steps: Iterable[Step], day: int = 0) -> list[str]:
    """What sends more than it may on this day."""
    found = []
    for step in steps:
        await clerk.cost(*step.way.split())
        costs = [await clerk.cost(key) for key in step.keys.split()]
        assert any(costs), f"{step.name}: nothing changes\n{clerk.screen}"
        if median(costs) > step.most(day):
            found.append(f"{step.name}: {costs} > {step.most(day)}")
    return found


@pytest.mark.walk
@pytest.mark.parametrize("day", DAYS)
async def test_no_key_sends_more_than_its_goal_nor_than_it_did(day: int) -> None:
    async with counting(at=WEEK[day]) as clerk:
        assert clerk.line.count <= FIRST
        assert await over(clerk, KEYS, day) == []
        modes = clerk.app.profile.enter.encode() + clerk.line.taken
        assert not [mode for mode in (b"\x1b[?1000h", b"\x1b[?1002h", b"\x1b[?1003h") if mode in modes]


@pytest.mark.walk
@pytest.mark.parametrize(("term", "day"), [*product(SLOW_TERMINALS, DAYS)])
async def test_on_a_slow_line_a_move_is_seen_at_once_and_every_screen_in_two_seconds(
    term: str, day: int
) -> None:
    async with counting(term, at=WEEK[day], slow="on") as clerk:
        assert await over(clerk, [step._replace(goal=SLOW_MOVE) for step in KEYS[:2]]) == []
        keys = [key for step in KEYS[2:] for key in (step.way + " " + step.keys).split()]
        costs = [(key, await clerk.cost(key)) for key in [*keys, *THERE_AND_BACK.split()]]
        assert [(key, cost) for key, cost in costs if cost > SLOW_CHANGE] == []


@pytest.mark.walk
async def test_a_program_that_is_left_alone_sends_nothing() -> None:
    async with counting() as clerk:
        await clerk.until(lambda: "40 to move" in clerk.screen)
        await clerk.quiet()
        before = clerk.line.count
        for _ in range(20):
            await clerk.pilot.pause(0.05)
        assert clerk.line.count == before


def _whole(shown: difference.Shown, *wanted: Any) -> str:
    shown.forget()
    return between(shown, *wanted)


_passed = Writing._passed


def _forgotten(writing: Writing, x: int) -> None:
    _passed(writing, x)
    writing.hand.pen = None


FAULTS: dict[str, Callable[[], AbstractContextManager[object]]] = {
    "the whole screen": lambda: mock.patch.object(driver, "between", _whole),
    "whole rows": lambda: mock.patch.object(difference, "_changed", lambda old, new: [*range(len(new))]),
    "each colour again": lambda: mock.patch.object(Writing, "_passed", _forgotten),
    "nothing scrolled": lambda: mock.patch.object(scrolls, "find", return_value=None),
}
"""What a driver may do wrong without anybody seeing it on the screen."""


@pytest.mark.walk
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_driver_that_sends_too_much_is_found_out(fault: str) -> None:
    with FAULTS[fault]():
        async with counting() as clerk:
            assert await over(clerk, KEYS[:3])
