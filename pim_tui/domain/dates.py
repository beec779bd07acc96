"""Days as people type them: ``+7d``, ``next tue``, ``14 dec``, ``14/12/26``, ``2026-12-14``.

Used by the quick line and by the calendar's "go to a date". A day without a year, or a bare weekday,
is the nearest one that is today or later (``prefer='future'``), with ``prefer='past'`` the latest one that is
not later than today, or with ``prefer='nearest'`` the one with the fewest days between it and today, the
later of two equals.

- Offsets count from today: ``7d``, ``+2w``, ``-1w``, ``2mo``, ``1y``, ``in 3 weeks``, ``2 days ago``.
  Here ``m`` is months; in the quick line, where lengths are typed too, ``m`` is minutes.
- Months are clipped to the last day of a shorter one: 31 Jan ``+1mo`` is 28 (or 29) Feb.
- ``tue`` and ``this tue`` are the next one, today included; ``next tue`` is the Tuesday of the next
  calendar week (Monday to Sunday), never tomorrow's; ``last tue`` is the latest one before today.
- ``4/5`` follows ``order``; ``14/12`` with ``order='mdy'`` can only be 14 December and is read so.
- A weekday before a date (``tue 24 nov``) decides what the date leaves open: where the day has just passed
  and the weekday agrees with it, but not with the next one, the passed one is meant. Where it agrees with
  neither, one of the two is a slip, and the text is not read.
- A two-digit year is in this century. A day that no calendar has (31 feb) is not read.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from .hours import read_minutes, read_time
from .moments import DAY_NAMES

__all__ = [
    "MONTHS", "WEEKDAYS", "DayReading", "Form", "Order", "Prefer", "add_months", "day_reading",
    "explain", "read_day", "read_end", "read_minutes", "read_start", "read_time",
]  # fmt: skip

Order = Literal["dmy", "mdy", "ymd"]
Prefer = Literal["future", "nearest", "past"]
Form = Literal[
    "word", "offset", "months", "weekday", "week", "month", "iso", "numeric", "dotted", "ordinal", "number"
]


_RECURRING: frozenset[Form] = frozenset({"weekday", "month", "numeric", "dotted", "ordinal", "number"})


@dataclass(frozen=True, slots=True)
class DayReading:
    """A text that has the shape of a day.

    ``day`` is None when no calendar has it (31 feb). ``form`` tells the spellings apart that could
    also mean something else: ``weekday`` (no next/this/last before it), ``months`` (``3m``),
    ``dotted`` (``14.12``, also a time), ``number`` (``14``). ``other`` is what a date
    without its year or month may mean besides: the one on the other side of today, of passed ones only one
    that is nearer.
    """

    day: date | None
    form: Form
    year_given: bool = False
    other: date | None = None

    @property
    def recurs(self) -> bool:
        """Whether there are more such days, each week, month or year."""
        return self.form in _RECURRING and not self.year_given

    def agreeing(self, weekday: int) -> DayReading | None:
        """This reading as a weekday (Monday is 0) decides it; None where it agrees with no day of it."""
        fits = (one for one in (self.day, self.other) if one is not None and one.weekday() == weekday)
        return next((replace(self, day=one, other=None) for one in fits), None)


_DAY_NAMES = tuple(map(str.casefold, DAY_NAMES))
_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip

#: Every accepted spelling of a weekday; Monday is 0.
WEEKDAYS: dict[str, int] = {
    **{name: number for number, name in enumerate(_DAY_NAMES)},
    **{name[:3]: number for number, name in enumerate(_DAY_NAMES)},
    "tues": 1,
    "weds": 2,
    "thur": 3,
    "thurs": 3,
}
#: Every accepted spelling of a month; January is 1.
MONTHS: dict[str, int] = {
    **{name: number for number, name in enumerate(_MONTH_NAMES, 1)},
    **{name[:3]: number for number, name in enumerate(_MONTH_NAMES, 1)},
    "sept": 9,
}

_WORDS = {
    "today": (0, "d"), "tdy": (0, "d"),
    "tomorrow": (1, "d"), "tmr": (1, "d"), "tmrw": (1, "d"), "tomo": (1, "d"),
    "yesterday": (-1, "d"), "day after tomorrow": (2, "d"), "day before yesterday": (-2, "d"),
    "next week": (1, "w"), "last week": (-1, "w"), "next month": (1, "mo"), "last month": (-1, "mo"),
    "next year": (1, "y"), "last year": (-1, "y"),
}  # fmt: skip

_UNIT = r"d|days?|w|wks?|weeks?|mo|mos|months?|m|y|yrs?|years?"
_OFFSET = re.compile(rf"(?:in )?(?P<sign>[+-]?) ?(?P<n>\d{{1,5}}) ?(?P<unit>{_UNIT})(?P<ago> ago)?")
_IN_ONE = re.compile(r"in (?:an?|one) (?P<unit>day|week|month|year)")
_YEAR = r"(?:[ /.,-]*'?(?P<y4>(?:19|20|21)\d\d)|(?:[/-]| ?')(?P<y2>\d\d))?"
_NTH = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_MONTH_WORD = r"(?P<m>[a-z]{3,9})\.?"
_DAY_MONTH = re.compile(rf"{_NTH}(?: of)?[ ./-]*{_MONTH_WORD}{_YEAR}")
_MONTH_DAY = re.compile(rf"{_MONTH_WORD}[ /-]*{_NTH}(?![\d]){_YEAR}")
_ISO = re.compile(r"(\d{4})([./-])(\d{1,2})\2(\d{1,2})")
_NUMERIC = re.compile(r"(\d{1,2})([./-])(\d{1,2})(?:\2(\d{4}|\d{2}))?(\.?)")
_NUMBER = re.compile(r"(\d{1,2})(st|nd|rd|th)?")
_WEEKDAYS_AHEAD: dict[Prefer, int] = {"future": 6, "nearest": 3, "past": 0}
"""Days that a weekday alone may be ahead of today; else it is the one before."""
_LONGEST = 40
_LONGEST_START = 200
"""Characters of a day and a time: every way to part the words is tried."""


def read_day(text: str, today: date, order: Order = "dmy", *, prefer: Prefer = "future") -> date | None:
    """The day ``text`` means on ``today``, or None; the spellings are in the module's docstring."""
    reading = day_reading(text, today, order, prefer=prefer)
    return reading.day if reading else None


