"""What functions keep of their answers lies together in memory, so that looking one up writes to few pages.

Each that is asked for again (:func:`functools.lru_cache`) becomes the newest in a chain, which is written
into it and its neighbours. They were made one by one between all that a rehearsal made and gave back: a
session would have a page of its own for each second of them, 0.4 MB.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final

from .holes import filled

_Keeping = type(lru_cache(int))
_OF: Final = ("pim_tui", "rich", "textual")
"""Whose functions: what these answer depends on nothing but what they are asked."""


def lay_together() -> int:
    """Have what is kept of answers made anew, one after the other; how many were asked for."""
    asked = [(one, list(_asked(one))) for one in gc.get_objects() if type(one) is _Keeping and _forgets(one)]
    for function, _ in asked:
        function.cache_clear()
    with filled():
        for function, questions in asked:
            for given in questions:
                # Whoever asks again is told what is wrong.
                with suppress(Exception):
                    function(*given)
    return sum(len(questions) for _, questions in asked)


def _forgets(function: Any) -> bool:
    """Whether it is one of ours that keeps only the newest answers: others have no chain."""
    ours = str(function.__module__).partition(".")[0] in _OF
    return ours and function.cache_parameters()["maxsize"] is not None


def _asked(function: Any) -> Iterator[tuple[Any, ...]]:
    """What ``function`` keeps answers to, the first first; what was asked by name is left out.

    A single text or number is its own key, anything else a tuple; names come behind a plain object in it.
    """
    for kept in gc.get_referents(function):
        if type(kept) is dict and kept is not function.__dict__:
            for key in kept:
                if type(key) is not tuple:
                    yield (key,)
                elif not any(type(one) is object for one in key):
                    yield key
