"""Working time as people type it: ``9-12:30, 13:30-17``, ``8am to noon and 1-5``, ``closed``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time
from itertools import pairwise

from ..errors import Fault
from .dates import Order, explain, read_day
from .hours import read_time
from .moments import MIDNIGHT
from .worktime import ALL_DAY, CLOSED, MOST_STRETCHES, Minutes, tidy

SPELLINGS = "9-12:30, 13:30-17 or 8-noon, 1-5; closed; all day"
_NONE = frozenset(("", "-", "--", "closed", "off", "none", "no"))
_WHOLE = frozenset(("all day", "day and night", "24h", "24 h", "always"))
_BETWEEN_STRETCHES = re.compile(r"\s*(?:[,;+/&]|\band\b)\s*")
_BETWEEN_TIMES = re.compile(r"\s*(?:[-\u2010-\u2015~]|\bto\b|\btill\b|\buntil\b)\s*")
_LONGEST = 200


def read_stretches(text: str) -> Minutes | None:
    """The stretches of a day that ``text`` means; none at all where it is closed; None when unreadable.

    An hour from 1 to 6 that stands alone is in the afternoon, and none ends before it starts: ``9-5``
    ends at 17:00. Stretches may be told in any order, but not over each other.
    """
    plain = " ".join(text[: 2 * _LONGEST].casefold().split())
    if plain in _NONE:
        return CLOSED
    if plain in _WHOLE:
        return ALL_DAY
    parts = [part for part in _BETWEEN_STRETCHES.split(plain) if part]
    if len(plain) > _LONGEST or not parts or len(parts) > MOST_STRETCHES:
        return None
    found = [_stretch(part) for part in parts]
    stretches = sorted(part for part in found if part is not None)
    if len(stretches) < len(parts) or any(
        following[0] < before[1] for before, following in pairwise(stretches)
    ):
        return None
    return tidy(stretches)


def _stretch(text: str) -> tuple[int, int] | None:
    ends = _BETWEEN_TIMES.split(text)
    if len(ends) != 2:
        return None
    starts, stops = _minutes(ends[0]), _minutes(ends[1])
    start = max((one for one in starts if one < MIDNIGHT), default=None)
    stop = next((one for one in stops if start is not None and one > start), None)
    return (start, stop) if start is not None and stop is not None else None


def _minutes(text: str) -> list[int]:
    """Every minute of the day that a time may mean, earliest first."""
    if text in ("24", "24:00", "midnight"):
        return [0, MIDNIGHT] if text == "midnight" else [MIDNIGHT]
    return [_minute(one) for one in read_time(text)]


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def read_first_and_last(
    first_text: str, last_text: str, today: date, order: Order, faults: list[Fault]
) -> tuple[date, date] | None:
    """Two days as typed; the second is the first where it is left empty. What is wrong goes to ``faults``."""
    first = read_day(first_text, today, order)
    if first is None:
        faults.append(Fault("first", explain(first_text)))
        return None
    last = read_day(last_text, first, order) if last_text.strip() else first
    if last is None:
        faults.append(Fault("last", explain(last_text)))
    elif last < first:
        faults.append(Fault("last", "is before the first day"))
    else:
        return first, last
    return None


def unread(texts: Sequence[tuple[str, str]]) -> list[Fault]:
    """A fault for each field (key and text) that is no working time."""
    return [
        Fault(key, f"is not understood. Write {SPELLINGS}.")
        for key, text in texts
        if read_stretches(text) is None
    ]
