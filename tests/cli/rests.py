"""A worker's rests between two rounds, in which things happen."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event


class Rests(Event):
    """One thing happens in each rest, and after the last one the worker is told to end."""

    def __init__(self, *happen: Callable[[], object]) -> None:
        super().__init__()
        self._left = list(happen)

    def wait(self, timeout: float | None = None) -> bool:
        self._left.pop(0)()
        if not self._left:
            self.set()
        return self.is_set()
