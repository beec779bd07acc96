"""A terminal for tests: a program in a pty, its bytes, and its screen as pyte understands them.

Nothing here sleeps: waiting is ``select`` on the pty and on the process with a deadline.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar, Self

import pyte

PATIENCE = 40.0
"""Seconds that are waited for what must come, where nobody is promised how soon."""
_HALF = re.compile(rb"(\x1b(\[[<>=?\d;]*\$?)?)?\Z")
"""A sequence whose end has not come yet, or nothing."""
_UNKNOWN = re.compile(rb"\x1b\[[<>=?][\d;]*\$?[up]")


class Allowed:
    """So many seconds for some processes, without those in which their threads would have run and the machine
    had no core for them: what is promised is how fast the program is. `PATIENCE` at most."""

    def __init__(self, seconds: float, *processes: int) -> None:
        self._processes, self._waited = processes, dict[str, int]()
        self._look()
        self._before = dict(self._waited)
        self._begun, self._seconds = time.monotonic(), seconds

    @property
    def left(self) -> float:
        """Seconds that are left; none or less once they are over."""
        self._look()
        waited = sum(total - self._before.get(thread, 0) for thread, total in self._waited.items())
        return min(self._seconds + waited / 1e9, PATIENCE) - (time.monotonic() - self._begun)

    def _look(self) -> None:
        """How long each thread has waited for a core, in nanoseconds of the kernel's scheduler."""
        for process in self._processes:
            for thread in Path(f"/proc/{process}/task").glob("*/schedstat"):
                with suppress(OSError):  # It has ended meanwhile.
                    self._waited[str(thread)] = int(thread.read_text().split()[1])


def is_gone(handle: int, allowed: Allowed) -> bool:
    """Whether the process with this handle ends in the time that is allowed."""
    while (left := allowed.left) > 0:
        if select.select([handle], [], [], left)[0]:
            return True
    return bool(select.select([handle], [], [], 0)[0])


class Repeating(pyte.Screen):
    """pyte's screen, which also repeats the character before (REP)."""

    def __init__(self, columns: int, lines: int) -> None:
        self._before = ""
        super().__init__(columns, lines)

    def draw(self, data: str) -> None:
        """Draw, and keep the last character."""
        self._before = data[-1:]
        super().draw(data)

    def repeat(self, count: int | None = None) -> None:
        """Draw the last character again."""
        self.draw(self._before * (count or 1))


class RepeatStream(pyte.ByteStream):
    """pyte's parser, which knows of it."""

    csi: ClassVar[dict[str, str]] = {**pyte.ByteStream.csi, "b": "repeat"}
    events: ClassVar[frozenset[str]] = pyte.ByteStream.events | {"repeat"}


class Gone(AssertionError):
    """What was waited for did not come; the message carries what the terminal shows."""


