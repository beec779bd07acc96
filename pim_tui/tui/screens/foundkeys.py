"""The keys of a screen where one types to find: the line keeps them, the list below it follows."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from textual.widgets import Input

from ..base import PimScreen
from ..widgets.linetable import LineTable

if TYPE_CHECKING:
    _Base = PimScreen
else:
    _Base = object


class FoundKeys(_Base):
    """A screen with an ``Input`` over a ``LineTable``; it says what opening a row means."""

    @abstractmethod
    def open_found(self) -> None:
        """Open the row under the cursor."""

    def action_up(self) -> None:
        """The row above; the line keeps the keys."""
        self.query_one(LineTable).action_step(-1)

    def action_down(self) -> None:
        """The row below."""
        self.query_one(LineTable).action_step(1)

    def action_page_up(self) -> None:
        """A screenful up."""
        self.query_one(LineTable).action_page(-1)

    def action_page_down(self) -> None:
        """A screenful down."""
        self.query_one(LineTable).action_page(1)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter opens the one under the cursor."""
        self.open_found()

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Enter or a click in the list."""
        self.open_found()

    def action_back(self) -> None:
        """Clear the line; when it is empty, go back."""
        line = self.query_one(Input)
        if line.value:
            line.value = ""
        else:
            self.app.pop_screen()
