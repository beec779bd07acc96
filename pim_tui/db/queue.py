"""The queue that all writers of all processes stand in: an ``flock`` on a file beside the database.

SQLite's own waiting is unfair, up to seconds; the kernel lets waiters in one by one and frees the place of
whoever was killed. Nobody waits for ever behind a process that was stopped in the middle.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from ..errors import StoreBusy
from .faults import explained

PATIENCE: Final = 15.0
"""Seconds to wait for one's turn: longer than SQLite itself waits for another program that holds the book."""


@contextmanager
def in_turn(file: Path | None) -> Iterator[None]:
    """Hold the only place to write in ``file``; a book on a server has its own queue.

    Raises :class:`StoreBusy` after `PATIENCE` seconds.
    """
    if file is None:
        yield
        return
    with explained(file):
        place = os.open(f"{file}.wlock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    turn = _Turn(place)
    try:
        turn.await_it()
        yield
    finally:
        turn.over()


class _Turn:
    """One writer's turn. Where the place is taken a thread waits in the kernel, which has no time limit."""

    def __init__(self, place: int) -> None:
        self._place = place
        self._changing = threading.Lock()
        self._came = threading.Event()
        self._waiting = self._given_up = False

    def await_it(self) -> None:
        with suppress(BlockingIOError):
            fcntl.flock(self._place, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        self._waiting = True
        threading.Thread(target=self._wait, name="write queue", daemon=True).start()
        if not self._came.wait(PATIENCE):
            raise StoreBusy("Somebody else has been writing for too long; nothing was saved.", "Try again.")

    def over(self) -> None:
        """Give the place back; the thread does it when it is still waiting for it."""
        with self._changing:
            self._given_up = self._waiting
        if not self._waiting:
            os.close(self._place)

    def _wait(self) -> None:
        fcntl.flock(self._place, fcntl.LOCK_EX)
        with self._changing:
            self._waiting = False
            self._came.set()
            given_up = self._given_up
        if given_up:
            os.close(self._place)
