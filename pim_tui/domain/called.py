"""Who or what is meant by a name that was typed, and how the possible ones are told."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import Refused
from .text import fold

NAMED = 12
"""How many a refusal names of those that there are."""


def some_of(names: Sequence[str]) -> str:
    """The first :data:`NAMED` of them, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def one_called(name: str, among: Sequence[tuple[int, str]], nobody: str, several: str = "people") -> int:
    """The id of the one called ``name``: all of it, or the beginnings of some of its words, accents aside.

    Raises :class:`Refused` for none and for more than one; ``nobody`` ("Nobody on the staff") and
    ``several`` begin and end what it then says.
    """
    said = fold(name).split()
    whole = [one for one in among if fold(one[1]).split() == said]
    found = whole or [one for one in among if said and _begins(fold(one[1]).split(), said)]
    if not found:
        raise Refused(f"{nobody} is called {name}.", f"There are: {some_of([known for _, known in among])}.")
    if len(found) > 1:
        which = ", ".join(known for _, known in found)
        raise Refused(f"{name} could be several {several}.", f"Say which: {which}.")
    return found[0][0]


def _begins(words: list[str], said: list[str]) -> bool:
    return all(any(word.startswith(part) for word in words) for part in said)
