"""Until when something may be used, as it stands on packs: a day, or a month that counts to its end."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from .dates import Order
from .text import western_digits

_MONTH = re.compile(r"(\d{1,2}|\d{4})\s*[-/. ]\s*(\d{4}|\d{1,2})")
_DAY = re.compile(r"(\d{4}|\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{1,2})(?:[T ]0?0:00(?::00)?.*)?")
_CENTURY = 2000
_LONGEST = 60
"""Characters; some tables add the time of the day."""


def read_expiry(text: str, order: Order = "dmy") -> date | None:
    """The last day of use: ``2027-05``, ``05/2027`` and ``05/27`` are the last of May 2027; else a day.

    ``order`` is how days of three numbers are written where the year is not in front. Years of two digits
    are of this century. None for what is neither.
    """
    typed = western_digits(text).strip() if len(text) <= _LONGEST else ""
    if found := _MONTH.fullmatch(typed):
        first, second = found.groups()
        year, month = (first, second) if len(first) == 4 else (second, first)
        return _last_of(_year(year), int(month))
    if found := _DAY.fullmatch(typed):
        one, two, three = found.groups()
        if len(one) == 4 or order == "ymd":
            return _made(_year(one), int(two), int(three))
        day, month = (two, one) if order == "mdy" else (one, two)
        return _made(_year(three), int(month), int(day))
    return None


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else _CENTURY + int(text)


def _last_of(year: int, month: int) -> date | None:
    return _made(year, month, monthrange(year, month)[1]) if 1 <= month <= 12 and year else None


def _made(year: int, month: int, day: int) -> date | None:
    """The day; None for one that does not exist, or is of another century."""
    try:
        made = date(year, month, day)
    except ValueError:
        return None
    return made if _CENTURY <= made.year < _CENTURY + 200 else None