def read_end(
    text: str, first: date | None, today: date, order: Order = "dmy", *, prefer: Prefer = "future"
) -> date | None:
    """The last day of a span that begins on ``first``: of several such days the first from then on."""
    reading = day_reading(text, today, order, prefer=prefer)
    if reading is not None and first is not None and reading.recurs:
        return read_day(text, first, order)
    return reading.day if reading else None


def day_reading(
    text: str, today: date, order: Order = "dmy", *, prefer: Prefer = "future"
) -> DayReading | None:
    """What ``text`` looks like as a day, or None when it has no such shape. Never raises.

    A weekday before a date, as in ``mon 23 nov 2026``, has to agree with it.
    """
    plain = " ".join(text[: 2 * _LONGEST].casefold().replace(",", " ").split())
    if not plain or len(plain) > _LONGEST:
        return None
    near = _Near(today, prefer)
    if (reading := _shaped(plain, near, order)) is not None:
        return reading
    name, _, rest = plain.partition(" ")
    weekday = WEEKDAYS.get(name.rstrip("."))
    if weekday is None or (reading := _shaped(rest, near, order)) is None:
        return None
    return reading.agreeing(weekday) or replace(reading, day=None, other=None)


def _shaped(plain: str, near: _Near, order: Order) -> DayReading | None:
    return next((reading for shape in _SHAPES if (reading := shape(plain, near, order))), None)


