"""Who is working, where, and what time it is for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..errors import Forbidden
from .calendarrules import USUAL, CalendarRules
from .houserules import AS_USUAL, HouseRules
from .rights import TITLES, Right

NOBODY = 0
"""No staff member has this id."""
ASK = "Ask somebody who has it."
"""What to do about a right that is missing; where the book can be asked, the roles that have it are named."""


@dataclass(frozen=True, slots=True)
class Session:
    """The person every service is told about.

    ``clock`` gives the present as UTC seconds; ``zone`` is the clinic's IANA zone; ``key`` tells
    two sessions of one person apart in the journal; ``country`` is two letters, ``currency`` three;
    ``house`` is how the clinic charges, ``calendar`` how it runs its appointments.
    """

    staff_id: int
    name: str
    zone: str
    clock: Callable[[], int]
    rights: frozenset[Right]
    key: str
    country: str = "US"
    currency: str = "USD"
    house: HouseRules = AS_USUAL
    calendar: CalendarRules = USUAL

    @property
    def is_somebody(self) -> bool:
        """False before anybody has signed in."""
        return self.staff_id != NOBODY

    def needs(self, right: Right) -> None:
        """Raise :class:`Forbidden` unless the person holds ``right``; a denial always wins."""
        if right not in self.rights:
            raise lacking(self, right)


def lacking(session: Session, right: Right) -> Forbidden:
    """What to raise for somebody who lacks a right: which one, and what they can do about it."""
    return Forbidden(
        f"{session.name} does not have the right to {TITLES[right]}.",
        ASK,
        right=right.value,
    )
