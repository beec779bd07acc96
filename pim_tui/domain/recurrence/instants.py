"""The instants of a series: its rule in a zone, with the dates left out and those added (T3, T4, T11)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from ..moments import MINUTE, Zone, as_written, readings, wall
from .expand import MOST, PATIENCE, occurrences
from .rule import Rule, Until, short

_MARGIN = timedelta(days=1)
"""More than a clock is ever put on or back, or is away from UTC."""


@dataclass(frozen=True, slots=True)
class Starts:
    """UTC seconds in order, without doubles; ``cut`` and ``looks`` as for :class:`.Found`."""

    at: tuple[int, ...]
    cut: bool
    looks: int = 0


def starts(
    rule: Rule | None,
    wall_time: datetime,
    zone: Zone,
    *,
    first: int | None = None,
    last: int | None = None,
    out: Collection[int] = (),
    added: Iterable[int] = (),
    most: int = MOST,
    patience: int = PATIENCE,
) -> Starts:
    """When a series takes place within ``[first, last)``, all UTC seconds.

    ``wall_time`` is DTSTART on the clock of ``zone``. Without a ``rule`` it is a date like those
    ``added``; ``out`` takes away from both. Bounds as for :func:`.occurrences`.
    """
    if rule is None:
        ruled = Starts((as_written(wall_time, zone),), False)
    else:
        ruled = _ruled(rule, wall_time, zone, (first, last), (most + len(out), patience))
    found = sorted({at for at in (*ruled.at, *added) if _within(at, first, last)}.difference(out))
    return Starts(tuple(found[:most]), ruled.cut or len(found) > most, ruled.looks)


def end_of(start: int, zone: Zone, days: int, minutes: int) -> int:
    """Where a length ends, UTC seconds: ``days`` on the calendar (RFC 5545 3.8.2.5), then elapsed minutes."""
    if days:
        start = as_written(wall(start, zone) + timedelta(days=days), zone)
    return start + minutes * MINUTE


def one_end(rule: Rule, wall_time: datetime, zone: Zone, *, patience: int = PATIENCE) -> Rule:
    """The same rule with COUNT or UNTIL, not both, as RFC 5545 demands: whichever ends it first."""
    if rule.until is None or rule.count is None:
        return rule
    by_count = starts(replace(rule, until=None), wall_time, zone, most=rule.count, patience=patience)
    counted = len(by_count.at) == rule.count and not by_count.cut
    if counted and _up_to(rule.until, by_count.at[-1], zone):
        return replace(rule, until=None)
    return replace(rule, count=None)


def end_in_utc(rule: Rule, zone: Zone) -> Rule:
    """The same rule with UNTIL in UTC, as RFC 5545 3.3.10 demands of a series whose start names its zone.

    Programs that are strict would take a day for its first moment, and leave out the last visit.
    Raises :class:`BadRule` for a rule that gets too long by it.
    """
    if rule.until is None or rule.until.kind == "utc":
        return rule
    last = rule.until.last.replace(microsecond=0)
    at = max(readings(last, zone), default=as_written(last, zone))
    return short(replace(rule, until=Until(_EPOCH + timedelta(seconds=max(_FIRST, min(at, _LAST))), "utc")))


_EPOCH = datetime(1970, 1, 1)
_FIRST = (datetime.min - _EPOCH) // timedelta(seconds=1)
_LAST = (datetime.max - _EPOCH) // timedelta(seconds=1)
"""What a date can tell, UTC seconds."""


def _ruled(
    rule: Rule,
    wall_time: datetime,
    zone: Zone,
    window: tuple[int | None, int | None],
    bounds: tuple[int, int],
) -> Starts:
    """What the rule gives, a little beyond the window; COUNT of fine rules and UNTIL are told by instants."""
    first, last = (None if at is None else wall(at, zone) for at in window)
    end, (most, patience) = window[1], bounds
    counted = rule.count if rule.fine else None
    walls = occurrences(
        replace(rule, until=_widened(rule.until), count=None if rule.fine else rule.count),
        wall_time,
        first=None if first is None or counted else first - min(_MARGIN, first - datetime.min),
        last=None if last is None else last + min(_MARGIN, datetime.max - last),
        most=most if first is None else most + _A_FEW,
        patience=patience,
    )
    resolved = _resolved(walls.walls, zone, rule.fine)
    found = [at for at in resolved if _up_to(rule.until, at, zone)][:counted]
    whole = len(found) < len(resolved) or (end is not None and resolved[-1:] >= [end])
    return Starts(tuple(found), walls.cut and not whole, walls.looks)


_A_FEW = 2_000
"""Times that may stand in the margin before a window: one a minute for a day, and some."""


def _resolved(walls: Iterable[datetime], zone: Zone, fine: bool) -> list[int]:
    if fine:
        return sorted(at for wall_time in walls for at in readings(wall_time, zone))
    return [as_written(wall_time, zone) for wall_time in walls]


def _widened(until: Until | None) -> Until | None:
    """UNTIL as a wall time that certainly lets everything through which it lets through as an instant."""
    if until is None or until.kind != "utc":
        return until
    return Until(until.at + min(_MARGIN, datetime.max.replace(microsecond=0) - until.at), "local")


def _up_to(until: Until | None, at: int, zone: Zone) -> bool:
    if until is None:
        return True
    if until.kind == "utc":
        return at <= int(until.at.replace(tzinfo=UTC).timestamp())
    return wall(at, zone) <= until.last


def _within(at: int, first: int | None, last: int | None) -> bool:
    return (first is None or at >= first) and (last is None or at < last)
