"""The lines of a bill under way, with a way back up to the line they are typed in."""

from __future__ import annotations

from textual.events import Key
from textual.message import Message

from .linetable import LineTable


class BasketTable(LineTable):
    """Up on the first row goes back to the typing line; a figure begins a quantity."""

    class Left(Message):
        """Up on the first row."""

    class RowTyped(Message):
        """A figure was typed on a row."""

        def __init__(self, character: str) -> None:
            super().__init__()
            self.character = character

    def action_step(self, down: int) -> None:
        """One row on; above the first one is the typing line."""
        if down < 0 and self.cursor_key in (None, 0):
            self.post_message(self.Left())
        else:
            super().action_step(down)

    def on_key(self, event: Key) -> None:
        """Figures are passed on."""
        if event.character is not None and event.character.isdecimal():
            event.stop()
            self.post_message(self.RowTyped(event.character))
