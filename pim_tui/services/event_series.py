"""A series unrolled into its visits before it is stored (T11): which of them are made, and up to when.

How far ahead and how many at once: :mod:`..domain.recurrence.drawing`. Of a series that has been running
for longer, the visits of the years before the horizon's length are left out, and it is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from ..domain.moments import MINUTE, day_of, short_day, wall
from ..domain.recurrence import Rule, end_in_utc, end_of, read_rule
from ..domain.recurrence.drawing import HORIZON, Effort, Plan, plan
from ..errors import Refused
from ..imports.events import EventRow, Repeats
from ..imports.report import Refusal

LISTED = 5_000
"""Dates left out, added or moved that a series may have."""


@dataclass(frozen=True, slots=True)
class Item:
    """One event of its own."""

    row: EventRow


@dataclass(frozen=True, slots=True)
class SeriesStart(Item):
    """A series about to be stored. ``drawn_to`` as in its table; ``says``: what was cut."""

    rule: str
    drawn_to: int | None
    says: str = ""


@dataclass(frozen=True, slots=True)
class SeriesPart(Item):
    """One visit of the series that came last: the event as it is that day, and where the rule put it."""

    recurrence_at: int
    changed: bool = False


def unrolled(
    rows: Iterable[EventRow | Refusal], now: int, file: str, *, all_day: bool = False
) -> Iterator[Item | Refusal]:
    """The rows, each series followed by its visits; one that cannot be unrolled is refused.

    ``all_day``: whether entries without a time are taken; a series of others is not worth unrolling.
    """
    effort = Effort()
    for row in rows:
        if isinstance(row, Refusal):
            yield row
            continue
        if row.repeats is None or (row.all_day and not all_day):
            yield Item(row)
            continue
        if effort.left <= 0:
            yield Refusal(file, row.line, "the series before it took all the work that is given to one file")
            continue
        try:
            rule, plan = _planned(row, row.repeats, now, effort)
        except Refused as error:
            yield Refusal(file, row.line, f"its series: {error.message}")
            continue
        yield SeriesStart(row, rule, plan.drawn_to, plan.says)
        yield from _parts(row, row.repeats, plan)


def _planned(row: EventRow, repeats: Repeats, now: int, effort: Effort) -> tuple[str, Plan]:
    if len(repeats.out) + len(repeats.added) + len(repeats.changed) > LISTED:
        raise Refused(f"more than {LISTED} dates are listed", rule="T11")
    rule = end_in_utc(read_rule(repeats.rule), row.zone) if repeats.rule else None
    out, until = frozenset(repeats.out), now + HORIZON

    def planned(first: int | None) -> Plan:
        return plan(
            rule, row.wall, row.zone, first=first, until=until, out=out, added=repeats.added, effort=effort
        )

    found = planned(None)
    if found.says and found.at[-1] < now:
        found = planned(now - HORIZON)
        says = f"visits before {short_day(day_of(now - HORIZON, row.zone))} are not made"
        found = replace(found, says="; ".join(filter(None, (says, found.says))))
    if not (found.at or repeats.changed or _ever(rule, row, effort)):
        raise Refused("its rule gives no date at all", rule="T11")
    return (str(rule) if rule else ""), found


def _ever(rule: Rule | None, row: EventRow, effort: Effort) -> bool:
    """Whether a rule gives any date: 29 February may be years away, 30 February never comes."""
    return bool(effort.starts(rule, datetime.fromisoformat(row.wall), row.zone, most=1).at)


def _parts(row: EventRow, repeats: Repeats, plan: Plan) -> Iterator[SeriesPart]:
    """The visits in order: where the rule puts them, or where an exception of the series has put one."""
    changed = {one.recurrence_at: one for one in repeats.changed if one.recurrence_at is not None}
    begin = plan.at[0] if plan.says and plan.at else None
    ruled = dict.fromkeys(plan.at)
    extra = [at for at in changed if at not in ruled and (begin is None or at >= begin)]
    for at in sorted((*ruled, *extra)):
        if exception := changed.get(at):
            yield SeriesPart(_whole(exception, row), at, changed=True)
        else:
            yield SeriesPart(_moved(row, at), at)


def _moved(row: EventRow, at: int) -> EventRow:
    """The visit of the series that begins at ``at``."""
    begin = f"{wall(at, row.zone):%Y-%m-%dT%H:%M}"
    return replace(
        row, starts_at=at, wall=begin, repeats=None, recurrence_at=at, remarks=(), minutes=_minutes(row, at)
    )


def _minutes(row: EventRow, at: int) -> int | None:
    """How long the visit at ``at`` is: days of a length are days on the calendar there (T4)."""
    if not row.days or not row.minutes:
        return row.minutes
    within_a_day = row.minutes - (end_of(row.starts_at, row.zone, row.days, 0) - row.starts_at) // MINUTE
    return (end_of(at, row.zone, row.days, within_a_day) - at) // MINUTE


def _whole(exception: EventRow, row: EventRow) -> EventRow:
    """An exception with what it leaves unsaid taken from its series."""
    said = {name: getattr(row, name) for name in _SHARED if not getattr(exception, name)}
    return replace(exception, uid=row.uid, **said)


_SHARED = (
    "summary", "customer", "staff", "attendees", "calendar", "kind", "minutes", "description", "location",
    "link", "own",
)  # fmt: skip
"""What an exception has from its series when it says nothing of its own."""
