"""Holding a time while somebody talks about it: no other desk books it, and it ends by itself (T8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..domain.intervals import Interval
from ..domain.moments import MINUTE, clock, day_label, day_of, days_touched, span
from ..domain.rights import Right
from ..domain.scheduling import Candidate
from ..errors import Refused
from ..queries.fitting import things_of
from .hold_rows import forget, found, placed, stored
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
    rows = [row for row in found("id = ?", [command.id]) if row["expires_at"] > work.now]
    if not rows:
        raise Refused("That time is not held any more.", "Hold it again, or book it.", rule="T8")
    if rows[0]["session"] != work.session.key:
        until = clock(rows[0]["expires_at"], work.session.zone)
        raise Refused("Somebody else holds that time.", f"It ends by itself at {until}.", rule="T8")
    return _let_go(work, rows)


@use_case(Right.HOLD)
def release_own(work: Work, command: ReleaseOwn) -> Done:
    """Let go of everything that the session holds; Refused when that is nothing."""
    rows = found("session = ?", [work.session.key])
    if not rows:
        raise Refused("You hold no time.", rule="T8")
    return _let_go(work, rows)


def _let_go(work: Work, rows: list[dict[str, Any]]) -> Done:
    forget(work, "release", rows)
    zone = work.session.zone
    days = [day for row in rows for day in days_touched(row["starts_at"], row["ends_at"], zone)]
    ids = tuple(row["id"] for row in rows)
    return Done("hold", ids, tuple(dict.fromkeys(days)), says="Let go: the time is free again.")
