"""A message that has failed is sent again, because somebody says so."""

from __future__ import annotations

from dataclasses import dataclass

from ..db.bulk import update
from ..domain.delivery import KEPT
from ..domain.rights import Right
from ..errors import NotFound, Refused
from ..queries.delivery import taken
from .outgoing import why_withdrawn
from .usecase import use_case
from .work import Done, Work


@dataclass(frozen=True, slots=True)
class RetryMessage:
    """Send a message again that has failed, or one at once that waits for its next try."""

    id: int
    request: str = ""


@use_case(Right.CHANGE_APPOINTMENT)
def retry_message(work: Work, command: RetryMessage) -> Done:
    """Let a message go as soon as it may, with all its tries before it.

    Raises NotFound; Refused for one that has not failed, and for one that does not hold any more.
    """
    if (row := taken(command.id)) is None:
        raise NotFound("That message does not exist.", "Look at the list again.")
    if row.state != "failed" and not (row.state == "waiting" and row.tries):
        raise Refused(
            f"This {row.named} is {row.state} and stays as it is.", "Only what failed is sent again."
        )
    ends = row.expires_at if row.appointment_id is not None else work.now + KEPT
    row = row._replace(expires_at=ends)
    if why := why_withdrawn(work, row):
        raise Refused(
            f"This {row.named} is not sent again: {why}.", "Book, move or send anew where it is wanted."
        )
    update(
        "update outbox set state = 'waiting', due_at = ?, tries = 0, trouble = '', troubled_since = null,"
        " expires_at = ?, why = '' where id = ? returning id",
        [work.now, ends, row.id],
    )
    told = {"kind": row.kind, "state": row.state}
    work.changed("retry", "outbox", row.id, told, {**told, "state": "waiting"})
    return Done("outbox", (row.id,), says=f"The {row.named} is sent again.")
