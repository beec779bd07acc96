"""When somebody works: the week that repeats, and what is said of single days (T10).

Times of a day are wall minutes after midnight, half-open; a break is the gap between two stretches.
They become instants day by day, so that a day on which the clocks change is as long as it is: in a
gap a time counts as the next one that exists, of two equal ones as the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain, pairwise
from operator import attrgetter, ge
from typing import NamedTuple

from .agenda import Mark
from .intervals import Interval, intersect, subtract, union
from .moments import (
    MIDNIGHT,
    MINUTE,
    WEEKDAYS,
    Zone,
    at_minute,
    day_bounds,
    day_label,
    day_of,
    days_touched,
    fold_of,
    minute_text,
    short_day,
    span,
    wall,
)

Minutes = tuple[tuple[int, int], ...]
"""Stretches of one day, sorted, none empty, none touching the next."""

Week = tuple[Minutes, ...]
"""The stretches of seven days, Monday first."""

MOST_STRETCHES = 12
"""That somebody may work on one day."""
UNSOUND = f"must be at most {MOST_STRETCHES} stretches of the day, one after the other"
ALL_DAY: Minutes = ((0, MIDNIGHT),)
CLOSED: Minutes = ()
_KEEPS_NONE: Week = (ALL_DAY,) * 7
_DAY = timedelta(days=1)
_start, _end = attrgetter("start"), attrgetter("end")
_KINDS = {"leave": "Leave", "sick": "Sick", "training": "Training", "other": "Away"}
_WHERE = {
    "leave": "on leave", "sick": "sick", "training": "in training", "other": "away",
    "elsewhere": "busy elsewhere",
}  # fmt: skip
KINDS = tuple(_KINDS)
"""Why somebody is away."""
ELSEWHERE = "elsewhere"
"""Why as well, where their calendar on a server says it: nobody here writes that down."""
_TOLD = {**_KINDS, ELSEWHERE: "Busy elsewhere"}


class Hours(NamedTuple):
    """A stretch of one weekday (Monday 0), worked from ``since`` to ``until``, ISO, both included.

    ``None`` is from ever, or for ever.
    """

    weekday: int
    starts: int
    ends: int
    since: str | None = None
    until: str | None = None

    def in_force(self, day: str) -> bool:
        """Whether it counts in the week of ``day``."""
        return (self.since or "") <= day <= (self.until or "9999")


class Absence(NamedTuple):
    """Leave from ``first`` to ``last``, both included; with minutes only that part of one day.

    ``name`` is what keeps somebody busy elsewhere, where that is told.
    """

    first: date
    last: date
    from_minute: int | None = None
    to_minute: int | None = None
    kind: str = "leave"
    name: str = ""

    @property
    def minutes(self) -> Minutes:
        """The part of each of its days that is not worked."""
        if self.from_minute is None or self.to_minute is None:
            return ALL_DAY
        return ((self.from_minute, self.to_minute),)

    @property
    def where(self) -> str:
        """``on leave until 4 Dec 2026``, ``in training 10:00-12:00``."""
        return _named(f"{_WHERE[self.kind]} {self._when}", self.name)

    @property
    def told(self) -> str:
        """``Leave until 4 Dec 2026``, ``Training 10:00-12:00``."""
        return _named(f"{_TOLD[self.kind]} {self._when}", self.name)

    @property
    def short(self) -> str:
        """``Leave to 4 Dec``, for a narrow column."""
        if self.kind == ELSEWHERE:
            return _named(_TOLD[self.kind], self.name)
        return self.told.replace(" until ", " to ").removesuffix(f" {self.last.year}")

    @property
    def _when(self) -> str:
        if self.from_minute is not None and self.to_minute is not None:
            return stretch_text(self.from_minute, self.to_minute)
        return "all day" if self.kind == ELSEWHERE else f"until {short_day(self.last)}"


class Special(NamedTuple):
    """What is said of one day: its stretches, none where it is closed, and perhaps why."""

    minutes: Minutes
    name: str = ""


class Feast(NamedTuple):
    """A public holiday; ``closes`` where nobody works on it."""

    name: str
    closes: bool = True


@dataclass(frozen=True, slots=True)
class ClinicDays:
    """What holds for everybody on single days."""

    special: Mapping[date, Special]
    feasts: Mapping[date, Feast]


@dataclass(frozen=True, slots=True)
class Worker:
    """What holds for one staff member. Who never had any ``hours`` works all day.

    ``elsewhere`` is, by day, what their calendar on a server says: there may be many of these.
    """

    hours: Sequence[Hours] = ()
    absences: Sequence[Absence] = ()
    special: Mapping[date, Special] | None = None
    elsewhere: Mapping[date, Sequence[Absence]] | None = None

    def away(self, day: date) -> list[Absence]:
        """What keeps them away on ``day``, or for a part of it."""
        found = [one for one in self.absences if one.first <= day <= one.last]
        return [*found, *self.elsewhere.get(day, ())] if self.elsewhere else found


def day_minutes(
    week: Minutes, own: Special | None, clinic: Special | None, feast: Feast | None, away: Minutes = ()
) -> Minutes:
    """The stretches of one day (T10).

    A day the clinic closes is closed for everybody. Otherwise what is said of the person counts; then
    the clinic's special hours, as far as the person's week has them; then the public holiday; then the
    week. Being away is taken off all of it.
    """
    if clinic and not clinic.minutes:
        return CLOSED
    if own:
        minutes = own.minutes
    elif clinic:
        minutes = common_minutes(week, clinic.minutes)
    else:
        minutes = CLOSED if feast and feast.closes else week
    return _without(minutes, away) if away else minutes


def week_of(hours: Sequence[Hours], day: date) -> Week:
    """The week in force on ``day``: all day for who has kept no hours up to then."""
    return _week_told(tuple(hours), day.isoformat())


@lru_cache(maxsize=256)
def _week_told(hours: tuple[Hours, ...], text: str) -> Week:
    """The same on an ISO day. Kept: many people have one week, and each is asked for again and again."""
    if not any((row.since or "") <= text for row in hours):
        return _KEEPS_NONE
    found: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for row in hours:
        if row.in_force(text):
            found[row.weekday].append((row.starts, row.ends))
    return tuple(map(tidy, found))


def turns(hours: Iterable[Hours], day: date) -> tuple[date, ...]:
    """``day``, and each later day from which another week may be in force."""
    found = {day}
    for row in hours:
        if row.since is not None:
            found.add(date.fromisoformat(row.since))
        if row.until is not None:
            found.add(date.fromisoformat(row.until) + _DAY)
    return tuple(sorted(one for one in found if one >= day))


def told_special(parts: Sequence[tuple[int | None, int | None, str]]) -> Special:
    """One day by its stored stretches (start, end, name); one without times closes it."""
    name = ", ".join(dict.fromkeys(name for *_, name in parts if name))
    if any(starts is None for starts, *_ in parts):
        return Special(CLOSED, name)
    return Special(tidy((starts or 0, ends or 0) for starts, ends, _ in parts), name)


def tidy(stretches: Iterable[tuple[int, int]]) -> Minutes:
    """The stretches in order, those that touch or overlap joined."""
    joined: list[tuple[int, int]] = []
    for starts, ends in sorted(stretches):
        if joined and starts <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(ends, joined[-1][1]))
        elif starts < ends:
            joined.append((starts, ends))
    return tuple(joined)


def common_minutes(minutes: Minutes, others: Minutes) -> Minutes:
    """The stretches of a day that lie in both."""
    return _pairs(intersect(_intervals(minutes), _intervals(others)))


def sound(stretches: Minutes) -> bool:
    """Whether these can be the stretches of one day: inside it, in order, apart, and not too many."""
    if len(stretches) > MOST_STRETCHES:
        return False
    ends = [-1, *(stretch[1] for stretch in stretches)]
    return all(
        before < start < end <= MIDNIGHT for before, (start, end) in zip(ends, stretches, strict=False)
    )


def minutes_on(worker: Worker, clinic: ClinicDays, day: date) -> Minutes:
    """The stretches that somebody works on ``day``."""
    return _minutes_of(worker, clinic, day, week_of(worker.hours, day))


def open_between(
    worker: Worker, clinic: ClinicDays, first: date, last: date, zone: Zone
) -> tuple[Interval, ...]:
    """The working time of the days ``first`` to ``last``, in UTC: sorted, touching stretches joined."""
    days: list[tuple[Interval, ...]] = []
    said = _unlike_others(worker, clinic, first, last)
    for since, until, week in _weeks(worker.hours, first, last):
        days += _week_instants(week, since, until, zone)
        for day in said:
            if since <= day <= until:
                minutes = _minutes_of(worker, clinic, day, week)
                days[(day - first).days] = instants(minutes, day, zone)
    found = tuple(chain.from_iterable(days))
    if any(map(ge, map(_end, found), map(_start, found[1:]))):
        return tuple(union(found))
    return found


def minutes_between(worker: Worker, clinic: ClinicDays, first: date, last: date) -> list[Minutes]:
    """The stretches of each day from ``first`` to ``last``."""
    found: list[Minutes] = []
    said = _unlike_others(worker, clinic, first, last)
    for since, until, week in _weeks(worker.hours, first, last):
        turned = week[since.weekday() :] + week[: since.weekday()]
        days = (until - since).days + 1
        found += (turned * (days // 7 + 1))[:days]
        for day in said:
            if since <= day <= until:
                found[(day - first).days] = _minutes_of(worker, clinic, day, week)
    return found


def keeps_hours(worker: Worker, day: date) -> bool:
    """Whether somebody has working hours by ``day``; else all of the day is theirs."""
    return week_of(worker.hours, day) is not _KEEPS_NONE


def expected(worker: Worker, day: date) -> bool:
    """Whether somebody works on ``day`` by their week, or by what is said of it, leave or no leave."""
    own = worker.special.get(day) if worker.special else None
    if own is not None and own.minutes:
        return True
    week = week_of(worker.hours, day)
    return week is not _KEEPS_NONE and bool(week[day.weekday()])


def marks_of(worker: Worker, clinic: ClinicDays, day: date, zone: Zone) -> tuple[Mark, ...]:
    """What is drawn over the time that somebody does not work for a reason: C closed, L leave, O off, B busy
    elsewhere.
    """
    whole = Interval(*day_bounds(day, zone))
    house, own = clinic.special.get(day), worker.special.get(day) if worker.special else None
    feast = clinic.feasts.get(day)
    if (house and not house.minutes) or (feast and feast.closes and not house and not own):
        return (Mark(whole.start, whole.end, "C", day_note(clinic, day)),)
    marks = [
        Mark(part.start, part.end, "B" if one.kind == ELSEWHERE else "L", one.short)
        for one in worker.away(day)
        for part in instants(one.minutes, day, zone)
    ]
    if own and not own.minutes:
        marks.append(Mark(whole.start, whole.end, "O", _named("Off", own.name)))
    return tuple(marks)


def day_note(clinic: ClinicDays, day: date) -> str:
    """What is said of ``day`` of the clinic: ``Closed: Christmas Day``, ``Hours 09:00-12:00: Audit``."""
    house, feast = clinic.special.get(day), clinic.feasts.get(day)
    if house:
        hours = minutes_text(house.minutes)
        return _named(f"Hours {hours}" if hours else "Closed", house.name)
    if feast:
        return _named("Closed", feast.name) if feast.closes else feast.name
    return ""


def instants(minutes: Minutes, day: date, zone: Zone) -> tuple[Interval, ...]:
    """The stretches of ``day`` as instants, without those that the clocks skip."""
    moments = [(at_minute(day, starts, zone), at_minute(day, ends, zone)) for starts, ends in minutes]
    return tuple(Interval(start, end) for start, end in moments if start < end)


def why_closed(worker: Worker, clinic: ClinicDays, day: date) -> str:
    """What is said of ``day`` that takes time of it from somebody; empty where only the week counts.

    ``Closed: Christmas Day``, ``Leave until 4 Dec 2026``, ``Leave 10:00-12:00``, ``Off: moving house``.
    """
    house, own = clinic.special.get(day), worker.special.get(day) if worker.special else None
    if house and not house.minutes:
        return _named("Closed", house.name)
    away = [one.told for one in worker.away(day)]
    if away:
        return ", ".join(away)
    if own:
        return _named("Off" if not own.minutes else "Hours", own.name or minutes_text(own.minutes))
    if house:
        return _named("Hours", house.name or minutes_text(house.minutes))
    feast = clinic.feasts.get(day)
    return _named("Closed", feast.name) if feast and feast.closes else ""


def refusal(worker: Worker, clinic: ClinicDays, asked: Interval, zone: Zone, name: str) -> str:
    """Why ``name`` cannot be booked at a time outside working time, without a full stop (T9).

    ``Closed: Christmas Day``, or ``The clinic is closed on Mon 30 Nov 2026`` where nobody wrote why;
    ``Dr Lee is on leave until 4 Dec 2026``, ``20:00-20:30 is outside Dr Lee's hours (09:00-12:30,
    13:30-17:00)``.
    """
    found = in_the_way(worker, clinic, asked, zone)
    if isinstance(found, Absence):
        return f"{name} is {found.where}"
    if found == _named("Closed", ""):
        return f"The clinic is closed on {day_label(day_of(asked.start, zone))}"
    return found or _outside(worker, clinic, asked, zone, name)


def in_the_way(worker: Worker, clinic: ClinicDays, asked: Interval, zone: Zone) -> Absence | str:
    """The leave that a time lies in, or what closes its day; empty where only the hours are others."""
    for day in map(date.fromisoformat, days_touched(asked.start, asked.end, zone)):
        house, feast = clinic.special.get(day), clinic.feasts.get(day)
        if house and not house.minutes:
            return _named("Closed", house.name)
        for one in worker.away(day):
            if any(part.overlaps(asked) for part in instants(one.minutes, day, zone)):
                return one
        if feast and feast.closes and not house and day not in (worker.special or {}):
            return _named("Closed", feast.name)
    return ""


def _outside(worker: Worker, clinic: ClinicDays, asked: Interval, zone: Zone, name: str) -> str:
    day = day_of(asked.start, zone)
    minutes = minutes_on(worker, clinic, day)
    said = f"{span(asked.start, asked.end, zone)} is outside {name}'s hours"
    return f"{said} ({minutes_text(minutes)})" if minutes else f"{said}: none on {day_label(day)}"


def week_text(week: Week) -> str:
    """``Mon-Thu 09:00-12:30, 13:30-17:00 · Fri 09:00-12:00``; days that are not worked are left out."""
    told: list[tuple[int, int, Minutes]] = []
    for n, minutes in enumerate(week):
        if told and told[-1][1] == n - 1 and told[-1][2] == minutes:
            told[-1] = (told[-1][0], n, minutes)
        elif minutes:
            told.append((n, n, minutes))
    return " · ".join(
        f"{WEEKDAYS[first]}{f'-{WEEKDAYS[last]}' if last > first else ''} {minutes_text(minutes)}"
        for first, last, minutes in told
    )


def minutes_text(minutes: Minutes) -> str:
    """``09:00-12:30, 13:30-17:00``; empty where there are none."""
    return ", ".join(stretch_text(*part) for part in minutes)


def stretch_text(starts: int, ends: int) -> str:
    """``09:00-12:30``."""
    return f"{minute_text(starts)}-{minute_text(ends)}"


def _minutes_of(worker: Worker, clinic: ClinicDays, day: date, week: Week) -> Minutes:
    own = worker.special.get(day) if worker.special else None
    away = [part for one in worker.away(day) for part in one.minutes]
    feast = clinic.feasts.get(day)
    return day_minutes(week[day.weekday()], own, clinic.special.get(day), feast, tidy(away))


def busy_elsewhere(start: int, end: int, name: str, zone: Zone) -> Iterator[Absence]:
    """Time of somebody's own calendar, UTC seconds, as what it takes of each day it touches.

    Minutes of a day cannot tell the second of two equal hours: what begins or ends in it takes both.
    """
    while fold_of(end - 1, zone):
        end += MINUTE - end % MINUTE
    for day in map(date.fromisoformat, days_touched(start, end, zone)):
        midnight, following = day_bounds(day, zone)
        begins, ends = wall(max(start, midnight), zone), wall(end - 1, zone)
        first = begins.hour * 60 + begins.minute
        last = MIDNIGHT if end >= following else ends.hour * 60 + ends.minute + 1
        if start <= midnight and last == MIDNIGHT:
            yield Absence(day, day, kind=ELSEWHERE, name=name)
        else:
            yield Absence(day, day, first, last, ELSEWHERE, name)


def place_code(country: str, region: str) -> str:
    """Where public holidays come from: ``DE-BY``, the country alone where no region is told."""
    return "-".join(filter(None, (country.upper(), region.strip())))


def _named(what: str, name: str) -> str:
    return f"{what}: {name}" if name else what


def _weeks(hours: Sequence[Hours], first: date, last: date) -> Iterator[tuple[date, date, Week]]:
    """The days cut where another week comes into force, each part with its week."""
    turns = {row.since for row in hours if row.since}
    turns |= {(date.fromisoformat(row.until) + _DAY).isoformat() for row in hours if row.until}
    cuts = [first, *sorted(day for text in turns if first < (day := date.fromisoformat(text)) <= last)]
    for since, following in pairwise([*cuts, last + _DAY]):
        yield since, following - _DAY, week_of(hours, since)


@lru_cache(maxsize=256)
def _week_instants(week: Week, first: date, last: date, zone: Zone) -> tuple[tuple[Interval, ...], ...]:
    """The working time of each day. Kept: many people have one week, and it is asked for again."""
    seconds = [[(starts * MINUTE, ends * MINUTE) for starts, ends in minutes] for minutes in week]
    return tuple(
        tuple([Interval(midnight + start, midnight + end) for start, end in seconds[day.weekday()]])
        if plain
        else instants(week[day.weekday()], day, zone)
        for day, midnight, plain in _midnights(first, last, zone)
    )


@lru_cache(maxsize=16)
def _midnights(first: date, last: date, zone: Zone) -> tuple[tuple[date, int, bool], ...]:
    """Each day, the instant it begins, and whether it has 24 hours, in which minutes are only added."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 2)]
    starts = [at_minute(day, 0, zone) for day in days]
    return tuple(
        (day, start, following - start == MIDNIGHT * MINUTE)
        for day, (start, following) in zip(days, pairwise(starts), strict=False)
    )


def _unlike_others(worker: Worker, clinic: ClinicDays, first: date, last: date) -> set[date]:
    """The days of which something is said."""
    said = (*clinic.special, *(worker.special or ()), *(worker.elsewhere or ()))
    found = {day for day in said if first <= day <= last}
    found |= {day for day, feast in clinic.feasts.items() if feast.closes and first <= day <= last}
    for absence in worker.absences:
        start, end = max(first, absence.first), min(last, absence.last)
        found |= {start + timedelta(days=n) for n in range((end - start).days + 1)}
    return found


def _without(minutes: Minutes, away: Minutes) -> Minutes:
    return _pairs(subtract(_intervals(minutes), _intervals(away)))


def _intervals(minutes: Minutes) -> list[Interval]:
    return [Interval(*part) for part in minutes]


def _pairs(intervals: Iterable[Interval]) -> Minutes:
    return tuple((part.start, part.end) for part in intervals)
