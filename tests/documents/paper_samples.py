"""Weeks, months, schedules, cards and lists for the tests: plain ones, and full of what nobody expects."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise

from PIL import Image, ImageDraw

from pim_tui.documents.card import Card, CardVisit
from pim_tui.documents.document import Document
from pim_tui.documents.ink import Picture
from pim_tui.documents.listreport import ListReport
from pim_tui.documents.monthsheet import DayBox, MonthSheet
from pim_tui.documents.report import MOST_BARS, Bars, Report, WeekMap
from pim_tui.documents.schedule import Entry, Schedule, ScheduleDay
from pim_tui.documents.weeksheet import Day, Visit, WeekSheet
from pim_tui.lists.spec import Table
from tests.documents.daysheet_samples import CLINIC

PRINTED, ZONE = "Mon 23 Nov 2026 16:02", "Europe/London"
DAYS = tuple(
    f"{name} {day} Nov 2026"
    for name, day in zip(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), range(23, 30), strict=True)
)


def times(count: int) -> list[str]:
    """So many wall times of ten minutes each, from eight o'clock on."""
    marks = [f"{8 + at // 6:02}:{at % 6 * 10:02}" for at in range(count + 1)]
    return [f"{start}-{end}" for start, end in pairwise(marks)]


def week(names: Sequence[str], per_day: int, landscape: bool = True) -> WeekSheet:
    """Each day so many visits of these people, who come one after the other; the weekend is free."""

    def visits(day: int) -> tuple[Visit, ...]:
        people = enumerate(times(per_day), day * per_day)
        return tuple(
            Visit(time, names[at % len(names)], "DL", "Follow-up - Blood pressure review", "Room 2",
                  "SCMX"[at % 4])
            for at, time in people
        )  # fmt: skip

    days = tuple(
        Day(label, per_day if at < 5 else 0, visits(at) if at < 5 else ()) for at, label in enumerate(DAYS)
    )
    return WeekSheet(
        CLINIC, "Week 48 · 23 Nov 2026 to 29 Nov 2026", "The whole team", PRINTED, ZONE, days,
        ("DL Dr Lee", "AB Anna Berg"), landscape=landscape,
    )  # fmt: skip


def month(names: Sequence[str], per_day: int) -> MonthSheet:
    """November 2026, which begins on a Sunday; each day holds so many visits."""
    marks = [time[:5] for time in times(min(per_day, 12))]

    def box(day: int) -> DayBox:
        people = enumerate(marks, (day - 1) * len(marks))
        first = tuple((mark, names[at % len(names)]) for at, mark in people)
        return DayBox(day, per_day, per_day * 10, first)

    boxes = [None] * 6 + [box(day) for day in range(1, 31)] + [None] * 6
    weeks = tuple((44 + row, tuple(boxes[row * 7 : row * 7 + 7])) for row in range(6))
    return MonthSheet(CLINIC, "November 2026", "The whole team", PRINTED, ZONE, weeks)


def schedule(names: Sequence[str], per_day: int, staff: str = "") -> Schedule:
    """A working week of one person, or with ``staff`` of several."""

    def entries(day: int) -> tuple[Entry, ...]:
        people = enumerate(times(per_day), day * per_day)
        return tuple(
            Entry(
                time, 10, names[at % len(names)], "52 y, +44 113 496 0001",
                "Follow-up - Blood pressure review", "Room 2 · in person", staff, "SCMX"[at % 4],
            )
            for at, time in people
        )  # fmt: skip

    days = tuple(ScheduleDay(label, per_day, entries(day)) for day, label in enumerate(DAYS[:5]))
    return Schedule(CLINIC, "23 Nov 2026 to 29 Nov 2026", "Dr Lee", PRINTED, ZONE, days)


def card(name: str, visits: int = 3, more: int = 0) -> Card:
    """The next visits of somebody."""
    listed = tuple(
        CardVisit(f"Tuesday {day} November 2026", "10:30", 45, "Dr Lee", "Room 2")
        for day in range(24, 24 + visits)
    )
    return Card(CLINIC, name, PRINTED, ZONE, listed, more)


def table(names: Sequence[str], rows: int) -> Table:
    """A list with a date, a time, an amount and two columns of text."""
    cells = tuple(
        (
            f"Tue {at % 30 + 1} Nov 2026",
            f"{at % 24:02}:15",
            names[at % len(names)],
            "Knee, left side",
            f"{at:,}.00",
        )
        for at in range(rows)
    )
    return Table(
        "Appointments",
        ("day", "wall", "name", "reason", "amount"),
        ("Date", "Time", "Customer", "Reason", "Amount"),
        (False, False, False, False, True),
        (15, 5, 20, 20, 10),
        cells,
        (("Rows", str(rows)), ("Sum", "12,345.00")),
        ("day", "time", "text", "lines", "number"),
    )


def listed(names: Sequence[str], rows: int) -> ListReport:
    """That list on paper."""
    return ListReport(CLINIC, table(names, rows), PRINTED, ZONE, "Doe, Jane", "Status: Missed")


def report(names: Sequence[str], rows: int, weekdays: int = 0) -> Report:
    """A report with a bar for each name, or with a map of the week."""
    bars = tuple(
        Bars(names[at % len(names)], (("12", 0.5), ("3", 0.1))) for at in range(min(rows, MOST_BARS))
    )
    hours = tuple(f"{hour}" for hour in range(8, 18))
    week = WeekMap(hours, tuple((day[:3], (("4", 0.4),) * len(hours)) for day in DAYS[:weekdays]))
    return Report(
        CLINIC, table(names, rows), "November 2026", PRINTED, ZONE, (names[0], "Missed"), bars,
        week if weekdays else None, names[-1], tuple(names[:3]),
    )  # fmt: skip


def everything(names: Sequence[str], count: int = 6, per_day: int = 0) -> dict[str, Document]:
    """One of each, all of them full of these names: so many of them, or so many on each day."""
    each = per_day or count
    return {
        "week": week(names, each),
        "upright week": week(names, each, landscape=False),
        "month": month(names, each),
        "schedule": schedule(names, each),
        "team schedule": schedule(names, each, names[0]),
        "card": card(names[0]),
        "list": listed(names, count),
    }


PIXELS = Picture(bytes((200, 30, 30)) * (60 * 24), 60, 24)


def logo() -> bytes:
    """A picture file with something to recognise on it, and nothing around that."""
    image = Image.new("RGBA", (300, 120))
    ImageDraw.Draw(image).ellipse((10, 10, 290, 110), fill="red")
    written = BytesIO()
    image.save(written, "PNG")
    return written.getvalue()
