"""The calendar's keys for working time, and how many appointments need moving."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from ...domain.rights import Right
from ..base import PimScreen
from ..messages import Changed

if TYPE_CHECKING:
    _Base = PimScreen
else:
    _Base = object

HOURS_KINDS = frozenset(("working_hours", "leave", "special_hours", "holiday", "blocked_time"))
"""What working time is made of."""


class HourKeys(_Base):
    """A screen that shows in its title what needs moving."""

    to_move: frozenset[int] = frozenset()
    """The appointments that lie outside working time."""
    more_to_move = False
    """Whether there may be more than were counted."""

    @property
    def to_move_text(self) -> str:
        """``3 to move``, ``100+ to move``; empty where nothing is."""
        return f"{len(self.to_move)}{'+' * self.more_to_move} to move" if self.to_move else ""

    @abstractmethod
    def tell_to_move(self) -> None:
        """Draw the title again: how many there are has changed."""

    def count_to_move(self) -> None:
        """Look how many there are, behind everything else; no key waits for it."""
        if Right.SEE_APPOINTMENT in self.pim.desk.session.rights:
            self.load(self._count_to_move, group="moving", waits=False)

    async def _count_to_move(self) -> None:
        from ...queries.moving import COUNTED, all_to_move

        found = frozenset(await self.fetch(all_to_move, self.pim.now, self.pim.desk.session.zone))
        if len(found) != len(self.to_move):
            self.to_move, self.more_to_move = found, len(found) >= COUNTED
            self.tell_to_move()
        self.to_move = found

    def follow_to_move(self, event: Changed) -> None:
        """Count again after what may have changed it: one appointment enters the list by no other way."""
        some = not event.kind or event.kind in HOURS_KINDS or event.kind in ("staff", "import")
        if some or (event.kind == "appointment" and (len(event.ids) > 1 or self.to_move & set(event.ids))):
            self.count_to_move()

    def action_hours(self) -> None:
        """Working time, leave, closed days and public holidays."""
        from .hours import HoursScreen

        self.app.push_screen(HoursScreen())

    def action_moving(self) -> None:
        """What lies in leave or outside working time."""
        from .moving import MovingScreen

        self.app.push_screen(MovingScreen())
