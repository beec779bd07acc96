"""The characters of the screen where there is only ASCII, cell for cell."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_LOOKS_LIKE: Final = {
    "-": "─━┄┅┈┉╌╍╴╶╸╺▔", "=": "═", "|": "│┃┆┇┊┋║╎╏╵╷╹╻▌▐▕▎▏▍▋▊▉", "_": "▁▂▃", ".": "▄░▫◦", "#": "▅▆▇█▓■▪",
    '"': "▀", "%": "▒", "o": "□○", "*": "●•", "@": "◉", ">": "▶▷►→", "<": "◀◁◄←", "^": "▲△↑", "v": "▼▽↓",
    "/": "✓✔", "x": "✗✘×",
}  # fmt: skip
_SHAPES: Final = {ord(shape): letter for letter, shapes in _LOOKS_LIKE.items() for shape in shapes}
"""Lines, blocks and marks, by what they look like."""

_CORNERS: Final = (0x250C, 0x2570)
"""Where lines meet: all of them are a plus."""


@lru_cache(maxsize=1024)
def in_ascii(character: str, width: int) -> str:
    """``width`` characters of ASCII for one that takes as many cells."""
    shape = character.translate(_SHAPES)
    if _CORNERS[0] <= ord(shape[0]) <= _CORNERS[1]:
        shape = "+"
    if not shape.isascii():
        # Loaded where it is needed only: the papers know all letters.
        from ...domain.text import to_ascii

        shape = to_ascii(shape)
    return shape[:width].ljust(width, "?")
