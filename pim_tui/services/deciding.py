"""Nobody knows whether a message went: a person who has asked, or looked, says so."""

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
class DecideMessage:
    """Say of a message that is ``unknown`` that it ``went``, or that it is to be sent again."""

    id: int
    went: bool
    request: str = ""


@use_case(Right.CHANGE_APPOINTMENT)
def decide_message(work: Work, command: DecideMessage) -> Done:
    """Write down that it went, or let it go once more.

    Raises NotFound; Refused for one that is not unknown, and for one that does not hold any more.
    """
    if (row := taken(command.id)) is None:
        raise NotFound("That message does not exist.", "Look at the list again.")
    if row.state != "unknown":
        raise Refused(f"This {row.named} is {row.state}.", "Only what is unknown is decided by a person.")
    ends = row.expires_at if row.appointment_id is not None else work.now + KEPT
    if not command.went and (why := why_withdrawn(work, row._replace(expires_at=ends))):
        raise Refused(f"This {row.named} is not sent again: {why}.", "Say that it went, and leave it so.")
    state, why = ("sent", f"{work.session.name} says that it went") if command.went else ("waiting", "")
    update(
        "update outbox set state = ?, why = ?, due_at = case when ? = 'sent' then due_at else ? end,"
        " sent_at = case when ? = 'sent' then ? else null end, tries = 0, trouble = '',"
        " troubled_since = null, expires_at = ? where id = ? and state = 'unknown' returning id",
        [state, why, state, work.now, state, work.now, ends, row.id],
    )
    told = {"kind": row.kind, "customer_id": row.customer_id}
    work.changed("decide", "outbox", row.id, {**told, "state": "unknown"}, {**told, "state": state})
    says = f"The {row.named} counts as sent." if command.went else f"The {row.named} is sent again."
    return Done("outbox", (row.id,), says=says)
