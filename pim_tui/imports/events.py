"""What readers of other calendars yield: one row for each appointment or series of them.

The same for iCalendar and for tables; who it is about and who it is with is still as the file says it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody as a file names them; any part may be empty. ``number`` is our own customer number."""

    name: str = ""
    email: str = ""
    phone: str = ""
    number: str = ""

    def __bool__(self) -> bool:
        return bool(self.name or self.email or self.phone or self.number)


@dataclass(frozen=True, slots=True)
class Repeats:
    """How an event repeats. ``rule`` is an RFC 5545 RRULE value in normal form, empty for listed dates.

    ``out`` (EXDATE) and ``added`` (RDATE) are UTC seconds of starts; ``changed`` are the exceptions that
    have a place or words of their own (RECURRENCE-ID), each with its ``recurrence_at``.
    """

    rule: str = ""
    out: tuple[int, ...] = ()
    added: tuple[int, ...] = ()
    changed: tuple[EventRow, ...] = ()


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event. ``starts_at`` is UTC seconds, whole minutes; ``wall`` its local time in ``zone`` (IANA).

    ``line`` is where it begins in the file. ``uid`` is empty where the file gives none. ``minutes`` is
    None when the file does not say how long; ``days`` is how many calendar days are in them, which may be
    longer or shorter on another visit of a series. ``canceled`` tells STATUS:CANCELLED, METHOD:CANCEL
    or a column that says so; ``missed`` a no-show; ``transparent`` what takes nobody's time. ``own``
    are our own X- properties by their name without ``X-PIM-`` in lower case. ``remarks`` are things somebody
    should know about how it was read.
    """

    line: int
    uid: str
    starts_at: int
    minutes: int | None
    wall: str
    zone: str
    summary: str = ""
    description: str = ""
    location: str = ""
    link: str = ""
    kind: str = ""
    all_day: bool = False
    canceled: bool = False
    missed: bool = False
    cancel_reason: str = ""
    method: str = ""
    sequence: int = 0
    calendar: str = ""
    customer: Who = Who()
    staff: Who = Who()
    attendees: tuple[Who, ...] = ()
    repeats: Repeats | None = None
    recurrence_at: int | None = None
    days: int = 0
    own: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    transparent: bool = False
