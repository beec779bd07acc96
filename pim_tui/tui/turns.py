"""Keys wait their turn: each acts on what the one before it has done.

Typed ahead, keys would reach whatever is on screen at that moment: the form that is just opening
would miss its first letters, Enter would take the result of the search before last. Here one key is
dispatched at a time; the next one waits until every widget it can have reached has dealt with it,
screens it opened are there, writes it started are done, and, unless it is typed into a field, what
the screen is reading has arrived. Nothing is dropped and nothing lands elsewhere.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from contextvars import ContextVar
from typing import TYPE_CHECKING

from textual import events
from textual.message_pump import MessagePump

if TYPE_CHECKING:
    from .app import PimApp

PATIENCE = 20.0
"""Seconds after which a widget that does not answer is no longer waited for, however busy the host is."""
LOOK = 0.25
"""Seconds after which it is looked at whether the widget is there still."""

HOLDS = ContextVar("HOLDS", default=True)
"""Whether keys wait for what the running task reads. They do not for what nobody at this desk asked for."""
ASIDE = ContextVar("ASIDE", default=False)
"""Whether what the running task reads may take long: then it is read on a connection of its own."""

EDITING = {"backspace", "delete", "left", "right", "home", "end"}


class Turns:
    """The queue between the keyboard and the screens of ``app``; it stands while ``here`` is not set."""

    def __init__(
        self, app: PimApp, dispatch: Callable[[events.Event], Awaitable[None]], here: asyncio.Event
    ) -> None:
        self._app = app
        self._dispatch = dispatch
        self._here = here
        self._waiting: deque[events.Event] = deque()
        self._runner: asyncio.Task[None] | None = None
        self._typed = False
        self._work = 0
        self._free = asyncio.Event()
        self._free.set()
        self._writes = 0
        self._written = asyncio.Event()
        self._written.set()

    def take(self, event: events.Event) -> None:
        """Queue a key or a paste."""
        self._waiting.append(event)
        if self._runner is None or self._runner.done():
            self._runner = asyncio.create_task(self._run())

    def take_all(self, typed: Iterable[events.Event]) -> None:
        """Queue what was typed elsewhere."""
        for event in typed:
            self.take(event)

    def cut(self, event: events.Event | None = None) -> list[events.Event] | None:
        """Take out ``event`` with what was typed after it, and answer that; None if its turn has come.

        Without an event it is everything that waits.
        """
        if event is not None and event not in self._waiting:
            return None
        kept = self._waiting.index(event) if event is not None else 0
        behind = list(self._waiting)[kept + (event is not None) :]
        while len(self._waiting) > kept:
            self._waiting.pop()
        return behind

    @property
    def typed_ahead(self) -> bool:
        """Whether keys wait that were typed before what is on screen could be seen."""
        return bool(self._waiting)

    def reading(self, delta: int) -> None:
        """A screen starts (+1) or has finished (-1) reading."""
        self._work += delta
        (self._free.clear if self._work else self._free.set)()

    def writing(self, delta: int) -> None:
        """A write starts (+1) or has been answered (-1)."""
        self._writes += delta
        (self._written.clear if self._writes else self._written.set)()

    async def settled(self) -> None:
        """Wait until no key waits and nothing that keys have started is under way."""
        while True:
            if self._runner is not None and not self._runner.done():
                await self._runner
            await self._quiet()
            if not self._waiting and (self._runner is None or self._runner.done()):
                return

    async def _run(self) -> None:
        while self._waiting:
            await self._take_turns()
            if not (self._free.is_set() and self._written.is_set()):
                await self._quiet()
            self._app.show_picture()

    async def _take_turns(self) -> None:
        while self._waiting:
            await self._here.wait()
            await self._written.wait()
            # What follows typing is typed into the same field; what a key that acts has begun may
            # open another one.
            if self._waiting and not (self._typed and self._is_typing(self._waiting[0])):
                await self._quiet()
                self._app.show_picture()
            if not (self._waiting and self._here.is_set()):
                continue
            event = self._waiting.popleft()
            self._typed = self._is_typing(event)
            self._app.hold_picture()
            await self._dispatch(event)
            await self._digested()

    async def _quiet(self) -> None:
        """Wait until nothing is read or written; one may have led to the other."""
        await self._digested()
        while not (self._free.is_set() and self._written.is_set()):
            await self._free.wait()
            await self._written.wait()
            await self._digested()

    def _is_typing(self, event: events.Event) -> bool:
        """Whether the event only edits the text of the focused widget: a field, if it takes letters."""
        focused = self._app.focused
        if focused is None or not focused.check_consume_key("x", "x"):
            return False
        if isinstance(event, events.Key):
            return event.is_printable or event.key in EDITING
        return isinstance(event, events.Paste)

    async def _digested(self) -> None:
        """Wait until every widget the last key can have reached has emptied its queue."""
        before: tuple[object, object] | None = None
        while before != (now := (self._app.screen, self._app.focused)):
            before = now
            start: MessagePump = self._app.focused or self._app.screen
            for node in (start, *_above(start)):
                await self._passed(node)

    async def _passed(self, node: MessagePump) -> None:
        """Wait until ``node`` has come to a marker put at the end of its queue."""
        mark = _Mark()
        # Not by call_later(): Textual would look at its signature each time, a twentieth of a key.
        if not (node.is_running and node.post_message(events.Callback(mark.reach))):
            return
        for _ in range(round(PATIENCE / LOOK)):
            await asyncio.wait((mark.reached,), timeout=LOOK)
            if mark.reached.done() or not node.is_running:
                return


class _Mark:
    """Stands in the queue of a widget until that has come to it."""

    def __init__(self) -> None:
        self.reached: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def reach(self) -> None:
        """Called by the widget; perhaps when nobody waits any more."""
        if not self.reached.done():
            self.reached.set_result(None)


def _above(node: MessagePump) -> list[MessagePump]:
    """The pumps that a key bubbles through after ``node``."""
    found = []
    while (parent := node._parent) is not None:
        found.append(parent)
        node = parent
    return found
