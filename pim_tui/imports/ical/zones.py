"""Which IANA zone a TZID means, and how that was found out.

In this order: an IANA name, a Windows name, an IANA name in other clothes
(``/mozilla.org/20050126_1/Europe/Berlin``, ``Europe_Berlin``), and then the VTIMEZONE: the zone that shows
the same time in the years of the file's events, the location it names, the calendar's zone and the
clinic's being asked first. A well-known name is believed more than the VTIMEZONE beside it, which is
often a copy from elsewhere. Where there is none that says anything, the place it names counts, then the
towns in a label of Windows (``(UTC+01:00) Amsterdam, Berlin, Bern``), which has summer time as they have.
A name of the form ``UTC+1`` is a fixed distance. What cannot be told is read as the clinic's own time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from ...domain.moments import MINUTE, Zone, as_written, readings, utc_offset
from ...domain.text import fold, tidy
from ..zonelabels import zone_called
from .parts import Part
from .timezone import Definition, read_definition

_TOLD = re.compile(r"(?:GMT|UTC|Z)?\s*([+-])\s?(\d{1,2})[:.]?(\d{2})?")
_LABEL = re.compile(r"\(((?:UTC|GMT)[^)]{0,12})\)\s*(\S.*)", re.IGNORECASE | re.DOTALL)
_NEITHER = re.compile(r"[^A-Za-z0-9]+")
_MOST_YEARS = 12
_MOST_WORDS = 8
"""Words that the longest IANA name has, and some."""
_LONGEST_LABEL = 200
_ABBREVIATED = ("EST", "HST", "MST")
"""IANA names without summer time that programs also give to zones with it; there the definition counts."""
_BUSIEST = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "Europe/London",
    "Europe/Berlin", "Australia/Sydney",
)  # fmt: skip
"""Where several zones show the same time, these are likelier meant than others."""
_PLACES = ("X-LIC-LOCATION", "TZURL")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a TZID was read as: the zone, how (for a person), and the file's own definition.

    ``by_definition``: no zone shows the same time, so that instants follow the definition.
    ``guessed``: somebody should look at it.
    """

    zone: Zone
    how: str
    definition: Definition | None = None
    by_definition: bool = False
    guessed: bool = False


class Zones:
    """The zones of one file. ``parts`` are its VTIMEZONEs, ``told`` is what X-WR-TIMEZONE names.

    ``years`` are those in which its events begin, by TZID.
    """

    def __init__(self, clinic: Zone, parts: list[Part], told: str, years: Mapping[str, range]) -> None:
        self.clinic = clinic
        self._parts: dict[str, Part] = {}
        for part in parts:
            if (line := part.first("TZID")) is not None:
                self._parts.setdefault(line.text.strip(), part)
        self._told = _iana(told.strip()) or ""
        self._years = years
        self._read: dict[str, Reading] = {}

    def of(self, tzid: str) -> Reading:
        """The zone that a TZID means; of an empty one the clinic's."""
        tzid = tzid.strip()
        if tzid not in self._read:
            self._read[tzid] = self._reading(tzid)
        return self._read[tzid]

    def instant(self, wall: datetime, tzid: str) -> tuple[int, Zone, str]:
        """UTC seconds of a local time, the zone to keep with it, and what somebody should know of it."""
        found = self.of(tzid)
        at = as_written(wall, found.zone)
        if found.definition is None:
            return at, found.zone, _told_of(tzid, found) if found.guessed else ""
        defined = (wall - datetime(1970, 1, 1)).total_seconds() - found.definition.offset(wall)
        if found.by_definition:
            return int(defined), found.zone, _told_of(tzid, found)
        told = found.definition.covers(wall) and len(readings(wall, found.zone)) == 1
        if told and int(defined) != at:
            minutes = (int(defined) - at) // MINUTE
            return at, found.zone, f"the file's own definition of {_shown(tzid)} is {minutes:+} minutes off"
        return at, found.zone, ""

    def facts(self) -> list[str]:
        """A line for each zone met: what it is called in the file, what it was read as, and how."""
        return [f"{_shown(tzid)}: {found.zone} ({found.how})" for tzid, found in self._read.items() if tzid]

    def _reading(self, tzid: str) -> Reading:
        if not tzid:
            return Reading(self.clinic, "no zone is named")
        years = self._years_of(tzid)
        part = self._parts.get(tzid)
        definition = read_definition(part, years) if part else None
        for zone, how in (
            (_iana(tzid), "by its name"),
            (_windows(tzid), "by its Windows name"),
            (_dressed(tzid), "by the name in it"),
        ):
            if zone and not (definition and tzid in _ABBREVIATED):
                return Reading(zone, how, definition)
        if definition is not None:
            return self._matched(definition, years)
        if part is not None and (zone := _place_of(part)):
            return Reading(zone, "by the place its definition names")
        if zone := _labelled(tzid, self.clinic):
            return Reading(zone, "by the places in its name")
        offset = _told(tzid)
        if offset is not None and (zone := _fixed(offset)):
            return Reading(zone, "by the distance from UTC in its name", guessed=True)
        return Reading(self.clinic, "the name is not known", guessed=True)

    def _matched(self, definition: Definition, years: range) -> Reading:
        """The zone that agrees with a definition."""
        location = _iana(definition.location) or _dressed(definition.location)
        first = [zone for zone in (location, self._told, self.clinic) if zone]
        if definition.fixed and (zone := _fixed(definition.changes[-1].after)) and not location:
            return Reading(zone, "by the fixed offset the file gives it")
        for changes, how in (
            (True, "by the offsets the file gives it"),
            (False, "by its winter and summer time; the days of its clock changes differ"),
        ):
            probes = definition.probes(years, changes=changes)
            for zone in (*first, *_common(), *_all()):
                if all(utc_offset(at, zone) == offset for at, offset in probes):
                    return Reading(zone, how, definition)
        return Reading(self.clinic, "no zone is like it; the instants follow the file", definition, True)

    def _years_of(self, tzid: str) -> range:
        years = self._years.get(tzid) or range(2020, 2026)
        stop = min(years.stop, 2100)
        return range(max(1970, years.start, stop - _MOST_YEARS), max(1971, stop))


