"""From the calendar to the reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...domain.rights import Right
from ..base import PimScreen

if TYPE_CHECKING:
    _Base = PimScreen
else:
    _Base = object


class ReportDoor(_Base):
    """A screen with a key to the reports, which are loaded with it."""

    def action_reports(self) -> None:
        """Open the reports of this month."""
        if not self.allowed(Right.SEE_REPORT):
            return
        from .reports import ReportsScreen

        self.app.push_screen(ReportsScreen())
