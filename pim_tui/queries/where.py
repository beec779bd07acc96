"""A condition with its parameters, which grows by what a list is narrowed by."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from ..db.many import marks
from ..domain.moments import Zone, day_bounds


class Where(NamedTuple):
    """What stands behind ``where``; never empty. Every step gives a new one."""

    text: str = "1 = 1"
    params: tuple[object, ...] = ()

    def also(self, text: str, *params: object) -> Where:
        """Both conditions."""
        return Where(f"{self.text} and {text}", (*self.params, *params))

    def among(self, column: str, values: Collection[object]) -> Where:
        """``column`` is one of the values; any value will do where none are given."""
        return self.also(f"{column} in ({marks(values)})", *values) if values else self

    def days(self, column: str, first: date | None, last: date | None) -> Where:
        """``column``, a date, lies from ``first`` to ``last``, both included; None leaves that end open."""
        where = self if first is None else self.also(f"{column} >= ?", first.isoformat())
        return where if last is None else where.also(f"{column} <= ?", last.isoformat())

    def moments(self, column: str, first: date | None, last: date | None, zone: Zone, unit: int = 1) -> Where:
        """The same of a ``column`` of UTC seconds, or of so many parts of them: the days of ``zone``."""
        where = self if first is None else self.also(f"{column} >= ?", day_bounds(first, zone)[0] * unit)
        return where if last is None else where.also(f"{column} < ?", day_bounds(last, zone)[1] * unit)
