"""The keys that say how far a visit has got, for every screen that shows appointments."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from .appointments import AppointmentKeys

if TYPE_CHECKING:
    from .arrivalacts import ArrivalActs


class ArrivalKeys(AppointmentKeys):
    """One key for each step; the same key takes it back."""

    @cached_property
    def arrival_acts(self) -> ArrivalActs:
        """What the keys do."""
        from .arrivalacts import ArrivalActs

        return ArrivalActs(self)

    def action_confirm(self) -> None:
        """Confirmed, or no longer."""
        self.arrival_acts.take("confirmed")

    def action_arrive(self) -> None:
        """Arrived, or no longer."""
        self.arrival_acts.take("arrived")

    def action_seat(self) -> None:
        """Seated, or no longer."""
        self.arrival_acts.take("seated")

    def action_gone(self) -> None:
        """Left, or no longer."""
        self.arrival_acts.take("left")

    def action_step_time(self) -> None:
        """Put right when a step was taken."""
        self.arrival_acts.correct()

    def action_walk_in(self) -> None:
        """Book somebody who is here now."""
        self.arrival_acts.walk_in()
