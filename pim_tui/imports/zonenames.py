"""Which IANA zone a name means, in whatever dress a program writes it.

IANA's own names with other signs or words around them, those of Windows, the labels that Windows shows
(``(UTC+01:00) Amsterdam, Berlin, Bern``) with or without the distance in front, those of booking pages
(:mod:`.zonelabels`), abbreviations (``PST``), and distances (``UTC+1``). The distance in a label may be an
old one: a place that has changed its own is an hour off at most; further off means another place.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache, lru_cache

from ..domain.moments import Zone, utc_offset, zone_info
from ..domain.text import fold
from .abbreviations import abbreviated
from .zonelabels import label_key, labels

_TOLD = re.compile(r"(?:GMT|UTC|Z)?\s*([+-])\s?(\d{1,2})[:.]?(\d{2})?")
_DISTANCE = re.compile(r"\(?(?:GMT|UTC|Z)?\s{0,3}[+-]", re.IGNORECASE)
_LABEL = re.compile(r"(?:\(((?:UTC|GMT)[^)]{0,12})\)\s*)?(\S.*)", re.IGNORECASE | re.DOTALL)
_NEITHER = re.compile(r"[^A-Za-z0-9]+")
_ADDED = re.compile(r" \d$| \(us (?:&|and) canada\)$")
"""Behind a name of Windows; the digit is Outlook's, for a zone a little different from the one it knows."""
_SUMMER = re.compile(r" (?:daylight|summer) time$")
_MOST_WORDS = 8
"""Words that the longest IANA name has, and some."""
_LONGEST_LABEL = 200
_HOUR = 3600
_BUSIEST = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "Europe/London",
    "Europe/Berlin", "Australia/Sydney",
)  # fmt: skip
"""Where several zones show the same time, these are likelier meant than others."""
_NO_TOWNS = frozenset(("north", "south", "east", "west", "center", "general", "continental", "act"))
"""Ends of IANA names that by themselves mean no place."""
_US_AND_CANADA = re.compile(r".*\b(?:us|usa|ee ?uu|e u|u s|stati uniti|vs)\b.*\b[ck]anada")
_OF_US_AND_CANADA = {-5: "America/New_York", -6: "America/Chicago", -7: "America/Denver",
                     -8: "America/Los_Angeles"}  # fmt: skip
"""By the hours ahead of UTC: a label says the same of them in every language."""


def zone_called(name: str, clinic: Zone = "UTC") -> Zone | None:
    """The IANA zone of a name; None when it is none. Where it may mean several, ``clinic`` goes first."""
    name = name.strip()
    return _zone_called(name, clinic) if len(name) <= _LONGEST_LABEL else None


@lru_cache(maxsize=4096)
def _zone_called(name: str, clinic: Zone) -> Zone | None:
    """A table says the same few of all its rows."""
    found = iana(name) or windows(name) or dressed(name) or labelled(name, clinic)
    if found or not name:
        return found
    offset = told(name) if _DISTANCE.match(name) else None
    return abbreviated(name, clinic) or (None if offset is None else fixed(offset))


def iana(name: str) -> Zone | None:
    """An IANA name as it is."""
    return name if name in every_zone() else None


def windows(name: str) -> Zone | None:
    """The zone of a name of Windows, of its summer time, or of a copy of it (``Romance Standard Time 1``)."""
    plain = _SUMMER.sub(" standard time", _ADDED.sub("", name.lower()))
    return _windows_names().get(name.lower()) or _windows_names().get(plain)


def dressed(name: str) -> Zone | None:
    """The IANA name at the end of a longer one, or written with other signs between its words."""
    words = _NEITHER.sub(" ", name.lower()[:120]).split()
    last = _NEITHER.sub("", name.lower().rpartition("/")[2])
    for count in range(min(len(words), _MOST_WORDS), 0, -1):
        zone = _folded().get("".join(words[-count:]))
        if zone and (count > 1 or last == words[-1]):
            return zone
    return None


