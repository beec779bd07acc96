"""What needs moving: appointments to come that lie outside the working time of whom they are with (T10).

Besides them what was booked elsewhere over another appointment, or is there at another time than here.
Worked out anew each time from what is there, so that it holds until the last of them was moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain, groupby, islice
from operator import attrgetter
from typing import NamedTuple

from ..db.connection import select
from ..domain.agenda import Block
from ..domain.calendly import BOOKED, CALENDLY
from ..domain.intervals import Interval
from ..domain.moments import MIDNIGHT, Zone, day_of
from ..domain.outlying import Starts, starts_in_doubt
from ..domain.rights import Right
from ..domain.worktime import Absence, in_the_way, minutes_between, minutes_on, minutes_text
from . import bookings, calendar
from .gate import guarded
from .worktime import WorkTime, work_time

AT_ONCE = 500
"""Appointments that the list holds; the next ones come when these are moved."""
COUNTED = 100
"""As far as they are counted: a title tells of more only that there are."""
_STRETCH = 31
"""Days of which appointments and working time are held in memory at a time."""
_DAY = timedelta(days=1)

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

    Perhaps only those of one of them, or of some days, :data:`_STRETCH` days at a time: what lies in the time
    that everybody works is not read. Indexes: ``appointment (day, staff, room, type, status, minutes)``,
    covering, for who is booked when; ``appointment (day, starts_at)``.
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
    today, end = day_of(now, zone), last or date.max
    since = max(today, first or today)
    while since <= end:
        until = since + min(timedelta(days=_STRETCH - 1), end - since)
        booked, furthest = _booked(since, until, staff_id)
        yield from _of_stretch(booked, now, zone, staff_id)
        end = min(end, furthest)
        since = min(until, end) + _DAY


def _of_stretch(booked: Sequence[_Booked], now: int, zone: Zone, staff_id: int | None) -> Iterator[int]:
    """The same of the days that are ``booked``."""
    if not booked:
        return
    reach = timedelta(days=2 + max(one.longest for one in booked) // MIDNIGHT)
    days = booked[0].on - _DAY, booked[-1].on + reach
    told = work_time(tuple({one.staff_id for one in booked}), *days)
    if rows := _placed(_in_doubt(booked, told, zone), now, staff_id):
        yield from _outside(rows, told.open_time(*days, zone))


class _Booked(NamedTuple):
    """A day on which somebody has appointments to come, ISO text, and how many minutes the longest takes."""

    day: str
    staff_id: int
    longest: int

    @property
    def on(self) -> date:
        """The day."""
        return date.fromisoformat(self.day)


def _booked(since: date, until: date, staff_id: int | None) -> tuple[list[_Booked], date]:
    """Who is booked on which of the days, by day; and the last day after them that anybody ever was.

    An index alone tells it; there may be no such day.
    """
    whose = "" if staff_id is None else " and staff_id = ?"
    *rows, beyond = select(
        "select day, staff_id, max(minutes), 0 from appointment where day between ? and ? and status = 'S'"
        f"{whose} group by day, staff_id union all"
        " select coalesce(max(day), ''), 0, 0, 1 from appointment where day > ? order by 4, 1",
        [since.isoformat(), until.isoformat(), *([] if staff_id is None else [staff_id]), until.isoformat()],
    )
    return [_Booked(*row[:3]) for row in rows], date.fromisoformat(beyond[0]) if beyond[0] else date.min


def _in_doubt(booked: Sequence[_Booked], told: WorkTime, zone: Zone) -> list[Starts]:
    """When those start that have to be looked at."""
    first, last = booked[0].on, booked[-1].on
    worked = {id_: minutes_between(worker, told.clinic, first, last) for id_, worker in told.workers.items()}
    found: list[Starts] = []
    for _, group in groupby(booked, attrgetter("day")):
        those = list(group)
        day, longest = those[0].on, max(one.longest for one in those)
        place = (day - first).days
        found += starts_in_doubt(day, (worked[one.staff_id][place] for one in those), longest, zone)
    return found


def _placed(starts: Sequence[Starts], now: int, staff_id: int | None) -> Sequence[Placed]:
    """The Scheduled appointments from ``now`` on that start then, by start."""
    whose = "" if staff_id is None else " and a.staff_id = ?"
    return select(
        f"with seen(day, since, until) as (values {', '.join(['(?, ?, ?)'] * len(starts))})"
        " select a.id, a.staff_id, a.starts_at, a.ends_at from seen cross join appointment a"
        " where a.day = seen.day and a.starts_at >= seen.since and a.starts_at < seen.until"
        f" and a.starts_at >= ? and a.status = 'S'{whose} order by a.starts_at, a.id",
        [*chain.from_iterable(starts), now, *([] if staff_id is None else [staff_id])],
    )


def _outside(rows: Sequence[Placed], told: Mapping[int, Sequence[Interval]]) -> Iterator[int]:
    """Those that no stretch of their staff member's working time holds whole."""
    at = dict.fromkeys(told, 0)
    for id_, staff_id, starts, ends in rows:
        open_, place = told[staff_id], at[staff_id]
        while place < len(open_) and open_[place].end <= starts:
            place += 1
        at[staff_id] = place
        if place == len(open_) or open_[place].start > starts or open_[place].end < ends:
            yield id_
