"""Two desks in step: hears what other sessions commit, within two seconds and without being asked.

A thread of its own asks the database once a second whether anybody has committed, which reads no
table and wakes nothing else. Only then are the new lines of the journal read, and only those of other
sessions. What they tell is handed to the event loop; the screens read again what they show of it.

The same thread notices when a newer version has taken over the book or the program's own files.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence

from peewee import PeeweeException

from ..db.connection import Book
from ..domain.news import News, many, news_of
from ..domain.session import Session
from ..errors import ProgramReplaced, StoreError, StoreUnfit
from ..program import replaced
from ..queries.changes import last_line, lines_between

EVERY = 1.0
"""Seconds between two looks."""
MOST = 200
"""Lines told one by one; of more (an import) it is only said that there were many."""

_FAILS = (StoreError, PeeweeException)


class Live:
    """Watches ``book`` for ``session``; ``heard`` gets what others did, on the event loop.

    ``overtaken`` is told once, also there, that a newer version is here and what to do.
    """

    def __init__(
        self,
        book: Book,
        session: Session,
        heard: Callable[[Sequence[News]], object],
        every: float = EVERY,
        overtaken: Callable[[str], object] = lambda says: None,
    ) -> None:
        self._book, self._session, self._heard, self._every = book, session, heard, every
        self._overtaken = overtaken
        self.newer = ""
        self._seen: int | None = None
        self._line: int | None = None
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Remember where the journal stands. Called before the first screen reads, so that nothing
        falls between the two."""
        try:
            self._line = last_line()
        except _FAILS:
            self._line = None

    def start(self) -> None:
        """Look once a second from now on, from a thread of its own. Event loop only."""
        loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._watch, args=(loop,), name="live", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more; the thread has closed its connection when this returns."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        told = ""
        try:
            while not self._ended.wait(self._every):
                if news := self.look():
                    loop.call_soon_threadsafe(self._heard, news)
                if not told and (told := self.newer or (str(ProgramReplaced()) if replaced() else "")):
                    loop.call_soon_threadsafe(self._overtaken, told)
        finally:
            self._book.close()

    def look(self) -> tuple[News, ...]:
        """What others did since the last look, by the calling thread's connection.

        A database that cannot be read is none of this thread's business: whoever works in it is told.
        The next look opens it anew and catches up.
        """
        try:
            self._book.connect()
            seen = self._book.changes_seen()
            if seen == self._seen:
                return ()
            self._note_newer()
            news = self._read()
            self._seen = seen
        except _FAILS:
            self._seen = None
            self._book.close()
            return ()
        return news

    def _note_newer(self) -> None:
        try:
            self._book.require_not_newer()
        except StoreUnfit as error:
            self.newer = str(error)

    def _read(self) -> tuple[News, ...]:
        before, last = self._line, last_line()
        if before is None or before > last:
            # Nobody knows what was missed: the journal could not be read, or is another one.
            self._line = last
            return (many(()),)
        lines = lines_between(before, last, self._session.key, MOST + 1)
        self._line = last
        if len(lines) > MOST:
            return (many(tuple(dict.fromkeys(line.who for line in lines if line.who))),)
        return tuple(news_of(line, self._session.zone) for line in lines)
