"""So many at a time, over all processes that have the same book open, and no more."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from .connection import current
from .faults import explained


@contextmanager
def slot(name: str, count: int, chosen: int = 0) -> Iterator[None]:
    """Hold one of ``count`` places called ``name``; wait for place ``chosen`` when all are taken.

    The places are files beside the book, freed by the system when a process ends, however it ends.
    """
    file = current().place
    with explained(file):
        places = [
            os.open(f"{file}.{name}{number}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            for number in range(count)
        ]
    try:
        if not any(_taken(place) for place in places):
            fcntl.flock(places[chosen % count], fcntl.LOCK_EX)
        yield
    finally:
        for place in places:
            os.close(place)


def _taken(place: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
