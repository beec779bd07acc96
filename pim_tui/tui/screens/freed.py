"""A time became free: the footer names who of the waiting list fits it, and the next key may offer it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...domain.waiting import URGENCIES, slot_words
from ...queries.calendar import Visit
from ...queries.freed import MOST, Freed, all_freed, visits_of
from ...queries.waiting import Waiting
from ...services.work import Done
from ..base import PimScreen
from .offering import Offering


class FreedTime:
    """Looks for ``screen`` who fits what a change has left free. Nothing opens by itself."""

    def __init__(self, screen: PimScreen, landed: Callable[[Done], object]) -> None:
        """``landed`` hears of what an offer has booked."""
        self.screen, self.app, self._landed = screen, screen.pim, landed

    def look(self, done: Done, was: Sequence[Visit] = ()) -> None:
        """After a change that ``done`` tells of; ``was`` are the appointments before a move."""
        self.screen.load(self._read, done, was, group="freed")

    async def _read(self, done: Done, was: Sequence[Visit]) -> None:
        places = was or await self.screen.fetch(visits_of, done.ids[:MOST])
        found = await self.screen.fetch(all_freed, places[:MOST], self.screen.asker)
        if found and self.screen.is_current:
            self._tell(found[0], done.says.partition(":")[0], len(found) - 1)

    def _tell(self, found: Freed, did: str, more: int) -> None:
        """The first of the times that suit somebody, and how many ``more`` of them there are."""
        names = ", ".join(f"{at} {_named(one)}" for at, one in enumerate(found.fits, 1))
        free = slot_words(found.slot, found.staff, self.app.desk.session.zone)
        armed = self.app.offer_next(lambda key: self._taken(found, key))
        how = "Enter offers it to 1" if armed else "W is the waiting list"
        others = f" and {more} more" if more else ""
        self.app.say(f"{did}. Free: {free}{others}. {names}. {how}.")

    def _taken(self, found: Freed, key: str) -> bool:
        """Whether the key offers the time: Enter to the first, a figure to another one."""
        at = {"enter": 0, "1": 0, "2": 1, "3": 2}.get(key, len(found.fits))
        if at >= len(found.fits) or not self.screen.is_current:
            return False
        Offering(self.screen, self._landed).offer(found.fits[at], found.slot)
        return True


def _named(one: Waiting) -> str:
    """``J. Doe urgent``."""
    first, _, last = one.customer.partition(" ")
    name = f"{first[:1]}. {last}" if last else first
    return f"{name} {URGENCIES[one.urgency]}" if one.urgency else name
