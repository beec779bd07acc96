"""The key that prints a label, for the Dispense tab, the clinic's list and a bill's page (K4)."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from ...domain.bills import PostingKind
from ...queries.bills import BillPage, LineRow
from ..dialogs.pick import Pick
from .papers import PrintKeys

if TYPE_CHECKING:
    from .onbill import OnBill

    _Base = OnBill
else:
    _Base = object

ON_DISPENSED = frozenset(("label",))
"""The keys of this module."""


class LabelKeys(PrintKeys, _Base):
    """Prints the label of the line under the cursor, or of one that is chosen; what was printed says COPY."""

    def label_line(self) -> int | None:
        """The line under the cursor, where the screen shows lines."""
        return None

    def action_label(self) -> None:
        """Print a label; that it lacks directions is told and stops nothing."""
        self.on_bill(self._choose_label)

    async def _choose_label(self, page: BillPage) -> None:
        if page.header.kind != PostingKind.DISPENSE:
            self.pim.say("Only what was dispensed has a label.")
            return
        by_id = {line.id: line for line in page.lines}
        under = self.label_line()
        if len(by_id) == 1 or under in by_id:
            self._print_label(by_id[under] if under in by_id else page.lines[0])
            return

        def chosen(answer: tuple[Hashable] | None) -> None:
            if answer is not None and isinstance(answer[0], int):
                self._print_label(by_id[answer[0]])

        options: list[tuple[Hashable, str]] = [
            (line.id, f"{line.quantity} x {line.description}: {line.directions or 'NO DIRECTIONS'}")
            for line in page.lines
        ]
        self.app.push_screen(Pick("Which label?", options, page.lines[0].id), chosen)

    def _print_label(self, line: LineRow) -> None:
        from ...services.printing import stationery
        from ...services.wanted import LabelPaper

        paper = stationery(self.pim.desk.settings)
        missing = "" if line.directions else "It has no directions."
        self.send_paper(
            LabelPaper(line.id), paper, self.pim.printing.usual_place(LabelPaper(line.id)), missing
        )
