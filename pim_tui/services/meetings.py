"""What a service of meetings is to be told of changed visits: queued with the change, told later.

:func:`follow` is called for every change of an appointment that a use case makes, beside the messages. What
it queues says only that something has changed: whoever tells the service looks at the visit as it is by then.
So many changes are told once, and of a visit that is canceled before its meeting was made nothing is told.

What an import brings in has no meeting, like any visit that was agreed elsewhere, until it is changed here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from ..db.bulk import insert, update
from ..db.many import marks, pieces
from ..domain.meetings import CHANGE, CHANNEL, MAKE, REMOVE, due_at, is_off, takes_place
from ..models import Outbox
from ..queries.meetings import Errand, Met, errands, met
from .audit import Change
from .work import Work

MATTERS = ("starts_at", "minutes", "staff_id", "mode", "status")
KIND = "meeting"
_COLUMNS = (
    Outbox.kind, Outbox.appointment, Outbox.appointment_version, Outbox.window, Outbox.due_at, Outbox.state,
    Outbox.channel, Outbox.expires_at, Outbox.created_at, Outbox.payload,
)  # fmt: skip


def follow(work: Work, changes: Sequence[Change]) -> None:
    """Queue what the service has to be told of the changed visits, and withdraw what it has not.

    Nothing is read where no visit is virtual, or was.
    """
    ids = {one.row_id for one in changes if one.row_id is not None and _matters(one)}
    if not ids:
        return
    before = defaultdict[int, list[Errand]](list)
    for one in errands(ids):
        before[one.appointment_id].append(one)
    fresh, stale = [], list[int]()
    for visit in met(ids):
        earlier = before.get(visit.id, ())
        deed = _deed(work, visit, earlier)
        waiting = [one for one in earlier if one.state == "waiting"]
        stale += [one.id for one in waiting if one.window != deed]
        if deed and deed not in [one.window for one in waiting]:
            fresh.append(_row(work, visit, deed))
    _withdraw(stale)
    if fresh:
        insert(_COLUMNS, fresh)


def _matters(change: Change) -> bool:
    if change.kind != "appointment":
        return False
    before, after = change.before or {}, change.after or {}
    virtual = "virtual" in (before.get("mode"), after.get("mode"))
    return virtual and any(before.get(name) != after.get(name) for name in MATTERS)


def _deed(work: Work, visit: Met, earlier: Sequence[Errand]) -> str:
    """What is to be done, empty where nothing is."""
    if takes_place(visit.mode, visit.status, visit.ends_at, work.now):
        if visit.key:
            return CHANGE
        return MAKE if work.session.calendar.video == "zoom" and not visit.brought else ""
    if not is_off(visit.mode, visit.status):
        return ""
    may_be = any(one.state == "sending" or one.doubtful for one in earlier)
    return REMOVE if visit.key or may_be else ""


def _row(work: Work, visit: Met, deed: str) -> tuple[object, ...]:
    due = due_at(work.now, work.session.calendar.delay, visit.starts_at)
    ends = None if deed == REMOVE else max(visit.ends_at, due + 1)
    return (KIND, visit.id, visit.version, deed, due, "waiting", CHANNEL, ends, work.now, "{}")


def _withdraw(ids: Iterable[int]) -> None:
    """Those wait no more; what was taken to be told meanwhile is left to whoever took it."""
    for some in pieces(ids):
        update(
            "update outbox set state = 'withdrawn', why = 'the visit was changed' where state = 'waiting'"
            f" and id in ({marks(some)}) returning id",
            some,
        )
