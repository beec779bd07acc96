"""Looking for typed words in rows that an index has already narrowed down to one customer's."""

from __future__ import annotations

from collections.abc import Callable

from ..domain.text import fold


def matcher(text: str) -> Callable[..., bool]:
    """A test whether every word of *text* stands somewhere in the given texts, case and accents aside.

    Done here and not in the database, whose folding knows no accents; so only for rows of one customer.
    """
    wanted = fold(text).split()

    def matches(*texts: str) -> bool:
        folded = " ".join(map(fold, texts))
        return all(word in folded for word in wanted)

    return matches
