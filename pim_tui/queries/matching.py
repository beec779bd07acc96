"""Looking for typed words in rows that an index has narrowed down: to one customer's, or to some days."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ..domain.text import fold
from ..errors import Refused

MOST_READ: Final = 50_000
"""Rows that are looked through for words; more would keep everybody waiting who reads."""


def matcher(text: str) -> Callable[..., bool]:
    """A test whether every word of *text* stands somewhere in the given texts, case and accents aside.

    Done here and not in the database, whose folding knows no accents; so only where :func:`require_few`
    let the rows through.
    """
    wanted = fold(text).split()

    def matches(*texts: str) -> bool:
        folded = fold(" ".join(texts))
        return all(word in folded for word in wanted)

    return matches


def require_few(rows: int) -> None:
    """:class:`Refused` for more rows than words are looked for in."""
    if rows > MOST_READ:
        raise Refused(
            f"Words are not looked for in {rows:,} rows at once.", "Add dates: last month, from 1 oct."
        )
