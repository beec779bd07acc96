"""One line that says what opening is wanted: ``lee follow-up 45m mon,thu morning from +2w``.

The words of the quick line, without a customer and without a time to book; the pieces may come in any
order. Here a name needs no "with", several staff members are all asked, weekdays are those that suit,
and a day is the earliest one.

- ``any``: whoever takes appointments. ``mon,thu``, ``mon-fri``, ``weekdays``, ``weekend``.
- ``morning``, ``afternoon``, ``evening``; ``9-12``, ``9:00-12:00``, ``after 14``, ``before 11:30``.
- ``from +2w``, ``not before 1 dec``, ``next tue``: not before that day.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from ..dates import WEEKDAYS
from ..hours import read_time
from ..moments import MIDNIGHT, day_label
from ..names import SPOKEN_TITLES
from ..openings import PARTS, part_text
from .catalogue import Catalogue, catalogue
from .moments import find_days, find_in_weeks, find_minutes
from .places import Found, find_room, find_short_type, find_staff, find_types
from .settled import Said
from .shapes import Names
from .words import Line, split_words

_ANYBODY = frozenset({"any", "anyone", "anybody", "all", "everyone", "everybody"})
_SAYS_NOTHING = frozenset(
    ("on", "the", "for", "from", "at", "in", "by", "a", "an", "or", "and", "with", "after", "since")
)
_AFTER = frozenset(("after", "from", "since"))
_UNTIL = frozenset(("before", "until", "till", "by", "to"))
_RANGE = re.compile(r"(\d{1,2}(?:[:.]?\d\d)?(?:am|pm)?)[-–](\d{1,2}(?:[:.]?\d\d)?(?:am|pm)?)")
_DAYS = re.compile(r"([a-z]+)[-–]([a-z]+)")
_WEEKDAY_WORDS = {"weekdays": range(5), "weekday": range(5), "weekend": range(5, 7), "weekends": range(5, 7)}


@dataclass(frozen=True, slots=True)
class Wish:
    """What one line was understood to ask for; what is empty or None was not said.

    ``minutes`` is None where the line gives none; ``from_minute`` and ``to_minute`` are minutes after
    midnight. ``problem`` is a sentence about what was not understood; ``sentence`` is what was.
    """

    staff: tuple[int, ...] = ()
    anybody: bool = False
    type: int | None = None
    room: int | None = None
    minutes: int | None = None
    weekdays: frozenset[int] = frozenset()
    from_minute: int = 0
    to_minute: int = MIDNIGHT
    first: dt.date | None = None
    problem: str = ""


@dataclass(slots=True)
class _Times:
    """The parts of the day and the weekdays, while they are collected."""

    weekdays: set[int] = field(default_factory=set)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    anybody: bool = False


def read_wish(line: str, names: Names) -> Wish:
    """What ``line`` asks for. Never raises."""
    book = catalogue(names.staff, names.rooms, names.types)
    words, beyond = split_words(line)
    cut, said, found, times = Line(words), Said(), Found(), _Times()
    find_types(cut, book, found)
    find_staff(cut, book, found)
    _find_ranges(cut, names, times)
    find_in_weeks(cut, names, said)
    find_days(cut, names, said)
    find_minutes(cut, said)
    _find_words(cut, names, times)
    find_room(cut, book, found)
    _find_names(cut, book, found)
    find_short_type(cut, book.types, found)
    left = [cut.words[place].text for place in cut.open() if cut.bare(place) not in _SAYS_NOTHING]
    return _settled(said, found, times, book, [*left, *beyond.split()[:1]])


def _settled(said: Said, found: Found, times: _Times, book: Catalogue, left: list[str]) -> Wish:
    days = [one.day for one in said.days if one.day]
    types, rooms = tuple(dict.fromkeys(found.type)), tuple(dict.fromkeys(found.room))
    starts, ends = max(times.starts, default=0), min(times.ends, default=MIDNIGHT)
    problems = [ask.message for ask in (*found.asks, *said.asks)]
    problems += [f"“{text[:30]}” was not understood." for text in left[:1]]
    if len(types) > 1:
        problems.append(f"{' or '.join(book.types.by_id[one].name for one in types[:3])}?")
    if len(rooms) > 1:
        problems.append(f"{' or '.join(book.rooms.names[one] for one in rooms[:3])}?")
    if starts >= ends:
        problems.append("No time of the day is left.")
    return Wish(
        staff=tuple(dict.fromkeys(found.staff)),
        anybody=times.anybody,
        type=types[0] if len(types) == 1 else None,
        room=rooms[0] if len(rooms) == 1 else None,
        minutes=said.minutes[0] if said.minutes else None,
        weekdays=frozenset(times.weekdays),
        from_minute=starts,
        to_minute=ends,
        first=max(days) if days else None,
        problem=" ".join(problems),
    )


def _find_words(line: Line, names: Names, times: _Times) -> None:
    """Anybody, the weekdays, the parts of the day, and hours after and before."""
    for place in list(line.open()):
        bare = line.bare(place)
        if bare == "not" and line.bare(place + 1) == "before":
            line.take("day", place, place + 2)
            continue
        if bare in _ANYBODY:
            times.anybody = True
        elif (part := PARTS.get(bare.removesuffix("s"))) is not None:
            times.starts.append(part[0])
            times.ends.append(part[1])
        elif days := _weekdays(bare):
            times.weekdays.update(days)
        elif not _take_hours(line, place, names, times):
            continue
        line.take("time", place, place + 1)


def _weekdays(bare: str) -> tuple[int, ...]:
    """The weekdays that one word names, if it does: ``thu``, ``mondays``, ``mon-fri``."""
    if bare in _WEEKDAY_WORDS:
        return tuple(_WEEKDAY_WORDS[bare])
    for word in (bare, bare.removesuffix("s")):
        if word in WEEKDAYS:
            return (WEEKDAYS[word],)
    ends = _DAYS.fullmatch(bare)
    if not ends or not {ends[1], ends[2]} <= WEEKDAYS.keys():
        return ()
    first, last = WEEKDAYS[ends[1]], WEEKDAYS[ends[2]]
    return tuple((first + n) % 7 for n in range((last - first) % 7 + 1))


def _find_ranges(line: Line, names: Names, times: _Times) -> None:
    """``9-12`` and ``9:00-12:00``, before they can be days of December."""
    for place in list(line.open()):
        if ends := _RANGE.fullmatch(line.bare(place)):
            first, last = _minute(ends[1], names), _minute(ends[2], names)
            if first is not None and last is not None:
                times.starts.append(first)
                times.ends.append(last)
                line.take("time", place, place + 1)


def _take_hours(line: Line, place: int, names: Names, times: _Times) -> bool:
    """An hour behind "after" or "before", which goes with it."""
    before = line.bare(place - 1)
    minute = _minute(line.bare(place), names) if before in _AFTER | _UNTIL else None
    if minute is None:
        return False
    (times.starts if before in _AFTER else times.ends).append(minute)
    line.take("time", place - 1, place)
    return True


def _minute(text: str, names: Names) -> int | None:
    """Minutes after midnight; of two readings the one within the clinic's hours."""
    found = [one.hour * 60 + one.minute for one in read_time(text)]
    return next(
        (one for one in found if names.open_from <= one <= names.open_to), found[0] if found else None
    )


def _find_names(line: Line, book: Catalogue, found: Found) -> None:
    """Staff by a bare name, titles before it dropped; who else fits is asked as well."""
    for place in list(line.open()):
        bare = line.bare(place)
        if bare in SPOKEN_TITLES:
            line.take("staff", place, place + 1)
        elif bare and bare not in _SAYS_NOTHING and not line.words[place].quoted:
            keys = [word.key for word in line.words[place : place + 4]]
            taken = next((n for n in range(len(keys)) if not line.free(place + n)), len(keys))
            ids, used = book.staff.find(keys[:taken])
            if ids:
                found.staff.extend(ids)
                line.take("staff", place, place + used)


def told(wish: Wish, staff: str, kind: str, minutes: int) -> str:
    """One sentence: ``Dr Lee · Follow-up · 45 min · on Mon, Thu in the morning · from Mon 7 Dec 2026``."""
    first = f"from {day_label(wish.first)}" if wish.first else ""
    when = part_text(wish.weekdays, wish.from_minute, wish.to_minute) or "any day"
    return " · ".join(filter(None, (staff, kind, f"{minutes} min", when, first, wish.problem)))
