"""The visits of a series before anything is written: what each collides with, and what was decided (T11).

Everything here is worked out on lists that are sorted once, so that two hundred visits cost little more
than one; reading what is there, and the lock, are the caller's part (T8).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from operator import attrgetter
from typing import Literal

from ..errors import Refused
from .intervals import Interval
from .moments import (
    MINUTE,
    Zone,
    clock,
    day_bounds,
    day_of,
    readings,
    resolve,
    short_day,
    wall,
)
from .scheduling import OVERBOOKABLE, Candidate, Clash, Occupied, clashes
from .visit import Answers, Details

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Wanted:
    """One visit as it should be. ``recurrence_at`` is where the rule puts it, UTC seconds.

    ``id`` is the appointment that becomes it, None for a new one; ``problem`` is why that time cannot be
    had whatever is booked (T3), with ``instead`` the next one that can.
    """

    recurrence_at: int
    details: Details
    id: int | None = None
    problem: str = ""
    instead: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What is done about a visit that collides: ``skip`` it, ``move`` it, or ``book`` it all the same.

    ``at`` is the other start. ``answers`` are those a single booking takes, ``against`` the appointments
    that were seen in the way: one more of them is decided anew.
    """

    kind: Literal["skip", "move", "book"]
    at: int = 0
    answers: Answers = field(default_factory=Answers)
    against: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Planned:
    """A visit with everything in its way; ``details`` are those after the choice, ``remark`` is only told."""

    wanted: Wanted
    details: Details
    clashes: tuple[Clash, ...] = ()
    choice: Choice | None = None
    remark: str = ""

    @property
    def key(self) -> int:
        """What the visit is known by while one decides: where the rule puts it."""
        return self.wanted.recurrence_at

    @property
    def skipped(self) -> bool:
        """Whether it is left out."""
        return self.choice is not None and self.choice.kind == "skip"

    @property
    def missing(self) -> bool:
        """Whether its time does not exist and no other was chosen (T3)."""
        return bool(self.wanted.problem) and (self.choice is None or self.choice.kind != "move")

    @property
    def hard(self) -> tuple[Clash, ...]:
        """What is in the way and not only told."""
        return tuple(clash for clash in self.clashes if clash.hard)

    @property
    def open_(self) -> bool:
        """Whether it still has to be decided."""
        if self.skipped:
            return False
        return self.missing or any(not self._passed(clash) for clash in self.hard)

    def _passed(self, clash: Clash) -> bool:
        """Whether the choice was made in sight of this clash and covers its kind."""
        choice = self.choice
        if choice is None or clash.other is None or clash.other.id not in choice.against:
            return False
        return bool(choice.answers.overbook) if clash.kind in OVERBOOKABLE else choice.answers.same_customer

    @property
    def overbooks(self) -> bool:
        """Whether a taken time is taken again (T9)."""
        return not self.skipped and any(clash.kind in OVERBOOKABLE for clash in self.hard)

    @property
    def problem(self) -> str:
        """One sentence for everything that is in the way; empty when nothing is."""
        if self.missing:
            return self.wanted.problem
        return "; ".join(dict.fromkeys(clash.message for clash in self.hard))


Needs = tuple[int | None, int | None, tuple[int, ...]]
"""What decides about buffers and things: type, room and equipment."""


def needs(details: Details) -> Needs:
    """What the visit needs besides a person."""
    return details.type_id, details.room_id, details.equipment_ids


def told(visit: Planned) -> str:
    """Everything there is to say of a visit: what is in its way, and what is only good to know (T7)."""
    known = (clash.message for clash in visit.clashes if not (clash.hard or visit.missing))
    return "; ".join(filter(None, (visit.problem, visit.remark, *known)))


def chosen_details(wanted: Wanted, choice: Choice | None) -> Details:
    """The details with the start that was chosen instead, if one was."""
    if choice is not None and choice.kind == "move":
        return replace(wanted.details, starts_at=choice.at)
    return wanted.details


def unrolled(details: Details, at: Iterable[int], begin: datetime, zone: Zone) -> tuple[Wanted, ...]:
    """The visits of a series at the starts its rule gives; ``begin`` is the first one's wall time.

    A start that the clocks skip has a problem, and the next one that exists instead of it (T3).
    """
    return tuple(_unrolled(details, one, begin.time(), zone) for one in at)


def _unrolled(details: Details, at: int, clock_: time, zone: Zone) -> Wanted:
    wanted = Wanted(at, replace(details, starts_at=at))
    shown = wall(at, zone)
    if shown.time() == clock_:
        return wanted
    try:
        # The rule's time of day on the day it is read on: a gap moves it by an hour or so, into that day.
        resolve(datetime.combine(shown.date(), clock_), zone, 0)
    except Refused as error:
        return replace(wanted, problem=error.message, instead=next(iter(error.offers), None))
    return wanted


