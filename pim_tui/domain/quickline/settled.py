"""What a quick line says about when, and which of its days, times and lengths counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from ..dates import DayReading
from ..moments import day_label
from .shapes import Ask, Choice, Names


@dataclass(slots=True)
class Said:
    """What the line says about when, before it is weighed."""

    days: list[DayReading] = field(default_factory=list)
    times: list[tuple[time, ...]] = field(default_factory=list)
    minutes: list[int] = field(default_factory=list)
    ends: dict[time, int] = field(default_factory=dict)
    asks: list[Ask] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    weekday: int | None = None


def settle_time(said: Said, names: Names) -> tuple[time | None, tuple[time, ...]]:
    """(the time that counts, every reading); an ask is added when it stays open or is missing."""
    readings = tuple(sorted({one for times in said.times for one in times}))
    chosen = {_inside(times, names) for times in said.times}
    if len(chosen) == 1 and (only := chosen.pop()) is not None:
        return only, readings
    if not any(ask.field == "time" for ask in said.asks):
        said.asks.append(_ask_time(readings))
    return None, readings


def _inside(times: Sequence[time], names: Names) -> time | None:
    """The only reading, or the only one in the clinic's hours."""
    if len(times) == 1:
        return times[0]
    fitting = [one for one in times if names.open_from <= one.hour * 60 + one.minute < names.open_to]
    return fitting[0] if len(fitting) == 1 else None


def _ask_time(readings: Sequence[time]) -> Ask:
    if not readings:
        return Ask("time", "At what time?")
    choices = tuple(Choice(f"{one:%H:%M}", one) for one in readings)
    return Ask("time", f"{' or '.join(choice.label for choice in choices)}?", choices, "ambiguous")


def settle_day(said: Said, at: time | None, names: Names) -> tuple[date | None, tuple[date, ...]]:
    """(the day that counts, every reading); missing and several days are asked about."""
    days = tuple(sorted({found.day for found in said.days if found.day}))
    if not days and said.weekday is not None:
        days = (_weekday(said, said.weekday, at, names),)
    if len(days) == 1:
        if days[0] == names.today and at is not None and datetime.combine(days[0], at) <= names.now:
            said.notices.append(f"{at:%H:%M} today has passed, it is {names.now:%H:%M}")
        said.notices += [
            f"{day_label(found.other)} has passed, so {day_label(days[0])}"
            for found in said.days
            if found.other
        ]
        return days[0], days
    if days:
        choices = tuple(Choice(day_label(day), day) for day in days)
        shown = " or ".join(choice.label for choice in choices)
        said.asks.append(Ask("day", f"{shown}?", choices, "ambiguous"))
    elif not any(ask.field == "day" for ask in said.asks):
        said.asks.append(Ask("day", "On which day?"))
    return None, days


def _weekday(said: Said, number: int, at: time | None, names: Names) -> date:
    ahead = (number - names.today.weekday()) % 7
    if ahead == 0 and at is not None and datetime.combine(names.today, at) <= names.now:
        ahead = 7
    day = names.today + timedelta(days=ahead) if names.today < date(9999, 12, 20) else names.today
    if ahead == 0:
        said.notices.append(f"{day_label(day)} is today")
    elif ahead == 7:
        said.notices.append(f"{at:%H:%M} has passed today, so {day_label(day)}")
    return day


def settle_minutes(said: Said, at: time | None, fallback: int) -> tuple[int, bool]:
    """(whole minutes, whether they were typed); two different lengths are asked about."""
    typed = sorted({*said.minutes, *([said.ends[at]] if at in said.ends and at else [])})
    if len(typed) > 1:
        choices = tuple(Choice(f"{minutes} min", minutes) for minutes in typed)
        shown = " or ".join(choice.label for choice in choices)
        said.asks.append(Ask("minutes", f"{shown}?", choices, "ambiguous"))
        return fallback, False
    return (typed[0], True) if typed else (fallback, False)
