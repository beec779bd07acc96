"""A session does one row of the outbox itself, so that whoever asked for it sees what becomes of it.

It is the worker's claim and the worker's code, in a thread of its own: no key waits for it, and leaving does
not. Where this account may not read what it needs, the worker does it, and the footer says what that is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING

from ..domain.rights import Right
from ..errors import PimError
from .widgets.bars import KeyBar

if TYPE_CHECKING:
    from ..domain.session import Session
    from ..services.couriers import Courier
    from ..services.delivery import Round
    from .app import PimApp
    from .seat import Seat

Couriers = Callable[["Session"], Mapping[str, "Courier"]]
GRACE = 1.0
"""Seconds after a row is due until it is looked for: clocks differ by less."""


class Errands:
    """What one session carries out of the house by itself; nothing where its desk has no couriers."""

    def __init__(self, app: PimApp, seat: Seat) -> None:
        self._app, self._seat = app, seat

    def carry(self, id_: int, due_at: int | None = None) -> None:
        """Do one row: now, or when it is due (UTC seconds)."""
        desk = self._seat.desk
        if desk.couriers is None or Right.DELIVER not in desk.session.rights:
            return
        if due_at is None or due_at <= self._app.now:
            self._begin(id_)
        else:
            self._app.set_timer(due_at - self._app.now + GRACE, lambda: self._begin(id_))

    def _begin(self, id_: int) -> None:
        loop = asyncio.get_running_loop()
        Thread(target=self._carried, args=(id_, loop), name="errand", daemon=True).start()

    def _carried(self, id_: int, loop: asyncio.AbstractEventLoop) -> None:
        """On the thread: the row, and then the word to whoever is at the desk."""
        from ..services.delivery import Post, deliver_one

        desk = self._seat.desk
        assert desk.couriers is not None
        try:
            desk.book.connect()
            done = deliver_one(desk.session, Post(desk.couriers(desk.session), by_hand=True), id_)
        except PimError:
            return
        finally:
            desk.book.close()
        if (done.counts or done.held) and not loop.is_closed():
            loop.call_soon_threadsafe(self._seat.when_here, partial(self._tell, id_, done))

    def _tell(self, id_: int, done: Round) -> None:
        from ..services.work import Done

        if self._app.is_running:
            self._app.announce(Done("outbox", (id_,)))
            says = (
                _SAID[next(iter(done.counts))] if done.counts else f"Left to the worker. {done.held[0].says}"
            )
            # A dialog that is open has no footer: what is said stands in that of the screen below.
            bars = (bar for screen in reversed(self._app.screen_stack) for bar in screen.query(KeyBar))
            if bar := next(bars, None):
                bar.say(says)
                self._app.remember(says)


_SAID = {
    "sent": "The message was sent.",
    "withdrawn": "The message does not hold any more and was withdrawn.",
    "failed": "The message could not be sent: G says why.",
    "later": "The message could not be sent now and is tried again.",
    "unknown": "Nobody knows whether the message went: G, then d decides.",
}
