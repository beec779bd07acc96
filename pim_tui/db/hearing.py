"""Waiting until another session may have committed something: by looking, or by being told."""

from __future__ import annotations

import os
import select
import threading
import time
from typing import TYPE_CHECKING, Any, Protocol

from .dialects import CHANNEL, dialect_of
from .faults import explained

if TYPE_CHECKING:
    from peewee import Database

    from .connection import Book

_APART = 0.25
"""Seconds between two looks at least: what is told meanwhile is one."""


class Ear(Protocol):
    """Waits in a thread of its own, which has a connection of its own."""

    def wait(self) -> bool:
        """Return when it is worth looking, True, or when it was ended, False."""

    def changes_seen(self) -> int:
        """A number that differs after another session has committed. Whoever reads afterwards misses nothing
        that comes later: it is heard. Raises the :class:`~pim_tui.errors.StoreError` family."""

    def close(self) -> None:
        """Close the connection; the next time it is asked it has another one."""

    def stir(self) -> None:
        """It is worth looking soon, whether or not anybody has committed; from any thread."""

    def end(self) -> None:
        """Wait no more; from any thread."""


class Looking:
    """On SQLite nobody is told: one looks every so often.

    By ``db``, a connection that reads no table and has been given no setting: one that knows the schema of a
    book holds a megabyte of it, and this one never learns it.
    """

    def __init__(self, db: Database, every: float) -> None:
        self._db, self._every, self._ended = db, every, threading.Event()

    def wait(self) -> bool:
        """As :meth:`Ear.wait`."""
        return not self._ended.wait(self._every)

    def changes_seen(self) -> int:
        """As :meth:`Ear.changes_seen`."""
        with explained(None):
            self._db.connect(reuse_if_open=True)
            return dialect_of(self._db).changes_seen(self._db)

    def close(self) -> None:
        """As :meth:`Ear.close`."""
        self._db.close()

    def stir(self) -> None:
        """Nothing to do: the next look is near."""

    def end(self) -> None:
        """As :meth:`Ear.end`."""
        self._ended.set()


class Listening:
    """A PostgreSQL server tells whoever listens: nothing at all happens while nobody commits.

    While the server is away, ``every`` so many seconds it is worth looking whether it is back.
    """

    def __init__(self, book: Book, every: float) -> None:
        self._book, self._every = book, every
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

    def changes_seen(self) -> int:
        """As :meth:`Ear.changes_seen`."""
        self._book.connect()
        here = self._book.db.connection()
        if here is not self._at:
            here.add_notify_handler(self._hear)
            self._book.db.execute_sql(f"listen {CHANNEL}")
            self._at = here
        return self._book.changes_seen()

    def close(self) -> None:
        """As :meth:`Ear.close`."""
        self._book.close()

    def stir(self) -> None:
        """As :meth:`Ear.stir`."""
        os.write(self._end, b".")

    def end(self) -> None:
        """As :meth:`Ear.end`."""
        os.close(self._end)

    def _hear(self, _: object) -> None:
        self._told = True

    def _woken(self) -> bool:
        db = self._book.db
        if db.is_closed() or db.connection().closed:
            return self._looked == 0 or self._pause(self._every)
        here = db.connection()
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
