"""Times with a zone behind them (``10:00 CET``), or whose zone column says no more than an abbreviation.

An abbreviation tells a clock's distance from UTC and not where it stands. What the clinic's own clock is
called means the time on that clock, whatever the season: so tables are written. Another that several parts
of the world use, or that the clocks there do not go by on that day, is nobody's guess: the row is refused.
What is taken is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from ..domain.moments import MINUTE, Zone, readings, utc_offset, zone_info
from ..errors import Fault
from .abbreviations import meant_by, usual
from .zonenames import fixed, iana, told

_LONGEST = 80
_BEHIND = re.compile(
    r"(?P<time>.*\d(?:\s?(?:[ap][.]?m[.]?(?![a-z])|uhr))?)"
    r"(?:\s?(?P<open>[(])?(?P<word>[a-z]{1,4}|[a-z]+/[a-z_/-]+)(?(open)[)])|\s(?P<distance>[+-]\d\d:\d\d))",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?:.*[ ,T])?(\d{1,2}:\d\d)", re.IGNORECASE)
_EXACT = ("UTC", "Z")
"""What nobody means anything else by."""


def parted(text: str, here: Zone) -> tuple[str, str]:
    """A time, and the zone that stands behind it; nothing for the zone where there is none."""
    found = _BEHIND.fullmatch(text) if len(text) <= _LONGEST else None
    named = found and (found["distance"] or found["word"])
    if found and named and _is_end(found["time"], named):
        return text, ""
    if found and named and (_exactly(named) or meant_by(named, here)):
        return found["time"], named
    return text, ""


def _is_end(time: str, distance: str) -> bool:
    """Whether what stands behind a time may as well be when it ends: ``09:00 -10:00``."""
    bare = _BARE.fullmatch(time)
    return bare is not None and distance[0] == "-" and bare[1].zfill(len("00:00")) < distance[1:]


def zone_of(time: datetime, name: str, here: Zone, faults: list[Fault], remarks: list[str]) -> Zone | None:
    """The zone in which a time is read that :func:`parted` or a column gave ``name``; None with a fault.

    ``here`` is the zone of the row, else the clinic's. What was taken is told, unless nobody could doubt it.
    """
    if zone := _exactly(name):
        return zone
    word, zones = usual(name), meant_by(name, here)
    if len(zones) > 1:
        several = f"{', '.join(zones[:-1])} or {zones[-1]}"
        why = f"may be {several}: write the one that is meant in its place"
        faults.append(Fault("time zone", f"“{name}” {why}"))
        return None
    zone = here if zones == (here,) else iana(word) or zones[0]
    found = readings(time, zone)
    if zone not in (here, word) and not any(_called(at, zone) in (word, None) for at in found):
        why = f"is not what the time in {zone} is called on {time:%Y-%m-%d}"
        faults.append(Fault("time zone", f"“{name}” {why}: write {zone} or the distance, such as -05:00"))
        return None
    for at in called_so(found, zone, name)[:1]:
        where = f", as in {zone}" if "/" in zone else ""
        remark = f"its time zone {name} was read as UTC{_distance(utc_offset(at, zone))}{where}"
        remarks += [remark] if remark not in remarks else []
    return zone


def called_so(found: Sequence[int], zone: Zone, name: str) -> Sequence[int]:
    """Of the instants that a time may be those at which the clock is called ``name``; all where none is."""
    return [at for at in found if _called(at, zone) == usual(name)] or found


def _exactly(name: str) -> Zone | None:
    """The zone of a place, of a distance or of UTC; ``EST`` and ``CET`` are zones of IANA's too, but read as
    abbreviations."""
    if name.upper() in _EXACT:
        return "UTC"
    return iana(name) if "/" in name else fixed(told(name) or 0) if name[0] in "+-" else None


def _distance(seconds: int) -> str:
    hours, minutes = divmod(abs(seconds) // MINUTE, 60)
    return f"{'-' if seconds < 0 else '+'}{hours:02}:{minutes:02}"


def _called(instant: int, zone: Zone) -> str | None:
    """What the clock is called; None where it has no name any more but figures, as Singapore's."""
    name = datetime.fromtimestamp(instant, zone_info(zone)).tzname() or ""
    return name if name.isalpha() else None
