"""The sums of a bill under its lines: two columns of titles and amounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len

from .cells import Line, fit
from .linedrawn import LineDrawn

AMOUNT = 15
"""Cells of an amount; a larger one takes what it needs from its title."""


class Sum(NamedTuple):
    """A title and an amount as text; ``style`` is strong, dim or empty."""

    title: str
    amount: str
    style: str = ""


class TillSums(LineDrawn, can_focus=False):
    """What the bill is made of on the left, who pays what on the right."""

    STYLE_PREFIX = "sums--"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"sums--strong", "sums--dim", "sums--rule"}

    def __init__(self) -> None:
        super().__init__()
        self._left: Sequence[Sum] = ()
        self._right: Sequence[Sum] = ()

    def show(self, left: Sequence[Sum], right: Sequence[Sum]) -> None:
        """Other sums; the widget is as high as the longer column and a rule."""
        self._left, self._right = tuple(left), tuple(right)
        height = 1 + max(len(left), len(right), 1)
        if self.styles.height is None or self.styles.height.value != height:
            self.styles.height = height
        self.redraw()

    def paint(self, width: int, height: int) -> Sequence[Line]:
        """A rule, then both columns; what finds no room on the left is left out from the end."""
        half = (width - 4) // 2
        lines: list[Line] = [((self.glyphs.rule * width, "rule"),)]
        for at in range(height - 1):
            left = self._piece(self._left, at, half)
            right = self._piece(self._right, at, width - half - 4)
            lines.append(((" ", ""), left, ("  ", ""), right, (" ", "")))
        return lines

    def _piece(self, sums: Sequence[Sum], at: int, width: int) -> tuple[str, str]:
        if at >= len(sums):
            return " " * width, ""
        one = sums[at]
        room = max(AMOUNT, cell_len(one.amount) + 1)
        title = fit(one.title, max(0, width - room), self.glyphs)
        return title + fit(one.amount, min(room, width), self.glyphs, right=True), one.style
