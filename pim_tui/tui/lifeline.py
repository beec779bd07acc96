"""The program's tie to its terminal: when the terminal or its owner says stop, save and be gone.

Left alone, a Textual program dies of a hang-up with nothing saved, burns a core for ever when the
hang-up is ignored, and freezes in ``write`` when the terminal stops reading. Here one guard thread
waits for all of it. Signals reach it through a pipe written by Python's C handler, so it learns of them
even while the main thread cannot run a line of Python; drafts are saved by threads that wait for
nothing the screen holds. The process is gone `GRACE` seconds later whatever the main thread does.

An idle guard wakes once a second, sends nothing and does not touch the event loop.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import termios
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any, Final

from ..errors import UsageError
from .lent import tell_end, tell_way_back
from .lineend import number_of
from .terminal.outlet import handle_of

GRACE: Final = 2.0
"""Seconds the screen gets to leave in order after a signal; then the process ends without it."""

STALL: Final = 1.2
"""Seconds that something may wait for a terminal that takes nothing; up to a second more passes before the
guard looks."""

HELD: Final = 300.0
"""The same where whoever sits there can stop the line by a key."""

LOST: Final = 128 + signal.SIGHUP
"""Exit code when the terminal vanished or stalled: the shell's for a hang-up."""

_SIGNALS: Final = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)
_LOOK: Final = 1.0
_ROUND: Final = 0.4
_SAVE_LIMIT: Final = 0.8
_WRITE_LIMIT: Final = 0.1
_LAND: Final = 0.3
_HOPS: Final = 32
"""Turns of the event loop in which a key that is on the screen has reached its draft: it goes from the
field to the dialog and on by messages, each a few turns of the loop."""

Handler = Callable[[int, FrameType | None], Any] | int | None


def require_terminal() -> None:
    """Raises UsageError when there is no terminal to read keys from or to paint on."""
    if not (_is_terminal(sys.__stdin__) and _is_terminal(sys.__stderr__)):
        raise UsageError(
            "The calendar needs a terminal.",
            "Start it in one (with ssh: ssh -t); `pim-tui --help` lists the commands that need none.",
        )


