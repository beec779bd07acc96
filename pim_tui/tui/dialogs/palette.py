"""Every command of a screen by its name."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from ...domain.text import fold
from ..keys import Key
from ..textsafe import show
from ..widgets.linetable import FoundTable, TableColumn, TableRow
from .found import FoundDialog

COLUMNS = (
    TableColumn("Command", 14, rank=4),
    TableColumn("Does", 40, rank=3, grow=1),
    TableColumn("Key", 12, rank=2),
)


class Palette(FoundDialog[Key]):
    """Words narrow the list, Up and Down choose, Enter carries out."""

    def __init__(self, keys: Sequence[Key]) -> None:
        super().__init__()
        self._keys = {key.id: key for key in keys}

    def compose(self) -> ComposeResult:
        """The line and the list under it."""
        with Vertical(classes="panel tall"):
            yield Static(show("Command: part of its name"), classes="heading")
            yield Input(compact=True, max_length=60)
            yield FoundTable(COLUMNS, empty="No command is called so here.")

    def on_mount(self) -> None:
        """List all of them."""
        self.pim.dress(self)
        self._narrow("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """List those that hold every word typed."""
        self._narrow(event.value)

    def _narrow(self, text: str) -> None:
        words = fold(text).split()
        rows = [
            TableRow(key.id, (key.label, key.help, " ".join(map(key.caps.printed, key.on_board))))
            for key in self._keys.values()
            if all(word in fold(f"{key.label} {key.help}") for word in words)
        ]
        # Called so comes before only spoken of.
        rows.sort(key=lambda row: not all(word in fold(row.cells[0]) for word in words))
        self.list_found(rows)

    def choose(self, key: Hashable | None, typed: str) -> None:
        """Return the command under the cursor."""
        if isinstance(key, str):
            self.dismiss(self._keys[key])
