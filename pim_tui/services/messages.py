"""Reminders, invitations and cancellations: queued with the change they follow from, delivered later (S7).

:func:`follow` is called for every change of an appointment that a use case makes, whoever makes it: book,
move, stretch, cancel, miss, reopen, undo, a series. It writes into the outbox inside the same transaction.

What a waiting row is about stands in its payload: ``starts_at``, ``staff_id``, ``room_id``, ``mode``, of an
invitation ``minutes`` too, and ``series`` where it tells all of one. A message is good for as long as these
are so and the visit is Scheduled, whatever the visit's version is by then: other words, an arrival or a merge
of two records change the version and not what the customer was told. Whoever delivers compares them once
more, and asks for consent and address again. The text is not kept: it is made of the template when it is
sent, and kept from then on.

At most one row stands for a visit, window and version: who says no and then yes again to one and the same
appointment is not queued for a second time. Visits of a series are told together: see :mod:`.told_once`.

What an import brings in is told by nobody: those visits were agreed elsewhere. From the first change that
is made to one of them here it is followed like any other. Neither is a visit that has begun.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from ..db.bulk import insert, update
from ..db.many import marks, pieces
from ..domain.people import may_write
from ..domain.sendtimes import due_of, soonest, window_name
from ..domain.states import Status
from ..models import Outbox
from ..queries.following import Queued, Reach, ahead_of, canceled_ahead, queued, queued_whole, reach
from ..queries.texting import NO_NUMBER
from .audit import Change
from .told_once import ALSO, MATTERS, TOLD, Decided, New, Telling, told_once
from .work import Work

BY_HAND = "by "
"""How the reason begins of what a person has withdrawn: it is not queued again for the same time."""
_WATCHED = (*MATTERS, "minutes", "status", "customer_id")
_WAYS = frozenset(("consents", "emails", "phones", "death_date"))
"""What of a customer's record decides how they are reached."""
BY_ITSELF, ELSEWHERE = "draw", "come in"
"""Changes that invite nobody: a series goes on by itself, and whoever has booked elsewhere was told there."""
CALENDAR = "calendar"
"""The window of a cancellation that only takes a visit out of a calendar."""
LINK = "link"
"""The window of an invitation that goes once more because the link came late, or is another one."""
GOES_ON = "extend"
"""The same as a change of the series."""


def follow(work: Work, changes: Sequence[Change]) -> None:
    """Queue what the changed visits ask for, and withdraw what is no longer so.

    Nothing is read where time, length, staff, place, state and customer are as they were. Several
    visits of a series are told once, with the first of them. A customer who may be reached otherwise than
    before is reminded so of the visits ahead.
    """
    visits = [change for change in changes if change.kind == "appointment" and _matters(change)]
    people = _ids(change for change in changes if change.kind == "customer" and _is_reached(change))
    ids = _ids(visits) | set(ahead_of(people, work.now) if people else ())
    redrawn = {one.row_id: one for one in changes if one.kind == "series" and one.action != GOES_ON}
    if not ids and not redrawn:
        return
    new = _ids(change for change in visits if change.before is None)
    invited = _ids(change for change in visits if change.action not in (BY_ITSELF, ELSEWHERE))
    earlier = defaultdict[int, list[Queued]](list)
    for one in queued(ids - new):
        earlier[one.appointment_id].append(one)
    visits_now = reach(ids, unknown=work.session.calendar.unknown)
    series = {one.series_id for one in visits_now if one.series_id is not None and one.id not in new}
    series |= {one.series_id for some in earlier.values() for one in some if one.series_id is not None}
    series |= _ids(one for one in redrawn.values() if one.before is not None)
    decided = Decided(visits_now, earlier, queued_whole(series) if series else {})
    for visit in visits_now:
        _decide(work, visit, decided, invite=visit.id in invited)
    _withdraw(decided.stale)
    _queue(work, told_once(decided, _ids(redrawn.values()), _telling(work)))


