"""Taking back one's own last change, with a fresh check."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ..db.connection import select
from ..domain.rights import Right
from ..domain.states import Status
from ..errors import Refused
from ..queries.bills import reversal_of_last
from . import booking
from .usecase import Done, Work, use_case

UNDOABLE = ("book", "move", "stretch", "change", "complete", "miss", "cancel", "reopen")


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the newest change of this session that was not taken back yet."""

    request: str = ""


@use_case(Right.CHANGE_APPOINTMENT)
def undo(work: Work, command: Undo) -> Done:
    """Set the last changed appointment back to what it was; a booking is canceled as a mistake.

    :class:`Refused` when there is nothing to take back, when somebody has changed the appointment
    since, when its old time is taken by now, or when money was posted last: that is never changed, and
    the refusal names what reverses it (M3).
    """
    posted = reversal_of_last(work.session.key)
    if posted and not _changed_since(posted.seq, work):
        raise Refused(
            f"{posted.code} was posted last, and what was posted is never changed.",
            f"Open {posted.code} and void it with x, while its day is not closed.",
            rule="M3",
        )
    seq, id_, action, before, after = _last(work)
    current = booking.stored(id_)
    if {**current, "version": 0} != {**after, "version": 0}:
        raise Refused(
            "This appointment was changed since, so your change cannot be taken back.",
            "Open it and set it as it should be.",
            rule="V1",
        )
    booking.restore(work, current, _earlier(before, after, work), f"undo {seq}")
    says = {"book": "Booking taken back"}.get(action, f"Taken back: {action}")
    return booking.done(work, id_, current["version"] + 1, says, current["day"])


def _changed_since(seq: int, work: Work) -> bool:
    """Whether an appointment was changed after that line. Index: journal (session, seq)."""
    return bool(
        select(
            "select 1 from journal where session = ? and seq > ? and kind = 'appointment' limit 1",
            [work.session.key, seq],
        )
    )


def _last(work: Work) -> tuple[int, int, str, dict[str, Any], dict[str, Any]]:
    """The newest undoable line of this session that no later one undid. Index: journal (session, seq)."""
    rows = select(
        "select j.seq, j.row_id, j.action, v.before, v.after from journal j"
        " join journal_values v on v.seq_id = j.seq"
        " where j.session = ? and j.kind = 'appointment' and v.after <> ''"
        f" and j.action in ({', '.join('?' * len(UNDOABLE))})"
        " and not exists (select 1 from journal u where u.session = j.session and u.seq > j.seq"
        " and u.action = 'undo' and u.reason = 'undo ' || j.seq) order by j.seq desc limit 1",
        [work.session.key, *UNDOABLE],
    )
    if not rows:
        raise Refused("There is nothing of yours to take back.", "Only changes of this session can be.")
    seq, id_, action, before, after = rows[0]
    return seq, id_, action, json.loads(before) if before else {}, json.loads(after)


def _earlier(before: dict[str, Any], after: dict[str, Any], work: Work) -> dict[str, Any]:
    """The columns to go back to: what was there before, or a canceled appointment where nothing was."""
    if before:
        return before
    taken_back = {"cancel_reason": "booked by mistake", "cancelled_by": "clinic", "marked_at": work.now}
    return {**after, **taken_back, "status": str(Status.CANCELED), "occupied_from": None, "occupied_to": None}
