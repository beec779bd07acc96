"""From a row of a list to the document it stands for, and to what can be done with it there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import events

from ..base import PimScreen

if TYPE_CHECKING:
    _Base = PimScreen
else:
    _Base = object


def document_of(row: Any) -> int | None:
    """The posting that a row of a list is or belongs to; None where there is none."""
    for name in ("posting_id", "bill_id"):
        if hasattr(row, name):
            found: int | None = getattr(row, name)
            return found
    return row.id if hasattr(row, "currency") else None


class BillDoor(_Base):
    """A screen whose rows stand for documents."""

    @property
    def row(self) -> Any | None:
        """The row under the cursor."""
        raise NotImplementedError

    def open_posting(self, posting_id: int, act: str = "") -> None:
        """Open the page of a document, and press there the key of ``act`` (``pay``, ``adjust``, ``void``).

        The key goes before those that were typed ahead, and waits like them until the page is read.
        """
        from .bill import BillScreen

        self.app.push_screen(BillScreen(posting_id))
        if act:
            key = next(key.keys[0] for key in self.pim.keys.table if key.id == f"bill.{act}")
            self.pim.turns.take_first(events.Key(key, key))

    def open_row(self, row: Any | None, act: str = "") -> None:
        """Open the document that a row stands for; see :meth:`open_posting`."""
        posting_id = document_of(row) if row is not None else None
        if posting_id is None:
            self.pim.say("There is no bill under the cursor.")
        else:
            self.open_posting(posting_id, act)

    def action_pay(self) -> None:
        """Take a payment for the bill under the cursor."""
        self.open_row(self.row, "pay")

    def action_adjust(self) -> None:
        """Charge more or less than the bill under the cursor says."""
        self.open_row(self.row, "adjust")

    def void_bill(self) -> None:
        """Void the bill under the cursor."""
        self.open_row(self.row, "void")

    def open_till(self, kind: str, customer_id: int | None) -> None:
        """Begin a bill of this kind."""
        from .till import TillScreen

        self.app.push_screen(TillScreen(kind, customer_id))
