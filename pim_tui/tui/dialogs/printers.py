"""The printers of the clinic, how each stands, and a test page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from ..base import PimDialog
from ..textsafe import show
from ..widgets.linetable import LineTable, TableColumn, TableRow

if TYPE_CHECKING:
    from ...services.printers import PrinterRow

COLUMNS = (
    TableColumn("Printer", 20, rank=4),
    TableColumn("Kind", 8, rank=2),
    TableColumn("Usual for", 17, rank=1),
    TableColumn("State", 20, rank=3, grow=1),
)


class PrintersDialog(PimDialog[str]):
    """Enter takes one for this print and answers what it is called; T prints a test page on it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss_none", "Back"),
        ("t,T", "test", "Test page"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.add_class("pick")

    def compose(self) -> ComposeResult:
        """The printers."""
        with Vertical(classes="panel"):
            yield Static(show("Printers   (Enter takes one, t test page, Esc back)"), classes="heading")
            yield LineTable(COLUMNS)

    def on_mount(self) -> None:
        """What the settings name is there at once; how it stands comes when CUPS has answered."""
        from ...services.printers import configured

        self.pim.dress(self)
        self._show(configured(self.pim.printing.paper()), "asking…")
        self.query_one(LineTable).focus()
        self.load(self._ask, waits=False)

    async def _ask(self) -> None:
        from ...services.printers import listed

        desk, paper = self.pim.desk, self.pim.printing.paper()
        self._show(await self.pim.outside(listed, desk.session, paper, desk.settings.media_copy))

    def _show(self, found: Sequence[PrinterRow], state: str = "") -> None:
        self.query_one(LineTable).show(
            [
                TableRow(row.said, (row.name, row.kind, ", ".join(row.usual_for), row.state or state))
                for row in found
            ]
        )

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Enter on a printer."""
        self.dismiss(str(event.key))

    def action_test(self) -> None:
        """Print a test page on the one under the cursor; the list stays."""
        said = self.query_one(LineTable).cursor_key
        if isinstance(said, str):
            self.pim.printing.test(said)
