"""A report on paper: its chart as bars or as a map of the week, its figures, and how they were counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ..lists.spec import Table
from .blocks import Letterhead, letterhead, printed_foot, running_head
from .fonts import Fonts
from .grid import Grid, text_columns
from .listreport import grid_columns
from .paper import Paper, Printed
from .textpage import TextPage, as_text
from .tillblocks import paragraph

MOST_BARS: Final = 62
"""Lines that the chart has bars for; more are told by their figures alone."""
_BAR: Final = 3.0
_LABEL: Final = 0.27
"""The part of the width that labels take."""
_FIGURE: Final = 17.0
_GREYS: Final = (120, 190)
_TEXT_LABEL, _TEXT_FIGURE = 20, 12
_SIGNS: Final = "#="


@dataclass(frozen=True, slots=True)
class Bars:
    """One line of the chart: for each series its value as text, and its length, 0 to 1."""

    label: str
    values: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class WeekMap:
    """Hours as titles; weekdays with a cell per hour: its text, and how full it is, 0 to 1, None for none."""

    hours: tuple[str, ...]
    days: tuple[tuple[str, tuple[tuple[str, float | None], ...]], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A report as plain data. ``span`` is its period, ``series`` are the names of what the bars show."""

    clinic: Letterhead
    table: Table
    span: str
    printed_at: str
    zone: str
    series: tuple[str, ...] = ()
    bars: tuple[Bars, ...] = ()
    week: WeekMap | None = None
    narrowed: str = ""
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What it is."""
        return self.table.title

    @property
    def drawn(self) -> tuple[Bars, ...]:
        """The bars, where there are not too many to look at."""
        return self.bars if len(self.bars) <= MOST_BARS else ()

    def pdf(self, created: datetime, *, size: str = "A4", fonts: Fonts | None = None) -> Printed:
        """The report as PDF, upright; the chart first."""
        paper = Paper(size, title=self.title, fonts=fonts)

        def next_page() -> None:
            paper.new_page()
            running_head(paper, f"{self.clinic.name} · {self.title}", self.span)

        paper.new_page()
        letterhead(paper, self.clinic, (self.title, self.span))
        if self.narrowed:
            paragraph(paper, f"Only: {self.narrowed}", paper.style(9), next_page)
            paper.y += 1.5
        if self.week:
            _week(paper, self.week, next_page)
        _bars(paper, self, next_page)
        strong = (len(self.table.rows) - 1,)
        Grid(paper, grid_columns(self.table), self.table.rows, next_page, strong=strong).draw()
        paper.y += 3
        for note in self.notes:
            paragraph(paper, note, paper.style(8.5), next_page)
        return paper.finish(created, foot=(printed_foot(self.printed_at, self.zone),))

    def text(self, *, width: int = 80, ascii_only: bool = False) -> str:
        """The report as text, its chart drawn with number signs."""
        return as_text(_lines(TextPage(width, ascii_only), self))


# --- on paper --------------------------------------------------------------------------------------


def _week(paper: Paper, week: WeekMap, next_page: Callable[[], None]) -> None:
    """Cells as dark as they are full, the figure in each: it can be read without the shade."""
    style, small = paper.style(8.5), paper.style(7.5)
    label = 22.0 * paper.scale
    wide = (paper.usable - label) / max(1, len(week.hours))
    tall = style.line_height + 2.4
    if paper.room < tall * (len(week.days) + 1):
        next_page()
    for place, hour in enumerate(week.hours):
        x = paper.left + label + place * wide
        paper.text(x, paper.y + small.line_height, hour, small, width=wide, align="C")
    paper.y += small.line_height + 1.5
    for day, cells in week.days:
        baseline = paper.y + tall * 0.68
        paper.text(paper.left, baseline, day, style, width=label)
        for place, (text, full) in enumerate(cells):
            x = paper.left + label + place * wide
            if full is not None:
                paper.area(x, paper.y, wide - 0.4, tall - 0.4, grey=round(250 - 90 * min(1.0, full)))
            paper.text(x, baseline, text, small, width=wide - 0.4, align="C")
        paper.y += tall
    paper.y += 4


def _bars(paper: Paper, report: Report, next_page: Callable[[], None]) -> None:
    if not report.drawn:
        return
    _legend(paper, report.series)
    style = paper.style(8.5)
    label, figure = paper.usable * _LABEL, _FIGURE * paper.scale
    room = paper.usable - label - figure
    for line in report.drawn:
        tall = max(style.line_height, _BAR * len(line.values)) + 1.2
        if tall > paper.room:
            next_page()
        middle = paper.y + tall / 2
        paper.text(paper.left, middle + style.line_height * 0.3, line.label, style, width=label - 2)
        y = middle - _BAR * len(line.values) / 2
        for grey, (text, length) in zip(_GREYS, line.values, strict=False):
            x = paper.left + label
            if length > 0:
                paper.area(x, y + 0.25, max(0.3, room * length), _BAR - 0.5, grey=grey)
            beside = x + room * length + 1
            paper.text(beside, y + _BAR * 0.8, text, paper.style(7.5), width=figure)
            y += _BAR
        paper.y += tall
    paper.y += 4


def _legend(paper: Paper, series: Sequence[str]) -> None:
    style, x = paper.style(8.5), paper.left + paper.usable * _LABEL
    for grey, name in zip(_GREYS, series, strict=False):
        paper.area(x, paper.y + 0.8, 3, 2.2, grey=grey)
        paper.text(x + 4, paper.y + 2.9, name, style)
        x += 10 + paper.measure(name, style)
    paper.y += style.line_height + 1.5


# --- as text ---------------------------------------------------------------------------------------


def _lines(page: TextPage, report: Report) -> Iterator[str]:
    yield from page.head(report.clinic, (report.title, report.span))
    if report.narrowed:
        yield from page.wrapped(f"Only: {report.narrowed}", page.width)
    if report.week:
        yield from _week_lines(page, report.week)
    yield from _bar_lines(page, report)
    yield ""
    yield from page.table(text_columns(grid_columns(report.table)), report.table.rows)
    yield "-" * page.width
    for note in report.notes:
        yield from page.wrapped(note, page.width)
    yield from page.foot(printed_foot(report.printed_at, report.zone))


def _week_lines(page: TextPage, week: WeekMap) -> Iterator[str]:
    wide = max((len(text) for _, cells in week.days for text, _ in cells), default=2) + 1
    wide = max(wide, 3)
    yield ""
    yield f"{'':9}" + "".join(hour.rjust(wide) for hour in week.hours)
    for day, cells in week.days:
        yield page.pad(day, 9) + "".join(text.rjust(wide) for text, _ in cells)


def _bar_lines(page: TextPage, report: Report) -> Iterator[str]:
    if not report.drawn:
        return
    yield ""
    yield page.fit(" ".join(f"{sign} {name}" for sign, name in zip(_SIGNS, report.series, strict=False)))
    room = page.width - _TEXT_LABEL - _TEXT_FIGURE
    for line in report.drawn:
        for place, (text, length) in enumerate(line.values):
            bar = _SIGNS[place] * max(round(room * length), 1 if length > 0 else 0)
            yield f"{page.pad('' if place else line.label, _TEXT_LABEL)} {bar} {text}".rstrip()
