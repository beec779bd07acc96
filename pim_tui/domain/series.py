"""A series as somebody asks for it, its changes, and which visit of it becomes which (T11)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from ..errors import Refused
from .moments import Zone, day_bounds, day_of, wall
from .recurrence import Rule, end_in_utc, occurrences, read_rule, starts
from .recurrence.drawing import PATIENCE
from .recurrence.pattern import LONGEST_COUNT, first_day, moved
from .seriesplan import Wanted, unrolled
from .states import Status
from .visit import Details

Reach = Literal["later", "all"]
"""How far a change goes: this visit and those after it, or all that are not over."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A series to be: ``details`` are those of each visit, ``starts_at`` that of the day asked for.

    ``rule`` is an RRULE value; the first visit is where it first comes on that day or after it.
    """

    details: Details
    rule: str
    zone: Zone


@dataclass(frozen=True, slots=True)
class Course:
    """Where a series' visits are: its rule, and the first one's wall time in the zone."""

    rule: Rule
    begin: datetime
    zone: Zone


def course_of(asked: Asked) -> Course:
    """The rule and the first visit; :class:`Refused` for a rule that is none of a series of appointments."""
    rule = end_in_utc(read_rule(asked.rule), asked.zone)
    day = wall(asked.details.starts_at, asked.zone)
    begin = first_day(rule, day)
    if begin is None:
        raise Refused("That rule gives no date at all.", "Say it in another way.", rule="T11")
    require_bounded(rule, begin)
    return Course(rule, begin, asked.zone)


def require_bounded(rule: Rule, begin: datetime) -> None:
    """Refuse a rule that ends only after more visits than a series may have."""
    if rule.until is None and rule.count is None:
        return
    counted = rule.count is not None and rule.count <= LONGEST_COUNT
    if not counted and occurrences(rule, begin, most=LONGEST_COUNT, patience=PATIENCE).cut:
        raise Refused(
            f"Those are more than {LONGEST_COUNT} visits.", "Let it end earlier, or not at all.", rule="T11"
        )


# --- changing --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Member:
    """A visit of a series as it stands; ``recurrence_at`` is where the rule put it, UTC seconds."""

    id: int
    version: int
    recurrence_at: int
    status: str
    details: Details

    def settled(self, now: int) -> bool:
        """Whether it is over or marked, so that no change of its series reaches it."""
        return self.status != Status.SCHEDULED or self.details.starts_at < now


@dataclass(frozen=True, slots=True)
class Change:
    """What is asked of a series. ``details`` are what the visit ``appointment_id`` becomes.

    Only what differs from that visit is handed on to the others. ``rule`` is another RRULE value, empty
    where the rule stays; with it, ``details`` are those of every visit.
    """

    appointment_id: int
    reach: Reach
    details: Details
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Redrawn:
    """Which visit becomes which.

    ``wanted`` take a place that they did not have, ``words`` only get other words, ``links`` say where the
    new rule puts each visit that is here, ``parted`` have no place in it any more, ``out`` are left out.
    """

    wanted: tuple[Wanted, ...]
    words: tuple[tuple[Member, Details], ...]
    links: dict[int, int]
    parted: tuple[Member, ...]
    out: frozenset[int]


def handed_on(details: Details, seen: Details, pattern: Details) -> Details:
    """The series' details with what was changed of one visit; the customer stays.

    ``starts_at`` is left to the rule.
    """
    if details.customer_id != pattern.customer_id:
        raise Refused(
            "The visits of a series belong to one customer.", "Change this visit only, or make a new series."
        )
    fresh = {
        name: getattr(details, name)
        for name in Details.__slots__
        if name != "starts_at" and getattr(details, name) != getattr(seen, name)
    }
    return replace(pattern, **fresh)


def shifted(course: Course, split: int, member: Member, details: Details) -> Course:
    """The course from ``split`` on, moved as ``member``, a visit of it, is moved.

    :class:`Refused` where the rule does not say how its day is moved.
    """
    was, becomes = wall(member.details.starts_at, course.zone), wall(details.starts_at, course.zone)
    days = becomes.date() - was.date()
    at = day_of(member.recurrence_at, course.zone)
    rule = moved(course.rule, at, at + days, course.zone)
    if rule is None:
        raise Refused(
            "This series' rule does not say how its day is moved.",
            "Move this visit only, or give the series another rule with R.",
            rule="T11",
        )
    clock = becomes.time() if becomes != was else course.begin.time()
    if rule.by_hour:  # a calendar's rule that names its hours begins with the one of the split
        clock = wall(split, course.zone).time()
    first = day_of(split, course.zone)
    first = min(first, first + days) if _one_of_several(rule, days) else first + days
    begin = datetime.combine(first, clock)
    return Course(rule, first_day(rule, begin) or begin, course.zone)


def _one_of_several(rule: Rule, days: timedelta) -> bool:
    """Whether of several weekdays only one is moved, and the others stay where they are; by whole weeks all
    of them go along.
    """
    return len(rule.by_day) > 1 and days.days % 7 != 0


def step(course: Course, member: Member, details: Details) -> Callable[[date], date]:
    """Where each day of a course goes as ``member``, a visit of it, is moved."""
    zone = course.zone
    days = day_of(details.starts_at, zone) - day_of(member.details.starts_at, zone)
    weekday = day_of(member.recurrence_at, zone).weekday()
    some = _one_of_several(course.rule, days)
    return lambda day: day if some and day.weekday() != weekday else day + days


def stay(day: date) -> date:
    """Each day stays where it is."""
    return day


def remaining(course: Course, slot: int) -> Rule:
    """The rule for what comes from ``slot`` on: a number of times is less by those before it."""
    if course.rule.count is None:
        return course.rule
    before = starts(course.rule, course.begin, course.zone, last=slot, most=LONGEST_COUNT)
    return replace(course.rule, count=max(1, course.rule.count - len(before.at)))


def redrawn(
    members: Sequence[Member],
    left_out: Iterable[int],
    course: Course,
    at: Sequence[int],
    *,
    before: Details,
    after: Details,
    now: int,
    exactly: dict[int, Details] | None = None,
    goes: Callable[[date], date] = stay,
) -> Redrawn:
    """Give each visit that is here its place in a new course.

    ``members`` and ``left_out`` are those from where the change begins, ``at`` are the new course's starts,
    ``before`` and ``after`` the series' details. A visit keeps what is its own: a time, a room, a note that
    was already another than the series'. ``exactly`` are the details of visits that were said one by one,
    ``goes`` is where the change takes each day.
    """
    here = {member.recurrence_at: member for member in members}
    pairs = paired([*here, *left_out], at, course.zone, goes)
    fresh = {one.recurrence_at: one for one in unrolled(after, at, course.begin, course.zone)}
    wanted, words, links = list[Wanted](), list[tuple[Member, Details]](), dict[int, int]()
    parted = list[Member]()
    out = frozenset(pairs[slot] for slot in left_out if slot in pairs)
    for slot, member in here.items():
        if slot not in pairs:
            parted.append(member)
            continue
        links[member.id] = pairs[slot]
        if member.settled(now):
            continue
        planned = fresh[pairs[slot]]
        details = (exactly or {}).get(member.id) or _merged(member, before, planned.details)
        if _same_place(details, member.details):
            words += [(member, details)] if details != member.details else []
        else:
            problem = planned.problem if details.starts_at == planned.recurrence_at else ""
            wanted.append(replace(planned, details=details, id=member.id, problem=problem))
    taken = set(pairs.values())
    wanted += [one for place, one in fresh.items() if place not in taken]
    return Redrawn(
        tuple(sorted(wanted, key=lambda one: one.recurrence_at)), tuple(words), links, tuple(parted), out
    )


def left_out_later(
    slots: Iterable[int], course: Course, since: int, goes: Callable[[date], date]
) -> frozenset[int]:
    """Where the new course puts the days that are left out from ``since`` on, up to which its visits are made
    now: they are left out when further ones are made. A day that it does not have needs not be.
    """
    days = {goes(day_of(slot, course.zone)) for slot in slots}
    if not days:
        return frozenset()
    found = starts(
        course.rule,
        course.begin,
        course.zone,
        first=since,
        last=day_bounds(max(days), course.zone)[1],
        most=LONGEST_COUNT,
        patience=PATIENCE,
    )
    return frozenset(at for at in found.at if day_of(at, course.zone) in days)


def paired(
    old: Iterable[int], new: Sequence[int], zone: Zone, goes: Callable[[date], date] = stay
) -> dict[int, int]:
    """Which start of the new course each old one becomes: that of the day it goes to, in the order of the day
    where there are several, else the next one.
    """
    slots, by_day = sorted(old), dict[date, list[int]]()
    for at in sorted(new, reverse=True):
        by_day.setdefault(day_of(at, zone), []).append(at)
    pairs = {slot: there.pop() for slot in slots if (there := by_day.get(goes(day_of(slot, zone))))}
    free = iter(sorted(set(new).difference(pairs.values())))
    return pairs | dict(zip((slot for slot in slots if slot not in pairs), free, strict=False))


def _merged(member: Member, before: Details, planned: Details) -> Details:
    """The visit with the series' new details, except where it had its own."""
    own = {
        name: getattr(member.details, name)
        for name in Details.__slots__
        if name != "starts_at" and getattr(member.details, name) != getattr(before, name)
    }
    if member.details.starts_at != member.recurrence_at:
        own["starts_at"] = member.details.starts_at
    return replace(planned, **own)


def _same_place(one: Details, other: Details) -> bool:
    return replace(one, reason="", note="", mode="") == replace(other, reason="", note="", mode="")


def until_before(slot: int) -> str:
    """UNTIL for a rule that ends before ``slot``, in UTC."""
    last = datetime(1970, 1, 1) + timedelta(seconds=slot - 1)
    return f"{last:%Y%m%dT%H%M%SZ}"


def ended(rule: Rule, slot: int) -> Rule:
    """The rule, ending before ``slot``."""
    plain = replace(rule, until=None, count=None)
    return read_rule(f"{plain};UNTIL={until_before(slot)}")
