"""Fill the holes in this process's memory, so that its copies do not grow into them.

A page that a copy writes to is its own from then on. What a session makes would come to lie wherever
something small was freed while the program was loaded: one page copied for each few bytes. Filled up,
whatever a session makes lies together in new pages and the rest stays shared: 7 MB of each session.
"""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import pairwise, repeat
from typing import Final

_SMALL: Final = range(16, 513, 16)
"""What Python's own allocator hands out, bytes; what is larger comes from the C library."""
_POOL: Final = 16_384
_OVERHEAD: Final = 48
_ROUNDS: Final = 64
"""Times two pools of each size at most: 2 MB."""
_LARGE: Final = 1 << 16
_ARENA_MAX, _TRIM = -8, 0

_kept: list[object] = []


def one_heap() -> None:
    """Let all threads share the one heap of the C library, where it is glibc; before there is a second.
    The heaps that it makes for each else have holes of their own."""
    with suppress(AttributeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def fill() -> None:
    """Take every free place between what is in use, for good."""
    _kept.extend(made for size in _SMALL for made in _small(size))
    _fill_c()


@contextmanager
def filled() -> Iterator[None]:
    """The same for a while: what is made inside lies together."""
    made = [one for size in _SMALL for one in _small(size)]
    places = _fill_c()
    yield
    made.clear()
    free = ctypes.CDLL(None).free
    free.argtypes = (ctypes.c_void_p,)
    for place in places:
        free(place)


def _small(size: int) -> list[object]:
    """Objects of ``size`` bytes until a whole pool of them was made from one end to the other, or enough."""
    made: list[object] = []
    whole = (_POOL - _OVERHEAD) // size
    for _ in range(_ROUNDS):
        if _in_a_row(made[-2 * whole :], size, whole):
            break
        made += map(_MAKERS.get(size, bytes), repeat(size - _HEAD, 2 * whole))
    return made


_HEAD: Final = 33
"""Bytes of an empty ``bytes``; what is smaller has a maker of its own."""
_MAKERS: Final[dict[int, Callable[[int], object]]] = {16: lambda _: object(), 32: float}


def _in_a_row(made: Sequence[object], size: int, whole: int) -> bool:
    row = 0
    # Not a list: its numbers would be of these sizes, and leave as many holes.
    places = array("Q", map(id, made))
    for before, after in pairwise(places):
        row = row + 1 if after == before + size else 0
        if row == whole - 2:
            return True
    return False


class _Use(ctypes.Structure):
    """``struct mallinfo2`` of the C library."""

    _fields_ = tuple((name, ctypes.c_size_t) for name in (
        "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks",
        "keepcost",
    ))  # fmt: skip


def _fill_c() -> Sequence[int]:
    """The same for the C library, where it is glibc; the places that were taken."""
    places = array("Q")
    library = ctypes.CDLL(None)
    try:
        look, take, trim = library.mallinfo2, library.malloc, library.malloc_trim
    except AttributeError:
        return places
    look.restype, take.restype, take.argtypes = _Use, ctypes.c_void_p, (ctypes.c_size_t,)
    trim(0)
    size = _LARGE
    while size >= 16:
        before = look()
        places.append(take(size) or 0)
        after = look()
        if after.arena != before.arena or after.keepcost != before.keepcost:
            size = size * 7 // 8 if size > 1024 else size - 16
    # What is looked at takes and gives back places as well: some of the smallest were passed over.
    places.extend([take(1) or 0 for _ in range(look().ordblks)])
    return places
