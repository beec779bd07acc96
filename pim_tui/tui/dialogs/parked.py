"""The bills that are parked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from ...domain.moments import Zone, clock, day_of, short_day
from ...domain.money import figures
from ...queries.balances import Draft
from ..base import PimDialog
from ..textsafe import show
from ..widgets.linetable import LineTable, TableColumn, TableRow

COLUMNS = (
    TableColumn("Parked as", 18, rank=9, grow=2),
    TableColumn("Kind", 8, rank=6),
    TableColumn("Customer", 12, rank=7, grow=1),
    TableColumn("Total", 10, "number", rank=8),
    TableColumn("When", 17, rank=5),
    TableColumn("By", 10, rank=4, grow=1),
)


class Parked(NamedTuple):
    """What was chosen, and whether it is to be dropped."""

    draft: Draft
    drop: bool


class ParkedDialog(PimDialog[Parked]):
    """Enter takes the one under the cursor; the second Del on it drops it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss_none", "Back"),
        ("delete,backspace", "drop", "Drop"),
    ]

    def __init__(self, drafts: Sequence[Draft], zone: Zone) -> None:
        super().__init__()
        self._drafts = {one.id: one for one in drafts}
        self._zone = zone
        self._asked: object = None

    def compose(self) -> ComposeResult:
        """The list, newest first."""
        with Vertical(classes="panel tall"):
            yield self.headed("Parked", "Enter goes on with it, Del twice drops it, Esc leaves")
            yield LineTable(COLUMNS)
            yield Static("", classes="warning")

    def on_mount(self) -> None:
        """Fill the list."""
        self.pim.dress(self)
        table = self.query_one(LineTable)
        table.show([self._row(one) for one in self._drafts.values()])
        table.focus()

    def _row(self, one: Draft) -> TableRow:
        when = f"{short_day(day_of(one.changed_at, self._zone))} {clock(one.changed_at, self._zone)}"
        total = figures(one.amount, self.pim.desk.session.currency)
        return TableRow(one.id, (one.label, one.kind.capitalize(), one.customer, total, when, one.staff))

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Go on with it."""
        self._answer(drop=False)

    def action_drop(self) -> None:
        """Drop it, once it was asked about."""
        key = self.query_one(LineTable).cursor_key
        if key == self._asked:
            self._answer(drop=True)
            return
        self._asked = key
        label = self._drafts[key].label if isinstance(key, int) else ""
        self.query_one(".warning", Static).update(
            show(f"{self.keyed('', 'Del once more drops')} “{label}”; nothing is posted.")
        )

    def _answer(self, *, drop: bool) -> None:
        key = self.query_one(LineTable).cursor_key
        if isinstance(key, int):
            self.dismiss(Parked(self._drafts[key], drop))
