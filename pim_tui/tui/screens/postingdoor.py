"""From a screen to the page of a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..base import PimScreen

if TYPE_CHECKING:
    _Base = PimScreen
else:
    _Base = object


class PostingDoor(_Base):
    """A screen that leads to documents."""

    def open_posting(self, posting_id: int) -> None:
        """Open the page of a document."""
        from .bill import BillScreen

        self.app.push_screen(BillScreen(posting_id))
