"""The figures of reports: what there is to ask for, shares, quartiles, and the hours a visit falls on.

Everything is counted by the day a visit starts on, as it was agreed on the wall clock. A visit that was
missed or canceled and booked again is not lost: its story goes on with the later one (T12), so it is
neither due nor lost, and only told apart as rebooked.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from ..errors import Refused, UsageError
from .moments import MIDNIGHT, MINUTE, Zone, wall

_QUARTER: Final = 15 * MINUTE
MOST_YEARS: Final = 20
"""A longer period is a slip of the keyboard."""

By = Literal["staff", "type", "weekday", "hour", "day", "week", "reason", "month", "cell", "tax"]
"""What a report has a line for; ``cell`` is an hour of a weekday."""

Kind = Literal["count", "minutes", "share", "days", "money"]
"""What a figure is: a number of visits or people, minutes, thousandths of a whole, days, minor units."""


class ReportKind(NamedTuple):
    """A report that can be asked for; the first of ``by`` is the usual one."""

    name: str
    title: str
    by: tuple[By, ...]


REPORTS: Final = (
    ReportKind("no-shows", "No-shows and late cancels", ("staff", "type", "weekday", "hour")),
    ReportKind("use", "Use of working time", ("staff", "day", "week")),
    ReportKind("heat", "Hours that are booked", ("cell",)),
    ReportKind("reasons", "Reasons of cancelation", ("reason",)),
    ReportKind("lead", "Lead time", ("type",)),
    ReportKind("returning", "New and returning customers", ("month",)),
    ReportKind("takings", "Takings", ("day", "month", "staff")),
    ReportKind("taxes", "Taxes", ("tax",)),
)


def report_kind(name: str) -> ReportKind:
    """The report of that name; :class:`UsageError` where there is none."""
    found = next((one for one in REPORTS if one.name == name), None)
    if found is None:
        names = ", ".join(one.name for one in REPORTS)
        raise UsageError(f"There is no report {name!r}.", f"Choose from {names}.")
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """A report over the days ``first`` to ``last``, both included, narrowed to some staff, types or rooms.

    Raises :class:`UsageError` for a report or a way to divide it that there is not, :class:`Refused` for a
    period that is longer than twenty years or ends before it begins.
    """

    name: str
    first: date
    last: date
    by: By
    staff_ids: tuple[int, ...] = ()
    type_ids: tuple[int, ...] = ()
    room_ids: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        kind = report_kind(self.name)
        if self.by not in kind.by:
            raise UsageError(
                f"{kind.title} is not divided by {self.by}.", f"Choose from {', '.join(kind.by)}."
            )
        if self.last < self.first:
            raise Refused("The period ends before it begins.", "Give the earlier day first.")
        if self.last.year - self.first.year > MOST_YEARS:
            raise Refused(f"The period is longer than {MOST_YEARS} years.", "Check the years.")

    @property
    def title(self) -> str:
        """What it is called."""
        return report_kind(self.name).title


@dataclass(frozen=True, slots=True)
class Figure:
    """A column of figures. ``opens`` tells whether there are visits behind its numbers; a share leads to
    those it is a share of. ``charted`` ones are what the chart draws first; ``currency`` is that of money.
    """

    key: str
    title: str
    kind: Kind = "count"
    opens: bool = True
    charted: bool = False
    currency: str = ""


class Line(NamedTuple):
    """One line: what it is of (``key`` for the program, ``label`` for people), and a value per figure.

    None is a value that there is not: a share of nothing, the working time of somebody who keeps none.
    """

    key: Hashable
    label: str
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """A report's answer. ``heading`` is the title of the labels, ``total`` is over everything asked for,
    ``notes`` say how it was counted."""

    asked: Asked
    heading: str
    figures: tuple[Figure, ...]
    lines: tuple[Line, ...]
    total: Line
    notes: tuple[str, ...] = ()

    def at(self, key: str) -> int:
        """The place of the figure with that key."""
        return next(place for place, one in enumerate(self.figures) if one.key == key)


def share(part: int, whole: int) -> int | None:
    """``part`` of ``whole`` in thousandths, half up; None of nothing."""
    return (2_000 * part + whole) // (2 * whole) if whole > 0 else None


class Quartiles(NamedTuple):
    """A quarter, a half and three quarters of the values are at most these; None without any value."""

    lower: int | None
    median: int | None
    upper: int | None


def quartiles(counts: Mapping[int, int]) -> Quartiles:
    """The quartiles of values that occur ``counts[value]`` times, by the nearest rank.

    The q-th of n values is the one at place ceil(q n / 4) of the sorted ones: always a value that
    occurred, never something between two.
    """
    total = sum(counts.values())
    if not total:
        return Quartiles(None, None, None)
    places = [-(-quarter * total // 4) for quarter in (1, 2, 3)]
    found: list[int] = []
    passed = 0
    for value in sorted(counts):
        passed += counts[value]
        while len(found) < len(places) and places[len(found)] <= passed:
            found.append(value)
    return Quartiles(*found)


class Cell(NamedTuple):
    """An hour of a weekday (Monday 0)."""

    weekday: int
    hour: int


def cells(weekday: int, starts: int, minutes: int) -> Iterator[tuple[Cell, int]]:
    """The hours that a stretch falls on, and how many minutes on each; it may reach into other days.

    ``starts`` is minutes after the midnight with which ``weekday`` begins.
    """
    at, ends = starts, starts + minutes
    while at < ends:
        until = min(ends, (at // 60 + 1) * 60)
        day, minute = divmod(at, MIDNIGHT)
        yield Cell((weekday + day) % 7, minute // 60), until - at
        at = until


def cells_between(start: int, end: int, zone: Zone) -> Iterator[tuple[Cell, int]]:
    """The same of the half-open ``[start, end)``, UTC seconds, on whatever day the clocks change.

    Clocks change by whole quarters of an hour, at the full quarter.
    """
    at = start
    while at < end:
        until = min(end, (at // _QUARTER + 1) * _QUARTER)
        yield _cell(at // _QUARTER, zone), (until - at) // MINUTE
        at = until


@lru_cache(maxsize=1_024)
def _cell(quarter: int, zone: Zone) -> Cell:
    shown = wall(quarter * _QUARTER, zone)
    return Cell(shown.weekday(), shown.hour)


def months(first: date, last: date) -> Iterator[tuple[date, date]]:
    """The period cut into months, of which the outer ones may be parts; both days included."""
    at = first
    while at <= last:
        following = (at.replace(day=1) + timedelta(days=31)).replace(day=1)
        yield at, min(last, following - timedelta(days=1))
        at = following


def days_of(first: date, last: date) -> tuple[date, ...]:
    """Every day of the period."""
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


def monday_of(day: date) -> date:
    """The Monday of its week, which names the week."""
    return day - timedelta(days=day.weekday())


def added(columns: Iterable[tuple[int | None, ...]], width: int) -> tuple[int, ...]:
    """Rows of values added up column by column; what there is not counts as nothing."""
    sums = [0] * width
    for row in columns:
        for place, value in enumerate(row):
            sums[place] += value or 0
    return tuple(sums)
