"""Many values in hand-written statements: a mark for each, and never more of them than an engine takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

AT_ONCE = 500
"""Values in one statement."""


def marks(values: Sized) -> str:
    """A question mark for each, for ``in (...)``."""
    return ", ".join("?" * len(values))


def pieces(values: Iterable[T], most: int = AT_ONCE) -> Iterator[list[T]]:
    """The values in lists of at most ``most``, in order."""
    left = iter(values)
    while some := list(islice(left, most)):
        yield some
