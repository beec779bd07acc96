"""Which appointments may lie outside working time, told by the edges of a day without looking at each (T10).

Most begin and end while everybody works who has any that day: only what does so near the edges of that time
is looked at one by one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import reduce
from itertools import chain
from typing import NamedTuple

from .moments import MINUTE, Zone, at_minute
from .worktime import Minutes, common_minutes

_NEVER = 1 << 40
"""Later than any appointment, UTC seconds."""


class Starts(NamedTuple):
    """From when to before when appointments of ``day`` start, UTC seconds; ``day`` is ISO text."""

    day: str
    since: int
    until: int


def starts_in_doubt(day: date, worked: Iterable[Minutes], longest: int, zone: Zone) -> list[Starts]:
    """When those of ``day`` start that may lie outside working time; none takes over ``longest`` minutes.

    ``worked`` is what each works who has any, at least one: whatever starts between lies in the time of all.
    """
    sure = [
        (at_minute(day, starts, zone), at_minute(day, ends, zone) - longest * MINUTE + 1)
        for starts, ends in reduce(common_minutes, set(worked))
    ]
    edges = [0, *chain.from_iterable(part for part in sure if part[0] < part[1]), _NEVER]
    return [Starts(day.isoformat(), *pair) for pair in zip(edges[::2], edges[1::2], strict=True)]