def tell_rest(work: Work, gone: Queued) -> None:
    """What a message about a series tells no more, because its first visit is over or another by now, is
    told with the next one.
    """
    if (series_id := gone.series_id) is None:
        return
    ids = canceled_ahead(series_id, work.now)
    earlier = defaultdict[int, list[Queued]](list)
    for one in queued(ids):
        earlier[one.appointment_id].append(one)
    decided = Decided(reach(ids), earlier, queued_whole([series_id]), again={series_id})
    for visit in decided.seen:
        if visit.series_id == series_id:
            _decide(work, visit, decided, invite=False)
    _queue(work, told_once(decided, {series_id}, _telling(work)))


def tell_link(work: Work, appointment_id: int, link: str) -> None:
    """Whoever was invited without the link that a visit has by now is invited once more.

    Not to a visit of a series, which was told as a whole: its reminder has the link.
    """
    earlier = queued([appointment_id])
    told = [one for one in _standing(earlier, ()) if one.kind == "invitation"]
    waits = any(one.kind == "invitation" and one.state == "waiting" for one in earlier)
    if waits or not told or link in str(told[-1].facts.get("text", link)):
        return
    once = {(one.window, one.version) for one in earlier}
    for visit in reach([appointment_id]):
        again = _invitation(work, visit) if visit.series_id is None else None
        if again is not None and (LINK, visit.version) not in once:
            _queue(work, [replace(again, window=LINK)])


def _ids(changes: Iterable[Change]) -> set[int]:
    return {change.row_id for change in changes if change.row_id is not None}


def _matters(change: Change) -> bool:
    before, after = change.before, change.after or {}
    return before is None or any(before.get(name) != after.get(name) for name in _WATCHED)


def _is_reached(change: Change) -> bool:
    return change.before is not None and not _WAYS.isdisjoint(change.after or ())


def _decide(work: Work, visit: Reach, decided: Decided, *, invite: bool) -> None:
    """What becomes of the messages about one visit."""
    earlier = decided.earlier.get(visit.id, ())
    sent = _standing(earlier, decided.of_series(visit.series_id))
    newest = {one.tells: one for one in sent}
    told = {key for key, one in newest.items() if _holds(one, visit)}
    told |= {
        one.tells
        for one in earlier
        if one.version == visit.version or (one.why.startswith(BY_HAND) and _holds(one, visit))
    }
    whole = decided.of_series(visit.series_id)
    told |= {one.tells for one in whole if one.state == "waiting" and one.kind == "invitation"}
    told |= set(_still_told(work, visit, earlier, decided))
    misled = {window for (_, window), one in newest.items() if one.kind == "reminder"}
    wanted = (*_wanted(work, visit, misled, invite=invite), *_cancellations(work, visit, sent))
    decided.fresh += [one for one in wanted if (one.kind, one.window) not in told]


def _still_told(
    work: Work, visit: Reach, earlier: Sequence[Queued], decided: Decided
) -> Iterator[tuple[str, str]]:
    """What waits and still holds; what does not is withdrawn. What it told of other visits is told again."""
    for one in earlier:
        why = why_not(work, one, visit) if one.state in ("waiting", "sending") else ""
        if why and one.series_id is not None:
            decided.again.add(one.series_id)
        if why and one.state == "waiting":
            decided.stale.append((one.id, why))
        elif one.state == "waiting":
            yield one.tells


def _standing(earlier: Sequence[Queued], whole: Sequence[Queued]) -> list[Queued]:
    """What was sent about a visit or all of its series, or may be on its way, and was not taken back by
    a cancellation since. One that was sent about several visits of the series is that of the first of them.
    """
    standing = list[Queued]()
    both = {one.id: one for one in (*(one for one in whole if one.kind == "invitation"), *earlier)}
    for one in sorted(both.values(), key=lambda one: one.id):
        if one.state in TOLD:
            standing = [] if one.kind == "cancellation" else [*standing, one]
    return standing


def _holds(one: Queued, visit: Reach) -> bool:
    """Whether what a message says is so: of a visit that takes place, with whom and when it was told."""
    names = (*MATTERS, *ALSO.get(one.kind, ()))
    return (
        visit.status == Status.SCHEDULED
        and one.customer_id == visit.customer_id
        and all(name in one.facts and one.facts[name] == getattr(visit, name) for name in names)
    )


