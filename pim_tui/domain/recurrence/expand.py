"""A rule expanded to wall times, by calendar date (T4), within bounds that no rule gets past."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .days import LAST, LAST_YEAR, Days, week_of
from .rule import Rule

MOST = 1_000
"""Answers given unless more are asked for."""
PATIENCE = 100_000
"""Looks at a day, a period or a time before an expansion is given up: some 270 years of days."""

_DAY = 86_400
_UNITS = {"HOURLY": 3_600, "MINUTELY": 60, "SECONDLY": 1}


@dataclass(frozen=True, slots=True)
class Found:
    """Wall times in order, without doubles. ``cut``: there are, or may be, more in the window."""

    walls: tuple[datetime, ...]
    cut: bool


class _Cut(Exception):
    """Patience has run out."""


class _Beyond(Exception):
    """The calendar has ended before the rule."""


class _Meter:
    """Counts work, so that the bound is the same on every machine."""

    def __init__(self, patience: int) -> None:
        self.left = patience

    def spend(self, looks: int = 1) -> None:
        self.left -= looks
        if self.left < 0:
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
    found: list[datetime] = []
    start = start.replace(microsecond=0)
    try:
        for wall in _walls(rule, start, max(first or start, start), _Meter(patience)):
            if last is not None and wall >= last:
                return Found(tuple(found), False)
            if first is not None and wall < first:
                continue
            if len(found) == most:
                return Found(tuple(found), True)
            found.append(wall)
    except _Cut:
        return Found(tuple(found), True)
    except _Beyond:
        return Found(tuple(found), last is None)
    return Found(tuple(found), False)


def _walls(rule: Rule, start: datetime, first: datetime, meter: _Meter) -> Iterator[datetime]:
    """The rule's own times up to its COUNT and UNTIL; some before ``first`` may be among them."""
    skip_to = start if rule.count is not None else first
    last = rule.until.last if rule.until else datetime.max
    left = rule.count
    times = _ticks(rule, start, skip_to, meter) if rule.fine else _by_days(rule, start, skip_to, meter)
    for wall in times:
        if wall < start:
            continue
        if wall > last or left == 0:
            return
        if left is not None:
            left -= 1
        yield wall
    if left != 0 and rule.until is None:
        raise _Beyond


# --- steps of a day and more ---------------------------------------------------------------------


def _by_days(rule: Rule, start: datetime, skip_to: datetime, meter: _Meter) -> Iterator[datetime]:
    times = _times_of_day(rule, start, meter)
    for days in _periods(rule, start.date(), skip_to.date(), meter):
        meter.spend()
        if rule.by_set_pos:
            yield from _picked(rule.by_set_pos, days, times)
            continue
        for day in days:
            if day >= skip_to.toordinal():
                for clock in times:
                    meter.spend()
                    yield datetime.combine(date.fromordinal(day), clock)


def _times_of_day(rule: Rule, start: datetime, meter: _Meter) -> list[time]:
    hours, minutes, seconds = (
        rule.by_hour or (start.hour,), rule.by_minute or (start.minute,), rule.by_second or (start.second,)
    )  # fmt: skip
    meter.spend(len(hours) * len(minutes) * len(seconds))
    return [time(hour, minute, second) for hour in hours for minute in minutes for second in seconds]


def _picked(places: Sequence[int], days: Sequence[int], times: Sequence[time]) -> Iterator[datetime]:
    """The BYSETPOS places of all times of all days of one period."""
    whole = len(days) * len(times)
    for place in sorted({place - 1 if place > 0 else whole + place for place in places}):
        if 0 <= place < whole:
            day, clock = divmod(place, len(times))
            yield datetime.combine(date.fromordinal(days[day]), times[clock])


def _periods(rule: Rule, start: date, skip_to: date, meter: _Meter) -> Iterator[list[int]]:
    """The days of each period in turn, beginning with the one that ``skip_to`` falls in or one before."""
    days = Days(rule, start, meter.spend)
    if rule.freq == "YEARLY":
        for year in _steps(_year(rule, start), _year(rule, skip_to), rule.interval, LAST_YEAR):
            yield days.of_year(year)
    elif rule.freq == "MONTHLY":
        for index in _steps(_month(start), _month(skip_to), rule.interval, _month(date.max)):
            yield days.of_month(index // 12, index % 12 + 1)
    elif rule.freq == "WEEKLY":
        for first in _steps(_week(rule, start), _week(rule, skip_to), rule.interval * 7, LAST):
            yield days.of_week(first)
    else:
        for day in _steps(start.toordinal(), skip_to.toordinal(), rule.interval, LAST):
            yield [day] if days.fits(day) else []


def _steps(base: int, skip_to: int, step: int, last: int) -> range:
    """``base`` and every ``step`` after it up to ``last``, beginning one step before ``skip_to``."""
    return range(base + max(0, (skip_to - base) // step - 1) * step, last + 1, step)


def _year(rule: Rule, day: date) -> int:
    return week_of(day.toordinal(), rule.week_start)[0] if rule.by_week_no else day.year


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _week(rule: Rule, day: date) -> int:
    return day.toordinal() - (day.weekday() - rule.week_start) % 7


# --- finer steps ---------------------------------------------------------------------------------


def _ticks(rule: Rule, start: datetime, skip_to: datetime, meter: _Meter) -> Iterator[datetime]:
    """Hours, minutes or seconds that many apart; days and hours that do not fit are passed in one step."""
    unit = _UNITS[rule.freq]
    step = rule.interval * unit
    base = _seconds(start) // unit * unit
    days = Days(rule, start.date(), meter.spend)
    at, end = _at_or_after(_seconds(skip_to) // unit * unit, base, step), (LAST + 1) * _DAY
    while at < end:
        meter.spend()
        day, clock = divmod(at, _DAY)
        if not days.fits(day):
            at = _at_or_after((day + 1) * _DAY, base, step)
        elif rule.by_hour and clock // 3_600 not in rule.by_hour:
            at = _at_or_after(at - at % 3_600 + 3_600, base, step)
        else:
            yield from _in_unit(rule, start, at, meter)
            at += step


def _in_unit(rule: Rule, start: datetime, at: int, meter: _Meter) -> Iterator[datetime]:
    """The times within one hour, minute or second."""
    moment = datetime.combine(date.fromordinal(at // _DAY), time()) + timedelta(seconds=at % _DAY)
    minutes: Sequence[int] = rule.by_minute or (start.minute,)
    seconds: Sequence[int] = rule.by_second or (start.second,)
    if rule.freq != "HOURLY":
        minutes = _only(moment.minute, rule.by_minute)
    if rule.freq == "SECONDLY":
        seconds = _only(moment.second, rule.by_second)
    times = [moment.replace(minute=minute, second=second) for minute in minutes for second in seconds]
    meter.spend(len(times))
    if not rule.by_set_pos:
        yield from times
        return
    for place in sorted({place - 1 if place > 0 else len(times) + place for place in rule.by_set_pos}):
        if 0 <= place < len(times):
            yield times[place]


def _only(value: int, allowed: Sequence[int]) -> Sequence[int]:
    return (value,) if not allowed or value in allowed else ()


def _at_or_after(at: int, base: int, step: int) -> int:
    """The first of ``base + n * step`` that is not before ``at``."""
    return base + max(0, -((base - at) // step)) * step


def _seconds(wall: datetime) -> int:
    return wall.toordinal() * _DAY + wall.hour * 3_600 + wall.minute * 60 + wall.second
