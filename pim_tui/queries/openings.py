"""The next openings of one, some or all who take appointments, in one list (T1-T8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain, islice

from ..db.connection import select
from ..domain.intervals import Interval
from ..domain.moments import MINUTE, Zone, day_of
from ..domain.openings import (
    Free,
    Length,
    Opening,
    Span,
    Wanted,
    listed,
    start_spans,
    starts_within,
    thinned,
)
from ..domain.rights import Right
from ..domain.scheduling import STEP_MINUTES, Candidate, possible_starts
from ..domain.visit import Details
from ..errors import Refused
from .calendar import Visit, staff_columns
from .fitting import DAY, LONGEST_BUFFER, candidate_of, occupied_around
from .freetime import WEEK, days_of_week, free_time_kept, week_number
from .gate import guarded
from .holds import every_hold
from .openings_none import why_none

HORIZON = 366
"""Days that are searched."""

_BATCHES = (1, 3, 12)
"""Weeks that are read at a time while nothing was found; then all the rest."""


@dataclass(frozen=True, slots=True)
class How:
    """How the list is made: ``limit`` openings, ``each`` of a staff member on one day (None: all).

    ``every`` lists all starts on the clock's grid of ``step`` minutes instead of one after the other;
    ``days`` is how far is looked, ``after`` an instant before which nothing will do. ``holder`` is the
    key of the session that asks: what it holds itself is not in its way.
    """

    limit: int = 12
    each: int | None = 2
    every: bool = False
    step: int = STEP_MINUTES
    days: int = HORIZON
    after: int = 0
    holder: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The openings, earliest first; where there are none, ``why`` is one sentence."""

    openings: tuple[Opening, ...]
    why: str = ""


@guarded(Right.SEE_APPOINTMENT)
def find(wanted: Wanted, zone: Zone, now: int, how: How | None = None) -> Answer:
    """The first openings from ``now`` on, over all the staff members that will do.

    Every start keeps its buffers, is within working time, and is in nobody's way: the staff member's,
    the room's, the equipment's and the customer's own (T6, T7). Reads only as far as it has to, in
    weeks, and of a week only what was not known or has changed; see :mod:`.freetime`.
    """
    columns = [one for one in staff_columns() if not wanted.staff_ids or one.id in wanted.staff_ids]
    search = Search(wanted, zone, now, how or How(), {one.id: one.name for one in columns})
    openings = search.openings()
    return Answer(openings, "" if openings else why_none(search))


@guarded(Right.SEE_APPOINTMENT)
def next_free(seen: Visit, zone: Zone, now: int, step: int, holder: str) -> int:
    """When ``seen`` could be next, later than it is: of the same person, room, equipment and length.

    ``step`` and ``holder`` as for :class:`How`. Raises :class:`Refused` where nothing is free.
    """
    wanted = Wanted(
        seen.minutes,
        (seen.staff_id,),
        seen.type_id,
        seen.customer_id,
        seen.room_id,
        seen.equipment_ids,
        ignore_id=seen.id,
    )
    answer = find(
        wanted, zone, now, How(1, every=True, step=step, after=seen.starts_at + MINUTE, holder=holder)
    )
    if not answer.openings:
        raise Refused(answer.why, "Look at another staff member's days.")
    return answer.openings[0].starts_at


