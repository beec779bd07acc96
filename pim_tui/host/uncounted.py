"""Objects that nobody counts: the copies of this process read them without writing into their memory.

Python counts the references to each object in the object itself, so that a session which only looks at what
the host has loaded copies the page it lies on. From Python 3.12 on an object whose count has a certain value
is immortal: it is never counted and never freed (PEP 683). The host gives that value to all that it has when
everything is loaded; none of it was going to be freed anyway. Where Python cannot do this, nothing is done.
"""

from __future__ import annotations

import ctypes
import gc
import mmap
import os
import struct
import sys
from array import array
from collections.abc import Iterator
from types import CodeType
from typing import Final, NoReturn

_NEGATIVE: Final = 1 << 31
"""From here on the lower half of a count says immortal. A library that was built for an older Python, and
counts such an object all the same, is nowhere near the end of that."""
_lower_half: Final = ctypes.c_uint32.from_address
"""Of the count of the object at an address, which its first word is."""


def uncount() -> int:
    """Make everything that this process has immortal, for good; the number of objects. 0: it cannot be done.

    Call it while nothing else runs: no thread, and no collection of garbage. Raises OSError where there is no
    room for it; nothing is changed then.
    """
    mark = _mark()
    if not mark:
        return 0
    found = os.memfd_create("found")
    try:
        _find(gc.get_objects(), found)
        size = os.lseek(found, 0, os.SEEK_END)
        with mmap.mmap(found, size) as places:
            for (place,) in struct.iter_unpack("Q", places):
                _lower_half(place).value = mark
    finally:
        os.close(found)
    return size // 8


def _mark() -> int:
    """What this Python writes into the lower half of a count that is none, as ``None`` has it; 0 where it
    counts ``None`` as well, or keeps the count elsewhere."""
    if sys.implementation.name != "cpython":
        return 0
    of_none = _lower_half(id(None)).value
    return of_none if of_none >= _NEGATIVE else 0


def _find(tracked: list[object], found: int) -> None:
    """Write the places of all objects to the file ``found``: of those in ``tracked``, and whatever they hold.

    A child looks for them, which takes more memory than the host would ever use again. It is not made by
    :func:`os.fork`, which calls back what modules have registered: their new objects would be found at places
    that are nothing here.
    """
    child = ctypes.PyDLL(None).fork()
    if child == 0:
        _tell(tracked, found)
    if child < 0 or os.waitpid(child, 0)[1] != 0:
        raise OSError("What is loaded could not be looked through.")


def _tell(tracked: list[object], found: int) -> NoReturn:
    """In the child. Nothing is made here that any object holds."""
    code = 1
    try:
        places = array("Q")
        for held in _held(tracked):
            places.extend(map(id, held))
        with open(found, "wb", closefd=False) as file:
            places.tofile(file)
        code = 0
    finally:
        os._exit(code)


def _held(tracked: list[object]) -> Iterator[list[object]]:
    """All of ``tracked`` and what is behind it, each once."""
    seen: set[int] = set()
    batch = tracked
    while batch:
        fresh = []
        for one in batch:
            if id(one) not in seen:
                seen.add(id(one))
                fresh.append(one)
        yield fresh
        batch = gc.get_referents(*fresh)
        for one in fresh:
            if type(one) is CodeType:
                batch += _parts(one)


def _parts(code: CodeType) -> tuple[object, ...]:
    """What a code object holds, of which the collector of garbage knows nothing. What is made when it is
    asked for, as ``co_code`` is, is none of that."""
    return (
        code.co_consts, code.co_names, code.co_filename, code.co_name, code.co_qualname, code.co_linetable,
        code.co_exceptiontable,
    )  # fmt: skip
