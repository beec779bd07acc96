"""What somebody was told lately: a notice goes after a while, and a sentence with the next one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from ...domain.moments import clock
from ...manual.lines import cut
from ..base import WIDEST, PimDialog
from ..widgets.cells import shown, wrapped
from ..widgets.textview import TextView

_TIME = 7
"""Cells for when it was told."""
_BESIDE = 6
"""Cells for the frame and what keeps a text from it."""


class ToldDialog(PimDialog[None]):
    """Up, Down and the page keys move in it; Enter or Esc leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,enter,exclamation_mark", "dismiss_none", "Back"),
        ("up", "scroll(-1)", "Up"),
        ("down", "scroll(1)", "Down"),
        ("pageup,b,ctrl+b", "page(-1)", "Page up"),
        ("pagedown,space,ctrl+f", "page(1)", "Page down"),
    ]

    def __init__(self, told: Sequence[tuple[int, str]]) -> None:
        """``told`` is when, UTC seconds, and what; the newest first."""
        super().__init__()
        self._told = told

    def compose(self) -> ComposeResult:
        """A sentence below the other, each with its time."""
        with Vertical(classes="panel tall"):
            yield self.headed("What you were told", "arrows move, Esc leaves")
            yield TextView()

    def on_mount(self) -> None:
        """Lines that fit."""
        self.pim.dress(self)
        width = max(20, min(self.app.size.width, WIDEST) - _BESIDE - _TIME)
        zone = self.pim.desk.session.zone
        lines: list[str] = []
        for at, text in self._told:
            # A path may be longer than a line: all of it is here to be read again.
            first, *others = cut(wrapped(shown(text), width), width)
            lines += [f"{clock(at, zone):{_TIME}}{first}", *(f"{'':{_TIME}}{line}" for line in others)]
        self.query_one(TextView).show(lines or ["Nothing yet."])

    def action_scroll(self, step: int) -> None:
        """Some lines on."""
        self.query_one(TextView).scroll_lines(step)

    def action_page(self, step: int) -> None:
        """A page on."""
        view = self.query_one(TextView)
        view.scroll_lines(step * view.page)
