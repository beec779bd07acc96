"""What somebody booked at a service outside, in our own words; which service that is stays with its adapter.

An **event** is a time at the service, an **invitee** somebody who booked it: an event for a group has
several, and each is a visit of ours. ``key`` is what the service names a thing by. Instants are UTC seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from .text import fold

BACK, AHEAD = 2, 120
"""Days: from how far back to how far ahead a pass looks, unless the settings say otherwise."""
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Event:
    """A time at the service. ``changed`` is its mark of what was changed last, in its own words; such marks
    are compared as text, the later being the greater.

    ``hosts`` are the email addresses of whom it is with, or keys until
    :meth:`BookingService.with_hosts` has looked them up. ``mode`` is empty where the service does not say how
    they meet.
    """

    key: str
    title: str
    starts_at: int
    minutes: int
    changed: str
    canceled: bool = False
    hosts: tuple[str, ...] = ()
    mode: str = ""
    place: str = ""
    join_url: str = ""


@dataclass(frozen=True, slots=True)
class Invitee:
    """Somebody who booked. ``old`` and ``new`` are the keys of what it was moved from and to.

    ``moved`` says that it was canceled only because it is another one now. ``canceled_by`` is ``clinic`` or
    ``customer``. ``answers`` are pairs of question and answer. ``no_show`` is the key of that mark.
    """

    key: str
    event: str
    name: str
    email: str
    phone: str = ""
    canceled: bool = False
    moved: bool = False
    old: str = ""
    new: str = ""
    canceled_by: str = "customer"
    why: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    no_show: str = ""
    cancel_url: str = ""
    move_url: str = ""

    @property
    def told(self) -> str:
        """What they answered to the questions of the form, one a line."""
        return "\n".join(f"{asked}: {answer}" if asked else answer for asked, answer in self.answers)


@dataclass(frozen=True, slots=True)
class Offering:
    """A kind of event that can be booked: its name, minutes, and the email address of whose it is."""

    key: str
    name: str
    minutes: int
    host: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A booking to be made at the service for a customer."""

    offering: str
    starts_at: int
    name: str
    email: str
    zone: str


class BookingService(Protocol):
    """A service that takes bookings. Every method raises :class:`~pim_tui.domain.delivery.Undelivered`."""

    def events(self, since: int, until: int) -> list[Event]:
        """Every event that begins then, canceled ones as well."""

    def event(self, key: str) -> Event | None:
        """One event; None where the service does not know it."""

    def with_hosts(self, event: Event) -> Event:
        """The same with the email addresses of whom it is with."""

    def invitees(self, event: str) -> list[Invitee]:
        """Everybody who booked that event."""

    def invitee(self, key: str) -> Invitee | None:
        """One invitee; None where the service does not know them."""

    def cancel(self, event: str, reason: str) -> None:
        """Cancel an event; done where it is canceled or gone already."""

    def mark_no_show(self, invitee: str) -> str:
        """Mark that nobody came; the key of the mark, empty where the invitee is gone."""

    def take_back_no_show(self, mark: str) -> None:
        """Take that mark away; done where it is gone already."""

    def offerings(self) -> list[Offering]:
        """What can be booked."""

    def free(self, offering: str, since: int, until: int) -> list[int]:
        """The starts that are free then, within a month."""

    def book(self, wanted: Wanted) -> Invitee:
        """Book; CONTENT where the service does not take it, for whatever reason."""

    def booked(self, email: str, starts_at: int) -> tuple[Event, Invitee] | None:
        """What is booked under that address for that start."""

    def close(self) -> None:
        """Let go of the line."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a pass did, in visits. ``linking`` came in for somebody the book does not know, ``colliding``
    where the time was taken; ``differing`` were left as staff had set them.
    """

    came: int = 0
    moved: int = 0
    canceled: int = 0
    missed: int = 0
    linking: int = 0
    colliding: int = 0
    differing: int = 0
    unplaced: int = 0

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def says(self) -> str:
        """A sentence; empty where nothing happened."""
        told = [f"{count} {words}" for name, words in _WORDS.items() if (count := getattr(self, name))]
        return f"{', '.join(told)}." if told else ""


_WORDS: Mapping[str, str] = {
    "came": "came in", "moved": "moved", "canceled": "canceled", "missed": "missed",
    "linking": "to be linked", "colliding": "over another appointment",
    "differing": "left as they were changed here", "unplaced": "with nobody here",
}  # fmt: skip


def chosen(offerings: Sequence[Offering], fits: Sequence[str], host: str, minutes: int) -> Offering | None:
    """Which of them an appointment is booked as: by a name in ``fits`` (folded), whose it is, and its length.

    One of somebody else is none; one of a team is anybody's. Without a ``host`` only a single one will do.
    """
    named = [one for one in offerings if fold(one.name) in fits]
    whose = host.casefold()
    ours = [one for one in named if one.host.casefold() in (whose, "")] if whose else named[: len(named) == 1]
    ours.sort(key=lambda one: (one.host.casefold() != whose, one.minutes != minutes))
    return ours[0] if ours else None
