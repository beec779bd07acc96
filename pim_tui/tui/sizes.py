"""How large a terminal has to be."""

from __future__ import annotations

from textual.geometry import Size

LEAST = Size(80, 24)
LOOKED_UP = Size(40, 12)
"""The least in which something can be looked up, and in which the door stands."""


def fits(size: Size) -> bool:
    """Whether the book can be shown in a terminal of this size."""
    return size.width >= LEAST.width and size.height >= LEAST.height


def is_for_looking_up(size: Size) -> bool:
    """Whether there is room to look things up."""
    return size.width >= LOOKED_UP.width and size.height >= LOOKED_UP.height
