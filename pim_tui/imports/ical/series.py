"""A series put together: its rule, the dates left out and added, and the visits that were changed.

Everything is told in instants. A date left out as a whole day takes every visit of that day; a date or
time without a zone is in the zone of the series. What a rule means is told in
:mod:`pim_tui.domain.recurrence`; here:

- Further rules (RRULE) and rules for dates left out (EXRULE, which RFC 5545 has given up) become dates, where
  they end; where they do not, the appointment is refused.
- Of several changes of one visit the one with the highest SEQUENCE counts, of equals the last.
- This and all later visits canceled (RANGE=THISANDFUTURE) end the rule. Changed otherwise, each later visit
  of a series that ends is changed alike; of one that does not, that one visit is, and it is said.
- A change without its series is an appointment by itself.
- An added period (RDATE;VALUE=PERIOD) of another length than the series is a changed visit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from ...domain.moments import MINUTE, Zone, as_written, day_bounds, wall
from ...domain.recurrence import MOST, BadRule, Rule, Starts, Until, end_of, one_end, read_rule, starts
from ...domain.recurrence.drawing import FAR
from ..events import EventRow, Repeats
from .events import Event, Unreadable, placed
from .oldrules import in_new_words
from .text import Line
from .values import BadValue, Length, When, read_periods, read_whens
from .zones import Zones

MOST_DATES = 5_000
"""Dates left out of one series, or added to it."""
_MOST_ONWARDS = 20
"""Changes of all later visits that one series may have."""
_REPEATS = ("RRULE", "RDATE", "EXDATE", "EXRULE")
_LOOKS = 5_000
"""Patience for one rule while reading."""
_FREE = 200
_ALLOWANCE, _PER_BYTE, _MOST_ALLOWED = 80_000, 30, 1_000_000
"""Patience for all rules of one file: some, and more the larger it is, up to a few seconds."""


class Allowance:
    """The looks that a file of ``size`` bytes may spend on its rules; hostile ones get no more than that."""

    def __init__(self, size: int) -> None:
        self._left = min(_ALLOWANCE + _PER_BYTE * size, _MOST_ALLOWED)

    def take(self) -> int:
        """Patience for the next rule; :class:`Unreadable` when the file has used up its own."""
        if self._left <= 0:
            raise Unreadable("the rules before it took all the work that is given to one file")
        return _LOOKS

    def spend(self, looks: int) -> None:
        """Tell what a rule has taken; that much which any decent rule takes is free."""
        self._left -= max(0, looks - _FREE)


@dataclass(frozen=True, slots=True)
class _Master:
    """The event a series begins with, where its days are counted."""

    event: Event
    zones: Zones
    allowance: Allowance

    @property
    def zone(self) -> Zone:
        return self.event.row.zone

    @property
    def wall(self) -> datetime:
        return datetime.fromisoformat(self.event.row.wall)

    def starts(
        self, rule: Rule | None, first: int | None = None, last: int | None = None, most: int = MOST
    ) -> Starts:
        """What ``rule`` gives by itself."""
        patience = self.allowance.take()
        found = starts(rule, self.wall, self.zone, first=first, last=last, most=most, patience=patience)
        self.allowance.spend(found.looks)
        return found


def assemble(event: Event, changes: Sequence[Event], zones: Zones, allowance: Allowance) -> EventRow:
    """The row of an event and how it repeats; :class:`Unreadable` where what is told of that is nonsense."""
    if not changes and not any(event.part.first(name) for name in _REPEATS):
        return event.row
    master = _Master(event, zones, allowance)
    remarks = list(event.row.remarks)
    rule, further = _rules(master)
    out = _dates(master, "EXDATE", rule, remarks)
    added = _dates(master, "RDATE", None, remarks) | further
    out |= _left_out(master, rule)
    rule = _called_off(master, changes, rule)
    changed = {one.starts_at: one for one in _periods(master, remarks) if one.starts_at not in out}
    changed |= _spread(master, changes, rule, added - out, out, remarks)
    changed |= {one.recurrence_at or 0: one for one in _changed(master, changes, rule)}
    rule = _that_happens(master, rule, remarks)
    if rule is None:
        added -= {event.row.starts_at}
    row = replace(event.row, remarks=tuple(remarks))
    if rule is None and not added and not changed:
        return row
    ordered = tuple(changed[at] for at in sorted(changed))
    repeats = Repeats(str(rule) if rule else "", tuple(sorted(out)), tuple(sorted(added)), ordered)
    return replace(row, repeats=repeats)


def _that_happens(master: _Master, rule: Rule | None, remarks: list[str]) -> Rule | None:
    """The rule, unless it never gives a date; a start that it does not give is told."""
    if rule is None:
        return None
    found = master.starts(rule, last=FAR, most=1)
    if not found.at and not found.cut:
        remarks.append("its rule gives no date; it is taken once, at its own start")
        return None
    if found.at and found.at[0] != master.event.row.starts_at:
        remarks.append("its rule does not give the day it starts on; that day is no visit")
    return rule


def alone(change: Event, zones: Zones) -> EventRow:
    """A change whose series is not in the file."""
    assert change.exception is not None
    at = placed(change.exception, zones, tzid=change.start.tzid).at
    return replace(change.row, recurrence_at=at)


# --- rules ------------------------------------------------------------------------------------------


def _rules(master: _Master) -> tuple[Rule | None, set[int]]:
    """The rule, and the dates that further rules give."""
    rules = [_rule(line) for line in master.event.part.all("RRULE") if line.raw.strip()]
    if not rules:
        return None, set()
    first = one_end(rules[0], master.wall, master.zone, patience=master.allowance.take())
    if first != rules[0]:
        master.allowance.spend(_LOOKS)
    dates: set[int] = set()
    for rule in dict.fromkeys(rules[1:]):
        found = master.starts(rule)
        if found.cut:
            raise Unreadable("it repeats by several rules without an end, which no single series can")
        dates.update(found.at)
    return first, dates


def _rule(line: Line) -> Rule:
    try:
        return read_rule(in_new_words(line.raw))
    except BadRule as error:
        raise Unreadable(f"{line.name}: {error.message}") from None


def _left_out(master: _Master, rule: Rule | None) -> set[int]:
    """The dates that rules for leaving out (EXRULE) give."""
    lines = master.event.part.all("EXRULE")
    if not lines:
        return set()
    found = master.starts(rule)
    if found.cut:
        raise Unreadable(f"EXRULE leaves dates out of more than {MOST} visits")
    dates: set[int] = set()
    for line in lines:
        given = master.starts(_rule(line), last=found.at[-1] + 1 if found.at else 0)
        if given.cut:
            raise Unreadable(f"EXRULE leaves out more than {MOST} dates")
        dates.update(given.at)
    return dates


def _called_off(master: _Master, changes: Iterable[Event], rule: Rule | None) -> Rule | None:
    """The rule up to the first visit from which on all are canceled (RANGE=THISANDFUTURE)."""
    ends = [
        _of_series(master, change, rule) for change in changes if change.row.canceled and _onwards(change)
    ]
    if rule is None or not ends or not master.starts(rule, min(ends), most=1).at:
        return rule
    last = datetime.fromtimestamp(min(ends) - 1, UTC).replace(tzinfo=None)
    return replace(rule, until=Until(last, "utc"), count=None)


# --- dates ------------------------------------------------------------------------------------------


def _dates(master: _Master, name: str, rule: Rule | None, remarks: list[str]) -> set[int]:
    """The instants of EXDATE or RDATE; what cannot be read is passed over with a remark."""
    dates: set[int] = set()
    for line in master.event.part.all(name):
        if line.cut or line.raw.count(",") >= MOST_DATES or len(dates) > MOST_DATES:
            raise Unreadable(f"{name} holds more than {MOST_DATES} dates")
        try:
            for when in read_whens(line):
                dates |= _instants(master, when, rule)
        except BadValue as error:
            remarks.append(f"{error} and was passed over")
    return dates


def _periods(master: _Master, remarks: list[str]) -> Iterator[EventRow]:
    """The visits that are added with a length of their own."""
    row = replace(master.event.row, remarks=(), repeats=None, days=0)
    for line in master.event.part.all("RDATE"):
        try:
            for begin, end in read_periods(line):
                at = _in_series(master, begin)
                ends = (
                    end_of(at, row.zone, end.days, end.minutes)
                    if isinstance(end, Length)
                    else _in_series(master, end)
                )
                if ends > at and (minutes := (ends - at) // MINUTE) != row.minutes:
                    begins = f"{wall(at, row.zone):%Y-%m-%dT%H:%M}"
                    yield replace(row, starts_at=at, wall=begins, minutes=minutes, recurrence_at=at)
        except BadValue as error:
            remarks.append(f"{error}; the visits of that line are as long as the others")


def _instants(master: _Master, when: When, rule: Rule | None) -> set[int]:
    """The starts that a date of a list means; a day means all visits on it, where ``rule`` knows them."""
    if when.kind == "date" and master.event.start.kind != "date":
        day = when.wall.date()
        first, last = day_bounds(day, master.zone)
        found = set(master.starts(rule, first, last).at) if rule else set()
        return found or {as_written(datetime.combine(day, master.wall.time()), master.zone)}
    at = _in_series(master, when)
    if when.kind == "utc" and rule and _floats(master) and not master.starts(rule, at, at + 1, 1).at:
        at = as_written(when.wall, master.zone)
    return {at}


def _floats(master: _Master) -> bool:
    """Whether its times have no zone; programs that write so put UTC's sign behind local times as well."""
    return master.event.start.kind == "local" and not master.event.start.tzid


