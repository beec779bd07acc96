"""``pim-tui line`` in the host is what it is by itself, whatever is typed and however its terminal ends."""

from __future__ import annotations

import os
import re
import select
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from pim_tui.host.client import BROKEN
from tests.host.test_hosted import children, gone, home, host, no_drafts, session_of
from tests.safety.test_real_terminal import LIMIT, _made, environment, open_in
from tests.tui.ptyterm import PtyTerm

pytestmark = [pytest.mark.walk, pytest.mark.sqlite]
__all__ = ["_made", "home", "host", "no_drafts"]

BOOKING = "book jane doe 7d 10:30 - sore throat"


NO_HOST = {"PIM_HOST_SOCKET": "/nowhere"}


@pytest.fixture(params=[{}, NO_HOST], ids=["in the host", "by itself"])
def env(request: pytest.FixtureRequest, host: int) -> dict[str, str]:
    """The same with a host and without one."""
    return dict(request.param)


def line_in(home: Path, *arguments: str, **env: str) -> PtyTerm:
    """The line mode in a terminal of its own."""
    return open_in(home, "line", *arguments, term="dumb", env=env)


def says(terminal: PtyTerm, *typed: str, until: str) -> None:
    """Type lines; wait for what is said to them, and for the next that may be said."""
    for one in typed:
        seen = len(terminal.raw)
        terminal.feed(f"{one}\n")
        terminal.wait_for(lambda seen=seen: re.search(rb"\n[>?] $", terminal.raw[seen:]) is not None)
    terminal.wait_for(until)


def last_left(home: Path) -> str:
    """How the last session ended, by the journal."""
    with closing(sqlite3.connect(home / "data" / "clinic.db")) as db, db:
        asked = "select reason from journal where action = 'sign out' order by seq desc limit 1"
        return str(db.execute(asked).fetchone()[0])


def test_it_is_taken_by_the_host_with_its_options_and_its_looks(home: Path, host: int) -> None:
    with line_in(home, "--brief", LC_ALL="C", LANG="C", PIM_LINE_PAGE="9") as terminal:
        terminal.wait_for("> ")
        session = session_of(host)
        says(terminal, "who", until="Anna Berg")
        assert "Signed in from" not in terminal.text
        terminal.feed("\x04")
        assert terminal.wait_exit() == 0
    assert gone(session)
    assert b"\x1b" not in terminal.raw


def test_keys_of_the_line_and_its_end_mean_the_same(home: Path, env: dict[str, str]) -> None:
    """The terminal's own line editing, Ctrl+C for a question and twice to leave."""
    with line_in(home, **env) as terminal:
        terminal.wait_for("> ")
        says(terminal, "find johx\x7fn", until="1, John Roe")
        says(terminal, BOOKING, until="Answer yes or no")
        terminal.feed("\x03")
        terminal.wait_for("Nothing was booked.")
        terminal.feed("\x03")
        terminal.wait_for("Good-bye.")
        assert terminal.wait_exit() == 128 + signal.SIGINT
        assert terminal.current_modes() == terminal.modes
        assert b"Traceback" not in terminal.raw


HOW = [signal.SIGHUP, signal.SIGTERM, "vanishes", "stalls"]


@pytest.mark.parametrize("how", HOW)
def test_whoever_is_cut_off_is_offered_the_question(
    home: Path, env: dict[str, str], host: int, how: signal.Signals | str
) -> None:
    with line_in(home, **env) as terminal:
        terminal.wait_for("> ")
        says(terminal, BOOKING, until="Answer yes or no")
        session = terminal.process.pid if env else session_of(host)
        if isinstance(how, signal.Signals):
            terminal.kill(how)
            assert terminal.ends_within(LIMIT, session) == 128 + how
        elif how == "vanishes":
            terminal.vanish()
        else:
            terminal.freeze()
            os.write(terminal.master, b"again\n" * 600)
            select.select([], [], [], 1.0)
            terminal.kill(signal.SIGTERM)
        assert gone(session)
    assert_kept(home)


