"""Taking back what somebody did with a message: a written one waits no more, a withdrawn one waits again."""

from __future__ import annotations

import json
from typing import NamedTuple

from ..db.bulk import update
from ..db.connection import select
from ..errors import Refused
from ..queries.delivery import Taken, taken
from .messages import BY_HAND
from .outgoing import why_withdrawn
from .work import Done, Work


class MessageStep(NamedTuple):
    """What was done with one message. ``first`` is the number of its use case's first line in the journal,
    ``action`` is ``write`` or ``withdraw``, ``state`` what the message was before it was withdrawn.
    """

    first: int
    action: str
    id: int
    kind: str
    state: str

    @property
    def named(self) -> str:
        """In a few words: ``withdraw the payment notice``."""
        return f"{self.action} the {self.kind.replace('_', ' ')}"


def last_of(session: str, before: int) -> MessageStep | None:
    """The newest such step of a session that was not taken back yet; only those before line ``before``.

    A message that was withdrawn by a rule, or has failed, is no step any more: there is nothing to take back.
    Indexes: journal (session, seq), primary keys.
    """
    rows = select(
        f"select {_FIRST}, j.action, o.id, o.kind, v.before from journal j"
        " join journal_values v on v.seq_id = j.seq join outbox o on o.id = j.row_id"
        " where j.session = ? and j.seq < ? and j.kind = 'outbox' and ((j.action = 'withdraw'"
        " and o.state = 'withdrawn' and substr(o.why, 1, ?) = ?) or (j.action = 'write'"
        " and o.state in ('waiting', 'sending', 'sent', 'delivered', 'unknown')))"
        " and not exists (select 1 from journal u where u.session = j.session and u.seq > j.seq"
        f" and u.action = 'undo' and u.reason = 'undo ' || {_FIRST}) order by j.seq desc limit 1",
        [session, before, len(BY_HAND), BY_HAND],
    )
    if not rows:
        return None
    first, action, id_, kind, was = rows[0]
    return MessageStep(first, action, id_, kind, str(json.loads(was or "{}").get("state", "waiting")))


_FIRST = (
    "(select max(f.seq) from journal f where f.session = j.session and f.seq <= j.seq"
    " and f.request is not null)"
)


def take_back(work: Work, step: MessageStep) -> Done:
    """Set it back. :class:`Refused` for a written one that has gone, or is just going, and for a withdrawn
    one that would not be sent any more.
    """
    row = taken(step.id)
    assert row is not None
    says = _stopped(work, row) if step.action == "write" else _revived(work, row, step.state)
    state = "withdrawn" if step.action == "write" else step.state
    told = {"kind": row.kind, "customer_id": row.customer_id}
    before, after = {**told, "state": row.state}, {**told, "state": state}
    work.changed("undo", "outbox", row.id, before, after, f"undo {step.first}")
    return Done("outbox", (row.id,), says=says)


def _stopped(work: Work, row: Taken) -> str:
    """What somebody wrote does not go."""
    why = f"{BY_HAND}{work.session.name}"
    if not _turned(row, "waiting", "withdrawn", why):
        raise Refused(
            f"The {row.named} that you wrote was the last, and has gone or is going.",
            "Write to the customer again: @ and then its letter.",
        )
    return f"Taken back: the {row.named} is not sent."


def _revived(work: Work, row: Taken, state: str) -> str:
    """What somebody withdrew waits again, for the time it was to go."""
    if state == "waiting" and (why := why_withdrawn(work, row._replace(state=state, why=""))):
        raise Refused(
            f"The {row.named} stays withdrawn: {why}.", "Look at the visit, and write where needed."
        )
    _turned(row, "withdrawn", state, "")
    return f"Taken back: the {row.named} waits again."


def _turned(row: Taken, was: str, state: str, why: str) -> bool:
    return bool(
        update(
            "update outbox set state = ?, why = ? where id = ? and state = ? returning id",
            [state, why, row.id, was],
        )
    )
