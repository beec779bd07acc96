"""Somebody else changed the record meanwhile: both values of every difference, and which one stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from ...domain.text import clean
from ...errors import Difference, Stale
from ..base import PimDialog
from ..stylesheets import sheet
from ..textsafe import show
from ..widgets.linetable import LineTable, TableColumn, TableRow

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    R = TypeVar("R", bound=DataclassInstance)

COLUMNS = (
    TableColumn("Field", 13, rank=4),
    TableColumn("Keep", 6, rank=5),
    TableColumn("Now in the book", 20, rank=3, grow=1),
    TableColumn("What you typed", 20, rank=3, grow=1),
)


class Kept(NamedTuple):
    """The answer: the names of the fields in which the other person's value stays."""

    theirs: frozenset[str]


class StaleDialog(PimDialog[Kept]):
    """Left takes theirs, Right yours, Space the other; Enter saves again, Esc goes back to what was typed.

    A field that only the other person touched starts as theirs, one that both did as yours.
    """

    CSS_PATH = sheet("profile")
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss_none", "Back"),
        ("left", "take(True)", "Theirs"),
        ("right", "take(False)", "Yours"),
        ("space", "turn", "The other"),
        ("enter,ctrl+s,f9", "save", "Save"),
    ]

    def __init__(self, error: Stale, titles: Mapping[str, str]) -> None:
        """``titles`` say what the form calls each field."""
        super().__init__()
        self._error, self._titles = error, titles
        self._theirs = {one.field for one in error.differences if one.yours == one.was}

    def compose(self) -> ComposeResult:
        """What happened, the fields, and the values of one of them in full."""
        with Vertical(classes="panel tall"):
            yield Static(show(self._error.message), classes="warning")
            yield Static(
                show("Left: theirs · Right: yours · Enter: save again · Esc: back"), classes="heading"
            )
            yield LineTable(COLUMNS)
            with VerticalScroll(classes="whole"):
                yield Static("", id="whole")

    def on_mount(self) -> None:
        """List the differences."""
        self.pim.dress(self)
        self._draw()
        self.query_one(LineTable).focus()

    def action_take(self, theirs: bool) -> None:
        """Choose for the field under the cursor."""
        if (one := self._here()) is not None:
            (self._theirs.add if theirs else self._theirs.discard)(one.field)
            self._draw()

    def action_turn(self) -> None:
        """Choose the other value."""
        if (one := self._here()) is not None:
            self.action_take(one.field not in self._theirs)

    def action_save(self) -> None:
        """Save again with these choices."""
        self.dismiss(Kept(frozenset(self._theirs)))

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Enter in the table."""
        self.action_save()

    def on_line_table_row_highlighted(self, event: LineTable.RowHighlighted) -> None:
        """Another field."""
        self._tell()

    def _here(self) -> Difference | None:
        key = self.query_one(LineTable).cursor_key
        return next((one for one in self._error.differences if one.field == key), None)

    def _draw(self) -> None:
        self.query_one(LineTable).show([self._row(one) for one in self._error.differences])
        self._tell()

    def _row(self, one: Difference) -> TableRow:
        theirs = one.field in self._theirs
        cells = (self._title(one.field), "theirs" if theirs else "yours", _line(one.theirs), _line(one.yours))
        return TableRow(
            one.field, cells, "", ("", "strong", "strong" if theirs else "dim", "dim" if theirs else "strong")
        )

    def _tell(self) -> None:
        """The field under the cursor, whole: a note does not fit into a row."""
        one = self._here()
        if one is None:
            return
        values = (("Before", one.was), ("Now in the book", one.theirs), ("What you typed", one.yours))
        told = [f"{title}: {clean(value, limit=20_000, lines=True) or '(empty)'}" for title, value in values]
        self.query_one("#whole", Static).update(show("\n".join([self._title(one.field), *told])))

    def _title(self, field: str) -> str:
        return self._titles.get(field, field.replace("_", " "))


def merged(yours: R, current: R, kept: Kept) -> R:
    """``yours`` with the fields of ``current`` in which theirs was kept; both are dataclasses of one type.

    ``current`` must be the version the differences were told of. Fields without a difference are in it
    as they were before, so yours is right for them; of a later version that would not be so.
    """
    taken: dict[str, Any] = {name: getattr(current, name) for name in kept.theirs}
    return replace(yours, **taken)


def _line(text: str) -> str:
    return " ".join(text.split()) or "(empty)"