def read_start(text: str, today: date, current: datetime, order: Order = "dmy") -> datetime | None:
    """The wall time that ``text`` moves an appointment to: ``+7d``, ``11:15``, ``thu 9:30``, ``9:30 14 dec``.

    A day alone keeps the time of ``current``, a time alone its day; offsets such as ``+7d`` count
    from ``current`` as well. A time with two readings is the one in the same half of the day as
    ``current``. None where neither reading fits.
    """
    words = text.split() if len(text) <= _LONGEST_START else []
    # "tue 9" is a time, as in the quick line, and not the ninth, which may be another weekday.
    parted = len(words) == 2 and words[0].casefold().rstrip(".,") in WEEKDAYS and words[1].isdecimal()
    for cut in (1,) if parted else range(len(words) + 1):
        for day_words, time_words in ((words[:cut], words[cut:]), (words[cut:], words[:cut])):
            start = _start(" ".join(day_words), " ".join(time_words), today, current, order)
            if start is not None:
                return start
    return None


def _start(day_text: str, time_text: str, today: date, current: datetime, order: Order) -> datetime | None:
    if not (day_text or time_text):
        return None
    base = current.date() if day_text[:1] in ("+", "-") else today
    day = read_day(day_text, base, order) if day_text else current.date()
    times = read_time(time_text) if time_text else (current.time(),)
    if day is None or not times:
        return None
    same_half = [one for one in times if (one.hour < 12) == (current.hour < 12)]
    return datetime.combine(day, (same_half or list(times))[0])


