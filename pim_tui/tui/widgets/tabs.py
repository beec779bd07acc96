"""The names of the tabs on one line, the open one standing out in shape as well as in colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.message import Message

from .cells import Line, fit, shown
from .linedrawn import LineDrawn

_LEAST = 3
"""Letters that are left of a title at least."""


class TabBar(LineDrawn, can_focus=False):
    """``[Appointments]  Notes``: the brackets tell without colour which one is open."""

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
        """All titles; where they do not fit, the long ones that are not open are shortened."""
        line = []
        for at, title in enumerate(self._fitting(width)):
            is_open = at == self._open_at
            line.append((f"[{title}]" if is_open else f" {title} ", "open" if is_open else "tab"))
        return [tuple(line)]

    def on_click(self, event: events.Click) -> None:
        """A mouse may help."""
        x = 0
        for at, title in enumerate(self._fitting(self.size.width)):
            if x <= event.x < x + cell_len(title) + 2:
                self.post_message(self.Clicked(at))
            x += cell_len(title) + 2

    def _fitting(self, width: int) -> list[str]:
        titles = [shown(title) for title in self._titles]
        while sum(cell_len(title) + 2 for title in titles) > width:
            closed = [at for at in range(len(titles)) if at != self._open_at]
            longest = max(closed, key=lambda at: cell_len(titles[at]), default=None)
            if longest is None or cell_len(titles[longest]) <= _LEAST:
                break
            titles[longest] = fit(titles[longest], cell_len(titles[longest]) - 1, self.glyphs).rstrip()
            if titles[longest].endswith(self.glyphs.ellipsis):
                titles[longest] = titles[longest][:-1]
        return titles
