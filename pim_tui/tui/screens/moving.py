"""What needs moving: appointments in leave, on closed days or outside working time, until none is left."""

from __future__ import annotations

from textual.app import ComposeResult

from ...domain.agenda import Block
from ...domain.moments import day_label, day_of, span
from ...queries.moving import AT_ONCE, ToMove, to_move
from ..base import PimScreen
from ..messages import Changed
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.linetable import LineTable, TableColumn, TableRow
from .appointments import AppointmentKeys
from .hourkeys import HOURS_KINDS

COLUMNS = (
    TableColumn("Day", 10, "date", rank=9),
    TableColumn("Time", 11, rank=8),
    TableColumn("Customer", 14, rank=10, grow=2),
    TableColumn("Staff", 12, rank=6, grow=1),
    TableColumn("Why", 24, rank=7, grow=3),
)


class MovingScreen(AppointmentKeys, PimScreen):
    """By start, each with why it cannot stay; what is moved or canceled leaves the list by itself."""

    scope = "moving"
    CSS_PATH = None

    def __init__(self, says: str = "", first: int | None = None) -> None:
        """``says`` is a sentence for the footer to begin with, ``first`` has the cursor at first."""
        super().__init__()
        self._says, self._first = says, first
        self._rows: dict[int, ToMove] = {}

    def compose(self) -> ComposeResult:
        """Title, list, keys."""
        desk = self.pim.desk
        yield TitleBar(desk.settings.clinic_name, desk.session.name)
        yield LineTable(COLUMNS, empty="Nothing needs moving.")
        yield KeyBar(self.offered())

    def on_mount(self) -> None:
        """Read and show."""
        self.pim.dress(self)
        self.query_one(TitleBar).show("Needs moving")
        self.query_one(LineTable).focus()
        self.load(self._read)

    def on_changed(self, event: Changed) -> None:
        """Somebody moved one, or changed the hours."""
        if event.kind in ("", "appointment", "customer", "staff", "import") or event.kind in HOURS_KINDS:
            if event.news:
                self.reload(self._read)
                self.tell_news(event.news)
            else:
                self.load(self._read)

    async def _read(self) -> None:
        was, zone = self.chosen, self.pim.desk.session.zone
        rows = await self.fetch(to_move, self.pim.now, zone)
        self._rows = {row.block.id: row for row in rows}
        count = f"the first {AT_ONCE}" if len(rows) == AT_ONCE else str(len(rows))
        self.query_one(TitleBar).show(f"Needs moving · {count}")
        table = self.query_one(LineTable)
        table.show([_row(row, zone) for row in rows])
        if self._first is not None:
            table.go_to(self._first)
            self._first = None
        self.changed_under_cursor(was)
        if self._says:
            self.opens_with(self._says)
            self._says = ""

    @property
    def chosen(self) -> Block | None:
        """The appointment under the cursor."""
        key = self.query_one(LineTable).cursor_key
        row = self._rows.get(key) if isinstance(key, int) else None
        return row.block if row else None

    @property
    def slot(self) -> tuple[int, int | None, int | None]:
        """Where the chosen one starts."""
        block = self.chosen
        return (block.starts_at, block.staff_id, block.room_id) if block else (self.pim.now, None, None)

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Enter opens the appointment: with whom it is may be changed as well."""
        self.action_edit()


def _row(row: ToMove, zone: str) -> TableRow:
    block = row.block
    cells = (
        day_label(day_of(block.starts_at, zone))[:10],
        span(block.starts_at, block.ends_at, zone),
        block.customer,
        row.staff,
        row.why,
    )
    return TableRow(block.id, cells)
