"""One VEVENT read: when, how long, what and who. How it repeats is put together in :mod:`.series`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ...domain.moments import MINUTE, Zone, as_written, wall
from ...domain.recurrence import end_of
from ...domain.text import tidy
from ..events import EventRow, Who
from .parts import OWN, SHOWN_AS, WHOLE_DAY, Calendar, Part
from .text import Line
from .values import BadValue, When, as_link, days_between, link_in, read_length, read_when, read_who
from .zones import Zones

ANSWERS = ("REPLY", "COUNTER", "REFRESH", "DECLINECOUNTER")
"""Methods of messages that answer an invitation and are no appointments themselves."""
OTHERS = {
    "VTODO": "a task",
    "VJOURNAL": "a journal entry",
    "VFREEBUSY": "a list of free and busy times",
    "VAVAILABILITY": "a list of opening hours",
    "VALARM": "a reminder",
}
"""Components that are no appointments, in words."""

_DAY_MINUTES = 1440
_LINE, _PROSE = 500, 20_000
_MOST_PEOPLE = 500
_LINKS = ("CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL")
_SHOWN_ODD = 3


class Unreadable(Exception):
    """A component that is no appointment; the words say why."""


@dataclass(frozen=True, slots=True)
class Event:
    """A VEVENT by itself: its row, how its start stands in the file, and the date it is an exception for."""

    row: EventRow
    start: When
    part: Part
    exception: When | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A moment of the file: UTC seconds on a whole minute, its zone, and what somebody should know of it."""

    at: int
    zone: Zone
    remark: str = ""


def placed(when: When, zones: Zones, tzid: str = "", utc: Zone | None = None) -> Placed:
    """Where a date or time is; without a zone of its own it is in that of ``tzid``.

    ``utc`` is the zone kept with a UTC time, the clinic's unless told otherwise.
    """
    if when.kind == "utc":
        at, zone, remark = int(when.wall.replace(tzinfo=UTC).timestamp()), utc or zones.clinic, ""
    elif when.kind == "date":
        at, zone, remark = as_written(when.wall, zones.clinic), zones.clinic, ""
    else:
        at, zone, remark = zones.instant(when.wall, when.tzid or tzid)
    return Placed(at - at % MINUTE, zone, remark)


def read_event(part: Part, calendar: Calendar, zones: Zones) -> Event:
    """The appointment of a VEVENT; :class:`Unreadable` where there is none in it."""
    remarks = list(_frame_remarks(part))
    _require(part, calendar)
    try:
        exception = _exception(part)
        start = _whole_day(part, _start(part, exception))
    except BadValue as error:
        raise Unreadable(str(error)) from None
    repeats = any(part.first(name) for name in ("RRULE", "RDATE"))
    at = placed(start, zones, utc="UTC" if repeats and exception is None else None)
    if at.remark:
        remarks.append(at.remark)
    minutes, days = _length(part, start, at, zones, remarks)
    row = _row(part, calendar, at, minutes, days, start.kind == "date", remarks)
    return Event(row, start, part, exception)


def _require(part: Part, calendar: Calendar) -> None:
    if part.kind in OTHERS:
        raise Unreadable(f"{OTHERS[part.kind]}, not an appointment")
    if part.kind != "VEVENT":
        raise Unreadable(f"{tidy(part.kind) or 'a component without a name'} is not an appointment")
    if calendar.method in ANSWERS:
        raise Unreadable(f"an answer to an invitation ({calendar.method}), not an appointment")
    if part.overfull:
        raise Unreadable("holds more lines than any appointment has")


def _frame_remarks(part: Part) -> Iterator[str]:
    """What was wrong with the lines of a component."""
    if not part.ended:
        yield "its end is missing"
    for number in part.odd[:_SHOWN_ODD]:
        yield f"line {number} is no property and was passed over"
    if len(part.odd) > _SHOWN_ODD:
        yield f"{len(part.odd) - _SHOWN_ODD} more lines are no properties"
    for name, lines in part.lines.items():
        if any(line.cut for line in lines):
            yield f"{name} is very long and was cut"


# --- when -------------------------------------------------------------------------------------------


def _exception(part: Part) -> When | None:
    line = part.first("RECURRENCE-ID")
    return read_when(line) if line else None


def _start(part: Part, exception: When | None) -> When:
    line = part.first("DTSTART")
    if line is not None:
        return read_when(line)
    if exception is None:
        raise BadValue("it does not say when it starts")
    return exception


def _whole_day(part: Part, start: When) -> When:
    """Outlook writes a whole day from midnight to midnight and says so beside it."""
    at_midnight = start.kind == "local" and start.wall.time() == datetime.min.time()
    return When(start.wall, "date") if at_midnight and _token(part, WHOLE_DAY) == "TRUE" else start


