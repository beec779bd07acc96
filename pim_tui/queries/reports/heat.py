"""Which hours of the week are booked and which lie idle: booked minutes against working minutes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import chain
from typing import Final

from ...db.connection import select
from ...db.many import marks
from ...domain.moments import DAY_NAMES, MIDNIGHT, MINUTE, Zone, day_bounds
from ...domain.reports import Asked, Cell, Figure, Figures, Line, added, cells, cells_between, days_of, share
from ..where import Where
from ..worktime import WorkTime
from .reading import STANDS, Watched, narrowed
from .working import notes_on, stretches, working_time

FIGURES: Final = (
    Figure("working", "Working", "minutes", opens=False),
    Figure("booked", "Booked", "minutes"),
    Figure("booked_share", "Booked %", "share", charted=True),
    Figure("visits", "Visits"),
)
NOTES: Final = (
    "Booked minutes of those who keep working hours, in hundredths of their working minutes.",
    "A visit counts in every hour it falls on; a plus is an hour outside of all working time.",
)
_MINUTE = "(cast(substr(a.wall, 1, 2) as integer) * 60 + cast(substr(a.wall, 4, 2) as integer))"
_BACK: Final = 8
"""Days over which a visit may reach."""


def figures(asked: Asked, zone: Zone, watched: Watched) -> Figures:
    """The report. Hours are taken from ``day`` and ``wall``; on days on which the clocks change, and on the
    day before, from the instants. Index: ``appointment (day, ...)``, not covering."""
    kept = working_time(asked)
    rows = _concerned(asked, tuple(kept.workers))
    working, booked = _Tally(), _Tally()
    for first, last in watched.each(asked):
        odd = set(_odd_days(first, last, zone))
        _add_working(working, kept, first, last, zone, odd)
        _add_booked(booked, rows, days_of(first, last), odd)
        for _, start, end in _on_odd(rows, sorted(odd)):
            booked.add(_parts(cells_between(start, end, zone)))
    working.expand()
    booked.expand()
    lines = _lines(working.minutes, booked)
    sums = added((line.values for line in lines), len(FIGURES))
    total = (sums[0], sums[1], share(sums[1], sums[0]), _all_visits(asked, tuple(kept.workers)))
    return Figures(asked, "Hour", FIGURES, lines, Line(None, "All", total), notes_on(asked, NOTES))


def _lines(working: Counter[Cell], booked: _Tally) -> tuple[Line, ...]:
    """A line for each hour that is worked or booked, Monday first."""
    return tuple(
        Line(
            cell,
            f"{DAY_NAMES[cell.weekday]} {cell.hour:02}:00",
            (
                working[cell],
                booked.minutes[cell],
                share(booked.minutes[cell], working[cell]),
                booked.visits[cell],
            ),
        )
        for cell in sorted({*working, *booked.minutes})
    )


class _Tally:
    """Minutes and stretches by cell. Those that are ``alike`` - in weekday, start and length, both minutes -
    are counted first and taken apart once."""

    def __init__(self) -> None:
        self.alike: Counter[tuple[int, int, int]] = Counter()
        self.minutes: Counter[Cell] = Counter()
        self.visits: Counter[Cell] = Counter()

    def add(self, parts: Counter[Cell], count: int = 1) -> None:
        """So many stretches that take these parts of cells."""
        for cell, minutes in parts.items():
            self.minutes[cell] += minutes * count
            self.visits[cell] += count

    def expand(self) -> None:
        """Take apart what is alike."""
        for stretch, count in self.alike.items():
            self.add(_parts(cells(*stretch)), count)
        self.alike.clear()


def _parts(found: Iterator[tuple[Cell, int]]) -> Counter[Cell]:
    sums: Counter[Cell] = Counter()
    for cell, minutes in found:
        sums[cell] += minutes
    return sums


def _add_working(
    working: _Tally, kept: WorkTime, first: date, last: date, zone: Zone, odd: set[date]
) -> None:
    for day, begins, start, end in stretches(kept, first, last, zone):
        if day in odd:
            working.add(_parts(cells_between(start, end, zone)))
        else:
            working.alike[day.weekday(), (start - begins) // MINUTE, (end - start) // MINUTE] += 1


def _add_booked(booked: _Tally, rows: Where, days: Sequence[date], odd: set[date]) -> None:
    """The visits of the days whose hours the wall clock tells, by weekday, start and length."""
    plain = [day for day in days if day not in odd]
    if not plain:
        return
    # Whole numbers are written out: as parameters PostgreSQL would take them for text.
    shown = ", ".join(f"(?, {day.weekday()})" for day in plain)
    for weekday, at, minutes, count in select(
        f"with shown(day, weekday) as (values {shown})"
        " select shown.weekday, a.wall, a.minutes, count(*) from shown cross join appointment a"
        f" where a.day = shown.day and {rows.text} group by 1, 2, 3",
        [*(day.isoformat() for day in plain), *rows.params],
    ):
        booked.alike[weekday, int(at[:2]) * 60 + int(at[3:5]), minutes] += count


def _odd_days(first: date, last: date, zone: Zone) -> list[date]:
    """The days of the period that are not 24 hours long, and those that end where such a day begins."""
    days = days_of(first, last + timedelta(days=1))
    lengths = [end - start for start, end in (day_bounds(day, zone) for day in days)]
    return [
        day
        for day, length, following in zip(days, lengths, lengths[1:], strict=False)
        if (length, following) != (MIDNIGHT * MINUTE, MIDNIGHT * MINUTE)
    ]


def _on_odd(rows: Where, days: list[date]) -> list[tuple[int, int, int]]:
    """Id, start and end of the visits on days whose hours cannot be told from the wall clock."""
    if not days:
        return []
    found = rows.also(f"a.day in ({marks(days)})", *(day.isoformat() for day in days))
    return select(f"select a.id, a.starts_at, a.ends_at from appointment a where {found.text}", found.params)


def _concerned(asked: Asked, staff: tuple[int, ...]) -> Where:
    """The visits that count, on whatever day."""
    kept = f"+a.staff_id in ({marks(staff)})" if staff else "1 = 0"
    return narrowed(asked, Where(STANDS).also(kept, *staff))


def _within(asked: Asked, staff: tuple[int, ...]) -> Where:
    days = asked.first.isoformat(), asked.last.isoformat()
    return _concerned(asked, staff).also("a.day between ? and ?", *days)


def _all_visits(asked: Asked, staff: tuple[int, ...]) -> int:
    """Each visit once, over however many hours it goes. Index: as of the report, covering."""
    rows = _within(asked, staff)
    ((count,),) = select(f"select count(*) from appointment a where {rows.text}", rows.params)
    return int(count)


def behind(asked: Asked, key: object, figure: str, zone: Zone) -> Where | None:
    """The visits that fall on the hour; there is none behind working time."""
    if figure == "working":
        return None
    rows = _within(asked, tuple(working_time(asked).workers))
    if not isinstance(key, Cell):
        return rows
    odd = _odd_days(asked.first, asked.last, zone)
    found = _on_odd(rows, odd)
    ids = [id_ for id_, start, end in found if key in dict(cells_between(start, end, zone))]
    plain = [day for day in days_of(asked.first, asked.last) if day not in set(odd)]
    parts = [Where(f"a.id in ({marks(ids)})", tuple(ids))] if ids else []
    parts += filter(None, (_reaching(plain, key, back) for back in range(_BACK)))
    if not parts:
        return rows.also("1 = 0")
    return rows.also(f"({' or '.join(one.text for one in parts)})", *chain.from_iterable(p for _, p in parts))


def _reaching(days: Sequence[date], cell: Cell, back: int) -> Where | None:
    """The visits that begin so many days before the cell, and reach it."""
    begins = [day.isoformat() for day in days if (day.weekday() + back) % 7 == cell.weekday]
    at = back * MIDNIGHT + cell.hour * 60
    over = " and a.crosses_midnight = 1" if back else ""
    condition = f"(a.day in ({marks(begins)}) and {_MINUTE} < ? and {_MINUTE} + a.minutes > ?{over})"
    return Where(condition, (*begins, at + 60, at)) if begins else None
