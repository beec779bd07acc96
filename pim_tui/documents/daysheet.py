"""The day sheet: everybody's appointments of one day on paper, to work from and to tick off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from .blocks import (
    Cell,
    Column,
    Letterhead,
    LineTable,
    TickBox,
    Total,
    letterhead,
    printed_foot,
    running_head,
    totals,
)
from .fonts import Fonts
from .ink import Style
from .paper import Paper, Printed, printable

LEGEND = "S scheduled · C completed · M missed · X canceled"


@dataclass(frozen=True, slots=True)
class Row:
    """One appointment, every value as it shall read.

    ``time`` is the wall time "10:30-11:00"; ``birth`` age and birth date "52 y, 3 Mar 1974";
    ``status`` the letter of :class:`pim_tui.domain.states.Status`. Who came is ticked when the sheet
    is printed, the rest by pen; what is missed or canceled has no boxes. ``due`` says what is owed: "owes
    35.00 EUR".
    """

    time: str
    minutes: int
    customer: str
    birth: str = ""
    phone: str = ""
    purpose: str = ""
    room: str = ""
    mode: str = ""
    status: str = "S"
    alerts: tuple[str, ...] = ()
    note: str = ""
    arrived: bool = False
    due: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One staff member's day, in order of time; ``blank`` rows follow, to write in who comes besides."""

    staff: str
    rows: tuple[Row, ...] = ()
    totals: tuple[Total, ...] = ()
    blank: int = 0


@dataclass(frozen=True, slots=True)
class DaySheet:
    """A day on paper.

    ``day`` and ``printed_at`` are ready to read ("Tue 24 Nov 2026"); ``zone`` is the IANA name of the
    clinic's zone, in which every time stands; ``notes`` follow after the last section.
    """

    clinic: Letterhead
    day: str
    printed_at: str
    zone: str
    sections: tuple[Section, ...] = ()
    notes: tuple[str, ...] = ()
    title: str = "Day sheet"

    @property
    def empty(self) -> bool:
        """Whether nobody has an appointment that day."""
        return not any(section.rows for section in self.sections)

    def of(self, staff: str) -> DaySheet:
        """The same sheet with one staff member's section only."""
        chosen = tuple(section for section in self.sections if section.staff == staff)
        return replace(self, sections=chosen)


def count_totals(rows: Sequence[Row]) -> tuple[Total, ...]:
    """How many appointments, how long they occupy (T5: S and C), how many fell through.

    What is canceled is no appointment any more, as in the calendar.
    """
    by_status = Counter(row.status for row in rows)
    booked = sum(row.minutes for row in rows if row.status in ("S", "C"))
    found = [Total("Appointments", str(len(rows) - by_status["X"])), Total("Booked", hours(booked))]
    for letter, word in (("C", "Completed"), ("M", "Missed"), ("X", "Canceled")):
        if by_status[letter]:
            found.append(Total(word, str(by_status[letter])))
    return tuple(found)


def hours(minutes: int) -> str:
    """A length of time to read: ``45 min``, ``2 h``, ``5 h 30 min``."""
    whole, rest = divmod(minutes, 60)
    if not whole:
        return f"{rest} min"
    return f"{whole} h {rest} min" if rest else f"{whole} h"


def day_sheet(
    sheet: DaySheet,
    created: datetime,
    *,
    size: str = "A4",
    per_staff: bool = False,
    fonts: Fonts | None = None,
) -> Printed:
    """The sheet as PDF; with ``per_staff`` each staff member's part begins on a page of its own.

    ``created`` (with its zone) is stored in the file. A paper size that does not exist is refused.
    """
    paper = Paper(size, title=f"{sheet.title} {sheet.day}", fonts=fonts)
    paper.new_page()
    _head(paper, sheet)
    shown = [section for section in sheet.sections if section.rows or per_staff]
    for number, section in enumerate(shown):
        if number and per_staff:
            paper.new_page()
            _head(paper, sheet)
        _section(paper, sheet, section)
    if not shown:
        _say(paper, f"No appointments on {sheet.day}.")
    _notes(paper, sheet)
    return paper.finish(created, foot=(printed_foot(sheet.printed_at, sheet.zone), LEGEND))


def _head(paper: Paper, sheet: DaySheet) -> None:
    letterhead(paper, sheet.clinic, (sheet.title, sheet.day))


def _section(paper: Paper, sheet: DaySheet, section: Section) -> None:
    def next_page() -> None:
        paper.new_page()
        running_head(paper, f"{sheet.clinic.name} · {sheet.title}", f"{section.staff} · {sheet.day}")

    cells = [_cells(paper, row) for row in section.rows]
    cells += [_blank(paper)] * section.blank
    table = LineTable(paper, _columns(paper), next_page)
    if paper.room < 24 + sum(map(table.height, cells[:2])):  # no heading alone at the foot of a page
        next_page()
    _staff_heading(paper, section)
    if not cells:
        _say(paper, "No appointments.")
        return
    table.titles()
    for row in cells:
        table.row(row)
    if paper.room < 8:
        next_page()
    totals(paper, section.totals or count_totals(section.rows))
    paper.y += 3


