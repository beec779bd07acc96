"""Text in terminal cells: fitting, splitting, and the characters a terminal can draw.

Widths are those of Rich, because Textual crops and places with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from ...domain.text import bound, visible

Piece = tuple[str, str]
"""Text and the names of its styles, separated by blanks; the names are component classes."""
Line = tuple[Piece, ...]


class Glyphs(NamedTuple):
    """The characters that are more than letters; ``levels`` go from nearly empty to full.

    ``spare`` is for slow lines: nothing is drawn that only pleases the eye.
    """

    ellipsis: str
    edge: str
    up: str
    down: str
    bar: str
    rule: str
    pointer: str
    closed: str
    full: str
    rest: str
    levels: str
    spare: bool = False


UNICODE = Glyphs("…", "▌", "↑", "↓", "│", "─", "▶", "·", "▆", "·", "▁▂▃▄▅▆▇█")
ASCII = Glyphs("~", "|", "^", "v", "|", "-", ">", ".", "#", ".", ".:-=+*%#")
SPARE = ASCII._replace(bar=" ", rest=" ", spare=True)


@lru_cache(maxsize=4096)
def shown(text: str) -> str:
    """A text as one line that cannot steer the terminal."""
    return bound(visible(text)).replace("\n", " ").replace("\t", " ")


@lru_cache(maxsize=4096)
def fit(
    text: str, width: int, glyphs: Glyphs | None = None, *, right: bool = False, middle: bool = False
) -> str:
    """Exactly ``width`` cells of a text: cut with an ellipsis, at its end or its ``middle``, or padded with
    blanks."""
    if width <= 0:
        return ""
    text = shown(text)
    size = cell_len(text)
    if size > width:
        mark = (glyphs or UNICODE).ellipsis
        tail = _tail(text, (width - 1) // 2) if middle else ""
        return set_cell_size(text, width - 1 - cell_len(tail)) + mark + tail
    blank = " " * (width - size)
    return blank + text if right else text + blank


def _tail(text: str, width: int) -> str:
    """As much of the end of a text as ``width`` cells hold; an accent stays with its letter."""
    at = next(at for at in range(len(text) + 1) if cell_len(text[at:]) <= width)
    while at < len(text) and not cell_len(text[at]):
        at += 1
    return text[at:]


def wrapped(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` cells, broken between words; a longer word is cut."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if cell_len(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return [line for line in lines if line] or [""]


def plain(text: str) -> bool:
    """Whether each character is one cell, so that it may be cut anywhere."""
    return text.isascii() or (cell_len(text) == len(text) and all(cell_len(c) == 1 for c in text))


def width_of(line: Iterable[Piece]) -> int:
    """Cells of a line."""
    return sum(cell_len(text) for text, _ in line)


def joined(pieces: Iterable[Piece]) -> Line:
    """A line without empty pieces, neighbours of one style made one: fewer bytes."""
    line: list[Piece] = []
    for text, style in pieces:
        if not text:
            continue
        if line and line[-1][1] == style:
            line[-1] = (line[-1][0] + text, style)
        else:
            line.append((text, style))
    return tuple(line)


def marked(pieces: Sequence[Piece], cells: int, style: str) -> list[Piece]:
    """The same pieces with ``style`` added to about the first ``cells`` cells."""
    result: list[Piece] = []
    for text, names in pieces:
        size = cell_len(text)
        if cells <= 0:
            result.append((text, names))
        elif size <= cells or not plain(text):
            result.append((text, f"{names} {style}".strip()))
        else:
            result += [(text[:cells], f"{names} {style}".strip()), (text[cells:], names)]
        cells -= size
    return result


def aside(told: Sequence[str], room: int, glyphs: Glyphs) -> str:
    """What is ``told`` at the edge of a title, in ``room`` cells: what stands further on matters more.

    As much of it as fits, from its end; the last of it alone is cut rather than left out, above eight cells.
    """
    parts = [one for one in map(shown, told) if one]
    for first in range(len(parts)):
        text = " · ".join(parts[first:])
        if cell_len(text) <= room:
            return text
    return fit(parts[-1], room, glyphs).rstrip() if parts and room >= 8 else ""


def remarked(line: Line, remark: str, side: Sequence[str], width: int, glyphs: Glyphs) -> Line:
    """A title line with a remark behind its title, and behind that of ``side`` what fits; what stands on the
    right stays there."""
    (title, style), *right = line
    room = width - width_of(right)
    told = f" {' · '.join(filter(None, (title.strip(), shown(remark))))}"
    beside = aside(side, room - cell_len(told) - 3, glyphs)
    return (fit(f"{told} · {beside}" if beside else told, room, glyphs), style), *right
