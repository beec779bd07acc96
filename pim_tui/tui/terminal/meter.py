"""What a key costs: bytes that were sent for it, and milliseconds until the last of them had left."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, Protocol

QUIET: Final = 0.4
"""Seconds without a byte after which a key counts as answered."""


class Sending(Protocol):
    """What is measured: `outlet.Outlet` is one."""

    count: int
    last_at: float

    @property
    def idle(self) -> bool:
        """Whether nothing waits to be sent."""


class Meter:
    """Counts from a key on; what it is asked to show is sent before the next key, and so not counted."""

    def __init__(self, sending: Sending, clock: Callable[[], float] = time.monotonic) -> None:
        self._sending, self._clock = sending, clock
        self._count, self._key_at = sending.count, clock()

    def key(self) -> None:
        """A key arrived."""
        self._count, self._key_at = self._sending.count, self._clock()

    def reading(self) -> str | None:
        """``123 B 45 ms`` of the last key, None while it is being answered."""
        since = max(self._key_at, self._sending.last_at)
        if not self._sending.idle or self._clock() - since < QUIET:
            return None
        sent = self._sending.count - self._count
        took = self._sending.last_at - self._key_at if sent else 0.0
        return f"{sent} B {round(took * 1000)} ms"
