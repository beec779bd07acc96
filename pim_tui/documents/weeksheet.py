"""The week: a column for each day with its visits one below the other, the team's or one person's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from .blocks import Letterhead, letterhead, printed_foot, running_head
from .daysheet import LEGEND
from .fonts import Fonts
from .ink import Style
from .paper import Paper, Printed
from .textpage import TextColumn, TextPage, as_text

_GAP: Final = 1.6
_WORKDAYS: Final = 5


@dataclass(frozen=True, slots=True)
class Visit:
    """One appointment as it shall read.

    ``time`` is the wall time "10:30-11:00"; ``who`` the initials of the staff member, empty where the
    whole paper is one person's; ``about`` its type and reason; ``status`` the letter of its state.
    """

    time: str
    customer: str
    who: str = ""
    about: str = ""
    where: str = ""
    status: str = "S"


@dataclass(frozen=True, slots=True)
class Day:
    """One day, its visits by start, of which ``count`` count; ``label`` is "Tue 24 Nov 2026"."""

    label: str
    count: int = 0
    visits: tuple[Visit, ...] = ()


@dataclass(frozen=True, slots=True)
class WeekSheet:
    """A week on paper, Monday first.

    ``week`` is "Week 48 · 23 Nov 2026 to 29 Nov 2026", ``whose`` "The whole team" or a name,
    ``initials`` explain those in the columns, ``remark`` says what is left out.
    """

    clinic: Letterhead
    week: str
    whose: str
    printed_at: str
    zone: str
    days: tuple[Day, ...]
    initials: tuple[str, ...] = ()
    remark: str = ""
    landscape: bool = True

    @property
    def title(self) -> str:
        """What it is."""
        return f"Week sheet, {self.week}"

    @property
    def shown(self) -> tuple[Day, ...]:
        """The days that get a column: the first five, and of the others those with visits."""
        return self.days[:_WORKDAYS] + tuple(day for day in self.days[_WORKDAYS:] if day.visits)

    def pdf(self, created: datetime, *, size: str = "A4", fonts: Fonts | None = None) -> Printed:
        """The week as PDF; a day that is longer than the page goes on in its column on the next one."""
        paper = Paper(size, title=self.title, fonts=fonts, landscape=self.landscape)
        paper.new_page()
        letterhead(paper, self.clinic, ("Week sheet", self.week, self.whose))
        _explain(paper, self.initials)
        _Columns(paper, self).draw()
        return paper.finish(created, foot=(self.foot, LEGEND))

    @property
    def foot(self) -> str:
        """When it was printed and what it leaves out."""
        return printed_foot(self.printed_at, self.zone, self.remark)

    def text(self, *, width: int = 80, ascii_only: bool = False) -> str:
        """The week as text, day by day."""
        return as_text(_lines(TextPage(width, ascii_only), self))


def _explain(paper: Paper, initials: tuple[str, ...]) -> None:
    """Whose initials stand in the columns, above them."""
    style = paper.style(7.5, grey=60)
    for line in paper.wrap(" · ".join(initials), paper.usable, style, 5):
        paper.text(paper.left, paper.y + style.line_height * 0.8, line, style)
        paper.y += style.line_height
    paper.y += 0.8


class _Columns:
    """Fills the columns of a page, then of the next one, until every day is told."""

    def __init__(self, paper: Paper, sheet: WeekSheet) -> None:
        self._paper, self._sheet = paper, sheet
        self._days = sheet.shown
        self._width = paper.usable / len(self._days)
        self._time = _that_fits(paper, self._width - _GAP)
        self._name = paper.style(8.5)
        self._small = paper.style(7.5, grey=60)

    def draw(self) -> None:
        """Every visit of every day."""
        left = [list(day.visits) for day in self._days]
        self._page(left, first=True)
        while any(left):
            self._paper.new_page()
            running_head(self._paper, f"{self._sheet.clinic.name} · Week sheet", self._sheet.week)
            self._page(left, first=False)

    def _page(self, left: list[list[Visit]], *, first: bool) -> None:
        """One page; takes from ``left`` what found room."""
        paper = self._paper
        top = self._heads(left, first)
        for at, visits in enumerate(left):
            x, y = self._x(at), top
            while visits:
                block = self._block(visits[0])
                tall = sum(style.line_height for _, _, style in block) + _GAP
                if y + tall > paper.bottom and y > top:
                    break
                self._draw(x, y, block, struck=visits[0].status == "X")
                visits.pop(0)
                y += tall
                paper.rule(x, y, x + self._width - _GAP, y, weight=0.1, grey=170)
        for at in range(1, len(self._days)):
            x = self._x(at) - _GAP / 2
            paper.rule(x, paper.y, x, paper.bottom, weight=0.15, grey=150)

    def _x(self, at: int) -> float:
        return self._paper.left + at * self._width

    def _heads(self, left: list[list[Visit]], first: bool) -> float:
        """The days' names over their columns; the height at which the visits begin."""
        paper, style = self._paper, self._paper.style(9, bold=True)
        paper.area(paper.left, paper.y, paper.usable, style.line_height * 2 + 1.4, grey=232)
        baseline = paper.y + style.line_height
        for at, day in enumerate(self._days):
            x, width = self._x(at) + 0.6, self._width - _GAP
            paper.text(x, baseline, day.label.rpartition(" ")[0], style, width=width)
            told = _counted(day.count) if first else "continued" if left[at] else "no more"
            paper.text(x, baseline + style.line_height, told, self._small, width=width)
        return baseline + style.line_height + 1.6

    def _block(self, visit: Visit) -> list[tuple[str, str, Style]]:
        """The lines of one visit: text on the left, text on the right, style."""
        paper, width = self._paper, self._width - _GAP
        letter = "" if visit.status == "S" else f" {visit.status}"
        lines = [(f"{visit.time}{letter}", visit.who, self._time)]
        lines += [(line, "", self._name) for line in paper.wrap(visit.customer, width, self._name, 2)]
        about = " · ".join(filter(None, (visit.about, visit.where)))
        return lines + [(line, "", self._small) for line in paper.wrap(about, width, self._small, 2)]

    def _draw(self, x: float, y: float, block: list[tuple[str, str, Style]], *, struck: bool) -> None:
        paper = self._paper
        for left, right, style in block:
            y += style.line_height
            baseline, width = y - style.line_height * 0.15, self._width - _GAP
            through = struck and style is self._name
            shown = paper.style(8.5, struck=True) if through else style
            used = paper.text(x, baseline, left, shown, width=width)
            if right and width - used > 3:
                paper.text(x + used + 1, baseline, right, self._small, width=width - used - 1, align="R")


