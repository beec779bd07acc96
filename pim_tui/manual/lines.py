"""A subject of the manual set into lines: for a terminal, a pipe, a screen, or to be heard."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from textwrap import wrap
from typing import Final

from ..domain.text import parted
from .blocks import Block, Code, Heading, Prose, Table

WIDEST: Final = 79
"""Columns of a line that reads well; nothing is set wider, but for a table that needs it."""
_GAP: Final = "  "


def sentences(found: Iterable[Block]) -> Iterator[str]:
    """What is said one after another: a paragraph, a line of code, a row of a table."""
    for block in found:
        match block:
            case Heading():
                yield f"{block.title}:"
            case Prose():
                yield block.text
            case Code():
                yield from filter(None, block.lines)
            case Table():
                yield from map(": ".join, _told(block))


def lines(found: Iterable[Block], width: int, named: Callable[[str], str] = str) -> list[str]:
    """Every piece on lines of its own with a blank one between; code as it is, however long.

    ``width`` is how many columns there are. ``named`` is given each paragraph, to call keys by what is
    written on the keyboard.
    """
    made: list[str] = []
    before: Block | None = None
    for block in found:
        if before is not None and not (_is_item(before) and _is_item(block)):
            made.append("")
        made += _lines(block, width, named)
        before = block
    return made


def cut(made: Iterable[str], width: int) -> Iterator[str]:
    """Lines in pieces that fit: for what cuts off whatever is wider."""
    for line in made:
        piece, rest = parted(line, width)
        yield piece
        while rest:
            piece, rest = parted(rest, width)
            yield piece


def _is_item(block: Block) -> bool:
    return isinstance(block, Prose) and block.is_item


def _lines(block: Block, width: int, named: Callable[[str], str]) -> list[str]:
    match block:
        case Heading():
            return _folded(block.title, width)
        case Prose():
            return _folded(named(block.text), width, *(("- ", _GAP) if block.is_item else ()))
        case Code():
            return list(block.lines)
        case Table():
            return _table(block, width)


def _folded(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    return wrap(
        text, min(width, WIDEST), initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )


def _table(table: Table, width: int) -> list[str]:
    """Aligned where it has room, else a row after another, each with what it says below its name."""
    every = (table.head, *table.rows)
    wide = [max(len(row[at]) for row in every) for at in range(len(table.head))]
    if sum(wide) + len(_GAP) * (len(wide) - 1) <= width:
        return [_GAP.join(map(str.ljust, row, wide)).rstrip() for row in every]
    told = [line for name, *cells in _told(table) for line in _row(name, cells, width)]
    return told if told[0] else told[1:]


def _row(name: str, told: Sequence[str], width: int) -> Iterator[str]:
    if not told:
        # It heads the rows below it.
        yield ""
    yield from _folded(name, width)
    for text in told:
        yield from _folded(text, width, _GAP, _GAP)


def _told(table: Table) -> Iterator[tuple[str, ...]]:
    """Each row as its first cell and what the others say; that alone where they say nothing.

    Of several columns each cell is said with its head; where a cell says yes the head is enough, and what it
    does not have is left out.
    """
    for name, *cells in table.rows:
        if len(cells) == 1:
            yield name, *cells
            continue
        said = [
            head if cell == "yes" else f"{head} {cell}"
            for head, cell in zip(table.head[1:], cells, strict=True)
            if cell not in ("", "-")
        ]
        yield (name, ", ".join(said)) if said else (name,)
