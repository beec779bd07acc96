"""How long somebody stays at the line without typing, and at all."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from ..domain.staying import AT_MOST, FIRST_WORD, LOCKED, WARNED


class Due(Enum):
    """What is to be done now."""

    LOCK = "lock"
    WARN = "warn"
    LAST_WORD = "last word"
    OUT_IDLE = "out, nobody had typed"
    OUT_LOCKED = "out, locked for too long"
    OUT_LATE = "out, signed in for too long"


class Stay:
    """``minutes`` without a line lock, 0 for never; ``clock`` counts the machine's seconds, sleep included.

    Whoever has no PIN (``may_lock`` False) is warned instead, and then signed out.
    """

    def __init__(self, minutes: int, clock: Callable[[], float], may_lock: bool) -> None:
        self._idle, self._clock, self.may_lock = minutes * 60, clock, may_lock
        self._began = self._stirred = clock()
        self._locked: float | None = None
        self._told: set[Due] = set()

    def stir(self) -> None:
        """Somebody has typed."""
        self._stirred = self._clock()
        self._told.discard(Due.WARN)

    def lock(self) -> None:
        """The line is locked from now on."""
        self._locked = self._clock()

    def unlock(self) -> None:
        """It is open again."""
        self._locked = None
        self.stir()

    def due(self) -> Due | None:
        """What is to be done now; a warning is told once."""
        found = next((due for due, at in self._dues() if at <= self._clock()), None)
        if found in (Due.WARN, Due.LAST_WORD):
            self._told.add(found)
        return found

    def seconds(self) -> float | None:
        """In how many seconds something is to be done, None for never."""
        dues = [at for _, at in self._dues()]
        return max(0.0, min(dues) - self._clock()) if dues else None

    def _dues(self) -> list[tuple[Due, float]]:
        """What becomes due when, the gravest first."""
        found = [(Due.OUT_LATE, self._began + AT_MOST)]
        if self._locked is not None:
            return [*found, (Due.OUT_LOCKED, self._locked + LOCKED)]
        if self._idle and self.may_lock:
            found.append((Due.LOCK, self._stirred + self._idle))
        elif self._idle:
            found.append((Due.OUT_IDLE, self._stirred + self._idle + WARNED))
            found.append((Due.WARN, self._stirred + self._idle))
        found.append((Due.LAST_WORD, self._began + AT_MOST - FIRST_WORD))
        return [one for one in found if one[0] not in self._told]
