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

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import random

from ..domain.delivery import ENDS, Carrier, End, Mail, Trouble, Undelivered, ends_at, next_try
from ..domain.messages import House
from ..domain.rights import Right
from ..domain.session import Session
from ..queries.delivery import Taken
from .leasing import end, put_back, still_ours, take
from .outgoing import after_quiet, kept_of, mail_of, why_withdrawn
from .usecase import Work


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
        while not done.held and not post.stop() and (rows := take(Work(session, session.clock()))):
            for at, row in enumerate(rows):
                done = _one(session, post, row, done)
                if done.held or post.stop():
                    _let_go(session, rows[at + 1 :])
                    break
    finally:
        post.carrier.close()
    return done


def _one(session: Session, post: Post, row: Taken, done: Round) -> Round:
    """One message, as far as it comes."""
    work = Work(session, session.clock())
    if (now_ours := still_ours(work, row)) is None:
        return done
    row = now_ours
    if why := why_withdrawn(work, row):
        _withdraw(work, row, why)
        return replace(done, withdrawn=done.withdrawn + 1)
    if (when := after_quiet(work, row)) != work.now:
        put_back(work, row, due_at=when)
        return replace(done, later=done.later + 1)
    try:
        mail = mail_of(work, post.house, row)
        post.carrier.send(mail)
    except Undelivered as undelivered:
        return _failed(Work(session, session.clock()), post, row, undelivered, done)
    _sent(Work(session, session.clock()), row, mail)
    return replace(done, sent=done.sent + 1)


def _sent(work: Work, row: Taken, mail: Mail) -> None:
    """It went; what an erased customer was told is not written down again."""
    end(
        work, row, "send", "sent", "", "sent_at = ?, message_id = ?, trouble = '', troubled_since = null,"
        " payload = case when payload = '{}' then payload else ? end",
        [work.now, mail.message_id, kept_of(row, mail)],
    )  # fmt: skip


def _withdraw(work: Work, row: Taken, why: str) -> None:
    """It does not go. What may have gone before counts as sent."""
    if row.state == "sending":
        end(work, row, "send", "sent", f"it may have gone before this: {why}", "sent_at = ?", [work.now])
    else:
        end(work, row, "withdraw", "withdrawn", why)


def _failed(work: Work, post: Post, row: Taken, undelivered: Undelivered, done: Round) -> Round:
    """What follows from a trouble: see :data:`~pim_tui.domain.delivery.ENDS`."""
    fate, now, tries = ENDS[undelivered.trouble], work.now, row.tries + 1
    since = now if row.troubled_since is None else row.troubled_since
    more, values = "trouble = ?, troubled_since = ?, tries = ?", [undelivered.trouble.value, since]
    if fate in (End.HOLD, End.SETTINGS):
        put_back(work, row, row.due_at, undelivered.says, more, [*values, row.tries])
        return replace(done, held=undelivered.says, new=row.troubled_since is None)
    quiet, ends = work.session.calendar.quiet, ends_at(row.expires_at, row.created_at)
    again = next_try(now, tries, post.share(), ends, quiet, work.session.zone) if fate == End.RETRY else None
    if again is None:
        end(work, row, "fail", "failed", undelivered.says, more, [*values, tries])
        return replace(done, failed=done.failed + 1)
    maybe = row.state == "sending" or undelivered.trouble == Trouble.UNSURE
    row = row._replace(state="sending" if maybe else row.state)
    put_back(work, row, again, undelivered.says, more, [*values, tries])
    return replace(done, later=done.later + 1)


def _let_go(session: Session, rows: Sequence[Taken]) -> None:
    """Leave to the next what was taken and not begun."""
    for row in rows:
        put_back(Work(session, session.clock()), row, row.due_at)
