"""What lies over the book while the terminal is too small for it: a sentence, or a way to look things up."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.widgets import Static

from ..base import PimDialog
from ..textsafe import show


class Cover(PimDialog[None]):
    """Lies over everything, which stays as it is; the app takes it away once there is room again."""

    def on_screen_resume(self) -> None:
        """What lay over it has gone: there may be another size by now."""
        if self.app.screen is self:
            self.pim.cover_if_small(self.app.size)


class TooSmall(Cover):
    """One sentence, where there is not even room to look something up."""

    def compose(self) -> ComposeResult:
        """The sentence."""
        yield Static("")

    def on_resize(self, event: events.Resize) -> None:
        """Tell the sizes."""
        here = f"{event.size.width}x{event.size.height}"
        told = f"This terminal is {here}; pim_tui needs at least 80x24, and 40x12 to look things up."
        self.query_one(Static).update(show(f"{told} Enlarge it to go on: nothing is lost."))
