"""A staff member's visits for their own calendar program: when they are busy, or with whom.

Neither the reason nor the type of a visit leaves the book this way, nor a note: such a file is read by
telephones. Visits of a series are written one by one, in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..domain.handout import VisitOut, of_clinic
from .ical import closing, duration, opening
from .instants import basic
from .lines import escaped, line, text_line

STAMP = "DTSTAMP:"
"""How the line begins that says when a file was made: all else tells whether anything is another."""


def feed(name: str, visits: Iterable[VisitOut], stamp: str, clinic: str, *, names: bool) -> Iterator[str]:
    """The whole calendar; ``names``: with the customer's name and the room. ``clinic`` as for exports."""
    yield from opening(name)
    for visit in visits:
        yield _event(visit, stamp, clinic, names=names)
    yield closing()


def _event(visit: VisitOut, stamp: str, clinic: str, *, names: bool) -> str:
    uid = visit.uid or of_clinic("visit", visit.id, clinic)
    sequence = (visit.sequence or 0) + visit.version - 1
    told = text_line("SUMMARY", visit.customer if names else "Busy")
    if names and visit.room:
        told += text_line("LOCATION", visit.room)
    return (
        f"BEGIN:VEVENT\r\n{line('UID', escaped(uid))}{STAMP}{stamp}\r\nSEQUENCE:{sequence}\r\n"
        f"DTSTART:{basic(visit.starts_at)}\r\nDURATION:{duration(visit.minutes)}\r\n"
        f"{told}STATUS:CONFIRMED\r\nCLASS:PRIVATE\r\nEND:VEVENT\r\n"
    )
