"""Several appointments are about to be put down: where each goes, what is in the way, what is near."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from ...domain.moments import MINUTE, clock, day_label, day_of, span
from ...queries.pinboard import Placing, Wish, placings
from ...services.pinboard import Move
from ..base import PimDialog
from ..messages import Changed
from ..textsafe import show
from ..widgets.linetable import LineTable, TableColumn, TableRow

COLUMNS = (
    TableColumn("Time", 11, rank=5),
    TableColumn("Customer", 14, rank=4, grow=1),
    TableColumn("Nearest", 7, rank=3),
    TableColumn("In the way", 20, rank=2, grow=3),
)


class PutDown(PimDialog[tuple[Move, ...]]):
    """Enter puts all down. While something is in the way of one, Enter gives it its nearest free time."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss_none", "Back")]

    def __init__(self, wishes: Sequence[Wish]) -> None:
        super().__init__()
        self._wishes = list(wishes)
        self._placings: tuple[Placing, ...] = ()

    def compose(self) -> ComposeResult:
        """Where they go, a line each."""
        with Vertical(classes="panel"):
            yield Static("", classes="heading")
            yield LineTable(COLUMNS)
            yield Static("", classes="reading")

    async def on_mount(self) -> None:
        """Look what is in the way."""
        self.pim.dress(self)
        self.query_one(LineTable).focus()
        await self._read()

    def on_changed(self, event: Changed) -> None:
        """Another desk took or freed a time."""
        if event.news:
            self.reload(self._read)

    async def _read(self) -> None:
        self._placings = await self.fetch(placings, self._wishes, self.asker)
        day = day_label(day_of(self._placings[0].starts_at, self.pim.desk.session.zone))
        self.query_one(".heading", Static).update(show(f"Put down on {day}"))
        self.query_one(LineTable).show([self._row(one) for one in self._placings])
        self.query_one(".reading", Static).update(show(self._hint()))

    def _row(self, one: Placing) -> TableRow:
        zone = self.pim.desk.session.zone
        when = span(one.starts_at, one.starts_at + one.visit.minutes * MINUTE, zone)
        nearest = "" if one.nearest is None else clock(one.nearest, zone)
        cells = (when, one.visit.customer, nearest, one.clash or "free")
        return TableRow(one.wish.id, cells, "warn" if one.clash else "")

    def _hint(self) -> str:
        """What is in the way of the chosen one, in full, and what Enter does."""
        if not any(one.clash for one in self._placings):
            return "Enter puts all of them down; Esc: nothing"
        key = self.query_one(LineTable).cursor_key
        chosen = next((one for one in self._placings if one.wish.id == key), None)
        hint = "Enter on a line gives it its nearest free time; Esc: nothing"
        if chosen is None or not chosen.clash:
            return hint
        if chosen.nearest is None:
            hint = "No other time is near: Esc, and put it down elsewhere"
        return f"{chosen.clash}. {hint}"

    def on_line_table_row_highlighted(self, event: LineTable.RowHighlighted) -> None:
        """Tell of the one under the cursor."""
        self.query_one(".reading", Static).update(show(self._hint()))

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Give one its nearest free time, or put all down."""
        clashing = [one for one in self._placings if one.clash]
        if not clashing:
            self.dismiss(tuple(_move(one) for one in self._placings))
            return
        chosen = next((one for one in clashing if one.wish.id == event.key), None)
        if chosen is None:
            self.query_one(LineTable).go_to(clashing[0].wish.id)
        elif chosen.nearest is not None:
            at = self._placings.index(chosen)
            self._wishes[at] = chosen.wish._replace(starts_at=chosen.nearest)
            self.load(self._read)


def _move(one: Placing) -> Move:
    return Move(one.wish.id, one.visit.version, one.starts_at, one.wish.staff_id, one.wish.room_id)
