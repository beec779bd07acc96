"""Minutes that are counted on screen: drawn anew once a minute, while there are any and somebody looks; on a
slow line every five."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.timer import Timer

from ...domain.agenda import Block
from ...domain.moments import MINUTE
from ...domain.states import Status
from ..base import PimScreen

SELDOM = 5 * MINUTE
"""On a slow line each minute would cost more than it tells."""

if TYPE_CHECKING:
    _Base = PimScreen
else:
    _Base = object


class CountsMinutes(_Base):
    """A screen says what it shows, and draws it anew when a minute is over.

    While nobody waits, nothing ticks and nothing is sent; below another screen neither.
    """

    _minute: Timer | None = None
    _counts = False

    def count_minutes(self, blocks: Iterable[Block]) -> None:
        """These are shown: begin to count if somebody of them waits, else leave it."""
        self._counts = any(one.status == Status.SCHEDULED and one.arrival.waits for one in blocks)
        if self._minute is not None:
            self._minute.stop()
            self._minute = None
        if self._counts:
            step = SELDOM if self.pim.slow else MINUTE
            self._minute = self.set_timer(step - self.pim.now % step, self.minute_over)

    def minute_over(self) -> None:
        """Draw and count on, if anybody can see it."""
        self._minute = None
        screens = [one for one in self.app.screen_stack if isinstance(one, PimScreen)]
        if screens[-1:] == [self]:
            self.draw_minutes()

    def on_screen_resume(self) -> None:
        """Somebody looks again."""
        if self._counts and self._minute is None:
            self.draw_minutes()

    @abstractmethod
    def draw_minutes(self) -> None:
        """Draw what depends on the time without reading anything, and :meth:`count_minutes`."""
