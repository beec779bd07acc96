"""The page of the bill under the cursor, below the list, where the terminal is wide enough for both (C6)."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from ...queries.bills import bill_page, timeline
from ..widgets.billview import BillView
from ..widgets.listpane import ListPane
from .billdoor import BillDoor
from .billrows import history_of, parts_of

if TYPE_CHECKING:
    _Base = BillDoor
else:
    _Base = object

WIDE = 120
"""Columns from which on a list and a page are both shown."""


class BillBeside(_Base):
    """Shows without being asked, and waits for nobody: on a narrow terminal Enter opens the same page."""

    def compose_beside(self) -> BillView:
        """The place of the page; the keys stay with the list."""
        view = BillView(quiet=True, id="beside")
        view.display = view.can_focus = False
        return view

    @property
    def _beside(self) -> BillView:
        return self.query_one("#beside", BillView)

    @property
    @abstractmethod
    def is_of_bills(self) -> bool:
        """Whether the open list is one of bills."""

    def show_beside(self) -> None:
        """Show or hide it, as the width and the open list ask for."""
        self._beside.display = self.is_of_bills and self.size.width >= WIDE
        self._look_beside()

    def on_resize(self) -> None:
        """There is room for it now, or no longer."""
        self.show_beside()

    def on_list_pane_pointed(self, event: ListPane.Pointed) -> None:
        """The cursor is on another bill, or the same one was read again."""
        self._look_beside()

    def _look_beside(self) -> None:
        """However fast the cursor moves, only where it rests is read."""
        if self._beside.display:
            self.reload(self._read_beside, group="beside")

    async def _read_beside(self) -> None:
        if (id_ := self.bill_id) is None:
            self._beside.show([])
            return
        page, history = await self.fetch(bill_page, id_), await self.fetch(timeline, id_)
        zone = self.pim.desk.session.zone
        self._beside.show([*parts_of(page, history, zone), history_of(page, history, zone)])
