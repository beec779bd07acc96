"""Reminders, invitations and cancellations: queued with the change they follow from, delivered later (S7).

:func:`follow` is called for every change of an appointment that a use case makes, whoever makes it: book,
move, stretch, cancel, miss, reopen, undo, a series. It writes into the outbox inside the same transaction.

What a waiting row is about stands in its payload: ``starts_at``, ``staff_id``, ``room_id``, ``mode``, of an
invitation ``minutes`` too. A message is good for as long as these are so and the visit is Scheduled,
whatever the visit's version is by then: other words, an arrival or a merge of two records change the
version and not what the customer was told. Whoever delivers compares them once more, and asks for consent
and address again. The text is not kept: it is made of the template when it is sent, and kept from then on.

What an import brings in is told by nobody: those visits were agreed elsewhere. From the first change that
is made to one of them here it is followed like any other. Neither is a visit that has begun.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..db.bulk import insert, update
from ..db.connection import select
from ..domain.calendarrules import CalendarRules
from ..domain.people import Answer
from ..domain.rights import Right
from ..domain.sendtimes import due_of, soonest, window_name
from ..domain.states import Status
from ..errors import NotFound, Refused
from ..models import Outbox
from ..queries.following import AT_ONCE, Queued, Reach, queued, reach
from .audit import Change
from .usecase import Done, Work, use_case

MATTERS = ("starts_at", "staff_id", "room_id", "mode")
"""What a customer is told of a visit: where it differs, what was told is wrong."""
ALSO = {"invitation": ("minutes",)}
_WATCHED = (*MATTERS, "minutes", "status", "customer_id")
BY_ITSELF = "draw"
"""The change by which a series goes on by itself: nobody has booked anything just now."""


@dataclass(frozen=True, slots=True)
class _New:
    """A message to be queued."""

    kind: str
    visit: Reach
    channel: str
    due_at: int
    customer_id: int
    window: str = ""
    more: int = 0

    @property
    def row(self) -> tuple[object, ...]:
        facts = {name: getattr(self.visit, name) for name in (*MATTERS, *ALSO.get(self.kind, ()))}
        payload = json.dumps({**facts, "more": self.more} if self.more else facts)
        return (
            self.kind, self.visit.id, self.visit.version, self.window, payload, self.due_at, "waiting",
            self.channel, self.customer_id, self.visit.starts_at,
        )  # fmt: skip


@dataclass(slots=True)
class _Decided:
    """What was queued before, by visit; the messages to be queued, and (id, why) of those to be withdrawn."""

    earlier: Mapping[int, Sequence[Queued]]
    fresh: list[_New] = field(default_factory=list)
    stale: list[tuple[int, str]] = field(default_factory=list)

    def told_once(self) -> list[_New]:
        """Of several new invitations to one customer the first, which counts the others.

        A visit that an invitation was queued for before keeps its own: a calendar elsewhere may have it.
        """
        shared = defaultdict[int, list[_New]](list)
        kept = list[_New]()
        for one in self.fresh:
            before = (was.kind for was in self.earlier.get(one.visit.id, ()))
            own = one.kind != "invitation" or "invitation" in before
            (kept if own else shared[one.customer_id]).append(one)
        for several in shared.values():
            first = min(several, key=lambda one: one.visit.starts_at)
            kept.append(replace(first, more=len(several) - 1))
        return kept


@dataclass(frozen=True, slots=True)
class WithdrawMessage:
    """Take a message back that waits."""

    id: int
    reason: str = ""
    request: str = ""


def follow(work: Work, changes: Sequence[Change]) -> None:
    """Queue what the changed visits ask for, and withdraw what is no longer so.

    Nothing is read where time, length, staff, place, state and customer are as they were. Several
    visits that one use case books for a customer are told once, with the first of them.
    """
    ids = {change.row_id for change in changes if change.row_id is not None and _matters(change)}
    if not ids:
        return
    new = {change.row_id for change in changes if change.before is None}
    by_itself = {change.row_id for change in changes if change.action == BY_ITSELF}
    earlier = defaultdict[int, list[Queued]](list)
    for one in queued(ids - new):
        earlier[one.appointment_id].append(one)
    decided = _Decided(earlier)
    for visit in reach(ids):
        _decide(work, visit, decided, invite=visit.id not in by_itself)
    _withdraw(decided.stale)
    _queue(work, decided.told_once())


def _matters(change: Change) -> bool:
    before, after = change.before, change.after or {}
    return before is None or any(before.get(name) != after.get(name) for name in _WATCHED)


def _decide(work: Work, visit: Reach, decided: _Decided, *, invite: bool) -> None:
    """What becomes of the messages about one visit."""
    earlier = decided.earlier.get(visit.id, ())
    sent = _standing(earlier)
    newest = {(one.kind, one.window): one for one in sent}
    told = {key for key, one in newest.items() if _holds(one, visit)}
    for one in earlier:
        if one.state == "waiting":
            if visit.starts_at > work.now and _holds(one, visit):
                told.add((one.kind, one.window))
            else:
                decided.stale.append((one.id, _why(visit)))
    if visit.status == Status.SCHEDULED and visit.starts_at > work.now:
        wanted = _wanted(work, visit, invite=invite)
        decided.fresh += [one for one in wanted if (one.kind, one.window) not in told]
    decided.fresh += _cancellations(work, visit, sent)


def _standing(earlier: Sequence[Queued]) -> list[Queued]:
    """What was sent and not taken back by a cancellation since."""
    standing = list[Queued]()
    for one in earlier:
        if one.state == "sent":
            standing = [] if one.kind == "cancellation" else [*standing, one]
    return standing


def _holds(one: Queued, visit: Reach) -> bool:
    """Whether what a message says is so: of a visit that takes place, with whom and when it was told."""
    names = (*MATTERS, *ALSO.get(one.kind, ()))
    return (
        visit.status == Status.SCHEDULED
        and one.kind != "cancellation"
        and one.customer_id == visit.customer_id
        and all(name in one.facts and one.facts[name] == getattr(visit, name) for name in names)
    )


def _wanted(work: Work, visit: Reach, *, invite: bool) -> Iterator[_New]:
    """The messages that a visit ahead asks for, as far as its customer agreed (P5)."""
    rules, zone = work.session.calendar, work.session.zone
    by_email = _agrees(visit.email, rules) and visit.addresses > 0 and visit.open_to
    by_sms = _agrees(visit.sms, rules) and visit.numbers > 0 and visit.open_to
    if invite and by_email and rules.invitations:
        earliest = work.now + rules.delay * 60
        if (due := soonest(earliest, visit.starts_at, rules.quiet, zone)) is not None:
            yield _New("invitation", visit, "email", due, visit.customer_id)
    channel = "sms" if by_sms else "email" if by_email else ""
    for window in rules.windows if channel else ():
        due = due_of(visit.starts_at, window, now=work.now, delay=rules.delay, quiet=rules.quiet, zone=zone)
        if due is not None:
            yield _New("reminder", visit, channel, due, visit.customer_id, window_name(window))


def _agrees(answer: str, rules: CalendarRules) -> bool:
    return answer == Answer.YES or (rules.unknown and answer == Answer.UNKNOWN)


def _cancellations(work: Work, visit: Reach, sent: Sequence[Queued]) -> Iterator[_New]:
    """Who was told of a visit that is not theirs any more is told so, the way it was told."""
    last = sent[-1] if sent else None
    if last is None or last.customer_id is None or visit.starts_at <= work.now:
        return
    if visit.status == Status.CANCELED or last.customer_id != visit.customer_id:
        rules = work.session.calendar
        earliest = work.now + rules.delay * 60
        due = soonest(earliest, visit.starts_at, rules.quiet, work.session.zone)
        if due is not None:
            yield _New("cancellation", visit, last.channel, due, last.customer_id)


def _why(visit: Reach) -> str:
    status = Status(visit.status)
    return "the visit was changed" if status == Status.SCHEDULED else f"the visit is {status.word}"


def _queue(work: Work, fresh: Iterable[_New]) -> None:
    if rows := [(*one.row, work.now) for one in fresh]:
        insert(_COLUMNS, rows)


_COLUMNS = (
    Outbox.kind, Outbox.appointment, Outbox.appointment_version, Outbox.window, Outbox.payload, Outbox.due_at,
    Outbox.state, Outbox.channel, Outbox.customer, Outbox.expires_at, Outbox.created_at,
)  # fmt: skip


def _withdraw(stale: Iterable[tuple[int, str]]) -> None:
    """Those rows wait no more; one that was taken to be sent meanwhile is left to whoever took it."""
    whys = defaultdict[str, list[int]](list)
    for id_, why in stale:
        whys[why].append(id_)
    for why, ids in whys.items():
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            update(
                "update outbox set state = 'withdrawn', why = ? where state = 'waiting'"
                f" and id in ({', '.join('?' * len(some))}) returning id",
                [why, *some],
            )


@use_case(Right.CHANGE_APPOINTMENT)
def withdraw_message(work: Work, command: WithdrawMessage) -> Done:
    """Take back by hand what waits. Raises NotFound; Refused for what was sent or withdrawn already."""
    found = select("select kind, state from outbox where id = ?", [command.id])
    if not found:
        raise NotFound("That message does not exist.", "Look at the list again.")
    kind, state = found[0]
    if state not in ("waiting", "draft"):
        raise Refused(f"This {kind} is {state} and stays as it is.", "Only what waits can be withdrawn.")
    why = f"by {work.session.name}" + (f": {command.reason.strip()}" if command.reason.strip() else "")
    changed: dict[str, Any] = {"state": "withdrawn", "why": why}
    Outbox.update(**changed).where(Outbox.id == command.id, Outbox.state == state).execute()
    work.changed("withdraw", "outbox", command.id, {"kind": kind, "state": state}, {"kind": kind, **changed})
    return Done("outbox", (command.id,), says=f"The {kind} is withdrawn.")
