"""Which hours of the week are booked and which lie idle: booked minutes against working minutes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import chain
from typing import Final

from ...db.connection import select
from ...domain.moments import MINUTE, Zone, day_bounds
from ...domain.reports import (
    DAYS,
    Asked,
    Cell,
    Figure,
    Figures,
    Line,
    added,
    cells,
    cells_between,
    days_of,
    share,
)  # fmt: skip
from .reading import STANDS, Rows, Watched, marks, narrowed
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
_DAY: Final = 24 * 60
_BACK: Final = 8
"""Days over which a visit may reach."""


def figures(asked: Asked, zone: Zone, watched: Watched) -> Figures:
    """The report. Hours are taken from ``day`` and ``wall``; on days on which the clocks change, and on the
    day before, from the instants. Index: ``appointment (day, ...)``, not covering."""
    kept = working_time(asked)
    staff = tuple(kept.workers)
    working, booked = _Tally(), _Tally()
    for first, last in watched.each(asked):
        odd = set(_odd_days(first, last, zone))
        for day, begins, start, end in stretches(kept, first, last, zone):
            if day in odd:
                working.add(_parts(cells_between(start, end, zone)))
            else:
                working.alike[day.weekday(), (start - begins) // MINUTE, (end - start) // MINUTE] += 1
        _add_booked(booked, _concerned(asked, staff), days_of(first, last), odd)
        for _, start, end in _on_odd(_concerned(asked, staff), sorted(odd)):
            booked.add(_parts(cells_between(start, end, zone)))
    working.expand()
    booked.expand()
    open_, taken = working.minutes, booked.minutes
    lines = tuple(
        Line(cell, f"{DAYS[cell.weekday]} {cell.hour:02}:00",
             (open_[cell], taken[cell], share(taken[cell], open_[cell]), booked.visits[cell]))
        for cell in sorted({*open_, *taken})
    )  # fmt: skip
    sums = added((line.values for line in lines), len(FIGURES))
    total = (sums[0], sums[1], share(sums[1], sums[0]), _all_visits(asked, staff))
    return Figures(asked, "Hour", FIGURES, lines, Line(None, "All", total), notes_on(asked, NOTES))


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


def _add_booked(booked: _Tally, rows: Rows, days: Sequence[date], odd: set[date]) -> None:
    """The visits of the days whose hours the wall clock tells, by weekday, start and length."""
    pairs = [(day.isoformat(), day.weekday()) for day in days if day not in odd]
    if not pairs:
        return
    for weekday, at, minutes, count in select(
        f"with shown(day, weekday) as (values {', '.join(['(?, ?)'] * len(pairs))})"
        " select shown.weekday, a.wall, a.minutes, count(*) from shown cross join appointment a"
        f" where a.day = shown.day and {rows.where} group by 1, 2, 3",
        [*chain.from_iterable(pairs), *rows.params],
    ):
        booked.alike[weekday, int(at[:2]) * 60 + int(at[3:5]), minutes] += count


def _odd_days(first: date, last: date, zone: Zone) -> list[date]:
    """The days of the period that are not 24 hours long, and those that end where such a day begins."""
    days = days_of(first, last + timedelta(days=1))
    lengths = [end - start for start, end in (day_bounds(day, zone) for day in days)]
    return [
        day
        for day, length, following in zip(days, lengths, lengths[1:], strict=False)
        if (length, following) != (_DAY * MINUTE, _DAY * MINUTE)
    ]


def _on_odd(rows: Rows, days: list[date]) -> list[tuple[int, int, int]]:
    """Id, start and end of the visits on days whose hours cannot be told from the wall clock."""
    if not days:
        return []
    found = rows.also(f"a.day in ({marks(days)})", *(day.isoformat() for day in days))
    return select(f"select a.id, a.starts_at, a.ends_at from appointment a where {found.where}", found.params)


def _concerned(asked: Asked, staff: tuple[int, ...]) -> Rows:
    """The visits that count, on whatever day."""
    kept = f"+a.staff_id in ({marks(staff)})" if staff else "1 = 0"
    return narrowed(asked, Rows(STANDS).also(kept, *staff))


def _within(asked: Asked, staff: tuple[int, ...]) -> Rows:
    days = asked.first.isoformat(), asked.last.isoformat()
    return _concerned(asked, staff).also("a.day between ? and ?", *days)


def _all_visits(asked: Asked, staff: tuple[int, ...]) -> int:
    """Each visit once, over however many hours it goes. Index: as of the report, covering."""
    rows = _within(asked, staff)
    ((count,),) = select(f"select count(*) from appointment a where {rows.where}", rows.params)
    return int(count)


def behind(asked: Asked, key: object, figure: str, zone: Zone) -> Rows | None:
    """The visits that fall on the hour; there is none behind working time."""
    if figure == "working":
        return None
    rows = _within(asked, tuple(working_time(asked).workers))
    if not isinstance(key, Cell):
        return rows
    odd = _odd_days(asked.first, asked.last, zone)
    ids = [
        id_ for id_, start, end in _on_odd(_within(asked, tuple(working_time(asked).workers)), odd)
        if key in dict(cells_between(start, end, zone))
    ]  # fmt: skip
    wanted = Rows(f"a.id in ({marks(ids)})", tuple(ids)) if ids else Rows("1 = 0")
    plain = [day for day in days_of(asked.first, asked.last) if day not in set(odd)]
    for back in range(_BACK):
        days = [day.isoformat() for day in plain if (day.weekday() + back) % 7 == key.weekday]
        at = back * _DAY + key.hour * 60
        if days:
            reaches = " and a.crosses_midnight = 1" if back else ""
            wanted = Rows(
                f"{wanted.where} or (a.day in ({marks(days)}) and {_MINUTE} < ?"
                f" and {_MINUTE} + a.minutes > ?{reaches})",
                (*wanted.params, *days, at + 60, at),
            )
    return rows.also(f"({wanted.where})", *wanted.params)
