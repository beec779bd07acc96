"""The preview of a series, new or changed: each visit with what it collides with (T7, T11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ..domain.intervals import Interval
from ..domain.moments import MINUTE, Zone, day_bounds, day_of, wall
from ..domain.recurrence import Rule, in_words, read_rule, starts
from ..domain.recurrence.drawing import FAR, HORIZON, PATIENCE, Plan, plan
from ..domain.recurrence.pattern import LONGEST_COUNT
from ..domain.rights import Right
from ..domain.scheduling import STEP_MINUTES, Candidate, nearest_free
from ..domain.series import (
    Asked,
    Change,
    Course,
    Member,
    Reach,
    Redrawn,
    course_of,
    handed_on,
    left_out_later,
    redrawn,
    remaining,
    shifted,
    stay,
    step,
)
from ..domain.seriesplan import Choice, Needs, Planned, Wanted, chosen_details, judged, needs, unrolled
from ..domain.visit import Details
from ..errors import Refused
from . import fitting
from .equipment import usual_equipment
from .gate import guarded
from .holds import Asker, holds_between
from .series_members import SeriesHere, dates_of, members, series_of
from .worktime import work_time

NEAR_DAYS = 7
"""Days on which another time is looked for: the visit's own and those after it."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A series before it is written. ``visits`` are in order, ``dropped`` are canceled by the change.

    ``drawn_to`` is up to when visits are made now, UTC seconds; None when these are all.
    """

    course: Course
    visits: tuple[Planned, ...]
    drawn_to: int | None
    dropped: tuple[Member, ...] = ()
    says: str = ""

    @property
    def open_(self) -> tuple[Planned, ...]:
        """The visits that still have to be decided."""
        return tuple(one for one in self.visits if one.open_)

    @property
    def words(self) -> str:
        """The rule in words."""
        return in_words(self.course.rule, self.course.zone)


@dataclass(frozen=True, slots=True)
class Changing:
    """A change worked out: ``here`` is the series as it stands, ``split`` where its new part begins.

    ``whole``: nothing of the series is before it, so that it stays one and the same series. ``dropped`` are
    canceled: the new rule has no place for them. ``stood`` is when each appointment begins now, by its id.
    """

    here: SeriesHere
    split: int
    whole: bool
    pattern: Details
    course: Course
    drawn: Plan
    redrawn: Redrawn
    dropped: tuple[Member, ...]
    stood: Mapping[int, int]

    @property
    def idle(self) -> bool:
        """Whether all is the same afterwards: no visit becomes another, nor does what comes after them."""
        if self.redrawn.wanted or self.redrawn.words or self.dropped:
            return False
        zone, course = self.here.zone, course_here(self.here)
        rest = Course(remaining(course, self.split), wall(self.split, zone), zone)
        pattern, before = (replace(one, starts_at=0) for one in (self.pattern, self.here.details))
        return (self.course, pattern) == (rest, before)


@guarded(Right.SEE_APPOINTMENT)
def preview(asked: Asked, asker: Asker, choices: Mapping[int, Choice]) -> Preview:
    """A new series as it would be; selects: one of what is there, and the working time."""
    course = course_of(asked)
    drawn = drawn_of(course, asker.now + HORIZON)
    details = equipped(asked.details)
    wanted = unrolled(details, drawn.at, course.begin, course.zone)
    return Preview(course, planned(wanted, choices, course.zone, asker), drawn.drawn_to, says=drawn.says)


@guarded(Right.SEE_APPOINTMENT)
def change_preview(change: Change, asker: Asker, choices: Mapping[int, Choice]) -> Preview:
    """A changed series as it would be."""
    found = changing(change, asker.now)
    visits = planned(found.redrawn.wanted, choices, found.course.zone, asker)
    return Preview(found.course, visits, found.drawn.drawn_to, found.dropped, found.drawn.says)


def equipped(details: Details) -> Details:
    """The details with the equipment that their type takes."""
    return replace(details, equipment_ids=usual_equipment(details.type_id))


def drawn_of(course: Course, until: int) -> Plan:
    """The visits made of a course now, up to ``until``, UTC seconds; :class:`Refused` when there are none."""
    begin = f"{course.begin:%Y-%m-%dT%H:%M}"
    found = plan(course.rule, begin, course.zone, first=None, until=until)
    if not found.at:
        raise Refused(
            "There is no visit within the next two years.",
            "Begin earlier, or say it in another way.",
            rule="T11",
        )
    return found


def planned(
    wanted: Sequence[Wanted], choices: Mapping[int, Choice], zone: Zone, asker: Asker
) -> tuple[Planned, ...]:
    """Each visit with what it collides with: appointments, what other desks hold, closed time (T7-T9).

    One read of what is there, whatever their number, and the working time.
    """
    details = [
        chosen_details(one, choices.get(one.recurrence_at))
        for one in wanted
        if not _left_out(one, choices.get(one.recurrence_at))
    ]
    if not details:
        return judged(wanted, choices, {}, (), zone)
    likes = _likes(details)
    first = day_of(min(one.starts_at for one in details), zone)
    last = day_of(max(one.starts_at + one.minutes * MINUTE for one in details), zone)
    span = Interval(day_bounds(first, zone)[0], day_bounds(last, zone)[1])
    places = [_place(one, likes[needs(one)]) for one in details]
    things = sorted({id_ for one in details for id_ in one.equipment_ids})
    existing = fitting.occupied_at(places, details[0].customer_id, span, things)
    held = holds_between(span.start, span.end, asker.now)
    existing += tuple(one.occupied(zone) for one in held if one.session != asker.session)
    worked = work_time(sorted({one.staff_id for one in details}), first, last)
    found = judged(wanted, choices, likes, existing, zone, worked.open_time(first, last, zone))
    return tuple(_with_why(one, worked.why, zone) for one in found)


def _left_out(wanted: Wanted, choice: Choice | None) -> bool:
    """Whether nothing has to be looked up: it is skipped, or has no time yet."""
    return choice.kind == "skip" if choice else bool(wanted.problem)


def _likes(details: Sequence[Details]) -> dict[Needs, Candidate]:
    found: dict[Needs, Candidate] = {}
    for one in details:
        if needs(one) not in found:
            found[needs(one)] = fitting.candidate_of(one)
    return found


def _place(details: Details, like: Candidate) -> fitting.Place:
    start = details.starts_at - like.buffer_before * MINUTE
    end = details.starts_at + (details.minutes + like.buffer_after) * MINUTE
    return fitting.Place(details.staff_id, details.room_id, start, end)


def changing(change: Change, now: int) -> Changing:
    """Work out what a change makes of a series; :class:`Refused` where it cannot be made."""
    here = series_of(change.appointment_id)
    if not here.rule:
        raise Refused(
            "The visits of this series are listed one by one.", "Change this visit only.", rule="T11"
        )
    everyone, dates = members(here.id), dates_of(here.id)
    seen = next(one for one in everyone if one.id == change.appointment_id)
    split = _split(change, seen, everyone, now)
    course, pattern = _new_course(change, here, seen, split)
    goes = stay if change.rule else step(course_here(here), seen, change.details)
    added = {at for at, kind in dates.items() if kind == "in"}
    later = [one for one in everyone if one.recurrence_at >= split and one.recurrence_at not in added]
    listed = [at for at, kind in dates.items() if kind == "out" and at >= split]
    ruled = _ruled(course_here(here), split, [*(one.recurrence_at for one in later), *listed])
    out = [at for at in listed if at in ruled]
    made = [at for at in out if here.drawn_to is None or at < here.drawn_to]
    kept = [one.recurrence_at for one in later if one.recurrence_at in ruled]
    drawn = _drawn_over([*kept, *made], course, goes, now)
    found = redrawn(
        later,
        made,
        course,
        [at for at in drawn.at if at not in added],
        before=here.details,
        after=pattern,
        now=now,
        exactly={} if change.rule else {seen.id: change.details},
        goes=goes,
    )
    if drawn.drawn_to is not None:
        far = left_out_later(out, course, drawn.drawn_to, goes)
        found = replace(found, out=found.out | far)
    whole = not any(one.recurrence_at < split for one in everyone)
    dropped = tuple(one for one in found.parted if not one.settled(now))
    stood = {one.id: one.details.starts_at for one in everyone}
    return Changing(here, split, whole, pattern, course, drawn, found, dropped, stood)


def _ruled(course: Course, since: int, slots: Sequence[int]) -> frozenset[int]:
    """Those of the slots that the course gives: a calendar that came in may list any day besides, such as one
    in the year 9999, and no visits are made up to that.
    """
    last = min(max(slots, default=since) + 1, FAR)
    found = starts(
        course.rule,
        course.begin,
        course.zone,
        first=since,
        last=last,
        most=LONGEST_COUNT,
        patience=PATIENCE,
    )
    return frozenset(found.at).intersection(slots)


def _drawn_over(slots: Sequence[int], course: Course, goes: Callable[[date], date], now: int) -> Plan:
    """The visits made of a new course now: as far as those go that are here, wherever the change takes them,
    or they would have no place in it and be canceled.
    """
    days = [goes(day_of(slot, course.zone)) for slot in slots]
    reach = day_bounds(max(days), course.zone)[1] if days else 0
    return drawn_of(course, max(now + HORIZON, reach))


def _split(change: Change, seen: Member, everyone: Sequence[Member], now: int) -> int:
    """Where the new part begins: at the visit itself, or at the first one that is not over."""
    if change.reach == "later":
        if seen.settled(now):
            raise Refused(
                "That visit is over or marked, and no longer changes.", "Choose a later one.", rule="S2"
            )
        return seen.recurrence_at
    for one in everyone:
        if not one.settled(now):
            return one.recurrence_at
    raise Refused("No visit of this series is left to change.", "Make a new one with R.", rule="S2")


def _new_course(change: Change, here: SeriesHere, seen: Member, split: int) -> tuple[Course, Details]:
    """The course from the split on, and what its visits have in common."""
    if change.rule:
        asked = Asked(replace(change.details, customer_id=here.customer_id), change.rule, here.zone)
        return course_of(asked), equipped(asked.details)
    course = course_here(here)
    course = replace(course, rule=remaining(course, split))
    pattern = handed_on(change.details, seen.details, here.details)
    return shifted(course, split, seen, change.details), pattern


def course_here(here: SeriesHere) -> Course:
    """Where the visits of a series are as it stands."""
    return Course(read_rule(here.rule), datetime.fromisoformat(here.wall), here.zone)


def _with_why(visit: Planned, why: Callable[[date], Mapping[int, str]], zone: Zone) -> Planned:
    """Why a visit falls into closed time: the leave, the holiday."""
    if not any(clash.kind == "closed" for clash in visit.clashes):
        return visit
    said = why(day_of(visit.details.starts_at, zone)).get(visit.details.staff_id, "")
    return replace(visit, remark="; ".join(filter(None, (visit.remark, said))))


@guarded(Right.SEE_APPOINTMENT)
def nearest(visits: Sequence[Planned], zone: Zone, asker: Asker) -> dict[int, int]:
    """The nearest free start of its day or the week after it for each visit; some have none (T7, T9).

    By where the rule puts them. One read for each: it is asked for those that collide only.
    """
    found: dict[int, int] = {}
    for one in visits:
        free = one.wanted.instead if one.wanted.problem else _free_near(one.wanted, zone, asker)
        if free is not None:
            found[one.key] = free
    return found


def _free_near(wanted: Wanted, zone: Zone, asker: Asker) -> int | None:
    candidate = fitting.candidate_of(wanted.details, wanted.id)
    start = candidate.shown.start
    first = day_of(start, zone)
    last = first + timedelta(days=NEAR_DAYS)
    staff_id = wanted.details.staff_id
    offers = nearest_free(
        candidate,
        fitting.around(candidate, zone, NEAR_DAYS, asker=asker),
        open_=work_time((staff_id,), first, last).open_time(first, last, zone)[staff_id],
        step_minutes=STEP_MINUTES,
        around=start,
        not_before=max(asker.now, day_bounds(first, zone)[0]),
        limit=1,
        zone=zone,
    )
    return offers[0] if offers else None


@dataclass(frozen=True, slots=True)
class Page:
    """A series to look at: its row, and its visits by where its rule puts them."""

    here: SeriesHere
    visits: tuple[Member, ...]

    @property
    def words(self) -> str:
        """The rule in words."""
        return in_words(read_rule(self.here.rule), self.here.zone) if self.here.rule else "on listed dates"

    def own(self, visit: Member) -> str:
        """What a visit has of its own, in words; empty for one that is as its series."""
        pattern, details = self.here.details, visit.details
        said = {
            "moved": details.starts_at != visit.recurrence_at,
            f"{details.minutes} minutes": details.minutes != pattern.minutes,
            "with somebody else": details.staff_id != pattern.staff_id,
            "another room": details.room_id != pattern.room_id,
            "another type": details.type_id != pattern.type_id,
            "words of its own": (details.reason, details.note) != (pattern.reason, pattern.note),
        }
        return ", ".join(text for text, true in said.items() if true)

    def rest(self, appointment_id: int, reach: Reach, now: int) -> tuple[Rule, datetime]:
        """The rule for what a change reaches, and where that begins on the wall."""
        seen = next(one for one in self.visits if one.id == appointment_id)
        change = Change(appointment_id, reach, seen.details)
        split = _split(change, seen, self.visits, now)
        return remaining(course_here(self.here), split), wall(split, self.here.zone)


@guarded(Right.SEE_APPOINTMENT)
def page(appointment_id: int) -> Page:
    """The series of an appointment with all its visits; :class:`NotFound` when it belongs to none."""
    here = series_of(appointment_id)
    return Page(here, tuple(members(here.id)))
