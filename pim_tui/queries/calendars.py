"""What is known of somebody's calendar on a server, and which visits belong into it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from ..db.connection import select
from ..db.many import marks, pieces
from ..domain.calendars import PREFIX, Item, Memory, Window
from ..domain.handout import VisitOut, VisitsWanted, id_in_clinic
from ..domain.moments import Zone, day_of
from .exporting import visits

_ITEM = (
    "select i.id, i.href, i.uid, i.etag, i.sent, i.appointment_id, a.starts_at from calendar_item i"
    " left join appointment a on a.id = i.appointment_id where i.staff_id = ?"
)


class Ours(NamedTuple):
    """A visit that an event of a calendar is: its id, and the staff member it is with."""

    appointment_id: int
    staff_id: int


class Stretch(NamedTuple):
    """A stretch of blocked time, UTC seconds."""

    id: int
    starts_at: int
    ends_at: int
    text: str


def staff_called(name: str, *, left: bool = False) -> list[int]:
    """Who has this name and works here, or has worked with ``left``. Reads the whole table, some dozens."""
    found = select("select id, active from staff where name = ? order by id", [name])
    return [id_ for id_, active in found if active or left]


def items(staff_id: int, since: int) -> list[Item]:
    """The members of somebody's calendar, but for visits that were over at ``since`` and what is gone.

    Of customers who were erased all of them are there (P5): what tells their name is to be written anew.
    Index: ``calendar_item (staff, href)``.
    """
    rows = select(
        f"{_ITEM} and ((i.appointment_id is null and i.etag <> '') or a.ends_at > ?"
        " or a.customer_id in (select customer_id from erasure)) order by i.id",
        [staff_id, since],
    )
    return [Item(*row) for row in rows]


def item_at(staff_id: int, href: str) -> Item | None:
    """The member at ``href``, also one that is gone. Index: ``calendar_item (staff, href)``."""
    rows = select(f"{_ITEM} and i.href = ?", [staff_id, href])
    return Item(*rows[0]) if rows else None


def stretches(item_id: int, since: int) -> list[Stretch]:
    """The time that a member takes from ``since`` on, by start. Index: ``blocked_time (item)``."""
    rows = select(
        "select id, starts_at, ends_at, text from blocked_time where item_id = ? and ends_at > ?"
        " order by starts_at, id",
        [item_id, since],
    )
    return list(map(Stretch._make, rows))


def visits_with(staff_id: int, window: Window, zone: Zone, also: Sequence[int]) -> list[VisitOut]:
    """The visits that belong into somebody's calendar, by start: not canceled, and within the window.

    Those of ``also`` as well that are with this staff member, however far ahead. Indexes: those of
    :func:`~.exporting.visits`.
    """
    first, last = day_of(window.first, zone), day_of(window.last - 1, zone)
    alive = ("S", "C", "M")
    near = VisitsWanted(staff_ids=(staff_id,), statuses=alive, first=first - timedelta(days=1), last=last)
    found = {one.id: one for some in visits(near, zone) for one in some}
    for ids in pieces([id_ for id_ in also if id_ not in found]):
        far = VisitsWanted(ids=tuple(ids), staff_ids=(staff_id,), statuses=alive)
        found |= {one.id: one for some in visits(far, zone) for one in some}
    wanted = set(also)
    for id_, one in list(found.items()):
        if one.starts_at + one.minutes * 60 <= window.first and id_ not in wanted:
            del found[id_]
    return sorted(found.values(), key=lambda one: (one.starts_at, one.id))


def ours(uids: Sequence[str], clinic: str) -> dict[str, Ours]:
    """Which of these names are of visits here, and whose they are.

    Of visits that came as one event from elsewhere the first has its name. Indexes: ``outside_event (uid)``,
    primary keys.
    """
    named = {id_: uid for uid in uids if (id_ := id_in_clinic("visit", uid, clinic)) is not None}
    found: dict[str, Ours] = {}
    for some in pieces(list(named)):
        for id_, staff_id in select(
            f"select id, staff_id from appointment where id in ({marks(some)})", some
        ):
            found[named[id_]] = Ours(id_, staff_id)
    for others in pieces([uid for uid in uids if uid]):
        for uid, id_, staff_id in select(
            "select o.uid, a.id, a.staff_id from outside_event o"
            f" join appointment a on a.id = o.appointment_id where o.uid in ({marks(others)}) order by a.id",
            others,
        ):
            found.setdefault(uid, Ours(id_, staff_id))
    return found


def memory(name: str) -> Memory:
    """What the next pass of a chore goes on from. Index: ``service (name)``."""
    rows = select("select memory from service where name = ?", [name])
    try:
        kept = json.loads(rows[0][0]) if rows else {}
        return Memory(**kept) if isinstance(kept, dict) else Memory()
    except (ValueError, TypeError):
        return Memory()


def left_over(kept: Sequence[str]) -> list[str]:
    """Whose calendars were kept alike once and are not among ``kept`` any more, though they take time yet.

    Index: ``blocked_time (staff, ends_at)``, looked through.
    """
    rows = select(
        "select distinct s.name from service v join staff s on v.name = ? || s.name"
        " join calendar_item i on i.staff_id = s.id where i.appointment_id is not null or i.etag <> ''",
        [PREFIX],
    )
    return [name for (name,) in rows if name not in kept]
