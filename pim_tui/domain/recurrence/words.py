"""A rule in the words of the front desk: ``every 2 weeks on Tue, Thu, 10 times``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import MAXYEAR, MINYEAR, UTC, date

from ..moments import WEEKDAYS, Zone, day_of, short_day
from .rule import Rule, Until

_UNITS = {
    "SECONDLY": "second", "MINUTELY": "minute", "HOURLY": "hour", "DAILY": "day", "WEEKLY": "week",
    "MONTHLY": "month", "YEARLY": "year",
}  # fmt: skip
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MOST = 7


def in_words(rule: Rule, zone: Zone) -> str:
    """What the rule says, as briefly as a line allows; the finest parts of odd rules are only hinted at.

    Days are those of ``zone``, the series' own.
    """
    unit = _UNITS[rule.freq]
    every = f"every {unit}" if rule.interval == 1 else f"every {rule.interval} {unit}s"
    return " ".join((every, *_parts(rule))) + _end(rule, zone)


def _parts(rule: Rule) -> Iterator[str]:
    if rule.by_day:
        numbered = any(number for _, number in rule.by_day)
        days = [
            f"{_ordinal(number)} {WEEKDAYS[day]}" if number else WEEKDAYS[day] for day, number in rule.by_day
        ]
        yield f"on {'the ' if numbered else ''}{_listed(days)}"
    if rule.by_month_day:
        from_its_end = " day" if min(rule.by_month_day) < 0 else ""
        yield f"on the {_listed([_ordinal(day) for day in rule.by_month_day])}{from_its_end}"
    if rule.by_month:
        yield f"in {_listed([_MONTHS[month - 1] for month in rule.by_month])}"
    if rule.by_set_pos:
        yield f"(the {_listed([_ordinal(place) for place in rule.by_set_pos])} of these)"
    if rule.by_year_day or rule.by_week_no or rule.by_hour or rule.by_minute or rule.by_second:
        yield "at certain times"


def _end(rule: Rule, zone: Zone) -> str:
    if rule.count is not None:
        return ", once" if rule.count == 1 else f", {rule.count} times"
    return f", until {short_day(_last_day(rule.until, zone))}" if rule.until else ""


def _last_day(until: Until, zone: Zone) -> date:
    if until.kind != "utc" or until.at.year in (MINYEAR, MAXYEAR):  # beside them no zone has days
        return until.at.date()
    return day_of(int(until.at.replace(tzinfo=UTC).timestamp()), zone)


def _listed(words: list[str]) -> str:
    return ", ".join(words[:_MOST]) + (" ..." if len(words) > _MOST else "")


def _ordinal(number: int) -> str:
    """``2nd``, ``last``, ``3rd last``."""
    if number == -1:
        return "last"
    size = abs(number)
    ending = {1: "st", 2: "nd", 3: "rd"}.get(size % 10, "th") if size % 100 not in (11, 12, 13) else "th"
    return f"{size}{ending}{' last' if number < 0 else ''}"
