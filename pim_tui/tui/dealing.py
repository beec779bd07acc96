"""The app's two doors to the data: what is read comes in by the one, what is written goes out by the other.

Each has a thread with a connection of its own. What comes back waits for whoever it was read or written for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from textual._context import active_message_pump
from textual.widget import Widget

from ..domain.session import Session
from ..errors import PimError, ProgramReplaced, StoreAway, StoreError
from ..queries.gate import on_behalf_of
from ..services.views import WITHIN, Views
from .base import TELLING
from .leaving import Left
from .live import EVERY, SELDOM, Live
from .seat import Seat
from .seated import SeatedApp
from .turns import ASIDE, HOLDS

if TYPE_CHECKING:
    from ..services.work import Command, Done
    from .desk import Desk

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C", bound="Command")

OFFERED = "what you typed is offered to you."
AGAIN = 1.0
"""Seconds until a server that is away is asked again for what a screen cannot do without."""


class DealingApp(SeatedApp):
    """A part of :class:`~pim_tui.tui.app.PimApp`: screens reach the data through it alone."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._readers = ThreadPoolExecutor(1, thread_name_prefix="read")
        self._adders = ThreadPoolExecutor(1, thread_name_prefix="add")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="write")
        self._outside = ThreadPoolExecutor(1, thread_name_prefix="outside")
        self.asides: set[asyncio.Task[None]] = set()
        self.views = Views(desk.settings.journal_views)
        self.live = Live(
            desk.book,
            desk.session,
            self.heard,
            self.server_away,
            overtaken=self.overtaken,
            stood=self.seats.stands,
            every=SELDOM if self.slow else EVERY,
            reads=self._read_aside,
        )
        self._own_task: asyncio.Task[Any] | None = None
        self._ended = False

    # --- reading -----------------------------------------------------------------------------------

    async def fetch(self, query: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a query on the reading connection; keys that act on its result wait for it.

        While the database server is away it waits until that is back: what is being opened then opens, and
        one may leave meanwhile. Raises :class:`StoreAway` only to what tells of it, see :data:`TELLING`.
        """
        return await self.fetch_for(self.seat, query, *args, **kwargs)

    async def fetch_for(self, seat: Seat, query: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The same for ``seat``, whoever is present: what a screen reads, it reads for its own person."""
        while True:
            try:
                found = await self._fetched(seat, query, args, kwargs)
            except StoreAway:
                self.server_away(True)
                if self._exit or asyncio.current_task() in TELLING:
                    raise
            else:
                # Only this one connection may have been broken: then nobody else notices that it is back.
                if self._away and not self.live.away:
                    self.server_away(False)
                return found
            await asyncio.sleep(AGAIN)
            if asyncio.current_task() is not self._own_task:
                await seat.present()

    async def _fetched(
        self, seat: Seat, query: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> R:
        held = HOLDS.get()
        seat.turns.reading(+held)
        try:
            loop, pool = asyncio.get_running_loop(), self._adders if ASIDE.get() else self._readers
            reading = loop.run_in_executor(pool, self._read, seat.desk.session, query, args, kwargs)
            return await (reading if self._stands_still() else seat.back(reading))
        finally:
            seat.turns.reading(-held)
            self._keep_views()

    def _stands_still(self) -> bool:
        """Whether no key is taken while the running task waits: it is the app's own, or makes a new screen.

        So nobody can come in by the door meanwhile, and it may go on for whoever is away.
        """
        task, pump = asyncio.current_task(), active_message_pump.get(None)
        return task is self._own_task or (
            isinstance(pump, Widget) and not pump.is_mounted and pump.task is task
        )

    def fetch_at_once(self, query: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a query on this thread's connection, while there is no picture yet that it could hold up; later
        ones run on the same connection, in the thread that reads."""
        found = self._read(self.desk.session, query, args, kwargs)
        if not self.is_headless:
            self._readers.submit(self.desk.book.take_over, self.desk.book.hand_over())
        return found

    # --- writing, and what is neither --------------------------------------------------------------

    def submit(
        self,
        service: Callable[[Session, C], Done],
        command: C,
        on_done: Callable[[Done], object] | None = None,
        on_refused: Callable[[PimError], object] | None = None,
        *,
        waits: bool = True,
    ) -> None:
        """Carry out a write of whoever is present. The app owns it: no screen that closes meanwhile loses its
        answer, and whoever is away hears it when they are back.

        ``on_refused`` gets what was refused; without it a notice tells. Keys wait for the answer,
        except with ``waits`` False: for what takes long outside, such as a printer.
        """
        pool, seat = self._writer if waits else self._outside, self.seat
        loop = asyncio.get_running_loop()
        session = seat.desk.session
        doing = loop.run_in_executor(pool, self._on_connection, session, service, (session, command), {})
        seat.turns.writing(+waits)
        task = asyncio.create_task(self._answer(seat, doing, on_done, on_refused))
        seat.writes.add(task)
        task.add_done_callback(seat.writes.discard)
        task.add_done_callback(lambda _: seat.turns.writing(-waits))

    async def _answer(
        self,
        seat: Seat,
        doing: asyncio.Future[Done],
        on_done: Callable[[Done], object] | None,
        on_refused: Callable[[PimError], object] | None,
    ) -> None:
        try:
            done = await seat.back(doing)
        except PimError as error:
            (on_refused or self.tell)(error)
        except Exception as error:
            self._handle_exception(error)
        else:
            self.announce(done)
            if on_done:
                on_done(done)

    async def behind(self, act: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run on the writing connection, after the writes under way, what no screen waits for: on behalf of
        the session it is given first, if it is given one."""
        loop = asyncio.get_running_loop()
        session = args[0] if args and isinstance(args[0], Session) else self.desk.session
        return await loop.run_in_executor(self._writer, self._on_connection, session, act, args, kwargs)

    async def outside(self, act: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run what is neither a query nor a write of the book off the event loop."""
        loop, seat = asyncio.get_running_loop(), self.seat
        doing = loop.run_in_executor(self._outside, self._aside, seat.desk.session, act, args, kwargs)
        return await (doing if self._stands_still() else seat.back(doing))

    # --- on worker threads -------------------------------------------------------------------------

    def _read(
        self, session: Session, query: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> R:
        """The same on behalf of whoever asks, who may not read everything."""
        with on_behalf_of(session, partial(self.views.read, session=session)):
            found = self._on_connection(session, query, args, kwargs)
        if not self.ascii_only:
            return found
        from ..queries.toldapart import told_apart

        return told_apart(found)

    def _read_aside(self, read: Callable[[], R]) -> R:
        """From any other thread: on the reading connection, once that has nothing else to do."""
        return self._readers.submit(read).result()

    def _aside(
        self, session: Session, act: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> R:
        """The same, without the book for what is not done on behalf of a session."""
        if args and isinstance(args[0], Session):
            return self._on_connection(session, act, args, kwargs)
        return act(*args, **kwargs)

    def _on_connection(
        self, session: Session, act: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> R:
        """On a worker thread: use the connection that thread keeps. What is refused to whoever asks for want
        of a right stays in the journal."""
        from ..services.refusals import called, refusals_told

        self.desk.book.connect()
        with refusals_told(session, called(act)):
            return act(*args, **kwargs)

    # --- what was looked at ------------------------------------------------------------------------

    def _keep_views(self) -> None:
        """What was looked at is told to the journal soon, behind everything else."""
        if self.views.waiting:
            self.set_timer(WITHIN, self._write_views_aside)

    def _write_views_aside(self) -> None:
        """Not once the app has ended: it has written them then, and its threads are gone."""
        if not self._ended:
            self._outside.submit(self._write_views)

    def _write_views(self) -> None:
        """On a worker thread. What cannot be written now is written with the next look."""
        with suppress(StoreError):
            self.desk.book.connect()
            self.views.flush()

    # --- what went wrong, and the end --------------------------------------------------------------

    def _handle_exception(self, error: Exception) -> None:
        """A module that may not be loaded any more is no crash: leave in order and say why. Nor is what was
        under way for somebody who has left, and what waited for a server when the app ends: it ends where it
        is.
        """
        if isinstance(error, ProgramReplaced):
            self.save_drafts()
            self.exit(return_code=error.exit_code, message=f"{error.message} Start it again: {OFFERED}")
        elif not isinstance(error, Left) and not (self._exit and isinstance(error, StoreAway)):
            super()._handle_exception(error)

    def crashed(self, error: BaseException) -> None:
        """An error nobody foresaw, from a task of a screen."""
        if isinstance(error, Exception):
            self._handle_exception(error)

    def close_connections(self) -> None:
        """Let what was begun end; nothing is read or written any more."""
        self._outside.submit(self._write_views)
        self._ended = True
        for pool in (self._writer, self._readers, self._adders, self._outside):
            pool.submit(self.desk.book.close)
            pool.shutdown(wait=True)
