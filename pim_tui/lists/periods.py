"""Spans of days that people ask for by name; pure functions of today."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple


class Period(NamedTuple):
    """Days from ``first`` to ``last``, both included; None is open. ``key`` names it, ``title`` shows it."""

    key: str
    title: str
    first: date | None
    last: date | None


ANY = Period("any", "Any time", None, None)


def periods(today: date) -> tuple[Period, ...]:
    """What a date filter offers besides a span of one's own; weeks begin on Monday."""
    monday = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    quarter = month.replace(month=(month.month - 1) // 3 * 3 + 1)
    before = (month - timedelta(days=1)).replace(day=1)
    return (
        ANY,
        Period("today", "Today", today, today),
        Period("week", "This week", monday, monday + timedelta(days=6)),
        Period("last_week", "Last week", monday - timedelta(days=7), monday - timedelta(days=1)),
        Period("month", "This month", month, _month_end(month)),
        Period("last_month", "Last month", before, month - timedelta(days=1)),
        Period("quarter", "This quarter", quarter, _month_end(quarter + timedelta(days=70))),
        Period("year", "This year", date(today.year, 1, 1), date(today.year, 12, 31)),
        Period("past", "Up to today", None, today),
        Period("coming", "From today", today, None),
    )


def custom(first: date | None, last: date | None) -> Period:
    """A span of one's own; ends given the wrong way round are put right."""
    if first and last and last < first:
        first, last = last, first
    return Period("custom", "From … to …", first, last)


def _month_end(first: date) -> date:
    return (first.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
