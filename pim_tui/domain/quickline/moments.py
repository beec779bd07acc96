"""Finds the days, times and lengths in a quick line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time, timedelta

from ..dates import MONTHS, WEEKDAYS, DayReading, day_reading, read_day
from ..hours import read_minutes, read_time
from ..moments import day_label
from .settled import Said
from .shapes import Ask, Names
from .words import Line

_DAY_STARTS = frozenset(
    {"in", "next", "this", "last", "coming", "day", "today", "tdy"}
    | {"tomorrow", "tmr", "tmrw", "tomo", "yesterday"}
)
_TIME = re.compile(
    r"@?(?:\d{1,2}[:.]\d\d(?:am?|pm?)?|\d{1,2}(?:am?|pm?)|\d{3,4}(?:am|pm)?|\d{1,2}h(?:\d\d)?)"
)
_MINUTES = re.compile(r"\d+(?:m|mins?|minutes?|'|′|’)|\d+(?:h|hrs?|hours?)(?:\d+m?)?|\d+[:.,]\d+h")
_MINUTE_WORDS = frozenset({"m", "min", "mins", "minute", "minutes", "h", "hr", "hrs", "hour", "hours"})
_HALVES = frozenset({"am", "pm", "a.m", "p.m"})
_UNTIL = frozenset({"to", "till", "until"})
_RANGE = re.compile(r"(\d{1,2}(?:[:.]?\d\d)?)(am?|pm?)?[-–](\d{1,2}(?:[:.]?\d\d)?)(am?|pm?)?")
_NOONS = frozenset({"noon", "midday", "midnight"})
#: ``5h`` is a length, ``6h`` a time of day.
_LONGEST_IN_HOURS = 5
_BIRTH_AGE = timedelta(days=366)


def find_days(line: Line, names: Names, said: Said) -> None:
    """Take every day that is certain by its spelling; a bare weekday or number waits.

    Longer spellings first, so "14 dec 2026" is one; in "may 14 dec" the month that is no first name
    gets the number. A day with a year more than a year ago is a birth date: it identifies the
    customer.
    """
    for size in (4, 3, 2, 1):
        for first in list(line.open()):
            if not (line.free(first, first + size) and _may_start_day(line.bare(first))):
                continue
            if _gives_number_away(line, first, size):
                continue
            found = day_reading(line.phrase(first, first + size), names.today, names.order)
            if found and found.form not in ("weekday", "number", "months", "dotted"):
                _keep_day(line, names, said, found, first, first + size)


def find_in_weeks(line: Line, names: Names, said: Said) -> None:
    """Take ``in 2 weeks`` and ``in 7d`` before "in 2" can be a room."""
    for size in (3, 2):
        for first in list(line.open()):
            if line.bare(first) == "in" and line.free(first, first + size):
                found = day_reading(line.phrase(first, first + size), names.today, names.order)
                if found and found.form == "offset":
                    _keep_day(line, names, said, found, first, first + size)


def _may_start_day(bare: str) -> bool:
    return bare[:1] in "+-" or bare[:1].isdigit() or bare in _DAY_STARTS or bare[:3] in MONTHS


def _gives_number_away(line: Line, first: int, size: int) -> bool:
    """Whether "may 14 dec" stands here: May, a name, leaves the number to the month behind it."""
    return (
        size < 4
        and line.bare(first) in ("may", "june", "april", "august", "jan")
        and line.bare(first + 1).isdigit()
        and line.bare(first + 2) in MONTHS
    )


def _keep_day(line: Line, names: Names, said: Said, found: DayReading, first: int, last: int) -> None:
    if found.day is None:
        shown = line.phrase(first, last)
        said.asks.append(Ask("day", f"There is no day “{shown}”.", why="unknown"))
        line.take("unknown", first, last)
    elif found.year_given and names.today - found.day > _BIRTH_AGE:
        line.take("customer", first, last)
    else:
        said.days.append(found)
        line.take("day", first, last)


def find_minutes(line: Line, said: Said) -> None:
    """Take every length: ``30m``, ``1h30``, ``90 min``, ``1 hour 30 min``; ``m`` is minutes."""
    for size in (4, 2, 1):
        for first in list(line.open()):
            if not line.free(first, first + size) or not line.bare(first)[:1].isdigit():
                continue
            if not _is_length(line, first, size):
                continue
            found = read_minutes(line.phrase(first, first + size).rstrip("."))
            if found:
                said.minutes.append(found)
                line.take("minutes", first, first + size)


def _is_length(line: Line, first: int, size: int) -> bool:
    bare = line.bare(first)
    if size > 1:
        return all(line.bare(place) in _MINUTE_WORDS for place in range(first + 1, first + size, 2))
    hours, mark, _ = bare.partition("h")
    clock_like = bool(mark) and hours.isdecimal() and bare[len(hours) + 1 :][:1] not in ("r", "o")
    if clock_like and (len(hours) > 2 or int(hours) > _LONGEST_IN_HOURS):
        return False
    return bool(_MINUTES.fullmatch(bare))


def find_times(line: Line, names: Names, said: Said) -> None:
    """Take every time of day and every ``10:30-11:00``; ``10.12`` may also be a day, ``10`` nothing yet."""
    dotted: list[int] = []
    for place in list(line.open()):
        if not line.free(place) or _take_range(line, said, place) or _take_halved(line, said, place):
            continue
        bare = line.bare(place)
        hour = bare.lstrip("@")
        after_at = (bare != hour or line.bare(place - 1) in ("at", "@")) and hour.isdigit() and len(hour) < 3
        if not after_at and not _TIME.fullmatch(bare):
            continue
        found = read_time(hour)
        day = day_reading(bare, names.today, names.order) if "." in bare else None
        if day and day.day:
            dotted.append(place)
        elif found and not (line.is_dialled(place) and not _is_open(found, names)):
            said.times.append(found)
            line.take("time", place, place + 1)
        elif not bare.isdigit():
            said.asks.append(Ask("time", f"There is no time “{line.words[place].text}”.", why="unknown"))
            line.take("unknown", place, place + 1)
    _settle_dotted(line, names, said, dotted)


def _is_open(times: Sequence[time], names: Names) -> bool:
    """Whether the clinic is open at one of them."""
    return any(names.open_from <= one.hour * 60 + one.minute < names.open_to for one in times)


def _take_range(line: Line, said: Said, place: int) -> bool:
    if line.bare(place + 1) in _UNTIL and line.free(place, place + 3):
        text, last = f"{line.bare(place)}-{line.bare(place + 2)}", place + 3
    else:
        text, last = line.bare(place), place + 1
    found = _RANGE.fullmatch(text)
    if not found or not (last > place + 1 or ":" in text or "m" in text):
        return False
    starts, ends = read_time(found[1] + (found[2] or "")), read_time(found[3] + (found[4] or ""))
    gaps = {start: [gap for end in ends if (gap := _gap(start, end)) > 0] for start in starts}
    lengths = {start: min(after) for start, after in gaps.items() if after}
    if not lengths:
        return False
    said.times.append(tuple(lengths))
    said.ends.update(lengths)
    line.take("time", place, last)
    return True


def _take_halved(line: Line, said: Said, place: int) -> bool:
    """``10:30 am`` in two words."""
    if line.bare(place + 1) not in _HALVES or not (found := read_time(line.phrase(place, place + 2))):
        return False
    said.times.append(found)
    line.take("time", place, place + 2)
    return True


def _settle_dotted(line: Line, names: Names, said: Said, places: Sequence[int]) -> None:
    """``10.12`` is the day when the line has another time and no day, or when no clock shows it."""
    for place in places:
        text = line.bare(place)
        found, day = read_time(text), day_reading(text, names.today, names.order)
        if found and not (said.times and not said.days):
            said.times.append(found)
            line.take("time", place, place + 1)
        elif day:
            said.days.append(day)
            line.take("day", place, place + 1)


def find_words(line: Line, names: Names, said: Said) -> None:
    """Read ``noon``, a bare weekday and a bare hour, words that may as well be a name or a number.

    They count only where the line says nothing clearer. Of two weekday words the short one counts.
    """
    noons = [place for place in line.open() if line.bare(place) in _NOONS]
    if not said.times and noons:
        said.times.append(read_time(line.bare(noons[0])))
        line.take("time", noons[0], noons[0] + 1)
    _find_weekday(line, names, said)
    hours = [place for place in line.open() if line.bare(place).isdigit() and len(line.bare(place)) < 3]
    has_day = bool(said.days) or said.weekday is not None
    if len(hours) == 1 and has_day and not said.times and (found := read_time(line.bare(hours[0]))):
        said.times.append(found)
        line.take("time", hours[0], hours[0] + 1)


def _find_weekday(line: Line, names: Names, said: Said) -> None:
    places = sorted(
        (place for place in line.open() if line.bare(place) in WEEKDAYS), key=lambda at: len(line.bare(at))
    )
    given = {found.day for found in said.days}
    shortest = [at for at in places if len(line.bare(at)) == len(line.bare(places[0]))]
    if not given and len({WEEKDAYS[line.bare(at)] for at in shortest}) > 1:
        for place in shortest:
            said.days.append(DayReading(read_day(line.bare(place), names.today), "weekday"))
            line.take("day", place, place + 1)
        return
    for place in places:
        number = WEEKDAYS[line.bare(place)]
        if not given and said.weekday is None:
            said.weekday = number
            line.take("day", place, place + 1)
        elif any(day and day.weekday() == number for day in given) or _has_just_passed(line, said, place):
            said.days = [found.agreeing(number) or found for found in said.days]
            line.take("day", place, place + 1)
        else:
            shown = " or ".join(day_label(day) for day in sorted(day for day in given if day))
            said.notices.append(
                f"“{line.words[place].text}” was taken as a name" + (f": the day is {shown}" if shown else "")
            )


def _has_just_passed(line: Line, said: Said, place: int) -> bool:
    """Whether the weekday at ``place`` stands beside a date and agrees with that of this year, which is over,
    and not with the next one."""
    number = WEEKDAYS[line.bare(place)]
    return line.is_beside("day", place) and any(found.agreeing(number) for found in said.days)


def _gap(start: time, end: time) -> int:
    return (end.hour - start.hour) * 60 + end.minute - start.minute
