"""A session in the host, from the connection to the exit code: it is lent a terminal and becomes the program.

Everything that the client sends is somebody's claim; only whose account it comes from is the kernel's word.
"""

from __future__ import annotations

import array
import json
import locale
import os
import pwd
import random
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, NoReturn

from ..bootstrap import works_for
from ..errors import Refused
from ..paths import places
from ..tui.lent import Lender, lend
from ..tui.terminal.outlet import Outlet
from .client import ASIDE, BACK, CODE, GO, LONGEST, LOOKS, NO, PROTOCOL, READY, SENT, program
from .sentalong import kept_by_host
from .server import House, Peer

ASKS: Final = f"{PROTOCOL} status"
"""What is sent to learn how the host is."""
_SECONDS: Final = 5
"""For a client to say what it wants and hand over its terminal."""
_DESCRIPTORS: Final = (3, 4)
_PASSED: Final = {
    number.name.removeprefix("SIG").encode(): number
    for number in (
        signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGWINCH, signal.SIGTSTP, signal.SIGCONT,
    )
}  # fmt: skip
"""By what the client calls them."""
_LEAVES: Final = (signal.SIGHUP, signal.SIGTERM)
"""What a stopped job hears besides that it goes on."""
_NOT_THEIRS: Final = (
    *SENT, "COLUMNS", "LINES", "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "INVOCATION_ID",
    "JOURNAL_STREAM",
)  # fmt: skip
"""What stands in the host's environment and is about itself."""
_PLACES: Final = ("PIM_HOME", "PIM_HOST_SOCKET")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client asks for. ``config`` and ``data`` are the folders that it would work in by itself,
    ``own`` is whether there is something in them; ``by_line`` is empty for the screens, else ``line``, or
    ``brief`` for few words."""

    program: str
    key: str
    config: str
    data: str
    own: bool
    by_line: str
    sent: Mapping[str, str]

    @classmethod
    def read(cls, message: bytes) -> Wish:
        """Raises Refused for what is no such wish."""
        head, *fields = message.decode("utf-8", "replace").split("\0")
        if head != PROTOCOL or len(fields) < 6:
            raise Refused("that is another version's language")
        sent = dict(field.partition("=")[::2] for field in fields[6:])
        return cls(fields[0], fields[1], fields[2], fields[3], fields[4] == "own", fields[5], sent)


def welcome(open_: Callable[[str, str], int], line: socket.socket, peer: Peer, house: House) -> NoReturn:
    """Run the session that was asked for at the other end of ``line``, or tell why not; then end.

    ``open_`` opens the book for the key that it is given, empty for nobody's, line by line if it is told so
    (:attr:`Wish.by_line`), and answers the exit code.
    """
    signal.alarm(_SECONDS)
    line.settimeout(_SECONDS)
    try:
        descriptors, message = _received(line)
        if message == ASKS.encode():
            line.send(_standing(house, peer))
            os._exit(0)
        wish = Wish.read(message)
        _require_ours(wish, peer)
        _require_terminal(descriptors)
        hears, client = _agreed(line)
        if next(hears, b"") != GO:
            os._exit(0)
    except (Refused, OSError) as error:
        with suppress(OSError):
            line.send(NO + str(error).encode())
        os._exit(0)
    signal.alarm(0)
    _settle(wish, peer, descriptors, client)
    threading.Thread(target=_listen, args=(hears,), name="line", daemon=True).start()
    code = open_(wish.key, wish.by_line)
    _end(client, code)


def _agreed(line: socket.socket) -> tuple[Iterator[bytes], int]:
    """Give the client the ends of two pipes: the lines that it will send from now on, and where to tell it
    something, which never waits. The ends are this process's own: none that came along does that."""
    heard, told = os.pipe()
    said, tells = os.pipe()
    socket.send_fds(line, [READY], [said, told])
    for end in (said, told):
        os.close(end)
    line.close()
    os.set_blocking(tells, False)
    return map(bytes.rstrip, open(heard, "rb")), tells


def _received(line: socket.socket) -> tuple[list[int], bytes]:
    """The descriptors and the message of the first packet."""
    numbers = array.array("i")
    room = socket.CMSG_LEN(_DESCRIPTORS[-1] * numbers.itemsize)
    message, told, flags, _ = line.recvmsg(LONGEST, room)
    for level, kind, data in told:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            numbers.frombytes(data[: len(data) - len(data) % numbers.itemsize])
    if flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC):
        raise Refused("that is too much")
    return list(numbers), message


