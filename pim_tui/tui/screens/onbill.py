"""What the keys on a posted document have in common: which one it is, and that it is read before each act.

Nobody acts on what was on the screen a while ago. What is refused keeps what was typed.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from ...errors import PimError, Refused
from ...queries.bills import BillPage, bill_page
from ...services.work import Done
from ..base import PimScreen

if TYPE_CHECKING:
    _Base = PimScreen
else:
    _Base = object

Asks = Callable[..., Coroutine[Any, Any, None]]
"""Opens a form about a document; ``typed`` and ``refusal`` are of an answer that was refused."""


class OnBill(_Base):
    """A screen says which document its keys work on."""

    @property
    @abstractmethod
    def bill_id(self) -> int | None:
        """The posting under the hand; None when there is none."""

    def on_bill(self, act: Asks, read: Callable[[int], BillPage] = bill_page) -> None:
        """Read the document, then act on it; without one say so."""
        if (id_ := self.bill_id) is None:
            self.pim.say("Put the cursor on a bill first.")
        else:
            self.load(self._on_bill, id_, act, read, group="act")

    async def _on_bill(self, id_: int, act: Asks, read: Callable[[int], BillPage]) -> None:
        await act(await self.fetch(read, id_))

    def done(self, result: Done) -> None:
        """Say what was done."""
        self.pim.say(result.says)

    def ask_once_more(self, page: BillPage, ask: Asks, error: PimError) -> None:
        """Ask once more what was refused, with what was typed and with the document as it is now.

        It is about the same document, wherever the cursor of a list is by then.
        """
        if self.is_attached:
            self.load(self._on_bill, page.header.id, partial(ask, refusal=error), bill_page, group="act")
        else:
            self.pim.tell(error)


def owed(page: BillPage, *, of_payer: bool = False) -> int:
    """What is left to pay by the customer, or by the payer. Refused when it is nothing."""
    head = page.header
    due, other = (page.payer_due, page.due) if of_payer else (page.due, page.payer_due)
    if due > 0:
        return due
    who = (head.payer or "a payer") if of_payer else (head.customer or "anybody")
    hint = "Nothing is left to pay."
    if other > 0:
        hint = f"{'y takes what the customer' if of_payer else 'Y takes what the payer'} owes."
    raise Refused(f"Nothing is left to pay on {head.code} by {who}.", hint, rule="M7")
