"""Dates and times as they are said: what is short on a screen is a riddle to whoever hears it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import partial
from typing import Final

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_SOON: Final = timedelta(days=300)
_WORDS: Final = {word[:3]: word for word in (*_DAYS, *_MONTHS)}

_SHORT_DAYS: Final = "|".join(day[:3] for day in _DAYS)
_SHORT_MONTHS: Final = "|".join(month[:3] for month in _MONTHS)
_DATE: Final = re.compile(rf"\b(?:({_SHORT_DAYS}) )?(\d\d?) ({_SHORT_MONTHS}) (\d{{4}})\b")
_SPAN: Final = re.compile(r"\b(\d\d:\d\d)-(\d\d:\d\d)\b")
_MINUTES: Final = re.compile(r"\b(\d+) min\b")


def spoken(text: str, today: date) -> str:
    """``Tue 24 Nov 2026 10:30-11:00`` is said ``Tuesday 24 November 10:30 to 11:00``.

    A day is said without its year where it is understood without one: it comes within some months. The dot
    that parts things on a screen is a breath.
    """
    text = _DATE.sub(partial(_date, today), text)
    text = text.replace(" · ", ", ")
    text = _SPAN.sub(r"\1 to \2", text)
    return _MINUTES.sub(lambda found: f"{found[1]} minute{'' if found[1] == '1' else 's'}", text)


def _date(today: date, found: re.Match[str]) -> str:
    weekday, day, month, year = found.groups()
    said = f"{day} {_WORDS[month]}"
    if weekday is None:
        return f"{said} {year}"
    said = f"{_WORDS[weekday]} {said}"
    try:
        ahead = date(int(year), _SHORT_MONTHS.split("|").index(month) + 1, int(day)) - today
    except ValueError:
        return f"{said} {year}"
    return said if timedelta() <= ahead < _SOON else f"{said} {year}"
