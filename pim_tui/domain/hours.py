"""Times of day and lengths of time as people type them: ``1030``, ``3pm``, ``1h30``, ``90 min``."""

from __future__ import annotations

import re
from datetime import time

#: The longest length that can be typed: one day, in minutes.
LONGEST = 24 * 60

_NAMED = {"noon": time(12), "midday": time(12), "midnight": time(0)}
_TIME = re.compile(
    r"(?:(?P<h>\d{1,2})(?:[:.h] ?(?P<m>\d\d)|h)?|(?P<hm>\d{3,4})) ?(?P<half>am|pm|a\.m\.?|p\.m\.?|a|p)?"
)
_MINUTES = re.compile(r"(\d{1,4}) ?(?:m|mins?|minutes?|'|′|’)?")
_HOURS = re.compile(r"(\d{1,2}) ?(?:h|hrs?|hours?)(?: ?(\d{1,2}) ?(?:m|mins?|minutes?|')?)?")
_CLOCK_HOURS = re.compile(r"(\d{1,2}):(\d\d) ?(?:h|hrs?|hours?)")
_PART_HOURS = re.compile(r"(\d{1,2})[.,](\d{1,2}) ?(?:h|hrs?|hours?)")
_TEXT_LIMIT = 20
_EARLY = 7


def read_time(text: str) -> tuple[time, ...]:
    """Every time of day ``text`` may mean, earliest first; () when it is none.

    ``10:30``, ``1030``, ``10.30``, ``10h30``, ``15h``, ``10`` and ``noon`` have one reading; so has
    anything with am or pm. An hour from 1 to 6 written without a leading zero has two: ``3:30`` is
    03:30 or 15:30. ``03:30`` is a 24-hour clock.
    """
    plain = " ".join(text[: 2 * _TEXT_LIMIT].casefold().split())
    if plain in _NAMED:
        return (_NAMED[plain],)
    found = _TIME.fullmatch(plain)
    if not found:
        return ()
    hour_text, minute_text = (found["hm"][:-2], found["hm"][-2:]) if found["hm"] else (found["h"], found["m"])
    hour, minute = int(hour_text), int(minute_text or 0)
    if found["half"]:
        return _on_twelve_hours(hour, minute, afternoon=found["half"][0] == "p")
    if hour > 23 or minute > 59:
        return ()
    if 1 <= hour < _EARLY and len(hour_text) == 1:
        return time(hour, minute), time(hour + 12, minute)
    return (time(hour, minute),)


def read_minutes(text: str) -> int | None:
    """A length in whole minutes, 1 to :data:`LONGEST`, or None; a bare number is minutes."""
    plain = " ".join(text[: 2 * _TEXT_LIMIT].casefold().split())
    total = _minutes_of(plain)
    return total if total is not None and 1 <= total <= LONGEST else None


def _minutes_of(plain: str) -> int | None:
    if found := _MINUTES.fullmatch(plain):
        return int(found[1])
    if found := _HOURS.fullmatch(plain) or _CLOCK_HOURS.fullmatch(plain):
        minutes = int(found[2] or 0)
        return int(found[1]) * 60 + minutes if minutes < 60 else None
    if found := _PART_HOURS.fullmatch(plain):
        part, rest = divmod(int(found[2]) * 60, 10 ** len(found[2]))
        return int(found[1]) * 60 + part if not rest else None
    return None


def _on_twelve_hours(hour: int, minute: int, *, afternoon: bool) -> tuple[time, ...]:
    if not 1 <= hour <= 12 or minute > 59:
        return ()
    return (time(hour % 12 + (12 if afternoon else 0), minute),)
