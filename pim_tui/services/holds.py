"""Holding a time while somebody talks about it: no other desk books it, and it ends by itself (T8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..db.connection import select
from ..domain.intervals import Interval
from ..domain.moments import MINUTE, clock, day_label, day_of, days_touched, span
from ..domain.rights import Right
from ..domain.scheduling import Candidate, check_fit, check_length
from ..errors import Fault, Invalid, Refused
from ..models import Hold
from ..queries.fitting import ground, things_of
from ..queries.holds import own_holds
from .usecase import use_case
from .work import Done, Work


@dataclass(frozen=True, slots=True)
class HoldTime:
    """Hold a time of somebody's."""

    staff_id: int
    room_id: int | None
    starts_at: int
    minutes: int
    request: str = ""


@dataclass(frozen=True, slots=True)
class ReleaseHold:
    """Let one hold go."""

    id: int
    request: str = ""


@dataclass(frozen=True, slots=True)
class ReleaseOwn:
    """Let go of everything that this session holds: it ends."""

    request: str = ""


@use_case(Right.HOLD)
def hold_time(work: Work, command: HoldTime) -> Done:
    """Hold a free time; one that is held by key goes when another one is.

    Raises :class:`Refused` (T7) with what is in the way and the nearest free times, or Invalid.
    """
    shown = Interval(command.starts_at, command.starts_at + max(0, command.minutes) * MINUTE)
    things = things_of(command.room_id, ())
    id_ = placed(work, Candidate(command.staff_id, command.room_id, None, shown, things=things))
    row = stored(id_)
    zone = work.session.zone
    when = f"{day_label(day_of(row['starts_at'], zone))} {span(row['starts_at'], row['ends_at'], zone)}"
    days = days_touched(row["starts_at"], row["ends_at"], zone)
    says = f"Held until {clock(row['expires_at'], zone)}: {when}, {row['name']}. Esc lets it go."
    return Done("hold", (id_,), days, says=says)


@use_case(Right.HOLD)
def release(work: Work, command: ReleaseHold) -> Done:
    """Let it go; Refused when it has ended already or is somebody else's."""
    rows = [row for row in _rows("id = ?", [command.id]) if row["expires_at"] > work.now]
    if not rows:
        raise Refused("That time is not held any more.", "Hold it again, or book it.", rule="T8")
    if rows[0]["session"] != work.session.key:
        until = clock(rows[0]["expires_at"], work.session.zone)
        raise Refused("Somebody else holds that time.", f"It ends by itself at {until}.", rule="T8")
    return _let_go(work, rows)


@use_case(Right.HOLD)
def release_own(work: Work, command: ReleaseOwn) -> Done:
    """Let go of everything that the session holds; Refused when that is nothing."""
    rows = _rows("session = ?", [work.session.key])
    if not rows:
        raise Refused("You hold no time.", rule="T8")
    return _let_go(work, rows)


def placed(work: Work, candidate: Candidate, entry_id: int | None = None) -> int:
    """Hold what the candidate shows, inside a use case; the id of the hold. Raises as :func:`hold_time` does.

    A session holds one time by key, and one for each entry of the waiting list that it offers a time.
    """
    shown, staff_id, zone = candidate.shown, candidate.staff_id or 0, work.session.zone
    _check(work, staff_id, shown)
    existing, open_, closed = ground(candidate, zone, asker=work.asker)
    check_fit(candidate, existing, zone=zone, open_=open_, closed=closed, not_before=work.now)
    _sweep(work, shown, staff_id, entry_id)
    id_ = Hold.insert(
        staff=staff_id, room=candidate.room_id, starts_at=shown.start, ends_at=shown.end, entry=entry_id,
        holder=work.session.staff_id, session=work.session.key, created_at=work.now,
        expires_at=work.now + work.session.calendar.hold * MINUTE,
    ).execute()  # fmt: skip
    work.changed("hold", "hold", int(id_), None, stored(int(id_)))
    return int(id_)


def booked_over(work: Work, staff_id: int, taken: Interval) -> None:
    """What the session holds of a time that it books goes with the booking."""
    if own_holds(work.session.key):
        where = "session = ? and staff_id = ? and starts_at < ? and ends_at > ?"
        _forget(work, "book over", _rows(where, [work.session.key, staff_id, taken.end, taken.start]))


def of_entry(work: Work, entry_id: int) -> None:
    """What is held for an entry of the waiting list goes."""
    _forget(work, "release", _rows("entry_id = ?", [entry_id]))


def stored(id_: int) -> dict[str, Any]:
    """A hold as the journal keeps it: its columns, and whose time it is by ``name``."""
    return _rows("id = ?", [id_])[0]


_COLUMNS = (
    "id", "staff_id", "room_id", "starts_at", "ends_at", "holder_id", "session", "entry_id", "expires_at",
    "created_at",
)  # fmt: skip


def _rows(where: str, params: list[object]) -> list[dict[str, Any]]:
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
    _forget(work, "release", _rows(mine, [work.session.key, *entry, staff_id, shown.end, shown.start]))


def _forget(work: Work, action: str, rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        Hold.delete().where(Hold.id == row["id"]).execute()
        work.changed(action, "hold", row["id"], row, None)


def _let_go(work: Work, rows: list[dict[str, Any]]) -> Done:
    _forget(work, "release", rows)
    zone = work.session.zone
    days = [day for row in rows for day in days_touched(row["starts_at"], row["ends_at"], zone)]
    ids = tuple(row["id"] for row in rows)
    return Done("hold", ids, tuple(dict.fromkeys(days)), says="Let go: the time is free again.")
