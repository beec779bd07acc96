"""What a list was narrowed by, in words: for papers and files, which do not show the filter line."""

from __future__ import annotations

from typing import Any

from ..domain.moments import short_day
from .periods import Period
from .spec import Choice, Chosen, Filter, ListSpec


def narrowed(spec: ListSpec[Any], chosen: Chosen) -> str:
    """``Status: Missed, Canceled; Dates: from 1 Nov 2026``; empty for the whole list.

    Choices that the clinic makes itself are read, so this runs where queries run.
    """
    told = [(one.title, _value(one, chosen[one.key])) for one in spec.filters if chosen.get(one.key)]
    return "; ".join(f"{title}: {value}" for title, value in told if value)


def _value(one: Filter, value: Any) -> str:
    if one.kind == "choice":
        choices: tuple[Choice, ...] = one.load() if one.load else one.choices
        titles = {choice.value: choice.title for choice in choices}
        return ", ".join(titles.get(key, key) for key in value)
    if one.kind == "days":
        return _days(value)
    return "yes" if one.kind == "yes" else str(value)


def _days(period: Period) -> str:
    first = f"from {short_day(period.first)}" if period.first else ""
    last = f"to {short_day(period.last)}" if period.last else ""
    return " ".join(filter(None, (first, last)))
