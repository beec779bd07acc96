"""The calendar as a list: one row per appointment of some days."""

from __future__ import annotations

from collections.abc import Collection

from ...domain.agenda import Block
from ...domain.moments import day_label, day_of, span
from ...domain.states import arrival_mark
from ...queries.boards import ListBoard
from ..widgets.dayview import LIFTED
from ..widgets.linetable import LineTable, TableColumn, TableRow

_COLUMNS = (
    TableColumn("Day", 10, "date", rank=7),
    TableColumn("Time", 11, rank=9),
    TableColumn("St", 6, rank=8),
    TableColumn("Customer", 18, rank=10, grow=2),
    TableColumn("Purpose", 16, rank=6, grow=3),
    TableColumn("Min", 4, "number", rank=5),
    TableColumn("Staff", 12, rank=4, grow=1),
    TableColumn("Room", 8, rank=2),
    TableColumn("Mode", 9, rank=3),
)
_STATE_STYLES = {"S": "scheduled", "C": "completed", "M": "missed", "X": "canceled"}


class DayList(LineTable):
    """The list view."""

    def __init__(self) -> None:
        super().__init__(_COLUMNS, empty="No appointments in these days: a adds one.")
        self._board = ListBoard((), {}, {}), "UTC"

    def show_board(self, board: ListBoard, zone: str, now: int, lifted: Collection[int] = ()) -> None:
        """Show the appointments of ``board`` at the local times of ``zone``; ``lifted`` were picked up."""
        self._board = board, zone
        self.draw_again(now, lifted)

    def draw_again(self, now: int, lifted: Collection[int] = ()) -> None:
        """Draw the same again at another time, or with others picked up."""
        board, zone = self._board
        self.show([_row(block, board, zone, now, block.id in lifted) for block in board.blocks])


def _row(block: Block, board: ListBoard, zone: str, now: int, lifted: bool) -> TableRow:
    state = block.status + (LIFTED if lifted else "")
    late = "canceled late" if block.late else ""
    purpose = " - ".join(filter(None, (late, block.type_name, block.reason)))
    cells = (
        day_label(day_of(block.starts_at, zone))[:10],
        span(block.starts_at, block.ends_at, zone),
        f"{state} {arrival_mark(block.status, block.arrival, now)}".rstrip(),
        block.customer,
        purpose,
        str(block.minutes),
        board.staff.get(block.staff_id, ""),
        board.rooms.get(block.room_id or 0, ""),
        block.mode.replace("_", " "),
    )
    return TableRow(block.id, cells, _STATE_STYLES[block.status])