def _require_ours(wish: Wish, peer: Peer) -> None:
    """Raise Refused where the client has to start by itself: another version or book, somebody's key."""
    if wish.program != program():
        raise Refused("the host is of another version of the program")
    asked = {name: value for name, value in wish.sent.items() if _decides(name)}
    if not peer.is_own:
        if wish.key:
            raise Refused("a key is only for the account that the host works in")
        if wish.own or asked:
            raise Refused("you have a book or settings of your own")
        return
    ours, found = {name: value for name, value in os.environ.items() if _decides(name)}, places()
    if (wish.config, wish.data) != (str(found.config), str(found.data)) or asked != ours:
        raise Refused("the host has another book or other settings")


def _decides(name: str) -> bool:
    return name.startswith("PIM_") and name not in LOOKS and name not in _PLACES


def _require_terminal(descriptors: list[int]) -> None:
    """Raise Refused for anything but one and the same terminal: nothing else is read or waited for."""
    if len(descriptors) not in _DESCRIPTORS or not all(map(os.isatty, descriptors)):
        raise Refused("that is no terminal")
    if len({os.fstat(number).st_rdev for number in descriptors}) != 1:
        raise Refused("these are several terminals")


def _standing(house: House, peer: Peer) -> bytes:
    """How many sessions there are; to the host's own account and to root also which."""
    told: dict[str, object] = {"pid": house.pid, "sessions": len(house.guests)}
    if peer.is_own or peer.uid == 0:
        told["guests"] = [[pid, _login(guest.uid), guest.since] for pid, guest in house.guests.items()]
    return json.dumps(told).encode()[:LONGEST]


def _login(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _settle(wish: Wish, peer: Peer, descriptors: list[int], client: int) -> None:
    """Make this process one that was started at that terminal, by whoever is there."""
    for number, descriptor in enumerate(descriptors[:3]):
        os.dup2(descriptor, number)
        if descriptor > 2:
            os.close(descriptor)
    for name in _NOT_THEIRS:
        os.environ.pop(name, None)
    os.environ.update(kept_by_host(wish.sent, own=peer.is_own))
    _take_streams()
    random.seed()
    os.chdir("/")
    with suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write(_FIRST_TO_GO)
    if not peer.is_own:
        works_for(_login(peer.uid))
    Outlet.given = descriptors[3] if len(descriptors) > 3 else None
    lend(Lender(
        lambda code: _tell(client, _code(code)),
        lambda sequence: _tell(client, BACK + b"".join(b"\\0%03o" % byte for byte in sequence)),
        lambda: _stand_aside(client),
        _watched(peer.pid),
    ))  # fmt: skip


_FIRST_TO_GO: Final = "300"
"""Where memory runs out, a session goes and the host stays."""


def _watched(client: int) -> Callable[[], bool]:
    """Whether that process runs in front of its terminal, or is gone, which the line tells; where it cannot
    be looked at, it is taken to."""
    try:
        state = os.open(f"/proc/{client}/stat", os.O_RDONLY)
    except OSError:
        return lambda: True

    def runs() -> bool:
        try:
            told = os.pread(state, 200, 0).rpartition(b")")[2].split()
        except OSError:
            return True
        # Its state, its group, and the group in front of its terminal, -1 where that is none of its session.
        return told[0] not in (b"T", b"t") and told[5] in (told[2], b"-1")

    return runs


def _take_streams() -> None:
    """The three streams as Python makes them when it starts, for this terminal and its language."""
    with suppress(locale.Error):
        locale.setlocale(locale.LC_CTYPE, "")
    plain = locale.setlocale(locale.LC_CTYPE) in ("C", "POSIX")
    coding = "utf-8" if plain else locale.getencoding()
    for number, (name, mode, errors) in enumerate(_STREAMS):
        stream = os.fdopen(number, mode, encoding=coding, errors=errors, closefd=False)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


_STREAMS: Final = (
    ("stdin", "r", "surrogateescape"), ("stdout", "w", "strict"), ("stderr", "w", "backslashreplace"),
)  # fmt: skip


def _stand_aside(client: int) -> None:
    """Leave the terminal to whoever stops the client, until that goes on or is told to end."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _PASSED.values())
    _tell(client, ASIDE)
    heard = signal.sigwait((signal.SIGCONT, *_LEAVES))
    if heard in _LEAVES:
        signal.raise_signal(heard)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _listen(hears: Iterable[bytes]) -> None:
    """Pass on the signals that the client was sent; where it is gone, so is whoever sat there."""
    main = threading.main_thread().ident or 0
    for name in hears:
        if name in _PASSED:
            signal.pthread_kill(main, _PASSED[name])
    signal.pthread_kill(main, signal.SIGHUP)


def _code(code: int) -> bytes:
    return CODE + b"%d" % (code & 0xFF)


def _tell(client: int, message: bytes) -> None:
    with suppress(OSError):
        os.write(client, message + b"\n")


def _end(client: int, code: int) -> NoReturn:
    """Nothing of the host is taken apart in its copy, which would cost more than the session did."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    _tell(client, _code(code))
    os._exit(code & 0xFF)
