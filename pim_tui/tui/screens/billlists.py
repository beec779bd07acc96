"""Lists of documents: a document's keys work on the row under the cursor, and its numbers are explained."""

from __future__ import annotations

from collections.abc import Sequence

from .billdoor import BillDoor
from .explaining import Explains, Number, numbers_of_row, numbers_of_sums
from .listhost import ListHost


class BillLists(ListHost, Explains, BillDoor):
    """A screen says which lists there are, and of whom; a row leads to its document, product or customer."""

    def numbers(self) -> Sequence[Number]:
        """The amounts of the row, and the sums below the open list."""
        page = self.summed.get(self.spec.key)
        return [
            *numbers_of_row(self.spec, self.row),
            *numbers_of_sums(self.spec, self.list_scope, self.pane.chosen, page),
        ]
