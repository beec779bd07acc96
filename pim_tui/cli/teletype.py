"""Lines in and out of this process, at the pace of whatever is at the other end.

Nothing moves a cursor: a line is said and ended, what stands before an answer is not. Signals are heard while
it waits for a line or for the other end to take one; whatever is carried out between is carried out whole.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, Self

from . import terminal

INTERRUPT: Final = int(signal.SIGINT)
HUNG_UP: Final = int(signal.SIGHUP)
_HEARD: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_MOST: Final = 64 * 1024
"""Bytes of a line that are kept; the rest of a longer one is thrown away."""


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
        self._ended = self._open = False
        self._heard = 0
        self._shown = os.isatty(self._input)

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._hear) for number in _HEARD}
        return self

    def __exit__(self, *exc: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    # --- out --------------------------------------------------------------------------------------

    def say(self, lines: Iterable[str]) -> None:
        """Write lines; raises :class:`Broken` where a signal comes before the other end has taken them."""
        with self._listening():
            for line in lines:
                terminal.say(line)
            sys.stdout.flush()

    def prompt(self, text: str) -> None:
        """What stands before that which is typed; where nobody types at a terminal, nothing does."""
        if self._shown:
            with self._listening():
                terminal.pour(text)

    # --- in ---------------------------------------------------------------------------------------

    def line(self, seconds: float | None, *, unseen: bool = False) -> str | None:
        """The next line without its end, None where none has come in so many seconds.

        ``unseen``: a terminal does not show what is typed. Raises EOFError at the end, :class:`Broken` for a
        signal.
        """
        with self._unseen() if unseen else self._listening():
            while (line := self._taken()) is None and not self._ended:
                if not self._wait(seconds):
                    return None
        if line is None:
            raise EOFError
        return line

    def _wait(self, seconds: float | None) -> bool:
        """Take what comes within so many seconds; False where nothing does."""
        poll = select.poll()
        poll.register(self._input, select.POLLIN)
        if not poll.poll(None if seconds is None else seconds * 1000 + 1):
            return False
        some = os.read(self._input, 4096)
        self._ended = not some
        self._typed += some
        return True

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
        if self._shown:
            termios.tcflush(self._input, termios.TCIFLUSH)

    @contextmanager
    def _unseen(self) -> Iterator[None]:
        """Without an echo, where there is a terminal."""
        if not self._shown:
            with self._listening():
                yield
            return
        seen = termios.tcgetattr(self._input)
        unseen = termios.tcgetattr(self._input)
        unseen[3] &= ~termios.ECHO
        try:
            with self._listening():
                termios.tcsetattr(self._input, termios.TCSADRAIN, unseen)
                yield
        finally:
            termios.tcsetattr(self._input, termios.TCSADRAIN, seen)
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

    def _break(self) -> None:
        number, self._heard, self._open = self._heard, 0, False
        raise Broken(number)


def _read(raw: bytes) -> str:
    """Text in UTF-8; what is none was typed on a terminal that knows another coding of Western letters."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
