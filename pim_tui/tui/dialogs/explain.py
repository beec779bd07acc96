"""Explain this number: the rows it is made of, and that they come to it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from ...domain.moments import short_day
from ...domain.money import figures
from ...queries.explain import Explained, Part
from ..base import PimDialog
from ..textsafe import show
from ..widgets.linetable import LineTable, TableColumn, TableRow

COLUMNS = (
    TableColumn("Date", 11, rank=6),
    TableColumn("Number", 14, rank=8),
    TableColumn("What", 16, rank=5, grow=1),
    TableColumn("Amount", 12, "number", rank=10),
)


class ExplainDialog(PimDialog[int]):
    """Enter on a row returns the document it stands in; Esc leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss_none", "Back")]

    def __init__(self, what: str, number: int, told: Explained) -> None:
        """``number`` is what the screen shows, in minor units or items."""
        super().__init__()
        self._what, self._number, self._told = what, number, told

    def compose(self) -> ComposeResult:
        """The number, its rows, their sum."""
        fits = self._number == self._told.total
        with Vertical(classes="panel tall"):
            yield Static(show(f"{self._what}: {self._written(self._number)}"), classes="heading")
            yield LineTable(COLUMNS, empty="Nothing: no row is behind it.")
            yield Static(show(self._summed()), classes="reading" if fits else "warning")

    def on_mount(self) -> None:
        """The rows, the first on top."""
        self.pim.dress(self)
        table = self.query_one(LineTable)
        table.show([self._row(at, part) for at, part in enumerate(self._told.parts)])
        table.focus()

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Return the document."""
        if isinstance(event.key, int) and (found := self._told.parts[event.key].posting_id) is not None:
            self.dismiss(found)

    def _row(self, at: int, part: Part) -> TableRow:
        day = short_day(part.day) if part.day else ""
        return TableRow(at, (day, part.code, part.what, self._written(part.amount)))

    def _summed(self) -> str:
        count = len(self._told.parts)
        told = f"{'1 row' if count == 1 else f'{count:,} rows'} · together {self._written(self._told.total)}"
        if self._number == self._told.total:
            return f"{told}   (Enter opens the document, Esc leaves)"
        return f"{told}: somebody changed it meanwhile. Look again; if it stays so, run pim-tui check."

    def _written(self, amount: int) -> str:
        currency = self._told.currency
        return f"{figures(amount, currency)} {currency}" if currency else f"{amount:,}"
