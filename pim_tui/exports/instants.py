"""UTC seconds as files write them. A million of them are written in one go, so days are remembered."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

_EPOCH = date(1970, 1, 1).toordinal()
_DAY = 86_400


@lru_cache(maxsize=4_096)
def _day(number: int) -> str:
    return date.fromordinal(_EPOCH + number).isoformat()


@lru_cache(maxsize=4_096)
def _time(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"


def iso(instant: int) -> str:
    """``2026-11-23T09:30:00Z``."""
    day, second = divmod(instant, _DAY)
    return f"{_day(day)}T{_time(second)}Z"


def basic(instant: int) -> str:
    """The same as iCalendar and vCard write it: ``20261123T093000Z``."""
    return iso(instant).replace("-", "").replace(":", "")