def _told_of(tzid: str, found: Reading) -> str:
    return f"its time zone {_shown(tzid)} was read as {found.zone}: {found.how}"


def _shown(tzid: str) -> str:
    return tidy(tzid, limit=60)


@cache
def _all() -> tuple[Zone, ...]:
    """Every zone this machine knows, in order."""
    from zoneinfo import available_timezones

    return tuple(sorted(name for name in available_timezones() if name not in ("localtime", "Factory")))


@cache
def _folded() -> dict[str, Zone]:
    """Every zone by its name in small letters without the signs between the words."""
    return {_NEITHER.sub("", name.lower()): name for name in _all()}


@cache
def _windows_names() -> dict[str, Zone]:
    """Windows' names of zones, in small letters, and the IANA zone of each."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    return {name.lower(): zone for name, zone in WINDOWS_TO_OLSON.items() if zone in _all()}


def _common() -> tuple[Zone, ...]:
    """One zone for each kind of clock in the world, the well-known ones."""
    return tuple(dict.fromkeys((*_BUSIEST, *_windows_names().values())))


def _iana(name: str) -> Zone | None:
    return name if name in _all() else None


def _windows(name: str) -> Zone | None:
    return _windows_names().get(name.lower())


def _dressed(name: str) -> Zone | None:
    """The IANA name at the end of a longer one, or written with other signs between its words."""
    words = _NEITHER.sub(" ", name.lower()[:120]).split()
    last = _NEITHER.sub("", name.lower().rpartition("/")[2])
    for count in range(min(len(words), _MOST_WORDS), 0, -1):
        zone = _folded().get("".join(words[-count:]))
        if zone and (count > 1 or last == words[-1]):
            return zone
    return None


def _place_of(part: Part) -> Zone | None:
    """The zone that a VTIMEZONE without any times of its own names."""
    named = [line.text.strip().removesuffix(".ics") for line in map(part.first, _PLACES) if line]
    return next((zone for name in named if (zone := _iana(name) or _dressed(name))), None)


def _labelled(name: str, clinic: Zone) -> Zone | None:
    """The zone of a label that Windows shows: of the towns in it the clinic's, else the first."""
    label = _LABEL.fullmatch(name[:_LONGEST_LABEL])
    if label is None:
        return None
    offset = _told(label[1]) or 0
    towns = [town.strip() for town in re.split(r"[,;\\]+", label[2])]
    found = [zone for town in (label[2], *towns) if (zone := zone_called(town) or _towns().get(fold(town)))]
    found.sort(key=lambda zone: zone != clinic)
    return next((zone for zone in found if offset in _yearly(zone)), None)


@cache
def _towns() -> dict[str, Zone]:
    """Every zone by the town it is named after."""
    return {fold(zone.rpartition("/")[2].replace("_", " ")): zone for zone in _all() if "/" in zone}


def _yearly(zone: Zone) -> list[int]:
    """Seconds a zone is ahead of UTC in January and in July."""
    return [utc_offset(int(datetime(2024, month, 1, tzinfo=UTC).timestamp()), zone) for month in (1, 7)]


def _told(name: str) -> int | None:
    """Seconds ahead of UTC that a name such as ``(GMT+01:00) Berlin`` tells."""
    found = _TOLD.search(name.upper())
    if found is None:
        return None
    seconds = int(found[2]) * 3600 + int(found[3] or 0) * 60
    return -seconds if found[1] == "-" else seconds


def _fixed(seconds: int) -> Zone | None:
    """A zone that is always so far ahead of UTC."""
    hours, rest = divmod(seconds, 3600)
    if not rest:
        return "UTC" if not hours else _iana(f"Etc/GMT{-hours:+}")
    return next((zone for zone in _common() if _yearly(zone) == [seconds, seconds]), None)
