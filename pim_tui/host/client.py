"""Hand this terminal to the host of this machine, and become the process that others see: the session's
signals, hang-up and exit code go through it. That is a shell (``stand_by.sh``), where a Python that waits
would take four megabytes.

Tried before anything else of the program is loaded; it also runs by itself (``python -I -S client.py``). So
it knows nothing but the standard library, and of that what is written in C: `socket`, `signal` and `typing`
take as long to load as all the rest.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import _socket
import os
import pwd
import stat
import sys
import termios
from struct import pack, unpack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import NoReturn

PROTOCOL = "pim-tui host 2"
SOCKET = "/run/pim-tui/host.sock"
"""Where a host for several accounts listens."""
LOOKS = (
    "PIM_COLOUR", "PIM_SYMBOLS", "PIM_PHOTOS", "PIM_SLOW", "PIM_TERMINAL", "PIM_MOUSE", "PIM_LINE_PAGE",
)  # fmt: skip
"""Settings that are about the terminal alone: whoever sits before it says them."""
SENT = (
    "TERM", "COLORTERM", "NO_COLOR", "LANG", "LC_ALL", "LC_CTYPE", "SSH_CONNECTION", "SSH_TTY", "TMUX", "STY",
)  # fmt: skip
"""What else of the environment the host is told. It decides what it believes."""
LONGEST = 16_384
"""Bytes of a message."""

NO, READY = b"n", b"y"
"""How its message begins: refused, with why; ready to take the terminal. With that come the ends of two
pipes: one to read what it says from then on, and one to tell it things; a line each."""
BACK, ASIDE, CODE = b"g", b"z", b"x"
"""How a line begins of what it says: what makes the terminal usable again, in case it is left as it is, where
``\\0`` and three digits are a byte; nothing is read or written until it is told to go on, so that this
process may be a stopped job; ended, with the exit code."""
GO = b"GO"
"""The line that tells it: the terminal is the session's from here on. Each other is the name of a signal."""

SLOW, LINE, BRIEF = "slow", "line", "brief"
"""How the book is opened, if not as usual: on a slow line; line by line; the same in few words."""

PATIENCE = 5
"""Seconds that a host has to be ready: one that stands still is not waited for."""
AT_MOST = 60
"""The same for whoever has no book of their own to open instead: a host that is only just beginning, on a
machine that is as well, takes some while."""
LEAVING = 5
"""Seconds that a session has to end after a hang-up: one that stands still is left to itself."""
BROKEN = 137
"""Exit code of a session that ended without one: killed, as a shell says it."""

SHELL = "/bin/sh"
with open(f"{os.path.dirname(__file__)}/stand_by.sh", encoding="utf-8") as _file:
    _STAND_BY = _file.read()

answered = ""
"""Why the host did not take this terminal."""


def hand_over(argv: Sequence[str], env: Mapping[str, str] = os.environ) -> None:
    """Be the process that stands by while the host runs a session here. Returns where the program has to
    start by itself."""
    asked = _read(argv, env)
    if asked is None or not _before_a_terminal():
        return
    key, home, shut_in, how = asked
    if shut_in:
        # Whoever stops it before there is a screen is not to be left with anything.
        _signal.signal(_signal.SIGTSTP, _signal.SIG_IGN)
        _signal.signal(_signal.SIGQUIT, _signal.SIG_IGN)
    config, data, state = _folders(env, home, shut_in)
    own = any(map(os.path.lexists, (f"{config}/pim_tui.toml", f"{data}/clinic.db")))
    told = [] if shut_in else [name for name in env if name.startswith("PIM_") and name not in _PLACES]
    sent = [f"{name}={env[name]}" for name in (*SENT, *told) if name in env]
    sent += ["PIM_SLOW=on"] if how == SLOW else []
    by_line = how if how in (LINE, BRIEF) else ""
    message = "\0".join((PROTOCOL, program(), key, config, data, "own" if own else "", by_line, *sent))
    is_job = bool(by_line) and not shut_in
    for place in _sockets(env, state, shut_in):
        _try(place, message.encode("utf-8", "surrogateescape"), is_job, waits=not own)


_PLACES = ("PIM_HOME", "PIM_HOST_SOCKET")


