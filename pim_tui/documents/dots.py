"""A line of any script as the dots of a receipt printer: for names that none of its letters can write."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from .fonts import Fonts
from .slip import SlipLine

LETTER: Final = 12
"""Dots that one of the printer's own letters is wide."""
_TALL: Final = 30
_SIZE: Final = 24


def dots(line: SlipLine, columns: int, fonts: Fonts | None = None) -> bytes:
    """The commands that print the line as a picture, ``columns`` letters wide; a long one is set smaller."""
    from PIL import Image, ImageDraw

    wide, times = columns * LETTER // 8 * 8, 2 if line.large else 1
    tall = _TALL * times
    runs = (fonts or Fonts()).runs(line.text, line.bold)
    units = sum(run.units for run in runs) or 1
    size = min(_SIZE * times, wide * 1_000 // units)
    x = (wide - units * size / 1_000) / 2 if line.middle else 0.0
    picture = Image.new("1", (wide, tall), 0)
    pen = ImageDraw.Draw(picture)
    for run in runs:
        if run.face is not None:
            font = _font(str(run.face.path), size)
            pen.text((x, tall * 0.78), run.text, fill=1, font=font, anchor="ls")
        x += run.units * size / 1_000
    head = b"\x1dv0\x00" + (wide // 8).to_bytes(2, "little") + tall.to_bytes(2, "little")
    return head + picture.tobytes()


@cache
def _font(file: str, size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.truetype(file, max(1, size))
