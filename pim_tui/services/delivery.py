"""What waits in the outbox goes out: each message taken by one worker, looked at once more, handed over.

Any number of workers may run. Each takes some messages by a lease, in a short transaction of its own; the
network is spoken to outside of any; and what came of it is written only while the lease is still the
worker's. Whoever dies in between leaves messages ``sending``, which are taken again when the lease has
run out: what that means for the receiver is in :mod:`~pim_tui.domain.delivery`.

Between the moment a message was queued and this one the visit may have moved and the customer may have said
no. So it is asked again, of the book as it is now, and the words are made now. What does not hold any
more is withdrawn; where an earlier try may have reached the customer it counts as sent, so that who
may have been told of a visit is told that it does not take place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import random
from typing import Any

from ..db.bulk import update
from ..db.connection import current, write_tx
from ..db.filestore import store_of
from ..domain.delivery import (
    ENDS,
    Attachment,
    Carrier,
    End,
    Mail,
    Trouble,
    Undelivered,
    ends_at,
    next_try,
)
from ..domain.messages import House
from ..domain.rights import Right
from ..domain.sendtimes import soonest
from ..domain.session import Session
from ..domain.text import clean
from ..errors import FileProblem
from ..models import Outbox
from ..queries.delivery import Taken, due, said_no, was_told
from ..queries.exporting import clinic_key
from ..queries.following import ABOUT_VISITS, facts_of, reach
from ..queries.messages import composed
from . import audit
from .audit import Change
from .messages import why_not
from .usecase import Work

AT_ONCE = 20
"""Messages taken at a time."""
LEASE, LEFT = 600, 300
"""Seconds: how long they are a worker's own, and how much of it is left at least when one is begun; the
slowest server takes less for one message, or is given up.
"""


@dataclass(frozen=True, slots=True)
class Post:
    """What delivery works with. ``carrier`` takes emails, ``house`` is the clinic as messages name it,
    ``stop`` says whether to end after the message in hand, ``share`` draws from 0 to 1.
    """

    carrier: Carrier
    house: House
    stop: Callable[[], bool] = lambda: False
    share: Callable[[], float] = random


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did, in messages. ``held`` says why no more can go at present, empty where all went;
    ``new`` whether that was not so before. ``later`` are tried again or wait for the quiet hours to end.
    """

    sent: int = 0
    withdrawn: int = 0
    failed: int = 0
    later: int = 0
    held: str = ""
    new: bool = False


def deliver(session: Session, post: Post) -> Round:
    """Send the emails that are due until none is left, none can go, or ``post.stop`` says so."""
    session.needs(Right.DELIVER)
    done = Round()
    try:
        while not done.held and not post.stop() and (taken := _take(session)):
            for at, row in enumerate(taken):
                done = _one(session, post, row, done)
                if done.held or post.stop():
                    _let_go(session, taken[at + 1 :])
                    break
    finally:
        post.carrier.close()
    return done


def _take(session: Session) -> list[Taken]:
    """Some messages that are due, from now on in this worker's hands."""
    now = session.clock()
    with write_tx():
        if taken := due("email", now, AT_ONCE):
            update(
                "update outbox set state = 'sending', leased_by = ?, leased_until = ?"
                f" where id in ({', '.join('?' * len(taken))}) returning id",
                [session.key, now + LEASE, *(row.id for row in taken)],
            )
    return taken


def _one(session: Session, post: Post, row: Taken, done: Round) -> Round:
    """One message, as far as it comes."""
    work = Work(session, session.clock())
    if (now_ours := _still_ours(work, row)) is None:
        return done
    row = now_ours
    if why := _why_withdrawn(work, row):
        _withdraw(work, row, why)
        return replace(done, withdrawn=done.withdrawn + 1)
    if (when := _after_quiet(work, row)) != work.now:
        _put_back(work, row, due_at=when)
        return replace(done, later=done.later + 1)
    try:
        mail = _mail(work, post, row)
        post.carrier.send(mail)
    except Undelivered as undelivered:
        return _failed(Work(session, session.clock()), post, row, undelivered, done)
    _sent(Work(session, session.clock()), row, mail)
    return replace(done, sent=done.sent + 1)


def _still_ours(work: Work, row: Taken) -> Taken | None:
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


def _why_withdrawn(work: Work, row: Taken) -> str:
    """Why it is not to be sent any more; empty where it is (S7, P5)."""
    if work.now >= (ends := ends_at(row.expires_at, row.created_at)):
        return "it was too late"
    if row.payload == "{}":
        return "the customer's record was erased"
    if said_no(row.customer_id, row.channel):
        return "the customer does not want it"
    if soonest(work.now, ends, work.session.calendar.quiet, work.session.zone) is None:
        return "only quiet hours are left"
    if row.kind not in ABOUT_VISITS or row.appointment_id is None:
        return ""
    if row.kind == "cancellation" and not was_told(row.appointment_id, row.customer_id):
        return "nobody was told of the visit"
    (visit,) = reach([row.appointment_id])
    return why_not(work, row.queued, visit)


