"""Who is here, who sits with somebody, who is expected: the day as the waiting room sees it (S1, S6)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

from .agenda import Block
from .moments import MINUTE
from .states import Status

AHEAD = 60 * MINUTE
"""Seconds before its start from which somebody is expected."""


class Place(IntEnum):
    """Where somebody is, in the order in which a desk looks at it."""

    WAITING = 0
    SEATED = 1
    EXPECTED = 2
    LEFT = 3


class Guest(NamedTuple):
    """One visit of the waiting room.

    ``minutes`` are whole: since the arrival, since seated or since left; of somebody expected until the
    start, negative for one who is late.
    """

    block: Block
    place: Place
    minutes: int

    @property
    def late(self) -> bool:
        """Whether they should be here by now."""
        return self.place == Place.EXPECTED and self.minutes < 0

    @property
    def told(self) -> str:
        """Where they are and since when: ``waits 12``, ``late 5``, ``due 40 y`` for one who has confirmed."""
        word = {Place.WAITING: "waits", Place.SEATED: "seated", Place.LEFT: "left"}.get(self.place)
        sure = self.place == Place.EXPECTED and self.block.confirmed_at is not None
        return f"{word or ('late' if self.late else 'due')} {abs(self.minutes)}{' y' if sure else ''}"


def guests(blocks: Iterable[Block], now: int) -> tuple[Guest, ...]:
    """Who waits (the longest first), is seated, is expected within :data:`AHEAD`, and has left.

    Only what is still Scheduled: what is completed is nobody's concern here. Nobody is expected for a
    call. ``now`` is UTC seconds.
    """
    found = [guest for block in blocks if (guest := _guest(block, now)) is not None]
    return tuple(sorted(found, key=lambda guest: (guest.place, _turn(guest), guest.block.id)))


def _guest(block: Block, now: int) -> Guest | None:
    if block.status != Status.SCHEDULED:
        return None
    for place, since in (
        (Place.LEFT, block.left_at),
        (Place.SEATED, block.seated_at),
        (Place.WAITING, block.arrived_at),
    ):
        if since is not None:
            return Guest(block, place, max(0, now - since) // MINUTE)
    if block.mode != "in_person" or block.starts_at > now + AHEAD:
        return None
    left = block.starts_at - now
    return Guest(block, Place.EXPECTED, left // MINUTE if left >= 0 else -(-left // MINUTE))


def _turn(guest: Guest) -> int:
    return guest.block.starts_at if guest.place == Place.EXPECTED else -guest.minutes
