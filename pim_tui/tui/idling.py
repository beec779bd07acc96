"""When nobody has typed for a while: one timer, which a key does not touch.

A key only notes its time. The timer looks, when it is due, whether that was long enough ago, and sets
itself again for the rest: somebody who types all day costs one look in some minutes, an idle terminal none.
Time is the machine's since it was started, sleep included: no clock that is set back keeps a screen open.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


def since_start() -> float:
    """Seconds since the machine was started."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Idling:
    """``look`` does what is due and answers in how many seconds something is due next, None for never."""

    def __init__(self, look: Callable[[], float | None], clock: Callable[[], float] = since_start) -> None:
        self._look, self.clock = look, clock
        self.stirred = clock()
        self._timer: asyncio.TimerHandle | None = None

    def stir(self) -> None:
        """Somebody has typed."""
        self.stirred = self.clock()

    def set(self) -> None:
        """Look now, and again when something is due. Event loop only."""
        due = self._look()
        self.stop()
        if due is not None:
            self._timer = asyncio.get_running_loop().call_later(max(1.0, due), self.set)

    def stop(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
