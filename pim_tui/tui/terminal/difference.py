"""From the picture that a terminal shows to the one that is wanted, in as few bytes as it takes.

Pure: two pictures, what is known of the terminal, and out comes what to send. Where terminals differ, the
sure way is taken: nothing is expected of the last column, of colours under erased cells, or of characters
whose width is disputed, but what all of them do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from . import moves
from .cells import Cell, Cells, Frame, Row
from .pens import Pen
from .profile import Profile

_ERASE: Final = "\x1b[K"
_CLEAR: Final = "\x1b[H\x1b[J"


@dataclass(slots=True)
class Shown:
    """What is known of the terminal: its cells, its pen, and where its cursor is. None: nothing is known."""

    rows: list[Row] | None = None
    pen: Pen | None = None
    x: int | None = None
    y: int | None = None

    def forget(self) -> None:
        """Somebody else may have written: the next picture is sent whole."""
        self.rows = self.pen = self.x = self.y = None


def between(
    shown: Shown, wanted: Frame, profile: Profile, cells: Cells, cursor: tuple[int, int] | None = None
) -> str:
    """What to send so that ``wanted`` is shown, with the cursor at ``cursor``; `Shown` is kept right."""
    writing = _Writing(shown, wanted, profile, cells)
    rows = writing.begin()
    for y, (old, new) in enumerate(zip(rows, wanted.rows, strict=True)):
        if old != new:
            writing.row(y, old, new)
            rows[y] = new.copy()
    if cursor is not None:
        writing.move(min(cursor[0], wanted.width - 1), min(cursor[1], wanted.height - 1))
    return "".join(writing.out)


@dataclass(slots=True)
class _Writing:
    """One frame on its way; keeps `Shown`'s pen and cursor right as it goes."""

    shown: Shown
    wanted: Frame
    profile: Profile
    cells: Cells
    out: list[str] = field(default_factory=list)

    def begin(self) -> list[Row]:
        """The rows as they are, cleared first where nothing is known of them."""
        rows = self.shown.rows
        if rows is None or len(rows) != self.wanted.height or len(rows[0]) != self.wanted.width:
            self.pen(self.cells.pens.plain)
            self.out.append(_CLEAR)
            self.shown.x = self.shown.y = 0
            rows = self.shown.rows = [
                [self.cells.blank] * self.wanted.width for _ in range(self.wanted.height)
            ]
        return rows

    def row(self, y: int, old: Row, new: Row) -> None:
        """Write what differs in one row."""
        if self.cells.doubtful(old) or self.cells.doubtful(new):
            self._anew(y, new)
            return
        changed = [x for x, (a, b) in enumerate(zip(old, new, strict=True)) if a is not b and a != b]
        tail = self._blank_tail(new)
        erasable = [x for x in changed if x >= tail]
        if len(erasable) <= len(_ERASE):
            erasable = []
        for start, stop in self._spans(new, changed[: len(changed) - len(erasable)]):
            self.move(start, y)
            self._cells(new, start, stop)
        if erasable:
            self.move(erasable[0], y)
            self.pen(new[-1][1])
            self.out.append(_ERASE)

    def move(self, x: int, y: int) -> None:
        """Bring the cursor there."""
        shown = self.shown
        if (shown.x, shown.y) != (x, y):
            self.out.append(moves.way(shown.x, shown.y, x, y))
            shown.x, shown.y = x, y

    def pen(self, pen: Pen) -> None:
        """Take a pen."""
        self.out.append(self.cells.pens.way(self.shown.pen, pen))
        self.shown.pen = pen

    def _anew(self, y: int, new: Row) -> None:
        """A row in which a character may stand elsewhere than thought is erased and written whole, each such
        character at the place it is meant for, and what follows it at its own."""
        self.move(0, y)
        self.pen(self.cells.pens.plain)
        self.out.append(_ERASE)
        self._cells(new, 0, self._right_end(new))

    def _right_end(self, row: Row) -> int:
        """Behind the last cell that is not just blank."""
        end = len(row)
        while end and row[end - 1] is self.cells.blank:
            end -= 1
        return end

    def _blank_tail(self, row: Row) -> int:
        """From which column on erasing would do."""
        text, pen = last = row[-1]
        if text != " " or not pen.erases or not (self.profile.back_colour_erase or pen.back == -1):
            return len(row)
        start = len(row)
        while start and (row[start - 1] is last or row[start - 1] == last):
            start -= 1
        return start

    def _spans(self, row: Row, changed: Sequence[int]) -> list[tuple[int, int]]:
        """What to write: stretches of changed cells, joined where what lies between is short."""
        if not changed:
            return []
        breaks = [(a, b) for a, b in pairwise(changed) if b - a > 1 and not self._short(row[a : b + 1])]
        starts = [changed[0], *(b for _, b in breaks)]
        stops = [*(a for a, _ in breaks), changed[-1]]
        return [_whole(row, start, stop + 1) for start, stop in zip(starts, stops, strict=True)]

    @staticmethod
    def _short(cells: Sequence[Cell]) -> bool:
        """Whether the inner cells cost no more than going around them: few, and of one pen."""
        if len(cells) > 6:
            return False
        pen = cells[0][1]
        size = sum(len(text.encode()) for text, _ in cells[1:-1])
        return size <= 4 and all(p is pen or (text == " " and pen.on_blanks is p) for text, p in cells[1:-1])

    def _cells(self, row: Row, start: int, stop: int) -> None:
        """Write the cells of ``row`` from ``start`` to before ``stop``; the cursor is at ``start``."""
        out, y = self.out, self.shown.y
        assert y is not None
        last_cell = len(row) - 1
        x = start
        while x < stop:
            text, pen = row[x]
            if self.shown.pen is not pen:
                self._take_pen(row, x, stop)
            if x == last_cell and y == self.wanted.height - 1 and not self.profile.last_cell:
                return
            out.append(text)
            x += 1
            if x < len(row) and not row[x][0]:
                x += 1
            self.shown.x = x if x <= last_cell else None
            if x > last_cell and not self.profile.last_cell:
                self.shown.y = None
            if not text.isascii() and self.cells.is_doubtful(text):
                self.shown.x = None
                if x < stop:
                    self.move(x, y)

    def _take_pen(self, row: Row, x: int, stop: int) -> None:
        """The pen for the cell at ``x``: for a blank that of the next letter, if it looks the same in it."""
        text, pen = row[x]
        if text == " ":
            now = self.shown.pen
            if now is not None and now.on_blanks is pen:
                return
            following = next((p for t, p in row[x:stop] if t != " "), pen)
            if following.on_blanks is pen:
                pen = following
        self.pen(pen)


def _whole(row: Row, start: int, stop: int) -> tuple[int, int]:
    """The same stretch with no wide character parted."""
    if not row[start][0]:
        start -= 1
    if stop < len(row) and not row[stop][0]:
        stop += 1
    return start, stop
