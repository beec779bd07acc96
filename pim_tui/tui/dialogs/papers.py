"""The print menu: which paper, on what size, where to; and a look at it first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from ..base import PimDialog
from ..widgets.choice import Choice
from ..widgets.labelled import labelled
from ..widgets.linetable import LineTable, TableColumn, TableRow
from .whereto import WhereTo, WithPrinters

SIZES = (("a4", "A4"), ("a5", "A5"), ("letter", "Letter"))
ROLL = ("roll", "80 mm roll")


class Chosen(NamedTuple):
    """``at`` is the place of the paper in the menu; ``kind`` is where it goes, as in
    :class:`~pim_tui.tui.dialogs.whereto.WhereTo`; ``look`` shows it first."""

    at: int
    size: str
    kind: str
    look: bool


COLUMNS = (TableColumn("", 2, rank=1), TableColumn("What", 40, rank=2, grow=1))


class PrintMenu(WithPrinters, PimDialog[Chosen]):
    """Up, Down and digits choose the paper, Tab goes on to its size and place; Enter prints, V looks,
    F2 lists the printers."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss_none", "Back"),
        ("enter", "done(False)", "Print"),
        ("v,V", "done(True)", "Look"),
        ("f2", "printers", "Printers"),
        *((str(digit), f"take({digit})", "Choose") for digit in range(1, 10)),
    ]

    def __init__(self, papers: Sequence[str], size: str, place: str, *, slips: bool = False) -> None:
        """``papers`` are the names of what can be printed here, the likeliest first; ``place`` is where
        they go by themselves.

        With ``slips`` some of them may go onto the roll of a receipt printer.
        """
        super().__init__()
        self.add_class("pick")
        self._papers, self._usual, self._place = papers, size, place
        self._sizes = (*SIZES, ROLL) if slips else SIZES

    def compose(self) -> ComposeResult:
        """The papers, and two choices."""
        with Vertical(classes="panel"):
            yield self.headed("Print", "Enter prints, v shows it first, F2 printers, Esc leaves")
            yield LineTable(COLUMNS)
            for label, field in (
                ("Paper", Choice(self._sizes, self._usual, id="size")),
                ("Where to", WhereTo(self.pim.desk.settings, self._place)),
            ):
                yield from labelled(label, field)

    def on_mount(self) -> None:
        """The papers have the keys."""
        self.pim.dress(self)
        rows = [TableRow(at, (str(at), name)) for at, name in enumerate(self._papers, 1)]
        self.query_one(LineTable).show(rows)
        self.query_one(LineTable).focus()

    def on_choice_taken(self, event: Choice.Taken) -> None:
        """Enter in a choice prints."""
        self.action_done(False)

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Enter on a paper prints it."""
        self.action_done(False)

    def action_take(self, number: int) -> None:
        """Put the cursor on a paper by its number."""
        if number <= len(self._papers):
            self.query_one(LineTable).go_to(number)

    def action_done(self, look: bool) -> None:
        """Return what is wanted."""
        at = self.query_one(LineTable).cursor_key
        size, where = (str(self.query_one(f"#{name}", Choice).value) for name in ("size", "where"))
        if isinstance(at, int):
            self.dismiss(Chosen(at - 1, size, where, look))