def _in_series(master: _Master, when: When) -> int:
    """The instant of a date or time of the series; in a series of days the beginning of the day."""
    at = placed(when, master.zones, tzid=master.event.start.tzid).at
    if when.kind == "local" and not when.tzid and master.event.start.kind == "utc":
        at = as_written(when.wall, master.zone)
    if master.event.start.kind == "date" and when.kind != "date":
        at = day_bounds(
            when.wall.date() if when.kind == "local" else wall(at, master.zone).date(), master.zone
        )[0]
    return at


# --- changes ----------------------------------------------------------------------------------------


def _changed(master: _Master, changes: Iterable[Event], rule: Rule | None) -> Iterable[EventRow]:
    """The changed visits by the start the rule gave them; a later change of one visit replaces an earlier."""
    latest: dict[int, EventRow] = {}
    for change in sorted(changes, key=lambda change: change.row.sequence):
        at = _of_series(master, change, rule)
        latest[at] = replace(change.row, recurrence_at=at)
    return [latest[at] for at in sorted(latest)]


def _spread(
    master: _Master,
    changes: Iterable[Event],
    rule: Rule | None,
    added: set[int],
    out: set[int],
    remarks: list[str],
) -> dict[int, EventRow]:
    """The visits behind a change of all later ones, moved as far on the clock as that one was."""
    onwards = {
        _of_series(master, one, rule): one for one in changes if _onwards(one) and not one.row.canceled
    }
    spread: dict[int, EventRow] = {}
    for number, at in enumerate(sorted(onwards)):
        change = onwards[at]
        few = number < _MOST_ONWARDS
        found = master.starts(rule, first=at + 1) if rule and few else Starts((), not few)
        if found.cut:
            remarks.append(
                f"the change of {wall(at, master.zone):%Y-%m-%d} was meant for all later visits as well;"
                " only that one is changed"
            )
            continue
        further = wall(change.row.starts_at, master.zone) - wall(at, master.zone)
        for start in {*found.at, *(one for one in added if one > at)} - out:
            spread[start] = _shifted(master, change, start, further)
    return spread


def _shifted(master: _Master, change: Event, start: int, further: timedelta) -> EventRow:
    """A later visit, changed as ``change`` is."""
    at = as_written(wall(start, master.zone) + further, master.zone)
    begins = f"{wall(at, change.row.zone):%Y-%m-%dT%H:%M}"
    return replace(change.row, starts_at=at, wall=begins, recurrence_at=start, remarks=())


def _of_series(master: _Master, change: Event, rule: Rule | None) -> int:
    """The start that the series gave a changed visit."""
    assert change.exception is not None
    return min(_instants(master, change.exception, rule))


def _onwards(change: Event) -> bool:
    """Whether a change is of all later visits as well."""
    line = change.part.first("RECURRENCE-ID")
    return line is not None and line.parameters.get("RANGE", "").upper() == "THISANDFUTURE"
