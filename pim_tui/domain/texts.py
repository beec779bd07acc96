"""Text messages: what is sent, what is asked about it afterwards, and what comes in.

**At most once.** A service that was told to send a text and did not answer may have sent it. So the text
is looked for there: what is found is not sent again, what is surely not there is sent once more and no
more. Where nobody can say, a person decides.

Instants are UTC seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from .delivery import Trouble
from .moments import MINUTE
from .text import fold

LOOKS = (1 * MINUTE, 5 * MINUTE, 30 * MINUTE, 120 * MINUTE, 720 * MINUTE, 1440 * MINUTE, 2880 * MINUTE)
"""So long after a text was handed over it is asked what became of it; after the last nobody asks."""
AGAIN_AFTER = 30 * MINUTE
"""A telephone that was off may be on by then."""
LONGEST = 1600
"""Characters that a service takes."""

STOP = frozenset(
    ("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "stopp", "arret", "alto")
)
"""The words that carriers know, and those of our neighbours."""
START = frozenset(("start", "unstop"))
"""``yes`` is not among them: it answers an offer."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text message to one number, ``+`` and digits. ``ref`` is ours and stays the same however often it
    is tried; ``seconds`` is how long anybody wants to hear it.
    """

    to: str
    text: str
    ref: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Search:
    """A text that may have gone. ``since`` is when it was handed over, ``known`` says of a key of the
    service whether another text of ours has it.
    """

    text: Text
    since: int
    known: Callable[[str], bool]


class Stand(StrEnum):
    """What a service says about a text it has taken."""

    UNDER_WAY = "under way"
    """It will be known later."""
    TAKEN = "taken"
    """No more will be known."""
    DELIVERED = "delivered"
    FAILED = "failed"
    AGAIN = "again"
    """It failed, and may be tried once more later."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a text. ``trouble`` and ``says`` tell why it failed."""

    stand: Stand
    trouble: Trouble | None = None
    says: str = ""


@dataclass(frozen=True, slots=True)
class Came:
    """A text that came in, as the service names it; ``sender`` is ``+`` and digits, where it is a number."""

    key: str
    sender: str
    text: str
    at: int


class Texter(Protocol):
    """A service that sends text messages. Every call may raise :class:`~.delivery.Undelivered`."""

    name: str
    """As rows of the outbox call it."""
    tells: bool
    """Whether it says later what became of a text."""
    hears: bool
    """Whether texts come in through it."""

    def send(self, text: Text) -> str:
        """Hand it over; the key by which the service knows it. UNSURE where it may have gone."""

    def find(self, search: Search) -> str | None:
        """The key of a text that may have gone; None where it is surely not there. UNSURE where that
        cannot be said."""

    def status(self, key: str) -> Fate:
        """What became of it."""

    def inbound(self, since: int) -> Iterable[Came]:
        """The texts that came in from then on, perhaps some from before it."""

    def close(self) -> None:
        """Let go of the line."""


def word_of(text: str) -> str:
    """``stop`` or ``start`` where the text is such a word and nothing else; empty otherwise (P5)."""
    word = fold(text).replace(" ", "")
    return "stop" if word in STOP else "start" if word in START else ""


def next_look(sent_at: int, now: int) -> int | None:
    """When it is asked next what became of a text; None where enough was asked."""
    return next((at for at in (sent_at + look for look in LOOKS) if at > now), None)


_WORSE = (Stand.DELIVERED, Stand.TAKEN, Stand.UNDER_WAY, Stand.AGAIN, Stand.FAILED)


def worst(fates: Iterable[Fate]) -> Fate:
    """The fate of a text sent in parts: each is told by itself, and the worst of them counts."""
    return max(fates, key=lambda fate: _WORSE.index(fate.stand), default=Fate(Stand.UNDER_WAY))
