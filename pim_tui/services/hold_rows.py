"""The rows of times that are held, as use cases write them inside their transaction (T8)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..db.connection import select
from ..domain.intervals import Interval
from ..domain.moments import MINUTE
from ..domain.scheduling import Candidate, check_fit, check_length
from ..errors import Fault, Invalid, Refused
from ..models import Hold
from ..queries.fitting import ground, place_of
from ..queries.holds import own_holds
from .work import Work


def placed(work: Work, candidate: Candidate, entry_id: int | None = None) -> int:
    """Hold what the candidate shows; the id of the hold.

    A session holds one time by key, and one for each entry of the waiting list that it offers a time. What is
    to be moved there (``ignore_id``) may keep what it has, as when it is moved. Raises
    :class:`Refused` (T7) with what is in the way and the nearest free times, or Invalid.
    """
    shown, staff_id, zone = candidate.shown, candidate.staff_id or 0, work.session.zone
    _check(work, staff_id, shown)
    existing, open_, closed = ground(candidate, zone, place_of(candidate.ignore_id), work.asker)
    check_fit(candidate, existing, zone=zone, open_=open_, closed=closed, not_before=work.now)
    _sweep(work, shown, staff_id, entry_id)
    id_ = Hold.insert(
        staff=staff_id,
        room=candidate.room_id,
        starts_at=shown.start,
        ends_at=shown.end,
        entry=entry_id,
        holder=work.session.staff_id,
        session=work.session.key,
        created_at=work.now,
        expires_at=work.now + work.session.calendar.hold * MINUTE,
    ).execute()
    work.changed("hold", "hold", int(id_), None, stored(int(id_)))
    return int(id_)


def booked_over(work: Work, staff_id: int, taken: Interval) -> None:
    """What the session holds of a time that it books goes with the booking."""
    if own_holds(work.session.key):
        where = "session = ? and staff_id = ? and starts_at < ? and ends_at > ?"
        forget(work, "book over", found(where, [work.session.key, staff_id, taken.end, taken.start]))


def of_entry(work: Work, entry_id: int) -> None:
    """What is held for an entry of the waiting list goes."""
    forget(work, "release", found("entry_id = ?", [entry_id]))


def stored(id_: int) -> dict[str, Any]:
    """A hold as the journal keeps it: its columns, and whose time it is by ``name``."""
    return found("id = ?", [id_])[0]


_COLUMNS = (
    "id", "staff_id", "room_id", "starts_at", "ends_at", "holder_id", "session", "entry_id", "expires_at",
    "created_at",
)  # fmt: skip


def found(where: str, params: list[object]) -> list[dict[str, Any]]:
    """The holds of which that is so, by id, as :func:`stored` tells one."""
    rows = select(
        f"select {', '.join(_COLUMNS)}, (select name from staff where staff.id = hold.staff_id) from hold"
        f" where {where} order by id",
        params,
    )
    return [dict(zip((*_COLUMNS, "name"), row, strict=True)) for row in rows]


def _check(work: Work, staff_id: int, shown: Interval) -> None:
    if not select("select 1 from staff where id = ? and active = 1", [staff_id]):
        raise Invalid([Fault("staff_id", "this staff member does not exist or is no longer active")])
    if shown.start % MINUTE:
        raise Invalid([Fault("starts_at", "must be a whole minute")])
    check_length(shown)
    if shown.end <= work.now:
        raise Refused("That time is over.", "Hold a time that lies ahead.", rule="T8")


def _sweep(work: Work, shown: Interval, staff_id: int, entry_id: int | None) -> None:
    """Make room: what has ended goes without a word, and what this session lets go for the new one."""
    Hold.delete().where(Hold.expires_at <= work.now).execute()
    same = "entry_id is null" if entry_id is None else "entry_id = ?"
    mine = f"session = ? and ({same} or (staff_id = ? and starts_at < ? and ends_at > ?))"
    entry = [] if entry_id is None else [entry_id]
    forget(work, "release", found(mine, [work.session.key, *entry, staff_id, shown.end, shown.start]))


def forget(work: Work, action: str, rows: Iterable[dict[str, Any]]) -> None:
    """Let holds go, and tell the journal by what act."""
    for row in rows:
        Hold.delete().where(Hold.id == row["id"]).execute()
        work.changed(action, "hold", row["id"], row, None)
