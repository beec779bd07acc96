"""A session in the host behaves as the program that was started by itself; the host's end is nobody's."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from pim_tui.host.client import BROKEN
from tests.fences.fresh import checkout
from tests.safety.test_real_terminal import (
    BOOKED,
    LIMIT,
    _made,
    assert_left_cleanly,
    assert_offered,
    calendar,
    environment,
    for_a_while,
    open_in,
    run,
    typing,
)
from tests.tui.ptyterm import Allowed, PtyTerm, is_gone

pytestmark = [pytest.mark.walk, pytest.mark.sqlite]
__all__ = ["_made"]


def standing(home: Path) -> dict[str, int]:
    """What the host tells of itself."""
    found: dict[str, int] = json.loads(run(home, "host", "--status", "--json").stdout)
    return found


def children(process: int) -> list[int]:
    """The processes that it has begun."""
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def sessions(host: int) -> list[int]:
    """The processes of its sessions."""
    return children(host)


def session_of(host: int) -> int:
    """The one session there is."""
    (one,) = sessions(host)
    return one


@contextmanager
def hosting(home: Path) -> Iterator[int]:
    """A host for the clinic, begun as anybody begins it; its process."""
    assert run(home, "host").stdout == (
        "The host is loading, which takes some seconds.\n"
        f"The host has begun and listens at {home / 'state/host.sock'}. pim-tui host --status tells who is"
        " there, --stop ends it and no session.\n"
    )
    host = standing(home)["pid"]
    try:
        yield host
    finally:
        with suppress(ProcessLookupError):
            os.kill(host, signal.SIGTERM)


@pytest.fixture(scope="module")
def home(_made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clinic for all of these tests."""
    return Path(shutil.copytree(_made, tmp_path_factory.mktemp("hosted") / "home"))


@pytest.fixture(scope="module")
def host(home: Path) -> Iterator[int]:
    """The host that most of them come to."""
    with hosting(home) as running:
        yield running


@pytest.fixture(autouse=True)
def no_drafts(home: Path) -> None:
    """Nothing is offered that an earlier test has typed."""
    for file in (home / "state").glob("drafts.db*"):
        file.unlink()


@pytest.fixture
def apart(_made: Path, tmp_path: Path) -> Path:
    """A clinic whose host a test may do with as it likes."""
    return Path(shutil.copytree(_made, tmp_path / "home"))


def gone(process: int, within: float = LIMIT) -> bool:
    """Whether a process ends in time."""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    ended = is_gone(handle, Allowed(within, process))
    os.close(handle)
    return ended


def test_it_is_the_same_program_for_whoever_sits_there(home: Path, host: int) -> None:
    with open_in(home) as terminal:
        calendar(terminal)
        session = session_of(host)
        assert os.getsid(session) == session
        for_a_while(terminal, 0.5)
        sent = len(terminal.raw)
        for_a_while(terminal, 0.5)
        assert len(terminal.raw) == sent
        terminal.resize(100, 30)
        terminal.feed("a")
        terminal.wait_for("Book")
        terminal.feed("jane doe 7d 10:30 - blood pressure\r")
        terminal.wait_for(BOOKED)
        terminal.feed("A")
        terminal.wait_for("─" * 98)
        terminal.feed("\x1b")
        calendar(terminal)
        terminal.feed("\x11")
        assert_left_cleanly(terminal)
    assert gone(session)


def test_the_terminal_looks_as_it_would_without_a_host(home: Path, host: int) -> None:
    with open_in(home, term="vt100", env={"LC_ALL": "C", "LANG": "C"}) as terminal:
        calendar(terminal)
        assert sessions(host)
        terminal.feed("\x11")
        assert terminal.wait_exit() == 0
    terminal.raw.decode("ascii")
    assert b"\x1b[38;" not in terminal.raw


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_ends_it_in_order(home: Path, host: int, number: signal.Signals) -> None:
    with open_in(home) as terminal:
        typing(terminal)
        session = session_of(host)
        terminal.kill(number)
        terminal.ends_within(LIMIT, session)
        assert_left_cleanly(terminal, 128 + number)
        assert gone(session)
    assert_offered(home)


@pytest.mark.parametrize("how", ["vanishes", "is killed", "stalls"])
def test_whoever_is_cut_off_finds_what_was_typed(home: Path, host: int, how: str) -> None:
    with open_in(home) as terminal:
        typing(terminal)
        session = session_of(host)
        if how == "vanishes":
            terminal.vanish()
        elif how == "is killed":
            terminal.kill(signal.SIGKILL)
        else:
            terminal.freeze()
            os.write(terminal.master, b"\x1b[B\x1b[A" * 400)
            terminal.kill(signal.SIGTERM)
        assert gone(session)
    assert_offered(home)


def test_a_client_that_is_stopped_and_goes_on_finds_its_picture(home: Path, host: int) -> None:
    with open_in(home) as terminal:
        calendar(terminal)
        assert sessions(host)
        seen = len(terminal.raw)
        terminal.kill(signal.SIGTSTP)
        terminal.kill(signal.SIGSTOP)
        terminal.kill(signal.SIGCONT)
        terminal.wait_for(lambda: b"Harbour Clinic" in terminal.raw[seen:])
        terminal.feed("\x11")
        assert_left_cleanly(terminal)


