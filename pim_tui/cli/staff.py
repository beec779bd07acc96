"""Whom a command line means by a name."""

from __future__ import annotations

from ..domain.text import fold
from ..errors import Refused
from ..queries.catalogue import catalogue


def staff_called(name: str) -> int:
    """Whose name it is: the whole of it, or the beginnings of some of its words, accents aside."""
    staff, said = catalogue().staff, fold(name).split()
    whole = [one for one in staff if fold(one.name).split() == said]
    found = whole or [one for one in staff if said and _begins(fold(one.name).split(), said)]
    if not found:
        everybody = ", ".join(one.name for one in staff)
        raise Refused(f"Nobody on the staff is called {name}.", f"There are: {everybody}.")
    if len(found) > 1:
        several = ", ".join(one.name for one in found)
        raise Refused(f"{name} could be several people.", f"Say which: {several}.")
    return found[0].id


def _begins(words: list[str], said: list[str]) -> bool:
    return all(any(word.startswith(part) for word in words) for part in said)
