"""The wishes of somebody who waits, typed in one line: ``urgent mon,thu mornings with dr lee 30m``.

The words may come in any order: how urgent (``urgent``, ``soon``), weekdays (``mon,thu``, ``mon-fri``),
the time of day (``mornings``, ``afternoons``, ``evenings``, ``9-12``, ``from 14:00``, ``until noon``), days
(``from 1 dec``, ``until 20 dec``, ``next week``), the length (``30m``), the type by its name, and with
whom. :func:`as_line` writes the line that is read back as the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from ..errors import Fault
from .dates import WEEKDAYS, day_reading, read_minutes, read_time
from .moments import day_label, short_day
from .quickline import Names
from .quickline.catalogue import Catalogue, catalogue
from .text import fold, tidy
from .waiting import Wish

PARTS = {"mornings": (0, 12 * 60), "afternoons": (12 * 60, 17 * 60), "evenings": (17 * 60, 24 * 60)}
"""What the parts of a day are called, as minutes after midnight, half-open."""
LIMIT = 200

_URGENT = {"urgent": 2, "asap": 2, "soon": 1, "whenever": 0}
_AFTER, _BEFORE = frozenset({"from", "after", "since"}), frozenset({"until", "till", "before", "by", "to"})
_SMALL = frozenset(
    {"and", "or", "on", "at", "any", "anybody", "anyone", "for", "days", "the", "in", "a", "only"}
)
_WORD = re.compile(r"[^\s,;]+")
_RANGE = re.compile(r"([^-–]+)[-–]([^-–]+)")
_LENGTH = re.compile(r"\d+[a-z'′’]+\d*[a-z]*")
_LONGEST = 4
"""Words that a day is written in: ``mon 14 dec 2026``."""


@dataclass(slots=True)
class _Read:
    """What was understood so far."""

    urgency: int = 0
    minutes: int | None = None
    type_id: int | None = None
    staff_id: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    weekdays: set[int] = field(default_factory=set)
    from_minute: int | None = None
    to_minute: int | None = None
    faults: list[str] = field(default_factory=list)


def read_wishes(line: str, names: Names) -> tuple[Wish, list[Fault]]:
    """What the line says, and everything in it that was not understood.

    Without a length it is that of the type, else of the usual type.
    """
    words = [fold(word) if word.isalpha() else word.casefold() for word in _WORD.findall(line[: LIMIT * 2])]
    book = catalogue(names.staff, names.rooms, names.types)
    said, at = _Read(), 0
    while at < len(words):
        rest = words[at : at + _LONGEST + 1]
        taken = next((used for reader in _READERS if (used := reader(rest, said, names, book))), 0)
        if not taken:
            said.faults.append(f"“{tidy(rest[0], limit=30)}” is not understood")
        at += taken or 1
    return _settled(said, names, book)


def _settled(said: _Read, names: Names, book: Catalogue) -> tuple[Wish, list[Fault]]:
    usual = book.types.by_id[said.type_id].minutes if said.type_id in book.types.by_id else None
    if said.first_day and said.last_day and said.last_day < said.first_day:
        said.faults.append("the last day comes before the first")
    if said.from_minute is not None and said.to_minute is not None and said.to_minute <= said.from_minute:
        said.faults.append("the time of day ends before it begins")
    wish = Wish(
        said.minutes or usual or names.default_minutes, said.urgency, said.type_id, said.staff_id,
        said.first_day, said.last_day, "".join(map(str, sorted(said.weekdays))), said.from_minute,
        said.to_minute,
    )  # fmt: skip
    return wish, [Fault("wishes", fault) for fault in said.faults]


def as_line(wish: Wish, staff: str = "", type_name: str = "") -> str:
    """The wish as one types it, with the names of its staff member and type: what is shown, too."""
    words = [("", "soon", "urgent")[wish.urgency], f"{wish.minutes}m", type_name]
    words.append(_weekday_words([int(digit) for digit in wish.weekdays]))
    words.append(_time_words(wish.from_minute, wish.to_minute))
    words.append(f"from {short_day(wish.first_day)}" if wish.first_day else "")
    words.append(f"until {short_day(wish.last_day)}" if wish.last_day else "")
    words.append(f"with {staff}" if staff else "")
    return " ".join(filter(None, words))


def _weekday_words(weekdays: list[int]) -> str:
    """``Mon,Thu``, and three or more in a row as ``Mon-Fri``."""
    if len(weekdays) > 2 and weekdays[-1] - weekdays[0] == len(weekdays) - 1:
        return f"{_short(weekdays[0])}-{_short(weekdays[-1])}"
    return ",".join(map(_short, weekdays))


def _short(weekday: int) -> str:
    return day_label(date(2024, 1, 1 + weekday))[:3]


def _time_words(first: int | None, last: int | None) -> str:
    for name, part in PARTS.items():
        if (first, last) == part:
            return name
    told = [f"from {_hour(first)}"] if first is not None else []
    return " ".join([*told, f"until {_hour(last)}"] if last is not None else told)


def _hour(minute: int) -> str:
    """On the 24-hour clock with two figures, which has one reading."""
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


# --- the readers: each takes words from the front and tells how many -----------------------------------


def _urgency(rest: list[str], said: _Read, names: Names, book: Catalogue) -> int:
    if rest[0] not in _URGENT:
        return 0
    said.urgency = _URGENT[rest[0]]
    return 1


def _part(rest: list[str], said: _Read, names: Names, book: Catalogue) -> int:
    part = next((part for name, part in PARTS.items() if rest[0] in (name, name[:-1])), None)
    if part is None:
        return 0
    said.from_minute, said.to_minute = part
    return 1


def _weekday(rest: list[str], said: _Read, names: Names, book: Catalogue) -> int:
    ends = _RANGE.fullmatch(rest[0])
    first, last = (ends[1], ends[2]) if ends else (rest[0], rest[0])
    one, other = (_weekday_of(name) for name in (first, last))
    if rest[0] in ("weekdays", "workdays"):
        one, other = 0, 4
    if one is None or other is None:
        return 0
    said.weekdays |= {(one + n) % 7 for n in range((other - one) % 7 + 1)}
    return 1


def _weekday_of(name: str) -> int | None:
    found = WEEKDAYS.get(name.rstrip("."))
    return found if found is not None else WEEKDAYS.get(name.rstrip(".").removesuffix("s"))


def _bound(rest: list[str], said: _Read, names: Names, book: Catalogue) -> int:
    """``from`` or ``until`` with a time of day or a day behind it."""
    if rest[0] not in _AFTER | _BEFORE or len(rest) < 2:
        return 0
    after = rest[0] in _AFTER
    for size in range(len(rest) - 1, 0, -1):
        found = day_reading(" ".join(rest[1 : size + 1]), names.today, names.order)
        if found and found.day and found.form not in ("number", "months", "dotted"):
            if after:
                said.first_day = found.day
            else:
                said.last_day = found.day
            return size + 1
    minute = _minute(rest[1], names, last=not after)
    if minute is None:
        return 0
    if after:
        said.from_minute = minute
    else:
        said.to_minute = minute
    return 2


def _hours(rest: list[str], said: _Read, names: Names, book: Catalogue) -> int:
    """``9-12`` and ``9:00-12:30``."""
    if not (ends := _RANGE.fullmatch(rest[0])):
        return 0
    first, last = _minute(ends[1], names, last=False), _minute(ends[2], names, last=True)
    if first is None or last is None:
        return 0
    said.from_minute, said.to_minute = first, last
    return 1


def _minute(text: str, names: Names, *, last: bool) -> int | None:
    """A time of day as minutes; of two readings the one within the clinic's hours."""
    found = [_of(one) for one in read_time(text)]
    inside = [one for one in found if names.open_from <= one <= names.open_to]
    minute = next(iter((*inside, *found)), None)
    return 24 * 60 if minute == 0 and last else minute


