"""The client: it stands at the terminal in the session's stead, or starts the program by itself."""

from __future__ import annotations

import array
import os
import pwd
import select
import signal
import socket
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO

import pytest

from pim_tui import __main__
from pim_tui.host import client
from pim_tui.host.client import BACK, BROKEN, CODE, GO, NO, READY
from pim_tui.paths import places
from tests.fences.rules import ROOT
from tests.tui.ptyterm import PtyTerm

TRIES = (
    f"import sys; sys.path.insert(0, {str(ROOT)!r}); from pim_tui.host import client; "
    "client.hand_over(sys.argv[1:]); print('by itself', client.answered)"
)


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[socket.socket]:
    """Where a host of this test's folder listens: this test is the host."""
    (tmp_path / "state").mkdir()
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as made:
        made.bind(str(tmp_path / "state" / "host.sock"))
        made.listen()
        made.settimeout(10)
        yield made


def calls(home: Path, *arguments: str, before: str = "", **env: str) -> PtyTerm:
    """The client at a terminal; ``before`` is done first."""
    argv = [sys.executable, "-I", "-S", "-c", TRIES.replace("code =", f"{before}code ="), *arguments]
    return PtyTerm(argv, env={"PIM_HOME": str(home), **env})


@dataclass
class Taken:
    """A client that was told to hand over: what it said, what it sent, and how it is spoken with."""

    said: list[str]
    numbers: list[int]
    hears: BinaryIO
    tells: int

    def heard(self) -> bytes:
        """The next line it says; nothing once it is gone."""
        assert select.select([self.hears], [], [], 10)[0]
        return self.hears.readline().rstrip()

    def tell(self, line: bytes) -> None:
        """Say a line to it."""
        os.write(self.tells, line + b"\n")


@contextmanager
def taken(listener: socket.socket) -> Iterator[Taken]:
    """Take the terminal of whoever comes."""
    line, _ = listener.accept()
    heard, told = os.pipe()
    said, tells = os.pipe()
    with line, open(heard, "rb", buffering=0) as hears:
        line.settimeout(10)
        message, rights, _, _ = line.recvmsg(16_384, 1000)
        numbers = array.array("i", rights[0][2]).tolist()
        socket.send_fds(line, [READY], [said, told])
        os.close(said)
        os.close(told)
        client = Taken(message.decode().split("\0"), numbers, hears, tells)  # type: ignore[arg-type]
        assert client.heard() == GO
        yield client
        for number in (*numbers, tells):
            os.close(number)


