"""Waiting until another session may have committed something: by looking, or by being told."""

from __future__ import annotations

import os
import select
import threading
import time
from typing import Any, Protocol

from peewee import Database

from .dialects import CHANNEL

_APART = 0.25
"""Seconds between two looks at least: what is told meanwhile is one."""


class Ear(Protocol):
    """Waits in a thread of its own, which has a connection of its own."""

    def wait(self) -> bool:
        """Return when it is worth looking, True, or when it was ended, False."""

    def listen(self) -> None:
        """See to it that the calling thread's connection is told; before reading, so that nothing falls
        between the two."""

    def stir(self) -> None:
        """It is worth looking soon, whether or not anybody has committed; from any thread."""

    def end(self) -> None:
        """Wait no more; from any thread."""


class Looking:
    """On SQLite nobody is told: one looks every so often."""

    def __init__(self, every: float) -> None:
        self._every, self._ended = every, threading.Event()

    def wait(self) -> bool:
        """As :meth:`Ear.wait`."""
        return not self._ended.wait(self._every)

    def listen(self) -> None:
        """Nothing to do."""

    def stir(self) -> None:
        """Nothing to do: the next look is near."""

    def end(self) -> None:
        """As :meth:`Ear.end`."""
        self._ended.set()


class Listening:
    """A PostgreSQL server tells whoever listens: nothing at all happens while nobody commits.

    While the server is away, ``every`` so many seconds it is worth looking whether it is back.
    """

    def __init__(self, db: Database, every: float) -> None:
        self._db, self._every = db, every
        self._ended, self._end = os.pipe()
        self._at: Any = None
        self._told = False
        self._looked = 0.0

    def wait(self) -> bool:
        """As :meth:`Ear.wait`."""
        going_on = self._woken() and self._pause(self._looked + _APART - time.monotonic())
        self._looked = time.monotonic()
        if not going_on:
            os.close(self._ended)
        return going_on

    def listen(self) -> None:
        """As :meth:`Ear.listen`."""
        here = self._db.connection()
        if here is not self._at:
            here.add_notify_handler(self._hear)
            self._db.execute_sql(f"listen {CHANNEL}")
            self._at = here

    def stir(self) -> None:
        """As :meth:`Ear.stir`."""
        os.write(self._end, b".")

    def end(self) -> None:
        """As :meth:`Ear.end`."""
        os.close(self._end)

    def _hear(self, _: object) -> None:
        self._told = True

    def _woken(self) -> bool:
        if self._db.is_closed() or self._db.connection().closed:
            return self._looked == 0 or self._pause(self._every)
        here = self._db.connection()
        while not self._told and here is self._at:
            ready, _, _ = select.select([self._ended, here.fileno()], [], [])
            if self._ended in ready:
                return self._stirred()
            self._take_in(here)
        self._told = False
        return True

    def _take_in(self, here: Any) -> None:
        """Read what the server said; a connection that broke is worth a look as well."""
        try:
            here.pgconn.consume_input()
            while here.pgconn.notifies():
                self._told = True
        except here.OperationalError:
            self._told = True

    def _pause(self, seconds: float) -> bool:
        """Let the time pass; False when it was ended meanwhile."""
        ready, _, _ = select.select([self._ended], [], [], max(0.0, seconds))
        return not ready or self._stirred()

    def _stirred(self) -> bool:
        """Whether it was only :meth:`stir`; at the end nothing can be read any more."""
        return bool(os.read(self._ended, 64))
