"""Pictures among drawn lines: a cell is a half block in two colours, or a blank where they are one.

The colours are the photo's own and so in no style sheet; only the sheets say what everything else
looks like.
"""

from __future__ import annotations

from rich.color import Color
from rich.style import Style

from ...domain.halfblocks import Cell, Depth, HalfBlocks
from .cells import Line, Piece
from .linedrawn import LineDrawn

_UPPER = "▀"
_MARK = "photo"


def drawn(picture: HalfBlocks) -> list[Line]:
    """A picture as lines; each piece is one colour or one pair of colours."""
    return [tuple(_piece(picture.depth, cell) for cell in line) for line in picture.lines]


def _piece(depth: Depth, cell: Cell) -> Piece:
    upper, lower = cell
    return (" " if upper == lower else _UPPER), f"{_MARK}:{depth}:{upper}:{lower}"


def _style(name: str) -> Style:
    """The style that :func:`drawn` has named."""
    _, depth, *numbers = name.split(":")
    upper, lower = (_colour(depth, int(number)) for number in numbers)
    return Style(bgcolor=lower) if upper == lower else Style(color=upper, bgcolor=lower)


def _colour(depth: str, number: int) -> Color:
    if depth == "truecolor":
        return Color.from_rgb(number >> 16, number >> 8 & 255, number & 255)
    return Color.from_ansi(number)


class PhotoDrawn(LineDrawn):
    """A widget whose lines may hold pictures."""

    def _combined(self, names: str) -> Style:
        if names.startswith(f"{_MARK}:"):
            return _style(names)
        return super()._combined(names)
