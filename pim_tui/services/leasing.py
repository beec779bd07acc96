"""Rows of the outbox in the hands of one worker: taken by a lease, begun, let go again, or done with.

Each step is a transaction of its own, and whatever a worker writes is written only while the row is still
its own. What is taken waits on as it did: only what is begun is ``sending``, so that a worker that dies
leaves one row of which nobody knows whether it went, and not all that it had taken.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from ..db.bulk import update
from ..db.connection import begun_again, write_tx
from ..db.many import marks
from ..domain.text import clean
from ..models import Outbox
from ..queries.delivery import Taken, due, due_one, taken
from . import audit, messages
from .audit import Change
from .outgoing import why_withdrawn
from .work import Work

AT_ONCE = 20
"""Rows taken at a time."""
LEASE, LEFT = 600, 300
"""Seconds: how long they are a worker's own, and how much of it is left at least when one is begun; the
slowest service takes less for one, or is given up.
"""
Columns = Mapping[str, object]


@begun_again
def take(work: Work, channel: str) -> list[Taken]:
    """Some rows of a channel that are due, from now on in this worker's hands.

    One whose worker died while it was sending has had a try. Where nothing is due nothing is locked.
    """
    if not due(channel, work.now, 1):
        return []
    with write_tx():
        rows = due(channel, work.now, AT_ONCE)
        _lease(work, [row.id for row in rows])
    return rows


@begun_again
def take_one(work: Work, id_: int, channels: Collection[str]) -> Taken | None:
    """One row, if it is due, in nobody's hands and of one of the channels."""
    with write_tx():
        row = due_one(id_, work.now)
        if row is None or row.channel not in channels:
            return None
        _lease(work, [id_])
    return row


def _lease(work: Work, ids: Sequence[int]) -> None:
    if ids:
        update(
            "update outbox set tries = tries + case when state = 'sending' and leased_until is not null"
            " then 1 else 0 end, leased_by = ?, leased_until = ?"
            f" where id in ({marks(ids)}) returning id",
            [work.session.key, work.now + LEASE, *ids],
        )


@begun_again
def begin(work: Work, row: Taken) -> Taken | None:
    """The row as it is by now, ``sending`` from this moment on and this worker's for as long as one takes;
    ``state`` is what it was before. None where it is in other hands, or waits no more.
    """
    with write_tx():
        ours = update(
            "update outbox set state = 'sending',"
            " leased_until = case when leased_until < ? then ? else leased_until end"
            " where id = ? and leased_by = ? and state = ? returning id",
            [work.now + LEFT, work.now + LEASE, row.id, work.session.key, row.state],
        )
        found = taken(row.id) if ours else None
    return found._replace(state=row.state) if found else None


@begun_again
def note(work: Work, row: Taken, columns: Columns) -> bool:
    """Write down what is about to happen, before it does; False where the row is in other hands by now."""
    with write_tx():
        return _write(work, row, "sending", row.why, columns, keep=True)


def put_back(work: Work, row: Taken, why: str = "", columns: Columns | None = None) -> None:
    """It waits again, as it did. What was changed while it was in hand withdraws it only now."""
    with write_tx():
        gone = why_withdrawn(work, row) if row.state == "waiting" else ""
        _write(work, row, "withdrawn" if gone else row.state, gone or why or row.why, columns or {})
        if gone:
            messages.tell_rest(work, row.queued)


@begun_again
def let_go(work: Work, rows: Sequence[Taken]) -> None:
    """Leave to the next what was taken and not begun."""
    if rows:
        with write_tx():
            update(
                "update outbox set leased_by = '', leased_until = null"
                f" where leased_by = ? and id in ({marks(rows)}) returning id",
                [work.session.key, *(row.id for row in rows)],
            )


def end(
    work: Work,
    row: Taken,
    action: str,
    state: str,
    why: str,
    columns: Columns | None = None,
    also: Callable[[Work], object] | None = None,
) -> None:
    """What became of it for good, with its line in the journal; ``also`` writes more beside it.

    What ``also`` notes as changed is in the journal, too, and the messages follow from it.
    """
    with write_tx():
        if _write(work, row, state, why, columns or {}):
            about = {"kind": row.kind, "customer_id": row.customer_id}
            before, after = {**about, "state": row.state}, {**about, "state": state}
            work.changes.append(Change(action, "outbox", row.id, before, after))
            if also:
                also(work)
                messages.follow(work, work.changes)
            audit.append(work.session, work.changes)


def _write(work: Work, row: Taken, state: str, why: str, columns: Columns, *, keep: bool = False) -> bool:
    """Write a row's fate and let go of it, unless it is kept; nothing where it is in other hands by now.

    What an erased customer was told is not written down again.
    """
    sets = [f"{name} = {_ERASED.format(name) if name in _OF_SOMEBODY else '?'}" for name in columns]
    free = [] if keep else ["leased_by = ''", "leased_until = null"]
    return bool(
        update(
            f"update outbox set {', '.join(['state = ?', 'why = ?', *free, *sets])}"
            " where id = ? and leased_by = ? and state = 'sending' returning id",
            [state, clean(why, limit=Outbox.why.limit), *_fitting(columns), row.id, work.session.key],
        )
    )


def _fitting(columns: Columns) -> list[object]:
    """The values as their fields store them: a service may name a text as it likes."""
    return [getattr(Outbox, name).db_value(value) for name, value in columns.items()]


_OF_SOMEBODY = ("payload", "key", "look_at")
_ERASED = "case when payload = '{{}}' and channel in ('email', 'sms') then {} else ? end"
