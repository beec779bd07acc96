"""Whatever happens to the terminal, the process is gone within three seconds and the draft is kept."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pim_tui.db.drafts import DraftStore
from tests.tui.demo import argv, environment, start
from tests.tui.ptyterm import PtyTerm
from tests.walks import some

LIMIT = 3.0
LEFT_FULL_SCREEN = b"\x1b[?1049l"
PASTE_OFF = b"\x1b[?2004l"
MOUSE_ON = b"\x1b[?1003h"


def draft(folder: Path) -> str:
    """What the next session of the same person is offered."""
    store = DraftStore(folder / "drafts.db", clock=lambda: 0)
    left = store.latest(1)
    store.close()
    return left[0].fields["name"] if left else ""


def typed(terminal: PtyTerm, text: str = "jane") -> None:
    """Type into the field and see it painted."""
    terminal.wait_for("ready")
    terminal.feed(text)
    terminal.wait_for(f"<{text}>")


@pytest.mark.parametrize("number", some([signal.SIGHUP, signal.SIGTERM, signal.SIGINT]))
def test_a_signal_saves_leaves_and_restores_the_terminal(tmp_path: Path, number: signal.Signals) -> None:
    with start("late", tmp_path) as terminal:
        typed(terminal)
        modes = terminal.modes
        terminal.kill(number)
        assert terminal.ends_within(LIMIT) == 128 + number
        assert LEFT_FULL_SCREEN in terminal.raw
        assert MOUSE_ON not in terminal.raw
        assert PASTE_OFF in terminal.raw.rpartition(LEFT_FULL_SCREEN)[0]
        assert terminal.current_modes()[:4] == modes[:4]
    assert draft(tmp_path) == "jane"


def ignore_hangup() -> None:
    """As nohup and some parents do."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


@pytest.mark.parametrize("before", some([None, ignore_hangup]))
def test_a_vanished_terminal_ends_the_process(tmp_path: Path, before: Callable[[], None] | None) -> None:
    with start("late", tmp_path, before=before) as terminal:
        typed(terminal)
        terminal.vanish()
        assert terminal.ends_within(LIMIT) == 128 + signal.SIGHUP
    assert draft(tmp_path) == "jane"


@pytest.mark.walk
def test_the_control_lives_on_without_its_terminal(tmp_path: Path) -> None:
    """Textual as it comes, hang-up ignored: were it to leave by itself, the guard would be needless."""
    with start("bare", tmp_path, before=ignore_hangup) as terminal:
        terminal.wait_for("ready")
        terminal.vanish()
        with pytest.raises(AssertionError, match="still runs"):
            terminal.wait_exit(1.0)


def stalled(terminal: PtyTerm) -> None:
    """Stop reading and wait until the terminal takes no more."""
    terminal.wait_for("frame")
    terminal.freeze()
    handle = os.open(f"/proc/{terminal.process.pid}/fd/2", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    while select.select([], [handle], [], 0)[1]:
        assert not select.select([terminal.ended], [], [], 0.05)[0]
    os.close(handle)


@pytest.mark.walk
def test_a_stalled_terminal_ends_the_process(tmp_path: Path) -> None:
    with start("busy", tmp_path) as terminal:
        stalled(terminal)
        assert terminal.ends_within(LIMIT) == 128 + signal.SIGHUP


@pytest.mark.walk
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_program_goes_on_before_a_stalled_terminal_until_a_signal_ends_it(
    tmp_path: Path, number: signal.Signals
) -> None:
    beats, beat = os.pipe()
    with start("busy", tmp_path, env={"BEAT": str(beat), "STALL": "600"}, keep=[beat]) as terminal:
        stalled(terminal)
        os.read(beats, 65536)
        assert select.select([beats], [], [], 10)[0]
        terminal.kill(number)
        assert terminal.ends_within(LIMIT) == 128 + number


@pytest.mark.walk
def test_a_slow_terminal_is_not_taken_for_a_stalled_one(tmp_path: Path) -> None:
    """A line that takes 4 kB every quarter second, with far more waiting, for longer than the limit."""
    with start("busy", tmp_path) as terminal:
        terminal.wait_for("frame")
        until = time.monotonic() + 3.5
        while time.monotonic() < until:
            os.read(terminal.master, 4096)
            select.select([terminal.ended], [], [], 0.25)
        assert terminal.process.poll() is None


@pytest.mark.walk
def test_killed_outright_the_draft_is_at_most_a_second_old(tmp_path: Path) -> None:
    with start("form", tmp_path) as terminal:
        typed(terminal)
        since = time.monotonic()
        while time.monotonic() - since < 0.9:
            terminal.pump(0.1)
        terminal.kill(signal.SIGKILL)
        assert terminal.wait_exit() == -signal.SIGKILL
    with start("form", tmp_path) as terminal:
        terminal.wait_for("draft: jane")


@pytest.mark.walk
def test_the_suspend_signal_does_nothing(tmp_path: Path) -> None:
    with start("form", tmp_path) as terminal:
        terminal.wait_for("ready")
        terminal.kill(signal.SIGTSTP)
        typed(terminal)


@pytest.mark.parametrize("stdin", [subprocess.DEVNULL, subprocess.PIPE])
def test_without_a_terminal_it_refuses_in_one_line(tmp_path: Path, stdin: int) -> None:
    done = subprocess.run(
        argv("form", tmp_path), stdin=stdin, capture_output=True, env=environment(), timeout=20, check=False
    )
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.decode().startswith("The calendar needs a terminal. ")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.walk
def test_with_the_keyboard_closed_it_refuses(tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *argv("form", tmp_path)],
        capture_output=True,
        env=environment(),
        timeout=20,
        check=False,
    )
    assert done.returncode == 2
    assert b"needs a terminal" in done.stderr


@pytest.mark.walk
def test_an_idle_program_sends_nothing_and_costs_next_to_nothing(tmp_path: Path) -> None:
    """Measured: the guard 0.2 ms of CPU a second, Textual's input thread 1.5 to 2."""
    with start("form", tmp_path) as terminal:
        terminal.wait_for("ready")
        settled = time.monotonic() + 1
        while time.monotonic() < settled:
            terminal.pump(0.2)
        sent, used = len(terminal.raw), terminal.cpu()
        assert not terminal.pump(2.0)
        assert len(terminal.raw) == sent
        assert terminal.cpu() - used <= 2 * 0.005
