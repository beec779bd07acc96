"""How often a series comes, as a person says it, and the rule that it makes (T11, T12).

A week of "every 2 weeks" is the seven days that begin with the first day asked for, so that nobody's first
turn is cut short by a Sunday: the rule says so with WKST.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from ...errors import Fault, Invalid
from ..dates import Order, explain, read_day
from ..moments import DAY_NAMES, Zone, day_of
from ..text import tidy
from .drawing import PATIENCE
from .expand import occurrences
from .instants import end_in_utc
from .rule import Rule, Until

Kind = Literal["weeks", "days", "month_day", "month_weekday"]

LONGEST_COUNT = 20_000
"""Visits that a series may have; more is no series of appointments."""
MOST_APART = 999
"""Days, weeks or months from one visit to the next."""
LAST = -1

_NUMBERS = {
    "1st": 1, "first": 1, "2nd": 2, "second": 2, "3rd": 3, "third": 3, "4th": 4, "fourth": 4, "last": LAST,
}  # fmt: skip
_WORDS = tuple(map(str.casefold, DAY_NAMES))
_TIMES = re.compile(r"(\d{1,6}) ?(?:x|times?|visits?)?")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A rule that the form can ask for.

    ``weekdays`` (Monday 0) are those of ``weeks``, or the one of ``month_weekday``; ``number`` is which one
    of the month, or the day of ``month_day``; :data:`LAST` counts from its end. ``until`` is the last day.
    """

    kind: Kind
    every: int = 1
    weekdays: tuple[int, ...] = ()
    number: int = 0
    until: date | None = None
    count: int | None = None

    def rule(self, start: date, zone: Zone) -> Rule:
        """The rule of a series that begins on ``start`` or after it; its end is told in UTC."""
        until = Until(datetime.combine(self.until, time()), "date") if self.until else None
        rule = Rule(_FREQUENCIES[self.kind], until=until, count=self.count, interval=self.every)
        if self.kind == "weeks":
            week = start.weekday() if self.every > 1 and len(self.weekdays) > 1 else 0
            rule = replace(rule, by_day=tuple((day, 0) for day in self.weekdays), week_start=week)
        elif self.kind == "month_day":
            rule = replace(rule, by_month_day=(self.number,))
        elif self.kind == "month_weekday":
            rule = replace(rule, by_day=((self.weekdays[0], self.number),))
        return end_in_utc(rule, zone)

    @property
    def remark(self) -> str:
        """What such a rule leaves out, in words (T12)."""
        if self.kind == "month_day" and self.number > 28:
            return f"months without a {self.number}th are left out".replace("31th", "31st")
        return ""


_FREQUENCIES: dict[str, str] = {
    "weeks": "WEEKLY", "days": "DAILY", "month_day": "MONTHLY", "month_weekday": "MONTHLY",
}  # fmt: skip


def pattern_of(rule: Rule, start: date, zone: Zone) -> Pattern | None:
    """The pattern that makes ``rule``, or None where the form has no words for it.

    ``start`` is a day on which it comes: what a rule leaves unsaid is taken from it.
    """
    said = _said(rule, start)
    pattern = _unended(said)
    if pattern is None:
        return None
    end = None
    if rule.until is not None:
        at = int(rule.until.at.replace(tzinfo=UTC).timestamp())
        end = day_of(at, zone) if rule.until.kind == "utc" else rule.until.at.date()
    pattern = replace(pattern, every=rule.interval, until=end, count=rule.count)
    plain = (replace(one, until=None, week_start=0) for one in (pattern.rule(start, zone), said))
    return pattern if len({str(one) for one in plain}) == 1 else None


def _said(rule: Rule, start: date) -> Rule:
    if rule.by_day or rule.by_month_day or rule.by_year_day:
        return rule
    if rule.freq == "WEEKLY":
        return replace(rule, by_day=((start.weekday(), 0),))
    return replace(rule, by_month_day=(start.day,)) if rule.freq == "MONTHLY" else rule


def _unended(rule: Rule) -> Pattern | None:
    if rule.freq == "DAILY":
        return Pattern("days")
    if rule.freq == "WEEKLY":
        return Pattern("weeks", weekdays=tuple(day for day, _ in rule.by_day))
    if rule.freq == "MONTHLY" and len(rule.by_month_day) == 1:
        return Pattern("month_day", number=rule.by_month_day[0])
    if rule.freq == "MONTHLY" and len(rule.by_day) == 1:
        return Pattern("month_weekday", weekdays=(rule.by_day[0][0],), number=rule.by_day[0][1])
    return None


def moved(rule: Rule, from_: date, to: date, zone: Zone) -> Rule | None:
    """The rule of a series whose visit of one day goes to another; None where it does not say how.

    An end by date goes along by as many days.
    """
    pattern = pattern_of(rule, from_, zone)
    if pattern is None or from_ == to:
        return rule if from_ == to else None
    if pattern.kind == "weeks":
        days = {to.weekday() if day == from_.weekday() else day for day in pattern.weekdays}
        pattern = replace(pattern, weekdays=tuple(sorted(days)))
    elif pattern.kind == "month_day":
        last = pattern.number == LAST and (to + timedelta(days=1)).day == 1
        pattern = replace(pattern, number=LAST if last else to.day)
    elif pattern.kind == "month_weekday":
        pattern = replace(pattern, weekdays=(to.weekday(),), number=_number_of(to))
    if pattern.until is not None:
        pattern = replace(pattern, until=pattern.until + (to - from_))
    return replace(pattern.rule(to, zone), week_start=rule.week_start)


