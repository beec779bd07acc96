"""The line that tells what was picked up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from ...domain.agenda import Block
from ...domain.layout import spelled
from .cells import Line, fit, shown
from .linedrawn import LineDrawn

HINT = " · V puts down, Esc gives back"


class PinStrip(LineDrawn, can_focus=False):
    """One line above the keys; not there while nothing is picked up."""

    STYLE_PREFIX = "bar--"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"bar--title"}

    def __init__(self) -> None:
        super().__init__()
        self._told = ""

    def show(self, blocks: Iterable[Block]) -> None:
        """What is on the pinboard now."""
        told = [f"{shown(block.customer)} {spelled(block.minutes)}" for block in blocks]
        self._told = f"({len(told)}): {', '.join(told)}" if told else ""
        self.display = bool(self._told)
        self.redraw()

    def paint(self, width: int, height: int) -> Sequence[Line]:
        """The names give way to what the keys do."""
        told = fit(f" On the pinboard {self._told}", max(0, width - len(HINT)), self.glyphs).rstrip()
        return [((fit(f"{told}{HINT}", width, self.glyphs), "title"),)]
