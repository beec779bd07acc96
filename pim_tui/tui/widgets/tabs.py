"""The names of the tabs on one line, the open one standing out in shape as well as in colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from textual import events
from textual.message import Message

from .cells import Line, shown
from .linedrawn import LineDrawn

_LEAST = 3
"""Letters that are left of a title at least."""


class TabBar(LineDrawn, can_focus=False):
    """``Dispense  [Appointment]  Note``: the brackets tell without colour which one is open."""

    STYLE_PREFIX = "tabs--"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"tabs--tab", "tabs--open"}

    class Clicked(Message):
        """A title was clicked."""

        def __init__(self, at: int) -> None:
            super().__init__()
            self.at = at

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__()
        self._titles = tuple(titles)
        self._open_at = 0

    def open(self, at: int) -> None:
        """Mark another tab as the open one."""
        self._open_at = at
        self.redraw()

    def paint(self, width: int, height: int) -> Sequence[Line]:
        """All titles, closer together where they do not fit; then the long ones that are not open get
        shortened."""
        line = []
        for at, title in enumerate(self._shown(width)):
            line.append((title, "open" if at == self._open_at else "tab"))
        return [tuple(line)]

    def on_click(self, event: events.Click) -> None:
        """A mouse may help."""
        x = 0
        for at, title in enumerate(self._shown(self.size.width)):
            if x <= event.x < x + cell_len(title):
                self.post_message(self.Clicked(at))
            x += cell_len(title)

    def _shown(self, width: int) -> list[str]:
        """The titles as they are written: the open one in brackets, the others with blanks around them. Where
        there is little room one blank parts them, and beside the open one its bracket does."""
        titles, last = [shown(title) for title in self._titles], len(self._titles) - 1
        if sum(cell_len(title) + 2 for title in titles) <= width:
            return [f"[{title}]" if at == self._open_at else f" {title} " for at, title in enumerate(titles)]
        self._shorten(titles, width - last - (self._open_at == 0) - (self._open_at == last))
        return [
            f"[{title}]" if at == self._open_at else title + ("" if at in (self._open_at - 1, last) else " ")
            for at, title in enumerate(titles)
        ]

    def _shorten(self, titles: list[str], room: int) -> None:
        """Cut letters off the longest ones until they come to ``room`` cells."""
        while sum(map(cell_len, titles)) > room:
            closed = [at for at in range(len(titles)) if at != self._open_at]
            longest = max(closed, key=lambda at: cell_len(titles[at]), default=None)
            if longest is None or cell_len(titles[longest]) <= _LEAST:
                break
            titles[longest] = set_cell_size(titles[longest], cell_len(titles[longest]) - 1).rstrip()
