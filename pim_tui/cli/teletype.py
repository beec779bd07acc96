"""Lines in and out of this process, at the pace of whatever is at the other end.

Nothing moves a cursor: a line is said and ended, what stands before an answer is not. Signals are heard while
it waits for a line or for the other end to take one, Ctrl+Z only while it waits for a line; whatever is
carried out between is carried out whole.
"""

from __future__ import annotations

import errno
import os
import select
import signal
import sys
import termios
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from math import inf
from types import FrameType
from typing import Final, Self

from ..bootstrap import since_start
from ..tui import lent
from . import terminal

INTERRUPT: Final = int(signal.SIGINT)
HUNG_UP: Final = int(signal.SIGHUP)
_HEARD: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_MOST: Final = 64 * 1024
"""Bytes of a line that are kept; the rest of a longer one is thrown away."""
_ASIDE: Final = 0.1
"""Seconds between two looks whether a terminal that is the shell's is this process's again."""


class Broken(Exception):
    """A signal came: ``number`` is which."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Teletype:
    """Stdin and stdout. Use as a context manager, in the main thread."""

    def __init__(self) -> None:
        self._input = sys.stdin.fileno()
        self._typed = bytearray()
        self._ended = self._open = self._waits = self._aside = False
        self._heard = 0
        self._shown = os.isatty(self._input)
        self._modes = self._now = termios.tcgetattr(self._input) if self._shown else []
        self._prompt = ""

    def __enter__(self) -> Self:
        # A signal that comes just before this process begins to wait is written here, and ends the waiting.
        self._told, told = os.pipe()
        os.set_blocking(told, False)
        self._wakeup, self._tells = signal.set_wakeup_fd(told, warn_on_full_buffer=False), told
        self._before = {number: signal.signal(number, self._hear) for number in _HEARD}
        # Whoever is shut in by a forced command has no shell to go back to, and ignores it.
        if signal.getsignal(signal.SIGTSTP) is signal.SIG_DFL:
            self._before[signal.SIGTSTP] = signal.signal(signal.SIGTSTP, self._be_stopped)
        self._before[signal.SIGCONT] = signal.signal(signal.SIGCONT, self._go_on)
        return self

    def __exit__(self, *exc: object) -> None:
        signal.set_wakeup_fd(self._wakeup)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        for end in (self._told, self._tells):
            os.close(end)

    # --- out --------------------------------------------------------------------------------------

    def say(self, lines: Iterable[str]) -> None:
        """Write lines; raises :class:`Broken` where a signal comes before the other end has taken them."""
        with self._listening():
            for line in lines:
                self._wait_for_terminal()
                terminal.say(line)
            sys.stdout.flush()

    def prompt(self, text: str) -> None:
        """What stands before that which is typed; where nobody types at a terminal, nothing does."""
        self._prompt = text
        if self._shown:
            with self._listening():
                self._wait_for_terminal()
                terminal.pour(text)

    # --- in ---------------------------------------------------------------------------------------

    def line(self, seconds: float | None, *, unseen: bool = False) -> str | None:
        """The next line without its end, None where none has come in so many seconds.

        ``unseen``: a terminal does not show what is typed. Raises EOFError at the end, :class:`Broken` for a
        signal.
        """
        until = inf if seconds is None else since_start() + seconds
        with self._unseen() if unseen else self._listening():
            while (line := self._taken()) is None and not self._ended:
                if not self._wait(until):
                    return None
        if line is None:
            raise EOFError
        return line

    def _wait(self, until: float) -> bool:
        """Take what comes until then, by the seconds of the machine; False where nothing does."""
        if self._aside:
            self._aside = False
            self._stand_aside()
        poll = select.poll()
        poll.register(self._input, select.POLLIN)
        poll.register(self._told, select.POLLIN)
        with self._waiting():
            come = dict(poll.poll(None if until == inf else max(0.0, until - since_start()) * 1000 + 1))
        if self._told in come:
            os.read(self._told, 4096)
            return True
        if not come:
            return False
        if self._shown and come[self._input] & select.POLLHUP:
            raise Broken(HUNG_UP)
        if self._wait_for_terminal():
            terminal.pour(self._prompt)
            return True
        with self._waiting():
            some = os.read(self._input, 4096)
        self._ended = not some
        self._typed += some
        return True

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        """Nothing is being written meanwhile."""
        self._waits = True
        try:
            yield
        finally:
            self._waits = False

    def _taken(self) -> str | None:
        """A whole line of what has come, or what was there when the input ended."""
        raw, ended, rest = self._typed.partition(b"\n")
        if not ended and not (self._ended and raw):
            if len(self._typed) > _MOST:
                self._typed = self._typed[:_MOST]
            return None
        self._typed = rest
        return _read(bytes(raw[:_MOST]).removesuffix(b"\r"))

    def forget(self) -> None:
        """What was typed and not read yet is nobody's any more."""
        self._typed.clear()
        self._wait_for_terminal()
        if self._shown:
            termios.tcflush(self._input, termios.TCIFLUSH)

    @contextmanager
    def _unseen(self) -> Iterator[None]:
        """Without an echo, where there is a terminal."""
        if not self._shown:
            with self._listening():
                yield
            return
        self._wait_for_terminal()
        self._now = termios.tcgetattr(self._input)
        self._now[3] &= ~termios.ECHO
        try:
            with self._listening():
                termios.tcsetattr(self._input, termios.TCSADRAIN, self._now)
                yield
        finally:
            self._now = self._modes
            termios.tcsetattr(self._input, termios.TCSADRAIN, self._now)
            terminal.pour("\n")

    # --- signals ----------------------------------------------------------------------------------

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """Signals break off what is done inside; one that came before it does so at once."""
        self._open = True
        try:
            if self._heard:
                self._break()
            yield
        finally:
            self._open = False

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self._heard = self._heard if self._heard and number == INTERRUPT else number
        if self._open:
            self._break()

    def _be_stopped(self, number: int, frame: FrameType | None) -> None:
        self._aside = True

    def _go_on(self, number: int, frame: FrameType | None) -> None:
        """Whoever stopped this, unasked, had the terminal since; behind the shell this stops it again."""
        if self._waits:
            self._come_back()

    def _stand_aside(self) -> None:
        """Ctrl+Z: the terminal is the shell's until it has this in front again, whatever it does to it."""
        if self._shown:
            termios.tcsetattr(self._input, termios.TCSANOW, self._modes)
        lent.stop()
        self._come_back()

    def _come_back(self) -> None:
        """The terminal as it was, and what stood before that which is typed."""
        if self._shown:
            self._set_modes()
            terminal.pour(self._prompt)

    def _set_modes(self) -> None:
        """Behind the shell this is stopped by that, and goes on in front of it. That a terminal is gone is
        found by whatever is asked of it next."""
        while True:
            try:
                return termios.tcsetattr(self._input, termios.TCSANOW, self._now)
            except termios.error as error:
                if error.args[0] != errno.EINTR:
                    return None

    def _wait_for_terminal(self) -> bool:
        """Let the shell have the terminal while the process there that lent it is stopped, or behind the
        shell, or until a signal ends that; whether there was anything to wait for."""
        if lent.may_use_terminal():
            return False
        while not lent.may_use_terminal() and not self._heard:
            time.sleep(_ASIDE)
        if self._shown:
            self._set_modes()
        return True

    def _break(self) -> None:
        number, self._heard, self._open = self._heard, 0, False
        raise Broken(number)


def _read(raw: bytes) -> str:
    """Text in UTF-8; what is none was typed on a terminal that knows another coding of Western letters."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
