"""When the visits of a series are, as iCalendar writes it: local times in the zone of the series."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from ..domain.handout import SeriesOut
from ..domain.moments import fold_of, readings, utc_offset, wall
from ..domain.recurrence import read_rule, starts
from .instants import basic
from .lines import line


def start_line(one: SeriesOut) -> str:
    """DTSTART of the series."""
    return line(f"DTSTART;TZID={one.zone}", _plain(datetime.fromisoformat(one.wall)))


def no_visit(one: SeriesOut) -> tuple[int, ...]:
    """The start, where the rule does not give it: most programs take it for a visit all the same."""
    if not one.rule or one.starts_at in one.out or one.starts_at in one.added:
        return ()
    begin = datetime.fromisoformat(one.wall)
    given = starts(read_rule(one.rule), begin, one.zone, last=one.starts_at + 1, most=1)
    return () if given.at or given.cut else (one.starts_at,)


def date_lines(name: str, instants: Iterable[int], one: SeriesOut) -> Iterator[str]:
    """``name`` is EXDATE or RDATE: a line of local times, and one of those that only UTC can tell."""
    local: list[str] = []
    exact: list[str] = []
    for at in instants:
        text = local_time(at, one)
        (exact if text.endswith("Z") else local).append(text)
    if local:
        yield line(f"{name};TZID={one.zone}", ",".join(local))
    if exact:
        yield line(name, ",".join(exact))


def recurrence_line(at: int, one: SeriesOut) -> str:
    """RECURRENCE-ID of the visit that the rule puts at ``at``, UTC seconds."""
    text = local_time(at, one)
    return line("RECURRENCE-ID" if text.endswith("Z") else f"RECURRENCE-ID;TZID={one.zone}", text)


def local_time(at: int, one: SeriesOut) -> str:
    """The start of a recurrence as its rule writes it.

    A time that the clocks skip is written as the rule gives it, though no clock shows it: read with the
    offset before the change it is that instant (RFC 5545 3.3.5). The second of two equal local times can
    be told in UTC only.
    """
    shown = wall(at, one.zone)
    usual = datetime.combine(shown.date(), datetime.fromisoformat(one.wall).time())
    if not readings(usual, one.zone):
        before = utc_offset(at - 86_400, one.zone)
        if usual - timedelta(seconds=before) == datetime(1970, 1, 1) + timedelta(seconds=at):
            return _plain(usual)
    return basic(at) if fold_of(at, one.zone) else _plain(shown)


def _plain(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%S}"
