"""A question that is answered from a list: a line to type in narrows it, and keeps the keys."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.widgets import Input

from ..base import PimDialog, Result
from ..widgets.linetable import LineTable, TableRow


class FoundDialog(PimDialog[Result]):
    """An ``Input`` over a ``LineTable``; the dialog says what Enter means for the row under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss_none", "Back"),
        ("down", "step(1)", "Next"),
        ("up", "step(-1)", "Before"),
    ]

    @property
    def table(self) -> LineTable:
        """The list."""
        return self.query_one(LineTable)

    def list_found(self, rows: Sequence[TableRow], empty: str | None = None) -> None:
        """Show what was found, with the cursor on the first; ``empty`` as :meth:`LineTable.show` has it."""
        self.table.show(rows, empty=empty)
        if rows:
            self.table.go_to(rows[0].key)

    def action_step(self, down: int) -> None:
        """Move in the list while the line keeps the keys."""
        self.table.action_step(down)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the line is for the row under the cursor."""
        self.choose(self.table.cursor_key, event.value)

    @abstractmethod
    def choose(self, key: Hashable | None, typed: str) -> None:
        """Answer with the row of this key, None where there is none; ``typed`` is what the line says."""


class PagedDialog(FoundDialog[Result]):
    """One whose list may be longer than the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("pagedown,f8", "page(1)", "Page down"),
        ("pageup,f7", "page(-1)", "Page up"),
    ]

    def action_page(self, direction: int) -> None:
        """A screenful of the list."""
        self.table.action_page(direction)
