"""The month: a box for each day with how much is booked and who comes first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ..domain.moments import WEEKDAYS
from .blocks import Letterhead, letterhead, printed_foot
from .daysheet import hours
from .fonts import Fonts
from .paper import Paper, Printed
from .textpage import TextPage, as_text

FIRST_VISITS: Final = 12
"""As many visits of a day as the largest box has lines for."""
_NUMBER: Final = 7.0
_TEXT_VISITS: Final = 4


@dataclass(frozen=True, slots=True)
class DayBox:
    """One day of the month: what is booked, and the first visits as (time, customer).

    ``visits`` counts all that are not canceled, ``minutes`` what is booked of the day.
    """

    day: int
    visits: int = 0
    minutes: int = 0
    first: tuple[tuple[str, str], ...] = ()

    @property
    def told(self) -> str:
        """``12 · 6 h 30 min``; empty for a free day."""
        return f"{self.visits} · {hours(self.minutes)}" if self.visits else ""

    @property
    def booked(self) -> str:
        """The time alone, as short as it can be said: ``6:30h``."""
        return f"{self.minutes // 60}:{self.minutes % 60:02}h"


@dataclass(frozen=True, slots=True)
class MonthSheet:
    """A month on paper.

    ``month`` is "November 2026"; each of ``weeks`` is the number of the week and seven boxes, Monday
    first, None for a day of another month.
    """

    clinic: Letterhead
    month: str
    whose: str
    printed_at: str
    zone: str
    weeks: tuple[tuple[int, tuple[DayBox | None, ...]], ...]
    remark: str = ""

    @property
    def title(self) -> str:
        """What it is."""
        return f"Month sheet, {self.month}"

    @property
    def total(self) -> str:
        """All visits of the month and their time."""
        boxes = [box for _, week in self.weeks for box in week if box]
        visits, minutes = sum(box.visits for box in boxes), sum(box.minutes for box in boxes)
        return f"{'1 visit' if visits == 1 else f'{visits} visits'} · {hours(minutes)}"

    def pdf(self, created: datetime, *, size: str = "A4", fonts: Fonts | None = None) -> Printed:
        """The month on one page, upright paper turned on its side."""
        paper = Paper(size, title=self.title, fonts=fonts, landscape=True)
        paper.new_page()
        letterhead(paper, self.clinic, (self.month, self.whose, self.total))
        _Boxes(paper, self).draw()
        return paper.finish(created, foot=(self.foot, ""))

    def text(self, *, width: int = 80, ascii_only: bool = False) -> str:
        """The month as text, seven columns wide."""
        return as_text(_lines(TextPage(width, ascii_only), self))

    @property
    def foot(self) -> str:
        """When it was printed and what it leaves out."""
        return printed_foot(self.printed_at, self.zone, "canceled ones left out", self.remark)


class _Boxes:
    """The grid of one month."""

    def __init__(self, paper: Paper, sheet: MonthSheet) -> None:
        self._paper, self._sheet = paper, sheet
        self._wide = (paper.usable - _NUMBER) / 7
        self._line = paper.style(7.5)
        self._small = paper.style(7.5, grey=60)
        self._bold = paper.style(10, bold=True)

    def draw(self) -> None:
        """Weekdays, then the weeks, which share the height."""
        paper, head = self._paper, self._paper.style(8.5, bold=True, grey=60)
        baseline = paper.y + head.line_height * 0.8
        for at, name in enumerate(WEEKDAYS):
            paper.text(self._x(at), baseline, name, head, width=self._wide, align="C")
        top = baseline + 1.6
        tall = (paper.bottom - top) / len(self._sheet.weeks)
        for row, (number, week) in enumerate(self._sheet.weeks):
            y = top + row * tall
            paper.text(paper.left, y + self._line.line_height, str(number), self._small)
            for at, box in enumerate(week):
                self._box(self._x(at), y, tall, box)

    def _x(self, at: int) -> float:
        return self._paper.left + _NUMBER + at * self._wide

    def _box(self, x: float, y: float, tall: float, box: DayBox | None) -> None:
        paper, inside = self._paper, self._wide - 2
        if box is None:
            paper.area(x, y, self._wide, tall, grey=238)
            paper.frame(x, y, self._wide, tall)
            return
        paper.frame(x, y, self._wide, tall)
        baseline = y + self._bold.line_height
        used = paper.text(x + 1, baseline, str(box.day), self._bold)
        free = inside - used - 1
        told = box.told
        if paper.measure(told, self._small) > free:
            told = f"{box.visits} · {box.booked}"
        paper.text(x + 2 + used, baseline, told, self._small, width=free, align="R")
        room = int((tall - self._bold.line_height - 1.2) / self._line.line_height)
        for time, name in _that_fit(box, room):
            baseline += self._line.line_height
            # Apart, or a name that is read from right to left would take the time to its other side.
            used = paper.text(x + 1, baseline, time, self._line)
            if name:
                paper.text(x + 2 + used, baseline, name, self._line, width=inside - used - 1)


def _that_fit(box: DayBox, lines: int) -> list[tuple[str, str]]:
    """The first visits on so many lines; the last line counts those that found none."""
    if box.visits <= lines and box.visits <= len(box.first):
        return list(box.first)
    kept = list(box.first[: max(0, lines - 1)])
    return [*kept, (f"+{box.visits - len(kept)} more", "")] if lines > 0 else []


def _lines(page: TextPage, sheet: MonthSheet) -> Iterator[str]:
    yield from page.head(sheet.clinic, (sheet.month, sheet.whose, sheet.total))
    wide = (page.width - 3) // 7 - 1
    yield "   " + " ".join(page.pad(name, wide) for name in WEEKDAYS)
    for number, week in sheet.weeks:
        boxes = [_box_lines(page, box, wide) for box in week]
        for at in range(max(map(len, boxes))):
            lead = f"{number:>2} " if at == 0 else "   "
            yield lead + " ".join(page.pad(box[at] if at < len(box) else "", wide) for box in boxes)
        yield ""
    yield from page.foot(sheet.foot)


def _box_lines(page: TextPage, box: DayBox | None, wide: int) -> list[str]:
    if box is None:
        return [""]
    count = str(box.visits) if box.visits else ""
    head = f"{box.day:>2}" + count.rjust(max(0, wide - 2))
    booked = [box.booked.rjust(wide)] if box.visits else []
    return [head, *booked, *(page.clean(" ".join(line), wide) for line in _that_fit(box, _TEXT_VISITS))]
