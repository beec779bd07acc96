"""Where the next openings are: free time cut down to what is wanted (T1, T4, T6, T7).

A year of thirty people is gone through while somebody types, so what is repeated for every stretch of
free time works on plain tuples. Instants are UTC seconds; minutes after midnight are wall time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from .intervals import Interval
from .moments import MIDNIGHT, MINUTE, WEEKDAYS, Zone, at_minute, day_bounds, minute_text
from .scheduling import free_starts

SHORTEST = MINUTE
"""Free time shorter than this is nobody's opening (T2)."""

PARTS = {"morning": (0, 12 * 60), "afternoon": (12 * 60, 17 * 60), "evening": (17 * 60, MIDNIGHT)}
"""What the parts of a day are called, as minutes after midnight, half-open."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody would like to have; what is empty or None suits any.

    ``staff_ids`` are those it may be with, ``weekdays`` are numbers (Monday 0), ``from_minute`` and
    ``to_minute`` the part of the day that it has to lie in, ``first`` is the earliest day. ``ignore_id``
    is the appointment that is to be moved.
    """

    minutes: int
    staff_ids: tuple[int, ...] = ()
    type_id: int | None = None
    customer_id: int | None = None
    room_id: int | None = None
    equipment_ids: tuple[int, ...] = ()
    weekdays: frozenset[int] = frozenset()
    from_minute: int = 0
    to_minute: int = MIDNIGHT
    first: date | None = None
    ignore_id: int | None = None

    @property
    def any_time(self) -> bool:
        """Whether every time of the day will do."""
        return (self.from_minute, self.to_minute) == (0, MIDNIGHT)


def part_text(weekdays: Iterable[int], from_minute: int, to_minute: int) -> str:
    """The days and the part of the day in words: ``on Mon, Thu in the morning``; empty for any time."""
    days = ", ".join(WEEKDAYS[number] for number in sorted(weekdays))
    time = (from_minute, to_minute)
    named = next((f"in the {name}" for name, part in PARTS.items() if part == time), "")
    if not named and time != (0, MIDNIGHT):
        named = f"between {minute_text(time[0])} and {minute_text(time[1])}"
    return " ".join(filter(None, (f"on {days}" if days else "", named)))


class Opening(NamedTuple):
    """A start that can be had, with whom."""

    starts_at: int
    staff_id: int


Free = tuple[int, int, int, int, int]
"""A stretch of somebody's working time in which nothing is: seconds, since, until, opens, closes.

``seconds`` is its length. ``since`` and ``until`` are where the neighbours on either side end and begin,
buffers included; ``opens`` and ``closes`` are the working time. The two differ where a buffer may lie
outside of working time (T6). A plain tuple, because a year of a clinic has a hundred thousand of them.
"""


def free_by_week(
    open_: Sequence[Interval],
    taken: Iterable[tuple[int, int]],
    bounds: Sequence[int],
    margin: tuple[int, int],
) -> list[list[Free]]:
    """What is free of ``open_`` in each week, longest first; what is free over a midnight between two
    weeks is in both.

    ``open_`` is sorted and apart, ``taken`` are occupied times sorted by their start. ``bounds`` are where
    the weeks begin, and where the last one ends; both reach so many seconds beyond the first and the last.
    """
    weeks: list[list[Free]] = [[] for _ in bounds[1:]]
    ends = [part.end for part in open_]
    for since, until in _gaps(taken, bounds[0] - margin[0], bounds[-1] + margin[1]):
        place = bisect_right(ends, since)
        while place < len(ends) and (opens := open_[place].start) < until:
            start, end = (since if since > opens else opens), (until if until < ends[place] else ends[place])
            if end - start >= SHORTEST:
                week = bisect_right(bounds, start) - 1 if start > bounds[0] else 0
                while week < len(weeks) and bounds[week] < end:
                    weeks[week].append((end - start, since, until, opens, ends[place]))
                    week += 1
            place += 1
    for week_free in weeks:
        week_free.sort(reverse=True)
    return weeks


