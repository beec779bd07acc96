"""The journal: what happened, searched by person, act, record, days and words; whole, or of one record."""

from __future__ import annotations

from typing import ClassVar

from ...lists.journal import JOURNAL, LOOKS, journal_wanted
from ...lists.spec import Chosen, Scope
from ...queries.journal import JournalRow, JournalWanted
from ...queries.journal_line import journal_line
from ..dialogs.journalline import JournalLineDialog
from ..messages import Changed
from ..requests import new_request
from ..widgets.bars import TitleBar
from ..widgets.listpane import ListPane
from .listscreen import ListScreen

EVERYTHING = JournalWanted()


class JournalScreen(ListScreen):
    """Newest first. It stays as it was read: r reads what has been added since."""

    scope: ClassVar[str] = "journal"
    listed = JOURNAL

    def __init__(self, about: JournalWanted = EVERYTHING, called: str = "") -> None:
        """``about`` is what the lines are about, ``called`` that in words."""
        super().__init__()
        self._about, self._called = about, called
        self._looks = False

    def list_opened(self) -> None:
        """Say what the lines are about."""
        self._entitle()

    def _entitle(self) -> None:
        what = "Who saw it" if self._looks else "Journal"
        self.query_one(TitleBar).show(" · ".join(filter(None, (what, self._called))))

    @property
    def list_scope(self) -> Scope:
        """The whole clinic, or one customer."""
        return Scope(self._about.customer_id, self.zone, self.pim.today)

    @property
    def whose(self) -> str:
        """What the lines are about, in words."""
        return self._called

    @property
    def _lines(self) -> JournalWanted:
        """What the lines are about now."""
        actions = LOOKS if self._looks else ()
        return JournalWanted(
            actions=actions,
            kinds=self._about.kinds,
            customer_id=self._about.customer_id,
            row_id=self._about.row_id,
        )

    def wanted(self, pane: ListPane, offset: int) -> Chosen:
        """What is chosen, among the lines that it is about."""
        return {**super().wanted(pane, offset), "about": self._lines}

    def concerns(self, event: Changed) -> bool:
        """Every change adds a line; the list moves only when one asks for it."""
        return False

    # --- keys -------------------------------------------------------------------------------------

    def on_list_pane_opened(self, event: ListPane.Opened) -> None:
        """Enter shows the line whole."""
        if isinstance(event.row, JournalRow):
            self.load(self._open_line, event.row.id, group="line")

    async def _open_line(self, seq: int) -> None:
        self.app.push_screen(JournalLineDialog(await self.fetch(journal_line, seq)))

    def action_again(self) -> None:
        """Read it again from its newest line."""
        self.pane.stale()

    def action_looks(self) -> None:
        """Only who saw it, or everything again."""
        self._looks = not self._looks
        self._entitle()
        self.pane.stale()

    def action_glass(self) -> None:
        """The records that were opened for a reason."""
        self.pim.action_glass()

    def action_whole(self) -> None:
        """The whole journal, where it was of one record."""
        if self._about != EVERYTHING:
            self._about, self._called = EVERYTHING, ""
            self._entitle()
            self.pane.stale()

    def export(self) -> None:
        """Export what is shown, with the seals."""
        from ...services.exporting_journal import ExportLines, export_lines
        from ...services.leaving import LIST_KINDS

        chosen, about = self.pane.chosen, self._lines

        async def ask() -> None:
            wanted = await self.fetch(journal_wanted, chosen, about)
            self.hand_out(
                " of ".join(filter(None, ("the journal", self._called))),
                f"journal-{self.pim.today.isoformat()}",
                LIST_KINDS,
                export_lines,
                lambda form: ExportLines(wanted, form, self._called, new_request()),
            )

        self.load(ask, group="export")
