"""What was typed and never saved, offered at the next start."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from ...db.drafts import OVER, Draft
from ...domain.moments import moment_label
from ..base import PimDialog
from ..textsafe import show
from ..widgets.linetable import LineTable, TableColumn, TableRow

COLUMNS = (
    TableColumn("Typed", 22, rank=2),
    TableColumn("In", 14, rank=3),
    TableColumn("What", 30, rank=4, grow=1),
)
FORMS = {
    "quick": "quick line",
    "appointment": "appointment",
    "customer": "customer",
    "note": "note",
    "till": "till",
    "keyback": "key back",
    "working_hours": "working hours",
    "special_hours": "closed day",
    "bill": "bill",
    "series": "series",
    "waiting_entry": "waiting list",
    "appointment_type": "type",
    "tax_class": "tax class",
    "put_right": "stock",
    "set_aside": "stock",
    "throw_away": "stock",
    "message_template": "words",
    "message": "message",
    "call": "call",
    "money_letter": "letter",
}


class DraftOffer(PimDialog[tuple[Draft, bool]]):
    """Enter goes on with the one under the cursor, Del gives it up, Esc leaves it for later."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss_none", "Later"),
        ("delete,backspace", "give_up", "Give up"),
    ]

    def __init__(self, drafts: list[Draft]) -> None:
        super().__init__()
        self._drafts = drafts

    def compose(self) -> ComposeResult:
        """The list."""
        with Vertical(classes="panel"):
            told = "Enter goes on with it, Del gives it up, Esc keeps it for later"
            yield Static(show(self.keyed("Typed and not saved: ", told)), classes="heading")
            yield LineTable(COLUMNS)

    def on_mount(self) -> None:
        """Newest first."""
        self.pim.dress(self)
        zone = self.pim.desk.session.zone
        rows = [
            TableRow(
                place,
                (
                    moment_label(draft.saved_at, zone),
                    FORMS.get(draft.form, draft.form),
                    _what(draft),
                ),
            )
            for place, draft in enumerate(self._drafts)
        ]
        self.query_one(LineTable).show(rows)
        self.query_one(LineTable).focus()

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Go on with it."""
        self._answer(True)

    def action_give_up(self) -> None:
        """Forget it."""
        self._answer(False)

    def _answer(self, wanted: bool) -> None:
        place = self.query_one(LineTable).cursor_key
        if isinstance(place, int):
            self.dismiss((self._drafts[place], wanted))


def _what(draft: Draft) -> str:
    """What was typed, as far as it is for reading."""
    return draft.fields.get("what") or " · ".join(
        text for name, text in draft.fields.items() if name != OVER and text and not text.isdigit()
    )