def _read(argv: Sequence[str], env: Mapping[str, str]) -> tuple[str, str, bool, str] | None:
    """Of a line that opens the book: whose key, where the files are, if it is a forced one, and how.

    None for any other line, and for what the program has to look at itself.
    """
    shut_in = list(argv[:1]) == ["session"]
    if shut_in and env.get("SSH_ORIGINAL_COMMAND"):
        return None
    known = ("--key", "--home") if shut_in else ("--key",)
    by_line = "--line" if shut_in else "line"
    said: dict[str, str] = {}
    words = iter(argv[shut_in:])
    for word in words:
        name, given, value = word.partition("=")
        if (word == by_line and word not in said) or (word == "--brief" and "line" in said):
            said[word] = word
            continue
        if word == "--slow" and "line" not in said:
            said[word] = word
            continue
        if word == "--sudo" and shut_in:
            name, value = "--key", env.get("SUDO_USER", "")
        elif name in known and not given:
            value = next(words, "")
        if name not in known or name in said or not value:
            return None
        said[name] = value
    if "line" in said and "--slow" in said:
        return None
    how = BRIEF if "--brief" in said else LINE if by_line in said else SLOW if "--slow" in said else ""
    return said.get("--key", ""), said.get("--home", ""), shut_in, how


def _before_a_terminal() -> bool:
    """Whether all that this process reads and writes is one terminal, which is its own just now."""
    try:
        same = len({os.fstat(number).st_rdev for number in range(3)}) == 1
        return same and all(map(os.isatty, range(3))) and os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False


def _folders(env: Mapping[str, str], home: str, shut_in: bool) -> tuple[str, str, str]:
    """Where settings, data and state are: as :func:`pim_tui.paths.places` has it."""
    env = {} if shut_in else env
    if root := home or env.get("PIM_HOME", ""):
        root = os.path.expanduser(root)
        return f"{root}/config", f"{root}/data", f"{root}/state"
    person = pwd.getpwuid(os.geteuid()).pw_dir if shut_in else os.path.expanduser("~")
    usual = {"CONFIG": ".config", "DATA": ".local/share", "STATE": ".local/state"}
    config, data, state = (
        f"{env.get(f'XDG_{name}_HOME', '').strip() or f'{person}/{folder}'}/pim_tui"
        for name, folder in usual.items()
    )
    return config, data, state


def _sockets(env: Mapping[str, str], state: str, shut_in: bool) -> tuple[str, ...]:
    """Where a host may listen: the account's own, then the machine's."""
    said = "" if shut_in else env.get("PIM_HOST_SOCKET", "")
    return (said,) if said else (f"{state}/host.sock", SOCKET)


def program() -> str:
    """What tells these files of the program from those of another version or installation; empty: nothing."""
    try:
        found = os.stat(os.path.join(os.path.dirname(os.path.dirname(__file__)), "__init__.py"))
    except OSError:
        return ""
    return f"{found.st_dev} {found.st_ino} {found.st_size} {found.st_mtime_ns}"


def reached(place: str) -> _socket.socket | None:
    """A line to whoever listens at ``place``; None where nobody does, or nobody answers in time."""
    line = _socket.socket(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
    # Python's own time limit would not wait where many stand before the host.
    line.setsockopt(_socket.SOL_SOCKET, _socket.SO_SNDTIMEO, pack("ll", PATIENCE, 0))
    try:
        line.connect(place)
    except (OSError, ValueError):
        line.close()
        return None
    line.settimeout(PATIENCE)
    return line


def is_sure(line: _socket.socket, place: str) -> bool:
    """Whether the host that answers can only be this account's, root's, or that of whoever was given the
    place: all that is typed here is read there."""
    own = os.geteuid()
    host: int = unpack("3i", line.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, 12))[1]
    return host in (0, own) or is_kept(place, own, host)


def is_kept(place: str, own: int, host: int) -> bool:
    """Whether only root, ``own`` and ``host`` (accounts) can lay anything at ``place``, and ``host`` only
    where it was given room.

    Each folder on the way is one of theirs, and nobody else may write there. In one where everybody may, but
    only over what is their own (``/tmp``), what leads on is root's or ``own``'s.
    """
    if os.path.realpath(place) != place:
        return False
    owners: tuple[int, ...] = (0, own, host)
    folder = ""
    for name in place.split("/")[:-1]:
        folder = f"{folder}{name}/"
        found = os.stat(folder)
        shared = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if found.st_uid not in owners or (shared and not found.st_mode & stat.S_ISVTX):
            return False
        owners = (0, own) if shared else (0, own, host)
    return host in owners


