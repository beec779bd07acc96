"""The numbers on the page of a document, and the rows that each of them is made of (C7)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from functools import partial

from ...queries.bills import BillPage
from ...queries.explain import explain
from ..widgets.billview import BillView
from .billdoor import BillDoor
from .billfacts import amounts_of
from .explaining import Explains, Number

KINDS_TOLD = {
    "total": "Total", "payer_share": "Payer's share", "left": "Left to pay", "paid": "Paid",
    "off": "Taken off", "payer_left": "Owed by the payer",
}  # fmt: skip
"""What the numbers of a document are called, by their key among those that can be explained."""


class BillNumbers(Explains, BillDoor):
    """The number under the cursor is explained at once; elsewhere it is asked which one."""

    @property
    @abstractmethod
    def page(self) -> BillPage | None:
        """The document as it was read last."""

    def action_explain(self) -> None:
        """The rows behind the amount under the cursor, or behind one that is chosen."""
        key = self.query_one("#page", BillView).cursor_key
        if isinstance(key, tuple) and key[0] == "number":
            self.explain_kind(key[1])
        else:
            super().action_explain()

    def explain_kind(self, kind: str) -> None:
        """The rows behind one of the numbers."""
        for number in self.numbers():
            if number.title == KINDS_TOLD[kind]:
                self.load(self._explain, number, group="explain")

    def numbers(self) -> Sequence[Number]:
        """What the bill comes to, by whom it is owed and what was done about it."""
        page = self.page
        if page is None:
            return []
        return [
            Number(
                KINDS_TOLD[kind],
                amount,
                page.header.currency,
                partial(explain, kind, page.header.id),
            )
            for kind, amount in amounts_of(page).items()
        ]
