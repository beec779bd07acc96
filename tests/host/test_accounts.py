"""Staff with accounts of the machine come to the book through the host, and by no other way."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import sqlite3
import sys
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from importlib import import_module
from pathlib import Path

import pytest

from pim_tui.cli import hosting as command
from pim_tui.host import client
from tests.safety.test_real_terminal import _made, assert_left_cleanly, calendar, environment, typing
from tests.tui.ptyterm import PtyTerm

pytestmark = [
    pytest.mark.walk,
    pytest.mark.sqlite,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else"),
]
__all__ = ["_made"]

CLINIC, STAFF, STRANGER = "daemon", "games", "news"
"""Accounts that every Debian has: whose the book is, who works there, who does not."""
GROUP = "users"


def become(name: str, home: Path, *groups: str) -> None:
    """Be that account from now on, in this process, with the environment of the clinic's folder."""
    import grp

    account = pwd.getpwnam(name)
    os.setgroups([grp.getgrnam(group).gr_gid for group in groups])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
    os.environ.update({"TERM": "xterm-256color", "HOME": str(home), "LC_ALL": "C.UTF-8"})
    for variable in [one for one in os.environ if one.startswith(("PIM_", "XDG_"))]:
        del os.environ[variable]


@pytest.fixture
def clinic(_made: Path, open_folder: Path) -> Path:
    """A clinic that belongs to an account of its own, and in it somebody with another one."""
    home = Path(shutil.copytree(_made, open_folder / "home"))
    with closing(sqlite3.connect(home / "data" / "clinic.db")) as db, db:
        db.execute("pragma busy_timeout = 5000")
        db.execute("update staff set login = ?, version = version + 1 where id = 1", [STAFF])
    account = pwd.getpwnam(CLINIC)
    for path in (home, *home.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid)
        path.chmod(0o700 if path.is_dir() else 0o600)
    (open_folder / "run").mkdir(mode=0o755)
    os.chown(open_folder / "run", account.pw_uid, account.pw_gid)
    return home


@contextmanager
def hosting(home: Path) -> Iterator[int]:
    """The host of the clinic's account, with a socket for the group; it is ready."""
    place, said, tells = home.parent / "run" / "host.sock", *os.pipe()
    if (host := os.fork()) == 0:
        try:
            os.dup2(os.open(os.devnull, os.O_RDWR), 0)
            import_module("pim_tui.tui.warm").warm()
            become(CLINIC, home, GROUP)
            os.environ.update(environment(home) | {"PIM_HOST_SOCKET": str(place), "PIM_HOST_GROUP": GROUP})
            for name in [one for one, value in os.environ.items() if one.startswith("PIM_") and not value]:
                del os.environ[name]
            command._run(command.office(), lambda _: os.write(tells, b"ready"))
        except BaseException:
            os.write(tells, traceback.format_exc().encode())
        finally:
            os._exit(1)
    os.close(tells)
    try:
        assert os.read(said, 4000).decode() == "ready"
        yield host
    finally:
        os.close(said)
        os.kill(host, signal.SIGTERM)
        os.waitpid(host, 0)


def comes(name: str, home: Path, *groups: str, asks: tuple[str, ...] = ()) -> PtyTerm:
    """The client of that account at a terminal of its own; the code 99 is that of one that nobody took in."""
    place = str(home.parent / "run" / "host.sock")

    def be_the_client() -> None:
        os.closerange(3, 400)
        try:
            os.fchown(0, pwd.getpwnam(name).pw_uid, -1)
            become(name, home.parent, *groups)
            client.SOCKET = place
            client.hand_over(asks)
            os.write(1, client.answered.encode())
            os._exit(99)
        finally:
            os._exit(98)

    return PtyTerm([sys.executable], before=be_the_client)


def test_the_staff_work_by_the_host_and_have_no_right_on_the_book(clinic: Path) -> None:
    with hosting(clinic), comes(STAFF, clinic, GROUP) as terminal:
        calendar(terminal)
        assert "Anna Berg" in terminal.text
        assert not readable(STAFF, clinic, GROUP)
        assert readable(CLINIC, clinic)
        # Neither account can read the files of the program here: whatever is shown was loaded before.
        for key, what in (("\x1bOP", "Keys"), ("\x1b", "Add"), ("\x0c", "Staff"), ("\x1b", "Add")):
            terminal.feed(key)
            terminal.wait_for(what)
        typing(terminal)
        terminal.feed("\x11")
        assert_left_cleanly(terminal)
    with closing(sqlite3.connect(clinic / "data" / "clinic.db")) as db, db:
        *_, (staff, origin) = db.execute("select staff_id, origin from desk_session")
    assert staff == 1
    assert origin.startswith("pts/")


def test_they_work_line_by_line_as_well(clinic: Path) -> None:
    with hosting(clinic), comes(STAFF, clinic, GROUP, asks=("line", "--brief")) as terminal:
        terminal.wait_for("Harbour Clinic, Anna Berg")
        for typed, said in (("find doe", "1, Jane Doe"), ("1", "Owes nothing"), ("day", "0 appointments")):
            terminal.feed(f"{typed}\n")
            terminal.wait_for(said)
        terminal.feed("quit\n")
        assert terminal.wait_exit() == 0


def readable(name: str, home: Path, *groups: str) -> bool:
    """Whether that account can read the book's file."""
    if (pid := os.fork()) == 0:
        with suppress(OSError):
            become(name, home, *groups)
            os.close(os.open(home / "data" / "clinic.db", os.O_RDONLY))
            os._exit(0)
        os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_nobody_else_is_let_in(clinic: Path) -> None:
    with hosting(clinic):
        with comes(STRANGER, clinic, GROUP) as listed_nowhere:
            assert listed_nowhere.wait_exit() == 1
            assert f"{STRANGER} is not on the staff list" in listed_nowhere.text
        with comes(STAFF, clinic) as outside_the_group:
            assert outside_the_group.wait_exit() == 99
            assert "not to you" in outside_the_group.text


@contextmanager
def standing_in(name: str, place: Path) -> Iterator[socket.socket]:
    """That account listens at ``place`` as a host does; whoever comes there is at the socket given."""
    mine, theirs = socket.socketpair()
    if (other := os.fork()) == 0:
        try:
            become(name, place.parent)
            with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
                listener.bind(str(place))
                listener.listen()
                socket.send_fds(theirs, [b"listens"], [listener.fileno()])
                theirs.recv(1)
        finally:
            os._exit(0)
    _, (number,), _, _ = socket.recv_fds(mine, 10, 1)
    with mine, theirs, socket.socket(fileno=number) as listener:
        listener.settimeout(10)
        yield listener
        mine.send(b".")
        os.waitpid(other, 0)


def test_a_stranger_who_listens_where_everybody_may_is_handed_no_terminal(open_folder: Path) -> None:
    place = open_folder / "run" / "host.sock"
    place.parent.mkdir()
    for mode, owner, handed in ((0o1777, "root", False), (0o777, "root", False), (0o755, STRANGER, True)):
        os.chown(place.parent, pwd.getpwnam(owner).pw_uid, -1)
        place.parent.chmod(mode)
        with standing_in(STRANGER, place) as listener:
            place.chmod(0o666)
            with comes(STAFF, open_folder / "home") as terminal:
                line, _ = listener.accept()
                with line:
                    line.settimeout(10)
                    assert bool(socket.recv_fds(line, 16_384, 4)[1]) is handed
                if not handed:
                    assert terminal.wait_exit() == 99
                    assert "others may put one" in terminal.text
        place.unlink()