class PtyTerm:
    """A program with a pty as its controlling terminal.

    ``size`` is columns, rows; ``ended`` is readable once the program is gone. ``before`` runs in the
    child before the program, which inherits the descriptors in ``keep``. Use as a context manager: the
    program is killed at the end if it still lives.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        size: tuple[int, int] = (80, 24),
        term: str = "xterm-256color",
        env: Mapping[str, str] | None = None,
        before: Callable[[], object] | None = None,
        keep: Sequence[int] = (),
    ) -> None:
        self.raw = bytearray()
        self._screen = Repeating(*size)
        self._stream = RepeatStream(self._screen)
        self._half = b""
        self._frozen = False
        self.master, slave = pty.openpty()
        self.resize(*size)
        self.modes = termios.tcgetattr(slave)

        def prepare() -> None:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            # Tests that run in the background of a script were begun with these ignored.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            signal.signal(signal.SIGQUIT, signal.SIG_DFL)
            if before is not None:
                before()

        self.process = subprocess.Popen(
            argv,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=prepare,
            pass_fds=keep,
            env={**os.environ, "TERM": term, **(env or {})},
        )
        os.close(slave)
        self.ended = os.pidfd_open(self.process.pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def text(self) -> str:
        """The screen as lines of characters."""
        return "\n".join(self._screen.display)

    def feed(self, data: bytes | str) -> None:
        """Type ``data``, at the pace the program reads it."""
        data = data.encode() if isinstance(data, str) else data
        deadline = time.monotonic() + 10
        while data:
            if time.monotonic() > deadline:
                raise Gone("the program reads no more keys")
            readable, writable, _ = select.select([self.master], [self.master], [], 1)
            if readable:
                self._read()
            if writable:
                data = data[os.write(self.master, data[:512]) :]

    def wait_for(self, what: str | Callable[[], bool], timeout: float = PATIENCE) -> str:
        """Read until ``what`` is on the screen, or true; answer the screen."""
        until = what if callable(what) else (lambda: what in self.text)
        deadline = time.monotonic() + timeout
        while not until():
            left = deadline - time.monotonic()
            if left <= 0 or not self._round(left):
                self._drain()
                if until():
                    break
                raise Gone(f"{what!r} did not come; exit {self.process.poll()}; screen:\n{self.text}")
        return self.text

    def wait_exit(self, timeout: float = PATIENCE) -> int:
        """Read until the program ends (without reading while frozen); answer its exit code."""
        deadline = time.monotonic() + timeout
        return self._ended_by(lambda: deadline - time.monotonic())

    def ends_within(self, seconds: float, *behind: int) -> int:
        """The exit code of a program that is to end in so many seconds, as `Allowed` has them; it may wait
        for other processes, ``behind`` it."""
        allowed = Allowed(seconds, self.process.pid, *behind)
        return self._ended_by(lambda: allowed.left)

    def _ended_by(self, left: Callable[[], float]) -> int:
        while self.process.poll() is None:
            if (seconds := left()) <= 0:
                raise Gone(f"the program still runs; screen:\n{self.text}")
            self._round(seconds)
        self._drain()
        return self.process.wait()

    def resize(self, columns: int, rows: int) -> None:
        """Change the terminal's size, as a window does."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._screen.resize(rows, columns)

    def freeze(self) -> None:
        """Read no more: the terminal has stalled."""
        self._frozen = True

    def vanish(self) -> None:
        """Close the terminal under the program."""
        os.close(self.master)
        self.master = -1

    def current_modes(self) -> list[object]:
        """The terminal's modes now; `modes` are those it was given to the program with."""
        return list(termios.tcgetattr(self.master))

    def cpu(self) -> float:
        """Seconds of CPU the program's threads have used, from the kernel's scheduler."""
        threads = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9

    def pump(self, timeout: float) -> bool:
        """Read what comes within ``timeout`` seconds; whether anything came."""
        return bool(select.select([self.master], [], [], timeout)[0]) and self._read()

    def kill(self, number: int) -> None:
        """Send the program a signal."""
        self.process.send_signal(number)

    def close(self) -> None:
        """End it all."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        for handle in (self.master, self.ended):
            if handle >= 0:
                os.close(handle)
        self.master = self.ended = -1

    def _round(self, timeout: float) -> bool:
        """Read once or see the program end. False when it has ended and nothing is left to read."""
        reading = [] if self._frozen or self.master < 0 else [self.master]
        ready, _, _ = select.select([*reading, self.ended], [], [], timeout)
        if self.master in ready:
            if self._read():
                return True
            # A program that ends closes its terminal a moment before it is gone.
            select.select([self.ended], [], [], timeout)
            return False
        return self.ended not in ready

    def _read(self) -> bool:
        try:
            data = os.read(self.master, 65536)
        except OSError:  # EIO: the other side is closed
            return False
        self.take_in(data)
        return bool(data)

    def take_in(self, data: bytes) -> None:
        """What has come from the program, to be kept and shown."""
        self.raw += data
        data = self._half + data
        whole = len(data) - len(_HALF.search(data)[0])  # type: ignore[index]
        self._half = data[whole:]
        # pyte knows neither the kitty protocol nor mode queries
        self._stream.feed(_UNKNOWN.sub(b"", data[:whole]))

    def _drain(self) -> None:
        while self.master >= 0 and select.select([self.master], [], [], 0)[0] and self._read():
            pass
