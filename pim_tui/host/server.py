"""The host: a process that has everything loaded and becomes a session in a copy of itself for each terminal.

It reads nothing that a client sends, nor looks at what it hands over: the copy does, which has a few seconds
for it. So nobody can keep it from the next one. Before it makes copies it has neither threads nor a
connection to the book nor an event loop, for none of these would be whole in a copy.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import struct
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, NoReturn

from ..program import replaced
from .client import NO
from .equalpages import offer
from .holes import fill
from .largepages import enlarge
from .uncounted import uncount

EACH: Final = 8
"""Sessions of one account that is not the host's own."""
_CREDENTIALS: Final = struct.Struct("3i")
_HEARD: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
_BREATH: Final = 0.2
"""Seconds without new terminals when the system has no more of something."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Who is at the other end, by the kernel's word: process and account."""

    pid: int
    uid: int

    @classmethod
    def of(cls, line: socket.socket) -> Peer:
        """Whoever has connected."""
        told = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        pid, uid, _ = _CREDENTIALS.unpack(told)
        return cls(pid, uid)

    @property
    def is_own(self) -> bool:
        """Whether it works in the host's own account."""
        return self.uid == os.geteuid()


@dataclass(frozen=True, slots=True)
class Guest:
    """A session: whose account it came from, and since when, UTC seconds."""

    uid: int
    since: int


@dataclass(frozen=True, slots=True)
class House:
    """What a copy knows of the host: its process, which may have ended since, and its sessions by theirs."""

    pid: int
    guests: Mapping[int, Guest]


Welcome = Callable[[socket.socket, Peer, House], NoReturn]
"""What a copy does with a connection and whom it came from."""


@dataclass
class Host:
    """Takes terminals at ``listener``; ``most`` sessions at a time."""

    listener: socket.socket
    most: int
    welcome: Welcome
    _guests: dict[int, Guest] = field(default_factory=dict)
    _ends: bool = False

    def serve(self, ready: Callable[[], object] = lambda: None) -> None:
        """Go on until told to end, or until the program's files are another version's: whoever looks after
        it starts that. Sessions go on by themselves. ``ready`` is called before the first is let in."""
        heard, told = os.pipe()
        os.set_blocking(told, False)
        signal.set_wakeup_fd(told, warn_on_full_buffer=False)
        for number in _HEARD:
            signal.signal(number, _is_heard)
        gc.collect()
        gc.disable()
        with suppress(OSError):
            uncount()
        fill()
        gc.freeze()
        enlarge()
        offer()
        self.listener.setblocking(False)
        watch = select.poll()
        watch.register(heard, select.POLLIN)
        watch.register(self.listener, select.POLLIN)
        ready()
        while not self._ends:
            for source, _ in watch.poll():
                if source == heard:
                    self._heed(os.read(heard, 256))
                elif replaced():
                    self._ends = True
                else:
                    self._take((heard, told))

    def _heed(self, numbers: bytes) -> None:
        """Sessions that have ended are gone; any other signal is for the host."""
        self._ends = self._ends or any(number in numbers for number in _HEARD[:3])
        self._forget_who_has_left()

    def _forget_who_has_left(self) -> None:
        with suppress(ChildProcessError):
            while (pid := os.waitpid(-1, os.WNOHANG)[0]) != 0:
                self._guests.pop(pid, None)

    def _take(self, pipe: tuple[int, int]) -> None:
        """Let one more in, or tell why not."""
        self._forget_who_has_left()
        try:
            line, _ = self.listener.accept()
        except BlockingIOError:
            return
        except OSError:
            time.sleep(_BREATH)
            return
        with line:
            peer = Peer.of(line)
            why = self._full(peer)
            if not why and not self._copied(line, peer, pipe):
                why = "this machine has no room for another session"
            if why:
                line.setblocking(False)
                with suppress(OSError):
                    line.send(NO + why.encode())

    def _full(self, peer: Peer) -> str:
        if len(self._guests) >= self.most:
            return f"there are {self.most} sessions already (host_sessions)"
        mine = sum(guest.uid == peer.uid for guest in self._guests.values())
        return "" if peer.is_own or mine < EACH else f"you have {EACH} sessions already"

    def _copied(self, line: socket.socket, peer: Peer, pipe: tuple[int, int]) -> bool:
        """Whether a copy of this process has taken the connection over."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)
        house = House(os.getpid(), self._guests)
        try:
            if (pid := os.fork()) == 0:
                self._become(line, peer, house, pipe)
        except OSError:
            return False
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _HEARD)
        self._guests[pid] = Guest(peer.uid, int(time.time()))
        return True

    def _become(self, line: socket.socket, peer: Peer, house: House, pipe: tuple[int, int]) -> NoReturn:
        """In the copy: a process of its own, that ends whatever happens in it."""
        try:
            signal.set_wakeup_fd(-1)
            for number in _HEARD:
                signal.signal(number, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _HEARD)
            os.setsid()
            self.listener.close()
            for end in pipe:
                os.close(end)
            self.welcome(line, peer, house)
        finally:
            os._exit(1)


def _is_heard(number: int, frame: object) -> None:
    """Python's C handler has written ``number`` to the host's pipe; nothing is left to do here."""