def _gaps(taken: Iterable[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """What nothing takes, as far as it is long enough to be an opening."""
    gaps, since = [], start
    for begins, ends in taken:
        if begins - since >= SHORTEST:
            gaps.append((since, begins))
        if ends > since:
            since = ends
    if since < end:
        gaps.append((since, end))
    return gaps


Span = tuple[int, int]
"""The first and the last instant at which something may start."""


def start_spans(wanted: Wanted, days: Iterable[date], zone: Zone, not_before: int) -> list[Span]:
    """When it may start on each of ``days`` that suits, in order; days on which it cannot are left out.

    With a part of the day it ends within it; otherwise it may go on over midnight.
    """
    found = []
    for day in days:
        if wanted.weekdays and day.weekday() not in wanted.weekdays:
            continue
        first, end = _part_of_day(day, wanted.from_minute, wanted.to_minute, zone)
        last = end - MINUTE if wanted.any_time else end - wanted.minutes * MINUTE
        if last >= max(first, not_before):
            found.append((max(first, not_before), last))
    return found


@lru_cache(maxsize=2048)
def _part_of_day(day: date, starts: int, ends: int, zone: Zone) -> tuple[int, int]:
    if (starts, ends) == (0, MIDNIGHT):
        return day_bounds(day, zone)
    return at_minute(day, starts, zone), at_minute(day, ends, zone)


class Length(NamedTuple):
    """How long it takes, and what is kept free before and after it; all in seconds (T6)."""

    shown: int
    before: int = 0
    after: int = 0


def starts_within(
    free: Iterable[Free], spans: Sequence[Span], length: Length
) -> Iterator[tuple[int, int, int]]:
    """``(place in spans, first start, last start)`` of every stretch that is long enough.

    ``free`` is sorted by length, longest first: the first one that is too short ends it.
    """
    shown, before, after = length
    lasts = [last for _, last in spans]
    for seconds, since, until, opens, closes in free:
        if seconds < shown:
            return
        first, last = max(since + before, opens), min(until - after, closes) - shown
        place = bisect_left(lasts, first)
        while place < len(spans) and spans[place][0] <= last:
            low, high = max(first, spans[place][0]), min(last, spans[place][1])
            if low <= high:
                yield place, low, high
            place += 1


def longest_within(free: Iterable[Free], spans: Sequence[Span], length: Length) -> int:
    """The most seconds that something with these buffers could last; ``free`` is longest first.

    ``spans`` are those of something as long as ``length``: it may end so much later.
    """
    shown, before, after = length
    lasts = [last for _, last in spans]
    longest = 0
    for seconds, since, until, opens, closes in free:
        if seconds <= longest:
            break
        first, end = max(since + before, opens), min(until - after, closes)
        place = bisect_left(lasts, first)
        while place < len(spans) and spans[place][0] < end:
            longest = max(longest, min(end, spans[place][1] + shown) - max(first, spans[place][0]))
            place += 1
    return longest


def listed(first: int, last: int, length: Length, *, apart: int, every: bool, zone: Zone) -> Sequence[int]:
    """The starts that are offered from ``first`` to ``last``, ``apart`` minutes from one to the next.

    ``every`` gives all that the clock's grid has. Otherwise they come back to back, off the grid where
    more then fit, and a stretch that no grid meets is offered from its first whole minute: what was
    missed and the present end where they do.
    """
    first = -(-first // MINUTE) * MINUTE
    if first > last:
        return ()
    time = Interval(first, last + length.shown)
    found = free_starts([time], length.shown // MINUTE, apart, zone=zone, packed=not every)
    return found if found or every else (first,)


def thinned(openings: Iterable[Opening], each: int | None) -> Iterator[Opening]:
    """At most ``each`` of one day for every staff member, so that the list shows variety."""
    counts: dict[int, int] = {}
    for one in openings:
        counts[one.staff_id] = counts.get(one.staff_id, 0) + 1
        if each is None or counts[one.staff_id] <= each:
            yield one