def _try(place: str, message: bytes, is_job: bool, *, waits: bool) -> None:
    """Offer the terminal to the host at ``place``, and stand by if it is taken."""
    global answered
    line = reached(place)
    if line is None:
        answered = "it does not answer, or not to you" if os.path.lexists(place) else answered
        return
    own = _own_handle()
    numbers = b"".join(number.to_bytes(4, sys.byteorder) for number in (0, 1, 2, *own))
    try:
        if not is_sure(line, place):
            answered = f"others may put one at {place} as well, and it is of another account"
            return
        line.sendmsg([message], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, numbers)])
        answer, ends = _long_awaited(line) if waits else _answer(line)
        if answer == READY:
            said, tells = unpack("2i", ends)
            _stand_by(said, tells, own[0] if own else 2, is_job)
        answered = answer[1:].decode("utf-8", "replace")
    except OSError:
        answered = "it does not answer"
    finally:
        line.close()
        for number in own:
            os.close(number)


def _answer(line: _socket.socket) -> tuple[bytes, bytes]:
    """What the host answers, and the numbers of the descriptors that come with it. Raises OSError where
    nothing comes."""
    said, told, _, _ = line.recvmsg(LONGEST, _socket.CMSG_LEN(8), _socket.MSG_CMSG_CLOEXEC)
    return said, told[0][2] if told else b""


def _long_awaited(line: _socket.socket) -> tuple[bytes, bytes]:
    """The same, however slowly the host begins; a refusal where whoever waits for it goes on without it by
    Ctrl+C.

    It looks up every second: a key that is heard just before Python begins to wait does not end the waiting.
    """
    line.settimeout(_LOOKS_UP)
    for second in range(0, AT_MOST, _LOOKS_UP):
        try:
            if second == _BEFORE_A_WORD:
                os.write(2, _NOT_READY)
            return _answer(line)
        except TimeoutError:
            continue
        except KeyboardInterrupt:
            return NO + b"it was not waited for", b""
    raise TimeoutError


_LOOKS_UP = 1
_BEFORE_A_WORD = 1
"""Seconds: who is let in at once reads nothing."""
_NOT_READY = b"pim-tui is not ready yet: wait, a minute at most. Ctrl+C goes on without.\r\n"


def _own_handle() -> tuple[int, ...]:
    """A handle of the terminal that nobody else shares, so that it may be one that never waits; none where
    the account may not open its terminal by name, as after ``su``."""
    try:
        return (os.open(os.ttyname(2), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY),)
    except OSError:
        return ()


def _stand_by(said: int, tells: int, own: int, is_job: bool) -> NoReturn:
    """Become the shell that stands by until the session ends. Raises OSError where there is none.

    It is given nothing of the environment, which a session in the host has no use for either.
    """
    for number in _HEARD:
        _signal.signal(number, _signal.SIG_DFL)
    ends = [_apart(end) for end in (said, tells, own)]
    for number, end in enumerate(ends, _FIRST):
        os.dup2(end, number)
    how = (_modes(), str(LEAVING), str(BROKEN), "job" if is_job else "")
    os.execve(SHELL, (SHELL, "-c", _STAND_BY, "pim-tui", *how, *sys.orig_argv), _ENVIRONMENT)


_FIRST = 3
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
_HEARD = (
    _signal.SIGHUP, _signal.SIGTERM, _signal.SIGINT, _signal.SIGWINCH, _signal.SIGCONT, _signal.SIGUSR1,
)  # fmt: skip
"""What a shell cannot hear if it was begun without."""


def _apart(number: int) -> int:
    """The same descriptor by a number that none of the three will have."""
    while number < _FIRST + 3:
        number = os.dup(number)
    return number


def _modes() -> str:
    """How the terminal is set, as ``stty -g`` says it. Raises OSError where there is none."""
    try:
        *flags, _, _, signs = termios.tcgetattr(0)
    except termios.error as error:
        raise OSError(*error.args) from None
    numbers = (one if isinstance(one, int) else one[0] for one in signs)
    return ":".join(f"{number:x}" for number in (*flags, *numbers))


def main() -> NoReturn:
    """Run by itself: the session, else the whole program in this process."""
    hand_over(sys.argv[1:])
    begin = "import sys\nfrom pim_tui.cli import main\nsys.exit(main())"
    os.execv(sys.executable, (sys.executable, "-I", "-c", begin, *sys.argv[1:]))


if __name__ == "__main__":
    sys.exit(main())