def _of(one: time) -> int:
    return one.hour * 60 + one.minute


def _week(rest: list[str], said: _Read, names: Names, book: Catalogue) -> int:
    if rest[1:2] != ["week"] or rest[0] not in ("this", "next"):
        return 0
    monday = names.today - timedelta(days=names.today.weekday() - 7 * (rest[0] == "next"))
    said.first_day, said.last_day = max(monday, names.today), monday + timedelta(days=6)
    return 2


def _length(rest: list[str], said: _Read, names: Names, book: Catalogue) -> int:
    for size in (2, 1):
        text = "".join(rest[:size])
        if len(rest) >= size and _LENGTH.fullmatch(text) and (minutes := read_minutes(text)):
            said.minutes = minutes
            return size
    return 0


def _with(rest: list[str], said: _Read, names: Names, book: Catalogue) -> int:
    if rest[0] != "with":
        return 0
    return 1 + _staff(rest[1:], said, names, book) if len(rest) > 1 else 0


def _type(rest: list[str], said: _Read, names: Names, book: Catalogue) -> int:
    keys = [fold(word).replace(" ", "") for word in rest]
    for size in range(min(len(keys), book.types.longest), 0, -1):
        found = book.types.whole("".join(keys[:size])) or (book.types.short(keys[0]) if size == 1 else ())
        if len(found) == 1:
            said.type_id = found[0]
            return size
    return 0


def _staff(rest: list[str], said: _Read, names: Names, book: Catalogue) -> int:
    keys = [fold(word).replace(" ", "") for word in rest]
    titles = len(keys) > 1 and keys[0] in ("dr", "doctor", "nurse", "prof")
    found, used = book.staff.find(keys)
    if not found and titles:
        found, used = book.staff.find(keys[1:])
        used += 1 if found else 0
    if len(found) > 1:
        said.faults.append(
            f"“{tidy(rest[0], limit=30)}” may be {' or '.join(book.staff.names[one] for one in found[:3])}"
        )
    elif found:
        said.staff_id = found[0]
    return used


def _small(rest: list[str], said: _Read, names: Names, book: Catalogue) -> int:
    return int(rest[0] in _SMALL)


_READERS = (
    _urgency, _part, _week, _bound, _weekday, _hours, _length, _with, _small, _type, _staff,
)  # fmt: skip