class Lifeline:
    """Ends the process, drafts saved, on a signal or when the terminal is gone or takes nothing.

    ``save`` is called from a thread of its own, at most once per event: it must not touch a widget nor
    wait for a lock the screen may hold. ``leave`` is called on the event loop with the exit code.
    ``stall`` is in seconds; ``restore`` gives the terminal back where the screen cannot; ``waits`` tells
    whether bytes wait for the terminal to take them.
    """

    def __init__(
        self,
        save: Callable[[], object],
        leave: Callable[[int], object],
        *,
        stall: float = STALL,
        waits: Callable[[], bool] = lambda: False,
        restore: bytes = b"",
    ) -> None:
        self._restore = restore
        self._save = save
        self._leave = leave
        self._waits = waits
        self._stall_rounds = max(1, round(stall / _ROUND))
        self._previous: dict[signal.Signals, Handler] = {n: signal.getsignal(n) for n in _SIGNALS}
        self._leaving = False
        self._thread: threading.Thread | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin guarding; main thread only, before the terminal is switched to full screen."""
        self._loop = loop
        self._input, self._output = number_of(sys.__stdin__), number_of(sys.__stderr__)
        self._modes = termios.tcgetattr(self._input)
        tell_way_back(self._restore)
        self._heard, told = os.pipe()
        self._told = told
        os.set_blocking(told, False)
        self._wakeup = signal.set_wakeup_fd(told, warn_on_full_buffer=False)
        for number in _SIGNALS:
            signal.signal(number, _heard_by_the_guard)
        self._thread = threading.Thread(target=self._guard, name="lifeline", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End guarding and give the signals back, unless a signal is ending the process: then the
        guard sees to it that nothing after the screen (a hanging worker) keeps it."""
        if self._thread is None or self._leaving:
            return
        signal.set_wakeup_fd(self._wakeup)
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        signal.signal(signal.SIGCONT, signal.SIG_DFL)
        os.close(self._told)
        self._thread.join()
        self._thread = None
        os.close(self._heard)

    def keep_through_stops(self, repaint: Callable[[], object]) -> None:
        """Whoever stops the process and lets it go on finds the screen as it was; main thread only, in
        full screen. ``repaint`` is called on the event loop.

        Textual would take the terminal over once more, and on leaving give it back as it was then: raw.
        """
        raw = termios.tcgetattr(self._input)

        def goes_on(number: int, frame: FrameType | None) -> None:
            with suppress(termios.error):
                termios.tcsetattr(self._input, termios.TCSANOW, raw)
            self._on_loop(repaint)

        signal.signal(signal.SIGCONT, goes_on)

    def _guard(self) -> None:
        """Wait for a hang-up, a signal or `stop` (end of the pipe); look for a stall in between.

        A terminal whose window changes its size is there: its stall is counted anew.
        """
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})  # may restore from the background
        idle, alert = self._watch(), self._watch()
        alert.register(self._output, select.POLLOUT)
        stall = _Stall(self._output, self._knock)
        while True:
            told = dict(alert.poll(_ROUND * 1000) if stall.suspected else idle.poll(_LOOK * 1000))
            if self._input in told:
                self._let_keys_land()
                self._end(LOST)
            if self._heard in told:
                heard = os.read(self._heard, 64)
                if not heard:
                    return
                if signal.SIGWINCH in heard:
                    stall.rounds = 0
                self._obey(heard)
            stall.look(took=bool(told.get(self._output, 0) & select.POLLOUT))
            if stall.rounds >= self._stall_rounds:
                self._end(LOST)

    def _watch(self) -> select.poll:
        """What is reported of the terminal and by the signals' pipe."""
        watch = select.poll()
        watch.register(self._input, 0)  # a hang-up is reported whatever is asked for
        watch.register(self._heard, select.POLLIN)
        return watch

    def _obey(self, heard: bytes) -> None:
        """End for the first signal among those heard that says so."""
        for number in _SIGNALS:
            if number in heard:
                self._end_in_order(number)

    def _knock(self) -> threading.Event:
        """Ask the event loop for a sign of life: that it runs, and has nothing the terminal does not take."""
        answer = threading.Event()
        self._on_loop(lambda: None if self._waits() else answer.set())
        return answer

    def _let_keys_land(self) -> None:
        """Give a loop that runs a moment to carry the last keys to their drafts; a stuck one gets no more
        than `_LAND` seconds."""
        landed = threading.Event()

        def hop(left: int) -> None:
            if left:
                self._loop.call_soon(hop, left - 1)
            else:
                landed.set()

        self._on_loop(lambda: hop(_HOPS))
        landed.wait(_LAND)

    def _on_loop(self, act: Callable[[], object]) -> None:
        try:
            self._loop.call_soon_threadsafe(act)
        except RuntimeError:
            return  # the loop has closed: the program is past its screen already

    def _end_in_order(self, number: int) -> None:
        """Save, ask the screen to leave, and end the process if that takes longer than `GRACE`."""
        self._leaving = True
        deadline = time.monotonic() + GRACE
        self._let_keys_land()
        self._on_loop(lambda: self._leave(128 + number))
        self._save_within_limit()
        hangup = select.poll()
        hangup.register(self._input, 0)
        hangup.poll(max(0.0, deadline - time.monotonic()) * 1000)
        self._end(128 + number)

    def _end(self, code: int) -> None:
        """Save and end the process here and now, leaving the terminal usable if it still listens."""
        self._save_within_limit()
        self._restore_terminal()
        tell_end(code)
        os._exit(code)

    def _save_within_limit(self) -> None:
        """A disk that hangs must not keep the process."""
        _within(_SAVE_LIMIT, "lifeline-save", self._save)

    def _restore_terminal(self) -> None:
        """What Textual would have done. By an own non-blocking handle where one is to be had: the usual one
        may be stuck in a write, and making it non-blocking would do so for the shell that shares it."""
        try:
            termios.tcsetattr(self._input, termios.TCSANOW, self._modes)
            if (terminal := handle_of(self._output)) is not None:
                os.write(terminal, self._restore)
                return
        except (OSError, termios.error):
            return  # gone or taking nothing: there is nobody to restore it for
        _within(_WRITE_LIMIT, "lifeline-write", self._restore_by_the_usual_handle)

    def _restore_by_the_usual_handle(self) -> None:
        with suppress(OSError):
            os.write(self._output, self._restore)


class _Stall:
    """For how long a terminal that is waited for has taken nothing.

    A stalled one takes no byte for as long as some wait, or the loop hangs; a slow one, which takes some now
    and then, is waited for. ``knock`` asks the event loop for a sign of life.
    """

    def __init__(self, output: int, knock: Callable[[], threading.Event]) -> None:
        self.rounds = 0
        self._knock = knock
        self._answer: threading.Event | None = None
        self._room = select.poll()
        self._room.register(output, select.POLLOUT)

    @property
    def suspected(self) -> bool:
        """Whether the terminal took nothing when it was looked at last."""
        return self._answer is not None

    def look(self, *, took: bool) -> None:
        """Count another round without a byte and without a sign of life, or none; ``took`` is whether the
        terminal could take one during the round."""
        if self._answer is not None and not took and not self._answer.is_set():
            self.rounds += 1
        else:
            self.rounds = 0
            self._answer = None if took or self._room_is_there() else self._knock()

    def _room_is_there(self) -> bool:
        return any(what & select.POLLOUT for _, what in self._room.poll(0))


def _within(seconds: float, name: str, act: Callable[[], object]) -> None:
    """Do what may never end in a thread of its own, which gets so much time."""
    doing = threading.Thread(target=act, name=name, daemon=True)
    doing.start()
    doing.join(seconds)


def _heard_by_the_guard(number: int, frame: FrameType | None) -> None:
    """Python's C handler has written ``number`` to the guard's pipe; nothing is left to do here."""


def _is_terminal(stream: Any) -> bool:
    try:
        return stream is not None and os.isatty(stream.fileno())
    except (OSError, ValueError):
        return False
