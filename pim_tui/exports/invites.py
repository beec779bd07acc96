"""Invitations for calendar programs: iTIP requests and cancellations (RFC 5546), one uid in each.

A single visit is in UTC with its length. A series is one event with its rule, in the zone it keeps, and an
event for each visit that differs; a visit of a series that is told alone names its place in the rule
(RECURRENCE-ID). No answer is asked for: nobody at the clinic would read it, and whoever declines in
a calendar would believe that they have told somebody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from ..domain.handout import SeriesOut, VisitOut, ZoneUse, of_clinic
from ..domain.invites import CalendarPart, Method, Occasion
from ..domain.messages import place_of
from ..domain.text import tidy
from .ical import PRODUCT, duration
from .instants import basic
from .lines import escaped, line, text_line
from .recurrences import date_lines, no_visit, recurrence_line, start_line
from .vtimezone import vtimezone


def single(visit: VisitOut, occasion: Occasion, clinic: str) -> CalendarPart:
    """A visit of its own; ``clinic`` is what makes its uid unique, as in every file (``of_clinic``)."""
    head = _head(
        visit.uid or of_clinic("visit", visit.id, clinic),
        (visit.sequence or 0) + visit.version - 1 + occasion.earlier,
    )
    return _calendar(occasion, (_event(head, _when(visit), visit, occasion),))


def recurrence(at: int, visit: VisitOut, one: SeriesOut, occasion: Occasion) -> CalendarPart:
    """One visit of a series, which its rule puts at ``at``, UTC seconds."""
    return _calendar(occasion, (_changed(at, visit, one, occasion),), (_zone(one),))


def series(one: SeriesOut, occasion: Occasion) -> CalendarPart:
    """A whole series. Visits that are canceled, or somebody else's by now, are left out of the rule."""
    out = (*no_visit(one), *one.out, *(at for at, visit in one.changed if not _stands(visit, one)))
    dates = (*date_lines("EXDATE", out, one), *date_lines("RDATE", one.added, one))
    rule = line("RRULE", one.rule) if one.rule else ""
    when = f"{start_line(one)}DURATION:{duration(one.minutes)}\r\n{rule}{''.join(dates)}"
    events = [_event(_head(one.uid, one.sequence + one.version - 1 + occasion.earlier), when, one, occasion)]
    if occasion.method == Method.REQUEST:
        others = [(at, visit) for at, visit in one.changed if _differs(at, visit, one)]
        events += [_changed(at, visit, one, occasion) for at, visit in others]
    return _calendar(occasion, events, (_zone(one),))


def _stands(visit: VisitOut, one: SeriesOut) -> bool:
    return visit.status != "X" and visit.number == one.number


def _differs(at: int, visit: VisitOut, one: SeriesOut) -> bool:
    """Whether a guest would notice; other words or an arrival are no exception for them."""
    names = ("minutes", "staff", "room", "mode")
    same = visit.starts_at == at and all(getattr(visit, name) == getattr(one, name) for name in names)
    return _stands(visit, one) and not same


def _zone(one: SeriesOut) -> ZoneUse:
    """The zone of a series, for as long as its visits are known."""
    last = max((one.drawn_to or 0, one.starts_at, *one.added, *(at for at, _ in one.changed)))
    return ZoneUse(one.zone, one.starts_at, last)


def _calendar(occasion: Occasion, events: Iterable[str], zones: Iterable[ZoneUse] = ()) -> CalendarPart:
    head = "".join(
        (
            line("BEGIN", "VCALENDAR"),
            line("PRODID", PRODUCT),
            line("VERSION", "2.0"),
            line("CALSCALE", "GREGORIAN"),
            line("METHOD", occasion.method),
        )
    )
    described = "".join(part for use in zones for part in vtimezone(use))
    return CalendarPart(occasion.method, f"{head}{described}{''.join(events)}{line('END', 'VCALENDAR')}")


def _head(uid: str, sequence: int) -> str:
    return f"{line('UID', escaped(uid))}SEQUENCE:{sequence}\r\n"


def _changed(at: int, visit: VisitOut, one: SeriesOut, occasion: Occasion) -> str:
    head = _head(one.uid, one.sequence + one.version + visit.version - 2 + occasion.earlier)
    return _event(f"{head}{recurrence_line(at, one)}", _when(visit), visit, occasion)


def _when(visit: VisitOut) -> str:
    return f"DTSTART:{basic(visit.starts_at)}\r\nDURATION:{duration(visit.minutes)}\r\n"


def _event(head: str, when: str, one: VisitOut | SeriesOut, occasion: Occasion) -> str:
    gone = occasion.method == Method.CANCEL
    state = "STATUS:CANCELLED\r\nTRANSP:TRANSPARENT\r\n" if gone else "STATUS:CONFIRMED\r\nTRANSP:OPAQUE\r\n"
    stamp = f"DTSTAMP:{basic(occasion.made_at)}\r\n"
    return (
        f"BEGIN:VEVENT\r\n{head}{stamp}{when}{''.join(_what(one, occasion))}{_parties(occasion)}{state}"
        "CLASS:PRIVATE\r\nEND:VEVENT\r\n"
    )


def _what(one: VisitOut | SeriesOut, occasion: Occasion) -> Iterator[str]:
    """Who, where, and how to reach the clinic: what an email tells as well, and no more."""
    house, link = occasion.house, tidy(occasion.guest.link, limit=1000) if one.mode == "virtual" else ""
    yield text_line("SUMMARY", ": ".join(filter(None, (house.clinic, one.staff))))
    if place := place_of(one.mode, one.room, house.address, link):
        yield text_line("LOCATION", place)
    if told := "\n".join(filter(None, (house.clinic, house.phone, link))):
        yield text_line("DESCRIPTION", told)
    if link:
        yield line("URL", link)


def _parties(occasion: Occasion) -> str:
    house, guest = occasion.house, occasion.guest
    asked = ";ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE"
    return _party("ORGANIZER", house.sender or house.clinic, house.email) + _party(
        f"ATTENDEE{asked}", guest.name, guest.email
    )


def _party(begin: str, name: str, email: str) -> str:
    """Somebody out of their parts: a name that cannot end its quotes, and one address as a URI."""
    named = tidy(name).replace('"', "'")
    return line(f'{begin};CN="{named}"' if named else begin, f"mailto:{quote(email, safe=_AS_IT_IS)}")


_AS_IT_IS = "@!$'*+-._~"
"""What an address in a URI may hold besides letters and digits (RFC 6068 2)."""
