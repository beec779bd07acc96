"""What a session in the host believes of its client: whose account it comes from, and nothing else."""

from __future__ import annotations

import array
import json
import os
import pty
import socket
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from pim_tui.host import session
from pim_tui.host.client import CODE, GO, NO, PROTOCOL, READY, program
from pim_tui.host.sentalong import kept_by_host
from pim_tui.host.server import House, Peer
from pim_tui.paths import places

ME = Peer(os.getpid(), os.geteuid())
HOST = 4242
SOMEBODY = Peer(os.getpid(), os.geteuid() + 1)


@pytest.fixture
def terminal() -> Iterator[int]:
    """A terminal that a client might hand over."""
    mine, theirs = pty.openpty()
    yield theirs
    os.close(mine)
    os.close(theirs)


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The host works in the folders of this test and has no other settings."""
    for name in [name for name in os.environ if name.startswith("PIM_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIM_HOME", str(tmp_path))


def wish(key: str = "", own: str = "", by_line: str = "", sent: Sequence[str] = (), **other: str) -> bytes:
    """What a client sends."""
    found = places()
    fields = {"program": program(), "key": key, "config": str(found.config), "data": str(found.data)} | other
    return "\0".join((PROTOCOL, *fields.values(), own, by_line, *sent)).encode("utf-8", "surrogateescape")


def answer(
    message: bytes,
    descriptors: Sequence[int],
    peer: Peer = ME,
    open_: Callable[[str, str], int] = lambda *_: 7,
) -> list[bytes]:
    """All that a session says to a client that sends this and then agrees."""
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with mine:
        if (pid := os.fork()) == 0:
            try:
                mine.close()
                session.welcome(open_, theirs, peer, House(HOST, {}))
            finally:
                os._exit(99)
        theirs.close()
        rights = (
            [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
        )
        mine.sendmsg([message], rights)
        mine.settimeout(10)
        message, ends, _, _ = socket.recv_fds(mine, 1000, 2)
        said = [message]
        if message == READY:
            hears, tells = ends
            os.write(tells, GO + b"\n")
            with open(hears, "rb") as lines:
                said += map(bytes.rstrip, lines)
            os.close(tells)
        ended = os.waitpid(pid, 0)[1]
    return [*said, b"died" if os.WIFSIGNALED(ended) else b"%d" % os.waitstatus_to_exitcode(ended)]


def refused(*asked: object, **how: object) -> str:
    """Why it was refused; nothing else was said, and the process has ended in order."""
    (said, code) = answer(*asked, **how)  # type: ignore[arg-type]
    assert (said[:1], code) == (NO, b"0")
    return said[1:].decode()


def test_a_terminal_that_is_handed_over_gets_its_session_and_the_client_its_exit_code(terminal: int) -> None:
    def opens(key: str, by_line: str) -> int:
        streams = (os.isatty(n) and os.fstat(n).st_rdev == os.fstat(terminal).st_rdev for n in range(3))
        return 7 if all(streams) and (key, by_line) == ("anna", "brief") else 1

    said = answer(wish("anna", by_line="brief"), [terminal] * 3, open_=opens)
    assert said == [READY, CODE + b"7", b"7"]


def test_the_host_is_told_of_by_its_own_number_though_it_may_have_ended() -> None:
    """What is told is what ``host --stop`` ends: never whoever has inherited the copy."""
    assert json.loads(answer(session.ASKS.encode(), [])[0])["pid"] == HOST


GARBAGE = {
    "nothing": b"", "bytes": b"\xff\xfe" * 400, "zeros": b"\0" * 2000, "lines": b"GET / HTTP/1.1\r\n\r\n",
    "half": PROTOCOL.encode(), "few": PROTOCOL.encode() + b"\0a\0b", "next": b"pim-tui host 2\0\0\0\0\0\0",
    "long": b"x" * 20_000,
}  # fmt: skip


@pytest.mark.parametrize("what", GARBAGE)
def test_what_is_no_wish_is_refused(terminal: int, what: str) -> None:
    assert refused(GARBAGE[what], [terminal] * 3)


def test_only_one_terminal_is_taken(terminal: int, tmp_path: Path) -> None:
    end, other_end = os.pipe()
    other, another = pty.openpty()
    file = os.open(tmp_path / "file", os.O_RDWR | os.O_CREAT)
    try:
        for what in ([], [terminal], [terminal] * 2, [end] * 3, [terminal, terminal, file], [file] * 4):
            assert refused(wish(), what) == "that is no terminal"
        assert refused(wish(), [terminal, terminal, another]) == "these are several terminals"
        assert refused(wish(), [terminal] * 200) == "that is too much"
    finally:
        for number in (end, other_end, other, another, file):
            os.close(number)


def test_a_client_of_another_version_or_book_starts_by_itself(
    terminal: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    three = [terminal] * 3
    assert "another version" in refused(wish(program="1 2 3 4"), three)
    for other in ({"config": "/x"}, {"data": "/x"}, {"sent": ["PIM_DATABASE=/x.db"]}):
        assert "another book" in refused(wish(**other), three)  # type: ignore[arg-type]
    monkeypatch.setenv("PIM_DATABASE", "/y.db")
    assert "another book" in refused(wish(), three)
    assert answer(wish(sent=["PIM_DATABASE=/y.db"]), three)[0] == READY


def test_another_account_comes_with_no_key_and_decides_nothing(terminal: int) -> None:
    three = [terminal] * 3
    assert "a key" in refused(wish("anna"), three, peer=SOMEBODY)
    for has in ({"own": "own"}, {"sent": ["PIM_DATABASE=/x.db"]}, {"sent": ["PIM_SIGN_IN=auto"]}):
        assert "of your own" in refused(wish(**has), three, peer=SOMEBODY)  # type: ignore[arg-type]
    assert answer(wish(config="/theirs", data="/theirs"), three, peer=SOMEBODY)[0] == READY


def test_a_session_has_the_hosts_environment_and_the_terminals_looks(
    terminal: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "1")
    monkeypatch.setenv("MARK", "of the host")
    lies = ["TERM=vt220", "PIM_COLOUR=none", "LD_PRELOAD=/x", "HOME=/x", "PATH=/x", "LINES=1", "MARK=mine",
            "PYTHONPATH=/x", "SSH_CONNECTION=192.0.2.1 1 192.0.2.2 22", "TMUX=/tmp/x,1,1"]  # fmt: skip

    def told(key: str, by_line: str) -> int:
        names = [line.partition("=")[0] for line in lies]
        os.write(1, "|".join(f"{name}={os.environ.get(name)}" for name in names).encode())
        return 0

    mine, theirs = pty.openpty()
    answer(wish(sent=lies), [theirs] * 3, peer=SOMEBODY, open_=told)
    heard = dict(line.split("=") for line in os.read(mine, 4000).decode().split("|"))
    assert (heard["TERM"], heard["PIM_COLOUR"], heard["MARK"]) == ("vt220", "none", "of the host")
    assert (heard["HOME"], heard["PATH"]) == (os.environ["HOME"], os.environ["PATH"])
    assert heard["LD_PRELOAD"] == str(os.environ.get("LD_PRELOAD"))
    assert {heard[name] for name in ("LINES", "SSH_CONNECTION", "TMUX")} == {"None"}
    os.close(mine)
    os.close(theirs)


def test_where_somebody_sits_is_believed_of_the_hosts_own_account_alone() -> None:
    sent = {"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22", "TERM": "x; sh", "PIM_SLOW": "on", "PIM_HOME": "/x"}
    assert kept_by_host(sent, own=True) == {
        "SSH_CONNECTION": sent["SSH_CONNECTION"], "TERM": "vt100", "PIM_SLOW": "on", "LANG": "C.UTF-8",
    }  # fmt: skip
    assert "SSH_CONNECTION" not in kept_by_host(sent, own=False)
