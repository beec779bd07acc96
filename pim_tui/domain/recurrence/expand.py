"""A rule expanded to wall times, by calendar date (T4), within bounds that no rule gets past."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .days import Days, week_of
from .rule import Rule

MOST = 1_000
"""Answers given unless more are asked for."""
PATIENCE = 100_000
"""Looks at a day, a period or a time before an expansion is given up: some 270 years of days."""

_DAY = 86_400
_INSTANT = timedelta(microseconds=1)
_UNITS = {"HOURLY": 3_600, "MINUTELY": 60, "SECONDLY": 1}


@dataclass(frozen=True, slots=True)
class Found:
    """Wall times in order, without doubles. ``cut``: there are, or may be, more in the window.

    ``looks`` is the work it took, in the measure of :data:`PATIENCE`.
    """

    walls: tuple[datetime, ...]
    cut: bool
    looks: int = 0


class _Cut(Exception):
    """Patience has run out."""


class _Meter:
    """Counts work, so that the bound is the same on every machine."""

    def __init__(self, patience: int) -> None:
        self.looks = 0
        self._patience = patience

    def spend(self, looks: int = 1) -> None:
        self.looks += looks
        if self.looks > self._patience:
            raise _Cut


def occurrences(
    rule: Rule,
    start: datetime,
    *,
    first: datetime | None = None,
    last: datetime | None = None,
    most: int = MOST,
    patience: int = PATIENCE,
) -> Found:
    """The wall times of ``rule`` from ``start`` (DTSTART, naive) that are in ``[first, last)``.

    Ends at once whatever the rule: after ``most`` answers or ``patience`` looks. Without COUNT the steps
    before ``first`` are not taken one by one. An UNTIL in UTC is compared as if the wall were UTC:
    :func:`.starts` knows zones.
    """
    start = start.replace(microsecond=0)
    meter = _Meter(patience)
    walk = _Walk(rule, start, max(first or start, start), last, meter)
    found: list[datetime] = []
    cut = False
    try:
        for wall in walk.times():
            if first is not None and wall < first:
                continue
            if len(found) == most:
                cut = True
                break
            found.append(wall)
    except _Cut:
        cut = True
    return Found(tuple(found), cut or (walk.unfinished and last is None), meter.looks)


class _Walk:
    """One expansion: from the step in which ``first`` is to the one in which the rule or the window ends.

    ``unfinished`` afterwards: the calendar ended before the rule did.
    """

    def __init__(
        self, rule: Rule, start: datetime, first: datetime, last: datetime | None, meter: _Meter
    ) -> None:
        self._rule = rule
        self._start = start
        self._first = start if rule.count is not None else first
        self._last = min(
            rule.until.last if rule.until else datetime.max,
            max(last, datetime.min + _INSTANT) - _INSTANT if last else datetime.max,
        )
        self._meter = meter
        self._days = Days(rule, start.date(), meter.spend)
        self.unfinished = False

    def times(self) -> Iterator[datetime]:
        """The rule's own times up to its end; some before ``first`` may be among them."""
        left = self._rule.count
        for wall in self._ticks() if self._rule.fine else self._by_days():
            if wall < self._start:
                continue
            if wall > self._last or left == 0:
                return
            if left is not None:
                left -= 1
            yield wall
        self.unfinished = left != 0 and self._rule.until is None

    # --- steps of a day and more -----------------------------------------------------------------

    def _by_days(self) -> Iterator[datetime]:
        times = self._times_of_day()
        places, first = self._rule.by_set_pos, self._first.toordinal()
        for days in self._periods():
            self._meter.spend(1 + len(places))
            if places:
                yield from _picked(places, days, times)
                continue
            for day in days:
                if day >= first:
                    for clock in times:
                        self._meter.spend()
                        yield datetime.combine(date.fromordinal(day), clock)

    def _times_of_day(self) -> list[time]:
        rule, start = self._rule, self._start
        hours = rule.by_hour or (start.hour,)
        minutes, seconds = rule.by_minute or (start.minute,), rule.by_second or (start.second,)
        self._meter.spend(len(hours) * len(minutes) * len(seconds))
        return [time(hour, minute, second) for hour in hours for minute in minutes for second in seconds]

    def _periods(self) -> Iterator[list[int]]:
        """The days of each period in turn, beginning with the one that ``first`` falls in or one before."""
        days = self._days
        if self._rule.freq == "YEARLY":
            return (days.of_year(year) for year in self._steps(_year))
        if self._rule.freq == "MONTHLY":
            return (days.of_month(index // 12, index % 12 + 1) for index in self._steps(_month))
        if self._rule.freq == "WEEKLY":
            return (days.of_week(first) for first in self._steps(_week, 7))
        return ([day] if days.fits(day) else [] for day in self._steps(_day))

    def _steps(self, number: Callable[[Rule, date], int], unit: int = 1) -> range:
        """The numbers of the periods, ``unit`` being the distance of two neighbours."""
        base, first, last = (
            number(self._rule, wall.date()) for wall in (self._start, self._first, self._last)
        )
        step = self._rule.interval * unit
        return range(base + max(0, (first - base) // step - 1) * step, last + 1, step)

    # --- finer steps -----------------------------------------------------------------------------

    def _ticks(self) -> Iterator[datetime]:
        """Hours, minutes or seconds; days and hours that do not fit are passed in one step."""
        rule, unit = self._rule, _UNITS[self._rule.freq]
        step = rule.interval * unit
        base = _seconds(self._start) // unit * unit
        at, last = _at_or_after(_seconds(self._first) // unit * unit, base, step), _seconds(self._last)
        while at <= last:
            self._meter.spend()
            day, clock = divmod(at, _DAY)
            if not self._days.fits(day):
                at = _at_or_after((day + 1) * _DAY, base, step)
            elif rule.by_hour and clock // 3_600 not in rule.by_hour:
                at = _at_or_after(at - at % 3_600 + 3_600, base, step)
            else:
                yield from self._in_unit(at)
                at += step

    def _in_unit(self, at: int) -> Iterator[datetime]:
        """The times within one hour, minute or second."""
        rule, start = self._rule, self._start
        moment = datetime.combine(date.fromordinal(at // _DAY), time()) + timedelta(seconds=at % _DAY)
        minutes: Sequence[int] = rule.by_minute or (start.minute,)
        seconds: Sequence[int] = rule.by_second or (start.second,)
        if rule.freq != "HOURLY":
            minutes = _only(moment.minute, rule.by_minute)
        if rule.freq == "SECONDLY":
            seconds = _only(moment.second, rule.by_second)
        times = [moment.replace(minute=minute, second=second) for minute in minutes for second in seconds]
        self._meter.spend(len(times) + len(rule.by_set_pos))
        if not rule.by_set_pos:
            yield from times
            return
        for place in _places(rule.by_set_pos, len(times)):
            yield times[place]


def _picked(places: Sequence[int], days: Sequence[int], times: Sequence[time]) -> Iterator[datetime]:
    """The BYSETPOS places of all times of all days of one period."""
    for place in _places(places, len(days) * len(times)):
        day, clock = divmod(place, len(times))
        yield datetime.combine(date.fromordinal(days[day]), times[clock])


def _places(places: Sequence[int], length: int) -> list[int]:
    """Indexes in order of the places, from 1 on or from -1 backwards, that a list of that length has."""
    found = {place - 1 if place > 0 else length + place for place in places}
    return sorted(place for place in found if 0 <= place < length)


def _year(rule: Rule, day: date) -> int:
    return week_of(day.toordinal(), rule.week_start)[0] if rule.by_week_no else day.year


def _month(_rule: Rule, day: date) -> int:
    return day.year * 12 + day.month - 1


def _week(rule: Rule, day: date) -> int:
    return day.toordinal() - (day.weekday() - rule.week_start) % 7


def _day(_rule: Rule, day: date) -> int:
    return day.toordinal()


def _only(value: int, allowed: Sequence[int]) -> Sequence[int]:
    return (value,) if not allowed or value in allowed else ()


def _at_or_after(at: int, base: int, step: int) -> int:
    """The first of ``base + n * step`` that is not before ``at``."""
    return base + max(0, -((base - at) // step)) * step


def _seconds(wall: datetime) -> int:
    return wall.toordinal() * _DAY + wall.hour * 3_600 + wall.minute * 60 + wall.second
