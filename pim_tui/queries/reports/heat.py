"""Which hours of the week are booked and which lie idle: booked minutes against working minutes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from ...db.connection import select
from ...domain.moments import MINUTE, Zone, day_bounds, day_of
from ...domain.reports import (
    DAYS, Asked, Cell, Figure, Figures, Line, added, cells, cells_between, days_of, share,
)  # fmt: skip
from .reading import STANDS, Rows, Watched, marks, narrowed
from .working import notes_on, stretches, working_staff

FIGURES: Final = (
    Figure("working", "Working", "minutes", opens=False),
    Figure("booked", "Booked", "minutes"),
    Figure("booked_share", "Booked %", "share", charted=True),
    Figure("visits", "Visits"),
)
NOTES: Final = (
    "Booked minutes of those who keep working hours, in hundredths of their working minutes.",
    "A visit counts in every hour it falls on; what was canceled does not count.",
)
_MINUTE = "(cast(substr(a.wall, 1, 2) as integer) * 60 + cast(substr(a.wall, 4, 2) as integer))"
_DAY: Final = 24 * 60
_BACK: Final = 8
"""Days over which a visit may reach."""


def figures(asked: Asked, zone: Zone, watched: Watched) -> Figures:
    """The report. Hours are taken from ``day`` and ``wall``; on days on which the clocks change, and on the
    day before, from the instants. Index: ``appointment (day, ...)``, not covering."""
    staff = working_staff(asked)
    working: Counter[Cell] = Counter()
    booked: Counter[Cell] = Counter()
    visits: Counter[Cell] = Counter()
    for first, last in watched.each(asked):
        _add_working(working, staff, first, last, zone)
        for parts, count in _booked(asked, staff, first, last, zone):
            for cell, minutes in parts.items():
                booked[cell] += minutes * count
                visits[cell] += count
    there = sorted({*working, *booked})
    lines = tuple(
        Line(cell, f"{DAYS[cell.weekday]} {cell.hour:02}:00",
             (working[cell], booked[cell], share(booked[cell], working[cell]), visits[cell]))
        for cell in there
    )  # fmt: skip
    sums = added((line.values for line in lines), len(FIGURES))
    total = (sums[0], sums[1], share(sums[1], sums[0]), _all_visits(asked, staff))
    return Figures(asked, "Hour", FIGURES, lines, Line(None, "All", total), notes_on(asked, NOTES))


def _add_working(
    working: Counter[Cell], staff: tuple[int, ...], first: date, last: date, zone: Zone
) -> None:
    """Working minutes by cell: stretches that are alike are taken apart once."""
    alike: Counter[tuple[int, int, int]] = Counter()
    odd = set(_odd_days(first, last, zone))
    for _, start, end in stretches(staff, first, last, zone):
        day = day_of(start, zone)
        if day in odd:
            _add(working, cells_between(start, end, zone))
        else:
            at = (start - day_bounds(day, zone)[0]) // MINUTE
            alike[day.weekday(), at, (end - start) // MINUTE] += 1
    for (weekday, at, minutes), count in alike.items():
        for cell, part in cells(weekday, at, minutes):
            working[cell] += part * count


def _add(sums: Counter[Cell], parts: Iterator[tuple[Cell, int]]) -> None:
    for cell, minutes in parts:
        sums[cell] += minutes


def _odd_days(first: date, last: date, zone: Zone) -> list[date]:
    """The days of the period that are not 24 hours long, and those that end where such a day begins."""
    days = days_of(first, last + timedelta(days=1))
    lengths = [end - start for start, end in (day_bounds(day, zone) for day in days)]
    return [
        day
        for day, length, following in zip(days, lengths, lengths[1:], strict=False)
        if (length, following) != (_DAY * MINUTE, _DAY * MINUTE)
    ]


def _booked(
    asked: Asked, staff: tuple[int, ...], first: date, last: date, zone: Zone
) -> Iterator[tuple[Counter[Cell], int]]:
    """What visits of one kind take of each cell, and how many of them there are."""
    odd = set(_odd_days(first, last, zone))
    plain = [day for day in days_of(first, last) if day not in odd]
    rows = _concerned(asked, staff)
    if plain:
        pairs = [value for day in plain for value in (day.isoformat(), day.weekday())]
        for weekday, wall, minutes, count in select(
            f"with shown(day, weekday) as (values {', '.join(['(?, ?)'] * len(plain))})"
            " select shown.weekday, a.wall, a.minutes, count(*) from shown cross join appointment a"
            f" where a.day = shown.day and {rows.where} group by 1, 2, 3",
            [*pairs, *rows.params],
        ):
            yield _parts(cells(weekday, int(wall[:2]) * 60 + int(wall[3:5]), minutes)), count
    for _, start, end in _on_odd(rows, sorted(odd)):
        yield _parts(cells_between(start, end, zone)), 1


def _parts(found: Iterator[tuple[Cell, int]]) -> Counter[Cell]:
    sums: Counter[Cell] = Counter()
    _add(sums, found)
    return sums


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
    rows = _within(asked, working_staff(asked))
    if not isinstance(key, Cell):
        return rows
    odd = _odd_days(asked.first, asked.last, zone)
    ids = [
        id_ for id_, start, end in _on_odd(_within(asked, working_staff(asked)), odd)
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