def why_not(work: Work, one: Queued, visit: Reach) -> str:
    """Why a message that waits is withdrawn; empty where it still is to be sent (S7, P5)."""
    status = Status(visit.status)
    if one.kind == "cancellation":
        return "" if one.version == visit.version else "the visit was changed"
    if status != Status.SCHEDULED:
        return f"the visit is {status.word}"
    if visit.starts_at <= work.now or not _holds(one, visit):
        return "the visit was changed"
    by_email, by_sms = _ways(work, visit)
    if by_sms if one.channel == "sms" else by_email:
        return ""
    unreached = one.channel == "sms" and may_write(visit.sms, work.session.calendar.unknown)
    return NO_NUMBER if unreached and not visit.numbers else "the customer does not want it"


def _wanted(work: Work, visit: Reach, misled: Collection[str], *, invite: bool) -> Iterator[New]:
    """The messages that a visit ahead asks for, as far as its customer agreed (P5).

    ``misled`` are the windows whose reminder told something else: where nothing else tells what is so now,
    the reminder goes at once, however near the visit is.
    """
    if visit.status != Status.SCHEDULED or visit.starts_at <= work.now:
        return
    rules, zone = work.session.calendar, work.session.zone
    by_email, by_sms = _ways(work, visit)
    at_once = soonest(work.now + rules.delay * 60, visit.starts_at, rules.quiet, zone)
    invited = invite and by_email and rules.invitations and at_once is not None
    if invited and at_once is not None:
        yield New("invitation", visit, "email", at_once, visit.customer_id)
    for window in rules.windows if by_email or by_sms else ():
        name = window_name(window)
        due = due_of(visit.starts_at, window, now=work.now, delay=rules.delay, quiet=rules.quiet, zone=zone)
        due = at_once if due is None and name in misled and not invited else due
        if due is not None:
            yield New("reminder", visit, "sms" if by_sms else "email", due, visit.customer_id, name)


def _telling(work: Work) -> Telling:
    """How this clinic tells its customers."""
    rules, earliest = work.session.calendar, work.now + work.session.calendar.delay * 60
    soon = soonest(earliest, earliest + 2 * 86_400, rules.quiet, work.session.zone)
    return Telling(earliest if soon is None else soon, partial(_invitation, work))


def _invitation(work: Work, visit: Reach) -> New | None:
    """The invitation to one visit, if its customer is to get one."""
    wanted = _wanted(work, visit, (), invite=True)
    return next((one for one in wanted if one.kind == "invitation"), None)


def _ways(work: Work, visit: Reach) -> tuple[bool, bool]:
    """Whether the customer may be written to by email and by SMS."""
    unknown = work.session.calendar.unknown
    by_email = bool(visit.open_to and visit.addresses and may_write(visit.email, unknown))
    return by_email, bool(visit.open_to and visit.numbers and may_write(visit.sms, unknown))


def _cancellations(work: Work, visit: Reach, sent: Sequence[Queued]) -> Iterator[New]:
    """Who was told of a visit that is not theirs any more is told so, the way it was told; where their
    calendar has it, by email as well.
    """
    last = sent[-1] if sent else None
    if last is None or last.customer_id is None or visit.starts_at <= work.now:
        return
    if visit.status == Status.CANCELED or last.customer_id != visit.customer_id:
        rules = work.session.calendar
        earliest = work.now + rules.delay * 60
        due = soonest(earliest, visit.starts_at, rules.quiet, work.session.zone)
        if due is None:
            return
        yield New("cancellation", visit, last.channel, due, last.customer_id)
        if last.channel != "email" and any(one.kind == "invitation" for one in sent):
            yield New("cancellation", visit, "email", due, last.customer_id, CALENDAR)


def _queue(work: Work, fresh: Iterable[New]) -> None:
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
        for some in pieces(ids):
            update(
                "update outbox set state = 'withdrawn', why = ? where state = 'waiting'"
                f" and id in ({marks(some)}) returning id",
                [why, *some],
            )