def judged(
    wanted: Sequence[Wanted],
    choices: Mapping[int, Choice],
    likes: Mapping[Needs, Candidate],
    existing: Iterable[Occupied],
    zone: Zone,
    open_: Mapping[int, Sequence[Interval]] | None = None,
) -> tuple[Planned, ...]:
    """Each visit with what it collides with, among ``existing`` and among the others of the series.

    ``likes`` gives the buffers and things of those who need the same; ``open_`` is when each staff member
    works, None where that is not kept.
    """
    plans = [_plan(one, choices.get(one.recurrence_at), zone) for one in wanted]
    placed = [plan for plan in plans if not (plan.skipped or plan.missing)]
    candidates = {
        plan.key: _candidate(plan, likes[needs(plan.details)], _NO_ID - place)
        for place, plan in enumerate(placed)
    }
    own = [_own(plan, candidates[plan.key], zone) for plan in placed]
    moving = {one.id for one in wanted if one.id is not None}
    around = _Around([*(one for one in existing if one.id not in moving), *own])
    return tuple(
        replace(plan, clashes=_found(plan, candidates[plan.key], around, zone, open_))
        if plan.key in candidates
        else plan
        for plan in plans
    )


_NO_ID = -(2**40)
"""Ids from here downwards are those of no appointment, and of nothing else that takes time."""


def _plan(wanted: Wanted, choice: Choice | None, zone: Zone) -> Planned:
    details = chosen_details(wanted, choice)
    remark = (
        f"{clock(details.starts_at, zone)} comes twice that day: the first" if _twice(details, zone) else ""
    )
    return Planned(wanted, details, (), choice, remark)


def _twice(details: Details, zone: Zone) -> bool:
    """Whether the start is the first of two equal local times (T3)."""
    first, last = day_bounds(day_of(details.starts_at, zone), zone)
    if last - first <= DAY:
        return False
    at = readings(wall(details.starts_at, zone), zone)
    return len(at) > 1 and at[0] == details.starts_at


def _candidate(plan: Planned, like: Candidate, place: int) -> Candidate:
    start = plan.details.starts_at
    shown = Interval(start, start + plan.details.minutes * MINUTE)
    return replace(like, staff_id=plan.details.staff_id, shown=shown, ignore_id=place)


def _own(plan: Planned, candidate: Candidate, zone: Zone) -> Occupied:
    """A visit of the series as the others see it."""
    label = f"this series' visit of {short_day(day_of(plan.details.starts_at, zone))}"
    return Occupied(
        candidate.ignore_id or 0,
        candidate.staff_id,
        candidate.room_id,
        candidate.customer_id,
        candidate.interval,
        candidate.shown,
        label,
        "it",
    )


class _Around:
    """What is there, sorted once; each visit is held against the few that may touch its day."""

    def __init__(self, existing: Iterable[Occupied]) -> None:
        spans = {one.id: one for one in existing}.values()
        self._long = [one for one in spans if one.interval.seconds > DAY or one.shown.seconds > DAY]
        self._sorted = sorted(
            (one for one in spans if one.interval.seconds <= DAY and one.shown.seconds <= DAY),
            key=attrgetter("shown.start"),
        )
        self._starts = [one.shown.start for one in self._sorted]

    def near(self, window: Interval) -> list[Occupied]:
        """Those that may overlap the window, with a day's margin before it for what began earlier."""
        first = bisect_left(self._starts, window.start - DAY)
        last = bisect_left(self._starts, window.end + DAY // 6)
        return [*self._sorted[first:last], *self._long]


def _found(
    plan: Planned,
    candidate: Candidate,
    around: _Around,
    zone: Zone,
    open_: Mapping[int, Sequence[Interval]] | None,
) -> tuple[Clash, ...]:
    day = day_bounds(day_of(candidate.shown.start, zone), zone)
    window = Interval(min(day[0], candidate.interval.start), max(day[1], candidate.interval.end))
    hours = None if open_ is None else hours_near(open_.get(plan.details.staff_id, ()), window)
    return clashes(candidate, around.near(window), zone=zone, open_=hours)


def hours_near(open_: Sequence[Interval], window: Interval) -> list[Interval]:
    """The hours that touch the window; they are in order."""
    first = bisect_left(open_, window.start, key=attrgetter("end"))
    last = bisect_left(open_, window.end, key=attrgetter("start"))
    return list(open_[first:last])