def _staff_heading(paper: Paper, section: Section) -> None:
    style = paper.style(12.5, bold=True)
    paper.area(paper.left, paper.y, paper.usable, style.line_height + 2.2, grey=232)
    baseline = paper.y + style.line_height * 0.8 + 1.1
    count = sum(row.status != "X" for row in section.rows)
    label = "1 appointment" if count == 1 else f"{count} appointments" if count else ""
    paper.text(paper.left + 1.5, baseline, section.staff, style, width=paper.usable * 0.7)
    paper.text(paper.right - 1.5, baseline, label, paper.style(9), align="R")
    paper.y += style.line_height + 3.2


def _say(paper: Paper, sentence: str) -> None:
    style = paper.style(11)
    paper.text(paper.left + 1.5, paper.y + style.line_height, sentence, style, width=paper.usable)
    paper.y += style.line_height * 2


def _columns(paper: Paper) -> tuple[Column, ...]:
    unit = paper.scale
    fixed = (
        Column("Arr.", 7.5 * unit, "C"),
        Column("Done", 8.5 * unit, "C"),
        Column("Time", 25 * unit),
        Column("", 6 * unit, "C"),
    )
    free = paper.usable - sum(column.width for column in fixed)
    return (*fixed, Column("Customer", free * 0.47), Column("Purpose", free * 0.53))


def _cells(paper: Paper, row: Row) -> tuple[Cell, ...]:
    columns = _columns(paper)
    gone = row.status in ("M", "X")
    small = paper.style(8.5, grey=30)
    done: Cell = () if gone else TickBox(row.status == "C")
    arrived: Cell = () if gone else TickBox(row.arrived or row.status == "C")
    letter = paper.style(10.5, bold=True)
    time = ((row.time, paper.style(10.5, bold=True)), (f"{row.minutes} min", small))
    customer = _customer(paper, row, columns[4].width - 1.6, struck=row.status == "X")
    purpose = _purpose(paper, row, columns[5].width - 1.6)
    return (arrived, done, time, ((row.status, letter),), customer, purpose)


def _blank(paper: Paper) -> tuple[Cell, ...]:
    """A row to write in, as high as one with a name and what is known of it."""
    room = ((" ", paper.style(10.5)), (" ", paper.style(8.5)))
    return (TickBox(False), TickBox(False), room, (), (), ())


def _customer(paper: Paper, row: Row, width: float, *, struck: bool) -> Cell:
    name = paper.style(10.5, bold=True, struck=struck)
    small, warning = paper.style(8.5, grey=30), paper.style(8.5, bold=True)
    lines = [(line, name) for line in paper.wrap(row.customer, width, name, 2)]
    lines += [(line, small) for line in _known_by(paper, row, width, small)]
    lines += [(line, warning) for line in paper.wrap(row.due, width, warning, 1)]
    alerts = [alert for alert in row.alerts if alert.strip()]
    for alert in alerts[:3]:
        lines += [(line, warning) for line in paper.wrap(f"! {alert}", width, warning, 2)]
    if len(alerts) > 3:
        more = len(alerts) - 3
        lines.append((f"! and {more} more {'alert' if more == 1 else 'alerts'}", warning))
    return tuple(lines)


def _known_by(paper: Paper, row: Row, width: float, style: Style) -> tuple[str, ...]:
    """Birth date and phone: on one line where they fit, else below each other, never cut short."""
    known = tuple(printable(part) for part in (row.birth, row.phone) if part)
    line = " · ".join(known)
    return (line,) if known and paper.measure(line, style) <= width else known


def _purpose(paper: Paper, row: Row, width: float) -> Cell:
    style, small = paper.style(10), paper.style(8.5, grey=30)
    lines = [(line, style) for line in paper.wrap(row.purpose, width, style, 2)]
    where = " · ".join(part for part in (row.room, row.mode) if part)
    if where:
        lines.append((where, small))
    lines += [(line, small) for line in paper.wrap(row.note, width, small, 3)]
    return tuple(lines)


def _notes(paper: Paper, sheet: DaySheet) -> None:
    style = paper.style(9)
    for note in sheet.notes[:20]:
        for line in paper.wrap(note, paper.usable, style, 3):
            if paper.room < style.line_height * 2:
                paper.new_page()
                running_head(paper, f"{sheet.clinic.name} · {sheet.title}", sheet.day)
            paper.text(paper.left, paper.y + style.line_height, line, style)
            paper.y += style.line_height
