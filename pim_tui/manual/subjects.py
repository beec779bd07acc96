"""The subjects of the manual, and which one is meant by some words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final

from ..domain.called import some_of
from ..domain.text import fold
from ..errors import Refused
from .blocks import Block, Code, Heading, Prose, Table, blocks

PAGE: Final = Path(__file__).with_name("MANUAL.md")
_PART: Final = re.compile(r"- \*\*(.+?)\*\*: \[(.+?)\]", re.DOTALL)
"""A line of the contents: what a part of the manual is called, and its first subject."""

_SHORT: Final = 3
"""Letters of a word that is too short to be taken for a slip: too many are nearly the same."""


@dataclass(frozen=True)
class Subject:
    """``part`` is the part of the manual that it belongs to, ``of`` the subject that it is a section of,
    empty for one that stands by itself. ``blocks`` are what stands below its heading, with its sections."""

    title: str
    part: str
    of: str
    blocks: tuple[Block, ...]

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of it, folded."""
        return frozenset(fold(" ".join((self.title, *_texts(self.blocks)))).split())

    @property
    def _called(self) -> list[str]:
        return fold(self.title).split()


@cache
def subjects() -> tuple[Subject, ...]:
    """All of them in the order of the page; a section comes behind the subject that it is a part of."""
    page = PAGE.read_text("utf-8")
    found = tuple(blocks(page))
    parts = {" ".join(first.split()): part for part, first in _PART.findall(page)}
    return tuple(_subjects(found, parts))


def _subjects(found: Sequence[Block], parts: dict[str, str]) -> Iterator[Subject]:
    part = above = ""
    heads = [(at, one) for at, one in enumerate(found) if isinstance(one, Heading) and one.level > 1]
    for place, (at, head) in enumerate(heads):
        part = parts.get(head.title, part)
        above = head.title if head.level == 2 else above
        end = next((to for to, other in heads[place + 1 :] if other.level <= head.level), len(found))
        yield Subject(head.title, part, above if head.level > 2 else "", tuple(found[at + 1 : end]))


def subject(said: str) -> Subject:
    """The one that is meant: its whole title, words of it, or the beginnings of some, accents aside.

    Raises :class:`Refused`, with those that are near, for none and for more than one.
    """
    words = fold(said).split()
    found = next(filter(None, ([one for one in subjects() if fits(one, words)] for fits in _FITS)), [])
    if len(found) == 1:
        return found[0]
    if found and words:
        raise Refused(f"{said} could be several subjects.", f"Say which: {_titles(found)}.")
    near = _near(words)
    hint = f"Near it: {_titles(near)}." if near else "The manual without a subject lists all of them."
    raise Refused(f"No subject of the manual is called {said}.", hint)


def speaking_of(text: str, among: Iterable[Subject]) -> list[Subject]:
    """Those that have every word of ``text``, or one that begins so: in their title, and then the others."""
    words = fold(text).split()
    called = [one for one in among if _begins(one._called, words)]
    titles = {one.title for one in called}
    return called + [one for one in among if one.title not in titles and _begins(one.words, words)]


def _begins(words: Collection[str], said: Sequence[str]) -> bool:
    return all(any(word.startswith(part) for word in words) for part in said)


_FITS: Final[tuple[Callable[[Subject, list[str]], bool], ...]] = (
    lambda one, said: one._called == said,
    lambda one, said: set(said) <= set(one._called),
    lambda one, said: _begins(one._called, said),
)
"""What is meant before what: the whole title, words of it, beginnings of words."""


def _near(said: Sequence[str]) -> list[Subject]:
    """Those with a word in their title that is written nearly so; else those that speak of all of it."""
    from difflib import get_close_matches

    long = [word for word in said if len(word) > _SHORT]
    spelt = [one for one in subjects() if any(get_close_matches(word, one._called, 1, 0.75) for word in long)]
    return spelt or (speaking_of(" ".join(said), subjects()) if said else [])


def _titles(found: Sequence[Subject]) -> str:
    return some_of([one.title for one in found])


def _texts(found: Sequence[Block]) -> Iterator[str]:
    for block in found:
        match block:
            case Heading():
                yield block.title
            case Prose():
                yield block.text
            case Code():
                yield from block.lines
            case Table():
                yield from (cell for row in (block.head, *block.rows) for cell in row)
