"""Where an appointment would lie and what is around it: read once for the eye, once under the lock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal, NamedTuple

from ..db.connection import select
from ..db.many import marks
from ..domain.intervals import Interval, intersect, union
from ..domain.moments import MINUTE, Zone, day_bounds, day_of
from ..domain.rights import Right
from ..domain.scheduling import Candidate, Clash, Occupied, Thing, clashes, nearest_free
from ..domain.visit import Details
from ..domain.worktime import refusal
from . import calendar
from .gate import guarded
from .holds import Asker, held_by_others
from .worktime import open_time, work_time

LONGEST_BUFFER = 240 * MINUTE
"""Seconds a type may keep free before or after (T6)."""

DAY = 86_400

LOOK_ON = 14
"""Days in which another time is looked for where somebody does not work at all on the wished one."""

_OCCUPIED = (
    "select a.id, a.staff_id, a.room_id, a.customer_id, a.occupied_from, a.occupied_to, a.starts_at,"
    " a.ends_at, trim(c.first_name || ' ' || c.last_name) || coalesce(', ' || t.name, ''), s.name,"
    " coalesce(r.name, ''),"
    " a.overbooked_by_id is not null from appointment a join customer c on c.id = a.customer_id"
    " join staff s on s.id = a.staff_id left join room r on r.id = a.room_id"
    " left join appointment_type t on t.id = a.type_id where "
)


@guarded(Right.SEE_APPOINTMENT)
def candidate_of(
    details: Details, ignore_id: int | None = None, buffers: tuple[int, int] | None = None
) -> Candidate:
    """The appointment that ``details`` ask for; ``buffers`` are its type's unless told (T6).

    An appointment that is moved (``ignore_id``) keeps the buffers that it was booked with, as long as
    its type and its room stay the same.
    """
    shown = Interval(details.starts_at, details.starts_at + max(0, details.minutes) * MINUTE)
    if buffers is None and ignore_id is not None:
        buffers = _booked_buffers(ignore_id, details)
    return Candidate(
        details.staff_id,
        details.room_id,
        details.customer_id,
        shown,
        *(buffers or buffers_of(details.type_id)),
        ignore_id,
        details.equipment_ids,
        things_of(details.room_id, details.equipment_ids),
    )


def buffers_of(type_id: int | None) -> tuple[int, int]:
    """Minutes kept free before and after, from the appointment type (T6)."""
    rows = select("select buffer_before, buffer_after from appointment_type where id = ?", [type_id])
    return rows[0] if rows else (0, 0)


def _booked_buffers(id_: int, details: Details) -> tuple[int, int] | None:
    """Minutes that the appointment keeps free as it stands; None for one of another type or room.

    Nor does one that is canceled or missed tell them: its time is gone. Index: primary key.
    """
    rows = select(
        "select starts_at - occupied_from, occupied_to - ends_at, type_id, room_id from appointment"
        " where id = ? and status in ('S', 'C')",
        [id_],
    )
    if not rows or rows[0][2:] != (details.type_id, details.room_id):
        return None
    return rows[0][0] // MINUTE, rows[0][1] // MINUTE


def things_of(room_id: int | None, equipment_ids: Sequence[int]) -> tuple[Thing, ...]:
    """The room and the equipment by name, with their places. Index: primary key, of both."""
    wanted: list[tuple[Literal["room", "equipment"], int]] = []
    if room_id is not None:
        wanted.append(("room", room_id))
    wanted += [("equipment", id_) for id_ in equipment_ids]
    if not wanted:
        return ()
    sql = " union all ".join(
        f"select {place}, id, name, capacity from {kind} where id = ?"
        for place, (kind, _) in enumerate(wanted)
    )
    found = select(sql, [id_ for _, id_ in wanted])
    return tuple(Thing(wanted[place][0], *rest) for place, *rest in found)


@guarded(Right.SEE_APPOINTMENT)
def around(
    candidate: Candidate, zone: Zone, days: int = 1, *, asker: Asker | None = None
) -> tuple[Occupied, ...]:
    """What occupies its staff member, room, equipment or customer on its local day and ``days`` - 1 after it.

    For ``asker`` that is what other sessions hold, too (T8). The margin is for an offer at either end of
    the day, which may touch a buffer across midnight.
    """
    day, margin = day_window(candidate.shown.start, zone, days), 2 * LONGEST_BUFFER
    window = Interval(
        min(day.start, candidate.interval.start) - margin, max(day.end, candidate.interval.end) + margin
    )
    return occupied_around(
        window,
        staff_id=candidate.staff_id,
        room_id=candidate.room_id,
        customer_id=candidate.customer_id,
        equipment_ids=candidate.equipment_ids,
        asker=asker,
    )


class Ground(NamedTuple):
    """What a candidate is judged by: what is there, when its staff member works, and what to say if not."""

    existing: tuple[Occupied, ...]
    open_: list[Interval]
    closed: str


@guarded(Right.SEE_APPOINTMENT)
def ground(
    candidate: Candidate, zone: Zone, before: Mapping[str, Any] | None = None, asker: Asker | None = None
) -> Ground:
    """All around the candidate on its day, and further on where nobody works then (T7, T9, T10).

    ``before`` are the columns of the appointment that it is now: the time that it holds of its staff
    member stays its own, whatever the hours have become. For ``asker``
    what others hold is in the way as well (T8).
    """
    shown, staff_id = candidate.shown, candidate.staff_id or 0
    first, last = day_of(shown.start, zone), day_of(max(shown.start, shown.end - 1), zone)
    told = work_time([staff_id], first - timedelta(days=1), last + timedelta(days=1))
    day = day_window(shown.start, zone)
    reach = Interval(min(day.start, shown.start), max(day.end, shown.end))
    hours = told.open_time(first - timedelta(days=1), last + timedelta(days=1), zone)[staff_id]
    own = _held(candidate, before)
    open_, days = intersect(union([*hours, *own]), [reach]), 1
    closed = ""
    if not any(part.contains(shown) for part in open_):
        name = calendar.staff_name(staff_id) or "this staff member"
        closed = refusal(told.workers[staff_id], told.clinic, shown, zone, name)
        if not open_:
            days = LOOK_ON
            open_ = list(_working_time(staff_id, day_window(shown.start, zone, days), zone))
    return Ground(around(candidate, zone, days, asker=asker), open_, closed)


def _held(candidate: Candidate, before: Mapping[str, Any] | None) -> list[Interval]:
    """The time that the appointment takes of this staff member already."""
    if not before or before["staff_id"] != candidate.staff_id or before["occupied_from"] is None:
        return []
    return intersect(
        [Interval(before["starts_at"], before["ends_at"])],
        [Interval(before["occupied_from"], before["occupied_to"])],
    )


@guarded(Right.SEE_APPOINTMENT)
def occupied_around(
    window: Interval,
    *,
    staff_id: int | None,
    room_id: int | None,
    customer_id: int | None,
    equipment_ids: Sequence[int] = (),
    asker: Asker | None = None,
) -> tuple[Occupied, ...]:
    """What occupies the staff member, the room, the equipment or the customer within ``window`` (T7),
    and for ``asker`` what others hold of it (T8).

    Of the equipment that each has only ``equipment_ids`` are told. Indexes: ``appointment (staff,
    occupied_from)``, ``(room, occupied_from)``, ``(customer, starts_at)`` for stays of up to a day,
    ``appointment_long_staff_id`` and ``appointment_long_room_id`` for longer ones; primary key, for the
    equipment's.
    """
    parts, params = [], list[object]()
    for column, value in (("staff_id", staff_id), ("room_id", room_id)):
        if value is None:
            continue
        parts.append(f"a.{column} = ? and a.occupied_from > ? and a.occupied_from < ? and a.occupied_to > ?")
        params += [value, window.start - DAY, window.end, window.start]
        parts.append(
            f"a.{column} = ? and a.occupied_to - a.occupied_from > {DAY}"
            " and a.occupied_to > ? and a.occupied_from < ?"
        )
        params += [value, window.start, window.end]
    if customer_id is not None:
        parts.append(
            "a.customer_id = ? and a.starts_at < ? and a.ends_at > ? and a.occupied_from is not null"
        )
        params += [customer_id, window.end, window.start]
    if having := _having(window, equipment_ids):
        parts.append(f"a.id in ({marks(having)}) and a.occupied_from is not null")
        params += having
    rows = select(" union ".join(_OCCUPIED + part for part in parts), params) if parts else []
    # Put in order here: asked of the database, the order would choose the index, and not the long stays.
    rows.sort(key=lambda row: (row[4], row[0]))
    held = held_by_others(window, asker, staff_id=staff_id, room_id=room_id) if asker else ()
    booked = (_occupied(row, having.get(row[0], ())) for row in rows)
    return (*booked, *(one.occupied(asker.zone) for one in held if asker))


def _having(window: Interval, equipment_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Which of the equipment each appointment has within ``window``.

    Indexes: ``appointment_equipment (equipment, occupied_from)`` and the partial one of long stays.
    """
    found: dict[int, tuple[int, ...]] = {}
    for equipment_id in equipment_ids:
        rows = select(
            "select appointment_id from appointment_equipment where equipment_id = ? and occupied_from > ?"
            " and occupied_from < ? and occupied_to > ? union select appointment_id from"
            f" appointment_equipment where equipment_id = ? and occupied_to - occupied_from > {DAY}"
            " and occupied_to > ? and occupied_from < ?",
            [
                *(equipment_id, window.start - DAY, window.end, window.start),
                *(equipment_id, window.start, window.end),
            ],
        )
        for (id_,) in rows:
            found[id_] = (*found.get(id_, ()), equipment_id)
    return found


