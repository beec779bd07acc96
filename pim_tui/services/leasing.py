"""Messages in the hands of one worker: taken by a lease, let go again, or done with, each in a transaction.

Whatever a worker writes is written only while the message is still its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..db.bulk import update
from ..db.connection import write_tx
from ..domain.text import clean
from ..models import Outbox
from ..queries.delivery import Taken, due
from . import audit
from .audit import Change
from .outgoing import why_withdrawn
from .usecase import Work

AT_ONCE = 20
"""Messages taken at a time."""
LEASE, LEFT = 600, 300
"""Seconds: how long they are a worker's own, and how much of it is left at least when one is begun; the
slowest server takes less for one message, or is given up.
"""


def take(work: Work) -> list[Taken]:
    """Some messages that are due, from now on in this worker's hands."""
    with write_tx():
        if rows := due("email", work.now, AT_ONCE):
            update(
                "update outbox set state = 'sending', leased_by = ?, leased_until = ?"
                f" where id in ({', '.join('?' * len(rows))}) returning id",
                [work.session.key, work.now + LEASE, *(row.id for row in rows)],
            )
    return rows


def still_ours(work: Work, row: Taken) -> Taken | None:
    """The message as it is by now, in this worker's hands for as long as one takes; None where it is not.

    Meanwhile two records may have become one, or one may have been erased.
    """
    with write_tx():
        found = update(
            "update outbox set leased_until = case when leased_until < ? then ? else leased_until end"
            " where id = ? and leased_by = ? and state = 'sending' returning customer_id, payload",
            [work.now + LEFT, work.now + LEASE, row.id, work.session.key],
        )
    return row._replace(customer_id=found[0][0], payload=found[0][1]) if found else None


def put_back(
    work: Work, row: Taken, due_at: int, why: str = "", more: str = "", values: Sequence[object] = ()
) -> None:
    """It waits again, as it did. What was changed while it was in hand withdraws it only now."""
    with write_tx():
        gone = why_withdrawn(work, row) if row.state == "waiting" else ""
        state = "withdrawn" if gone else row.state
        also = f", {more}" if more else ""
        _write(work, row, state, gone or why or row.why, f"due_at = ?{also}", [due_at, *values])


def end(
    work: Work, row: Taken, action: str, state: str, why: str, more: str = "", values: Sequence[object] = ()
) -> None:
    """What became of it for good, with its line in the journal."""
    with write_tx():
        if _write(work, row, state, why, more, values):
            about = {"kind": row.kind, "customer_id": row.customer_id}
            before, after = {**about, "state": row.state}, {**about, "state": state}
            audit.append(work.session, [Change(action, "outbox", row.id, before, after)])


def _write(work: Work, row: Taken, state: str, why: str, more: str, values: Sequence[object]) -> bool:
    """Write a message's fate and let go of it; nothing where it is in other hands by now."""
    also = f", {more}" if more else ""
    return bool(
        update(
            f"update outbox set state = ?, why = ?, leased_by = '', leased_until = null{also}"
            " where id = ? and leased_by = ? and state = 'sending' returning id",
            [state, clean(why, limit=Outbox.why.limit), *values, row.id, work.session.key],
        )
    )
