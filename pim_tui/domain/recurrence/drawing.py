"""Which visits of a series are made, and up to when (T11).

Visits are made up to :data:`HORIZON` ahead of now, at most :data:`MOST` in one go; the rest follows as the
end of those that are made comes nearer. A rule that comes :data:`MOST` times within :data:`DENSEST` is no
series of appointments and is refused, whatever its end: no bound is ever reached by drawing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ...errors import Refused
from ..moments import MINUTE, Zone, day_of, short_day, wall
from .instants import Starts, starts
from .rule import Rule

DAY = 86_400
HORIZON = 2 * 365 * DAY
"""Seconds ahead of now up to which visits are made."""
FAR = 7_258_118_400
"""The year 2200: what a rule gives behind it will not be lived to see."""
MOST = 1_000
"""Visits made of one series in one go."""
DENSEST = 30 * DAY
"""Seconds that :data:`MOST` visits must at least take."""
PATIENCE = 50_000
"""Looks at a day or a time that working out one series may take: a fraction of a second."""
DAYS = HORIZON // DAY
USEFUL = 20
"""Looks that each visit found is worth; what a series takes beyond that is wasted on a hostile rule."""
WASTE = 100_000
"""Looks that all series of one file may waste: some seconds."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The starts to be made of a series, in order, UTC seconds; ``drawn_to`` is None when that is all."""

    at: tuple[int, ...]
    drawn_to: int | None
    says: str = ""


@dataclass(slots=True)
class Effort:
    """What the series of one file may still waste, in looks; see :data:`WASTE`."""

    left: int = WASTE

    def starts(
        self,
        rule: Rule | None,
        at: datetime,
        zone: Zone,
        *,
        first: int | None = None,
        last: int | None = None,
        out: frozenset[int] = frozenset(),
        added: tuple[int, ...] = (),
        most: int = MOST,
    ) -> Starts:
        """As :func:`.starts`, with what was wasted taken off."""
        found = starts(
            rule, at, zone, first=first, last=last, out=out, added=added, most=most, patience=PATIENCE
        )
        self.left -= max(0, found.looks - USEFUL * (len(found.at) + DAYS))
        return found


def plan(
    rule: Rule | None,
    begin: str,
    zone: Zone,
    *,
    first: int | None,
    until: int,
    out: frozenset[int] = frozenset(),
    added: tuple[int, ...] = (),
    effort: Effort | None = None,
) -> Plan:
    """Which visits are made within ``[first, until)``, UTC seconds; ``begin`` is the first one's wall time.

    Raises :class:`Refused` for a rule that no series of appointments has.
    """
    at, effort = datetime.fromisoformat(begin), effort or Effort()
    found = effort.starts(rule, at, zone, first=first, last=until, out=out, added=added)
    if not found.cut:
        plain = rule is not None and first is None and not (out or added)
        counted = len(found.at) if plain else None
        return Plan(found.at, until if _goes_on(rule, at, zone, until, added, effort, counted) else None)
    _require_sparse(found.at)
    end = found.at[-1] + MINUTE
    return Plan(found.at, end, f"visits are made up to {short_day(day_of(end, zone))}")


def _goes_on(
    rule: Rule | None,
    at: datetime,
    zone: Zone,
    until: int,
    added: tuple[int, ...],
    effort: Effort,
    counted: int | None,
) -> bool:
    """Whether there is, or may be, anything from ``until`` on; ``counted``: how many come before."""
    if any(one >= until for one in added):
        return True
    if rule is None:
        return bool(effort.starts(rule, at, zone, first=until).at)
    if rule.count is not None and counted is not None:
        return counted < rule.count
    if rule.count is not None:
        before = effort.starts(rule, at, zone, last=until)
        return before.cut or len(before.at) < rule.count
    return rule.until is None or rule.until.last > wall(until - DAY, zone)


def _require_sparse(at: tuple[int, ...]) -> None:
    if len(at) < 2 or at[-1] - at[0] < DENSEST:
        days = (at[-1] - at[0]) // DAY + 1 if at else 0
        raise Refused(
            f"it comes {len(at)} times within {days} day{'s' * (days > 1)}, which no appointment does"
            if at
            else "its rule cannot be worked out",
            rule="T11",
        )
