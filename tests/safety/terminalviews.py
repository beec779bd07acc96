"""Pictures of terminals: what tmux shows, as text in cells and drawn, and what is wrong with it.

Drawing needs fonts for the names that are shown: DejaVu Sans Mono, and Noto Sans CJK for those of two cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pyte
from PIL import Image, ImageDraw, ImageFont
from rich.cells import cell_len

ROOT = Path(__file__).resolve().parents[2]
WIDTH, HEIGHT = 80, 24
CELL = (9, 18)
FONTS = Path("/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf")
WIDE_FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
UPRIGHT = frozenset("│|┃▌▐")
INK, PAPER = "d4d8df", "181a1f"
NAMED = {
    "black": "24272e", "red": "d65c5c", "green": "7eb06d", "brown": "deb15c", "blue": "2f5c96",
    "magenta": "9c6ab2", "cyan": "60b2be", "white": "c8ccd4", "brightblack": "7a808c", "brightred": "e47070",
    "brightgreen": "96c882", "brightbrown": "ebc478", "brightblue": "6ea0dc", "brightmagenta": "ba8cce",
    "bfightmagenta": "ba8cce", "brightcyan": "82cdd7", "brightwhite": "fafbfd",
}  # fmt: skip


def cells(line: str) -> list[str]:
    """A line as its cells; the right half of a wide character is empty."""
    found: list[str] = []
    for character in line:
        size = cell_len(character)
        if not size and found:
            found[-1] += character
        else:
            found += [character, *[""] * (size - 1)]
    return (found + [" "] * WIDTH)[:WIDTH]


def crooked(lines: Sequence[str]) -> Iterator[str]:
    """Where an upright line is out of its column: it goes on above and below, a cell to the side."""
    grid = [cells(line) for line in lines]

    def upright(y: int, x: int) -> bool:
        return 0 <= y < len(grid) and 0 <= x < WIDTH and grid[y][x] in UPRIGHT

    for y in range(1, len(grid) - 1):
        for x in range(WIDTH):
            alone = upright(y, x) and not upright(y - 1, x) and not upright(y + 1, x)
            beside = (x + d for d in (-1, 1) if not upright(y, x + d))
            if alone and any(upright(y - 1, at) and upright(y + 1, at) for at in beside):
                yield f"line {y + 1}: crooked at column {x + 1}: {lines[y].strip()}"


def clipped(lines: Sequence[str]) -> Iterator[str]:
    """Where a word that the program does not know runs into the edge of the screen or of a column."""
    for y, line in enumerate(lines):
        for found in re.finditer(r"([A-Za-z]{3,})(?:[│|\[]|$)", line):
            at_edge = found[0] != found[1] or cell_len(line) == WIDTH
            if at_edge and found[1].lower() not in _words():
                yield f"line {y + 1}: cut at the edge: {found[1]}"


@cache
def _words() -> frozenset[str]:
    """Every word in the program's own text, and in that of the clinic on the stage."""
    files = (file for folder in ("pim_tui", "tests/tui") for file in (ROOT / folder).rglob("*.py"))
    return frozenset(word.lower() for file in files for word in re.findall("[A-Za-z]{3,}", file.read_text()))


def unlike(lines: Sequence[str], model: Sequence[str], *, ascii_only: bool, keys: bool) -> Iterator[str]:
    """Where lines differ from those of the model: each letter and figure is the same, or ASCII for one that
    is not; shapes may be others. With ``keys``, other names of keys are let pass."""
    for y, (line, meant) in enumerate(zip(lines, model, strict=True)):
        if keys and re.search(r"P?F\d|Esc|Shift|Pg|Ins|Del|Ctrl", line + meant):
            continue
        for x, (one, other) in enumerate(zip(cells(line), cells(meant), strict=True)):
            if one != other and not (ascii_only and _stands_for(one, other)):
                yield f"line {y + 1}, column {x + 1}: {one!r} for {other!r}: {line.rstrip()}"
                break


def _stands_for(one: str, other: str) -> bool:
    """Whether ASCII may stand there: for another character, or a shape for a shape."""
    return not other or not other.isascii() or not (one.isalnum() or other.isalnum())


def drawn(captured: str) -> Image.Image:
    """A picture of what tmux has captured with its colours."""
    screen = pyte.Screen(WIDTH, HEIGHT)
    pyte.Stream(screen).feed("\r\n".join(captured.split("\n")[:HEIGHT]))
    picture = Image.new("RGB", (WIDTH * CELL[0], HEIGHT * CELL[1]), f"#{PAPER}")
    brush = ImageDraw.Draw(picture)
    narrow, wide = (ImageFont.truetype(str(font), size) for font, size in ((FONTS, 15), (WIDE_FONT, 15)))
    for y in range(HEIGHT):
        for x in range(WIDTH):
            one = screen.buffer[y][x]
            ink, paper = _colour(one.fg, INK), _colour(one.bg, PAPER)
            if one.reverse:
                ink, paper = paper, ink
            left, top = x * CELL[0], y * CELL[1]
            if one.data:
                size = CELL[0] * max(1, cell_len(one.data))
                brush.rectangle((left, top, left + size - 1, top + CELL[1] - 1), fill=paper)
                font = wide if cell_len(one.data) == 2 else narrow
                brush.text((left, top), one.data, fill=ink, font=font, stroke_width=0)
                if one.bold:
                    brush.text((left + 1, top), one.data, fill=ink, font=font)
            if one.underscore:
                brush.line((left, top + CELL[1] - 2, left + CELL[0] - 1, top + CELL[1] - 2), fill=ink)
    return picture


def sheet(pictures: Sequence[Image.Image], columns: int = 2) -> Image.Image:
    """Pictures beside and below each other."""
    wide, high = pictures[0].size
    rows = -(-len(pictures) // columns)
    whole = Image.new("RGB", (columns * (wide + 6), rows * (high + 6)), "#606060")
    for at, picture in enumerate(pictures):
        whole.paste(picture, (at % columns * (wide + 6), at // columns * (high + 6)))
    return whole


def _colour(name: str, usual: str) -> str:
    return f"#{usual if name == 'default' else NAMED.get(name, name)}"