def _occupied(row: tuple[Any, ...], equipment: tuple[int, ...]) -> Occupied:
    id_, staff, room, customer, held_from, held_to, starts, ends, label, owner, room_name, overbooked = row
    return Occupied(
        id_, staff, room, customer, Interval(held_from, held_to), Interval(starts, ends),
        label, owner, bool(overbooked), room_name, equipment,
    )  # fmt: skip


def day_window(instant: int, zone: Zone, days: int = 1) -> Interval:
    """The local day of ``instant`` and ``days`` - 1 after it: where conflicts and offers are looked for."""
    day = day_of(instant, zone)
    return Interval(day_bounds(day, zone)[0], day_bounds(day + timedelta(days=days - 1), zone)[1])


@guarded(Right.SEE_APPOINTMENT)
def collisions(
    details: Details, zone: Zone, now: int, ignore_id: int | None = None, session: str = ""
) -> tuple[tuple[Clash, ...], tuple[int, ...]]:
    """What ``details`` collide with right now, and the nearest free starts if they do (T7).

    ``session`` is the key of who asks: its own hold is not in its way.
    """
    candidate = candidate_of(details, ignore_id)
    existing, open_, closed = ground(candidate, zone, place_of(ignore_id), Asker(session, now, zone))
    found = clashes(candidate, existing, zone=zone, open_=open_, closed=closed)
    if not any(clash.hard for clash in found):
        return found, ()
    offers = nearest_free(
        candidate,
        existing,
        open_=open_,
        step_minutes=15,
        around=candidate.shown.start,
        not_before=now,
        zone=zone,
    )
    return found, offers


