"""How much of their working time people were booked, and how much of it was attended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from typing import Final

from ...db.many import marks
from ...domain.moments import MINUTE, Zone, short_day
from ...domain.reports import Asked, Figure, Figures, Line, added, days_of, monday_of, share
from ..where import Where
from ..worktime import WorkTime
from .reading import STANDS, Watched, counted, staff_names, within
from .working import minutes_each, notes_on, stretches, working_time

FIGURES: Final = (
    Figure("working", "Working", "minutes", opens=False),
    Figure("booked", "Booked", "minutes", charted=True),
    Figure("booked_share", "Booked %", "share"),
    Figure("attended", "Attended", "minutes", charted=True),
    Figure("attended_share", "Attended %", "share"),
    Figure("visits", "Visits"),
)
NOTES: Final = (
    "Minutes. Working time is without leave, holidays and closed days; who keeps no hours has none.",
    "Booked is all that was not canceled, in working time or outside of it; attended is what was completed.",
)
_HEADING: Final = {"staff": "Staff", "day": "Day", "week": "Week from"}


def figures(asked: Asked, zone: Zone, watched: Watched) -> Figures:
    """The report. Index: ``appointment (day, staff, room, type, status, minutes)``, covering."""
    kept = working_time(asked)
    working: Counter[Hashable] = Counter()
    booked: Counter[tuple[Hashable, str]] = Counter()
    for first, last in watched.each(asked):
        _add_working(working, asked, kept, first, last, zone)
        _add_booked(booked, asked, first, last)
    names = _names(asked, {*+working, *(key for key, _ in booked)})
    known = set(kept.workers) if asked.by == "staff" else {key for key, _ in names}
    lines = tuple(
        Line(key, label, _values(working[key] if key in known else None, booked, key)) for key, label in names
    )
    notes = notes_on(asked, NOTES)
    return Figures(asked, _HEADING[asked.by], FIGURES, lines, _total(lines), notes)


def _add_working(
    working: Counter[Hashable], asked: Asked, kept: WorkTime, first: date, last: date, zone: Zone
) -> None:
    if asked.by == "staff":
        working.update(minutes_each(kept, first, last, zone))
        return
    for day, _, start, end in stretches(kept, first, last, zone):
        working[_day_key(asked, day)] += (end - start) // MINUTE


def _add_booked(booked: Counter[tuple[Hashable, str]], asked: Asked, first: date, last: date) -> None:
    by_staff = asked.by == "staff"
    what = f"{'a.staff_id' if by_staff else 'a.day'}, a.status, count(*), sum(a.minutes)"
    for found, status, count, minutes in counted(what, within(asked, first, last).also(STANDS), "1, 2"):
        key: Hashable = found if by_staff else _day_key(asked, date.fromisoformat(found))
        booked[key, "visits"] += count
        booked[key, "booked"] += int(minutes)
        booked[key, "attended"] += int(minutes) if status == "C" else 0


def _total(lines: Sequence[Line]) -> Line:
    """Over all lines; a share of all is not the sum of shares."""
    sums = added((line.values for line in lines), len(FIGURES))
    found: dict[tuple[Hashable, str], int] = {
        (None, one.key): value for one, value in zip(FIGURES, sums, strict=True)
    }
    return Line(None, "All", _values(sums[0], found, None))


def _day_key(asked: Asked, day: date) -> date:
    return monday_of(day) if asked.by == "week" else day


def _names(asked: Asked, there: set[Hashable]) -> list[tuple[Hashable, str]]:
    if asked.by == "staff":
        return [(id_, name) for id_, name in staff_names().items() if id_ in there]
    days = dict.fromkeys(_day_key(asked, day) for day in days_of(asked.first, asked.last))
    return [(day, short_day(day)) for day in days if day in there]


def _values(
    working: int | None, found: Mapping[tuple[Hashable, str], int], key: Hashable
) -> tuple[int | None, ...]:
    booked, attended = found[key, "booked"], found[key, "attended"]
    of = working or 0
    return working, booked, share(booked, of), attended, share(attended, of), found[key, "visits"]


def behind(asked: Asked, key: object, figure: str, zone: Zone) -> Where | None:
    """The visits of a number; there is none behind working time."""
    if figure == "working":
        return None
    rows = within(asked).also("a.status = 'C'" if figure.startswith("attended") else STANDS)
    if key is None:
        return rows
    if isinstance(key, date):
        days = [day.isoformat() for day in days_of(asked.first, asked.last) if _day_key(asked, day) == key]
        return rows.also(f"a.day in ({marks(days)})", *days)
    return rows.also("+a.staff_id = ?", key)
