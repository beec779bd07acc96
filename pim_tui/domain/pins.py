"""What a PIN may be, and how long somebody waits who typed a wrong one (R4)."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

from ..errors import Fault, Invalid

SHORTEST, LONGEST = 6, 64
"""Characters of a PIN."""
FREE_TRIES = 5
"""Wrong tries in a row before one has to wait."""
_FIRST_WAIT, _LONGEST_WAIT = 30, 15 * 60


def as_compared(typed: str) -> str:
    """What was typed, so that the same letters from another keyboard are the same PIN."""
    return unicodedata.normalize("NFC", typed[: 4 * LONGEST])


def read_pin(typed: str) -> str:
    """A new PIN, :func:`as_compared`.

    Raises :class:`Invalid` for one that anybody would guess, without repeating it.
    """
    pin = as_compared(typed)
    if fault := _fault(pin):
        raise Invalid([Fault("PIN", fault)], "Choose another one.")
    return pin


def _fault(pin: str) -> str:
    if not SHORTEST <= len(pin) <= LONGEST:
        return f"takes {SHORTEST} to {LONGEST} characters"
    if not pin.isprintable() or pin != pin.strip():
        return "holds only what a keyboard prints, without spaces at its ends"
    if len(set(pin.casefold())) < 3:
        return "repeats the same characters"
    steps = {ord(after) - ord(before) for before, after in pairwise(pin)}
    if steps in ({1}, {-1}):
        return "is a row of neighbours"
    half = len(pin) // 2
    if any(pin == pin[:size] * (len(pin) // size) for size in range(1, half + 1) if len(pin) % size == 0):
        return "repeats itself"
    return ""


def wait_after(failures: int) -> int:
    """Seconds to wait after so many wrong tries in a row: none at first, then doubled up to 15 minutes."""
    if failures < FREE_TRIES:
        return 0
    return int(min(_LONGEST_WAIT, _FIRST_WAIT << min(failures - FREE_TRIES, 10)))
