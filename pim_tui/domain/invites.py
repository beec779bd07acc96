"""An invitation as calendar programs understand it: what it asks of them, between whom, and about what.

The reason of a visit is no part of it, nor is its type: whoever may look into somebody's calendar sees what
stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .messages import House


class Method(StrEnum):
    """What a calendar is asked to do (RFC 5546 3.2)."""

    REQUEST = "REQUEST"
    """Enter the visit, or change what was entered under the same uid."""
    CANCEL = "CANCEL"
    """Take it out again."""


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """What stands in an email for calendar programs; ``text`` is a whole calendar and names its method."""

    method: Method
    text: str


@dataclass(frozen=True, slots=True)
class Guest:
    """Whom an invitation is for: ``email`` is one address, ``link`` how to join by video, else empty."""

    name: str
    email: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is the same in all visits of one invitation. The email address of ``house`` is that of the
    mailbox which sends: programs take changes from nobody else. ``made_at`` is UTC seconds.
    ``earlier`` is how often a series was told as a whole before, or a visit that had not changed: its
    number rises with each time (RFC 5545 3.8.7.4).
    """

    method: Method
    house: House
    guest: Guest
    made_at: int
    earlier: int = 0
