"""Taking back one's own last changes, step by step, each with a fresh check.

A step is what one use case did: several appointments that were moved together, or made by one series,
go back together, all of them or none. What was done with a message by hand is a step as well.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..db.connection import select
from ..db.many import marks
from ..domain.chain import canonical
from ..domain.moments import clock, day_label, days_touched
from ..domain.rights import Right
from ..domain.states import STEPS, Status
from ..errors import Refused
from ..queries import calendar
from ..queries.bills import reversal_of_last
from ..queries.changes import lines_of
from . import booking, series_undo, undoing_messages
from .appointment_rows import lift, stored
from .series_rows import MOST_TOLD
from .usecase import use_case
from .work import Done, Work

UNDOABLE = (
    *("book", "move", "stretch", "change", "complete", "miss", "cancel", "reopen"),
    *("confirm", "arrive", "seat", "leave", "waive fee"),
)
NOUNS = {
    "book": "booking", "move": "move", "stretch": "new length", "change": "change", "cancel": "cancelation",
    "complete": "mark as Completed", "miss": "mark as Missed", "reopen": "reopening",
    "confirm": "confirmation", "arrive": "arrival", "seat": "seating", "leave": "leaving",
    "waive fee": "waived fee",
}  # fmt: skip
"""What the desk calls that which the journal has as a verb."""
NAMED = 2
"""Customers of one step that are told by name."""


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the newest step of this session that was not taken back yet."""

    request: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What a step did to one appointment: its columns before, empty where it was booked, and after."""

    id: int
    action: str
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One use case: the number of its first line in the journal, and its changes in order."""

    first: int
    changes: tuple[Change, ...]
    of_series: bool = False

    @property
    def noun(self) -> str:
        """What was done, in the words of the desk; a series may be changed without any of its visits."""
        if not self.changes:
            return "change of a series"
        return NOUNS.get(self.changes[0].action, self.changes[0].action)


@use_case(Right.CHANGE_APPOINTMENT)
def undo(work: Work, command: Undo) -> Done:
    """Set everything that the last step changed back to what it was; bookings are canceled as mistakes.

    :class:`Refused` when there is nothing to take back, when somebody has changed an appointment of it
    since, when an old time is taken by now, when a message was written last and has gone, or when money was
    posted last: that is never changed, and the refusal names what reverses it (M3). Nothing of the step is
    taken back then.
    """
    step, message = _last(work), undoing_messages.last_of(work.session.key, _NEVER)
    posted = reversal_of_last(work.session.key)
    if posted and posted.seq >= max(one.first if one else 0 for one in (step, message)):
        raise Refused(
            f"{posted.code} was posted last, and what was posted is never changed.",
            f"Open {posted.code} and void it with x, while its day is not closed.",
            rule="M3",
        )
    if message and (step is None or message.first > step.first):
        done = undoing_messages.take_back(work, message)
        return replace(done, says=done.says + _next(work, message.first))
    if step is None:
        raise Refused(
            "There is nothing of yours to take back.",
            "What this session did to appointments and messages can be; a record is changed where it is.",
        )
    current = [_unchanged(change) for change in step.changes]
    _take_back(work, step, current)
    return _told(work, step, current)


def _unchanged(change: Change) -> dict[str, Any]:
    """The appointment as it stands, if it is as the step left it (V1)."""
    current = stored(change.id)
    if canonical({**current, **_ASIDE}) != canonical({**change.after, **_ASIDE}):
        raise Refused(
            "This appointment was changed since, so your change cannot be taken back.",
            "Open it and set it as it should be.",
            rule="V1",
        )
    return current


_ASIDE = {"version": 0, "overbooked_by_id": None, "overbook_reason": ""}
"""What does not count: taking a later step back may have left the mark of an overbooking."""


def _take_back(work: Work, step: Step, current: Sequence[dict[str, Any]]) -> None:
    """Several are taken out of each other's way first: they may have changed places.

    Those that were overbooked on others go back after those.
    """
    together = len(current) > 1
    lifted = [
        lift(row, place) if together and row["occupied_from"] is not None else None
        for place, row in enumerate(current)
    ]
    earlier = [_earlier(change, work) for change in step.changes]
    for row, was, up in sorted(
        zip(current, earlier, lifted, strict=True), key=lambda one: bool(one[1]["overbooked_by_id"])
    ):
        booking.restore(work, row, was, step.first, up)
    series_undo.take_back(work, step.first)


