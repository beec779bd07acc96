"""Finding in two pictures the rows that only moved up or down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from .cells import Row

_LEAST: Final = 3
"""Moved rows that are worth the margins and the lines fed."""


@dataclass(frozen=True, slots=True)
class Scroll:
    """Rows ``top`` to ``bottom``, both included, move up by ``by`` rows, down where it is negative."""

    top: int
    bottom: int
    by: int

    def applied(self, rows: Sequence[Row], blank: Row) -> list[Row]:
        """The rows afterwards; each that came in is a copy of ``blank``."""
        fresh = [blank.copy() for _ in range(abs(self.by))]
        moved = list(rows[self.top : self.bottom + 1])
        moved = moved[self.by :] + fresh if self.by > 0 else fresh + moved[: self.by]
        return [*rows[: self.top], *moved, *rows[self.bottom + 1 :]]

    def widened(self, height: int) -> Iterator[Scroll]:
        """The same, and with the row before or behind them that comes to stand among them, of a screen of
        ``height`` rows: mostly the one that had the cursor."""
        yield self
        if self.by > 0 and self.bottom + self.by < height:
            yield replace(self, bottom=self.bottom + self.by)
        if self.by < 0 and self.top + self.by >= 0:
            yield replace(self, top=self.top + self.by)


def find(old: Sequence[Row], new: Sequence[Row]) -> Scroll | None:
    """The move that brings most rows to where they are wanted; None where none is worth it."""
    changed = [y for y, (before, after) in enumerate(zip(old, new, strict=True)) if before != after]
    if len(changed) < _LEAST:
        return None
    most, best = _LEAST - 1, None
    for by in range(1 - len(old), len(old)):
        fits = [y for y in changed if by and 0 <= y + by < len(old) and old[y + by] == new[y]]
        if len(fits) <= most:
            continue
        top, bottom = min(fits[0], fits[0] + by), max(fits[-1], fits[-1] + by)
        gained = len(fits) - _broken(old, new, Scroll(top, bottom, by))
        if gained > most:
            most, best = gained, Scroll(top, bottom, by)
    return best


def _broken(old: Sequence[Row], new: Sequence[Row], scroll: Scroll) -> int:
    """How many rows stood where they are wanted, and would not any more."""
    after = scroll.applied(old, [])
    return sum(old[y] == new[y] and after[y] != new[y] for y in range(scroll.top, scroll.bottom + 1))
