"""Looking for typed words in rows that an index has narrowed down: to one customer's, or to some days."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

from ..domain.text import fold

R = TypeVar("R")

PIECE: Final = 5_000
"""How many rows are held at once while a whole clinic's are looked through."""


def matcher(text: str) -> Callable[..., bool]:
    """A test whether every word of *text* stands somewhere in the given texts, case and accents aside.

    Done here and not in the database, whose folding knows no accents.
    """
    wanted = fold(text).split()

    def matches(*texts: str) -> bool:
        folded = " ".join(map(fold, texts))
        return all(word in folded for word in wanted)

    return matches


def pieces(read: Callable[[R | None], Sequence[R]]) -> Iterator[Sequence[R]]:
    """What ``read`` gives, :data:`PIECE` rows at a time; it is told the last row it gave, None at first.

    So memory stays level, and a row that comes or goes meanwhile moves no other one out of sight.
    """
    piece = read(None)
    while piece:
        yield piece
        piece = read(piece[-1]) if len(piece) == PIECE else ()