def add_months(day: date, months: int) -> date:
    """The same day of another month, clipped to its last one: 31 Jan + 1 is 28 or 29 Feb.

    Raises OverflowError or ValueError outside the years 1 to 9999.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if not 1 <= year <= 9999:
        raise OverflowError("the year is outside the calendar")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def explain(text: str, what: Literal["day", "time", "minutes"] = "day") -> str:
    """A sentence for the person whose ``text`` could not be read, with spellings that can."""
    shown = " ".join(text[:60].split())[:30]
    start = f"“{shown}” is not a {_CALLED[what]}." if shown else f"A {_CALLED[what]} is missing."
    if what == "day" and _contradicts_itself(shown):
        start = f"In “{shown}” the weekday and the date do not agree."
    return f"{start} Write {_SPELLINGS[what]}."


def _contradicts_itself(text: str) -> bool:
    """Whether a text that is not read begins with a weekday and a date: one of them is another."""
    weekday, *words = text.casefold().split()[:_WORDS_OF_A_DATE] or [""]
    if weekday.rstrip(".,") not in WEEKDAYS:
        return False
    dates = (day_reading(" ".join(words[:size]), _ANY_DAY) for size in range(len(words), 0, -1))
    return next((found.day is not None for found in dates if found), False)


_ANY_DAY = date(2000, 1, 1)
_WORDS_OF_A_DATE = 5
_CALLED = {"day": "day", "time": "time", "minutes": "length of time"}
_SPELLINGS = {
    "day": "today, tomorrow, tue, next tue, +7d, -1w, 2mo, 14 dec, 14/12, 14.12.2026 or 2026-12-14",
    "time": "10:30, 1030, 10.30, 10h30, 3pm, 3:15pm or noon",
    "minutes": "30m, 90 min, 1h, 1h30, 1:30h or 45'",
}


@dataclass(frozen=True, slots=True)
class _Near:
    """Chooses among the days a text without a year or month may mean."""

    today: date
    prefer: Prefer

    def choose(self, days: Iterator[date]) -> tuple[date | None, date | None]:
        """``days`` ascend: the first not before today, and the one before it where that is nearer; in the
        other order where the nearest is preferred, or what is over."""
        before = ahead = None
        for day in days:
            if day >= self.today:
                ahead = day
                break
            before = day
        if self.prefer == "past":
            return (ahead, before) if ahead == self.today else (before, ahead)
        if before and ahead and self.today - before >= ahead - self.today:
            before = None
        return (before or ahead, ahead) if self.prefer == "nearest" else (ahead, before)

    def shift(self, count: int, unit: str) -> date | None:
        """``count`` days, weeks, months or years from today; None outside the calendar."""
        try:
            if unit[0] in "dw":
                return self.today + timedelta(days=count * (7 if unit[0] == "w" else 1))
            return add_months(self.today, count * (12 if unit[0] == "y" else 1))
        except (OverflowError, ValueError):
            return None


def _word(plain: str, near: _Near, order: Order) -> DayReading | None:
    known = _WORDS.get(plain)
    return DayReading(near.shift(*known), "word") if known else None


def _offset(plain: str, near: _Near, order: Order) -> DayReading | None:
    if one := _IN_ONE.fullmatch(plain):
        return DayReading(near.shift(1, one["unit"]), "offset")
    found = _OFFSET.fullmatch(plain)
    if not found:
        return None
    count = int(found["n"]) * (-1 if found["sign"] == "-" else 1) * (-1 if found["ago"] else 1)
    return DayReading(near.shift(count, found["unit"]), "months" if found["unit"] == "m" else "offset")


def _weekday(plain: str, near: _Near, order: Order) -> DayReading | None:
    before, _, name = plain.rpartition(" ")
    number = WEEKDAYS.get(name.rstrip("."))
    if number is None or before not in ("", "next", "this", "coming", "last"):
        return None
    ahead = (number - near.today.weekday()) % 7
    if before == "next":
        ahead = 7 - near.today.weekday() + number
    elif before == "last" or (not before and ahead > _WEEKDAYS_AHEAD[near.prefer]):
        ahead = ahead - 7
    return DayReading(near.shift(ahead, "d"), "week" if before else "weekday")


def _month(plain: str, near: _Near, order: Order) -> DayReading | None:
    found = _DAY_MONTH.fullmatch(plain) or _MONTH_DAY.fullmatch(plain)
    month = MONTHS.get(found["m"]) if found else None
    if not found or month is None or not 1 <= int(found["d"]) <= 31:
        return None
    year = found["y4"] or found["y2"]
    day, other = _in_year(near, year, month, int(found["d"]))
    return DayReading(day, "month", bool(year), other)


def _iso(plain: str, near: _Near, order: Order) -> DayReading | None:
    found = _ISO.fullmatch(plain)
    if not found:
        return None
    return DayReading(_made(int(found[1]), int(found[3]), int(found[4])), "iso", True)


def _numeric(plain: str, near: _Near, order: Order) -> DayReading | None:
    found = _NUMERIC.fullmatch(plain)
    if not found:
        return None
    first, second, third = int(found[1]), int(found[3]), found[4]
    form: Form = "dotted" if found[2] == "." and not third and not found[5] else "numeric"
    if order == "ymd" and third and len(third) == 2:
        return DayReading(_made(2000 + first, second, int(third)), form, True)
    month, number = (second, first) if order == "dmy" else (first, second)
    day, other = _in_year(near, third, month, number)
    if day is None:
        day, other = _in_year(near, third, number, month)
    return DayReading(day, form, bool(third), other)


def _number(plain: str, near: _Near, order: Order) -> DayReading | None:
    found = _NUMBER.fullmatch(plain)
    if not found or not 1 <= int(found[1]) <= 31:
        return None
    day, other = near.choose(_that_day(near.today, int(found[1])))
    return DayReading(day, "ordinal" if found[2] else "number", other=other)


def _in_year(near: _Near, year: str | None, month: int, day: int) -> tuple[date | None, date | None]:
    if year:
        return _made(int(year) + (2000 if len(year) == 2 else 0), month, day), None
    # A 29 February may be eight years away (1896 to 1904, 2096 to 2104).
    years = range(near.today.year - 8, near.today.year + 9)
    return near.choose(made for one in years if (made := _made(one, month, day)))


def _that_day(today: date, number: int) -> Iterator[date]:
    for year, month in ((today.year + step // 12, step % 12 + 1) for step in _months_around(today)):
        if made := _made(year, month, number):
            yield made


def _months_around(today: date) -> range:
    return range(today.month - 3, today.month + 2)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


_SHAPES: tuple[Callable[[str, _Near, Order], DayReading | None], ...] = (
    _word, _offset, _weekday, _iso, _numeric, _month, _number,
)  # fmt: skip
