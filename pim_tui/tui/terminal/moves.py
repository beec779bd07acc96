"""The shortest way of the cursor from one place of the screen to another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_NEAR: Final = 4
"""Steps of one byte that are worth it: an address takes at least as many bytes."""
_FEW: Final = 2
"""The same of two bytes."""


def way(x: int | None, y: int | None, to_x: int, to_y: int) -> str:
    """What moves the cursor to column ``to_x`` of row ``to_y``, both from 0.

    ``x`` None: it may be anywhere in its row, or behind its end; ``y`` None: nobody knows where it is.
    """
    address = f"\x1b[{to_y + 1};{to_x + 1}H" if to_x else f"\x1b[{to_y + 1}H" if to_y else "\x1b[H"
    if y is None:
        return address
    return min((address, *_steps(x, to_y - y, to_x)), key=len)


def _steps(x: int | None, down: int, to_x: int) -> Iterator[str]:
    """Ways from where the cursor is. A line feed is written behind a carriage return only: the line may add
    one to it."""
    if 0 <= down <= _NEAR:
        yield "\r" + "\n" * down + _along(to_x)
    else:
        yield "\r" + _upright(down) + _along(to_x)
    if x is not None:
        yield _upright(down) + _along(to_x - x)


def _upright(down: int) -> str:
    """Within a column."""
    if -_FEW <= down <= _FEW:
        return "\x1bM" * -down if down < 0 else "\x1bD" * down
    return f"\x1b[{-down}A" if down < 0 else f"\x1b[{down}B"


def _along(right: int) -> str:
    """Within a row."""
    if -_NEAR < right < 0:
        return "\b" * -right
    if right < 0:
        return f"\x1b[{-right}D"
    return "" if not right else "\x1b[C" if right == 1 else f"\x1b[{right}C"
