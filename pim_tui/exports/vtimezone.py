"""A VTIMEZONE with only the clock changes of the years it is needed for (RFC 5545 3.6.5).

Changes that come in every one of these years on the same weekday of the same month are one yearly rule,
which then also holds for the years to come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ..domain.handout import ZoneUse
from ..domain.moments import zone_info
from .lines import line, text_line

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_STEP = 7 * 86_400
"""No zone changes its clock and back again within a week."""
_AHEAD = 3
"""Years after the last instant that are written out."""


class Change(NamedTuple):
    """The clocks go from one offset to another, in seconds; ``wall`` is what they showed just before."""

    wall: datetime
    before: int
    after: int
    name: str
    summer: bool


def vtimezone(use: ZoneUse) -> Iterator[str]:
    """The lines of the zone."""
    rules = zone_info(use.zone)
    first = datetime.fromtimestamp(use.first, UTC).year - 1
    last = datetime.fromtimestamp(use.last, UTC).year + _AHEAD
    changes = list(_changes(rules, first, last))
    yield line("BEGIN", "VTIMEZONE")
    yield text_line("TZID", use.zone)
    if not changes or changes[0].wall > datetime.fromtimestamp(use.first - _STEP, UTC).replace(tzinfo=None):
        yield from _observance((_as_of(rules, datetime(first, 1, 1, tzinfo=UTC)),))
    groups: dict[tuple[int, int, str, bool], list[Change]] = defaultdict(list)
    for change in changes:
        groups[change[1:]].append(change)
    for group in groups.values():
        yield from _observance(group)
    yield line("END", "VTIMEZONE")


def _observance(group: Sequence[Change]) -> Iterator[str]:
    start = group[0]
    kind = "DAYLIGHT" if start.summer else "STANDARD"
    yield line("BEGIN", kind)
    yield line("DTSTART", _local(start.wall))
    yield line("TZOFFSETFROM", _offset(start.before))
    yield line("TZOFFSETTO", _offset(start.after))
    yield text_line("TZNAME", start.name)
    if rule := _yearly(group):
        yield line("RRULE", rule)
    elif len(group) > 1:
        yield line("RDATE", ",".join(_local(change.wall) for change in group[1:]))
    yield line("END", kind)


def _yearly(group: Sequence[Change]) -> str:
    """The rule by which all of ``group`` come, one in every year; empty where there is none."""
    days = [change.wall for change in group]
    if len(days) < 3 or any(b.year - a.year != 1 for a, b in pairwise(days)):
        return ""
    if len({(day.month, day.weekday(), day.time()) for day in days}) > 1:
        return ""
    if all((day + timedelta(days=7)).month != day.month for day in days):
        place = -1
    elif len({(day.day - 1) // 7 for day in days}) == 1:
        place = (days[0].day - 1) // 7 + 1
    else:
        return ""
    return f"FREQ=YEARLY;BYMONTH={days[0].month};BYDAY={place}{_WEEKDAYS[days[0].weekday()]}"


def _changes(rules: ZoneInfo, first: int, last: int) -> Iterator[Change]:
    """Every clock change of the years ``first`` to ``last``."""
    at = int(datetime(first, 1, 1, tzinfo=UTC).timestamp())
    end = int(datetime(last + 1, 1, 1, tzinfo=UTC).timestamp())
    while at < end:
        if _offset_at(rules, at) != _offset_at(rules, at + _STEP):
            yield _change(rules, at, at + _STEP)
        at += _STEP


def _change(rules: ZoneInfo, low: int, high: int) -> Change:
    """The change between two instants, found by halving."""
    before = _offset_at(rules, low)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset_at(rules, middle) == before else (low, middle)
    wall = datetime.fromtimestamp(high, UTC).replace(tzinfo=None) + timedelta(seconds=before)
    return _as_of(rules, datetime.fromtimestamp(high, UTC))._replace(wall=wall, before=before)


def _as_of(rules: ZoneInfo, moment: datetime) -> Change:
    """What holds from ``moment`` on, as if nothing else had ever held."""
    local = moment.astimezone(rules)
    offset = _seconds(local.utcoffset())
    return Change(local.replace(tzinfo=None), offset, offset, local.tzname() or "", bool(local.dst()))


def _offset_at(rules: ZoneInfo, instant: int) -> int:
    return _seconds(datetime.fromtimestamp(instant, rules).utcoffset())


def _seconds(offset: timedelta | None) -> int:
    return int((offset or timedelta()).total_seconds())


def _local(wall: datetime) -> str:
    return f"{wall:%Y%m%dT%H%M%S}"


def _offset(seconds: int) -> str:
    hours, rest = divmod(abs(seconds), 3600)
    minutes, odd = divmod(rest, 60)
    return f"{'-' if seconds < 0 else '+'}{hours:02}{minutes:02}{f'{odd:02}' if odd else ''}"