def _length(part: Part, start: When, at: Placed, zones: Zones, remarks: list[str]) -> tuple[int | None, int]:
    """Elapsed minutes, None where they are not told, and how many calendar days are in them."""
    try:
        if end := part.first("DTEND"):
            return _to_end(read_when(end), start, at, zones, remarks)
        if line := part.first("DURATION"):
            length = read_length(line)
            if start.kind == "date":
                return _whole_days(length.days + -(-length.minutes // _DAY_MINUTES))
            elapsed = (end_of(at.at, at.zone, length.days, length.minutes) - at.at) // MINUTE
            return (elapsed, length.days) if elapsed > 0 else (None, 0)
    except BadValue as error:
        remarks.append(f"{error}; its length is not known")
    return _whole_days(1) if start.kind == "date" else (None, 0)


def _to_end(end: When, start: When, at: Placed, zones: Zones, remarks: list[str]) -> tuple[int | None, int]:
    if start.kind == "date":
        last = end.wall + timedelta(days=1) if end.wall.time() > datetime.min.time() else end.wall
        days = days_between(start.wall.date(), last.date())
        if days < 0:
            remarks.append("it ends before it begins; it was taken as one day")
        return _whole_days(days)
    if end.kind == "local" and not end.tzid and start.kind == "utc":
        end = When(end.wall, "utc")
    ends = placed(end, zones, tzid=start.tzid).at if end.kind != "date" else as_written(end.wall, at.zone)
    elapsed = (ends - at.at) // MINUTE
    if elapsed < 0:
        remarks.append("it ends before it begins; its length is not known")
    return (elapsed, 0) if elapsed > 0 else (None, 0)


def _whole_days(days: int) -> tuple[int, int]:
    days = max(1, days)
    return days * _DAY_MINUTES, days


# --- what and who -----------------------------------------------------------------------------------


def _row(
    part: Part,
    calendar: Calendar,
    at: Placed,
    minutes: int | None,
    days: int,
    all_day: bool,
    remarks: list[str],
) -> EventRow:
    location, description = _text(part, "LOCATION"), _text(part, "DESCRIPTION", _PROSE)
    organizer = part.first("ORGANIZER")
    return EventRow(
        part.line, uid_of(part), at.at, minutes, f"{wall(at.at, at.zone):%Y-%m-%dT%H:%M}", at.zone,
        summary=_text(part, "SUMMARY"), description=description, location=location,
        link=_link(part, location, description), kind=_kind(part), all_day=all_day,
        canceled=calendar.method == "CANCEL" or _token(part, "STATUS") in ("CANCELLED", "CANCELED"),
        method=tidy(calendar.method, limit=40), sequence=_sequence(part),
        calendar=calendar.text("X-WR-CALNAME")[:_LINE], staff=read_who(organizer) if organizer else Who(),
        attendees=tuple(filter(None, map(read_who, part.all("ATTENDEE")[:_MOST_PEOPLE]))),
        own=_own(part), days=days, remarks=tuple(remarks),
        transparent=_token(part, "TRANSP") == "TRANSPARENT" or _token(part, SHOWN_AS) == "FREE",
    )  # fmt: skip


def uid_of(part: Part) -> str:
    """The UID of a component, as its row will have it; empty when it has none."""
    return _text(part, "UID")


def _text(part: Part, name: str, limit: int = _LINE) -> str:
    line = part.first(name)
    return line.text.strip()[:limit] if line else ""


def _token(part: Part, name: str) -> str:
    line = part.first(name)
    return line.token if line else ""


def _kind(part: Part) -> str:
    """The first of its categories."""
    return _text(part, "CATEGORIES").partition(",")[0].strip()


def _link(part: Part, location: str, description: str) -> str:
    """The address of its video meeting, else the web page it names."""
    named = [as_link(_text(part, name)) for name in _LINKS]
    page = as_link(_text(part, "URL"))
    return next(filter(None, named), "") or link_in(page, location, description) or page


def _sequence(part: Part) -> int:
    text = _token(part, "SEQUENCE")[:10]
    return int(text) if text.isascii() and text.isdecimal() else 0


def _own(part: Part) -> dict[str, str]:
    return {
        name[len(OWN) :].lower(): _text(part, name, _PROSE) for name in part.lines if name.startswith(OWN)
    }


def first_year(line: Line | None) -> int | None:
    """The year a DTSTART begins with, without reading all of it; None where it has none."""
    text = line.raw.strip()[:4] if line else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else None
