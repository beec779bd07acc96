"""The subjects of the manual."""

from __future__ import annotations

from collections.abc import Hashable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from ...manual.subjects import Subject, speaking_of, subjects
from ..widgets.linetable import FoundTable, TableColumn, TableRow
from .found import PagedDialog

COLUMNS = (
    TableColumn("Subject", 40, rank=2, grow=1),
    TableColumn("Part of the manual", 22, rank=1),
)


class ManualDialog(PagedDialog[Subject]):
    """Words narrow the list, Up and Down choose, Enter returns one."""

    def __init__(self, at: str = "") -> None:
        """``at`` is the title under the cursor; empty for the first."""
        super().__init__()
        self._at = at
        self._subjects: dict[str, Subject] = {}

    def compose(self) -> ComposeResult:
        """The line and the list under it."""
        with Vertical(classes="panel tall"):
            yield self.headed("The manual: words of a subject", "Enter opens, Esc leaves")
            yield Input(compact=True, max_length=60)
            yield FoundTable(COLUMNS, empty="The manual speaks of nothing like that.")

    def on_mount(self) -> None:
        """Read the page, and list all of it."""
        self.pim.dress(self)
        self.load(self._read)

    async def _read(self) -> None:
        self._subjects = {one.title: one for one in await self.pim.outside(subjects)}
        self._narrow(self.query_one(Input).value)
        if self._at in self._subjects:
            self.table.go_to(self._at)

    def on_input_changed(self, event: Input.Changed) -> None:
        """List those that speak of what is typed."""
        self._narrow(event.value)

    def _narrow(self, text: str) -> None:
        rows = [
            TableRow(one.title, (f"  {one.title}" if one.of else one.title, one.part))
            for one in speaking_of(text, self._subjects.values())
        ]
        self.list_found(rows)

    def choose(self, key: Hashable | None, typed: str) -> None:
        """Return the subject under the cursor."""
        if isinstance(key, str):
            self.dismiss(self._subjects[key])
