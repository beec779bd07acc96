"""Everything that goes out of the house: how each channel stands, and what became of each message (C8)."""

from __future__ import annotations

from textual.app import ComposeResult

from ...lists.outgoing import OUTGOING
from ...queries.outside import standing
from ..stylesheets import sheet
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.listpane import ListPane, Remark
from .messageacts import MessageActs

NOTHING = "Nothing waits, and nothing has failed."


class OutboxScreen(MessageActs):
    """The messages of the whole clinic, with the keys of :class:`MessageActs`."""

    CSS_PATH = sheet("outbox")
    listed = OUTGOING

    def __init__(self, message_id: int | None = None) -> None:
        """``message_id`` is under the cursor at first."""
        super().__init__()
        self._first = message_id

    def compose(self) -> ComposeResult:
        """Title, how it stands, list, keys."""
        desk = self.pim.desk
        yield TitleBar(desk.settings.clinic_name, desk.session.name)
        yield Remark(id="standing")
        yield self.compose_lists(0)
        yield KeyBar(self.offered())

    def on_mount(self) -> None:
        """Read the first rows, and how it stands."""
        super().on_mount()
        if self._first is not None:
            self.aim(self._first)

    def on_list_pane_wanted(self, event: ListPane.Wanted) -> None:
        """With the rows it is read how all stands."""
        super().on_list_pane_wanted(event)
        self.reload(self._read_standing, group="standing")

    async def _read_standing(self) -> None:
        now = self.pim.now
        found = await self.fetch(standing, now)
        self.query_one("#standing", Remark).show(" · ".join(found.lines(now, self.zone)) or NOTHING)
