"""How far a long paper is, and whether it shall go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ..errors import Refused

_PARTS: Final = 1_000
"""How finely the whole is counted; half of it is laying out, half is writing the file."""


def _nobody(done: int, total: int) -> None:
    """Nobody looks."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Watch:
    """``progress(done, total)`` is called now and then; once ``stop()`` is true, the work is refused."""

    progress: Callable[[int, int], object] = _nobody
    stop: Callable[[], bool] = _never

    def laid_out(self, rows: int, of: int) -> None:
        """So many rows have their place. Raises :class:`Refused` when it is to stop."""
        self._told(rows * _PARTS // (2 * max(1, of)))

    def drawn(self, pages: int, of: int) -> None:
        """So many pages are in the file. Raises :class:`Refused` when it is to stop."""
        self._told(_PARTS // 2 + pages * _PARTS // (2 * max(1, of)))

    def _told(self, part: int) -> None:
        if self.stop():
            raise Refused("The paper was stopped before it was complete.", "Nothing was printed or written.")
        self.progress(part, _PARTS)


UNWATCHED: Final = Watch()
