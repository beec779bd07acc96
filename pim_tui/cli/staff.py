"""Whom, or what, a command line means by a name."""

from __future__ import annotations

from collections.abc import Sequence

from ..domain.text import fold
from ..errors import Refused
from ..queries.catalogue import catalogue


def staff_called(name: str) -> int:
    """The id of whoever takes appointments and is called so; see :func:`one_called`."""
    return one_called(name, [(one.id, one.name) for one in catalogue().staff], "Nobody on the staff")


def one_called(name: str, among: Sequence[tuple[int, str]], nobody: str, several: str = "people") -> int:
    """The id of the one called ``name``: all of it, or the beginnings of some of its words, accents aside.

    Raises :class:`Refused` for none and for more than one; ``nobody`` ("Nobody on the staff") and
    ``several`` begin and end what it then says.
    """
    said = fold(name).split()
    whole = [one for one in among if fold(one[1]).split() == said]
    found = whole or [one for one in among if said and _begins(fold(one[1]).split(), said)]
    if not found:
        everybody = ", ".join(known for _, known in among)
        raise Refused(f"{nobody} is called {name}.", f"There are: {everybody}.")
    if len(found) > 1:
        which = ", ".join(known for _, known in found)
        raise Refused(f"{name} could be several {several}.", f"Say which: {which}.")
    return found[0][0]


def _begins(words: list[str], said: list[str]) -> bool:
    return all(any(word.startswith(part) for word in words) for part in said)
