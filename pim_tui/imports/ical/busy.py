"""When an event of somebody's calendar takes their time: each time it comes, within a window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ...domain.intervals import Interval
from ...domain.moments import MINUTE, Zone
from ...domain.recurrence import BadRule, end_of, read_rule
from ...domain.recurrence.drawing import Effort
from ...domain.text import tidy
from ...errors import FileProblem
from ..events import EventRow
from ..report import Refusal
from .file import EventFile

DAY = 86_400
LEAST = 50
"""Looks that each rule counts for at least: there may be thousands of short ones."""
MOST_DAYS = 366
"""How long before a window one may have begun that comes again and again."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of a calendar as read: its uid, its events, and whether any of it could not be read."""

    uid: str = ""
    events: tuple[EventRow, ...] = ()
    odd: bool = False


def read_resource(data: bytes, zone: Zone) -> Resource:
    """The events of one resource; times without a zone, and whole days, are in ``zone``. Never fails."""
    try:
        with EventFile(Path("event.ics"), zone, data) as file:
            found = list(file.rows())
    except FileProblem:
        return Resource(odd=True)
    events = tuple(one for one in found if isinstance(one, EventRow))
    uid = next((one.uid for one in events if one.uid), "")
    return Resource(uid, events, odd=not events and any(isinstance(one, Refusal) for one in found))


def busy_times(event: EventRow, window: Interval, effort: Effort) -> list[Interval]:
    """When the event takes its owner's time, as far as it touches ``window``: whole stretches, by start.

    What is transparent or canceled takes none, and what has no length neither. Of one that comes more than
    a thousand times within the window the first thousand are taken. ``effort`` is what all events of a
    calendar may waste on hostile rules; once it is used up, rules give nothing any more.
    """
    found = {one for one in _times(event, window, effort) if one and one.overlaps(window)}
    return sorted(found)


def _times(event: EventRow, window: Interval, effort: Effort) -> Iterator[Interval]:
    if event.repeats is None:
        yield from _one(event, event.starts_at)
        return
    changed = {one.recurrence_at: one for one in event.repeats.changed}
    for at in _starts(event, window, effort) if effort.left > 0 else ():
        if at not in changed:
            yield from _one(event, at)
    for one in changed.values():
        yield from _one(one, one.starts_at, like=event)


def _starts(event: EventRow, window: Interval, effort: Effort) -> tuple[int, ...]:
    """When the series has it, from as long before the window as it lasts."""
    repeats = event.repeats
    assert repeats is not None
    effort.left -= LEAST
    lasts = min((event.minutes or 0) * MINUTE + DAY, MOST_DAYS * DAY)
    try:
        rule = read_rule(repeats.rule) if repeats.rule else None
    except BadRule:
        rule = None
    return effort.starts(
        rule,
        datetime.fromisoformat(event.wall),
        event.zone,
        first=window.start - lasts,
        last=window.end,
        out=frozenset(repeats.out),
        added=repeats.added,
    ).at


def _one(event: EventRow, at: int, like: EventRow | None = None) -> Iterator[Interval]:
    """The event where it begins ``at``. One that was changed and says no length is as long as the others."""
    if event.transparent or event.canceled:
        return
    lasting = event if event.minutes is not None or like is None else like
    if lasting.minutes is None:
        return
    if lasting.days:
        # Days are days on the calendar, the rest is elapsed time.
        whole = end_of(lasting.starts_at, lasting.zone, lasting.days, 0) - lasting.starts_at
        rest = 0 if lasting.all_day else max(0, lasting.minutes - whole // MINUTE)
        yield Interval(at, end_of(at, lasting.zone, lasting.days, rest))
    else:
        yield Interval(at, at + lasting.minutes * MINUTE)


def summary(event: EventRow) -> str:
    """What it is called, as one line."""
    return tidy(event.summary)