def _last(work: Work, before: int | None = None) -> Step | None:
    """The newest step of this session that no later one took back; only those before line ``before``.

    The first line of a use case has a request, and nobody writes between the lines of one.
    Index: journal (session, seq).
    """
    first = (
        "(select max(f.seq) from journal f where f.session = j.session and f.seq <= j.seq"
        " and f.request is not null)"
    )
    rows = select(
        f"select {first} from journal j join journal_values v on v.seq_id = j.seq"
        " where j.session = ? and j.seq < ? and v.after <> '' and (j.kind = 'series' and j.action = 'change'"
        f" or j.kind = 'appointment' and j.action in ({marks(UNDOABLE)}))"
        " and not exists (select 1 from journal u where u.session = j.session and u.seq > j.seq"
        f" and u.action = 'undo' and u.reason = 'undo ' || {first}) order by j.seq desc limit 1",
        [work.session.key, before or _NEVER, *UNDOABLE],
    )
    if not rows:
        return None
    ((first,),) = rows
    return Step(first, _changes(work, first), any(lines_of(work.session.key, first, "series")))


_NEVER = 2**62
"""No journal has as many lines."""


def _changes(work: Work, first: int) -> tuple[Change, ...]:
    """What the use case whose first line that is did to appointments; several to one of them are one."""
    found: dict[int, Change] = {}
    for id_, action, before, after in lines_of(work.session.key, first, "appointment"):
        older = found.get(id_)
        found[id_] = Change(
            id_,
            older.action if older else action,
            older.before if older else json.loads(before or "{}"),
            json.loads(after),
        )
    return tuple(found.values())


def _earlier(change: Change, work: Work) -> dict[str, Any]:
    """The columns to go back to: what was there before, or a canceled appointment where nothing was."""
    if change.before:
        return change.before
    taken_back = {"cancel_reason": "booked by mistake", "cancelled_by": "clinic", "marked_at": work.now}
    nobody_came = dict.fromkeys(f"{step}_at" for step in STEPS)
    return {
        **change.after,
        **taken_back,
        **nobody_came,
        "status": str(Status.CANCELED),
        "occupied_from": None,
        "occupied_to": None,
    }


def _told(work: Work, step: Step, current: Sequence[dict[str, Any]]) -> Done:
    """What was taken back, and what the next one would be."""
    zone, seen = work.session.zone, [calendar.visit(row["id"]) for row in current]
    days = dict.fromkeys(
        day
        for row, was in zip(seen, current, strict=True)
        for day in (*days_touched(row.starts_at, row.ends_at, zone), was["day"])
    )
    noun, version = step.noun, 0
    if len(seen) == 1:
        done = booking.done(work, seen[0].id, seen[0].version, f"{noun[:1].upper()}{noun[1:]} taken back")
        told, version = done.says, done.version
    elif seen:
        told = f"{_several(step)} taken back: {_people(step)}"
    else:
        told = f"{noun[:1].upper()}{noun[1:]} taken back"
    told += _next(work, step.first)
    ids = tuple(row.id for row in seen)[:MOST_TOLD]
    return Done("appointment", ids, tuple(days) if len(days) <= MOST_TOLD else (), version, told)


def _next(work: Work, first: int) -> str:
    """What the next one would be, before the line ``first``; empty where there is nothing."""
    step, message = _last(work, first), undoing_messages.last_of(work.session.key, first)
    if message and (step is None or message.first > step.first):
        return f" · u again: {message.named}"
    return f" · u again: {_named(step, work.session.zone)}" if step else ""


def _named(step: Step, zone: str) -> str:
    """A step in a few words: ``move of John Roe, Mon 23 Nov 2026 10:30``, ``2 moves: Jane Doe, John Roe``."""
    if len(step.changes) == 1:
        seen = calendar.visit(step.changes[0].id)
        when = f"{day_label(seen.day)} {clock(seen.starts_at, zone)}"
        return f"{step.noun} of {seen.customer}, {when}"
    if not step.changes:
        return step.noun
    return f"{_several(step)}: {_people(step)}"


def _several(step: Step) -> str:
    """How many of what: ``2 moves``, ``6 visits of a series``."""
    count = len(step.changes)
    if step.changes[0].action == "book" and step.of_series:
        return f"{count} visits of a series"
    kind, as_, state = step.noun.partition(" as ")
    return f"{count} {kind}s{as_}{state}"


def _people(step: Step) -> str:
    """Whose they are; whoever has several in it, as in a series, is named once."""
    ids = {change.after["customer_id"]: change.id for change in reversed(step.changes)}
    first = list(reversed(ids.values()))[:NAMED]
    more = len(ids) - len(first)
    return ", ".join(calendar.visit(id_).customer for id_ in first) + (f" and {more} more" if more else "")
