"""The waiting room: who is here and for how long, who sits with somebody, who is expected.

The day is read once; afterwards only what was changed is read, and minutes go on without reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from ...domain.agenda import Block
from ...domain.moments import day_label, span
from ...domain.waitingroom import Guest, Place, guests
from ...queries.boards import ListBoard
from ...queries.waitingroom import visits_now, waiting_room
from ..base import PimScreen
from ..messages import Changed
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.linetable import LineTable, TableColumn, TableRow
from .arrivalkeys import ArrivalKeys
from .minutes import CountsMinutes
from .papers import PrintKeys

if TYPE_CHECKING:
    from ...services.wanted import Wanted
    from ...services.work import Done

COLUMNS = (
    TableColumn("Here", 9, rank=10),
    TableColumn("Time", 11, rank=8),
    TableColumn("Customer", 18, rank=9, grow=2),
    TableColumn("Purpose", 12, rank=5, grow=3),
    TableColumn("Staff", 11, rank=7, grow=1),
    TableColumn("Room", 7, rank=6, grow=1),
)
STYLES = {Place.WAITING: "strong", Place.SEATED: "completed", Place.EXPECTED: "", Place.LEFT: "dim"}
NOBODY = "Nobody is here, and nobody is expected within the hour. I books a walk-in."


class WaitingRoomScreen(ArrivalKeys, CountsMinutes, PrintKeys, PimScreen, inherit_bindings=False):
    """One line for each; the cursor stays with its person while they go from one place to the next."""

    scope = "waiting_room"
    CSS_PATH = None

    def __init__(self) -> None:
        super().__init__()
        self._day: date | None = None
        self._board = ListBoard((), {}, {})
        self._blocks: dict[int, Block] = {}
        self._stale: set[int] = set()

    def compose(self) -> ComposeResult:
        """Title, list, keys."""
        desk = self.pim.desk
        yield TitleBar(desk.settings.clinic_name, desk.session.name)
        yield LineTable(COLUMNS, empty=NOBODY)
        yield KeyBar(self.offered())

    def on_mount(self) -> None:
        """Read the day."""
        self.pim.dress(self)
        self.table.focus()
        self.load(self._read)

    @property
    def table(self) -> LineTable:
        """The list."""
        return self.query_one(LineTable)

    @property
    def _zone(self) -> str:
        return self.pim.desk.session.zone

    # --- what is shown ----------------------------------------------------------------------------

    async def _read(self) -> None:
        """Everything of today."""
        day = self.pim.today
        self._board = await self.fetch(waiting_room, day, self._zone)
        self._day, self._blocks = day, {block.id: block for block in self._board.blocks}
        self.draw_minutes()

    async def _read_changes(self, by_others: bool) -> None:
        """Only what was changed; all of it once the day is over."""
        was, ids = self.chosen, tuple(self._stale)
        if self._day != self.pim.today:
            await self._read()
        else:
            now = await self.fetch(visits_now, ids, self._day, self._zone)
            for id_ in ids:
                self._blocks.pop(id_, None)
            self._blocks |= {block.id: block for block in now}
            self.draw_minutes()
        self._stale -= set(ids)
        if by_others:
            self.changed_under_cursor(was)

    def draw_minutes(self) -> None:
        """Draw everybody where they are by now."""
        here = guests(self._blocks.values(), self.pim.now)
        self.table.show([self._row(guest) for guest in here])
        self.query_one(TitleBar).show(self._told(here))
        self.count_minutes(self._blocks.values())

    def _row(self, guest: Guest) -> TableRow:
        block = guest.block
        cells = (
            guest.told,
            span(block.starts_at, block.ends_at, self._zone),
            block.customer,
            " - ".join(filter(None, (block.type_name, block.reason))),
            self._board.staff.get(block.staff_id, ""),
            self._board.rooms.get(block.room_id or 0, ""),
        )
        return TableRow(block.id, cells, "warn" if guest.late else STYLES[guest.place])

    def _told(self, here: Sequence[Guest]) -> str:
        """The day in numbers."""
        counts = [sum(guest.place == place for guest in here) for place in Place]
        late = sum(guest.late for guest in here)
        longest = f", longest {here[0].minutes} min" if counts[Place.WAITING] else ""
        parts = (
            day_label(self.pim.today),
            f"{counts[Place.WAITING]} waiting{longest}",
            f"{counts[Place.SEATED]} seated",
            f"{counts[Place.EXPECTED] - late} due" + (f", {late} late" if late else ""),
        )
        return " · ".join(parts)

    # --- what happens -----------------------------------------------------------------------------

    def on_changed(self, event: Changed) -> None:
        """Somebody changed something: read those appointments, or all where nobody knows which."""
        again = self.reload if event.news else self.load
        if event.kind == "customer":
            self._stale |= {one.id for one in self._blocks.values() if one.customer_id in event.ids}
        elif event.kind == "appointment":
            self._stale |= set(event.ids)
        elif event.kind in ("", "staff", "room", "appointment_type"):
            again(self._read)
        if self._stale:
            again(self._read_changes, bool(event.news))
        self.tell_news(one for one in event.news if one.kind == "appointment" and one.id in self._blocks)

    def landed(self, done: Done) -> None:
        """The cursor goes to a walk-in once it is read."""
        self.load(self._go_to, done.ids[0], group="landed")

    async def _go_to(self, id_: int) -> None:
        self._stale.add(id_)
        await self._read_changes(by_others=False)
        self.table.go_to(id_)

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Enter opens the appointment."""
        self.action_edit()

    # --- what the keys work on --------------------------------------------------------------------

    @property
    def chosen(self) -> Block | None:
        """The appointment under the cursor."""
        key = self.table.cursor_key
        return self._blocks.get(key) if isinstance(key, int) else None

    @property
    def slot(self) -> tuple[int, int | None, int | None]:
        """Now; nobody and no room in particular."""
        return self.pim.now, None, None

    def papers(self) -> Sequence[tuple[str, Wanted]]:
        """The sheet of the day."""
        from ...services.wanted import DayPaper

        return [(f"day sheet of {day_label(self.pim.today)}", DayPaper(self.pim.today))]
