"""The end of the line that a terminal is at: how fast it is, and whether Ctrl+S and Ctrl+Q are its own.

By its descriptor, never by its name: the name may be another's.
"""

from __future__ import annotations

import os
import sys
import termios
from dataclasses import dataclass
from typing import IO, Final

_BAUDS = 50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400, 57600, 115200
SPEEDS: Final = {getattr(termios, f"B{baud}"): baud for baud in _BAUDS}
"""Speeds of lines in bits a second, by their name in :mod:`termios`."""
USUAL: Final = 38400
"""What the system says of a terminal that is no line at all, such as a window."""
BITS: Final = 10
"""A byte on a serial line: a start bit, eight of its own, a stop bit."""
_WINDOWS: Final = range(136, 144)
"""The numbers of the system's driver for the terminals of windows and of SSH."""
_CONSOLES: Final = (4, 64)
"""That of consoles; from the second number on its devices are serial ports."""


@dataclass(frozen=True, slots=True)
class LineEnd:
    """``baud`` is None where it is unknown; ``flow``: the line stops at Ctrl+S and goes on at Ctrl+Q, so that
    these two never arrive as keys."""

    baud: int | None = None
    flow: bool = False

    def wait(self, least: float) -> float:
        """Seconds after which the bytes of one key have all come: ``least`` and the time of two bytes."""
        return least + (2 * BITS / self.baud if self.baud else 0.0)


NO_LINE: Final = LineEnd()
"""That of what is no terminal."""


def number_of(stream: IO[str] | None) -> int:
    """The descriptor of a stream that Python began with. Raises OSError where it began without one, and
    ValueError where it is closed."""
    if stream is None:
        raise OSError("there is no such stream")
    return stream.fileno()


def line_end(terminal: int | None = None) -> LineEnd:
    """That of the terminal ``terminal`` is open on, or of standard input.

    An old terminal sends Ctrl+S by itself when it cannot keep up and Ctrl+Q when it can: taken for keys they
    would save and leave. Of windows the system says 38400 baud and that they are stopped so, which nobody
    means; SSH passes on what is true of the line at its other end.
    """
    try:
        number = number_of(sys.__stdin__) if terminal is None else terminal
        modes, device = termios.tcgetattr(number), os.fstat(number).st_rdev
    except (OSError, ValueError, termios.error):
        return NO_LINE
    baud = SPEEDS.get(modes[5])
    told = baud not in (None, USUAL)
    return LineEnd(baud, bool(modes[0] & termios.IXON) and (told or _is_port(device)))


def _is_port(device: int) -> bool:
    kind, number = os.major(device), os.minor(device)
    driver, first = _CONSOLES
    return kind not in (5, *_WINDOWS) and (kind != driver or number >= first)
