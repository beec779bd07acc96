"""Video meetings that a service makes for visits: what it is told, what it answers, and who asks it.

A meeting belongs to one visit and follows it: made when a virtual visit is booked, told when it is moved,
made anew under another host where it is given to somebody else, removed when it is canceled or held in the
clinic after all. What a service shows of it names the clinic and whom it is with, never the customer and
never the reason. Instants are UTC seconds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Protocol

from .moments import MINUTE, Zone
from .states import Status
from .text import tidy

CHANNEL = "meeting"
"""Of the outbox: what a service is to be told of a visit."""
MAKE, CHANGE, REMOVE = "make", "change", "remove"
NEAR = 15 * MINUTE
"""So long before a visit at the latest its meeting is asked for, however short ago it was booked."""
LINK_WAITS = 60 * MINUTE
"""So long a message that would carry the link waits for the meeting, counted from when that was asked for."""
LOOKS_AGAIN = 60
"""Seconds after which it is looked for again."""
STILL_READ = 10 * MINUTE
"""So long before the visit it goes all the same."""
TOPIC_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """What a service is to know of a visit. ``host`` is whose meeting it is, as the service knows them;
    ``reference`` says which visit of which clinic it is for, and finds the meeting again.
    """

    host: str
    topic: str
    starts_at: int
    minutes: int
    zone: Zone
    reference: str


@dataclass(frozen=True, slots=True)
class Made:
    """A meeting as the service has it, under its ``key``. Who has link and passcode is in."""

    key: str
    host: str
    join_url: str = field(repr=False)
    passcode: str = field(repr=False)
    starts_at: int
    minutes: int


class Meetings(Protocol):
    """A service that makes meetings. Whatever fails raises :class:`~pim_tui.domain.delivery.Undelivered`."""

    def make(self, wish: Wish) -> Made:
        """A new meeting. Asking twice makes two: where an earlier try may have gone, look with `find`."""

    def change(self, key: str, wish: Wish) -> Made | None:
        """The meeting as the service has it afterwards; None where it has none any more."""

    def remove(self, key: str) -> None:
        """It is gone afterwards, or was before."""

    def find(self, host: str, reference: str, starts_at: int) -> tuple[Made, ...]:
        """The host's meetings about ``starts_at`` that carry ``reference``."""

    def start_link(self, key: str) -> str:
        """The link that makes whoever has it the host: for one pair of eyes, and never kept."""

    def close(self) -> None:
        """Let go of the line, if there is one."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A pass that a service has given out: good for ``seconds``, at ``base`` where it says so."""

    token: str = field(repr=False)
    seconds: int
    base: str = ""


@dataclass(frozen=True, slots=True)
class Pass:
    """What lets the program in at a service, and where; ``base`` is empty for the usual address."""

    token: str = field(repr=False)
    base: str = ""


class Passes(Protocol):
    """Whoever keeps the one pass that all processes share."""

    def current(self) -> Pass:
        """The pass in use. Raises Undelivered where there is none and none can be had."""

    def renewed(self, refused: Pass) -> Pass:
        """Another one than that, which the service has refused. Raises Undelivered."""


def takes_place(mode: str, status: str, ends_at: int, now: int) -> bool:
    """Whether a visit is to have a meeting."""
    return mode == "virtual" and status == Status.SCHEDULED and ends_at > now


def is_off(mode: str, status: str) -> bool:
    """Whether the meeting of a visit is to go; that of a visit that has passed may stay."""
    return mode != "virtual" or status == Status.CANCELED


def due_at(now: int, delay: int, starts_at: int) -> int:
    """When a service is told: after ``delay`` minutes, so that undoing stops it, yet in time for a visit."""
    return max(now, min(now + delay * MINUTE, starts_at - NEAR))


def mail_waits_until(asked_at: int, starts_at: int) -> int:
    """Until when an email waits for the link of a meeting that was asked for then."""
    return min(asked_at + LINK_WAITS, starts_at - STILL_READ)


def topic_of(clinic: str, staff: str) -> str:
    """What the service shows of a visit."""
    return tidy(f"{clinic}: video visit with {staff}", limit=TOPIC_LIMIT)


def reference_of(clinic_key: str, appointment_id: int) -> str:
    """What no other visit of this clinic or another one has; closed, so that none begins like another."""
    return f"[pim-tui {clinic_key} {appointment_id}]"


def without_keys(text: str) -> str:
    """``text`` without what would let somebody in: links, passcodes, passes."""
    return _KEYS.sub("…", text)


_KEYS = re.compile(r"https?://\S+|(?:pwd|zak|tk|token|passcode)=\S+|\b(?:bearer|basic)\s+\S+", re.IGNORECASE)
