"""What waits in the outbox goes out: each row taken by one worker, looked at again, handed to its courier.

Any number of workers may run. Each takes some rows of each channel in turn by a lease, in a short transaction
of its own; the network is spoken to outside of any; and what came of it is written only while the lease is
still the worker's. Whoever dies in between leaves one row ``sending``, which is taken again when the lease
has run out: what that means for the receiver is in :mod:`~pim_tui.domain.delivery`.

Between the moment a message was queued and this one the visit may have moved and the customer may have said
no. So it is asked again, of the book as it is now, and the words are made now. What does not hold any
more is withdrawn; where an earlier try may have reached the customer it counts as sent, so that who
may have been told of a visit is told that it does not take place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import random

from ..domain.delivery import (
    ONCE_AT_MOST,
    TRIES,
    End,
    Trouble,
    Undelivered,
    end_of,
    ends_at,
    next_try,
)
from ..domain.people import Answer
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import SettingsError
from ..queries.delivery import Taken
from ..queries.gate import for_program
from .consents import TOLD_THE_SERVICE, answer_is
from .couriers import Courier, Handed, NotWanted
from .holding import Held, goes, held, hold
from .leasing import begin, end, let_go, put_back, take, take_one
from .mail_courier import kept
from .messages import tell_rest
from .outgoing import after_quiet, quiet_for, why_withdrawn
from .work import Work

Couriers = Mapping[str, Courier]


@dataclass(frozen=True, slots=True)
class Post:
    """What delivery works with. ``couriers`` are by channel; ``stop`` says whether to end after the row in
    hand, ``share`` draws from 0 to 1. ``patient`` leaves a channel that is held alone until its time has
    come, as a worker does that comes by each minute; somebody who has come to look does not. ``by_hand`` is a
    session at a desk: what is in its way need not be in the worker's, so that nothing of it is written down.
    """

    couriers: Couriers
    stop: Callable[[], bool] = lambda: False
    share: Callable[[], float] = random
    patient: bool = False
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did, in rows. ``later`` are tried again or wait for the quiet hours to end, of
    ``unknown`` ones a person decides whether they went; ``held`` are the channels on which no more can go.
    """

    sent: int = 0
    withdrawn: int = 0
    failed: int = 0
    later: int = 0
    unknown: int = 0
    held: tuple[Held, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many of each fate, without those of which there are none."""
        fates = ("sent", "withdrawn", "failed", "later", "unknown")
        return {fate: count for fate in fates if (count := getattr(self, fate))}


@for_program
def deliver(session: Session, post: Post) -> Round:
    """Do what is due until nothing is left, nothing can go, or ``post.stop`` says so.

    The channels take turns, so that the many of one do not keep the few of another.
    """
    session.needs(Right.DELIVER)
    done, left = Round(), dict.fromkeys(post.couriers)
    try:
        while left and not post.stop():
            for channel in tuple(left):
                rows, why = _some(session, post, channel)
                done = replace(done, held=(*done.held, why)) if why else done
                before = done.held
                done = _each(session, post, rows, done)
                if not rows or why or done.held != before:
                    del left[channel]
    finally:
        for courier in post.couriers.values():
            courier.close()
    return done


@for_program
def deliver_one(session: Session, post: Post, id_: int) -> Round:
    """Do one row now, if it is due and nobody has it: for whoever waits to see it go."""
    session.needs(Right.DELIVER)
    work = Work(session, session.clock())
    row = take_one(work, id_, post.couriers)
    if row is None:
        return Round()
    if why := held(work, row.channel, patient=post.patient):
        let_go(work, [row])
        return Round(held=(why,))
    try:
        return _each(session, post, [row], Round())
    finally:
        post.couriers[row.channel].close()


def _some(session: Session, post: Post, channel: str) -> tuple[list[Taken], Held | None]:
    """Some rows of a channel, none where it is held."""
    work = Work(session, session.clock())
    why = held(work, channel, patient=post.patient)
    return ([], why) if why else (take(work, channel), None)


def _each(session: Session, post: Post, rows: Sequence[Taken], done: Round) -> Round:
    """Those rows one after the other, until nothing can go or ``post.stop`` says so."""
    before = done.held
    for at, row in enumerate(rows):
        if post.stop() or done.held != before:
            let_go(Work(session, session.clock()), rows[at:])
            break
        done = _one(session, post, row, done)
    return done


def _one(session: Session, post: Post, row: Taken, done: Round) -> Round:
    """One row, as far as it comes."""
    work = Work(session, session.clock())
    if (ours := begin(work, row)) is None:
        return done
    if why := why_withdrawn(work, ours):
        return _withdraw(work, ours, why, done)
    if ours.tries >= TRIES:
        return _lost(work, ours, done)
    if (when := after_quiet(work, ours)) != work.now:
        put_back(work, ours, columns={"due_at": when})
        return replace(done, later=done.later + 1)
    try:
        handed = post.couriers[ours.channel].carry(work, ours)
    except NotWanted as why_not:
        return _withdraw(Work(session, session.clock()), ours, str(why_not), done)
    except SettingsError as error:
        return _failed(session, post, ours, Undelivered(Trouble.SETTINGS, str(error)), done)
    except Undelivered as undelivered:
        return _failed(session, post, ours, undelivered, done)
    return _sent(Work(session, session.clock()), ours, handed, done)


def _sent(work: Work, row: Taken, handed: Handed, done: Round) -> Round:
    """It went, and so does its channel."""
    columns = {
        "sent_at": work.now,
        "service": handed.service,
        "key": handed.key,
        "look_at": handed.look_at,
        "trouble": "",
        "troubled_since": None,
        **handed.extra,
    }
    if handed.payload is not None:
        columns["payload"] = kept(handed.payload)
    goes(work, row.channel)
    end(work, row, "send", handed.state, "", columns, handed.also)
    return replace(done, sent=done.sent + 1)


def _withdraw(work: Work, row: Taken, why: str, done: Round) -> Round:
    """It does not go. What may have gone before counts as sent."""
    rest = partial(tell_rest, gone=row.queued)
    if row.state == "sending":
        end(work, row, "send", "sent", f"it may have gone before this: {why}", {"sent_at": work.now}, rest)
    else:
        end(work, row, "withdraw", "withdrawn", why, also=rest)
    return replace(done, withdrawn=done.withdrawn + 1)


def _lost(work: Work, row: Taken, done: Round) -> Round:
    """Whoever began it died of it each time: it is left alone."""
    unsure = row.channel in ONCE_AT_MOST
    state = "unknown" if unsure else "failed"
    end(work, row, "fail", state, "It was begun again and again, and nobody came to its end.")
    return replace(done, unknown=done.unknown + unsure, failed=done.failed + (not unsure))


def _failed(session: Session, post: Post, row: Taken, undelivered: Undelivered, done: Round) -> Round:
    """What follows from a trouble: see :func:`~pim_tui.domain.delivery.end_of`."""
    work = Work(session, session.clock())
    trouble = undelivered.trouble
    fate = end_of(trouble, row.channel, undelivered.at)
    maybe = row.state == "sending" or trouble == Trouble.UNSURE
    row = row._replace(state="sending" if maybe else row.state)
    since = work.now if row.troubled_since is None else row.troubled_since
    columns: dict[str, object] = {"trouble": trouble.value, "troubled_since": since}
    if fate in (End.HOLD, End.SETTINGS) and post.by_hand:
        put_back(work, row)
        return replace(done, held=(*done.held, Held(row.channel, undelivered.says, work.now)))
    if fate in (End.HOLD, End.SETTINGS):
        put_back(work, row, undelivered.says, {**columns, "tries": row.tries})
        return replace(done, held=(*done.held, hold(work, row.channel, undelivered, post.share())))
    columns["tries"] = row.tries + 1
    again = _again(work, post, row, undelivered.at) if fate == End.RETRY else None
    if again is not None:
        put_back(work, row, undelivered.says, {**columns, "due_at": again})
        return replace(done, later=done.later + 1)
    if fate == End.ASK or (fate == End.RETRY and maybe and row.channel in ONCE_AT_MOST):
        end(work, row, "fail", "unknown", undelivered.says, columns)
        return replace(done, unknown=done.unknown + 1)
    also = partial(_opted_out, row=row) if trouble == Trouble.OPT_OUT else None
    end(work, row, "fail", "failed", undelivered.says, columns, also)
    return replace(done, failed=done.failed + 1)


def _again(work: Work, post: Post, row: Taken, at: int | None) -> int | None:
    """When it is tried again, not before ``at``; None where it has failed for good."""
    ends = ends_at(row.expires_at, row.created_at)
    start = work.now if at is None else max(work.now, at)
    return next_try(start, row.tries + 1, post.share(), ends, quiet_for(work, row), work.session.zone)


def _opted_out(work: Work, row: Taken) -> None:
    """Whoever it is for has told the service that they want none: so does their record (P5)."""
    if row.customer_id is not None:
        answer_is(work, row.customer_id, row.channel, Answer.NO, TOLD_THE_SERVICE)