def _that_fits(paper: Paper, width: float) -> Style:
    """The largest style in which no column cuts a time."""
    styles = [paper.style(size, bold=True) for size in (8.5, 8.0, 7.0, 6.0)]
    widest = "00:00-00:00 M"
    return next((one for one in styles if paper.measure(widest, one) <= width), paper.style(5, bold=True))


def _counted(count: int) -> str:
    return "1 visit" if count == 1 else f"{count} visits" if count else "no visits"


def _lines(page: TextPage, sheet: WeekSheet) -> Iterator[str]:
    yield from page.head(sheet.clinic, ("Week sheet", sheet.week, sheet.whose))
    for day in sheet.shown:
        yield ""
        yield page.fit(f"{day.label} · {_counted(day.count)}")
        if day.visits:
            yield from page.table(_TEXT_COLUMNS, [_cells(visit) for visit in day.visits])
    yield ""
    yield from page.wrapped(" · ".join(sheet.initials), page.width)
    yield from page.foot(sheet.foot, LEGEND)


_TEXT_COLUMNS: Final = (
    TextColumn("Time", firm=True),
    TextColumn("", firm=True),
    TextColumn("With", firm=True),
    TextColumn("Customer"),
    TextColumn("About"),
    TextColumn("Where"),
)


def _cells(visit: Visit) -> tuple[str, ...]:
    return visit.time, visit.status, visit.who, visit.customer, visit.about, visit.where
