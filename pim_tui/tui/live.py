"""Two desks in step: hears what other sessions commit, within two seconds and without being asked.

A thread of its own asks the database once a second whether anybody has committed, which reads no
table and wakes nothing else; a PostgreSQL server tells by itself. Only then are the new lines of the journal
read, and only those of other sessions, on the connection that reads for the screens. What they tell is handed
to the event loop; the screens read again what they show of it. When a server goes away, and when it is back,
they hear that too.

The same thread notices when a newer version has taken over the book or the program's own files.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import call
from typing import Any

from peewee import PeeweeException

from ..db.connection import Book
from ..db.hearing import Ear
from ..domain.news import News, many, news_of
from ..domain.session import Session
from ..errors import ProgramReplaced, StoreAway, StoreError, StoreUnfit
from ..program import replaced
from ..queries.changes import last_line, lines_between
from ..queries.standing import Standing, standing

EVERY = 1.0
"""Seconds between two looks."""
SELDOM = 5.0
"""The same on a slow line: what others do is shown in fewer pictures."""
MOST = 200
"""Lines told one by one; of more (an import) it is only said that there were many."""
ANYTHING = News("")
"""Everything that is shown may be out of date, and nobody is to be told of it."""

_FAILS = (StoreError, PeeweeException)


@dataclass(eq=False, slots=True)
class _Place:
    """How far somebody has heard: the database's commits, the journal's line, what waits for them."""

    session: Session | None
    seen: int | None = None
    line: int | None = None
    kept: list[News] = field(default_factory=list)


class Live:
    """Watches ``book`` for whoever is present; ``heard`` gets what others did, on the event loop, and
    ``away`` whether the server went away or is back.

    ``overtaken`` is told once, also there, that a newer version is here and what to do; ``stood`` how
    somebody signed in at this terminal stands, each time that has changed. ``reads`` carries out what reads
    the book, on whichever connection, and answers what that answers.
    """

    def __init__(
        self,
        book: Book,
        session: Session,
        heard: Callable[[Sequence[News]], object],
        away: Callable[[bool], object] = lambda _: None,
        every: float = EVERY,
        overtaken: Callable[[str], object] = lambda says: None,
        stood: Callable[[str, Standing], object] = lambda key, standing: None,
        reads: Callable[[Callable[[], Any]], Any] = call,
    ) -> None:
        self._book, self._heard, self._tell_away, self._every = book, heard, away, every
        self._overtaken, self._stood, self._reads = overtaken, stood, reads
        self.newer = ""
        self._ear: Ear | None = None
        self._away = False
        self._place = _Place(session)
        self._places = {session.key: self._place}
        self._nobody = _Place(None)
        self._people: tuple[Session, ...] = ()
        self._told: dict[str, Standing] = {}
        self._stirred = False
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Remember where the journal stands. Called before the first screen reads, so that nothing
        falls between the two."""
        try:
            self._place.line = last_line()
        except _FAILS:
            self._place.line = None

    def start(self) -> None:
        """Look or listen from now on, from a thread of its own. Event loop only."""
        self._ear = self._book.ear(self._every)
        watching = (asyncio.get_running_loop(), self._ear)
        self._thread = threading.Thread(target=self._watch, args=watching, name="live", daemon=True)
        self._thread.start()

    @property
    def away(self) -> bool:
        """Whether the server was away at the last look."""
        return self._away

    def follow(self, session: Session, line: int | None = None) -> None:
        """Somebody else is present: from ``line`` of the journal on, or from where they left."""
        if session.key not in self._places:
            self._places[session.key] = _Place(session, None, line)
        self._place = self._places[session.key]
        if self._ear is not None:
            self._ear.stir()
        if kept := self._place.kept:
            self._place.kept = []
            self._heard(kept)

    def rest(self) -> None:
        """Whoever was present is away; what they miss they hear when they are back."""
        self._place = self._nobody

    def watch(self, people: Sequence[Session]) -> None:
        """Who is signed in here, present or away: how they stand is watched."""
        self._people = tuple(people)
        for key in self._places.keys() - {one.key for one in people}:
            del self._places[key]

    def stop(self) -> None:
        """Look no more; the thread has closed its connection when this returns."""
        if self._ear is not None and self._thread is not None:
            ear, self._ear = self._ear, None  # nobody stirs what has ended
            ear.end()
            self._thread.join()

    def _watch(self, loop: asyncio.AbstractEventLoop, ear: Ear) -> None:
        told = ""
        try:
            while ear.wait():
                before, place = self._away, self._place
                news = self._look(place, ear.changes_seen)
                if self._away != before:
                    loop.call_soon_threadsafe(self._tell_away, self._away)
                if news:
                    loop.call_soon_threadsafe(self._hear, place, news)
                for key, standing in self.standings():
                    loop.call_soon_threadsafe(self._stood, key, standing)
                if not told and (told := self.newer or (str(ProgramReplaced()) if replaced() else "")):
                    loop.call_soon_threadsafe(self._overtaken, told)
                if place.seen is None:
                    ear.close()
        finally:
            ear.close()
            self._book.close()

    def _hear(self, place: _Place, news: Sequence[News]) -> None:
        """On the event loop: now, or once they are back. What may be out of date is so for everybody."""
        self._pass(place, news)
        if ANYTHING in news:
            for other in tuple(self._places.values()):
                if other is not place:
                    self._pass(other, (ANYTHING,))

    def _pass(self, place: _Place, news: Sequence[News]) -> None:
        if place is self._place:
            self._heard(news)
        else:
            place.kept.extend(news)

    def look(self) -> tuple[News, ...]:
        """What others did since the last look, by the calling thread's connection."""
        self._book.connect()
        return self._look(self._place, self._book.changes_seen)

    def _look(self, place: _Place, changes_seen: Callable[[], int]) -> tuple[News, ...]:
        """A database that cannot be read is none of this thread's business: whoever works in it is told.
        The next look opens it anew and catches up."""
        try:
            seen = changes_seen()
            if seen == place.seen:
                return ()
            news: tuple[News, ...] = self._reads(partial(self._catch_up, place))
            place.seen = seen
        except _FAILS as error:
            place.seen = None
            self._away = self._away or isinstance(error, StoreAway)
            return ()
        if self._away:
            self._away = False
            return (*news, ANYTHING)
        return news

    def _catch_up(self, place: _Place) -> tuple[News, ...]:
        self._book.connect()
        self._note_newer()
        self._stirred = True
        return _read(place)

    def _note_newer(self) -> None:
        try:
            self._book.require_not_newer()
        except StoreUnfit as error:
            self.newer = str(error)

    def standings(self) -> list[tuple[str, Standing]]:
        """How people at this terminal stand who stand otherwise than when it was looked last."""
        if not self._stirred:
            return []
        try:
            now: dict[str, Standing] = self._reads(self._how_they_stand)
        except _FAILS:
            return []
        self._stirred = False
        fresh = [(key, one) for key, one in now.items() if one != self._told.get(key)]
        self._told = now
        return fresh

    def _how_they_stand(self) -> dict[str, Standing]:
        self._book.connect()
        return {one.key: standing(one.key, one.staff_id) for one in self._people}


def _read(place: _Place) -> tuple[News, ...]:
    session = place.session
    if session is None:
        return ()
    before, last = place.line, last_line()
    if before is None or before > last:
        # Nobody knows what was missed: the journal could not be read, or is another one.
        place.line = last
        return (many(()),)
    lines = lines_between(before, last, session.key, MOST + 1)
    place.line = last
    if len(lines) > MOST:
        return (many(tuple(dict.fromkeys(line.who for line in lines if line.who))),)
    return tuple(news_of(line, session.zone) for line in lines)
