"""Keys of the calendar that open what lies beside it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ...domain.rights import Right
from ..base import PimScreen

if TYPE_CHECKING:
    _Base = PimScreen
else:
    _Base = object


class ClinicKeys(_Base):
    """Each screen is loaded with its first key."""

    _day: date

    def action_keyback(self) -> None:
        """Key back what was written by hand on the day shown."""
        from .keyback import KeybackScreen

        self.app.push_screen(KeybackScreen(self._day))

    def action_resources(self) -> None:
        """Rooms, equipment and appointment types."""
        from .resources import ResourcesScreen

        self.app.push_screen(ResourcesScreen())

    def action_outbox(self) -> None:
        """Everything that goes out of the house."""
        from .outbox import OutboxScreen

        self.app.push_screen(OutboxScreen())

    def action_reports(self) -> None:
        """The reports of this month."""
        from .reports import ReportsScreen

        if self.allowed(Right.SEE_REPORT):
            self.app.push_screen(ReportsScreen())
