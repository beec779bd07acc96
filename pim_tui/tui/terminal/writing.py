"""Cells on their way to the line, with the pen and the cursor kept in mind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from . import moves
from .cells import Cells, Row, is_line
from .pens import Pen
from .profile import Profile

_RUN: Final = 5
"""Equal cells in a row that are looked at for a shorter way to write them."""

_ERASE: Final = "\x1b[K"


@dataclass(slots=True)
class Hand:
    """What the terminal would write with, and where. ``pen`` None: any; ``x`` and ``y``: see `moves.way`."""

    pen: Pen | None = None
    x: int | None = None
    y: int | None = None


class Writing:
    """One picture of ``width`` and ``height`` cells being written; ``hand`` is kept right as it goes."""

    def __init__(self, hand: Hand, cells: Cells, profile: Profile, width: int, height: int) -> None:
        self.hand = hand
        self.out: list[str] = []
        self._cells = cells
        self._profile = profile
        self._last = (width - 1, height - 1)

    @property
    def scrolls(self) -> bool:
        """Whether rows can be moved between margins."""
        return self._profile.scroll_region

    def shortest(self, *ways: Callable[[], None]) -> None:
        """Write in the one way of several that takes the fewest bytes."""
        begun, hand = len(self.out), self.hand
        tries = []
        for write in ways:
            self.hand = replace(hand)
            write()
            tries.append((len("".join(self.out[begun:]).encode()), self.out[begun:], self.hand))
            del self.out[begun:]
        _, written, self.hand = min(tries, key=lambda tried: tried[0])
        self.out += written

    def move(self, x: int, y: int) -> None:
        """Bring the cursor there."""
        hand = self.hand
        if (hand.x, hand.y) != (x, y):
            self.out.append(moves.way(hand.x, hand.y, x, y))
            hand.x, hand.y = x, y

    def take(self, pen: Pen) -> None:
        """Take a pen."""
        if self.hand.pen is not pen:
            self.out.append(self._cells.pens.way(self.hand.pen, pen))
            self.hand.pen = pen

    def take_for_blanks(self, pen: Pen) -> None:
        """Take a pen for blanks alone: any of which they look the same will do."""
        if self.hand.pen is None or self.hand.pen.on_blanks is not pen:
            self.take(pen)

    def erase(self, tail: int, x: int, y: int, pen: Pen) -> None:
        """Make the row blank from column ``x`` on, in a pen that `erases`; from ``tail`` on it may be."""
        hand = self.hand
        if hand.y != y or hand.x is None or not tail <= hand.x <= x:
            start = min((x, tail), key=lambda at: len(moves.way(hand.x, hand.y, at, y)))
            self.move(start, y)
        self.take_for_blanks(pen)
        self.out.append(_ERASE)

    def erases(self, pen: Pen) -> bool:
        """Whether what is erased in this pen of blanks looks like them."""
        return pen.erases and (self._profile.back_colour_erase or pen.back == -1)

    def cells(self, row: Row, y: int, start: int, stop: int) -> None:
        """Write the cells of ``row`` from ``start`` to before ``stop``; no wide one may be parted."""
        if y == self._last[1] and not self._profile.last_cell:
            stop = min(stop, self._last[0])
        self.move(start, y)
        x = start
        while x < stop:
            text, pen = row[x]
            if self.hand.pen is not pen:
                self._take_for(row, x, stop)
            if not text.isascii() and self._cells.is_doubtful(text):
                x = self._doubtful(row, y, x, stop)
                if x < stop:
                    self.move(x, y)
            elif x + _RUN <= stop and row[x + 1] is row[x] and row[x + 2] is row[x]:
                x = self._run(row, x, stop)
            else:
                self.out.append(text)
                x += 2 if x < self._last[0] and not row[x + 1][0] else 1
                self._passed(x)

    def _passed(self, x: int) -> None:
        """The cursor is at ``x`` now, unless the row has ended there."""
        self.hand.x = x if x <= self._last[0] else None
        if x > self._last[0] and not self._profile.last_cell:
            self.hand.y = None

    def _doubtful(self, row: Row, y: int, x: int, stop: int) -> int:
        """Write words in which not all terminals count the cells as we do; answers the column behind them.

        They are written in one go over the blanks that follow them, so that a terminal on which they are
        longer shows them whole: an accent of a name is more than a straight margin.
        """
        end, behind = words(row, x, stop)
        ground = [*row[:x], *(self._cells.cell(" ", pen) for _, pen in row[x:end]), *row[end:]]
        self.cells(ground, y, x, behind)
        self.move(x, y)
        for text, pen in row[x:end]:
            self.take(pen)
            self.out.append(text)
        self._passed(behind)
        self.hand.x = None
        return behind

    def _run(self, row: Row, x: int, stop: int) -> int:
        """Write equal cells the shortest way; answers the column behind them."""
        text, pen = cell = row[x]
        end = x + 1
        while end < stop and row[end] is cell:
            end += 1
        count, profile = end - x, self._profile
        written = text * count
        # That a character of several bytes is repeated, some terminals only say.
        if profile.repeat and text.isascii():
            written = min(written, f"{text}\x1b[{count - 1}b", key=len)
        if profile.erase_chars and text == " " and self.erases(pen):
            erased = f"\x1b[{count}X"
            onward = moves.way(0, 0, count, 0) if end < stop else ""
            if len(erased + onward) < len(written):
                self.out.append(erased + onward)
                self._passed(end if end < stop else x)
                return end
        self.out.append(written)
        self._passed(end)
        return end

    def _take_for(self, row: Row, x: int, stop: int) -> None:
        """The pen for the cell at ``x``: for a blank that of the next letter, if it looks the same in it."""
        text, pen = row[x]
        if text == " ":
            now = self.hand.pen
            if now is not None and now.on_blanks is pen:
                return
            following = next((p for t, p in row[x:stop] if t != " "), pen)
            if following.on_blanks is pen:
                pen = following
        self.take(pen)


def words(row: Row, start: int, stop: int) -> tuple[int, int]:
    """Where the words end that begin at ``start``, and the blanks behind them: all on one background, and not
    beyond a line that is drawn. Words are parted by one blank."""
    back = row[start][1].back
    end = x = start + 1
    while x < stop and x - end < 2 and row[x][1].back == back and not is_line(row[x][0]):
        x += 1
        if row[x - 1][0] != " ":
            end = x
    behind = end
    while behind < stop and row[behind][0] == " " and row[behind][1].back == back:
        behind += 1
    return end, behind
