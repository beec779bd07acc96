"""The wishes of somebody who waits, typed in one line: ``urgent mon,thu mornings dr lee 30m until 20 dec``.

The words are those of :mod:`pim_tui.domain.quickline.wish`; besides them the line says how urgent it is
(``urgent``, ``soon``), the last day that will do (``until 20 dec``), and ``this week`` or ``next week``.
:func:`as_line` writes the line that is read back as the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from ..errors import Fault
from .dates import day_reading
from .moments import MIDNIGHT, WEEKDAYS, minute_text, short_day
from .openings import PARTS
from .quickline import Names
from .quickline import wish as words
from .waiting import Wish

LIMIT = 200

_URGENT = {"urgent": 2, "asap": 2, "soon": 1, "whenever": 0}
_UNTIL = frozenset({"until", "till", "before", "by"})
_LONGEST = 4
"""Words that a day is written in: ``mon 14 dec 2026``."""


@dataclass(slots=True)
class _Read:
    """What only a waiting list asks for, and the words that are left."""

    urgency: int = 0
    first_day: date | None = None
    last_day: date | None = None
    rest: list[str] = field(default_factory=list)


def read_wishes(line: str, names: Names) -> tuple[Wish, list[Fault]]:
    """What the line says, and everything in it that was not understood.

    Without a length it is that of the type, else of the usual type.
    """
    own = _own_words(line[: 2 * LIMIT].split(), names)
    said = words.read_wish(" ".join(own.rest), names)
    first = max(filter(None, (own.first_day, said.first)), default=None)
    wish = Wish(
        said.minutes or _usual(said.type, names),
        own.urgency,
        said.type,
        next(iter(said.staff), None),
        first,
        own.last_day,
        "".join(map(str, sorted(said.weekdays))),
        said.from_minute or None,
        None if said.to_minute == MIDNIGHT else said.to_minute,
    )
    return wish, [Fault("wishes", fault) for fault in _faults(said, wish)]


def _own_words(line: list[str], names: Names) -> _Read:
    read, at = _Read(), 0
    while at < len(line):
        plain = line[at].casefold().strip(",;")
        used = _last_day(plain, line[at + 1 : at + 1 + _LONGEST], read, names)
        if not used and line[at + 1 : at + 2] == ["week"] and plain in ("this", "next"):
            _week(plain == "next", read, names.today)
            used = 2
        if not used and plain in _URGENT:
            read.urgency, used = _URGENT[plain], 1
        if not used:
            read.rest.append(line[at])
        at += used or 1
    return read


def _last_day(plain: str, following: list[str], read: _Read, names: Names) -> int:
    """How many words say until which day; an hour behind "until" is no day."""
    if plain in _UNTIL:
        for size in range(len(following), 0, -1):
            found = day_reading(" ".join(following[:size]).strip(",;"), names.today, names.order)
            if found and found.day and found.form not in ("number", "months", "dotted"):
                read.last_day = found.day
                return size + 1
    return 0


def _week(following: bool, read: _Read, today: date) -> None:
    monday = today - timedelta(days=today.weekday() - 7 * following)
    read.first_day, read.last_day = max(monday, today), monday + timedelta(days=6)


def _usual(type_id: int | None, names: Names) -> int:
    lengths = {one.id: one.minutes for one in names.types}
    return (lengths.get(type_id) if type_id is not None else None) or names.default_minutes


def _faults(said: words.Wish, wish: Wish) -> list[str]:
    found = [said.problem] if said.problem else []
    if len(said.staff) > 1:
        found.append("one can be waited for, or anybody")
    if said.room is not None:
        found.append("nobody waits for a room")
    if wish.first_day and wish.last_day and wish.last_day < wish.first_day:
        found.append("the last day comes before the first")
    return found


def as_line(wish: Wish, staff: str = "", type_name: str = "") -> str:
    """The wish as one types it, with the names of its staff member and type: what is shown, too."""
    said = [("", "soon", "urgent")[wish.urgency], f"{wish.minutes}m", type_name]
    said.append(_weekday_words([int(digit) for digit in wish.weekdays]))
    said.append(_time_words(wish.from_minute or 0, wish.to_minute or MIDNIGHT))
    said.append(f"from {short_day(wish.first_day)}" if wish.first_day else "")
    said.append(f"until {short_day(wish.last_day)}" if wish.last_day else "")
    said.append(f"with {staff}" if staff else "")
    return " ".join(filter(None, said))


def _weekday_words(weekdays: list[int]) -> str:
    """``Mon,Thu``, and three or more in a row as ``Mon-Fri``."""
    if len(weekdays) > 2 and weekdays[-1] - weekdays[0] == len(weekdays) - 1:
        return f"{WEEKDAYS[weekdays[0]]}-{WEEKDAYS[weekdays[-1]]}"
    return ",".join(WEEKDAYS[weekday] for weekday in weekdays)


def _time_words(first: int, last: int) -> str:
    for name, part in PARTS.items():
        if (first, last) == part:
            return f"{name}s"
    told = [f"from {minute_text(first)}"] if first else []
    return " ".join([*told, f"until {minute_text(last)}"] if last < MIDNIGHT else told)
