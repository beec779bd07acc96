"""Appointments over some days, day by day: one staff member's schedule, or everybody's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from .blocks import (
    Cell,
    Column,
    Letterhead,
    LineTable,
    letterhead,
    printed_foot,
    running_head,
)
from .daysheet import LEGEND
from .fonts import Fonts
from .paper import Paper, Printed
from .textpage import TextColumn, TextPage, as_text

_GAP: Final = 1.6


@dataclass(frozen=True, slots=True)
class Entry:
    """One appointment as it shall read.

    ``time`` is the wall time "10:30-11:00"; ``known`` what tells two people of one name apart, "52 y,
    +44 113 496 0001"; ``staff`` is empty where the whole paper is one person's.
    """

    time: str
    minutes: int
    customer: str
    known: str = ""
    about: str = ""
    where: str = ""
    staff: str = ""
    status: str = "S"


@dataclass(frozen=True, slots=True)
class ScheduleDay:
    """A day and its appointments, by start, of which ``count`` count; ``label`` is "Tue 24 Nov 2026"."""

    label: str
    count: int = 0
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Schedule:
    """Appointments on paper; days without any are left out.

    ``span`` is "23 Nov 2026 to 6 Dec 2026", ``whose`` a name or "The whole team", ``remark`` says
    what is left out.
    """

    clinic: Letterhead
    span: str
    whose: str
    printed_at: str
    zone: str
    days: tuple[ScheduleDay, ...]
    remark: str = ""

    @property
    def title(self) -> str:
        """What it is."""
        return f"Schedule, {self.span}"

    @property
    def filled(self) -> tuple[ScheduleDay, ...]:
        """The days that hold something."""
        return tuple(day for day in self.days if day.entries)

    def pdf(self, created: datetime, *, size: str = "A4", fonts: Fonts | None = None) -> Printed:
        """The schedule as PDF, upright."""
        paper = Paper(size, title=self.title, fonts=fonts)
        paper.new_page()
        letterhead(paper, self.clinic, ("Schedule", self.span, self.whose))
        for day in self.filled:
            _day(paper, self, day)
        if not self.filled:
            _nothing(paper, self)
        return paper.finish(created, foot=(self.foot, LEGEND))

    def text(self, *, width: int = 80, ascii_only: bool = False) -> str:
        """The schedule as text."""
        return as_text(_lines(TextPage(width, ascii_only), self))

    @property
    def foot(self) -> str:
        """When it was printed and what it leaves out."""
        return printed_foot(self.printed_at, self.zone, self.remark)


def _day(paper: Paper, sheet: Schedule, day: ScheduleDay) -> None:
    def next_page() -> None:
        paper.new_page()
        running_head(paper, f"{sheet.clinic.name} · Schedule", f"{sheet.whose} · {day.label}")

    team = any(entry.staff for entry in day.entries)
    columns = _columns(paper, team)
    table = LineTable(paper, columns, next_page)
    rows = [_cells(paper, entry, columns) for entry in day.entries]
    if paper.room < 20 + table.height(rows[0]):  # no heading alone at the foot of a page
        next_page()
    style = paper.style(11.5, bold=True)
    paper.area(paper.left, paper.y, paper.usable, style.line_height + 1.6, grey=232)
    baseline = paper.y + style.line_height * 0.9
    paper.text(paper.left + 1.5, baseline, day.label, style)
    paper.text(paper.right - 1.5, baseline, counted(day.count), paper.style(9), align="R")
    paper.y += style.line_height + 2.2
    table.titles()
    for row in rows:
        table.row(row)
    paper.y += 4


def counted(count: int) -> str:
    """``1 appointment``, ``12 appointments``."""
    return "1 appointment" if count == 1 else f"{count} appointments"


def _nothing(paper: Paper, sheet: Schedule) -> None:
    style = paper.style(11)
    line = f"No appointments from {sheet.span}."
    paper.text(paper.left, paper.y + style.line_height * 1.5, line, style, width=paper.usable)


def _columns(paper: Paper, team: bool) -> tuple[Column, ...]:
    unit = paper.scale
    fixed = (Column("Time", 25 * unit), Column("", 6 * unit, "C"))
    free = paper.usable - sum(column.width for column in fixed)
    if not team:
        return (*fixed, Column("Customer", free * 0.48), Column("Purpose", free * 0.52))
    shares = (("With", 0.2), ("Customer", 0.4), ("Purpose", 0.4))
    return (*fixed, *(Column(title, free * share) for title, share in shares))


def _cells(paper: Paper, entry: Entry, columns: tuple[Column, ...]) -> tuple[Cell, ...]:
    bold, small, plain = paper.style(10, bold=True), paper.style(8.5, grey=30), paper.style(9.5)
    name = paper.style(10, bold=True, struck=entry.status == "X")
    free = [column.width - _GAP for column in columns[2:]]
    time = ((entry.time, bold), (f"{entry.minutes} min", small))
    customer = [(line, name) for line in paper.wrap(entry.customer, free[-2], name, 2)]
    customer += [(line, small) for line in paper.wrap(entry.known, free[-2], small, 2)]
    about = [(line, plain) for line in paper.wrap(entry.about, free[-1], plain, 2)]
    about += [(line, small) for line in paper.wrap(entry.where, free[-1], small, 1)]
    cells: list[Cell] = [time, ((entry.status, bold),)]
    if len(columns) == 5:
        cells.append(tuple((line, plain) for line in paper.wrap(entry.staff, free[0], plain, 2)))
    return (*cells, tuple(customer), tuple(about))


def _lines(page: TextPage, sheet: Schedule) -> Iterator[str]:
    yield from page.head(sheet.clinic, ("Schedule", sheet.span, sheet.whose))
    for day in sheet.filled:
        yield ""
        yield page.fit(f"{day.label} · {counted(day.count)}")
        team = any(entry.staff for entry in day.entries)
        rows = [_text_cells(entry, team) for entry in day.entries]
        yield from page.table(_TEXT_COLUMNS if team else _TEXT_COLUMNS[:2] + _TEXT_COLUMNS[3:], rows)
    if not sheet.filled:
        yield from ("", page.fit(f"No appointments from {sheet.span}."))
    yield ""
    yield from page.foot(sheet.foot, LEGEND)


_TEXT_COLUMNS: Final = (
    TextColumn("Time", firm=True),
    TextColumn("", firm=True),
    TextColumn("With"),
    TextColumn("Customer"),
    TextColumn("Known by"),
    TextColumn("Purpose"),
    TextColumn("Where"),
)


def _text_cells(entry: Entry, team: bool) -> tuple[str, ...]:
    staff = (entry.staff,) if team else ()
    return entry.time, entry.status, *staff, entry.customer, entry.known, entry.about, entry.where
