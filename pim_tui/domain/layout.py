"""Where blocks go on a grid: rows of time, lanes side by side, what is clipped, what is counted.

Everything here is in rows and cells, so that the terminal and the paper can share it. A row is an
elapsed slot counted from the first instant of the local day (T4): a day of 23 or 25 hours
simply has fewer or more rows, and the label of a row is the local clock at its instant.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from .agenda import Block, DayLoad
from .intervals import Interval, lanes
from .states import Status

LANE_CELLS = 8
"""A lane narrower than this tells nothing: its blocks are counted instead."""
MORE_CELLS = 8
"""Room for ``+99 more``."""
ASIDE_CELLS = 3
"""The thin lane of canceled blocks whose time somebody else has taken."""

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Rows:
    """A window of time cut into equal elapsed slots.

    ``start`` and ``end`` are UTC seconds, half-open; ``slot`` is seconds a row. The last row is
    shorter when the window is not a whole number of slots.
    """

    start: int
    end: int
    slot: int

    @property
    def count(self) -> int:
        """Number of rows, at least one."""
        return max(1, -(-(self.end - self.start) // self.slot))

    def instant(self, row: int) -> int:
        """The first second of a row."""
        return self.start + row * self.slot

    def row_of(self, instant: int) -> int:
        """The row an instant lies in; the first or last one when it lies outside the window."""
        return min(max(0, (instant - self.start) // self.slot), self.count - 1)

    def holds(self, instant: int) -> bool:
        """Whether an instant lies in the window."""
        return self.start <= instant < self.end


class Placed(NamedTuple):
    """A block on rows ``top`` to ``bottom`` (half-open) and on ``width`` cells from ``x``.

    ``before`` and ``after`` say that it began before or ends after the window.
    """

    block: Block
    top: int
    bottom: int
    x: int
    width: int
    before: bool
    after: bool


class Counted(NamedTuple):
    """Blocks that found no lane of their own: told by number, reached by the cursor.

    ``canceled`` tells a thin lane of canceled blocks from an overflow ("+2 more").
    """

    blocks: tuple[Block, ...]
    top: int
    bottom: int
    x: int
    width: int
    canceled: bool


class Layout(NamedTuple):
    """One column of a day, laid out."""

    placed: tuple[Placed, ...]
    counted: tuple[Counted, ...]

    def at(self, row: int, rows: Rows) -> tuple[Block, ...]:
        """The blocks that touch a row: lanes from left to right, then the counted ones."""
        found = [p.block for p in sorted(self.placed, key=lambda p: p.x) if p.top <= row < p.bottom]
        for heap in self.counted:
            found += [block for block in heap.blocks if touches(block, row, rows)]
        return tuple(found)


def span_of(block: Block, rows: Rows) -> tuple[int, int]:
    """First row and the row after the last; never empty, cut to the window."""
    top = rows.row_of(block.starts_at)
    last = rows.row_of(max(block.starts_at, block.ends_at - 1))
    return top, last + 1


def touches(block: Block, row: int, rows: Rows) -> bool:
    """Whether a block is drawn on a row."""
    top, bottom = span_of(block, rows)
    return top <= row < bottom


@lru_cache(maxsize=128)
def lay_out(blocks: tuple[Block, ...], rows: Rows, width: int) -> Layout:
    """Lay one column's blocks out on ``width`` cells.

    Blocks that share a row stand side by side in lanes of equal width; where a lane would be
    narrower than :data:`LANE_CELLS` the later ones are counted, never hidden. A canceled block
    frees its time (T5): it has the column to itself while nobody took it, else it stands
    aside in a thin lane. Blocks outside the window are left out.
    """
    shown = sorted((b for b in blocks if b.starts_at < rows.end and b.ends_at > rows.start), key=_order)
    active = [b for b in shown if b.status != Status.CANCELED]
    taken = [span_of(b, rows) for b in active]
    free: list[Block] = []
    aside: list[Block] = []
    for block in shown:
        if block.status == Status.CANCELED:
            top, bottom = span_of(block, rows)
            clash = any(top < other_bottom and other_top < bottom for other_top, other_bottom in taken)
            (aside if clash else free).append(block)
    placed: list[Placed] = []
    counted: list[Counted] = [_aside(group, rows, width) for group in _groups(aside, rows)]
    for group in (*_groups(active, rows), *_groups(free, rows)):
        room = width - ASIDE_CELLS if _beside(group, counted, rows) else width
        side_by_side, heap = _lanes(group, rows, room)
        placed += side_by_side
        counted += heap
    return Layout(tuple(placed), tuple(counted))


def _order(block: Block) -> tuple[int, int, int]:
    return block.starts_at, -block.ends_at, block.id


def _groups(blocks: Iterable[Block], rows: Rows) -> list[list[Block]]:
    """Cut sorted blocks where no row is shared."""
    groups: list[list[Block]] = []
    end = -1
    for block in blocks:
        top, bottom = span_of(block, rows)
        if not groups or top >= end:
            groups.append([])
        groups[-1].append(block)
        end = max(end, bottom)
    return groups


def _reach(blocks: Iterable[Block], rows: Rows) -> tuple[int, int]:
    spans = [span_of(block, rows) for block in blocks]
    return min(top for top, _ in spans), max(bottom for _, bottom in spans)


def _aside(blocks: Sequence[Block], rows: Rows, width: int) -> Counted:
    top, bottom = _reach(blocks, rows)
    return Counted(tuple(blocks), top, bottom, max(0, width - ASIDE_CELLS), min(width, ASIDE_CELLS), True)


def _beside(group: Sequence[Block], heaps: Iterable[Counted], rows: Rows) -> bool:
    top, bottom = _reach(group, rows)
    return any(heap.canceled and heap.top < bottom and top < heap.bottom for heap in heaps)


def _lanes(group: Sequence[Block], rows: Rows, width: int) -> tuple[list[Placed], list[Counted]]:
    spans = [span_of(block, rows) for block in group]
    numbered = lanes([Interval(*span) for span in spans])
    total = numbered[0][1]
    if total == 1 or width // total >= LANE_CELLS:
        shown, room = total, width
    else:
        room = max(LANE_CELLS, width - MORE_CELLS)
        shown = max(1, room // LANE_CELLS)
    edges = [room * lane // shown for lane in range(shown + 1)]
    placed = [
        Placed(
            block,
            *span,
            edges[lane],
            edges[lane + 1] - edges[lane],
            block.starts_at < rows.start,
            block.ends_at > rows.end,
        )
        for block, span, (lane, _) in zip(group, spans, numbered, strict=True)
        if lane < shown
    ]
    rest = [block for block, (lane, _) in zip(group, numbered, strict=True) if lane >= shown]
    if not rest:
        return placed, []
    top, bottom = _reach(rest, rows)
    return placed, [Counted(tuple(rest), top, bottom, room, max(1, width - room), False)]


class Page(NamedTuple):
    """Which columns fit: ``first`` is an index, ``widths`` the cells of each one shown."""

    first: int
    widths: tuple[int, ...]
    total: int

    @property
    def last(self) -> int:
        """Index after the last column shown."""
        return self.first + len(self.widths)

    @property
    def label(self) -> str:
        """``< 2-4 of 9 >``, arrows only where there is more; empty when everything fits."""
        if len(self.widths) >= self.total:
            return ""
        left = "< " if self.first else ""
        right = " >" if self.last < self.total else ""
        return f"{left}{self.first + 1}-{self.last} of {self.total}{right}"


def page_of(total: int, width: int, narrowest: int, first: int, cursor: int) -> Page:
    """The page of columns that holds ``cursor``, as near to starting at ``first`` as possible.

    ``width`` cells are shared out evenly; no column is narrower than ``narrowest`` unless the
    whole width is.
    """
    count = max(1, min(total, width // narrowest))
    first = min(max(first, cursor - count + 1), cursor)
    first = max(0, min(first, total - count))
    return Page(first, shared_out(width, count), max(total, 1))


def shared_out(width: int, count: int) -> tuple[int, ...]:
    """``width`` cells in ``count`` parts that differ by one at most and add up."""
    edges = [width * i // count for i in range(count + 1)]
    return tuple(b - a for a, b in pairwise(edges))


def scrolled(top: int, cursor: int, shown: int, total: int) -> int:
    """The first row of a window of ``shown`` rows, moved just far enough to hold ``cursor``."""
    top = min(max(top, cursor - shown + 1), cursor)
    return max(0, min(top, total - shown))


def month_days(month: date, first_weekday: int = 0) -> tuple[date, ...]:
    """The 42 dates of six whole weeks around a month, stepping by calendar date (T4)."""
    first = month.replace(day=1)
    start = first - timedelta(days=(first.weekday() - first_weekday) % 7)
    return tuple(start + timedelta(days=n) for n in range(42))


def filled(load: DayLoad, steps: int) -> int:
    """How many of ``steps`` are booked, rounded up so that one booking is seen; full only when full."""
    if load.booked_minutes <= 0:
        return 0
    if load.open_minutes <= load.booked_minutes:
        return steps
    return max(1, min(steps - 1, round(steps * load.booked_minutes / load.open_minutes)))


def spelled(minutes: int) -> str:
    """Minutes as people say them: ``45m``, ``2h``, ``6h30``."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}m"
    return f"{hours}h{rest:02}" if rest else f"{hours}h"
