"""One of several, from a list."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from ..base import PimDialog
from ..textsafe import show
from ..widgets.linetable import LineTable, TableColumn, TableRow


class Pick(PimDialog[tuple[Hashable]]):
    """Enter returns the key under the cursor, in a tuple of one, for a key may be None. Esc leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss_none", "Back")]

    def __init__(
        self,
        title: str,
        options: Sequence[tuple[Hashable, str]],
        chosen: Hashable = None,
        *,
        told: str = "",
    ) -> None:
        """``told`` is said under the title, ``chosen`` has the cursor."""
        super().__init__()
        self.add_class("pick")
        self._title, self._told, self._chosen = title, told, chosen
        self._rows = [TableRow(key, (label,)) for key, label in options]

    def compose(self) -> ComposeResult:
        """Title, what is to be known, the list."""
        with Vertical(classes="panel"):
            yield Static(show(self._told), classes="reading")
            yield LineTable((TableColumn(self._title, 40, rank=1, grow=1),))

    def on_mount(self) -> None:
        """The cursor is on the one that is chosen now."""
        self.pim.dress(self)
        self.query_one(".reading").display = bool(self._told)
        table = self.query_one(LineTable)
        table.show(self._rows)
        table.go_to(self._chosen)
        table.focus()

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Return it."""
        self.dismiss((event.key,))
