"""What every key does here."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from ..base import PimDialog
from ..textsafe import show
from ..widgets.linetable import LineTable, TableColumn, TableRow

COLUMNS = (
    TableColumn("Key", 12, rank=3),
    TableColumn("Does", 40, rank=2, grow=1),
    TableColumn("Id, for your own keys", 22, rank=1),
)


class HelpDialog(PimDialog[bool]):
    """The key table of one screen; returns whether the manual is asked for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,f1,q", "dismiss_none", "Back"),
        ("m", "manual", "Manual"),
    ]

    def __init__(self, scope: str) -> None:
        super().__init__()
        self._scope = scope

    def compose(self) -> ComposeResult:
        """A table as long as the screen."""
        with Vertical(classes="panel tall"):
            digits = "; Esc 5 is F5" if self.pim.caps.digits else ""
            told = f"Keys here  (Esc goes back; arrows move, m opens the manual{digits})"
            yield Static(show(told), classes="heading")
            yield LineTable(COLUMNS)

    def on_mount(self) -> None:
        """Fill the table."""
        self.pim.dress(self)
        rows = [
            TableRow(key.id, (" ".join(map(key.caps.printed, key.on_board)), key.help, key.id))
            for key in self.pim.keys.of(self._scope)
        ]
        self.query_one(LineTable).show(rows)
        self.query_one(LineTable).focus()

    def action_manual(self) -> None:
        """Go on to the manual."""
        self.dismiss(True)
