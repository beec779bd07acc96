"""What is shown while the terminal is too small for the book."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.geometry import Size
from textual.widgets import Static

from ..base import PimDialog
from ..textsafe import show

LEAST = Size(80, 24)


def fits(size: Size) -> bool:
    """Whether the book can be shown in a terminal of this size."""
    return size.width >= LEAST.width and size.height >= LEAST.height


class TooSmall(PimDialog[None]):
    """One sentence over everything; the app takes it away once there is room again."""

    def compose(self) -> ComposeResult:
        """The sentence."""
        yield Static("")

    def on_screen_resume(self) -> None:
        """A dialog that opened meanwhile was closed: there may be room again."""
        if fits(self.app.size) and self.app.screen is self:
            self.app.pop_screen()

    def on_resize(self, event: events.Resize) -> None:
        """Tell both sizes."""
        here = f"{event.size.width}x{event.size.height}"
        told = f"This terminal is {here}; pim_tui needs at least 80x24. Enlarge it to go on: nothing is lost."
        self.query_one(Static).update(show(told))
