"""What needs moving: appointments to come that lie outside the working time of whom they are with (T10).

Besides them what was booked elsewhere over another appointment, or is there at another time than here.
Worked out anew each time from what is there, so that it holds until the last of them was moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import NamedTuple

from ..db.connection import select
from ..domain.agenda import Block
from ..domain.calendly import BOOKED, CALENDLY
from ..domain.intervals import Interval
from ..domain.moments import Zone, day_of
from ..domain.rights import Right
from ..domain.worktime import Absence, in_the_way, minutes_on, minutes_text
from . import bookings, calendar
from .gate import guarded
from .worktime import WorkTime, work_time

AT_ONCE = 500
"""Appointments that the list holds; the next ones come when these are moved."""
COUNTED = 100
"""As far as they are counted: a title tells of more only that there are."""
_STRETCH = 31
"""Days of which the appointments are held in memory at a time."""

Placed = tuple[int, int, int, int]
"""Id, staff id, start and end of an appointment."""


class ToMove(NamedTuple):
    """An appointment, whose it is, and why it cannot stay."""

    block: Block
    staff: str
    why: str


@guarded(Right.SEE_APPOINTMENT)
def ids_to_move(
    now: int, zone: Zone, staff_id: int | None = None, first: date | None = None, last: date | None = None
) -> tuple[int, ...]:
    """Every Scheduled appointment from ``now`` on that its staff member does not work at, by start.

    Perhaps only those of one of them, or of some days. Index: ``appointment (day, starts_at)``; appointments
    and working time are read :data:`_STRETCH` days at a time.
    """
    return tuple(_found(now, zone, staff_id, first, last))


@guarded(Right.SEE_APPOINTMENT)
def all_to_move(now: int, zone: Zone) -> tuple[int, ...]:
    """Every appointment that needs moving, for whatever reason, by start; once there are more than
    :data:`COUNTED`, no further ones are looked for.
    """
    found = islice(_found(now, zone, None, None, None), COUNTED)
    return tuple(dict.fromkeys((*found, *_booked_elsewhere(now))))


@guarded(Right.SEE_APPOINTMENT)
def to_move(now: int, zone: Zone) -> tuple[ToMove, ...]:
    """The first :data:`AT_ONCE` of them as a list shows them, by start."""
    elsewhere = _booked_elsewhere(now)
    ids = dict.fromkeys((*islice(_found(now, zone, None, None, None), AT_ONCE), *elsewhere))
    found = calendar.blocks_named(tuple(ids)[:AT_ONCE])
    blocks = sorted(found, key=lambda block: (block.starts_at, block.id))
    if not blocks:
        return ()
    staff_ids = tuple({block.staff_id for block in blocks})
    first, last = day_of(blocks[0].starts_at, zone), day_of(max(block.ends_at for block in blocks), zone)
    told, names = work_time(staff_ids, first, last), calendar.staff_names(staff_ids)
    return tuple(
        ToMove(block, names[block.staff_id], elsewhere.get(block.id) or _why(block, told, zone))
        for block in blocks
    )


def _booked_elsewhere(now: int) -> dict[int, str]:
    """Why those cannot stay that a service outside books."""
    return dict.fromkeys(bookings.colliding(CALENDLY, now, BOOKED), "Over another: Calendly") | dict(
        bookings.to_look_at(now)
    )


def count_text(
    now: int, zone: Zone, staff_id: int | None = None, first: date | None = None, last: date | None = None
) -> str:
    """`` 3 appointments need moving.`` with a space before it, empty where none does.

    Of whom and when is as for :func:`ids_to_move`.
    """
    count = len(ids_to_move(now, zone, staff_id, first, last))
    if not count:
        return ""
    return f" {count} appointment needs moving." if count == 1 else f" {count} appointments need moving."


def _why(block: Block, told: WorkTime, zone: Zone) -> str:
    """``Leave until 4 Dec 2026``, ``Closed: Staff outing``, ``Hours 09:00-12:30``, ``Not a working day``."""
    worker, asked = told.workers[block.staff_id], Interval(block.starts_at, block.ends_at)
    found = in_the_way(worker, told.clinic, asked, zone)
    if isinstance(found, Absence):
        return found.told
    hours = minutes_text(minutes_on(worker, told.clinic, day_of(block.starts_at, zone)))
    return found or (f"Hours {hours}" if hours else "Not a working day")


def _found(
    now: int, zone: Zone, staff_id: int | None, first: date | None, last: date | None
) -> Iterator[int]:
    """As :func:`ids_to_move`, one by one."""
    today = day_of(now, zone)
    whose = "" if staff_id is None else " and staff_id = ?"
    for since, until in _stretches(max(today, first or today), last or date.max):
        rows: Sequence[Placed] = select(
            "select id, staff_id, starts_at, ends_at from appointment where day between ? and ?"
            f" and starts_at >= ? and status = 'S'{whose} order by starts_at, id",
            [since.isoformat(), until.isoformat(), now, *([] if staff_id is None else [staff_id])],
        )
        if rows:
            ends = day_of(max(row[3] for row in rows), zone)
            yield from _outside(rows, since - timedelta(days=1), max(until, ends), zone)


def _stretches(since: date, last: date) -> Iterator[tuple[date, date]]:
    """First and last day of each, as far as there are appointments."""
    rows = select("select max(day) from appointment where day >= ?", [since.isoformat()])
    last = min(last, date.fromisoformat(rows[0][0])) if rows and rows[0][0] else date.min
    while since <= last:
        until = min(last, since + timedelta(days=_STRETCH - 1))
        yield since, until
        since = until + timedelta(days=1)


def _outside(rows: Sequence[Placed], first: date, last: date, zone: Zone) -> Iterator[int]:
    """Those that no stretch of their staff member's working time holds whole."""
    told = work_time(tuple({row[1] for row in rows}), first, last).open_time(first, last, zone)
    at = dict.fromkeys(told, 0)
    for id_, staff_id, starts, ends in rows:
        open_, place = told[staff_id], at[staff_id]
        while place < len(open_) and open_[place].end <= starts:
            place += 1
        at[staff_id] = place
        if place == len(open_) or open_[place].start > starts or open_[place].end < ends:
            yield id_