def _after_quiet(work: Work, row: Taken) -> int:
    """Now, or when the quiet hours end that it is."""
    rules, zone = work.session.calendar, work.session.zone
    when = soonest(work.now, ends_at(row.expires_at, row.created_at), rules.quiet, zone)
    return work.now if when is None else when


def _mail(work: Work, post: Post, row: Taken) -> Mail:
    """The email, its words made of the template as it is now. Raises :class:`Undelivered`."""
    kept = facts_of(row.payload)
    found = composed(row.id, post.house, work.session.calendar.language)
    message_id = (
        kept.get("message_id") or f"<outbox-{row.id}-{row.created_at}@{clinic_key()}.pim-tui.invalid>"
    )
    mail = Mail(found.to, found.words.subject, found.words.body, message_id, work.now, _file(kept))
    if len(_told(row, mail)) > Outbox.payload.limit:
        raise Undelivered(Trouble.CONTENT, "The message is too long.")
    return mail


def _file(kept: dict[str, Any]) -> Attachment | None:
    """What goes with it: the very bytes that were stored, found by their digest (M10)."""
    if "file" not in kept:
        return None
    try:
        return Attachment(str(kept.get("name", "")), store_of(current()).read(str(kept["file"])))
    except FileProblem as problem:
        raise Undelivered(Trouble.FILE, problem.message) from problem


def _told(row: Taken, mail: Mail) -> str:
    """What is kept of a message that went: what it was about, where it went and what it said."""
    said = {"to": mail.to, "subject": mail.subject, "text": mail.text}
    return clean(json.dumps({**facts_of(row.payload), **said}, ensure_ascii=False), limit=10**6, lines=True)


def _sent(work: Work, row: Taken, mail: Mail) -> None:
    """It went; what an erased customer was told is not written down again."""
    _end(
        work, row, "send", "sent", "", "sent_at = ?, message_id = ?, trouble = '', troubled_since = null,"
        " payload = case when payload = '{}' then payload else ? end",
        [work.now, mail.message_id, _told(row, mail)],
    )  # fmt: skip


def _withdraw(work: Work, row: Taken, why: str) -> None:
    """It does not go. What may have gone before counts as sent."""
    if row.state == "sending":
        _end(work, row, "send", "sent", f"it may have gone before this: {why}", "sent_at = ?", [work.now])
    else:
        _end(work, row, "withdraw", "withdrawn", why)


def _failed(work: Work, post: Post, row: Taken, undelivered: Undelivered, done: Round) -> Round:
    """What follows from a trouble: see :data:`~pim_tui.domain.delivery.ENDS`."""
    end, now, tries = ENDS[undelivered.trouble], work.now, row.tries + 1
    since = now if row.troubled_since is None else row.troubled_since
    more, values = "trouble = ?, troubled_since = ?, tries = ?", [undelivered.trouble.value, since]
    if end in (End.HOLD, End.SETTINGS):
        _put_back(work, row, row.due_at, undelivered.says, more, [*values, row.tries])
        return replace(done, held=undelivered.says, new=row.troubled_since is None)
    quiet, ends = work.session.calendar.quiet, ends_at(row.expires_at, row.created_at)
    again = next_try(now, tries, post.share(), ends, quiet, work.session.zone) if end == End.RETRY else None
    if again is None:
        _end(work, row, "fail", "failed", undelivered.says, more, [*values, tries])
        return replace(done, failed=done.failed + 1)
    maybe = row.state == "sending" or undelivered.trouble == Trouble.UNSURE
    row = row._replace(state="sending" if maybe else row.state)
    _put_back(work, row, again, undelivered.says, more, [*values, tries])
    return replace(done, later=done.later + 1)


def _let_go(session: Session, rows: Sequence[Taken]) -> None:
    """Leave to the next what was taken and not begun."""
    for row in rows:
        _put_back(Work(session, session.clock()), row, row.due_at)


def _put_back(
    work: Work, row: Taken, due_at: int, why: str = "", more: str = "", values: Sequence[object] = ()
) -> None:
    """It waits again, as it did. What was changed while it was in hand withdraws it only now."""
    with write_tx():
        gone = _why_withdrawn(work, row) if row.state == "waiting" else ""
        state = "withdrawn" if gone else row.state
        _write(
            work,
            row,
            state,
            gone or why or row.why,
            f"due_at = ?{', ' + more if more else ''}",
            [due_at, *values],
        )


def _end(
    work: Work, row: Taken, action: str, state: str, why: str, more: str = "", values: Sequence[object] = ()
) -> None:
    """What became of it for good, with its line in the journal."""
    with write_tx():
        if _write(work, row, state, why, more, values):
            before, after = {"kind": row.kind, "state": row.state}, {"kind": row.kind, "state": state}
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
