"""Calendars for other programs: iCalendar (RFC 5545), one event after the other.

A single visit goes out in UTC with its length, which every reader understands on every night of the year. A
series keeps its local time: it names its zone, which the file then describes, and its rule; a visit that
differs from its series follows it as an exception. What a calendar has no property for is in ``X-PIM-``
properties, so that our own import makes the same visits of it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..domain.handout import STATE_WORDS, SeriesOut, VisitOut, ZoneUse, of_clinic
from .instants import basic
from .lines import escaped, line, text_line
from .recurrences import date_lines, no_visit, recurrence_line, start_line
from .vtimezone import vtimezone

PRODUCT = "-//pim_tui//pim_tui//EN"

_own_line = lru_cache(maxsize=2_000)(text_line)
"""Lines of which there are few: staff, rooms, types."""


def opening(name: str, zones: Iterable[ZoneUse] = ()) -> Iterator[str]:
    """What stands before the events: the calendar's name, and the zones that series in it need."""
    yield line("BEGIN", "VCALENDAR")
    yield line("VERSION", "2.0")
    yield line("PRODID", PRODUCT)
    yield line("CALSCALE", "GREGORIAN")
    yield text_line("X-WR-CALNAME", name)
    for use in zones:
        yield from vtimezone(use)


def closing() -> str:
    """What stands after them."""
    return line("END", "VCALENDAR")


def event(visit: VisitOut, stamp: str, clinic: str) -> str:
    """A visit of its own; ``stamp`` is when the file was made, ``clinic`` makes its uid unique."""
    return f"{_head(visit, stamp, clinic)}{_when(visit)}{_what(visit)}END:VEVENT\r\n"


def uid_of(visit: VisitOut, clinic: str) -> str:
    """The name a visit has in every calendar that it is ever in."""
    return visit.uid or of_clinic("visit", visit.id, clinic)


def _head(visit: VisitOut, stamp: str, clinic: str) -> str:
    sequence = (visit.sequence or 0) + visit.version - 1
    uid = line("UID", _uid(uid_of(visit, clinic)))
    return f"BEGIN:VEVENT\r\n{uid}DTSTAMP:{stamp}\r\nSEQUENCE:{sequence}\r\n"


def resource(visit: VisitOut, stamp: str, clinic: str, *, names: bool, kept: Iterable[str] = ()) -> str:
    """A calendar of its own with one visit, for the calendar of whoever it is with.

    It tells who comes, for what and where with ``names``, else only that somebody does; never the reason
    nor the notes. ``kept`` are lines that its owner has added.
    """
    return "".join(
        (
            *(line(*part) for part in (("BEGIN", "VCALENDAR"), ("VERSION", "2.0"), ("PRODID", PRODUCT))),
            _head(visit, stamp, clinic),
            told_briefly(visit, names=names),
            *kept,
            "END:VEVENT\r\n",
            closing(),
        )
    )


def told_briefly(visit: VisitOut, *, names: bool) -> str:
    """The lines of :func:`resource` that tell something: another text is another event."""
    where = _own_line("LOCATION", visit.room) if names and visit.room else ""
    title = text_line("SUMMARY", title_of(visit, names=names))
    return f"{_when(visit)}{title}{where}CLASS:PRIVATE\r\nSTATUS:CONFIRMED\r\n"


def title_of(visit: VisitOut, *, names: bool) -> str:
    """What a visit is called in the calendar of whoever it is with."""
    return " - ".join(filter(None, (visit.customer, visit.type))) if names else ANONYMOUS


ANONYMOUS = "Appointment"
"""What a visit is called where nobody is to read who comes."""


def series(one: SeriesOut, stamp: str) -> str:
    """A series: the event with its rule, and an event for each visit that differs from it."""
    uid, sequence = line("UID", _uid(one.uid)), one.sequence + one.version - 1
    master = "".join((
        "BEGIN:VEVENT\r\n", uid, f"DTSTAMP:{stamp}\r\nSEQUENCE:{sequence}\r\n",
        start_line(one), f"DURATION:{duration(one.minutes)}\r\n",
        line("RRULE", one.rule) if one.rule else "",
        *date_lines("EXDATE", (*no_visit(one), *one.out), one), *date_lines("RDATE", one.added, one),
        _words(one), "STATUS:CONFIRMED\r\n", _own(one),
        "END:VEVENT\r\n",
    ))  # fmt: skip
    head = f"{uid}DTSTAMP:{stamp}\r\n"
    return master + "".join(_exception(at, visit, one, head) for at, visit in one.changed)


def _exception(at: int, visit: VisitOut, one: SeriesOut, head: str) -> str:
    sequence = one.sequence + one.version + visit.version - 2
    return (
        f"BEGIN:VEVENT\r\n{head}{recurrence_line(at, one)}SEQUENCE:{sequence}\r\n"
        f"{_when(visit)}{_what(visit)}END:VEVENT\r\n"
    )


@lru_cache(maxsize=400)
def duration(minutes: int) -> str:
    """Whole minutes as a DURATION value: ``PT1H30M``."""
    hours, rest = divmod(minutes, 60)
    return f"PT{f'{hours}H' if hours else ''}{f'{rest}M' if rest else ''}"


def _uid(uid: str) -> str:
    """A uid as it came; most have nothing in them that needs an escape."""
    return escaped(uid)


def _when(visit: VisitOut) -> str:
    return f"DTSTART:{basic(visit.starts_at)}\r\nDURATION:{duration(visit.minutes)}\r\n"


def _what(visit: VisitOut) -> str:
    """Words, state and what only we know of a visit."""
    canceled = visit.status == "X"
    state = "STATUS:CANCELLED\r\nTRANSP:TRANSPARENT\r\n" if canceled else "STATUS:CONFIRMED\r\n"
    own = f"{_own(visit)}X-PIM-STATUS:{STATE_WORDS[visit.status]}\r\n"
    if canceled:
        own += f"X-PIM-CANCELED-BY:{visit.cancelled_by}\r\n"
        own += text_line("X-PIM-CANCEL-REASON", visit.cancel_reason)
    return f"{_words(visit)}{state}{own}"


def _words(one: VisitOut | SeriesOut) -> str:
    """What every calendar shows: whom it is with and what for, where, and the notes."""
    about = " - ".join(filter(None, (one.customer, one.type, one.reason)))
    told = text_line("SUMMARY", about)
    if one.note:
        told += text_line("DESCRIPTION", one.note)
    return told + _own_line("LOCATION", one.room) if one.room else told


def _own(one: VisitOut | SeriesOut) -> str:
    """What calendars have no property for. No reason is said as well: it is not what else the title tells."""
    told = f"X-PIM-CUSTOMER:{one.number}\r\n{text_line('X-PIM-NAME', one.customer)}"
    told += f"{_own_line('X-PIM-STAFF', one.staff)}X-PIM-MODE:{one.mode}\r\n"
    if one.type:
        told += _own_line("X-PIM-TYPE", one.type)
    if one.room:
        told += _own_line("X-PIM-ROOM", one.room)
    return told + text_line("X-PIM-REASON", one.reason)
