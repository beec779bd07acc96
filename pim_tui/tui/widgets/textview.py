"""A long text in lines, of which the screen shows a part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.message import Message

from .cells import Line, fit
from .linedrawn import LineDrawn


class TextView(LineDrawn):
    """Lines that are scrolled by whoever owns the keys; the place is told by a message."""

    STYLE_PREFIX = "text--"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"text--line"}

    class Moved(Message):
        """Another part is shown: lines ``first`` to ``last`` of ``total``, counted from 1."""

        def __init__(self, first: int, last: int, total: int) -> None:
            super().__init__()
            self.first, self.last, self.total = first, last, total

    def __init__(self) -> None:
        super().__init__()
        self._text: tuple[str, ...] = ()
        self._top = 0

    def show(self, lines: Sequence[str]) -> None:
        """Another text; the place in it stays as far as it can."""
        self._text = tuple(lines)
        self.scroll_lines(0)

    def scroll_lines(self, step: int) -> None:
        """So many lines down, or up when negative; never past an end."""
        height = self.size.height
        self._top = max(0, min(self._top + step, len(self._text) - height))
        self.redraw()
        total = len(self._text)
        self.post_message(self.Moved(min(self._top + 1, total), min(self._top + height, total), total))

    @property
    def page(self) -> int:
        """How far a page is: one line of the last one stays in sight."""
        return max(1, self.size.height - 1)

    def to_end(self, *, last: bool) -> None:
        """To the first line, or to the last."""
        self.scroll_lines(len(self._text) if last else -len(self._text))

    def paint(self, width: int, height: int) -> Sequence[Line]:
        """The part that is in sight."""
        lines = self._text[self._top : self._top + height]
        return [((fit(f" {line}", width, self.glyphs), "line"),) for line in lines]
