"""A QR code, dark on light whatever the terminal's colours are: in half blocks, or in coloured blanks where
there are no such characters and the code is small enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import ClassVar

from .cells import Line
from .linedrawn import LineDrawn

Squares = tuple[tuple[bool, ...], ...]
MARGIN = 4
"""Light squares around a code, where there is room for them; two are enough for most cameras."""
NO_ROOM = "The code does not fit on this terminal. The address is read or copied instead."


class QrCode(LineDrawn, can_focus=False):
    """The largest margin that fits; a sentence where not even the code does."""

    STYLE_PREFIX = "qr--"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"qr--code", "qr--drawn", "qr--none"}

    def __init__(self, squares: Squares) -> None:
        """``squares`` are the rows of the code, True is dark."""
        super().__init__()
        self._squares = squares

    def paint(self, width: int, height: int) -> Sequence[Line]:
        """The code in the middle."""
        drawn = drawn_code(self._squares, width, height, ascii_only=self.ascii_only, mono=self.mono)
        if not drawn:
            return [((f" {NO_ROOM}"[:width], "none"),)]
        left, top = (width - len(drawn[0])) // 2, (height - len(drawn)) // 2
        pieces = _blanks if self.ascii_only else _characters
        return [*([()] * top), *(((" " * left, ""), *pieces(line)) for line in drawn)]


def _characters(line: str) -> Line:
    return ((line, "code"),)


def _blanks(line: str) -> Line:
    """Squares as blanks in two styles: solid where no character is."""
    runs = (("".join(run), drawn) for drawn, run in groupby(line, "#".__eq__))
    return tuple((" " * len(text), "drawn" if drawn else "code") for text, drawn in runs)


def drawn_code(squares: Squares, width: int, height: int, *, ascii_only: bool, mono: bool) -> tuple[str, ...]:
    """The code as lines of one length; () where it does not fit into ``width`` x ``height`` cells.

    Without colour the light squares are drawn, for such a terminal is light on dark.
    """
    if not squares:
        return ()
    for margin in range(MARGIN, 0, -1):
        size = len(squares) + 2 * margin
        across, down = (2 * size, size) if ascii_only else (size, (size + 1) // 2)
        if across <= width and down <= height:
            grid = _framed(squares, margin, light=mono)
            return _in_ascii(grid) if ascii_only else _in_halves(grid, filled=mono)
    return ()


def _framed(squares: Squares, margin: int, *, light: bool) -> list[list[bool]]:
    """The squares with their margin; True is drawn."""
    edge = [light] * margin
    size = len(squares) + 2 * margin
    rows = [[*edge, *(square != light for square in row), *edge] for row in squares]
    return [*([light] * size for _ in range(margin)), *rows, *([light] * size for _ in range(margin))]


def _in_halves(grid: list[list[bool]], *, filled: bool) -> tuple[str, ...]:
    """Two rows of squares in a line of cells; below an odd last one there is margin."""
    rows = [*grid, [filled] * len(grid[0])] if len(grid) % 2 else grid
    return tuple(
        "".join(" ▀▄█"[upper + 2 * lower] for upper, lower in zip(rows[at], rows[at + 1], strict=True))
        for at in range(0, len(rows), 2)
    )


def _in_ascii(grid: list[list[bool]]) -> tuple[str, ...]:
    return tuple("".join("##" if square else "  " for square in row) for row in grid)
