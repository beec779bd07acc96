"""Until when something may be used, as it stands on packs: a day, or a month that counts to its end."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from .dates import Order, read_day
from .text import western_digits

_MONTH = re.compile(r"(?P<first>\d{1,2}|\d{4})\s*[-/. ]\s*(?P<second>\d{4}|\d{1,2})")
_CENTURY = 2000


def read_expiry(text: str, today: date, order: Order = "dmy") -> date | None:
    """The last day of use: ``2027-05``, ``05/2027`` and ``05/27`` are the last of May 2027; else a day.

    None for what is neither. Of two numbers of two digits the second is the year, as packs print it.
    """
    typed = western_digits(text).strip()
    found = _MONTH.fullmatch(typed)
    if found is None:
        return read_day(typed, today, order)
    first, second = int(found["first"]), int(found["second"])
    year, month = (first, second) if len(found["first"]) == 4 else (second, first)
    if year < 100:
        year += _CENTURY
    if not 1 <= month <= 12 or not _CENTURY <= year < _CENTURY + 200:
        return None
    return date(year, month, monthrange(year, month)[1])
