"""The pieces that a page is made of, read out of its Markdown: as much of that as the manual uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, TypeAlias

_FENCE: Final = "```"
_HEADING: Final = re.compile(r"(#+) (.+)")
_COMMENT: Final = re.compile(r"<!--.*-->")
_CODE: Final = re.compile(r"`([^`]+)`")
_LINK: Final = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_STRESS: Final = re.compile(r"(\*+)(\S.*?)\1")


@dataclass(frozen=True, slots=True)
class Heading:
    """``level`` is 1 for the page itself."""

    title: str
    level: int


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph without marks; ``is_item``: a point of a list."""

    text: str
    is_item: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """What is typed or written into a file, line by line as it is."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Cells without marks; every row has as many as the ``head``."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block: TypeAlias = Heading | Prose | Code | Table


def blocks(page: str) -> Iterator[Block]:
    """The pieces of a page, from its top to its end."""
    for number, part in enumerate(re.split(rf"^{_FENCE}", page, flags=re.MULTILINE)):
        if number % 2:
            # What stands behind the first fence says which kind of code it is.
            yield Code(tuple(part.splitlines()[1:]))
        else:
            yield from _worded(part.splitlines())


def _worded(lines: Iterable[str]) -> Iterator[Block]:
    """Everything but code: what stands together between blank lines, and headings."""
    for blank, group in groupby(lines, key=lambda line: not line or bool(_COMMENT.fullmatch(line))):
        if not blank:
            yield from _together(list(group))


def _together(lines: Sequence[str]) -> Iterator[Block]:
    if heading := _HEADING.fullmatch(lines[0]):
        yield Heading(unmarked(heading[2]), len(heading[1]))
    elif lines[0].startswith("|"):
        head, _, *rows = (_cells(line) for line in lines)
        yield Table(head, tuple(rows))
    else:
        for item in re.split(r"\n(?=- )", "\n".join(lines)):
            yield Prose(unmarked(" ".join(item.removeprefix("- ").split())), item.startswith("- "))


def _cells(line: str) -> tuple[str, ...]:
    return tuple(unmarked(cell.strip()) for cell in line.strip("|").split("|"))


def unmarked(text: str) -> str:
    """A paragraph as it reads without marks: a link is its words, and what is typed stands in quotes where it
    would be taken for a word of the sentence."""
    parts = _CODE.split(text)
    return "".join(_typed(part) if number % 2 else _plain(part) for number, part in enumerate(parts))


def _plain(text: str) -> str:
    return _STRESS.sub(r"\2", _LINK.sub(r"\1", text))


def _typed(code: str) -> str:
    """A key of one letter, and whatever has blanks in it, stands in quotes."""
    return f'"{code}"' if '"' not in code and (len(code) == 1 or " " in code) else code
