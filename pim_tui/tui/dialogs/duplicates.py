"""Somebody who may be the same person is in the book already (P3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from ...queries.customers import LookAlike
from ..base import PimDialog
from ..textsafe import show
from ..widgets.linetable import LineTable, TableColumn, TableRow

COLUMNS = (
    TableColumn("Name", 20, rank=9, grow=1),
    TableColumn("Born", 10, rank=8),
    TableColumn("No.", 6, "number", rank=4),
    TableColumn("They have", 28, rank=6, grow=2),
)


class Decision(NamedTuple):
    """Open the record of ``customer_id`` instead; None: they are two people, save anyway."""

    customer_id: int | None


class Duplicates(PimDialog[Decision]):
    """Enter opens the record under the cursor, on the last line it saves anyway; Esc goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss_none", "Back")]

    def __init__(self, name: str, alike: Sequence[LookAlike], saves: str) -> None:
        """``saves`` says what saving anyway would do."""
        super().__init__()
        self._who, self._alike, self._saves = name, tuple(alike), saves

    def compose(self) -> ComposeResult:
        """The question and who it is about."""
        with Vertical(classes="panel"):
            yield Static(
                show(f"{self._who} may be in the book already. Nothing is saved yet."), classes="warning"
            )
            yield LineTable(COLUMNS)
            yield Static(
                show("Enter: open that record · last line: save anyway · Esc: back to the form"),
                classes="reading",
            )

    def on_mount(self) -> None:
        """List them; the cursor starts on a person, not on saving."""
        self.pim.dress(self)
        rows = [
            TableRow(
                one.id,
                (one.listed, one.birth_date.isoformat() if one.birth_date else "?", str(one.number), one.why),
                "" if one.strong else "dim",
            )
            for one in self._alike
        ]
        table = self.query_one(LineTable)
        table.show([*rows, TableRow(0, (self._saves, "", "", "they are two people"), "strong")])
        table.focus()

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Open or save."""
        if isinstance(event.key, int):
            self.dismiss(Decision(event.key or None))
