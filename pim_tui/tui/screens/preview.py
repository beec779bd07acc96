"""A paper as text, to look at before it is printed."""

from __future__ import annotations

from collections.abc import Callable

from ...services.printing import Stationery, preview
from ...services.wanted import Wanted
from .textscreen import TextScreen


class PreviewScreen(TextScreen):
    """Scrolls through the paper; P prints it, Esc goes back."""

    scope = "preview"

    def __init__(self, wanted: Wanted, paper: Stationery, send: Callable[[], None]) -> None:
        """``send`` prints it, to where the menu said."""
        super().__init__()
        self._wanted, self._paper, self._send = wanted, paper, send

    async def read(self, width: int) -> None:
        """The paper as text."""
        session = self.pim.desk.session
        found = await self.fetch(preview, session, self._wanted, self._paper, width, self.pim.ascii_only)
        self.show_text(found.title, found.lines)

    # --- keys -------------------------------------------------------------------------------------

    def action_print(self) -> None:
        """Print what is seen, and go back."""
        self.app.pop_screen()
        self._send()
