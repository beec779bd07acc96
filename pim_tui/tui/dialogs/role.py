"""A role: what it is called, and every right with a box to tick."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from ...domain.rights import AREAS, Right, read_rights
from ...domain.roles import LONGEST, RoleFields, read_role
from ...errors import Invalid, PimError
from ..base import RecordDialog
from ..stylesheets import sheet
from ..widgets.labelled import labelled
from ..widgets.linetable import LineTable, TableColumn, TableRow

COLUMNS = (TableColumn("May", 3, rank=3), TableColumn("What", 40, rank=2, grow=1))


def fields_of_draft(fields: Mapping[str, str]) -> RoleFields:
    """The form as a draft kept it."""
    return RoleFields(fields.get("name", ""), read_rights(fields.get("rights", "").split()))


class RoleForm(RecordDialog[RoleFields]):
    """Space ticks a right or takes the tick away, Tab goes to the name and back, Ctrl+S saves."""

    FORM = "role"
    CSS_PATH = sheet("profile")
    BINDINGS: ClassVar[list[BindingType]] = [("space", "turn", "Tick")]

    def __init__(
        self,
        title: str,
        typed: RoleFields,
        refusal: PimError | None = None,
        *,
        record: str = "",
        version: int = 0,
        at: Right | None = None,
    ) -> None:
        """``at`` is the right to begin with."""
        super().__init__()
        self._first = at
        self._title, self._typed, self._refusal = title, typed, refusal
        self._record, self._version = record, version
        self._rights = set(typed.rights)

    def compose(self) -> ComposeResult:
        """The name, and the rights by what they are about."""
        with Vertical(classes="panel tall"):
            yield self.headed(self._title, "Space ticks, Ctrl+S saves, Esc leaves")
            name = Input(self._typed.name, compact=True, max_length=LONGEST + 40, id="name")
            yield from labelled("Name", name)
            yield LineTable(COLUMNS)
            yield Static("", classes="warning")

    def on_mount(self) -> None:
        """A new role is named first; of another one the rights are looked at."""
        self.pim.dress(self)
        self._draw()
        if self._first is not None:
            self.query_one(LineTable).go_to(self._first)
        self.warn(str(self._refusal) if self._refusal else "")
        (self.query_one(LineTable) if self._typed.name else self.query_one("#name")).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep a draft."""
        self._keep()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """From the name to the rights."""
        self.query_one(LineTable).focus()

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Enter ticks as Space does."""
        self.action_turn()

    def action_turn(self) -> None:
        """Give the right under the cursor, or take it."""
        here = self.query_one(LineTable).cursor_key
        if isinstance(here, Right):
            self._rights ^= {here}
            self._draw()
            self._keep()

    def action_save(self) -> None:
        """Return the role, or show what is wrong with it."""
        entered = self._entered()
        if faults := read_role(entered)[1]:
            self.warn(str(Invalid(faults)))
        else:
            self.dismiss(entered)

    def _entered(self) -> RoleFields:
        return RoleFields(self.query_one("#name", Input).value, frozenset(self._rights))

    def _draw(self) -> None:
        rows = []
        for area, rights in AREAS.items():
            rows.append(TableRow(area, ("", area), "strong"))
            for right, title in rights.items():
                ticked = "[x]" if right in self._rights else "[ ]"
                rows.append(TableRow(right, (ticked, title)))
        self.query_one(LineTable).show(rows)

    def _keep(self) -> None:
        entered = self._entered()
        if entered != self._typed:
            kept = {"name": entered.name, "rights": " ".join(entered.names)}
            self.pim.keep_draft(self.FORM, kept, self._record, self._version)
