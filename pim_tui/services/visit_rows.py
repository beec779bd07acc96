"""Visits from elsewhere as rows of the table: their columns, what they collide with, and storing many.

The same for every import and for the series that goes on by itself.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from ..db.bulk import insert
from ..domain.moments import MINUTE, day_bounds, wall
from ..domain.scheduling import occupied_interval
from ..domain.session import Session
from ..domain.states import Status
from ..models import Appointment
from ..queries import known
from .equipment_rows import take_usual
from .visit_things import without_place


@dataclass(frozen=True, slots=True)
class KnownType:
    """An appointment type as an import needs it; buffers and ``minutes`` in minutes."""

    id: int
    mode: str
    before: int = 0
    after: int = 0
    minutes: int = 30


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment that comes in: everything but whether its time is free.

    ``starts_at`` is UTC seconds on a whole minute (T2). ``external_id`` recognises it the next time.
    """

    external_id: str
    customer_id: int
    staff_id: int
    starts_at: int
    minutes: int
    status: Status
    type_: KnownType | None = None
    room_id: int | None = None
    mode: str = "in_person"
    reason: str = ""
    note: str = ""
    cancel_reason: str = ""
    cancelled_by: str = ""


def columns(visit: Visit, session: Session, now: int) -> dict[str, Any]:
    """The columns of the appointment (T2, T5, T6); overbooked by nobody yet."""
    zone, type_ = session.zone, visit.type_
    ends = visit.starts_at + visit.minutes * MINUTE
    starts = wall(visit.starts_at, zone)
    marked = visit.status in (Status.COMPLETED, Status.MISSED)
    buffers = (type_.before, type_.after) if type_ else (0, 0)
    occupied = occupied_interval(visit.starts_at, ends, visit.status, *buffers, marked_at=ends)
    canceled = visit.status == Status.CANCELED
    return {
        "customer_id": visit.customer_id, "staff_id": visit.staff_id, "room_id": visit.room_id,
        "type_id": type_.id if type_ else None, "mode": visit.mode, "starts_at": visit.starts_at,
        "ends_at": ends, "minutes": visit.minutes, "day": starts.date().isoformat(),
        "wall": f"{starts:%H:%M}", "zone": zone,
        "crosses_midnight": int(ends > day_bounds(starts.date(), zone)[1]),
        "occupied_from": occupied.start if occupied else None,
        "occupied_to": occupied.end if occupied else None,
        "status": str(visit.status), "reason": visit.reason, "note": visit.note,
        "marked_at": now if canceled else ends if marked else None,
        "cancel_reason": visit.cancel_reason if canceled else "",
        "cancelled_by": visit.cancelled_by if canceled else "",
        "overbooked_by_id": None, "overbook_reason": "", "external_id": visit.external_id,
        "created_at": now, "created_by_id": session.staff_id, "version": 1,
    }  # fmt: skip


def spans(values: dict[str, Any], several: Container[int] = ()) -> list[known.Span]:
    """The time that an appointment takes from others: of its staff member, and of its room (T7).

    Rooms of ``several`` places are judged by :func:`visit_things.without_place`.
    """
    if values["occupied_from"] is None:
        return []
    start, end = values["occupied_from"], values["occupied_to"]
    found = [known.Span("staff", values["staff_id"], start, end)]
    if values["room_id"] is not None and values["room_id"] not in several:
        found.append(known.Span("room", values["room_id"], start, end))
    return found


def overbook(values: dict[str, Any], session: Session, reason: str) -> None:
    """Mark an appointment as overbooked by whoever acts, for ``reason`` (T9)."""
    values["overbooked_by_id"] = session.staff_id
    values["overbook_reason"] = reason


def overbook_taken(rows: Sequence[dict[str, Any]], session: Session, reason: str) -> int:
    """Mark those whose time is taken, by an appointment that is here or by one before it; how many."""
    several = known.rooms_of_several()
    wanted = [(place, span) for place, values in enumerate(rows) for span in spans(values, several)]
    busy = known.taken([span for _, span in wanted])
    taken = without_place(rows, several) | {
        place for (place, _), is_busy in zip(wanted, busy, strict=True) if is_busy
    }
    ends: dict[tuple[str, int], int] = {}
    for place, span in sorted(wanted, key=lambda pair: pair[1].start):
        until = ends.get((span.what, span.id), span.start)
        if until > span.start:
            taken.add(place)
        ends[span.what, span.id] = max(until, span.end)
    for place in taken:
        overbook(rows[place], session, reason)
    return len(taken)


def insert_visits(rows: Sequence[dict[str, Any]]) -> list[int]:
    """Store appointments and what their types take inside the running transaction; their ids, in order."""
    if not rows:
        return []
    insert([_FIELDS[name] for name in rows[0]], (tuple(values.values()) for values in rows))
    here = known.appointments_by_external_id(values["external_id"] for values in rows)
    ids = [here[values["external_id"]] for values in rows]
    take_usual(
        (id_, values["type_id"], values["occupied_from"], values["occupied_to"])
        for id_, values in zip(ids, rows, strict=True)
    )
    return ids


_FIELDS = {field.column_name: field for field in Appointment._meta.sorted_fields}
