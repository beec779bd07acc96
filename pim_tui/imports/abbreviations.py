"""Abbreviations of time zones (``CET``, ``EST``): in which parts of the world clocks are called so."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from ..domain.moments import Zone, zone_info

_WORDS = {
    "UTC": "UTC Z GMT", "America/New_York": "EST EDT", "America/Chicago": "CST CDT",
    "America/Denver": "MST MDT", "America/Los_Angeles": "PST PDT", "America/Anchorage": "AKST AKDT",
    "America/Halifax": "AST ADT", "America/St_Johns": "NST NDT", "America/Guayaquil": "ECT",
    "America/Manaus": "AMT", "America/Martinique": "ECT", "Europe/Berlin": "CET CEST",
    "Europe/Athens": "EET EEST", "Europe/Lisbon": "WET WEST", "Europe/London": "BST",
    "Asia/Kolkata": "IST", "Europe/Dublin": "IST", "Europe/Moscow": "MSK", "Asia/Jerusalem": "IST IDT",
    "Asia/Riyadh": "AST", "Asia/Dubai": "GST", "Asia/Yerevan": "AMT", "Asia/Karachi": "PKT",
    "Asia/Dhaka": "BST", "Asia/Shanghai": "CST", "Asia/Manila": "PST", "Asia/Singapore": "SGT SST",
    "Asia/Hong_Kong": "HKT", "Asia/Tokyo": "JST", "Asia/Seoul": "KST", "Atlantic/South_Georgia": "GST",
    "Australia/Perth": "AWST WST", "Australia/Adelaide": "ACST ACDT", "Australia/Sydney": "AEST AEDT",
    "Pacific/Apia": "WST", "Pacific/Auckland": "NZST NZDT", "Pacific/Honolulu": "HST",
    "Pacific/Pago_Pago": "SST",
}  # fmt: skip
"""The zones whose clocks are, or were, called so; of several the likeliest first."""
_ZONES: dict[str, tuple[Zone, ...]] = {
    word: tuple(zone for zone, written in _WORDS.items() if word in written.split())
    for words in _WORDS.values()
    for word in words.split()
}
_ALSO = {"MEZ": "CET", "MESZ": "CEST", "MET": "CET", "MEST": "CEST"}

_AMERICA = ("America/", "US/", "Canada/", "Pacific/Honolulu")
_SHORT = 3
"""Letters of an abbreviation that is known in small letters as well."""


def usual(name: str) -> str:
    """The abbreviation by which a clock goes that has several: ``CET`` for ``mez``. ``West`` is none."""
    word = name.strip()
    word = word.upper() if len(word) == _SHORT else word
    return _ALSO.get(word, word)


def meant_by(name: str, here: Zone) -> tuple[Zone, ...]:
    """The zones that an abbreviation may mean; ``here`` alone where its own clock is called so."""
    word, own = usual(name), clock_names(here)
    zones = _ZONES.get(word, ())
    if word in own and zones != ("UTC",):
        return (here,)
    # Australia's clocks were called so before they had an A in front, and in many programs still are.
    if here.startswith("Australia/") and f"A{word}" in own:
        return tuple(dict.fromkeys((here, *zones)))
    # A table of America names the clocks of America: its clinics are in several zones, and none in Shanghai.
    near = tuple(zone for zone in zones if zone.startswith(_AMERICA))
    return near or zones if here.startswith(_AMERICA) else zones


def abbreviated(name: str, here: Zone) -> Zone | None:
    """The zone that an abbreviation means, the likeliest of several."""
    return next(iter(meant_by(name, here)), None)


@lru_cache(maxsize=64)
def clock_names(zone: Zone) -> frozenset[str]:
    """What a zone's clock is called in winter and in summer."""
    moments = (datetime(2024, month, 1, tzinfo=UTC).astimezone(zone_info(zone)) for month in (1, 7))
    return frozenset(filter(None, (moment.tzname() for moment in moments)))
