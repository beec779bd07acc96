"""What each view of the calendar needs, read in one go on one connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ..domain.agenda import Block, Column, DayLoad
from ..domain.moments import Zone, at_minute
from . import calendar
from .calendar import EVERYTHING, Filter, Hours


@dataclass(frozen=True, slots=True)
class DayBoard:
    """One day: who is there, what is booked, and the working hours as instants per staff id."""

    day: date
    columns: tuple[Column, ...]
    blocks: tuple[Block, ...]
    open_hours: Mapping[int, Sequence[tuple[int, int]]] | None


@dataclass(frozen=True, slots=True)
class WeekBoard:
    """Seven days of load per column."""

    days: tuple[date, ...]
    columns: tuple[Column, ...]
    loads: tuple[DayLoad, ...]


@dataclass(frozen=True, slots=True)
class MonthBoard:
    """Load per day, and the first appointments of each."""

    loads: tuple[DayLoad, ...]
    entries: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ListBoard:
    """The appointments of some days, with the names behind their ids."""

    blocks: tuple[Block, ...]
    staff: Mapping[int, str]
    rooms: Mapping[int, str]


def day_board(day: date, zone: Zone, by_room: bool = False, shown: Filter = EVERYTHING) -> DayBoard:
    """The day, with a column for everybody who works or has appointments, or for every room."""
    blocks = calendar.blocks_of(day, day, zone, shown)
    hours = calendar.working_hours(day)
    if by_room:
        return DayBoard(day, _chosen(calendar.room_columns(), shown.room_ids), blocks, None)
    staff = _chosen(calendar.staff_columns(), shown.staff_ids)
    there = {block.staff_id for block in blocks} | {row.staff_id for row in hours if row.on(day)}
    columns = tuple(column for column in staff if column.id in there) or staff
    return DayBoard(day, columns, blocks, _open_instants(hours, day, zone))


def week_board(monday: date, by_room: bool = False, shown: Filter = EVERYTHING) -> WeekBoard:
    """Count, booked and free minutes per day and staff member; rooms have no working hours."""
    days = tuple(monday + timedelta(days=n) for n in range(7))
    loads = calendar.loads_of(days[0], days[-1], shown, by="room" if by_room else "staff")
    if by_room:
        return WeekBoard(days, _chosen(calendar.room_columns(), shown.room_ids), loads)
    columns = _chosen(calendar.staff_columns(), shown.staff_ids)
    opened = _open_minutes(calendar.working_hours(days[0], days[-1]), days)
    known = {(load.day, load.column_id): load for load in loads}
    filled = tuple(
        replace(
            known.get((day, column.id)) or DayLoad(day, column.id, 0, 0, 0),
            open_minutes=opened.get((column.id, day), 0),
        )
        for day in days
        for column in columns
    )
    return WeekBoard(days, columns, filled)


def month_board(days: Sequence[date], per_day: int, shown: Filter = EVERYTHING) -> MonthBoard:
    """Load per day over the whole team and the first ``per_day`` appointments of each day."""
    known = {load.day: load for load in calendar.loads_of(days[0], days[-1], shown)}
    opened = dict.fromkeys(days, 0)
    for (staff_id, day), minutes in _open_minutes(calendar.working_hours(days[0], days[-1]), days).items():
        if not shown.staff_ids or staff_id in shown.staff_ids:
            opened[day] += minutes
    loads = tuple(
        replace(known.get(day) or DayLoad(day, 0, 0, 0, 0), open_minutes=opened[day]) for day in days
    )
    return MonthBoard(loads, calendar.first_of_days(days[0], days[-1], per_day, shown) if per_day else ())


def list_board(first: date, last: date, zone: Zone, shown: Filter = EVERYTHING) -> ListBoard:
    """Every appointment of the days, by start."""
    staff = {column.id: column.name for column in calendar.staff_columns()}
    rooms = {column.id: column.name for column in calendar.room_columns() if column.id}
    return ListBoard(calendar.blocks_of(first, last, zone, shown), staff, rooms)


def _chosen(columns: tuple[Column, ...], ids: Sequence[int]) -> tuple[Column, ...]:
    return tuple(column for column in columns if not ids or column.id in ids)


def _open_minutes(hours: Sequence[Hours], days: Sequence[date]) -> dict[tuple[int, date], int]:
    """Working minutes by staff id and day."""
    found: dict[tuple[int, date], int] = {}
    for row in hours:
        for day in days:
            if row.on(day):
                key = (row.staff_id, day)
                found[key] = found.get(key, 0) + row.ends - row.starts
    return found


def _open_instants(hours: Sequence[Hours], day: date, zone: Zone) -> dict[int, list[tuple[int, int]]] | None:
    """Working hours of ``day`` per staff member; None where no hours are kept at all."""
    if not hours:
        return None
    found: dict[int, list[tuple[int, int]]] = {row.staff_id: [] for row in hours}
    for row in hours:
        if row.on(day):
            found[row.staff_id].append((at_minute(day, row.starts, zone), at_minute(day, row.ends, zone)))
    return found
