"""Nobody is booked twice, and nothing is taken more often than it has places (T6-T9)."""

from __future__ import annotations

from collections.abc import Iterator

from ..db.connection import select
from ..db.soundness import SHOWN

Found = Iterator[tuple[str, int | None, str]]


def staff() -> Found:
    """No staff member is booked twice at once. Index: ``appointment (staff, occupied_from)``."""
    return _overlaps("staff")


def rooms() -> Found:
    """No more in any room at once than it has places. Index: ``appointment (room, occupied_from)``."""
    yield from _overlaps("room", " and room_id in (select id from room where capacity = 1)")
    yield from _crowded(
        "room",
        "select id, room_id as thing, occupied_from, occupied_to from appointment where"
        " room_id in (select id from room where capacity > 1) and occupied_from is not null"
        " and overbooked_by_id is null",
    )


def equipment() -> Found:
    """No more taken of any equipment at once than there is of it. Goes through its rows once."""
    return _crowded(
        "equipment",
        "select a.id, e.equipment_id as thing, e.occupied_from, e.occupied_to from"
        " appointment_equipment e join appointment a on a.id = e.appointment_id"
        " where e.occupied_from is not null and a.overbooked_by_id is null",
    )


def equipment_times() -> Found:
    """Equipment is taken for exactly the time that its appointment occupies (T6). Index: primary key."""
    rows = select(
        "select a.id, e.equipment_id from appointment_equipment e join appointment a on a.id ="
        " e.appointment_id where coalesce(e.occupied_from, -1) <> coalesce(a.occupied_from, -1)"
        f" or coalesce(e.occupied_to, -1) <> coalesce(a.occupied_to, -1) order by a.id limit {SHOWN + 1}"
    )
    for id_, thing in rows:
        yield "appointment", id_, f"has equipment {thing} for another time than its own"


def _overlaps(resource: str, among: str = "") -> Found:
    """Two that occupy one staff member or room at once, neither of them overbooked by right (T7, T9)."""
    column = f"{resource}_id"
    rows = select(
        f"select id, {column}, before from (select id, {column}, occupied_from, max(occupied_to) over"
        f" (partition by {column} order by occupied_from, id"
        " rows between unbounded preceding and 1 preceding) as before"
        f" from appointment where {column} is not null and occupied_from is not null"
        f" and overbooked_by_id is null{among}) as lined_up"
        f" where occupied_from < before order by id limit {SHOWN + 1}"
    )
    for id_, whose, _ in rows:
        yield "appointment", id_, f"overlaps another one of {resource} {whose}, and nobody overbooked it"


def _crowded(kind: str, taken: str) -> Found:
    """Who comes when all places are taken: every beginning and end in order, and how many are there.

    Whoever was overbooked by right is left out (T9).
    """
    rows = select(
        f"with taken as ({taken}) select distinct t.id, t.thing from (select id, thing, step, sum(step) over"
        " (partition by thing order by at, step, id"
        " rows between unbounded preceding and current row) as there"
        " from (select id, thing, occupied_from as at, 1 as step from taken union all"
        " select id, thing, occupied_to, -1 from taken) as turns) as t"
        f" join {kind} k on k.id = t.thing where t.step = 1 and t.there > k.capacity"
        f" order by t.id limit {SHOWN + 1}"
    )
    for id_, thing in rows:
        yield "appointment", id_, f"takes {kind} {thing} when it has no place left, and nobody overbooked it"
