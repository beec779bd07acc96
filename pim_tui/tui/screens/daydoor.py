"""From an appointment in a list to its day in the calendar."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ...services.work import Done

if TYPE_CHECKING:
    from ..app import PimApp


def show_in_calendar(pim: PimApp, appointment_id: int, day: date) -> None:
    """Go back to the calendar, to this appointment on its day."""
    from .calendar import CalendarScreen

    pim.action_calendar()
    if isinstance(pim.screen, CalendarScreen):
        pim.screen.show(day, "day")
        pim.screen.landed(Done("appointment", (appointment_id,), (day.isoformat(),)))
