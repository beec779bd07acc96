"""A telephone number in large type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.geometry import Size

from ...domain.bigtype import HEIGHT, lines_of, rows_of
from .cells import Line
from .linedrawn import LineDrawn

MOST = 3
"""Rows of characters; a longer number is no telephone number."""


class BigType(LineDrawn, can_focus=False):
    """Each character is three squares wide and five high."""

    STYLE_PREFIX = "big--"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"big--square"}

    def __init__(self, number: str) -> None:
        super().__init__()
        self._number = number

    def show(self, number: str) -> None:
        """Another number."""
        self._number = number
        self.refresh(layout=True)
        self.redraw()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Its rows, with a line between them."""
        return max(1, len(rows_of(self._number, width)[:MOST]) * (HEIGHT + 1) - 1)

    def paint(self, width: int, height: int) -> Sequence[Line]:
        """Row after row."""
        square = "##" if self.ascii_only else "██"
        lines: list[Line] = []
        for row in rows_of(self._number, width)[:MOST]:
            lines += [((line, "square"),) for line in lines_of(row, square)]
            lines.append(())
        return lines[:height]
