"""From a row of a list to the document it stands for, and to what can be done with it."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from ...lists.postings import ITSELF, document_of
from ...queries.stocklists import StockRow
from .billkeys import BillKeys
from .postingdoor import PostingDoor

if TYPE_CHECKING:
    from ...services.wanted import Wanted


class BillDoor(BillKeys, PostingDoor):
    """A screen of lists: the keys of a bill work on the row under the cursor."""

    @property
    @abstractmethod
    def row(self) -> Any | None:
        """The row under the cursor."""

    @property
    def bill_id(self) -> int | None:
        """The document of the row."""
        return document_of(self.row)

    def open_row(self, row: Any) -> None:
        """Enter on a row: its document, its product, or else its customer."""
        if (posting_id := document_of(row)) is not None:
            self.open_posting(posting_id)
        elif isinstance(row, StockRow):
            self._open_product(row.id)
        elif (product_id := getattr(row, "product_id", None)) is not None:
            self._open_product(product_id)
        else:
            self.open_customer(getattr(row, "customer_id", None))

    def open_customer(self, customer_id: int | None) -> None:
        """Open a profile, where there is a customer."""
        from .profile import ProfileScreen

        if customer_id is None:
            self.pim.say("There is no customer in this row.")
        else:
            self.app.push_screen(ProfileScreen(customer_id))

    def open_till(self, kind: str, customer_id: int | None) -> None:
        """Begin a bill of this kind."""
        from .till import TillScreen

        if not self.lacks("till", "app"):
            self.app.push_screen(TillScreen(kind, customer_id))

    def papers_of_row(self) -> list[tuple[str, Wanted]]:
        """The paper of the row's document, as it was issued."""
        from ...services.wanted import PostingPaper

        row = self.row
        return [(f"document {row.code}", PostingPaper(row.id))] if isinstance(row, ITSELF) else []

    def _open_product(self, product_id: int) -> None:
        from .product import ProductScreen

        self.app.push_screen(ProductScreen(product_id))
