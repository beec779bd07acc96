"""A thin line between a program and its terminal: a serial cable, or SSH over something slow.

`Wire` is the arithmetic alone: when which byte arrives, for tests that own the clock. `SlowTerm` is a
program in a pty behind such a wire. ``python -m tests.tui.slowline 9600 PROGRAM ...`` puts one between the
terminal one sits at and a program: ``9600/300`` adds 300 milliseconds on the way, there and back.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
import time
import tty
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from tests.tui.ptyterm import PtyTerm

BITS = 10
"""A byte on a serial line: one start bit, eight of the byte, one stop bit."""
SERIAL = 4096
"""Bytes that the kernel keeps for a serial port."""
CHANNEL = 2**21
"""Bytes that SSH takes before it makes a program wait."""
PING, ANSWER = b"\x1b[5n", b"\x1b[0n"
"""What a terminal is asked, and says when it has come to the question."""


def bytes_a_second(baud: int) -> float:
    """What a line with eight bits, no parity and one stop bit carries."""
    return baud / BITS


class Wire:
    """One direction of a line: ``rate`` bytes a second leave its buffer, and arrive ``delay`` seconds later.

    All times are given by whoever uses it, in seconds, and never go back.
    """

    def __init__(self, rate: float, *, buffer: int = SERIAL, delay: float = 0.0) -> None:
        self.rate, self.buffer, self.delay = rate, buffer, delay
        self._on_the_way: deque[tuple[float, bytes]] = deque()
        self._left: float = 0.0

    def queued(self, now: float) -> int:
        """Bytes in the buffer: what ``TIOCOUTQ`` tells of a serial port."""
        return max(0, round((self._left - now) * self.rate))

    def room(self, now: float) -> int:
        """Bytes that would be taken now."""
        return max(0, self.buffer - self.queued(now))

    def take(self, data: bytes, now: float) -> int:
        """Put ``data`` on the line; answers how many bytes found room, the first ones."""
        taken = data[: self.room(now)]
        if taken:
            begins = max(self._left, now)
            self._left = begins + len(taken) / self.rate
            self._on_the_way.append((begins + self.delay, taken))
        return len(taken)

    def arrived(self, now: float) -> bytes:
        """What has come out at the other end since that was last asked."""
        came = bytearray()
        while self._on_the_way:
            begins, data = self._on_the_way[0]
            here = min(len(data), int((now - begins) * self.rate + 1e-6))
            if here <= 0:
                break
            came += data[:here]
            self._on_the_way.popleft()
            if here < len(data):
                self._on_the_way.appendleft((begins + here / self.rate, data[here:]))
                break
        return bytes(came)

    def next_at(self) -> float | None:
        """When the next byte comes out; None while nothing is on the way."""
        return self._on_the_way[0][0] + 1 / self.rate if self._on_the_way else None

    def empty_at(self) -> float | None:
        """When the last byte comes out; None while nothing is on the way."""
        return self._left + self.delay if self._on_the_way else None


class SlowTerm(PtyTerm):
    """A program whose bytes come over a `Wire`; keys and answers are under way for its delay as well.

    ``baud`` is the line's speed. With ``told`` the program can ask for it, as on a serial port and through
    SSH. With ``answers`` the terminal says that it has come to a question. ``buffer`` is what the wire holds
    besides the 20 kilobytes of the pty.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        baud: int = 9600,
        delay: float = 0.0,
        buffer: int = 64,
        told: bool = True,
        answers: bool = True,
        **options: Any,
    ) -> None:
        self.wire = Wire(bytes_a_second(baud), buffer=buffer, delay=delay)
        self.back: deque[tuple[float, bytes]] = deque()
        self.last_byte = 0.0
        self._answers = answers
        before: Callable[[], object] | None = options.pop("before", None)

        def prepare() -> None:
            if told:
                set_speed(0, baud)
            if before is not None:
                before()

        super().__init__(argv, before=prepare, **options)

    def feed(self, data: bytes | str) -> None:
        """Type ``data``; it gets to the program after the delay."""
        self._send_back(data.encode() if isinstance(data, str) else data)

    def pump(self, timeout: float) -> bool:
        """Let at most ``timeout`` seconds pass; whether anything came."""
        until, before = time.monotonic() + timeout, len(self.raw)
        while len(self.raw) == before and time.monotonic() < until:
            if not self._round(until - time.monotonic()):
                return False
        return len(self.raw) > before

    def drain(self, quiet: float = 0.3) -> None:
        """Wait until nothing has come for ``quiet`` seconds and nothing is on the way."""
        while self.pump(quiet) or self.wire.next_at() is not None or self.back:
            pass

    def _round(self, timeout: float) -> bool:
        """Move what can be moved, once. False when the program has ended and everything has arrived."""
        now = time.monotonic()
        due = [at for at in (self.wire.next_at(), self.back[0][0] if self.back else None) if at is not None]
        wait = max(0.0, min([timeout, *(at - now for at in due)]))
        reading = self.master >= 0 and not self._frozen and self.wire.room(now) > 0
        watched = [*([self.master] if reading else []), *([] if due else [self.ended])]
        ready, _, _ = select.select(watched, [], [], wait)
        open_ = self._take_up() if self.master in ready else True
        self._deliver(time.monotonic())
        return (open_ and self.ended not in ready) or self.wire.next_at() is not None

    def _take_up(self) -> bool:
        now = time.monotonic()
        try:
            data = os.read(self.master, max(1, self.wire.room(now)))
        except OSError:  # EIO: the other side is closed
            return False
        self.wire.take(data, now)
        return bool(data)

    def _deliver(self, now: float) -> None:
        if came := self.wire.arrived(now):
            self.last_byte = now
            seen = len(self.raw)
            self.take_in(came)
            if self._answers:
                tail = bytes(self.raw[max(0, seen - len(PING) + 1) :])
                self._send_back(ANSWER * tail.count(PING))
        while self.back and self.back[0][0] <= now:
            os.write(self.master, self.back.popleft()[1])

    def _send_back(self, data: bytes) -> None:
        if data:
            self.back.append((time.monotonic() + self.wire.delay, data))

    def _drain(self) -> None:
        while self._round(0.05) and self.wire.next_at() is not None:
            pass


