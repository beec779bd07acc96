"""What became of the texts that were sent: their service is asked after 1, 5 and 30 minutes, and later.

A text that arrived is ``delivered``. One that did not has failed with the service's reason: an opt-out goes
into the customer's record, a number that takes no texts is not written to again, and a telephone that was
off is tried once more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from ..db.bulk import update
from ..db.connection import write_tx
from ..domain.delivery import Trouble, Undelivered, ends_at
from ..domain.jsontext import from_json
from ..domain.people import Answer
from ..domain.rights import Right
from ..domain.sendtimes import soonest
from ..domain.session import Session
from ..domain.text import clean
from ..domain.texts import AGAIN_AFTER, Fate, Stand, Texter, next_look
from ..models import Outbox
from ..queries.texting import Looked, looked_at
from . import audit, messages
from .audit import Change
from .consents import answer_is
from .holding import hold
from .mail_courier import kept
from .work import Work

AT_ONCE = 100
"""Texts asked about between two looks at what is due."""
RETRIED = "retried"
"""What a row notes that was tried once more."""


@dataclass(frozen=True, slots=True)
class SmsFates:
    """The :class:`~pim_tui.services.chores.Chore` that asks what became of texts."""

    texter: Texter
    name: ClassVar[str] = "sms status"
    every: ClassVar[int] = 60

    def run(self, session: Session, stop: Callable[[], bool]) -> str:
        """Ask about each that is due; see :class:`~pim_tui.services.chores.Chore`."""
        session.needs(Right.DELIVER)
        counted = Counter[str]()
        try:
            while rows := looked_at(self.texter.name, session.clock(), AT_ONCE):
                for row in rows:
                    if stop():
                        return _told(counted)
                    fate = self.texter.status(row.key)
                    counted[write_fate(Work(session, session.clock()), row, fate)] += 1
        finally:
            self.texter.close()
        return _told(counted)


def _told(counted: Counter[str]) -> str:
    said = [f"{count} {state}" for state, count in sorted(counted.items()) if state]
    return f"Texts: {', '.join(said)}." if said else ""


def write_fate(work: Work, row: Looked, fate: Fate) -> str:
    """Write down what became of a text; its new state, empty where it is still on its way."""
    if fate.stand in (Stand.UNDER_WAY, Stand.TAKEN):
        later = next_look(row.sent_at, work.now) if fate.stand == Stand.UNDER_WAY else None
        with write_tx():
            _changed(row, "look_at = ?", [later])
        return ""
    if fate.stand == Stand.DELIVERED:
        return _end(work, row, "deliver", "delivered", fate)
    again = _again(work, row) if fate.stand == Stand.AGAIN else None
    if again is not None:
        return _retry(work, row, again)
    state = _end(work, row, "fail", "failed", fate)
    if fate.trouble == Trouble.PLAN:
        hold(work, "sms", Undelivered(fate.trouble, fate.says), 1.0)
    return state


def _again(work: Work, row: Looked) -> int | None:
    """When it is tried once more; None where it was, or where nobody would want to hear it by then."""
    if RETRIED in from_json(row.payload) or row.payload == "{}":
        return None
    ends, zone = ends_at(row.expires_at, row.created_at), work.session.zone
    return soonest(work.now + AGAIN_AFTER, ends, work.session.calendar.quiet, zone)


def _retry(work: Work, row: Looked, at: int) -> str:
    """It waits again, as a new text for its service."""
    payload = kept({**from_json(row.payload), RETRIED: work.now})
    with write_tx():
        columns = "state = 'waiting', due_at = ?, payload = ?, look_at = null, key = '', sent_at = null"
        if _changed(row, columns, [at, payload]):
            _journal(work, row, "retry", "waiting")
    return "waiting again"


def _end(work: Work, row: Looked, action: str, state: str, fate: Fate) -> str:
    """What became of it for good, with its line in the journal."""
    says = clean(fate.says, limit=Outbox.why.limit)
    with write_tx():
        columns = "state = ?, why = ?, trouble = ?, look_at = null"
        if _changed(row, columns, [state, says, fate.trouble.value if fate.trouble else ""]):
            if fate.trouble == Trouble.OPT_OUT and row.customer_id is not None:
                answer_is(work, row.customer_id, "sms", Answer.NO, says)
                messages.follow(work, work.changes)
            _journal(work, row, action, state)
    return state


def _changed(row: Looked, columns: str, values: list[object]) -> bool:
    """Write it, unless somebody else has by now."""
    return bool(
        update(
            f"update outbox set {columns} where id = ? and state = 'sent' and look_at = ? returning id",
            [*values, row.id, row.look_at],
        )
    )


def _journal(work: Work, row: Looked, action: str, state: str) -> None:
    about = {"kind": row.kind, "customer_id": row.customer_id}
    change = Change(action, "outbox", row.id, {**about, "state": "sent"}, {**about, "state": state})
    audit.append(work.session, [*work.changes, change])
