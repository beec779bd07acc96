"""Records that were opened for a reason: looked into one by one, in order or not, by somebody else."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

from ...domain.glass import IN_ORDER, NOT_IN_ORDER
from ...lists.glass import GLASS
from ...queries.glass import GlassRow
from ...services.glass import ReviewGlass, review_glass
from ..dialogs.pick import Pick
from ..dialogs.prompt import Prompt
from ..requests import new_request
from ..widgets.listpane import ListPane
from .listscreen import ListScreen


class GlassScreen(ListScreen):
    """Those that wait, the oldest first; the filter shows all there ever were."""

    scope: ClassVar[str] = "glass"
    listed = GLASS
    kinds = frozenset(("break_glass",))

    def on_list_pane_opened(self, event: ListPane.Opened) -> None:
        """Enter reviews it."""
        self.action_review()

    def action_review(self) -> None:
        """Say whether it was in order."""
        row = self.pane.row
        if not isinstance(row, GlassRow):
            self.pim.say(GLASS.empty)
        elif row.verdict:
            self.pim.say(f"{row.reviewer} found it {row.verdict}. {row.remark}".strip())
        elif row.staff_id == self.pim.desk.session.staff_id:
            self.pim.say("You opened this record yourself: somebody else looks into it.")
        else:
            self._ask(row)

    def _ask(self, row: GlassRow) -> None:
        options: list[tuple[Hashable, str]] = [
            (IN_ORDER, "In order"),
            (NOT_IN_ORDER, "Not in order"),
            ("", "Not yet"),
        ]
        told = f"{row.staff} opened the record of {row.customer}: {row.reason}"

        def answered(answer: tuple[Hashable] | None) -> None:
            if answer is not None and answer[0]:
                self._remark(row, str(answer[0]))

        self.app.push_screen(Pick("Was that in order?", options, IN_ORDER, told=told), answered)

    def _remark(self, row: GlassRow, verdict: str) -> None:
        """What there is to say about it; of what was not in order something must be said."""
        if verdict == IN_ORDER:
            self._save(row, verdict, "")
            return

        def answered(remark: str | None) -> None:
            if remark is not None:
                self._save(row, verdict, remark)

        hint = "Enter keeps it beside the verdict."
        self.app.push_screen(Prompt("What was not in order?", lambda _: hint, hint=hint), answered)

    def _save(self, row: GlassRow, verdict: str, remark: str) -> None:
        command = ReviewGlass(row.id, verdict, remark, new_request())
        self.pim.submit(review_glass, command, self.pim.said)

    def action_profile(self) -> None:
        """Open the customer's profile."""
        from .profile import ProfileScreen

        if isinstance(row := self.pane.row, GlassRow):
            self.app.push_screen(ProfileScreen(row.customer_id))
