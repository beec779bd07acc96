"""What the values of content lines mean: dates and times, lengths, people, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from ...domain.text import tidy
from ..events import Who
from .text import Line

YEARS = range(1900, 2200)
"""A visit outside these is a slip of the pen."""

_SHOWN = 30
_LONGEST_DAYS = 3_660
_WHEN = re.compile(r"(\d{8})(?:T(\d{4}|\d{6})(?:[.,]\d+)?(Z)?)?", re.ASCII)
_OFFSET = re.compile(r"(.*[T ]\d[\d:.,]+)([+-])(\d\d):?(\d\d)", re.IGNORECASE)
_SPACED = re.compile(r"(\d)\s+(\d\d?:?\d\d)")
_LENGTH = re.compile(r"([+-]?)P?((?:T?\d{1,6}(?:[.,]\d{1,9}(?=S))?[WDHMS])+)")
_PIECE = re.compile(r"(\d{1,6})(?:[.,]\d+)?([WDHMS])")
_MINUTES = {"H": 60, "M": 1}
_LINK = re.compile(r"https?://[^\s<>\"'\\]{1,480}", re.IGNORECASE)
_VIDEO = re.compile(
    r"https?://[\w.-]*(?:zoom\.us|zoomgov\.com|meet\.google\.com|teams\.microsoft\.com|teams\.live\.com|webex\.com"
    r"|whereby\.com|meet\.jit\.si|gotomeet\.me|gotomeeting\.com|doxy\.me|facetime\.apple\.com)(?:/|$)",
    re.IGNORECASE,
)


class BadValue(Exception):
    """A value that means nothing; the words say why and begin with its property."""


@dataclass(frozen=True, slots=True)
class When:
    """A DATE, a local time (in the zone its TZID names, empty for none) or a UTC time; whole minutes."""

    wall: datetime
    kind: Literal["date", "local", "utc"]
    tzid: str = ""


@dataclass(frozen=True, slots=True)
class Length:
    """A DURATION: calendar days, then elapsed minutes."""

    days: int
    minutes: int


def read_when(line: Line) -> When:
    """The date or time of DTSTART and its like; :class:`BadValue` where it is none."""
    return _when(line, line.raw)


def read_whens(line: Line) -> Iterator[When]:
    """Every date of a list (EXDATE, RDATE), parted by ``;`` in vCalendar 1.0; of a period its beginning."""
    for text in re.split("[,;]", line.raw):
        if text.strip():
            yield _when(line, text.partition("/")[0])


def read_periods(line: Line) -> Iterator[tuple[When, When | Length]]:
    """The periods of an RDATE: when each begins, and when it ends or how long it is."""
    for text in re.split("[,;]", line.raw):
        begin, slash, end = text.partition("/")
        if slash:
            length = end.strip()[:2].upper()
            yield _when(line, begin), _length(line, end) if "P" in length else _when(line, end)


def _when(line: Line, text: str) -> When:
    found = _WHEN.fullmatch(text)
    ahead = None if found else _OFFSET.fullmatch(text.strip()[:_SHOWN])
    found = found or _WHEN.fullmatch(_bare(ahead[1] if ahead else text))
    try:
        if found is None:
            raise ValueError
        day, clock, zulu = found.groups()
        hour, minute = (int(clock[:2]), int(clock[2:4])) if clock else (0, 0)
        midnight = (hour, minute) == (24, 0)
        wall = datetime(int(day[:4]), int(day[4:6]), int(day[6:]), 0 if midnight else hour, minute)
        wall += timedelta(days=midnight)
        if ahead:
            offset = timedelta(hours=int(ahead[3]), minutes=int(ahead[4]))
            wall, zulu = (wall + offset if ahead[2] == "-" else wall - offset), "Z"
    except (ValueError, OverflowError):
        shown = tidy(text, limit=_SHOWN)
        says = f"“{shown}” is no date or time" if shown else "is empty"
        raise BadValue(f"{line.name} {says}") from None
    if wall.year not in YEARS:
        raise BadValue(f"{line.name}: the year {wall.year} cannot be right")
    if clock is None:
        return When(wall, "date")
    return When(wall, "utc") if zulu else When(wall, "local", line.parameters.get("TZID", ""))


def _bare(text: str) -> str:
    """A date or time without blanks and signs, in capitals; a blank before the time is read as its T."""
    text = text if "T" in text.upper() else _SPACED.sub(r"\1T\2", text.strip(), count=1)
    return "".join(text.split()).upper().replace("-", "").replace(":", "")


def read_length(line: Line) -> Length:
    """A DURATION, in any order of its pieces; :class:`BadValue` where it is none or negative."""
    return _length(line, line.token)


def _length(line: Line, text: str) -> Length:
    text = text.strip().upper()
    found = _LENGTH.fullmatch(text)
    if found is None:
        raise BadValue(f"{line.name} “{tidy(text, limit=_SHOWN)}” is no length")
    if found[1] == "-":
        raise BadValue(f"{line.name} “{tidy(text, limit=_SHOWN)}” is negative")
    days = minutes = seconds = 0
    for number, unit in _PIECE.findall(found[2]):
        if unit in "WD":
            days += int(number) * (7 if unit == "W" else 1)
        elif unit == "S":
            seconds += int(number)
        else:
            minutes += int(number) * _MINUTES[unit]
    minutes += seconds // 60
    if days + minutes // 1440 > _LONGEST_DAYS:
        raise BadValue(f"{line.name} “{tidy(text, limit=_SHOWN)}” is longer than ten years")
    return Length(days, minutes)


def days_between(first: date, last: date) -> int:
    """Calendar days from one date to the other."""
    return (last - first) // timedelta(days=1)


def read_who(line: Line) -> Who:
    """An ORGANIZER or ATTENDEE: common name, and the address where it is mail or a telephone."""
    name = tidy(line.parameters.get("CN", ""))
    scheme, colon, rest = line.text.strip().partition(":")
    scheme = scheme.lower() if colon else ""
    email = line.parameters.get("EMAIL", "") or (rest.partition("?")[0] if scheme == "mailto" else "")
    if not scheme and "@" in line.raw:
        email = email or line.raw
    phone = rest.partition(";")[0] if scheme in ("tel", "sms") else ""
    email = tidy(email.removeprefix("mailto:").removeprefix("MAILTO:"), limit=254)
    if "@" in name and not email:
        name, email = "", name
    return Who(name, email, tidy(phone, limit=40))


def link_in(*texts: str) -> str:
    """The first link to a video meeting in these texts; empty when there is none."""
    for text in texts:
        for found in _LINK.findall(text):
            if _VIDEO.match(found):
                return str(found).rstrip(").,;>")
    return ""


def as_link(text: str) -> str:
    """*text* where it is a web address as a whole; else empty."""
    text = text.strip()
    return text if _LINK.fullmatch(text) else ""
