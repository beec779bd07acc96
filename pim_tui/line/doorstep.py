"""Whoever is at the line and has not come in: what they are asked, and how long they may take for it."""

from __future__ import annotations

from collections.abc import Callable

from ..domain.session import Session
from ..domain.staying import CHOOSING
from ..services.signing import Door
from .answers import Ask
from .entering import Entering, entering


class Doorstep:
    """``counted`` counts the machine's seconds. Nobody is hurried before they have begun."""

    def __init__(self, door: Door, clinic: str, counted: Callable[[], float]) -> None:
        self._door, self._clinic, self._counted = door, clinic, counted
        self._entering: Entering | None = None
        self._first: Ask | None = None
        self.asked: Ask | None = None
        """What is asked now."""
        self._typed_at = 0.0

    def ask(self) -> Ask:
        """Ask who it is, from the beginning."""
        self.close()
        self._entering = entering(self._door, self._clinic)
        self._first = self.asked = first = next(self._entering)
        return first

    def close(self) -> None:
        """Nobody is asked any more; who was half in is out again."""
        if self._entering is not None:
            self._entering.close()
            self._entering = None

    def seconds(self) -> float | None:
        """Seconds that whoever is coming in may still take: then the door is closed. None where nobody is."""
        if self._entering is None or self.asked is self._first:
            return None
        return max(0.0, self._typed_at + CHOOSING - self._counted())

    @property
    def is_late(self) -> bool:
        """Whether somebody took longer than that."""
        return self.seconds() == 0

    def hear(self, typed: str) -> Ask | Session:
        """What is asked next, or who has come in."""
        if self._entering is None or self.asked is None or self.is_late:
            return self.ask()
        self._typed_at = self._counted()
        if not typed.strip():
            return self.asked
        try:
            self.asked = self._entering.send(typed)
        except StopIteration as done:
            self._entering = None
            session: Session = done.value
            return session
        return self.asked