def nobody_is_left(term: PtyTerm) -> bool:
    """Whether all processes at a terminal end within a while."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, _, session, *_ = stat.read_text().rpartition(")")[2].split()
            if int(session) == term.process.pid and state != "Z":
                handle = os.pidfd_open(int(stat.parent.name))
                ended = select.select([handle], [], [], 10)[0]
                os.close(handle)
                if not ended:
                    return False
    return True


def test_it_hands_over_the_terminal_and_ends_with_the_sessions_code(
    listener: socket.socket, tmp_path: Path
) -> None:
    with calls(tmp_path, "--key", "anna", PIM_CLINIC_NAME="X", MARK="secret") as term:
        with taken(listener) as host:
            assert [os.isatty(number) for number in host.numbers] == [True] * 4
            assert not os.get_blocking(host.numbers[3])
            assert os.get_blocking(host.numbers[0])
            said = host.said
            assert said[2:7] == ["anna", f"{tmp_path}/config", f"{tmp_path}/data", "", ""]
            assert {"TERM=xterm-256color", "PIM_CLINIC_NAME=X"} <= set(said[7:])
            assert not [field for field in said if "MARK" in field or "PIM_HOME" in field]
            os.write(host.numbers[1], b"hello")
            term.wait_for("hello")
            host.tell(CODE + b"42")
        assert term.wait_exit() == 42


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGCONT])
def test_signals_reach_the_session(listener: socket.socket, tmp_path: Path, number: signal.Signals) -> None:
    with calls(tmp_path) as term, taken(listener) as host:
        term.kill(number)
        assert host.heard() == number.name.removeprefix("SIG").encode()
        term.kill(signal.SIGTSTP)
        term.resize(100, 40)
        assert host.heard() == b"WINCH"
        host.tell(CODE + b"0")
        assert term.wait_exit() == 0
    assert nobody_is_left(term)


def test_whoever_is_killed_or_cut_off_is_gone_for_the_session(
    listener: socket.socket, tmp_path: Path
) -> None:
    with calls(tmp_path) as term, taken(listener) as host:
        term.kill(signal.SIGKILL)
        assert host.heard() == b""
        term.wait_exit()
    assert nobody_is_left(term)
    with calls(tmp_path) as term, taken(listener) as host:
        term.vanish()
        assert host.heard() == b"HUP"


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_session_has_a_while_to_end_of_a_hang_up(
    listener: socket.socket, tmp_path: Path, number: signal.Signals
) -> None:
    with calls(tmp_path) as term, taken(listener) as host:
        term.kill(number)
        assert host.heard() == number.name.removeprefix("SIG").encode()
        host.tell(CODE + b"%d" % (128 + number))
        assert term.wait_exit() == 128 + number
        assert nobody_is_left(term)
    impatient = TRIES.replace("client.hand", "client.LEAVING = 0.1; client.hand")
    with (
        PtyTerm([sys.executable, "-I", "-S", "-c", impatient], env={"PIM_HOME": str(tmp_path)}) as term,
        taken(listener) as host,
    ):
        term.kill(number)
        assert term.wait_exit() == BROKEN
        assert nobody_is_left(term)
        assert "the session broke off" in term.text
        assert host.heard() == number.name.removeprefix("SIG").encode()
        assert host.heard() == b""


def test_a_terminal_that_has_stalled_holds_nobody_up(listener: socket.socket, tmp_path: Path) -> None:
    with calls(tmp_path) as term:
        with taken(listener) as host:
            term.freeze()
            with suppress(BlockingIOError):
                while True:
                    os.write(host.numbers[3], b"x" * 1000)
        assert term.wait_exit() == BROKEN
        assert nobody_is_left(term)


def test_a_session_that_breaks_off_leaves_the_terminal_as_it_was(
    listener: socket.socket, tmp_path: Path
) -> None:
    with calls(tmp_path) as term:
        before = term.current_modes()
        with taken(listener) as host:
            raw = termios.tcgetattr(host.numbers[0])
            raw[3] &= ~(termios.ECHO | termios.ICANON)
            termios.tcsetattr(host.numbers[0], termios.TCSANOW, raw)
            host.tell(BACK + rb"\0033[?1049l")
        assert term.wait_exit() == BROKEN
        assert term.current_modes() == before
        assert b"\x1b[?1049l" in term.raw
        assert "the session broke off" in term.text


def test_where_no_host_takes_it_the_program_starts_by_itself(listener: socket.socket, tmp_path: Path) -> None:
    with calls(tmp_path) as term:
        line, _ = listener.accept()
        line.send(NO + b"full")
        term.wait_for("by itself full")
        line.close()
    with calls(tmp_path) as term:
        listener.accept()[0].close()
        term.wait_for("by itself it does not answer")
    with calls(tmp_path / "elsewhere") as term:
        term.wait_for("by itself")


def test_whoever_has_no_other_book_waits_for_a_host_that_is_just_beginning(
    listener: socket.socket, tmp_path: Path
) -> None:
    with calls(tmp_path) as term:
        line, _ = listener.accept()
        with line:
            term.wait_for("not ready yet")
            line.send(NO + b"full")
            term.wait_for("by itself full")
    with calls(tmp_path) as term, listener.accept()[0]:
        term.wait_for("not ready yet")
        assert term.raw.endswith(b"\r\n")
        term.feed("\x03")
        term.wait_for("by itself it was not waited for")


def test_a_host_that_stands_still_is_not_waited_for_where_there_is_another_book(
    listener: socket.socket, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "clinic.db").touch()
    with calls(tmp_path, before="client.PATIENCE = 1; ") as term, listener.accept()[0]:
        term.wait_for("by itself it does not answer")
        assert "not ready yet" not in term.text


def test_only_lines_that_open_the_book_are_handed_over() -> None:
    read = client._read
    assert read([], {}) == ("", "", False, "")
    assert read(["--slow", "--key", "anna"], {}) == ("anna", "", False, "slow")
    assert read(["line"], {}) == ("", "", False, "line")
    assert read(["--key", "anna", "line", "--brief"], {}) == ("anna", "", False, "brief")
    assert read(["session", "--key=anna", "--home", "/srv"], {}) == ("anna", "/srv", True, "")
    assert read(["session", "--line", "--slow"], {}) == ("", "", True, "line")
    assert read(["session", "--sudo"], {"SUDO_USER": "lee"}) == ("lee", "", True, "")
    assert read(["session"], {"SSH_ORIGINAL_COMMAND": "ls"}) is None
    for line in ("day", "--demo", "--help", "--key", "--home /x", "session --sudo", "session --json", "host",
                 "session --key a --key b", "session --key a --sudo", "session line", "session --brief",
                 "line line", "line now", "--brief", "--brief line", "line --slow", "--slow line", "--line",
                 "line --demo", "line --key a --key b", "--key= x", "sessions"):  # fmt: skip
        assert read(line.split(), {}) is None, line


def test_it_looks_where_the_program_keeps_its_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    person = pwd.getpwuid(os.geteuid()).pw_dir
    homes = (
        {"PIM_HOME": str(tmp_path)},
        {"HOME": str(tmp_path)},
        {"XDG_DATA_HOME": str(tmp_path), "HOME": "/x"},
    )
    for env in homes:
        for name in ("PIM_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            monkeypatch.delenv(name, raising=False)
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        found = places()
        expected = tuple(map(str, (found.config, found.data, found.state)))
        assert client._folders(os.environ, "", False) == expected
    # A forced command goes by nothing that the client could have sent.
    assert client._folders(os.environ, "", True)[1] == f"{person}/.local/share/pim_tui"
    assert client._sockets({"PIM_HOST_SOCKET": "/x"}, "/state", True) == ("/state/host.sock", client.SOCKET)


ME, HOST, SOMEBODY = 1000, 900, 1001
FOLDERS = {
    "/": (0o755, 0), "/run": (0o755, 0), "/run/pim": (0o755, HOST), "/run/group": (0o775, HOST),
    "/run/group/x": (0o755, HOST), "/tmp": (0o1777, 0), "/tmp/pim": (0o755, HOST), "/tmp/own": (0o755, 0),
    "/tmp/own/pim": (0o755, HOST), "/home": (0o755, 0), "/home/me": (0o700, ME), "/home/me/x": (0o755, HOST),
    "/home/them": (0o755, SOMEBODY), "/home/them/x": (0o755, HOST), "/open": (0o777, 0),
}  # fmt: skip


@pytest.mark.parametrize(
    ("folder", "kept"),
    [("/run/pim", True), ("/home/me/x", True), ("/tmp/own/pim", True), ("/run", True), ("/tmp", False),
     ("/tmp/pim", False), ("/run/group", False), ("/run/group/x", False), ("/open", False),
     ("/home/them", False), ("/home/them/x", False)],
)  # fmt: skip
def test_a_place_is_the_hosts_where_nobody_else_could_have_put_one(
    monkeypatch: pytest.MonkeyPatch, folder: str, kept: bool
) -> None:
    def stands(path: str) -> SimpleNamespace:
        mode, owner = FOLDERS[path.rstrip("/") or "/"]
        return SimpleNamespace(st_mode=mode, st_uid=owner)

    monkeypatch.setattr(client.os, "stat", stands)
    monkeypatch.setattr(client.os.path, "realpath", lambda path: path)
    assert client.is_kept(f"{folder}/host.sock", ME, HOST) is kept


def test_a_place_that_a_link_leads_to_is_nobodys(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    assert not client.is_kept(f"{tmp_path}/link/host.sock", os.geteuid(), os.geteuid())


def test_a_host_that_anybody_may_have_put_there_is_given_no_terminal(
    listener: socket.socket, tmp_path: Path
) -> None:
    """The kernel's word is another account's, and the folder is everybody's."""
    (tmp_path / "state").chmod(0o777)
    strange = TRIES.replace("client.hand", "client.unpack = lambda *_: (1, 4242, 1); client.hand")
    with PtyTerm([sys.executable, "-I", "-S", "-c", strange], env={"PIM_HOME": str(tmp_path)}) as term:
        line, _ = listener.accept()
        line.settimeout(10)
        assert line.recvmsg(16_384, 1000)[:2] == (b"", [])
        term.wait_for("by itself others may put one")
        line.close()


def test_whoever_has_no_book_and_is_not_taken_by_the_host_is_not_asked_to_make_one(
    listener: socket.socket, tmp_path: Path
) -> None:
    env = {"PIM_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    with PtyTerm([sys.executable, "-m", "pim_tui"], env=env) as term:
        line, _ = listener.accept()
        line.send(NO + b"full")
        assert term.wait_exit() == 1
        line.close()
    assert "did not take this terminal: full." in term.text
    assert not (tmp_path / "data").exists()


def test_whoever_stops_it_while_it_loads_reads_nothing_of_where(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def is_stopped(argv: list[str]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(__main__, "hand_over", is_stopped)
    assert __main__.main() == 130
    assert capfd.readouterr() == ("", "")