def test_a_client_that_is_killed_is_a_line_that_was_lost(home: Path, host: int) -> None:
    with line_in(home) as terminal:
        terminal.wait_for("> ")
        says(terminal, BOOKING, until="Answer yes or no")
        session = session_of(host)
        terminal.kill(signal.SIGKILL)
        assert gone(session)
    assert_kept(home)


def assert_kept(home: Path) -> None:
    """The line was lost, and the question under way is offered to whoever comes back."""
    assert last_left(home) == "lost"
    with line_in(home) as terminal:
        terminal.wait_for("Go on with it")
        says(terminal, "1", "no", until="Nothing was booked.")


@pytest.mark.parametrize("shell", [["bash", "--norc", "-i"], ["dash", "-i"]], ids=["bash", "dash"])
def test_ctrl_z_gives_the_terminal_to_the_shell_and_nothing_that_is_typed_there_is_taken(
    home: Path, env: dict[str, str], shell: list[str]
) -> None:
    """In the background it stands still, and in front it goes on where it was."""
    own = environment(home, PS1="$ ", ENV="", HISTFILE="", **env)
    with PtyTerm(shell, term="dumb", env=own) as terminal:
        terminal.wait_for("$ ")
        terminal.feed(f"{sys.executable} -m pim_tui line\n")
        terminal.wait_for("> ")
        says(terminal, BOOKING, until="Answer yes or no")
        terminal.feed("\x1a")
        terminal.wait_for("Stopped")
        terminal.feed("echo $((6 * 7))\n")
        terminal.wait_for("42")
        terminal.feed("bg\n")
        terminal.feed("sleep 0.3; jobs; echo $((5 * 7))\n")
        terminal.wait_for("35")
        assert "no answer" not in terminal.text
        seen = len(terminal.raw)
        terminal.feed("fg\n")
        terminal.wait_for(lambda: terminal.raw[seen:].endswith(b"? "))
        says(terminal, "no", until="Nothing was booked.")
        terminal.feed("quit\n")
        terminal.wait_for("Good-bye.")
        terminal.feed("echo $((4 * 7))\n")
        terminal.wait_for("28")


@pytest.mark.parametrize("shell", [["bash", "--norc", "-i"], ["dash", "-i"]], ids=["bash", "dash"])
def test_while_it_is_stopped_its_lines_are_the_shells_and_nothing_is_said(
    home: Path, env: dict[str, str], shell: list[str]
) -> None:
    """By whatever means: nothing that is typed then is taken, nor when it is sent on behind the shell."""
    own = environment(home, PS1="$ ", ENV="", HISTFILE="", **env)
    with PtyTerm(shell, term="dumb", env=own) as terminal:
        terminal.wait_for("$ ")
        terminal.feed(f"{sys.executable} -m pim_tui line\n")
        terminal.wait_for("> ")
        says(terminal, BOOKING, until="Answer yes or no")
        (client,) = children(terminal.process.pid)
        os.kill(client, signal.SIGSTOP)
        terminal.wait_for("Stopped")
        all_is_the_shells(terminal, 100)
        os.kill(client, signal.SIGCONT)
        all_is_the_shells(terminal, 200)
        assert "no answer" not in terminal.text
        seen = len(terminal.raw)
        terminal.feed("fg\n")
        terminal.wait_for(lambda: b"pim_tui line" in terminal.raw[seen:])
        says(terminal, "no", until="Nothing was booked.")
        terminal.feed("quit\n")
        terminal.wait_for("Good-bye.")
        terminal.feed("echo $((4 * 7))\n")
        terminal.wait_for("28")


def all_is_the_shells(terminal: PtyTerm, first: int) -> None:
    """Thirty lines are typed one by one, and the shell has each of them."""
    for number in range(first, first + 30):
        terminal.feed(f"echo $(({number} * 7))\n")
        terminal.wait_for(lambda told=b"%d\r\n" % (number * 7): told in terminal.raw)


def test_a_session_that_is_killed_leaves_its_terminal_to_the_shell(home: Path, host: int) -> None:
    with line_in(home) as terminal:
        terminal.wait_for("> ")
        os.kill(session_of(host), signal.SIGKILL)
        assert terminal.wait_exit() == BROKEN
        assert "\npim-tui: the session broke off." in terminal.text
