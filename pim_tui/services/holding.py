"""A channel that is held: since when and why, until when it is left alone, and that it goes again.

What is in the way of one row is in the way of all on its channel. It is written down once for all workers,
told once, and not tried at every glance: who asks each second is locked out, or pays for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..db.bulk import update
from ..db.connection import write_tx
from ..domain.delivery import CHANNELS, LONGEST, Trouble, Undelivered, held_until
from ..domain.text import clean
from ..models import Service
from ..queries.outside import CHANNEL, ServiceRow, service
from . import audit
from .audit import Change
from .work import Work

NOW_AND_THEN, A_DAY = 60, 86_400  # seconds


@dataclass(frozen=True, slots=True)
class Held:
    """A channel on which nothing goes at present. ``new`` is whether that was not so before, ``until`` when
    it is tried again, UTC seconds.
    """

    channel: str
    says: str
    until: int
    new: bool = False


def held(work: Work, channel: str, *, patient: bool) -> Held | None:
    """Why a channel is left alone for now; None where it is tried.

    Somebody who is not ``patient`` has come to look: only what the service itself has asked for is kept.
    """
    found = service(CHANNEL + channel)
    if found is None or not found.trouble or found.due_at <= work.now:
        return None
    if not patient and found.trouble != Trouble.LATER:
        return None
    if found.due_at > work.now + (A_DAY if found.trouble == Trouble.LATER else LONGEST):
        # Written while the clock was ahead: no channel is held for so long.
        return None
    return Held(channel, found.why, found.due_at)


def hold(work: Work, channel: str, undelivered: Undelivered, share: float) -> Held:
    """Leave a channel alone for a while, and say whether anybody has to be told."""
    name, now, says = CHANNEL + channel, work.now, clean(undelivered.says, limit=Service.why.limit)
    with write_tx():
        found = service(name)
        since = found.troubled_since if found and found.troubled_since is not None else now
        until = held_until(now, since, undelivered.trouble, undelivered.at, share)
        if found is None:
            Service.insert(name=name).execute()
        ((id_,),) = update(
            "update service set trouble = ?, why = ?, troubled_since = ?, due_at = ? where name = ?"
            " returning id",
            [undelivered.trouble.value, says, since, until, name],
        )
        fresh = is_news(found, undelivered)
        if fresh:
            tell_once(work, id_, CHANNELS.get(channel, channel), says)
    return Held(channel, says, until, fresh)


def is_news(found: ServiceRow | None, undelivered: Undelivered) -> bool:
    """Whether somebody has to be told: of what was not so before, and not of a service that is only busy."""
    return (found is None or not found.trouble) and undelivered.trouble != Trouble.LATER


def tell_once(work: Work, id_: int, name: str, why: str) -> None:
    """Inside a running transaction: a line in the journal, which every desk shows in its footer."""
    audit.append(work.session, [Change("hold", "service", id_, None, {"name": name, "why": why})])


def goes(work: Work, channel: str) -> None:
    """Something went: the channel is held no more. Among many in a row it is written down now and then."""
    name = CHANNEL + channel
    found = service(name)
    if found and not found.trouble and found.good_at and work.now - found.good_at < NOW_AND_THEN:
        return
    with write_tx():
        if found is None and service(name) is None:
            Service.insert(name=name).execute()
        update(
            "update service set trouble = '', why = '', troubled_since = null, good_at = ? where name = ?"
            " returning id",
            [work.now, name],
        )
