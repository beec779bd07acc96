"""Why an import cannot be taken back: every record that must stay, and what keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from ...queries.import_ties import Tied
from ..base import PimDialog
from ..textsafe import show
from ..widgets.linetable import LineTable, TableColumn, TableRow

HEADING = "Cannot be taken back while these depend on it   (Esc leaves)"
COLUMNS = (
    TableColumn("What", 12, rank=2),
    TableColumn("Name", 22, rank=4, grow=1),
    TableColumn("Why it stays", 36, rank=3, grow=1),
)


class HeldDialog(PimDialog[None]):
    """A list to read; Esc leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,enter", "dismiss_none", "Back")]

    def __init__(self, ties: Sequence[Tied]) -> None:
        super().__init__()
        self._ties = ties

    def compose(self) -> ComposeResult:
        """What it is about, and the list."""
        with Vertical(classes="panel tall"):
            yield Static(show(HEADING), classes="heading")
            yield LineTable(COLUMNS)

    def on_mount(self) -> None:
        """Fill the list."""
        self.pim.dress(self)
        table = self.query_one(LineTable)
        table.show(
            [
                TableRow((tied.kind, tied.id), (tied.kind.replace("_", " "), tied.name, tied.why))
                for tied in self._ties
            ]
        )
        table.focus()

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Enter has nothing to open here."""
        self.action_dismiss_none()