def set_speed(terminal: int, baud: int) -> None:
    """Give the terminal a line speed, which a pty only remembers."""
    modes = termios.tcgetattr(terminal)
    modes[4] = modes[5] = getattr(termios, f"B{baud}")
    termios.tcsetattr(terminal, termios.TCSANOW, modes)


class Relay(SlowTerm):
    """The same, shown on the terminal one sits at, which answers what it is asked."""

    def take_in(self, data: bytes) -> None:
        """Pass on what has arrived."""
        os.write(1, data)

    def run(self) -> int:
        """Carry bytes both ways until the program ends; answers its exit code."""
        signal.signal(signal.SIGWINCH, lambda *_: self.resize(*os.get_terminal_size(0)))
        modes = termios.tcgetattr(0)
        tty.setraw(0)
        try:
            while self._round(0.02):
                if select.select([0], [], [], 0)[0] and (typed := os.read(0, 1024)):
                    self.feed(typed)
        finally:
            termios.tcsetattr(0, termios.TCSADRAIN, modes)
        return self.process.wait()


def main(arguments: Sequence[str]) -> int:
    """Run a program behind a thin line; answers its exit code."""
    baud, _, delay = arguments[0].partition("/")
    size = os.get_terminal_size(0)
    with Relay(
        arguments[1:], baud=int(baud), delay=int(delay or 0) / 1000, answers=False,
        size=(size.columns, size.lines), term=os.environ.get("TERM", "xterm"),
    ) as relay:  # fmt: skip
        return relay.run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
