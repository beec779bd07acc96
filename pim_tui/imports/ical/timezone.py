"""The VTIMEZONE of a file: how far its clock is from UTC, and which IANA zone agrees with it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ...domain.recurrence import BadRule, Until, occurrences, read_rule
from .parts import Part
from .text import Line

LONGEST_OFFSET = 18 * 3600
_MOST = 400
_PATIENCE = 5_000
_ALLOWANCE = 250_000
"""Looks for all definitions of one file; two rules of a year take some hundred."""
_EPOCH = datetime(1970, 1, 1)
_YEAR = 370 * 86_400


class Allowance:
    """The looks that a file may spend on the rules of its zones; a definition beyond them says nothing."""

    def __init__(self) -> None:
        self.left = _ALLOWANCE

    @property
    def used_up(self) -> bool:
        """Whether there are none left."""
        return self.left <= 0


@dataclass(frozen=True, slots=True)
class Change:
    """A clock change: UTC seconds, and the offsets before and after, in seconds."""

    at: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Definition:
    """What a VTIMEZONE says of some years: its changes in order, and the offset before the first of them."""

    tzid: str
    location: str
    first: int
    changes: tuple[Change, ...]

    def offset(self, wall: datetime) -> int:
        """Seconds the wall clock is ahead of UTC when it shows ``wall``."""
        stamp = _stamp(wall)
        place = bisect_right(self.changes, stamp, key=lambda change: change.at + change.before)
        return self.changes[place - 1].after if place else self.first

    def probes(self, years: range, *, changes: bool) -> list[tuple[int, int]]:
        """Instants of ``years`` with its offsets then: each January and July and, if asked, every change.

        Every month where its clock stands still: others change theirs in between, for Ramadan.
        """
        begin, end = (_stamp(datetime(year, 1, 1)) for year in (years.start, years.stop))
        moving = [change for change in self.changes if begin <= change.at < end]
        walls = [
            datetime(year, month, 15, 12) for year in years for month in range(1, 13, 6 if moving else 1)
        ]
        walls = [wall for wall in walls if self.covers(wall)] or walls
        found = [(_stamp(wall) - self.offset(wall), self.offset(wall)) for wall in walls]
        for change in moving if changes else ():
            found += [(change.at - 1, change.before), (change.at, change.after)]
        return found

    def covers(self, wall: datetime) -> bool:
        """Whether it speaks of that time: old programs list the changes of a few years only."""
        stamp, last = _stamp(wall), self.changes[-1].at
        return self.fixed or self.changes[0].at < stamp < last + _YEAR

    @property
    def fixed(self) -> bool:
        """Whether its clock has stood still since its first change."""
        return len({change.after for change in self.changes}) == 1


def read_definition(part: Part, years: range, allowance: Allowance) -> Definition | None:
    """The VTIMEZONE for ``years``; None where it says nothing that can be used, or is too much work."""
    tzid, location = part.first("TZID"), part.first("X-LIC-LOCATION")
    changes: list[Change] = []
    for observance in part.parts:
        if observance.kind in ("STANDARD", "DAYLIGHT"):
            changes += _changes(observance, years, allowance)
    if tzid is None or not changes or allowance.used_up:
        return None
    changes = sorted(set(changes), key=lambda change: change.at)
    return Definition(
        tzid.text.strip(), location.text.strip() if location else "", changes[0].before, tuple(changes)
    )


def _changes(observance: Part, years: range, allowance: Allowance) -> Iterable[Change]:
    """When one STANDARD or DAYLIGHT begins, from a little before ``years`` on."""
    before, after = (_offset(observance.first(name)) for name in ("TZOFFSETFROM", "TZOFFSETTO"))
    start = _wall(observance.first("DTSTART"))
    if after is None or start is None or allowance.used_up:
        return []
    before = after if before is None else before
    onsets = {start}
    for line in observance.all("RDATE"):
        onsets.update(wall for text in line.raw.split(",") if (wall := _wall(line, text)) is not None)
    for line in observance.all("RRULE"):
        onsets.update(_ruled(line, start, before, years, allowance))
    return [Change(_stamp(onset) - before, before, after) for onset in sorted(onsets)[-_MOST:]]


def _moved(wall: datetime, seconds: int) -> datetime:
    """So much later; for ever (``UNTIL=99991231T235959Z``) and the beginning of time stay."""
    try:
        return wall + timedelta(seconds=seconds)
    except OverflowError:
        return wall


def _ruled(
    line: Line, start: datetime, before: int, years: range, allowance: Allowance
) -> tuple[datetime, ...]:
    """When a rule lets it begin, on the clock that is ``before`` seconds ahead of UTC until then."""
    try:
        rule = read_rule(line.raw)
    except BadRule:
        return ()
    if rule.until and rule.until.kind == "utc":
        rule = replace(rule, until=Until(_moved(rule.until.at, before), "local"))
    # Of a rule that has ended before them, its end: it may be what has held since then.
    ended = rule.until.at.year if rule.until else years.start
    begun = start.year if rule.count else min(ended - 1, years.start - 2)
    first, last = datetime(max(1, begun), 1, 1), datetime(years.stop + 1, 1, 1)
    patience = min(_PATIENCE, max(0, allowance.left))
    found = occurrences(rule, start, first=first, last=last, most=_MOST, patience=patience)
    allowance.left -= found.looks
    return found.walls


def _offset(line: Line | None) -> int | None:
    """Seconds of ``+0100`` or ``-053015``; None where it is nothing of the kind."""
    text = line.token.replace(":", "") if line else ""
    sign, digits = text[:1], text[1:] if text[:1] in "+-" else text
    if len(digits) not in (4, 6) or not digits.isascii() or not digits.isdecimal():
        return None
    seconds = int(digits[:2]) * 3600 + int(digits[2:4]) * 60 + int(digits[4:] or 0)
    if seconds > LONGEST_OFFSET:
        return None
    return -seconds if sign == "-" else seconds


def _wall(line: Line | None, text: str | None = None) -> datetime | None:
    text = (line.raw if text is None else text) if line else ""
    digits = "".join(text.upper().partition("/")[0].split()).removesuffix("Z").replace("T", "")
    try:
        wall = (
            datetime.strptime(digits.ljust(14, "0"), "%Y%m%d%H%M%S") if len(digits) in (8, 12, 14) else None
        )
    except ValueError:
        return None
    return wall


def _stamp(wall: datetime) -> int:
    return (wall - _EPOCH) // timedelta(seconds=1)
