"""Several appointments that change places together: all of them, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..domain.moments import clock, day_label, days_touched
from ..domain.rights import Right
from ..domain.states import Status, back_first
from ..domain.visit import Details
from ..errors import NeedsAnswer, Refused
from ..queries import calendar
from . import booking
from .appointment_rows import lift, stored
from .usecase import use_case
from .work import Done, Work

MOST = 30
"""Appointments on one pinboard."""


@dataclass(frozen=True, slots=True)
class Move:
    """Appointment ``id``, seen at ``version``, goes to a start (UTC seconds), a staff member and a room."""

    id: int
    version: int
    starts_at: int
    staff_id: int
    room_id: int | None


@dataclass(frozen=True, slots=True)
class MoveAll:
    """Move each of them; their old places are in nobody's way."""

    moves: tuple[Move, ...]
    request: str = ""


@use_case(Right.CHANGE_APPOINTMENT)
def move_all(work: Work, command: MoveAll) -> Done:
    """Move all, or none: :class:`Refused` (T7) names the one that does not fit, and its nearest times."""
    moves = command.moves
    if not 0 < len({move.id for move in moves}) == len(moves) <= MOST:
        raise Refused(f"From 1 to {MOST} appointments move together, each once.", "Pick them up again.")
    before = [_movable(move) for move in moves]
    lifted = [lift(row, place) for place, row in enumerate(before)]
    for move, was, row in zip(moves, before, lifted, strict=True):
        _put_down(work, move, was, row)
    return _told(work, moves, before)


def _movable(move: Move) -> Mapping[str, Any]:
    """The appointment as it stands, if it is as it was seen and may move (V1, S2)."""
    row = stored(move.id)
    name = calendar.visit(move.id).customer
    if row["version"] != move.version:
        raise Refused(
            f"Somebody else changed the appointment of {name} meanwhile.",
            "Look again: the pinboard has it as it is now.",
            rule="V1",
        )
    if row["status"] != Status.SCHEDULED:
        raise back_first(f"{name}: it is {Status(row['status']).word} and no longer changes.")
    return row


def _put_down(work: Work, move: Move, before: Mapping[str, Any], lifted: Mapping[str, Any]) -> None:
    details = replace(
        Details.of(before), starts_at=move.starts_at, staff_id=move.staff_id, room_id=move.room_id
    )
    try:
        booking.put_down(work, before, lifted, details)
    except Refused as error:
        name = calendar.visit(move.id).customer
        asked = isinstance(error, NeedsAnswer)
        hint = "Move that one alone: then you are asked whether it may be so." if asked else error.hint
        raise Refused(f"{name}: {error.message}", hint, rule=error.rule, offers=error.offers) from error


def _told(work: Work, moves: Sequence[Move], before: Sequence[Mapping[str, Any]]) -> Done:
    zone, seen = work.session.zone, [calendar.visit(move.id) for move in moves]
    days = dict.fromkeys(
        day
        for row, was in zip(seen, before, strict=True)
        for day in (*days_touched(row.starts_at, row.ends_at, zone), was["day"])
    )
    told = ", ".join(f"{row.customer} {clock(row.starts_at, zone)}" for row in seen[:3])
    more = f" and {len(seen) - 3} more" if len(seen) > 3 else ""
    says = f"Moved {len(seen)} to {day_label(seen[0].day)}, {seen[0].staff}: {told}{more}"
    return Done("appointment", tuple(move.id for move in moves), tuple(days), says=says)
