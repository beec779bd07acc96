"""Calendars on servers: what one can be asked, and what a pass over it decides.

Visits are ours: they go out as they are in the book, and what becomes of them on the server is put right
again. Whatever else is in the calendar is its owner's: it takes their time here, and nothing more.

- **Every visit is a resource of its own**, also one of a series. Visits have a version each, and are moved
  and canceled one by one; a resource for the whole series would be written anew, and could be in conflict,
  whenever one of them changes. So they go out when a part of a series is exported, too.
- **What is canceled is deleted there.** Nobody is invited by these events, so nobody has to be told, and
  a free time looks free on every telephone; programs draw STATUS:CANCELLED in many ways, some as busy.
- **Nothing is tried blindly again.** Each write names the state it was decided on (``If-Match``,
  ``If-None-Match``); where the server says that it is another by now, it is read and decided anew, once.

Instants are UTC seconds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, NamedTuple, Protocol

from .moments import Zone, day_bounds, day_of

UNKNOWN = "?"
"""The etag of what has none: never equal to one of a server's."""
PREFIX = "caldav "
"""How the chores begin that keep calendars alike; behind it stands whose."""


class TokenVoid(Exception):
    """The server does not know any more, or never did, what has changed since: all has to be listed."""


class Standing(NamedTuple):
    """A calendar as it stands: ``token`` to ask for changes by later, ``mark`` differs when anything did.

    Either is empty where the server has none; ``syncs`` tells whether it can be asked for changes.
    """

    token: str
    mark: str
    syncs: bool


class Member(NamedTuple):
    """One resource of a calendar, as the server has it. ``data`` is empty where it cannot be read."""

    href: str
    etag: str
    data: bytes


class Changes(NamedTuple):
    """What has changed since a token: the etags of what is there, and what is gone."""

    there: Mapping[str, str]
    gone: Sequence[str]
    token: str


class Put(NamedTuple):
    """What became of a resource that was to be written.

    ``conflict``: the server's is another than the one it was decided on; ``elsewhere``: the event is at
    ``href`` already; ``refused``: the server does not take it, ``says`` why.
    """

    end: Literal["done", "conflict", "elsewhere", "refused"]
    etag: str = ""
    href: str = ""
    says: str = ""


class RemoteCalendar(Protocol):
    """One calendar on a server. Everything raises :class:`~.delivery.Undelivered` where it cannot go on."""

    def standing(self) -> Standing:
        """How it stands; refuses an address at which there is no calendar."""

    def changes(self, token: str) -> Changes:
        """What has changed since ``token``; raises :class:`TokenVoid`."""

    def listing(self, first: int, last: int) -> Mapping[str, str]:
        """The etags of the events that touch ``[first, last)``, and perhaps of others, by href."""

    def fetched(self, hrefs: Sequence[str]) -> Sequence[Member]:
        """These resources; those that are gone are left out."""

    def get(self, href: str) -> Member | None:
        """One resource; None where it is gone."""

    def put(self, href: str, data: bytes, etag: str | None) -> Put:
        """Write a resource: in the place of that with ``etag``, or with None where there is none."""

    def delete(self, href: str, etag: str) -> bool:
        """Delete the resource with ``etag``; False where it is another by now."""

    def where(self, uid: str) -> str:
        """The href of the event that has this uid; empty where the server does not find it."""

    def named(self, name: str) -> str:
        """The href of the member called ``name``."""

    def close(self) -> None:
        """Let go of the line."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody's calendar as the settings have it: ``days`` ahead of today; ``names``: it tells who comes."""

    staff: str
    address: str
    days: int
    names: bool


@dataclass(frozen=True, slots=True)
class Window:
    """What is kept alike: from the beginning of a local day on, ``[first, last)``."""

    first: int
    last: int
    key: str

    @classmethod
    def of(cls, now: int, zone: Zone, days: int) -> Window:
        """From today on, ``days`` days and today."""
        today = day_of(now, zone)
        first, last = day_bounds(today, zone)[0], day_bounds(today + timedelta(days=days), zone)[1]
        return cls(first, last, f"{today.isoformat()}+{days}")


@dataclass(frozen=True, slots=True)
class Memory:
    """What the next pass goes on from; empty where the last one did not come to its end."""

    address: str = ""
    window: str = ""
    names: bool = False
    token: str = ""
    mark: str = ""

    def covers(self, account: Account, window: Window) -> bool:
        """Whether only what has changed since has to be looked at."""
        return (self.address, self.window, self.names) == (account.address, window.key, account.names)


@dataclass(frozen=True, slots=True)
class Item:
    """A member of a calendar as we know it: a visit of ours with ``appointment_id``, which ``starts_at``.

    ``etag`` is empty where it was seen that the server has none any more, or another one; ``sent`` is the
    digest of what we put there, empty after such a change, and :data:`UNKNOWN` where we have not put it.
    """

    id: int
    href: str
    uid: str
    etag: str
    sent: str
    appointment_id: int | None
    starts_at: int | None = None


@dataclass(slots=True)
class Tally:
    """What a pass did, and the sentences about what somebody should know."""

    put: int = 0
    gone: int = 0
    put_back: int = 0
    unread: int = 0
    blocked: int = 0
    says: list[str] = field(default_factory=list)

    def told(self, staff: str) -> str:
        """All of it in a sentence or two; empty where nothing happened."""
        counts = (
            (self.put, "visit put into", "visits put into"),
            (self.gone, "taken out of", "taken out of"),
            (self.blocked, "busy time changed in", "busy times changed in"),
        )
        done = ", ".join(f"{n} {one if n == 1 else many}" for n, one, many in counts if n)
        told = [f"{done} the calendar of {staff}."] if done else []
        if self.put_back:
            what = "1 visit that was" if self.put_back == 1 else f"{self.put_back} visits that were"
            told.append(f"{what} changed or deleted in the calendar of {staff} is as in the book again.")
        if self.unread:
            what = "1 event" if self.unread == 1 else f"{self.unread} events"
            told.append(f"{what} in the calendar of {staff} cannot be read and takes no time.")
        return " ".join((*told, *self.says[:1]))


def digest(text: str) -> str:
    """What tells whether an event has to be written anew."""
    return hashlib.sha256(text.encode()).hexdigest()
