"""A recurrence rule: read from an RRULE value as files really hold it, written in one normal form."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Literal, TypeVar

from ...errors import Refused
from ..text import tidy

T = TypeVar("T", int, tuple[int, int])

LONGEST = 1000
"""Characters of a rule, as written by a file and in normal form."""

FREQUENCIES = ("SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

_MOST = 9_999_999_999
"""The largest number a rule may hold; any step that long ends behind the last year."""
_UNTIL = re.compile(r"(\d{8})(?:T(\d{4}|\d{6})(Z?))?")
_DAY = re.compile(rf"([+-]?\d{{1,3}})?({'|'.join(DAYS)})")


class BadRule(Refused):
    """A rule that means nothing; the words say which part of it and why."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "Write the dates by hand, or mend the rule.", rule="T11")


@dataclass(frozen=True, slots=True)
class Until:
    """Where a rule ends, inclusive: a ``date`` (the whole day), a ``local`` wall time or one in ``utc``."""

    at: datetime
    kind: Literal["date", "local", "utc"]

    @property
    def last(self) -> datetime:
        """The last wall time that still belongs to the rule, in the clock that ``kind`` names."""
        return datetime.combine(self.at.date(), time.max) if self.kind == "date" else self.at

    def __str__(self) -> str:
        at = self.at
        day = f"{at.year:04}{at.month:02}{at.day:02}"
        if self.kind == "date":
            return day
        return f"{day}T{at.hour:02}{at.minute:02}{at.second:02}{'Z' if self.kind == 'utc' else ''}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One RRULE. The lists are sorted and without doubles; ``by_day`` holds (weekday, number), Monday 0.

    The number is 0 for every such weekday of the period. ``str`` gives the normal form, in which the
    parts stand in the order of RFC 5545 and defaults are left out.
    """

    freq: str
    until: Until | None = None
    count: int | None = None
    interval: int = 1
    by_second: tuple[int, ...] = ()
    by_minute: tuple[int, ...] = ()
    by_hour: tuple[int, ...] = ()
    by_day: tuple[tuple[int, int], ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_year_day: tuple[int, ...] = ()
    by_week_no: tuple[int, ...] = ()
    by_month: tuple[int, ...] = ()
    by_set_pos: tuple[int, ...] = ()
    week_start: int = 0

    def __str__(self) -> str:
        parts = [f"FREQ={self.freq}"]
        if self.until:
            parts.append(f"UNTIL={self.until}")
        if self.count is not None:
            parts.append(f"COUNT={self.count}")
        if self.interval != 1:
            parts.append(f"INTERVAL={self.interval}")
        for name, (field, _, _) in _LISTS.items():
            values = getattr(self, field)
            if values:
                parts.append(f"{name}={','.join(map(_day_text if field == 'by_day' else str, values))}")
        if self.week_start:
            parts.append(f"WKST={DAYS[self.week_start]}")
        return ";".join(parts)

    @property
    def fine(self) -> bool:
        """Whether it steps by less than a day."""
        return self.freq in FREQUENCIES[:3]


_LISTS: dict[str, tuple[str, range, int | None]] = {
    "BYSECOND": ("by_second", range(60), 60),
    "BYMINUTE": ("by_minute", range(60), None),
    "BYHOUR": ("by_hour", range(24), None),
    "BYDAY": ("by_day", range(-53, 54), None),
    "BYMONTHDAY": ("by_month_day", range(-31, 32), None),
    "BYYEARDAY": ("by_year_day", range(-366, 367), None),
    "BYWEEKNO": ("by_week_no", range(-53, 54), None),
    "BYMONTH": ("by_month", range(1, 13), None),
    "BYSETPOS": ("by_set_pos", range(-366, 367), None),
}
"""The list parts in their order: the field, what may stand in it (0 only where a range begins with it),
and a value that is legal and never comes."""


def read_rule(text: str) -> Rule:
    """The rule that an RRULE value means; :class:`BadRule` says what is wrong with it.

    Tolerated as real files hold it: small letters, blanks, a trailing semicolon, semicolons behind a
    backslash, X- parts, UNTIL in any form, COUNT beside UNTIL, COUNT=-1 for none.
    """
    if len(text) > LONGEST:
        raise BadRule(f"The rule is longer than {LONGEST} characters.")
    parts = _parts(text)
    freq = parts.pop("FREQ", "")
    if freq not in FREQUENCIES:
        raise BadRule(f"FREQ={_short(freq)} is no frequency." if freq else "The rule has no FREQ.")
    values: dict[str, Any] = {}
    for name, value in parts.items():
        field, read = _reader(name)
        values[field] = read(name, value)
    rule = Rule(freq, **values)
    _require_sense(rule)
    return short(rule)


def short(rule: Rule) -> Rule:
    """The rule, if its normal form is not longer than a table keeps; else :class:`BadRule`."""
    if len(str(rule)) > LONGEST:
        raise BadRule(f"The rule is longer than {LONGEST} characters.")
    return rule


def _parts(text: str) -> dict[str, str]:
    """The parts by name, in upper case and without blanks; those that change nothing are left out."""
    parts: dict[str, str] = {}
    for part in "".join(text.replace("\\", "").split()).upper().split(";"):
        name, equals, value = part.partition("=")
        if not part or name.startswith("X-") or (name, value) in _MEANINGLESS:
            continue
        if not equals or not value:
            raise BadRule(f"{_short(part)} says nothing.")
        if name in parts:
            raise BadRule(f"{_short(name)} stands in the rule twice.")
        parts[name] = value
    return parts


_MEANINGLESS = (("RSCALE", "GREGORIAN"), ("SKIP", "OMIT"), ("COUNT", "-1"))
"""What RFC 7529 adds, where it asks for what is done anyway, and how some programs write no count."""


def _reader(name: str) -> tuple[str, Callable[[str, str], object]]:
    """The field that a part fills, and how its value is read."""
    if name in _LISTS:
        return _LISTS[name][0], _read_days if name == "BYDAY" else _read_list
    if name in _OTHERS:
        return _OTHERS[name]
    raise BadRule(f"{_short(name)} is no part of a rule that this program knows.")


def _read_list(name: str, text: str) -> tuple[int, ...]:
    _, allowed, never = _LISTS[name]
    found = {_number(name, value, signed=allowed.start < 0) for value in text.split(",")}
    for value in found:
        if value != never and (value not in allowed or (value == 0 and allowed.start)):
            raise BadRule(f"{name} cannot be {value}.")
    return _some(name, {value for value in found if value != never})


def _read_days(name: str, text: str) -> tuple[tuple[int, int], ...]:
    found = set()
    for value in text.split(","):
        matched = _DAY.fullmatch(value)
        if matched is None or int(matched[1] or 0) not in _LISTS[name][1]:
            raise BadRule(f"{_short(value)} is no weekday of a rule, such as MO or -1FR.")
        number = int(matched[1] or 0)
        if number or not matched[1]:
            found.add((DAYS.index(matched[2]), number))
    return _some(name, found)


def _some(name: str, found: set[T]) -> tuple[T, ...]:
    """The values in order; none at all would turn the part into its opposite."""
    if not found:
        raise BadRule(f"{name} names nothing that ever comes.")
    return tuple(sorted(found))


def _read_number(name: str, text: str) -> int:
    if value := _number(name, text, signed=False):
        return value
    raise BadRule(f"{name} cannot be 0.")


def _read_until(_name: str, text: str) -> Until:
    matched = _UNTIL.fullmatch(text.replace("-", "").replace(":", ""))
    try:
        if matched is None:
            raise ValueError
        day, clock, zulu = matched.groups()
        if clock is None:
            return Until(datetime.strptime(day, "%Y%m%d"), "date")
        seconds = min(int(clock[4:] or 0), 59)
        at = datetime.strptime(day + clock[:4], "%Y%m%d%H%M").replace(second=seconds)
    except ValueError:
        raise BadRule(f"UNTIL={_short(text)} is no date.") from None
    return Until(at, "utc" if zulu else "local")


def _read_week_start(name: str, text: str) -> int:
    if text in DAYS:
        return DAYS.index(text)
    raise BadRule(f"{name}={_short(text)} is no weekday.")


_OTHERS: dict[str, tuple[str, Callable[[str, str], object]]] = {
    "UNTIL": ("until", _read_until),
    "COUNT": ("count", _read_number),
    "INTERVAL": ("interval", _read_number),
    "WKST": ("week_start", _read_week_start),
}


def _number(name: str, text: str, *, signed: bool) -> int:
    sign = "[+-]?" if signed else r"\+?"
    if not re.fullmatch(rf"{sign}[0-9]{{1,10}}", text):
        raise BadRule(f"{name}={_short(text)} is no number.")
    return min(int(text), _MOST)


def _require_sense(rule: Rule) -> None:
    """Refuse what RFC 5545 forbids and what can never come true."""
    numbered = [number for _, number in rule.by_day if number]
    if numbered and rule.freq not in ("MONTHLY", "YEARLY"):
        raise BadRule(f"A numbered weekday belongs to monthly and yearly rules, not to {rule.freq}.")
    if numbered and rule.by_week_no:
        raise BadRule("A numbered weekday cannot stand beside BYWEEKNO.")
    in_month = rule.freq == "MONTHLY" or rule.by_month
    if in_month and rule.by_day and all(abs(number) > 5 for _, number in rule.by_day):
        raise BadRule(f"No month has {_day_text(rule.by_day[0])}: a weekday comes at most five times.")


def _day_text(day: tuple[int, int]) -> str:
    weekday, number = day
    return f"{number or ''}{DAYS[weekday]}"


def _short(text: str) -> str:
    """What is quoted of a file's own words, harmless to display."""
    return tidy(text, limit=30)