def labelled(name: str, clinic: Zone) -> Zone | None:
    """The zone of a label: of the towns in it the clinic's, else the first.

    Without a distance most of them must be known and agree: ``Paris, Texas`` is not in France.
    """
    label = _LABEL.fullmatch(name[:_LONGEST_LABEL])
    if label is None:
        return None
    towns = [town.strip() for town in re.split(r"[,;:\\]+", label[2])]
    found = [zone for town in (label[2], *towns) if (zone := _place(town))]
    if label[1] is None:
        agreed = 2 * len(found) > len(towns) and all(_yearly(zone) == _yearly(found[0]) for zone in found)
        first = clinic if clinic in found else next(iter(found), None)
        return _place(label[2]) or (first if agreed else None)
    offset = told(label[1]) or 0
    if _US_AND_CANADA.match(fold(label[2])) and (zone := _OF_US_AND_CANADA.get(offset // _HOUR)):
        found.insert(0, zone)
    found.sort(key=lambda zone: (_apart(zone, offset), zone != clinic))
    return found[0] if found and _apart(found[0], offset) <= _HOUR else None


def told(name: str) -> int | None:
    """Seconds ahead of UTC that a name such as ``(GMT+01:00) Berlin`` tells."""
    found = _TOLD.search(name[:_LONGEST_LABEL].upper())
    if found is None:
        return None
    seconds = int(found[2]) * _HOUR + int(found[3] or 0) * 60
    return -seconds if found[1] == "-" else seconds


@lru_cache(maxsize=256)
def fixed(seconds: int) -> Zone | None:
    """A zone that is always so far ahead of UTC."""
    hours, rest = divmod(seconds, _HOUR)
    if not rest:
        return "UTC" if not hours else iana(f"Etc/GMT{-hours:+}")
    return next((zone for zone in common_zones() if _yearly(zone) == [seconds, seconds]), None)


@cache
def every_zone() -> tuple[Zone, ...]:
    """Every zone this machine knows, in order."""
    from zoneinfo import available_timezones

    return tuple(sorted(name for name in available_timezones() if name not in ("localtime", "Factory")))


def common_zones() -> tuple[Zone, ...]:
    """One zone for each kind of clock in the world, the well-known ones."""
    return tuple(dict.fromkeys((*_BUSIEST, *_windows_names().values())))


@cache
def _folded() -> dict[str, Zone]:
    """Every zone by its name in small letters without the signs between the words."""
    return {_NEITHER.sub("", name.lower()): name for name in every_zone()}


@cache
def _windows_names() -> dict[str, Zone]:
    """Windows' names of zones, in small letters, and the IANA zone of each."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    return {name.lower(): zone for name, zone in WINDOWS_TO_OLSON.items() if zone in every_zone()}


def _place(town: str) -> Zone | None:
    return labels().get(label_key(town)) or iana(town) or _towns().get(fold(town))


@cache
def _towns() -> dict[str, Zone]:
    """Every zone by the town it is named after."""
    towns = {fold(zone.rpartition("/")[2].replace("_", " ")): zone for zone in every_zone() if "/" in zone}
    return {town: zone for town, zone in towns.items() if town not in _NO_TOWNS}


def _apart(zone: Zone, offset: int) -> int:
    """Seconds between a distance from UTC and the nearest that the zone has in a year."""
    return min(abs(one - offset) for one in _yearly(zone))


def _yearly(zone: Zone) -> list[int]:
    """Seconds a zone is ahead of UTC in January and in July."""
    return [utc_offset(int(moment.timestamp()), zone) for moment in _moments(zone)]


def _moments(zone: Zone) -> list[datetime]:
    """A moment in January and one in July, as the zone's clock shows them."""
    return [datetime(2024, month, 1, tzinfo=UTC).astimezone(zone_info(zone)) for month in (1, 7)]
