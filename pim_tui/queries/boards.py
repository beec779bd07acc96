"""What each view of the calendar needs, read in one go on one connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ..domain.agenda import Block, Column, DayLoad, Mark
from ..domain.intervals import Interval, lanes
from ..domain.moments import Zone, day_bounds
from ..domain.rights import Right
from ..domain.worktime import Minutes, Worker, day_note, expected, keeps_hours, marks_of, minutes_between
from . import calendar
from .calendar import EVERYTHING, Filter
from .equipment import rooms_of_several
from .gate import guarded
from .holds import Held, holds_between
from .worktime import WorkTime, work_time

_TAKES_PLACE = ("S", "C")
NOTHING = (0, 0)
"""Count and minutes of a day that holds no appointment."""


class DayBoard(NamedTuple):
    """One day: who is there, what is booked and held, and the working hours as instants per staff id.

    ``marks`` are, by column, the stretches closed for a reason; ``note`` is what is said of the day.
    """

    day: date
    columns: tuple[Column, ...]
    blocks: tuple[Block, ...]
    open_hours: Mapping[int, Sequence[tuple[int, int]]] | None
    marks: Mapping[int, tuple[Mark, ...]]
    note: str
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


@guarded(Right.SEE_APPOINTMENT)
def day_board(
    day: date, zone: Zone, by_room: bool = False, shown: Filter = EVERYTHING, now: int | None = None
) -> DayBoard:
    """The day, with a column for everybody who works or has appointments, or for every room.

    ``now`` is what tells which holds have not ended; without it there are none.
    """
    blocks = calendar.blocks_of(day, day, zone, shown)
    holds = () if now is None else holds_between(*day_bounds(day, zone), now)
    if by_room:
        told = work_time((), day, day)
        rooms = _chosen(calendar.room_columns(), shown.room_ids)
        closed = marks_of(Worker(), told.clinic, day, zone)
        marks = {column.id: closed for column in rooms} if closed else {}
        rooms = _with_places(rooms, blocks) if shown == EVERYTHING else rooms
        return DayBoard(day, rooms, blocks, None, marks, day_note(told.clinic, day), holds)
    staff = _chosen(calendar.staff_columns(), shown.staff_ids)
    told = work_time([column.id for column in staff], day, day)
    there = {block.staff_id for block in blocks}
    there |= {staff_id for staff_id, worker in told.workers.items() if expected(worker, day)}
    columns = tuple(column for column in staff if column.id in there) or staff
    open_, note = _open_instants(told, day, zone), day_note(told.clinic, day)
    return DayBoard(day, columns, blocks, open_, _marks(told, day, zone), note, holds)


def _marks(told: WorkTime, day: date, zone: Zone) -> dict[int, tuple[Mark, ...]]:
    """What is closed for a reason, by staff id."""
    found = {id_: marks_of(worker, told.clinic, day, zone) for id_, worker in told.workers.items()}
    return {id_: marks for id_, marks in found.items() if marks}


@guarded(Right.SEE_APPOINTMENT)
def week_board(monday: date, by_room: bool = False, shown: Filter = EVERYTHING) -> WeekBoard:
    """Count, booked and free minutes per day and staff member; rooms have no working hours."""
    days = tuple(monday + timedelta(days=n) for n in range(7))
    rows = calendar.load_rows(days[0], days[-1], shown, by="room" if by_room else "staff")
    known: dict[str, dict[int, tuple[int, int]]] = {day.isoformat(): {} for day in days}
    for day, column_id, count, minutes in rows:
        known[day][column_id] = (count, minutes)
    columns = calendar.room_columns() if by_room else calendar.staff_columns()
    columns = _chosen(columns, shown.room_ids if by_room else shown.staff_ids)
    told = work_time([] if by_room else [column.id for column in columns], days[0], days[-1])
    opened, said = _open_minutes(told, days), {day: told.why(day) for day in days}
    loads = tuple(
        DayLoad(
            day,
            column.id,
            *known[day.isoformat()].get(column.id, NOTHING),
            opened[day].get(column.id, 0),
            said[day].get(column.id, ""),
        )
        for day in days
        for column in columns
    )
    return WeekBoard(days, columns, loads)


@guarded(Right.SEE_APPOINTMENT)
def month_board(days: Sequence[date], per_day: int, shown: Filter = EVERYTHING) -> MonthBoard:
    """Load per day over the whole team and the first ``per_day`` appointments of each day."""
    rows = calendar.load_rows(days[0], days[-1], shown)
    known = {row.day: (row.visits, row.minutes) for row in rows}
    staff = _chosen(calendar.staff_columns(), shown.staff_ids)
    told = work_time([column.id for column in staff], min(days), max(days))
    opened = {day: sum(of_staff.values()) for day, of_staff in _open_minutes(told, days).items()}
    loads = tuple(
        DayLoad(
            day,
            0,
            *known.get(day.isoformat(), NOTHING),
            opened[day],
            "" if opened[day] else day_note(told.clinic, day),
        )
        for day in days
    )
    return MonthBoard(loads, calendar.first_of_days(days[0], days[-1], per_day, shown) if per_day else ())


@guarded(Right.SEE_APPOINTMENT)
def list_board(first: date, last: date, zone: Zone, shown: Filter = EVERYTHING) -> ListBoard:
    """Every appointment of the days, by start."""
    staff = {column.id: column.name for column in calendar.staff_columns()}
    rooms = {column.id: column.name for column in calendar.room_columns() if column.id}
    return ListBoard(calendar.blocks_of(first, last, zone, shown), staff, rooms)


def _chosen(columns: tuple[Column, ...], ids: Sequence[int]) -> tuple[Column, ...]:
    return tuple(column for column in columns if not ids or column.id in ids)


def _with_places(rooms: tuple[Column, ...], blocks: Sequence[Block]) -> tuple[Column, ...]:
    """Rooms of several places tell how many of them are taken when most are: "Gym 2/3"."""
    several = rooms_of_several()
    taken: dict[int | None, list[Interval]] = {}
    for block in blocks:
        if block.room_id in several and block.status in _TAKES_PLACE:
            taken.setdefault(block.room_id, []).append(Interval(block.starts_at, block.ends_at))
    most = {id_: max(width for _, width in lanes(times)) for id_, times in taken.items()}
    return tuple(
        room._replace(name=f"{room.name} {most.get(room.id, 0)}/{several[room.id]}")
        if room.id in several
        else room
        for room in rooms
    )


def _open_minutes(told: WorkTime, days: Sequence[date]) -> dict[date, dict[int, int]]:
    """Working minutes of each day by staff id; none of who keeps no hours."""
    found: dict[date, dict[int, int]] = {day: {} for day in days}
    added: dict[Minutes, int] = {}
    first, last = min(days), max(days)
    for staff_id, worker in told.workers.items():
        if not worker.hours:
            continue
        minutes = minutes_between(worker, told.clinic, first, last)
        for day in days:
            if parts := minutes[(day - first).days]:
                # Most people have one and the same week.
                if parts not in added:
                    added[parts] = sum(ends - starts for starts, ends in parts)
                found[day][staff_id] = added[parts]
    return found


def _open_instants(told: WorkTime, day: date, zone: Zone) -> dict[int, list[tuple[int, int]]] | None:
    """Working time of ``day`` per staff member whose hours are kept, or of whom something is said.

    None where there is nobody like that.
    """
    said = told.why(day)
    kept = {
        staff_id for staff_id, worker in told.workers.items() if staff_id in said or keeps_hours(worker, day)
    }
    open_ = told.open_time(day, day, zone) if kept else {}
    return {staff_id: [(one.start, one.end) for one in open_[staff_id]] for staff_id in kept} or None