@pytest.mark.skipif(not shutil.which("bash"), reason="a shell that manages jobs")
def test_while_its_client_is_stopped_the_keys_are_the_shells_and_nothing_is_shown(
    home: Path, host: int
) -> None:
    shell = ("bash", "--norc", "--noprofile", "--noediting", "-i")
    with PtyTerm(shell, env=environment(home) | {"PS1": "ready> "}) as terminal:
        terminal.wait_for("ready> ")
        terminal.feed(f"{sys.executable} -m pim_tui\n")
        calendar(terminal)
        (client,) = children(terminal.process.pid)
        os.kill(client, signal.SIGSTOP)
        terminal.wait_for("Stopped")
        # Whoever works at another desk meanwhile changes what would be shown.
        run(home, "book", "jane doe 0d 16:30 30m")
        terminal.feed("stty sane; " + "echo $((6*7)); " * 40 + "\n")
        terminal.wait_for(lambda: terminal.raw.endswith(b"42\r\n" * 40 + b"ready> "))
        seen = len(terminal.raw)
        for_a_while(terminal, 1.5)
        assert not terminal.raw[seen:]
        # Sent on where it is, behind the shell, it stops again.
        terminal.feed("bg\n")
        # The shell tells that it has stopped before its prompt or, later, with the next one.
        terminal.wait_for(lambda: b"&\r\n" in terminal.raw[seen:] and terminal.raw.endswith(b"ready> "))
        assert is_stopped(client)
        terminal.feed("fg\n")
        terminal.wait_for(lambda: b"Harbour Clinic" in terminal.raw[seen:])
        terminal.feed("g")
        terminal.wait_for("Go to")
        terminal.feed("\x1b\x11")
        terminal.wait_for(lambda: terminal.raw.endswith(b"ready> "))


def is_stopped(process: int) -> bool:
    """Whether it stands still within a while."""
    for _ in range(100):
        if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "T":
            return True
        select.select([], [], [], 0.02)
    return False


def test_a_session_that_is_killed_leaves_a_terminal_to_work_in_and_nobody_else_notices(
    home: Path, host: int
) -> None:
    with open_in(home) as other:
        calendar(other)
        before = set(sessions(host))
        with open_in(home) as terminal:
            typing(terminal)
            for_a_while(terminal, 1.0)
            (session,) = set(sessions(host)) - before
            os.kill(session, signal.SIGKILL)
            assert_left_cleanly(terminal, BROKEN)
            assert "the session broke off" in terminal.text
        shown = other.text.splitlines()[0]
        other.feed("g+7d\r")
        other.wait_for(lambda: other.text.splitlines()[0] != shown)
        other.feed("\x11")
        assert_left_cleanly(other)
    assert_offered(home)


def test_whoever_reads_for_the_terminal_is_killed_and_its_modes_are_put_back(home: Path, host: int) -> None:
    with open_in(home) as terminal:
        typing(terminal)
        (listener,) = children(terminal.process.pid)
        os.kill(listener, signal.SIGKILL)
        assert terminal.wait_exit() == BROKEN
        assert terminal.current_modes()[:4] == terminal.modes[:4]
    assert_offered(home)


def test_sessions_outlive_a_host_that_is_killed_and_the_next_one_starts_by_itself(apart: Path) -> None:
    with hosting(apart) as host, open_in(apart) as terminal:
        calendar(terminal)
        session = session_of(host)
        os.kill(host, signal.SIGKILL)
        assert gone(host)
        with open_in(apart) as alone:
            calendar(alone)
            alone.feed("\x11")
            assert_left_cleanly(alone)
        typing(terminal)
        terminal.kill(signal.SIGTERM)
        terminal.ends_within(LIMIT, session)
        assert_left_cleanly(terminal, 143)


def test_an_update_of_the_files_ends_the_host_and_no_session(
    apart: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = checkout(tmp_path / "program")
    monkeypatch.setattr("tests.safety.test_real_terminal.ROOT", program)
    client = [sys.executable, "-S", str(program / "pim_tui" / "host" / "client.py")]
    with hosting(apart) as host, PtyTerm(client, env=environment(apart)) as terminal:
        calendar(terminal)
        session = session_of(host)
        os.utime(program / "pim_tui" / "__init__.py")
        with PtyTerm(client, env=environment(apart)) as late:
            assert gone(host)
            calendar(late)
            late.feed("\x11")
            assert_left_cleanly(late)
        # What it shows now for the first time it must have loaded before.
        for folder in ("screens", "dialogs", "widgets"):
            shutil.rmtree(program / "pim_tui" / "tui" / folder)
        for key, what in (("\x0c", "Staff"), ("\x1b", "Add"), ("/", "Find"), ("\x1b", "Add")):
            terminal.feed(key)
            terminal.wait_for(what)
        assert not gone(session, 0)
        terminal.feed("\x11")
        assert_left_cleanly(terminal)