@guarded(Right.SEE_APPOINTMENT)
def place_of(appointment_id: int | None) -> dict[str, Any] | None:
    """The time that an appointment holds, as :func:`ground` takes it. Index: primary key."""
    if appointment_id is None:
        return None
    names = ("staff_id", "starts_at", "ends_at", "occupied_from", "occupied_to")
    rows = select(f"select {', '.join(names)} from appointment where id = ?", [appointment_id])
    return dict(zip(names, rows[0], strict=True)) if rows else None


def _working_time(staff_id: int, window: Interval, zone: Zone) -> tuple[Interval, ...]:
    """Working time of one staff member on the days of ``window``."""
    first, last = day_of(window.start, zone), day_of(window.end - 1, zone)
    return open_time([staff_id], first, last, zone)[staff_id]


class Place(NamedTuple):
    """Somebody's time, and a room's: UTC seconds, half open; ``room_id`` is None where none is wanted."""

    staff_id: int
    room_id: int | None
    starts: int
    ends: int


@guarded(Right.SEE_APPOINTMENT)
def occupied_at(
    places: Sequence[Place], customer_id: int, days: Interval, equipment_ids: Sequence[int] = ()
) -> tuple[Occupied, ...]:
    """What occupies any of the ``places``, and all that the customer has within ``days``.

    One select, and one more where there is equipment. Each place is looked up by itself, so that two
    hundred of two years cost little more than what they find. Indexes as for :func:`occupied_around`.
    """
    if not places:
        return ()
    # Whole numbers are written out: as parameters PostgreSQL would take them for text.
    values = ", ".join(
        f"({int(one.staff_id)}, {int(one.room_id or 0)}, {int(one.starts)}, {int(one.ends)})"
        for one in places
    )
    having = _having_at(values, equipment_ids)
    first, last = min(one.starts for one in places), max(one.ends for one in places)
    parts = [
        f"select n.id from wanted w cross join appointment n where n.{what}_id = w.{what} and n.occupied_from"
        f" > w.starts - {DAY} and n.occupied_from < w.ends and n.occupied_to > w.starts"
        f" union select n.id from appointment n where n.{what}_id in (select {what} from wanted) and"
        f" n.occupied_to - n.occupied_from > {DAY} and n.occupied_to > {first} and n.occupied_from < {last}"
        for what in ("staff", "room")
    ]
    parts.append(
        "select n.id from appointment n where n.customer_id = ? and n.starts_at < ? and n.ends_at > ?"
        " and n.occupied_from is not null"
    )
    if having:
        parts.append(f"select n.id from appointment n where n.id in ({', '.join(map(str, having))})")
    rows = select(
        f"with wanted (staff, room, starts, ends) as (values {values}) {_OCCUPIED}"
        f"a.id in ({' union '.join(parts)}) order by a.occupied_from, a.id",
        [customer_id, days.end, days.start],
    )
    return tuple(_occupied(row, having.get(row[0], ())) for row in rows)


def _having_at(values: str, equipment_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Which of the equipment each appointment has at any of the places, written as SQL values.

    Index: ``appointment_equipment (equipment, occupied_from)``; the equipment of stays of over a day is
    looked through.
    """
    found: dict[int, tuple[int, ...]] = {}
    for equipment_id in equipment_ids:
        rows = select(
            f"with wanted (staff, room, starts, ends) as (values {values}) select distinct e.appointment_id"
            " from wanted w cross join appointment_equipment e where e.equipment_id = ? and e.occupied_from"
            f" < w.ends and e.occupied_to > w.starts and (e.occupied_from > w.starts - {DAY}"
            f" or e.occupied_to - e.occupied_from > {DAY})",
            [equipment_id],
        )
        for (id_,) in rows:
            found[id_] = (*found.get(id_, ()), equipment_id)
    return found
