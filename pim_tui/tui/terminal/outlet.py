"""The way out to the terminal: bytes in order, as the line takes them, and the event loop never waits.

It has a non-blocking handle of the terminal of its own, because the usual one is shared with the shell. On a
terminal that belongs to somebody else (``su``, ``sudo``) none can be had: there a thread writes.
"""

from __future__ import annotations

import array
import asyncio
import fcntl
import os
import select
import termios
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from typing import ClassVar, Final

from ..lent import may_use_terminal
from .pace import Pace

QUESTION: Final = b"\x1b[5n"
"""Device status report: the terminal answers ``ESC[0n`` when it has come to it."""
_PIECE: Final = 1024
"""Bytes that a thread writes at a time: what of a picture cannot be helped any more."""


class Outlet:
    """What is written to ``terminal`` goes through here, on the event loop.

    ``ready`` is called when the line is free for the picture that was :meth:`want`\\ ed.
    """

    given: ClassVar[int | None] = None
    """A non-blocking handle of the terminal that came with it, from whoever handed the terminal over."""

    def __init__(
        self,
        terminal: int,
        pace: Pace,
        ready: Callable[[], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.count = 0
        """Bytes that the line has taken, since the start."""
        self.last_at = 0.0
        """When it took the last of them."""
        self._loop, self._loop_thread = asyncio.get_running_loop(), threading.get_ident()
        self._terminal, self._pace, self._ready, self._clock = terminal, pace, ready, clock
        self._handle = handle_of(terminal)
        self._thread = ThreadPoolExecutor(1, "outlet") if self._handle is None else None
        self._queue = bytearray()
        self._carrying: Future[int] | None = None
        self._watched = self._wanted = self._over = False
        self._look_again: asyncio.Handle | None = None
        self._held_until = 0.0
        self._unheard = 0
        self._heard_all = threading.Event()
        self._heard_all.set()

    @property
    def waiting(self) -> bool:
        """Whether bytes wait for the line to take them; from any thread."""
        return bool(self._queue)

    @property
    def idle(self) -> bool:
        """Whether nothing is to be sent."""
        return not self._queue and not self._wanted

    def write(self, data: bytes) -> None:
        """Send ``data`` behind what was written before, and ask the terminal where that is due; from any
        thread."""
        if threading.get_ident() != self._loop_thread:
            self._on_loop(lambda: self.write(data))
            return
        self._queue += data
        self._pace.sent(len(data), now := self._clock())
        if self._pace.should_ask():
            self._queue += QUESTION
            self._pace.asked(now)
            self._unheard += 1
            self._heard_all.clear()
        self._push()

    def want(self) -> None:
        """Have ``ready`` called as soon as the line is free, never at once: what is drawn in the same moment
        goes into the same picture."""
        if not self._wanted and not self._over:
            self._wanted = True
            self._look_again = self._loop.call_soon(self._look)

    def hold(self, seconds: float) -> None:
        """Make no picture for so long, unless :meth:`let_go` comes first: more is about to change. One that
        is wanted already is not put off again."""
        if not self._wanted:
            self._held_until = self._clock() + seconds

    def let_go(self, *, all_of_it: bool = True) -> None:
        """What was about to change has changed, or some of it, of which there may be a picture already."""
        if self._wanted or all_of_it:
            self._held_until = 0.0
        if self._wanted:
            self._look()

    def show_no_more(self) -> None:
        """Make no picture any more, not even one that is wanted: it would be drawn on the shell's screen."""
        self._wanted, self._over = False, True

    def heard(self) -> None:
        """The terminal has answered; from any thread."""
        self._unheard -= 1
        if self._unheard <= 0:
            self._heard_all.set()
        at = self._clock()
        self._on_loop(lambda: self._answered(at))

    def finish(self, limit: float) -> None:
        """Leave the loop alone from now on, and write what waits within ``limit`` seconds."""
        self._unwatch()
        self.show_no_more()
        deadline = self._clock() + limit
        while self._queue and (left := deadline - self._clock()) > 0:
            self._wait_for_room(left)

    def hear_out(self, limit: float) -> None:
        """Wait until the terminal has answered all that it was asked, at most ``limit`` seconds."""
        if self._pace.unanswered:
            self._heard_all.wait(limit)

    def close(self) -> None:
        """Give the handle back; nothing may be written afterwards."""
        self._unwatch()
        if self._thread is not None:
            self._thread.shutdown(wait=False, cancel_futures=True)
        elif self._handle not in (None, self.given):
            os.close(self._handle)
        self._handle = None

    def _answered(self, at: float) -> None:
        self._pace.answered(at)
        if self._wanted:
            self._look()

    def _look(self) -> None:
        """Make the wanted picture if the line is free, else look again when it may be."""
        if self._look_again is not None:
            self._look_again.cancel()
            self._look_again = None
        if self._queue or not self._wanted:
            return
        now = self._clock()
        seconds = max(self._held_until - now, self._pace.wait(in_kernel(self._terminal), now))
        if seconds > 0:
            self._look_again = self._loop.call_later(seconds, self._look)
            return
        self._wanted = False
        self._ready()

    def _push(self) -> None:
        """Give the line what it takes, and come back when it takes more; nothing while the terminal is
        somebody else's. Who has it again has everything shown anew."""
        if not may_use_terminal():
            self._unwatch()
            return
        if self._handle is None:
            self._carry()
            return
        self._give()
        if self._queue and not self._watched:
            self._watched = True
            self._loop.add_writer(self._handle, self._push)
        elif not self._queue:
            self._unwatch()
            self._look()

    def _give(self) -> None:
        """Write what the handle takes. A terminal that is gone takes everything: the lifeline sees to it."""
        assert self._handle is not None
        try:
            while self._queue:
                self._taken(os.write(self._handle, self._queue))
        except BlockingIOError:
            return
        except OSError:
            self._queue.clear()

    def _taken(self, count: int) -> None:
        del self._queue[:count]
        self.count += count
        self.last_at = self._clock()

    def _carry(self) -> None:
        """Have the thread write the next piece, when it has written the one before."""
        if self._carrying is None and self._queue and self._thread is not None:
            piece = bytes(self._queue[:_PIECE])
            self._carrying = self._thread.submit(os.write, self._terminal, piece)
            self._carrying.add_done_callback(lambda _: self._on_loop(self._carried))

    def _carried(self) -> None:
        if self._carrying is None or not self._carrying.done():
            return
        if self._carrying.exception() is None:
            self._taken(self._carrying.result())
        else:
            self._queue.clear()
        self._carrying = None
        self._carry()
        self._look()

    def _wait_for_room(self, limit: float) -> None:
        """Write some of what waits, as soon as the line takes it, without the loop."""
        if self._handle is None:
            self._carry()
            if self._carrying is not None and wait([self._carrying], limit).done:
                self._carried()
            return
        room = select.poll()
        room.register(self._handle, select.POLLOUT)
        if room.poll(limit * 1000):
            self._give()

    def _on_loop(self, act: Callable[[], object]) -> None:
        with suppress(RuntimeError):  # the loop has closed: the screen is gone already
            self._loop.call_soon_threadsafe(act)

    def _unwatch(self) -> None:
        if self._watched and self._handle is not None:
            self._loop.remove_writer(self._handle)
        self._watched = False


def handle_of(terminal: int) -> int | None:
    """A non-blocking handle of the terminal behind a descriptor, the given one if there is one; None where it
    belongs to somebody else.

    To make the descriptor itself non-blocking would do so for the shell that shares it.
    """
    if Outlet.given is not None:
        return Outlet.given
    for path in (f"/proc/self/fd/{terminal}", _name(terminal)):
        try:
            return os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
        except OSError:
            continue
    return None


def _name(terminal: int) -> str:
    try:
        return os.ttyname(terminal)
    except OSError:
        return ""


def in_kernel(terminal: int) -> int:
    """Bytes that the kernel still holds for a serial port; a pty never tells of any."""
    held = array.array("i", [0])
    try:
        fcntl.ioctl(terminal, termios.TIOCOUTQ, held)
    except OSError:
        return 0
    return held[0]
