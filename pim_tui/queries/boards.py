"""What each view of the calendar needs, read in one go on one connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ..domain.agenda import Block, Column, DayLoad
from ..domain.moments import Zone, at_minute, day_bounds
from . import calendar
from .calendar import EVERYTHING, Filter, Hours
from .holds import Held, holds_between

NOTHING = (0, 0)
"""Count and minutes of a day that holds no appointment."""


class DayBoard(NamedTuple):
    """One day: who is there, what is booked and held, and the working hours as instants per staff id."""

    day: date
    columns: tuple[Column, ...]
    blocks: tuple[Block, ...]
    open_hours: Mapping[int, Sequence[tuple[int, int]]] | None
    holds: tuple[Held, ...] = ()


class WeekBoard(NamedTuple):
    """Seven days of load per column."""

    days: tuple[date, ...]
    columns: tuple[Column, ...]
    loads: tuple[DayLoad, ...]


class MonthBoard(NamedTuple):
    """Load per day, and the first appointments of each."""

    loads: tuple[DayLoad, ...]
    entries: tuple[Block, ...]


class ListBoard(NamedTuple):
    """The appointments of some days, with the names behind their ids."""

    blocks: tuple[Block, ...]
    staff: Mapping[int, str]
    rooms: Mapping[int, str]


def day_board(
    day: date, zone: Zone, by_room: bool = False, shown: Filter = EVERYTHING, now: int | None = None
) -> DayBoard:
    """The day, with a column for everybody who works or has appointments, or for every room.

    ``now`` is what tells which holds have not ended; without it there are none.
    """
    blocks = calendar.blocks_of(day, day, zone, shown)
    holds = () if now is None else holds_between(*day_bounds(day, zone), now)
    if by_room:
        return DayBoard(day, _chosen(calendar.room_columns(), shown.room_ids), blocks, None, holds)
    hours = calendar.working_hours(day)
    staff = _chosen(calendar.staff_columns(), shown.staff_ids)
    there = {block.staff_id for block in blocks} | {row.staff_id for row in hours}
    columns = tuple(column for column in staff if column.id in there) or staff
    return DayBoard(day, columns, blocks, _open_instants(hours, day, zone), holds)


def week_board(monday: date, by_room: bool = False, shown: Filter = EVERYTHING) -> WeekBoard:
    """Count, booked and free minutes per day and staff member; rooms have no working hours."""
    days = tuple(monday + timedelta(days=n) for n in range(7))
    rows = calendar.load_rows(days[0], days[-1], shown, by="room" if by_room else "staff")
    known: dict[str, dict[int, tuple[int, int]]] = {day.isoformat(): {} for day in days}
    for day, column_id, count, minutes in rows:
        known[day][column_id] = (count, minutes)
    columns = calendar.room_columns() if by_room else calendar.staff_columns()
    columns = _chosen(columns, shown.room_ids if by_room else shown.staff_ids)
    hours = () if by_room else calendar.working_hours(days[0], days[-1])
    opened = _open_minutes(hours, days)
    loads = tuple(
        DayLoad(day, column.id, *booked.get(column.id, NOTHING), open_.get(column.id, 0))
        for day, booked, open_ in zip(days, known.values(), opened.values(), strict=True)
        for column in columns
    )
    return WeekBoard(days, columns, loads)


def month_board(days: Sequence[date], per_day: int, shown: Filter = EVERYTHING) -> MonthBoard:
    """Load per day over the whole team and the first ``per_day`` appointments of each day."""
    rows = calendar.load_rows(days[0], days[-1], shown)
    known = {row.day: (row.visits, row.minutes) for row in rows}
    hours = [
        row for row in calendar.working_hours(days[0], days[-1])
        if not shown.staff_ids or row.staff_id in shown.staff_ids
    ]  # fmt: skip
    opened = {day: sum(of_staff.values()) for day, of_staff in _open_minutes(hours, days).items()}
    loads = tuple(DayLoad(day, 0, *known.get(day.isoformat(), NOTHING), opened[day]) for day in days)
    return MonthBoard(loads, calendar.first_of_days(days[0], days[-1], per_day, shown) if per_day else ())


def list_board(first: date, last: date, zone: Zone, shown: Filter = EVERYTHING) -> ListBoard:
    """Every appointment of the days, by start."""
    staff = {column.id: column.name for column in calendar.staff_columns()}
    rooms = {column.id: column.name for column in calendar.room_columns() if column.id}
    return ListBoard(calendar.blocks_of(first, last, zone, shown), staff, rooms)


def _chosen(columns: tuple[Column, ...], ids: Sequence[int]) -> tuple[Column, ...]:
    return tuple(column for column in columns if not ids or column.id in ids)


def _open_minutes(hours: Sequence[Hours], days: Sequence[date]) -> dict[date, dict[int, int]]:
    """Working minutes of each day by staff id."""
    found: dict[date, dict[int, int]] = {day: {} for day in days}
    of_weekday = [[day for day in days if day.weekday() == weekday] for weekday in range(7)]
    for row in hours:
        for day in of_weekday[row.weekday]:
            if row.always or row.on(day):
                found[day][row.staff_id] = found[day].get(row.staff_id, 0) + row.ends - row.starts
    return found


def _open_instants(hours: Sequence[Hours], day: date, zone: Zone) -> dict[int, list[tuple[int, int]]] | None:
    """Working hours of ``day`` per staff member; None where no hours are kept at all."""
    found: dict[int, list[tuple[int, int]]] = {
        staff_id: [] for staff_id in calendar.whose_hours_are_kept(day)
    }
    if not found:
        return None
    instants = {minute: at_minute(day, minute, zone) for row in hours for minute in (row.starts, row.ends)}
    for row in hours:
        found[row.staff_id].append((instants[row.starts], instants[row.ends]))
    return found
