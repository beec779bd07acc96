"""The host's process: everybody gets a copy of it, and nobody can keep it from the next one."""

from __future__ import annotations

import faulthandler
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NoReturn

import pytest

from pim_tui.host import server
from pim_tui.host.server import EACH, Host, House, Peer
from tests.walks import some

MOST = 12
STRANGER = 65_534


def obeys(line: socket.socket, peer: Peer, house: House) -> NoReturn:
    """Tell who came and how many were there, then do what is asked."""
    line.send(f"{os.getpid()} {peer.uid} {len(house.guests)}".encode())
    asked = line.recv(10)
    if asked == b"crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if asked == b"raise":
        raise ValueError("of a session")
    line.send(b"goes on")
    os._exit(3)


@contextmanager
def hosting(place: Path, **patched: object) -> Iterator[int]:
    """A host in a process of its own; its number."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(str(place))
        listener.listen(MOST + 4)
        os.chmod(place, 0o666)
        if (pid := os.fork()) == 0:
            try:
                spared = dict.fromkeys(("fill", "uncount", "enlarge", "offer"), lambda: None)
                for name, value in (spared | patched).items():
                    setattr(server, name, value)
                faulthandler.disable()
                os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
                Host(listener, MOST, obeys).serve()
            finally:
                os._exit(0)
    ended = os.pidfd_open(pid)
    try:
        yield pid
    finally:
        if not select.select([ended], [], [], 0)[0]:
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(ended)


@pytest.fixture
def place(open_folder: Path) -> Path:
    """Where the host listens."""
    return open_folder / "host.sock"


def call(place: Path) -> socket.socket:
    line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    line.connect(str(place))
    line.settimeout(30)
    return line


def ended(pid: int) -> bool:
    """Wait for the end of a process that is somebody else's child."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], 10)[0])
    finally:
        os.close(handle)


def test_everybody_gets_a_process_of_their_own_and_is_who_the_kernel_says(place: Path) -> None:
    with hosting(place) as host, call(place) as one, call(place) as two:
        first, second = one.recv(100).split(), two.recv(100).split()
        assert len({host, int(first[0]), int(second[0])}) == 3
        assert [first[1:], second[1:]] == [[b"%d" % os.geteuid(), b"0"], [b"%d" % os.geteuid(), b"1"]]
        assert os.getsid(int(first[0])) == int(first[0])


@pytest.mark.walk
@pytest.mark.parametrize("how", some([b"crash", b"raise"]))
def test_a_session_that_dies_is_gone_and_nobody_else_notices(place: Path, how: bytes) -> None:
    with hosting(place), call(place) as one, call(place) as two:
        dies, goes_on = (int(line.recv(100).split()[0]) for line in (one, two))
        one.send(how)
        assert one.recv(10) == b""
        assert ended(dies)
        two.send(b"go")
        assert two.recv(10) == b"goes on"
        assert ended(goes_on)
        with call(place) as three:
            assert three.recv(100).split()[2] == b"0"


@pytest.mark.walk
def test_a_full_host_says_so_at_once_and_those_who_say_nothing_hold_up_nobody(place: Path) -> None:
    with hosting(place), ExitStack() as calls:
        silent = [calls.enter_context(call(place)) for _ in range(MOST)]
        told = [line.recv(100).split() for line in silent]
        assert [int(one[2]) for one in told] == list(range(MOST))
        with call(place) as late:
            assert late.recv(100) == b"nthere are 12 sessions already (host_sessions)"
        for _ in range(1000):
            call(place).close()
        with call(place) as last:
            assert last.recv(100).startswith(b"nthere are 12")
        silent[0].close()
        assert ended(int(told[0][0]))
        with call(place) as later:
            assert later.recv(100).split()[2] == b"%d" % (MOST - 1)


@pytest.mark.walk
@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
def test_one_account_does_not_take_all_the_room(place: Path) -> None:
    def comes(told: int) -> None:
        os.setgid(STRANGER)
        os.setuid(STRANGER)
        lines = [call(place) for _ in range(EACH + 1)]
        os.write(told, b"|".join(line.recv(100) for line in lines))

    with hosting(place):
        told = in_a_child(comes).split(b"|")
        assert [one.split()[1] for one in told[:EACH]] == [b"%d" % STRANGER] * EACH
        assert told[EACH] == b"nyou have 8 sessions already"
        with call(place) as mine:
            assert not mine.recv(100).startswith(b"n")


def in_a_child(act: Callable[[int], None]) -> bytes:
    """What a process of its own tells."""
    said, tells = os.pipe()
    if (pid := os.fork()) == 0:
        try:
            act(tells)
        finally:
            os._exit(0)
    os.close(tells)
    with open(said, "rb") as pipe:
        told = pipe.read()
    os.waitpid(pid, 0)
    return told


@pytest.mark.parametrize("how", some([signal.SIGKILL, signal.SIGTERM]))
def test_sessions_outlive_their_host(place: Path, how: signal.Signals) -> None:
    with hosting(place) as host, call(place) as line:
        line.recv(100)
        os.kill(host, how)
        assert ended(host)
        line.send(b"go")
        assert line.recv(10) == b"goes on"


@pytest.mark.walk
def test_a_host_whose_program_was_replaced_ends_before_it_lets_anybody_in(
    place: Path, tmp_path: Path
) -> None:
    mark = tmp_path / "replaced"
    with hosting(place, replaced=mark.exists) as host, call(place) as line:
        line.recv(100)
        mark.touch()
        with call(place) as late, suppress(ConnectionResetError):
            assert late.recv(100) == b""
        assert ended(host)
        line.send(b"go")
        assert line.recv(10) == b"goes on"


@pytest.mark.walk
def test_a_session_has_nothing_of_the_host_but_its_own_connection(place: Path) -> None:
    with hosting(place) as host, call(place) as other, call(place) as line:
        other.recv(100)
        session = int(line.recv(100).split()[0])
        assert len(os.listdir(f"/proc/{host}/task")) == len(os.listdir(f"/proc/{session}/task")) == 1
        theirs, mine = descriptors(session), descriptors(os.getpid())
        assert sum(one.startswith("socket:") for one in theirs - mine) == 1
        assert not any(one.startswith("pipe:") for one in theirs - mine)


@pytest.mark.walk
def test_whoever_has_come_and_gone_leaves_nothing_in_the_host(place: Path) -> None:
    def comes_and_goes(host: int, way: bytes = b"") -> list[str]:
        """What the host has open when it has seen that the session has ended."""
        with call(place) as line:
            assert line.recv(100).split()[2] == b"0"
            if way:
                line.send(way)
        until = time.monotonic() + 10
        while Path(f"/proc/{host}/task/{host}/children").read_text():
            assert time.monotonic() < until, "a session that has ended is still there"
        return sorted(os.listdir(f"/proc/{host}/fd"))

    with hosting(place) as host:
        before = comes_and_goes(host)
        for way in (b"", b"crash", b"raise", b"go") * 5:
            assert comes_and_goes(host, way) == before


def descriptors(process: int) -> set[str]:
    """What a process has open."""
    found = set()
    for link in Path(f"/proc/{process}/fd").iterdir():
        with suppress(FileNotFoundError):
            found.add(os.readlink(link))
    return found
