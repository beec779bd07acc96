"""What the calendar shows: some staff, rooms, types or states."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from ...domain.states import Status
from ...queries.calendar import EVERYTHING, Filter
from ...queries.catalogue import Catalogue, catalogue
from ..base import PimDialog
from ..widgets.linetable import LineTable, TableColumn, TableRow

COLUMNS = (
    TableColumn("", 3, rank=3),
    TableColumn("What", 8, rank=2),
    TableColumn("Name", 24, rank=4, grow=1),
)


class ChooseFilter(PimDialog[Filter]):
    """Space marks, Enter shows what is marked; nothing marked of a kind shows all of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss_none", "Back"),
        ("space", "mark", "Mark"),
        ("delete,backspace", "clear", "Clear"),
        ("enter", "done", "Show"),
    ]

    def __init__(self, shown: Filter) -> None:
        super().__init__()
        self._names: Catalogue | None = None
        self._marked: set[tuple[str, int | str]] = {
            *(("staff", id_) for id_ in shown.staff_ids),
            *(("room", id_) for id_ in shown.room_ids),
            *(("type", id_) for id_ in shown.type_ids),
            *(("state", letter) for letter in shown.statuses),
        }

    def compose(self) -> ComposeResult:
        """One table of everything that can be marked."""
        with Vertical(classes="panel tall"):
            yield self.headed("Show only…", "Space marks, Enter shows, Del clears")
            yield LineTable(COLUMNS)

    async def on_mount(self) -> None:
        """Read the names."""
        self.pim.dress(self)
        self._names = await self.fetch(catalogue)
        self._draw()
        self.query_one(LineTable).focus()

    def action_mark(self) -> None:
        """Turn the mark under the cursor over."""
        key = self.query_one(LineTable).cursor_key
        if isinstance(key, tuple):
            self._marked ^= {(key[0], key[1])}
            self._draw()

    def action_clear(self) -> None:
        """Mark nothing: show everything."""
        self._marked.clear()
        self._draw()

    def action_done(self) -> None:
        """Return the filter."""
        states = tuple(sorted(str(value) for what, value in self._marked if what == "state"))
        shown = Filter(self._of("staff"), self._of("room"), self._of("type"), states)
        self.dismiss(shown if self._marked else EVERYTHING)

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Enter in the table."""
        self.action_done()

    def _of(self, kind: str) -> tuple[int, ...]:
        return tuple(sorted(value for what, value in self._marked if what == kind and isinstance(value, int)))

    def _draw(self) -> None:
        names = self._names
        if names is None:
            return
        entries = [
            *(("staff", one.id, "Staff", one.name) for one in names.staff),
            *(("room", one.id, "Room", one.name) for one in names.rooms),
            *(("type", one.id, "Type", one.name) for one in names.types),
            *(("state", str(status), "State", status.word) for status in Status),
        ]
        self.query_one(LineTable).show(
            [
                TableRow((kind, value), ("[x]" if (kind, value) in self._marked else "[ ]", what, name))
                for kind, value, what, name in entries
            ]
        )
