"""Which IANA zone a TZID means, and how that was found out.

In this order: an IANA name, a Windows name, an IANA name in other clothes
(``/mozilla.org/20050126_1/Europe/Berlin``, ``Europe_Berlin``), and then the VTIMEZONE: the zone that shows
the same time in the years of the file's events, the location it names, the calendar's zone and the
clinic's being asked first. A well-known name is believed more than the VTIMEZONE beside it, which is
often a copy from elsewhere. Where there is none that says anything, the place it names counts, then the
towns in a label of Windows (``(UTC+01:00) Amsterdam, Berlin, Bern``), which has summer time as they have,
then an abbreviation. A name of the form ``UTC+1`` is a fixed distance (see :mod:`..zonenames`). What cannot
be told is read as the clinic's own time. A time without a zone is in the calendar's (X-WR-TIMEZONE) where it
names one, else in the clinic's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from ...domain.moments import MINUTE, Zone, as_written, readings, utc_offset, zone_info
from ...domain.text import tidy
from ..abbreviations import abbreviated
from ..zonenames import (
    common_zones,
    dressed,
    every_zone,
    fixed,
    iana,
    labelled,
    told,
    windows,
    zone_called,
)
from .parts import Part
from .timezone import Allowance, Definition, read_definition

_MOST_YEARS = 12
_ABBREVIATED = ("EST", "HST", "MST")
"""IANA names without summer time that programs also give to zones with it; there the definition counts."""
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
    """The zones of one file. ``parts`` are its VTIMEZONEs, ``own`` is what X-WR-TIMEZONE names.

    ``years`` are those in which its events begin, by TZID; ``allowance`` is the file's.
    """

    def __init__(
        self, clinic: Zone, parts: list[Part], own: str, years: Mapping[str, range], allowance: Allowance
    ) -> None:
        self.clinic = clinic
        self._allowance = allowance
        self._parts: dict[str, Part] = {}
        for part in parts:
            if (line := part.first("TZID")) is not None:
                self._parts.setdefault(line.text.strip(), part)
        self._told = zone_called(own, clinic) or ""
        self._years = years
        self._read: dict[str, Reading] = {}
        self._rules: list[object] = []

    def of(self, tzid: str) -> Reading:
        """The zone that a TZID means; of an empty one the calendar's own, else the clinic's."""
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
            return Reading(self._told or self.clinic, "no zone is named")
        years = self._years_of(tzid)
        part = self._parts.get(tzid)
        definition = read_definition(part, years, self._allowance) if part else None
        for zone, how in (
            (iana(tzid), "by its name"),
            (windows(tzid), "by its Windows name"),
            (dressed(tzid), "by the name in it"),
        ):
            if zone and not (definition and tzid in _ABBREVIATED):
                return Reading(zone, how, definition)
        if definition is not None:
            return self._matched(definition, years)
        if part is not None and (zone := _place_of(part)):
            return Reading(zone, "by the place its definition names")
        if zone := labelled(tzid, self.clinic):
            return Reading(zone, "by the places in its name")
        if zone := abbreviated(tzid, self.clinic):
            return Reading(zone, "by its abbreviation", guessed=True)
        offset = told(tzid)
        if offset is not None and (zone := fixed(offset)):
            return Reading(zone, "by the distance from UTC in its name", guessed=True)
        return Reading(self.clinic, "the name is not known", guessed=True)

    def _matched(self, definition: Definition, years: range) -> Reading:
        """The zone that agrees with a definition."""
        location = iana(definition.location) or dressed(definition.location)
        first = [zone for zone in (location, self._told, self.clinic) if zone]
        if definition.fixed and (zone := fixed(definition.changes[-1].after)) and not location:
            return Reading(zone, "by the fixed offset the file gives it")
        for changes, how in (
            (True, "by the offsets the file gives it"),
            (False, "by its winter and summer time; the days of its clock changes differ"),
        ):
            probes = definition.probes(years, changes=changes)
            for zone in (*first, *self._zones()):
                if all(utc_offset(at, zone) == offset for at, offset in probes):
                    return Reading(zone, how, definition)
        return Reading(self.clinic, "no zone is like it; the instants follow the file", definition, True)

    def _zones(self) -> Iterator[Zone]:
        """Every zone, the likelier ones first. Their rules are read once for all definitions of the file: as
        long as somebody holds them, they are not read again."""
        for place, zone in enumerate((*common_zones(), *every_zone())):
            if place == len(self._rules):
                self._rules.append(zone_info(zone))
            yield zone

    def _years_of(self, tzid: str) -> range:
        years = self._years.get(tzid) or range(2020, 2026)
        stop = min(years.stop, 2100)
        return range(max(1970, years.start, stop - _MOST_YEARS), max(1971, stop))


def _told_of(tzid: str, found: Reading) -> str:
    return f"its time zone {_shown(tzid)} was read as {found.zone}: {found.how}"


def _shown(tzid: str) -> str:
    return tidy(tzid, limit=60)


def _place_of(part: Part) -> Zone | None:
    """The zone that a VTIMEZONE without any times of its own names."""
    named = [line.text.strip().removesuffix(".ics") for line in map(part.first, _PLACES) if line]
    return next((zone for name in named if (zone := iana(name) or dressed(name))), None)
