"""Which days of a year, a month or a week a rule names. Days are ordinals (1 is 1 Jan of the year 1)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date

from .rule import Rule

LAST = date.max.toordinal()

Test = Callable[[date], bool]


class Days:
    """The days of the periods of one rule from ``start`` on; each list is in order, without doubles.

    ``spend`` is told how many days were looked at, and may raise.
    """

    def __init__(self, rule: Rule, start: date, spend: Callable[[int], None]) -> None:
        self._rule = rule
        self._start = start
        self._spend = spend
        self._tests = list(_tests(rule))
        self._weekdays = {weekday for weekday, _ in rule.by_day}

    def fits(self, day: int) -> bool:
        """Whether every part of the rule that speaks of days lets this one stand."""
        self._spend(1)
        at = date.fromordinal(day)
        return all(test(at) for test in self._tests)

    def of_year(self, year: int) -> list[int]:
        """Of a year; by week number of the year of weeks that begins with its week 1."""
        rule, start = self._rule, self._start
        if rule.by_week_no:
            days = self._of_weeks(year)
        elif rule.by_year_day:
            days = _counted(rule.by_year_day, first_of(year), first_of(year + 1))
        elif rule.by_day and not rule.by_month_day and not rule.by_month:
            days = range(first_of(year), first_of(year + 1))
        else:
            months = rule.by_month or ((start.month,) if not rule.by_day else range(1, 13))
            return [day for month in months for day in self.of_month(year, month)]
        return self._standing(days)

    def of_month(self, year: int, month: int) -> list[int]:
        """Of a month."""
        rule = self._rule
        if rule.by_month and month not in rule.by_month:
            return []
        first, length = date(year, month, 1).toordinal(), monthrange(year, month)[1]
        if rule.by_month_day:
            return self._standing(_counted(rule.by_month_day, first, first + length))
        if rule.by_day or rule.by_year_day or rule.by_week_no:
            return self._standing(range(first, first + length))
        return [first + self._start.day - 1] if self._start.day <= length else []

    def of_week(self, first: int) -> list[int]:
        """Of the seven days from ``first`` on."""
        rule = self._rule
        week: Iterable[int] = range(max(1, first), min(first + 7, LAST + 1))
        if not (rule.by_day or rule.by_month_day or rule.by_year_day or rule.by_week_no):
            week = (day for day in week if weekday_of(day) == self._start.weekday())
        return self._standing(week)

    def _of_weeks(self, year: int) -> Iterable[int]:
        rule = self._rule
        weekdays = self._weekdays
        if not (weekdays or rule.by_month_day or rule.by_year_day):
            weekdays = {self._start.weekday()}
        begin, end = week_one(year, rule.week_start), week_one(year + 1, rule.week_start)
        weeks = _counted(rule.by_week_no, begin // 7, end // 7)
        shift = begin % 7
        days = (week * 7 + shift + day for week in weeks for day in range(7))
        return (day for day in days if not weekdays or weekday_of(day) in weekdays)

    def _standing(self, days: Iterable[int]) -> list[int]:
        return [day for day in days if 1 <= day <= LAST and self.fits(day)]


def _tests(rule: Rule) -> Iterable[Test]:
    """What the parts of a rule say of a single day, the cheapest first."""
    if rule.by_month:
        yield lambda day: day.month in rule.by_month
    if rule.by_month_day:
        yield lambda day: _is_counted(rule.by_month_day, *_in_month(day))
    if rule.by_day:
        yield _weekday_test(rule)
    if rule.by_year_day:
        yield lambda day: _is_counted(rule.by_year_day, *_in_year(day))
    if rule.by_week_no:
        yield lambda day: _is_counted(rule.by_week_no, *week_of(day.toordinal(), rule.week_start)[1:])


def _weekday_test(rule: Rule) -> Test:
    """A numbered weekday counts in its month, or in its year where the rule is yearly and names no month."""
    in_year = rule.freq == "YEARLY" and not rule.by_month

    def test(day: date) -> bool:
        weekday = day.weekday()
        for wanted, number in rule.by_day:
            if wanted == weekday and (not number or _is_numbered(day, number, in_year)):
                return True
        return False

    return test


def _is_numbered(day: date, number: int, in_year: bool) -> bool:
    place, length = _in_year(day) if in_year else _in_month(day)
    return (place - 1) // 7 + 1 == number if number > 0 else (length - place) // 7 + 1 == -number


def _in_year(day: date) -> tuple[int, int]:
    """The number of a day in its year, and how many that year has."""
    first = first_of(day.year)
    return day.toordinal() - first + 1, first_of(day.year + 1) - first


def _in_month(day: date) -> tuple[int, int]:
    return day.day, monthrange(day.year, day.month)[1]


def _counted(numbers: Iterable[int], begin: int, end: int) -> list[int]:
    """The places from ``begin`` to before ``end`` with these numbers, from 1 on or from -1 backwards."""
    places = {begin + number - 1 if number > 0 else end + number for number in numbers}
    return sorted(place for place in places if begin <= place < end)


def _is_counted(numbers: tuple[int, ...], number: int, length: int) -> bool:
    return number in numbers or number - length - 1 in numbers


def weekday_of(day: int) -> int:
    """Monday is 0."""
    return (day - 1) % 7


def first_of(year: int) -> int:
    """The ordinal of 1 January; also of the year after the last."""
    before = year - 1
    return before * 365 + before // 4 - before // 100 + before // 400 + 1


def week_one(year: int, week_start: int) -> int:
    """Where the first week of a year begins: the first one with four of its days in the year."""
    january = first_of(year)
    into = (weekday_of(january) - week_start) % 7
    return january - into + (7 if into > 3 else 0)


def week_of(day: int, week_start: int) -> tuple[int, int, int]:
    """The year of weeks a day belongs to, the number of its week, and how many weeks that year has."""
    year = date.fromordinal(day).year
    if day < week_one(year, week_start):
        year -= 1
    elif day >= week_one(year + 1, week_start):
        year += 1
    begin = week_one(year, week_start)
    return year, (day - begin) // 7 + 1, (week_one(year + 1, week_start) - begin) // 7
