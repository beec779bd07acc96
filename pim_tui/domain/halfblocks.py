"""A small picture as terminal cells: each cell shows two pixels, one above the other, by a half block."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Depth = Literal["truecolor", "256", "16"]
"""How many colours a terminal tells apart."""

Cell = tuple[int, int]
"""The upper and the lower colour: ``0xRRGGBB`` in true colour, else a number of the palette."""


@dataclass(frozen=True, slots=True)
class HalfBlocks:
    """Lines of equally many cells, in colours of ``depth``."""

    depth: Depth
    lines: tuple[tuple[Cell, ...], ...]

    @property
    def width(self) -> int:
        """Cells from left to right."""
        return len(self.lines[0]) if self.lines else 0


def half_blocks(rgb: bytes, width: int, height: int, depth: Depth) -> HalfBlocks:
    """``rgb``, three bytes a pixel line by line, in ``height`` / 2 lines; an odd last line is doubled."""
    colour = _COLOURS[depth]
    pixels = [
        [colour(*rgb[at : at + 3]) for at in range(3 * width * y, 3 * width * (y + 1), 3)]
        for y in range(height)
    ]
    pairs = ((pixels[y], pixels[min(y + 1, height - 1)]) for y in range(0, height, 2))
    return HalfBlocks(depth, tuple(tuple(zip(upper, lower, strict=True)) for upper, lower in pairs))


def _exact(red: int, green: int, blue: int) -> int:
    return red << 16 | green << 8 | blue


_LEVELS = (0, 95, 135, 175, 215, 255)
"""The steps of each primary in the cube of 256-colour terminals."""


@lru_cache(maxsize=4096)
def _of_256(red: int, green: int, blue: int) -> int:
    """The nearest of the 216 colours and 24 greys that such terminals agree about."""
    places = [min(range(6), key=lambda at: abs(_LEVELS[at] - part)) for part in (red, green, blue)]
    grey = max(0, min(23, round(((red + green + blue) / 3 - 8) / 10)))
    cube = tuple(_LEVELS[at] for at in places)
    if _far((8 + 10 * grey,) * 3, (red, green, blue)) < _far(cube, (red, green, blue)):
        return 232 + grey
    return 16 + 36 * places[0] + 6 * places[1] + places[2]


def _far(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


_GREYS = ((40, 0), (115, 8), (205, 7), (256, 15))
"""Up to which brightness which of the four greys stands: with so few colours, hues only mislead."""


def _of_16(red: int, green: int, blue: int) -> int:
    bright = (299 * red + 587 * green + 114 * blue) // 1000
    return next(number for most, number in _GREYS if bright < most)


_COLOURS: dict[Depth, Callable[[int, int, int], int]] = {"truecolor": _exact, "256": _of_256, "16": _of_16}