class Search:
    """One search under way: what is wanted of whom (``names``, by id), and what is known of their time."""

    def __init__(self, wanted: Wanted, zone: Zone, now: int, how: How, names: Mapping[int, str]) -> None:
        self.wanted, self.zone, self.how, self.names = wanted, zone, how, names
        self._earliest = max(now, how.after)
        self.first = max(day_of(self._earliest, zone), wanted.first or date.min)
        self.last = min(self.first, date.max - timedelta(days=how.days + WEEK)) + timedelta(days=how.days - 1)
        self._candidate = _candidate(wanted)
        self.length = Length(
            wanted.minutes * MINUTE,
            self._candidate.buffer_before * MINUTE,
            self._candidate.buffer_after * MINUTE,
        )
        self._held = [one.occupied(zone) for one in every_hold(now) if one.session != how.holder]
        self._free = free_time_kept(zone)
        self._without = self._read_without(wanted.ignore_id) if wanted.ignore_id else {}

    @property
    def weeks(self) -> range:
        """All that are looked through."""
        return range(week_number(self.first), week_number(self.last) + 1)

    def openings(self) -> tuple[Opening, ...]:
        """The first ones, up to the limit."""
        return tuple(islice(chain.from_iterable(map(self._of_week, self._learnt())), self.how.limit))

    def free(self, staff_id: int, week: int) -> Sequence[Free]:
        """The free stretches of a week that was looked through, longest first."""
        key = staff_id, week
        return self._without[key] if key in self._without else self._free.weeks[key]

    def open(self, staff_id: int, week: int) -> Sequence[Interval]:
        """The working time that touches a week that was looked through."""
        return self._free.open[staff_id, week]

    def spans(self, week: int) -> list[Span]:
        """When it may start in a week, day by day."""
        days = [day for day in days_of_week(week) if self.first <= day <= self.last]
        return start_spans(self.wanted, days, self.zone, self._earliest)

    def _learnt(self) -> Iterator[int]:
        """The weeks one by one; they are read in batches that grow while nothing is found."""
        first, batches = self.weeks.start, iter(_BATCHES)
        while first < self.weeks.stop:
            last = min(self.weeks.stop, first + next(batches, len(self.weeks))) - 1
            self._free.learn(tuple(self.names), first, last)
            yield from range(first, last + 1)
            first = last + 1

    def _read_without(self, appointment_id: int) -> dict[tuple[int, int], Sequence[Free]]:
        """The free time around an appointment, as if it were gone. Index: primary key.

        Further away it makes no difference: what is free there begins or ends beyond every buffer.
        """
        rows = select(
            "select staff_id, coalesce(occupied_from, starts_at), coalesce(occupied_to, ends_at)"
            " from appointment where id = ?",
            [appointment_id],
        )
        if not rows:
            return {}
        staff_id, start, end = rows[0]
        first, last = (week_number(day_of(at, self.zone)) for at in (start - 2 * DAY, end + 2 * DAY))
        return self._free.read([staff_id], first, last, appointment_id)

    def _of_week(self, week: int) -> Iterator[Opening]:
        """The openings of one week, by start and then in the clinic's order of its staff."""
        spans = self.spans(week)
        days: list[list[tuple[int, int, int]]] = [[] for _ in spans]
        for staff_id in self.names:
            for place, low, high in starts_within(self.free(staff_id, week), spans, self.length):
                days[place].append((staff_id, low, high))
        if not any(days):
            return
        allowed = self._allowed(spans)
        for ranges in days:
            found = [
                Opening(start, staff_id)
                for staff_id, low, high in self._unheld(ranges)
                for first, last in (((low, high),) if allowed is None else _common(low, high, allowed))
                for start in self._listed(first, last)
            ]
            yield from thinned(sorted(found, key=_by_start), self.how.each)

    def _listed(self, first: int, last: int) -> Sequence[int]:
        apart = self.how.step if self.how.every else max(self.how.step, self.wanted.minutes)
        return listed(first, last, self.length, apart=apart, every=self.how.every, zone=self.zone)

    def _allowed(self, spans: Sequence[Span]) -> list[Interval] | None:
        """The starts at which room, equipment and customer are free; None where none is asked for (T7)."""
        wanted = self.wanted
        if wanted.room_id is None and wanted.customer_id is None and not wanted.equipment_ids:
            return None
        hours, margin = Interval(spans[0][0], spans[-1][1] + self.length.shown), 2 * LONGEST_BUFFER
        existing = occupied_around(
            Interval(hours.start - margin, hours.end + margin),
            staff_id=None,
            room_id=wanted.room_id,
            customer_id=wanted.customer_id,
            equipment_ids=wanted.equipment_ids,
        )
        return possible_starts(self._candidate, [*existing, *self._held], [hours])

    def _unheld(self, ranges: Sequence[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
        """The starts without those that would run into a time that another session holds (T8)."""
        busy = {one.staff_id for one in self._held}
        for staff_id, low, high in ranges:
            if staff_id not in busy:
                yield staff_id, low, high
                continue
            candidate = replace(self._candidate, staff_id=staff_id)
            hours = Interval(low, high + self.length.shown)
            for part in possible_starts(candidate, self._held, [hours]):
                yield staff_id, part.start, part.end - 1


def _candidate(wanted: Wanted) -> Candidate:
    """What is looked for, with its buffers, room and equipment; with nobody yet, and no time."""
    details = Details(
        0, 0, 0, wanted.minutes, wanted.type_id, wanted.room_id, equipment_ids=wanted.equipment_ids
    )
    found = candidate_of(details, wanted.ignore_id)
    return replace(found, staff_id=None, customer_id=wanted.customer_id)


def _common(low: int, high: int, allowed: Sequence[Interval]) -> Iterator[Span]:
    """The starts from ``low`` to ``high`` that are allowed."""
    for part in allowed:
        if part.start <= high and part.end > low:
            yield max(low, part.start), min(high, part.end - 1)


def _by_start(one: Opening) -> int:
    return one.starts_at
