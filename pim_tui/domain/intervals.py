"""Half-open stretches of time and what can be worked out from sets of them (T1).

``start`` and ``end`` are UTC seconds; ``[start, end)`` holds its start and not its end, so two
that merely touch do not overlap, and an empty one overlaps nothing. Results that are sets come
back sorted, without empty members, and with touching members joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from ..errors import Fault, Invalid


@dataclass(frozen=True, slots=True, order=True, init=False)
class Interval:
    """``[start, end)`` in UTC seconds; :class:`Invalid` when it would end before it starts."""

    start: int
    end: int

    def __init__(self, start: int, end: int) -> None:
        # Thousands are made for a year of working time: the one of the dataclass takes half as long again.
        _set_start(self, start)
        _set_end(self, end)
        if end < start:
            raise Invalid((Fault("end", "is before the start"),), "Check both times.")

    def __bool__(self) -> bool:
        """An empty interval is false."""
        return self.end > self.start

    @property
    def seconds(self) -> int:
        """Its elapsed length."""
        return self.end - self.start

    def overlaps(self, other: Interval) -> bool:
        """Whether the two share at least a second."""
        return max(self.start, other.start) < min(self.end, other.end)

    def contains(self, other: Interval) -> bool:
        """Whether the other lies wholly inside this one."""
        return self.start <= other.start and other.end <= self.end

    def common(self, other: Interval) -> Interval | None:
        """What the two share, if anything."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Interval(start, end) if start < end else None


_set_start: Callable[[Interval, int], None] = vars(Interval)["start"].__set__
_set_end: Callable[[Interval, int], None] = vars(Interval)["end"].__set__
_in_order = attrgetter("start", "end")


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """All the time that any of them covers."""
    joined: list[Interval] = []
    for interval in sorted(filter(None, intervals), key=_in_order):
        if not joined or interval.start > joined[-1].end:
            joined.append(interval)
        elif interval.end > joined[-1].end:
            joined[-1] = Interval(joined[-1].start, interval.end)
    return joined


def crowded(intervals: Sequence[Interval], depth: int) -> list[Interval]:
    """The time that ``depth`` of them, or more, cover at once; with 1 the same as :func:`union`."""
    if depth == 1 or len(intervals) < depth:
        return union(intervals) if depth == 1 else []
    turns = sorted(turn for one in filter(None, intervals) for turn in ((one.start, 1), (one.end, -1)))
    found: list[Interval] = []
    there = since = 0
    for at, step in turns:
        if there == depth and step < 0:
            found.append(Interval(since, at))
        there += step
        if there == depth and step > 0:
            since = at
    return union(found)


def subtract(intervals: Iterable[Interval], minus: Iterable[Interval]) -> list[Interval]:
    """The time of ``intervals`` that nothing in ``minus`` covers."""
    taken, left, first = union(minus), [], 0
    for interval in union(intervals):
        while first < len(taken) and taken[first].end <= interval.start:
            first += 1
        start, at = interval.start, first
        while at < len(taken) and taken[at].start < interval.end:
            if start < taken[at].start:
                left.append(Interval(start, taken[at].start))
            start = taken[at].end
            at += 1
        if start < interval.end:
            left.append(Interval(start, interval.end))
    return left


def intersect(*sets: Iterable[Interval]) -> list[Interval]:
    """The time that every set covers; nothing when there are no sets."""
    if not sets:
        return []
    common, *others = (union(one) for one in sets)
    for other in others:
        common = _shared(common, other)
    return common


def lanes(intervals: Sequence[Interval]) -> list[tuple[int, int]]:
    """Where to draw each interval side by side: ``(lane, lanes of its group)``, in the given order.

    A group is a set of intervals tied together by overlaps; it gets as few lanes as its busiest
    moment needs. Earlier starts take lower lanes, equal starts keep their order, so that nothing
    jumps about when a neighbour changes.
    """
    lane_of = [0] * len(intervals)
    width_of = [1] * len(intervals)
    group: list[int] = []
    busy_until: list[int] = []
    for index in sorted(range(len(intervals)), key=lambda i: intervals[i].start):
        interval = intervals[index]
        if busy_until and interval.start >= max(busy_until):
            _close(group, len(busy_until), width_of)
            group, busy_until = [], []
        lane_of[index] = _free_lane(busy_until, interval)
        group.append(index)
    _close(group, len(busy_until), width_of)
    return list(zip(lane_of, width_of, strict=True))


def _free_lane(busy_until: list[int], interval: Interval) -> int:
    """The lowest lane that is over by then, opening a new one where none is."""
    for lane, until in enumerate(busy_until):
        if until <= interval.start:
            busy_until[lane] = interval.end
            return lane
    busy_until.append(interval.end)
    return len(busy_until) - 1


def _close(group: Iterable[int], lanes_used: int, width_of: list[int]) -> None:
    for index in group:
        width_of[index] = lanes_used


def _shared(ours: Sequence[Interval], theirs: Sequence[Interval]) -> list[Interval]:
    """Two joined, sorted sets walked side by side."""
    found: list[Interval] = []
    mine = other = 0
    while mine < len(ours) and other < len(theirs):
        if both := ours[mine].common(theirs[other]):
            found.append(both)
        if ours[mine].end < theirs[other].end:
            mine += 1
        else:
            other += 1
    return found
