"""What becomes of a message when it is handed to the outside, and when it is tried again.

What each channel promises:

- **Email: at least once.** It is tried until the server has said yes. Where the line breaks between the
  message and the answer it may have gone, so it goes again under the same Message-ID, by which the
  receiver's server or program drops the copy.
- **SMS: at most once.** Two of them cost twice and frighten. Where it may have gone the service is asked
  whether it has it; where that cannot be told it is ``unknown``, and a person decides.
- **Meetings, bookings, calendars: once.** What may have been done is looked up at the service before it is
  done again, or told in a way that changes nothing the second time.

A trouble of one channel holds that channel and no other. Instants are UTC seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from .invites import CalendarPart
from .moments import Zone
from .sendtimes import Quiet, soonest

TRIES = 8
"""So often one message is tried before it has failed for good."""
FIRST, LONGEST = 30, 3600
"""Seconds: the first pause at most, and the longest."""
KEPT = 3 * 86_400
"""How long a message without an end of its own is tried."""
TO_PEOPLE = ("email", "sms")
"""Channels on which somebody is told something: consent is asked, and quiet hours are kept."""
ONCE_AT_MOST = ("sms",)
"""Channels on which nothing is repeated that may have gone."""
FATES = {
    "waiting": ("draft", "waiting", "sending"),
    "failed": ("failed",),
    "unknown": ("unknown",),
    "sent": ("sent", "delivered"),
    "withdrawn": ("withdrawn",),
}
"""What people ask for, and the states of the outbox that are meant."""
CHANNELS = {
    "email": "Email", "sms": "SMS", "meeting": "Meetings", "booking": "Bookings", "calendar": "Calendars",
}  # fmt: skip
"""What goes out by itself, as people call it."""
HELD_AT_MOST = 300
"""Seconds: the longest pause of a channel whose service is not reached."""


class Trouble(StrEnum):
    """Why a message did not go, as its channel tells it."""

    LINE = "line"
    """The server was not reached, or would not talk at all; nothing was sent."""
    LOGIN = "login"
    """It did not take the name or the password."""
    SETTINGS = "settings"
    """A setting is missing or wrong, or the line would not be safe."""
    BUSY = "busy"
    """It will not take this message now."""
    UNSURE = "unsure"
    """The line broke before the answer came: it may have gone."""
    ADDRESS = "address"
    """There is no such address."""
    CONTENT = "content"
    """It does not take this message at all."""
    FILE = "file"
    """What is to go with it cannot be read."""
    LATER = "later"
    """It says when to come again; nothing was done."""
    OPT_OUT = "opt_out"
    """Whoever it is for has told the service that they want none."""
    PLAN = "plan"
    """What the clinic pays for, or what it allows the program, does not cover this."""
    ROUTE = "route"
    """The same, but only of this receiver, as of numbers in one country: others can be reached."""


class End(StrEnum):
    """What follows from a trouble."""

    RETRY = "retry"
    """This message is tried again later, so often and no more; others go on."""
    FAIL = "fail"
    """This message has failed for good; others go on."""
    HOLD = "hold"
    """No message can go: all wait as they are, and no try is counted."""
    SETTINGS = "settings"
    """All wait as well, until a person has changed a setting."""
    ASK = "ask"
    """Nobody knows whether it went, and it is not repeated: a person decides."""


ENDS = {
    Trouble.LINE: End.HOLD,
    Trouble.LOGIN: End.SETTINGS,
    Trouble.SETTINGS: End.SETTINGS,
    Trouble.BUSY: End.RETRY,
    Trouble.UNSURE: End.RETRY,
    Trouble.FILE: End.RETRY,
    Trouble.LATER: End.HOLD,
    Trouble.OPT_OUT: End.FAIL,
    Trouble.PLAN: End.SETTINGS,
    Trouble.ADDRESS: End.FAIL,
    Trouble.CONTENT: End.FAIL,
    Trouble.ROUTE: End.FAIL,
}


def end_of(trouble: Trouble, channel: str, at: int | None = None) -> End:
    """What follows from a trouble on a channel, as it has promised. Where nobody knows yet whether it went,
    ``at`` is when the service is asked again.
    """
    asks = trouble == Trouble.UNSURE and channel in ONCE_AT_MOST and at is None
    return End.ASK if asks else ENDS[trouble]


class Undelivered(Exception):
    """A message did not go, or a service did not do what it was asked for. ``says`` is a sentence for a
    receptionist, without names or secrets; ``at``, UTC seconds, is the earliest it may be tried again.
    """

    def __init__(self, trouble: Trouble, says: str, at: int | None = None) -> None:
        super().__init__(says)
        self.trouble, self.says, self.at = trouble, says, at


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message: its name, and its bytes as they were stored."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """An email to one address. ``message_id`` stays the same however often it is sent. ``calendar`` makes
    it an invitation.
    """

    to: str
    subject: str
    text: str
    message_id: str
    sent_at: int
    file: Attachment | None = None
    calendar: CalendarPart | None = None


class Carrier(Protocol):
    """Whoever takes emails out of the house."""

    def send(self, mail: Mail) -> None:
        """Return once the server has taken it; raises :class:`Undelivered` otherwise."""

    def close(self) -> None:
        """Let go of the line, if there is one."""


def pause(tries: int, share: float) -> int:
    """Seconds until the next try after ``tries`` of them, from 1: twice as long each time, up to an hour.

    ``share``, from 0 to 1, is drawn anew each time, so that what failed together is not tried together.
    """
    longest = min(FIRST << min(max(tries, 1) - 1, 16), LONGEST)
    return max(1, round(longest * share))


def held_until(now: int, since: int, trouble: Trouble, at: int | None, share: float) -> int:
    """When a channel in trouble ``since`` is tried again: after as long as it has been so, with a limit.

    Where the service named a moment (``at``), not before that. ``share``, from 0 to 1, is drawn anew each
    time: half of the pause is kept whatever it is.
    """
    most = LONGEST if ENDS[trouble] == End.SETTINGS else HELD_AT_MOST
    again = now + round(min(max(now - since, FIRST), most) * (1 + share) / 2)
    return again if at is None else max(again, at)


def ends_at(expires_at: int | None, created_at: int) -> int:
    """From when on nobody wants to hear it any more."""
    return created_at + KEPT if expires_at is None else expires_at


def next_try(now: int, tries: int, share: float, ends: int, quiet: Quiet, zone: Zone) -> int | None:
    """When a message is tried again: never in quiet hours; None where it has failed for good."""
    if tries >= TRIES:
        return None
    return soonest(now + pause(tries, share), ends, quiet, zone)
