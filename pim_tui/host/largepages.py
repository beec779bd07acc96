"""The host's memory in large pages, so that a copy of it is made sooner.

A copy needs an entry for each page that there is, 27 000 of the usual size: half of what the host itself did
for a start. Where a copy writes, the kernel parts the large page again, for that copy alone.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

_SMALL: Final = 4096
_LARGE: Final = 2 << 20
_PLACE: Final = 8
"""Bytes in /proc/self/pagemap for each small page; the highest bit of the last says that it is there."""
_COLLAPSE: Final = 25
"""``MADV_COLLAPSE``, from Linux 6.1 on; older ones refuse it."""
_MOST: Final = 500
"""Small pages of 512 that have to be there: a large page takes the room of all."""


def enlarge() -> int:
    """Put what this process has written into large pages, where it fills them; how many there are then.

    Where the kernel has none, or none free, all stays as it is.
    """
    madvise = ctypes.CDLL(None).madvise
    madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    count = 0
    with suppress(OSError), open("/proc/self/pagemap", "rb") as pages:
        for place in _places():
            pages.seek(place // _SMALL * _PLACE)
            there = sum(byte >> 7 for byte in pages.read(_LARGE // _SMALL * _PLACE)[_PLACE - 1 :: _PLACE])
            count += there >= _MOST and madvise(place, _LARGE, _COLLAPSE) == 0
    return count


def _places() -> Iterator[int]:
    """Where a large page would lie in the memory that is this process's own and of no file."""
    for begin, end in own_memory():
        yield from range(-(-begin // _LARGE) * _LARGE, end - _LARGE + 1, _LARGE)


def own_memory() -> Iterator[tuple[int, int]]:
    """Where each stretch of memory that is this process's own and of no file begins and ends. Raises OSError
    where it cannot be read."""
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as file:
        rows = [line.split() for line in file]
    for extent, rights, _, _, inode, *name in rows:
        if rights == "rw-p" and inode == "0" and name in ([], ["[heap]"]):
            begin, end = extent.split("-")
            yield int(begin, 16), int(end, 16)