def first_day(rule: Rule, start: datetime) -> datetime | None:
    """The first wall time at or after ``start`` that the rule gives; the end of the rule is not looked at."""
    found = occurrences(replace(rule, until=None, count=None), start, most=1, patience=PATIENCE)
    return found.walls[0] if found.walls else None


# --- what is typed -------------------------------------------------------------------------------


def read_pattern(
    kind: Kind, every: str, on: str, ends: str, *, start: date, today: date, order: Order = "dmy"
) -> Pattern:
    """The pattern that the form's fields mean; :class:`Invalid` with every fault.

    ``every`` and ``on`` may be empty: once, and as the start is. ``ends`` is a number of times or a day;
    empty goes on.
    """
    faults: list[Fault] = []
    pattern = Pattern(kind, _every(every, faults))
    pattern = _on(pattern, " ".join(on.casefold().replace(",", " ").split()), start, faults)
    pattern = _ends(pattern, ends.strip(), start, today, order, faults)
    if faults:
        raise Invalid(faults)
    return pattern


def _every(text: str, faults: list[Fault]) -> int:
    text = text.strip()
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= MOST_APART):
        faults.append(Fault("every", f"is a whole number from 1 to {MOST_APART}"))
        return 1
    return int(text)


def _on(pattern: Pattern, text: str, start: date, faults: list[Fault]) -> Pattern:
    if pattern.kind == "weeks":
        found = [_weekday(word) for word in text.split()] or [start.weekday()]
        if None in found:
            faults.append(Fault("on", f"“{tidy(text, limit=30)}” are no weekdays, such as mon thu"))
        return replace(pattern, weekdays=tuple(sorted({day for day in found if day is not None})))
    if pattern.kind == "month_day":
        return replace(pattern, number=_month_day(text, start, faults))
    if pattern.kind == "month_weekday":
        return _month_weekday(pattern, text, start, faults)
    if text:
        faults.append(Fault("on", "stays empty for every so many days"))
    return pattern


def _month_day(text: str, start: date, faults: list[Fault]) -> int:
    if not text:
        return start.day
    if text in ("last", "last day"):
        return LAST
    digits = re.fullmatch(r"([0-9]{1,2})(?:st|nd|rd|th)?", text)
    if digits and 1 <= int(digits[1]) <= 31:
        return int(digits[1])
    faults.append(Fault("on", "is a day of the month from 1 to 31, or last"))
    return 1


def _month_weekday(pattern: Pattern, text: str, start: date, faults: list[Fault]) -> Pattern:
    number, _, word = text.partition(" ")
    if not text:
        return replace(pattern, weekdays=(start.weekday(),), number=_number_of(start))
    weekday = _weekday(word)
    if number not in _NUMBERS or weekday is None:
        said = f"“{tidy(text, limit=30)}” is no weekday of a month, such as 2nd tue or last fri"
        faults.append(Fault("on", said))
        return replace(pattern, weekdays=(0,), number=1)
    return replace(pattern, weekdays=(weekday,), number=_NUMBERS[number])


def _number_of(day: date) -> int:
    """Which of its weekday in its month; the fifth one is told as the last, for most months have none."""
    number = (day.day - 1) // 7 + 1
    return LAST if number > 4 else number


def _weekday(word: str) -> int | None:
    found = [at for at, name in enumerate(_WORDS) if len(word) > 1 and name.startswith(word.rstrip("."))]
    return found[0] if len(found) == 1 else None


def _ends(
    pattern: Pattern, text: str, start: date, today: date, order: Order, faults: list[Fault]
) -> Pattern:
    if not text:
        return pattern
    if times := _TIMES.fullmatch(text.casefold()):
        if not 1 <= int(times[1]) <= LONGEST_COUNT:
            faults.append(Fault("ends", f"is from 1 to {LONGEST_COUNT} times"))
        return replace(pattern, count=int(times[1]))
    day = read_day(text, today, order)
    if day is None:
        faults.append(Fault("ends", f"is a number of times, such as 10 times, or a day: {explain(text)}"))
    elif day < start:
        faults.append(Fault("ends", "is before the first visit"))
    return replace(pattern, until=day)


def typed(pattern: Pattern) -> dict[str, str]:
    """The form's fields for a pattern: the inverse of :func:`read_pattern`."""
    days = " ".join(_WORDS[day][:3] for day in pattern.weekdays)
    names = {number: word for word, number in reversed(_NUMBERS.items())}
    on = {
        "weeks": days,
        "days": "",
        "month_day": "last" if pattern.number == LAST else str(pattern.number),
        "month_weekday": f"{names.get(pattern.number, '')} {days}",
    }[pattern.kind]
    ends = f"{pattern.count} times" if pattern.count else pattern.until.isoformat() if pattern.until else ""
    return {"kind": pattern.kind, "every": str(pattern.every), "on": on, "ends": ends}
