"""Where the host listens: a socket that it makes, or one that the system has made for it."""

from __future__ import annotations

import grp
import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..config import Settings
from ..errors import Refused, SettingsError
from ..paths import Places, private_folder
from .client import SOCKET, is_kept, reached

_WAITING = 128
"""Terminals that wait while the host is busy; the kernel keeps them."""
_FIRST = 3
"""The descriptor of the first socket that the system hands over: sd_listen_fds(3)."""


def place(settings: Settings, places: Places) -> str:
    """The socket that the host of these settings makes."""
    if settings.host_socket:
        return str(Path(settings.host_socket).expanduser())
    shared = os.path.dirname(SOCKET)
    return SOCKET if os.access(shared, os.W_OK) else str(places.state / os.path.basename(SOCKET))


@contextmanager
def listening(settings: Settings, places: Places) -> Iterator[socket.socket]:
    """A socket that takes connections; one that was made here is gone afterwards.

    Raises :class:`Refused` where another host listens there already, :class:`SettingsError` for a group that
    cannot be let in.
    """
    if given := _given():
        with given:
            yield given
        return
    path = place(settings, places)
    with _made(path, settings.host_group, places) as listener:
        made = os.stat(path).st_ino
        try:
            yield listener
        finally:
            with suppress(OSError):
                if os.stat(path).st_ino == made:
                    os.unlink(path)


def _given() -> socket.socket | None:
    """The socket that systemd has handed to this process, and to nobody else."""
    number, whose = os.environ.pop("LISTEN_FDS", ""), os.environ.pop("LISTEN_PID", "")
    if number != "1" or whose != str(os.getpid()):
        return None
    given = socket.socket(fileno=_FIRST)
    given.set_inheritable(False)
    if given.family != socket.AF_UNIX or given.type != socket.SOCK_SEQPACKET:
        raise SettingsError("The socket of the unit is of another kind.", "Use ListenSequentialPacket=.")
    return given


def _made(path: str, group: str, places: Places) -> socket.socket:
    """A new socket at ``path``, for the members of ``group`` as well if one is named."""
    number = _number(group, path, places)
    private_folder(Path(path).parent)
    if number is not None and not is_kept(path, 0, os.geteuid()):
        raise SettingsError(
            f"Others may put a host at {path} as well: nobody else's terminal would come here.",
            "Name a folder in host_socket that is this account's alone, as are those above it or root's.",
        )
    _take_away_what_is_left(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    before = os.umask(0o177)
    try:
        listener.bind(path)
        if number is not None:
            os.chown(path, -1, number)
            os.chmod(path, 0o660)
        listener.listen(_WAITING)
    except OSError as error:
        listener.close()
        raise Refused(
            f"{path} cannot be listened at: {error.strerror or error}.", "See host_socket."
        ) from None
    finally:
        os.umask(before)
    return listener


def _number(group: str, path: str, places: Places) -> int | None:
    if not group:
        return None
    if places.state in Path(path).parents:
        raise SettingsError(
            f"host_group is {group}, and {path} is in a folder that nobody else comes into.",
            f"Make a folder for it, such as {os.path.dirname(SOCKET)}, and name it in host_socket.",
        )
    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        raise SettingsError(
            f"host_group is {group}, which is no group here.", "Correct the setting."
        ) from None


def _take_away_what_is_left(path: str) -> None:
    """The socket of a host that was killed is in the way. One that is answered at is not taken away, nor is
    anything else: a book, or a link that somebody has laid."""
    if line := reached(path):
        line.close()
        raise Refused(f"A host listens at {path} already.", "See pim-tui host --status.")
    with suppress(FileNotFoundError):
        if not stat.S_ISSOCK(os.lstat(path).st_mode):
            raise Refused(f"{path} is no socket: it is left as it is.", "See host_socket.")
        os.unlink(path)
