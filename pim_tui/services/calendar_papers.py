"""Papers of the calendar, put together from the book: day, week, month and schedule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ..documents import plaintext
from ..documents.blocks import Letterhead
from ..documents.daysheet import DaySheet, day_sheet
from ..documents.fonts import Fonts
from ..documents.monthsheet import FIRST_VISITS, DayBox, MonthSheet
from ..documents.paper import Printed
from ..documents.schedule import Entry, Schedule, ScheduleDay
from ..documents.weeksheet import Day, Visit, WeekSheet
from ..domain.dates import add_months
from ..domain.layout import MONTHS
from ..domain.moments import clock, day_label, day_of, moment_label, span
from ..domain.people import age
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import Refused
from ..queries import calendar
from ..queries.calendar import Filter
from ..queries.daysheets import SheetRow, sheet_rows
from . import paper_words as words
from .daysheet import assemble
from .wanted import DayPaper, Made, MonthPaper, SchedulePaper, WeekPaper

MOST_DAYS = 366
"""Of a schedule: a year."""
_TAKES_PLACE = ("S", "C", "M")


@dataclass(frozen=True, slots=True)
class DayDocument:
    """A day sheet with the choice of a page for everybody."""

    sheet: DaySheet
    each: bool

    @property
    def title(self) -> str:
        """What it is."""
        return f"{self.sheet.title}, {self.sheet.day}"

    def pdf(self, created: datetime, *, size: str = "A4", fonts: Fonts | None = None) -> Printed:
        """The sheet as PDF."""
        return day_sheet(self.sheet, created, size=size, per_staff=self.each, fonts=fonts)

    def text(self, *, width: int = 80, ascii_only: bool = False) -> str:
        """The sheet as text."""
        return plaintext.day_sheet(self.sheet, width=width, per_staff=self.each, ascii_only=ascii_only)


def day_paper(session: Session, wanted: DayPaper, clinic: Letterhead) -> Made:
    """The sheet of one day."""
    session.needs(Right.PRINT)
    session.needs(Right.SEE_APPOINTMENT)
    sheet = assemble(session, wanted.day, clinic, wanted.staff_id)
    name = f"The day sheet of {sheet.day}"
    return Made(
        DayDocument(sheet, wanted.each), name, "day_sheet", wanted.staff_id, (wanted.day.isoformat(),)
    )


def week_paper(session: Session, wanted: WeekPaper, clinic: Letterhead) -> Made:
    """The week, of what the calendar shows."""
    session.needs(Right.PRINT)
    session.needs(Right.SEE_APPOINTMENT)
    first, zone = wanted.monday, session.zone
    days = [first + timedelta(days=n) for n in range(7)]
    rows = sheet_rows(first, zone, wanted.staff_id, last=days[-1], shown=wanted.shown)
    alone = wanted.staff_id is not None
    of_day = _by_day(rows, days, zone)
    sheet = WeekSheet(
        clinic,
        f"Week {first.isocalendar().week} · {words.days(days[0], days[-1])}",
        words.whose(wanted.staff_id),
        moment_label(session.clock(), session.zone),
        zone,
        tuple(
            Day(
                day_label(day),
                _count(of_day[day], wanted.shown),
                tuple(_visit(row, zone, alone) for row in of_day[day]),
            )
            for day in days
        ),
        () if alone else _initials(rows),
        words.remark(wanted.shown),
        wanted.landscape,
    )
    return Made(
        sheet,
        f"The week sheet of {words.days(days[0], days[-1])}",
        "week_sheet",
        wanted.staff_id,
        tuple(day.isoformat() for day in days),
    )


def _visit(row: SheetRow, zone: str, alone: bool) -> Visit:
    return Visit(
        span(row.starts_at, row.ends_at, zone),
        row.customer.listed,
        "" if alone else row.initials,
        words.about(row),
        words.where(row.room, row.mode),
        row.status,
    )


def _initials(rows: Sequence[SheetRow]) -> tuple[str, ...]:
    """Who hides behind the initials in the columns, each once."""
    return tuple(sorted({f"{row.initials} {row.staff}" for row in rows}))


def month_paper(session: Session, wanted: MonthPaper, clinic: Letterhead) -> Made:
    """The month: how much of each day is booked, and who comes first."""
    session.needs(Right.PRINT)
    session.needs(Right.SEE_APPOINTMENT)
    first = wanted.day.replace(day=1)
    last = add_months(first, 1) - timedelta(days=1)
    shown = wanted.shown
    if wanted.staff_id is not None:
        shown = shown._replace(staff_ids=(wanted.staff_id,))
    present = tuple(one for one in shown.statuses or _TAKES_PLACE if one in _TAKES_PLACE)
    rows = calendar.load_rows(first, last, shown._replace(statuses=present)) if present else ()
    loads = {row.day: (row.visits, row.minutes) for row in rows}
    begun: dict[date, list[tuple[str, str]]] = {}
    for block in calendar.first_of_days(first, last, FIRST_VISITS, shown):
        entry = (clock(block.starts_at, session.zone), block.customer)
        begun.setdefault(day_of(block.starts_at, session.zone), []).append(entry)
    boxes = {
        day: DayBox(day.day, *loads.get(day.isoformat(), (0, 0)), tuple(begun.get(day, ())))
        for day in (first + timedelta(days=n) for n in range(last.day))
    }
    month = f"{MONTHS[first.month - 1]} {first.year}"
    sheet = MonthSheet(
        clinic,
        month,
        words.whose(wanted.staff_id),
        moment_label(session.clock(), session.zone),
        session.zone,
        _weeks(boxes),
        words.remark(wanted.shown),
    )
    return Made(sheet, f"The month sheet of {month}", "month_sheet", wanted.staff_id, (first.isoformat(),))


def _weeks(boxes: dict[date, DayBox]) -> tuple[tuple[int, tuple[DayBox | None, ...]], ...]:
    """The weeks that touch the month, with their numbers."""
    first, last = min(boxes), max(boxes)
    monday = first - timedelta(days=first.weekday())
    count = (last - monday).days // 7 + 1
    starts = [monday + timedelta(weeks=n) for n in range(count)]
    return tuple(
        (start.isocalendar().week, tuple(boxes.get(start + timedelta(days=n)) for n in range(7)))
        for start in starts
    )


def schedule_paper(session: Session, wanted: SchedulePaper, clinic: Letterhead) -> Made:
    """Appointments of some days; :class:`Refused` for more than a year."""
    session.needs(Right.PRINT)
    session.needs(Right.SEE_APPOINTMENT)
    first, last = sorted((wanted.first, wanted.last))
    count = (last - first).days + 1
    if count > MOST_DAYS:
        raise Refused(f"A schedule of {count} days is too long to print.", f"Take {MOST_DAYS} or fewer.")
    rows = sheet_rows(first, session.zone, wanted.staff_id, last=last, shown=wanted.shown)
    days = [first + timedelta(days=n) for n in range(count)]
    of_day = _by_day(rows, days, session.zone)
    alone = wanted.staff_id is not None
    sheet = Schedule(
        clinic,
        words.days(first, last),
        words.whose(wanted.staff_id),
        moment_label(session.clock(), session.zone),
        session.zone,
        tuple(
            ScheduleDay(
                day_label(day),
                _count(of_day[day], wanted.shown),
                tuple(_entry(row, session.zone, day, alone) for row in of_day[day]),
            )
            for day in days
        ),
        words.remark(wanted.shown),
    )
    told = (first.isoformat(), last.isoformat())
    return Made(sheet, f"The schedule of {words.days(first, last)}", "schedule", wanted.staff_id, told)


def _entry(row: SheetRow, zone: str, day: date, alone: bool) -> Entry:
    years = f"{age(row.birth_date, day)} y" if row.birth_date else ""
    return Entry(
        span(row.starts_at, row.ends_at, zone),
        row.minutes,
        row.customer.listed,
        ", ".join(filter(None, (years, row.phone))),
        words.about(row),
        words.where(row.room, row.mode),
        "" if alone else row.staff,
        row.status,
    )


def _count(rows: Sequence[SheetRow], shown: Filter) -> int:
    """How many appointments that is, as the calendar counts them."""
    return sum(shown.counts(row.status) for row in rows)


def _by_day(rows: Sequence[SheetRow], days: Sequence[date], zone: str) -> dict[date, list[SheetRow]]:
    """Each appointment on the day it starts; one that reaches in from before, on the first."""
    found: dict[date, list[SheetRow]] = {day: [] for day in days}
    for row in rows:
        found[max(day_of(row.starts_at, zone), days[0])].append(row)
    return found
