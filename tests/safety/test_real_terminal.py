"""The program as people start it, in a terminal: it opens, books and leaves cleanly, and whatever happens to
the terminal it is gone within three seconds with what was typed kept for its owner."""

from __future__ import annotations

import os
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pim_tui.db.connection import SCHEMA
from tests.morning import MORNING, today
from tests.safety.sshserver import here, server
from tests.tui.ptyterm import Allowed, PtyTerm, is_gone
from tests.walks import some

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 3.0
ENTERED, LEFT, WRAPS = b"\x1b[?1049h", b"\x1b[?1049l", b"\x1b[?7h"
BOOKED = "Booked: Jane Doe"
OFFER = "Typed and not saved"
TERMINALS = {
    "xterm-256color": {},
    "linux": {"NO_COLOR": "1"},
    "vt100": {},
    "xterm": {"LC_ALL": "C", "LANG": "C"},
}


def environment(home: Path, **extra: str) -> dict[str, str]:
    """Where the program finds its files, and nothing of the tester's own settings."""
    kept = {name: "" for name in os.environ if name.startswith("PIM_")}
    return {
        **kept,
        "PIM_HOLIDAYS": "off",
        "PIM_HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "LC_ALL": "C.UTF-8",
        **extra,
    }


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **environment(home)}
    command = [sys.executable, "-m", "pim_tui", *arguments]
    return subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)


def open_in(home: Path, *arguments: str, **options: Any) -> PtyTerm:
    """The program in a terminal of its own."""
    env = environment(home, **options.pop("env", {}))
    return PtyTerm([sys.executable, "-m", "pim_tui", *arguments], env=env, **options)


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clinic as ``pim-tui init`` makes it, with two customers."""
    home = tmp_path_factory.mktemp("clinic")
    run(home, "init", "--clinic", "Harbour Clinic", "--zone", MORNING, "--name", "Anna Berg")
    people = home / "people.csv"
    people.write_text(
        "Id,BIRTHDATE,DEATHDATE,FIRST,LAST,GENDER,ADDRESS,CITY,STATE,ZIP\n"
        "a1,1984-03-01,,Jane,Doe,F,1 Quay,Boston,MA,02101\n"
        "a2,1990-07-15,,John,Roe,M,2 Quay,Boston,MA,02101\n"
    )
    run(home, "import", "customers", str(people))
    # Whoever keeps no hours works on any day that this may run on.
    with closing(sqlite3.connect(home / "data" / "clinic.db")) as db, db:
        db.execute("delete from working_hours")
    return home


@pytest.fixture
def home(_made: Path, tmp_path: Path) -> Path:
    shutil.copytree(_made, tmp_path / "home")
    return tmp_path / "home"


def calendar(terminal: PtyTerm) -> None:
    """Wait for the day."""
    terminal.wait_for("Harbour Clinic")
    terminal.wait_for("Add")


def typing(terminal: PtyTerm) -> None:
    """Open the form and type a name into it."""
    calendar(terminal)
    terminal.feed("A")
    terminal.wait_for("New appointment")
    terminal.feed("jane d")
    terminal.wait_for("jane d")


def for_a_while(terminal: PtyTerm, seconds: float) -> None:
    """Read what comes for some seconds."""
    until = time.monotonic() + seconds
    while (rest := until - time.monotonic()) > 0:
        terminal.pump(rest)


def comes_to_rest(terminal: PtyTerm) -> bool:
    """Whether there is a second, within a minute, in which it takes next to nothing of a core."""
    for _ in range(60):
        used = terminal.cpu()
        for_a_while(terminal, 1.0)
        if terminal.cpu() - used < 0.05:
            return True
    return False


def assert_left_cleanly(terminal: PtyTerm, code: int = 0, *, two_screens: bool = True) -> None:
    """The main screen is back, the modes are as they were, nothing was printed behind it. Where there is but
    one screen, nothing is left on it."""
    assert terminal.wait_exit() == code
    _, _, after = bytes(terminal.raw).rpartition(LEFT if two_screens else WRAPS)
    assert (ENTERED in terminal.raw) == two_screens
    assert (LEFT in terminal.raw) == two_screens
    assert two_screens or not terminal.text.split()
    assert b"Traceback" not in terminal.raw
    assert b"never retrieved" not in after
    assert terminal.current_modes()[:4] == terminal.modes[:4]


def assert_nothing_left(terminal: PtyTerm) -> None:
    """No child of the program lives on: it led a session of its own."""
    with pytest.raises(ProcessLookupError):
        os.killpg(terminal.process.pid, 0)


def assert_offered(home: Path) -> None:
    """The next session of the same person is offered what was typed, and it comes back."""
    with open_in(home) as terminal:
        terminal.wait_for(OFFER)
        terminal.feed("\r")
        terminal.wait_for("New appointment")
        terminal.wait_for("jane d")
        terminal.feed("\x11")
        assert terminal.wait_exit() == 0


# --- everyday -----------------------------------------------------------------------------------------


@pytest.mark.walk
@pytest.mark.parametrize("term", some(TERMINALS))
def test_it_opens_books_by_the_quick_line_and_leaves_the_terminal_clean(home: Path, term: str) -> None:
    with open_in(home, term=term, env=TERMINALS[term]) as terminal:
        calendar(terminal)
        assert "Anna Berg" in terminal.text
        terminal.feed("a")
        terminal.wait_for("Book")
        terminal.feed("jane doe 7d 10:30 - blood pressure\r")
        terminal.wait_for(BOOKED)
        terminal.feed("g+7d\r")
        terminal.wait_for("blood")
        terminal.feed("\x11")
        assert_left_cleanly(terminal, two_screens=term not in ("linux", "vt100"))
    if term in ("linux", "vt100"):
        assert b"\x1b[38;" not in terminal.raw
        assert b"\x1b[48;" not in terminal.raw
    if term == "xterm":
        terminal.raw.decode("ascii")
    assert "Jane" in run(home, "day", "+7d").stdout


@pytest.mark.parametrize(("term", "f3"), [("unknown", "\x1bOR"), ("putty-sco", "\x1b[O")])
def test_what_a_terminal_answers_late_is_no_key_and_its_letters_may_come_in_pieces(
    home: Path, term: str, f3: str
) -> None:
    with open_in(home, term=term) as terminal:
        calendar(terminal)
        terminal.feed("\x1b[?1;2c\x1b[?62;1;6c\x1bP1$r0m\x1b\\\x1b]11;rgb:0000/0000/0000\x07a")
        terminal.wait_for("Book")
        for byte in "jänł".encode():
            os.write(terminal.master, bytes([byte]))
            terminal.pump(0.05)
        terminal.wait_for("jänł")
        terminal.feed("\x1b")
        calendar(terminal)
        terminal.feed(f3)
        terminal.wait_for("Customers")
        terminal.feed("\x11")
        assert_left_cleanly(terminal, two_screens=term == "putty-sco")
        assert term != "unknown" or b"\x1b]" not in terminal.raw


def test_what_is_typed_before_it_has_opened_is_not_lost(home: Path) -> None:
    with open_in(home) as terminal:
        terminal.wait_for(lambda: ENTERED in terminal.raw)
        terminal.feed("ajane doe 7d 10:30\r")
        terminal.wait_for(BOOKED)
        terminal.feed("\x11")
        assert_left_cleanly(terminal)


@pytest.mark.walk
def test_keys_behind_the_last_one_are_dropped_quietly(home: Path) -> None:
    with open_in(home) as terminal:
        calendar(terminal)
        terminal.feed("\x11ajane doe 7d 10:30\r/doe\r")
        assert_left_cleanly(terminal)


@pytest.mark.walk
def test_the_demo_opens_and_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    with open_in(tmp_path / "home", "--demo", env={"XDG_RUNTIME_DIR": str(folder)}) as terminal:
        terminal.wait_for("appointments", 30)
        terminal.wait_for("Add")
        assert list(folder.glob("pim-tui-demo-*"))
        terminal.feed("\x11")
        assert_left_cleanly(terminal)
        assert_nothing_left(terminal)
    assert list(folder.iterdir()) == []


@pytest.mark.walk
def test_leaving_from_a_form_keeps_what_is_in_it(home: Path) -> None:
    with open_in(home) as terminal:
        typing(terminal)
        terminal.feed("\x11")
        assert_left_cleanly(terminal)
    assert_offered(home)


@pytest.mark.walk
@pytest.mark.parametrize("where", ["calendar", "form"])
def test_idle_it_sends_nothing(home: Path, where: str) -> None:
    with open_in(home) as terminal:
        (calendar if where == "calendar" else typing)(terminal)
        for_a_while(terminal, 1.0)
        sent = len(terminal.raw)
        for_a_while(terminal, 2.0)
        assert len(terminal.raw) == sent


@pytest.mark.walk
def test_a_storm_of_sizes_ends_on_the_right_picture(home: Path) -> None:
    with open_in(home) as terminal:
        typing(terminal)
        for n in range(150):
            terminal.resize(1 + n * 7 % 200, 1 + n * 5 % 70)
            terminal.pump(0)
        terminal.resize(100, 30)
        terminal.wait_for("─" * 98)  # the form is as wide as the terminal
        terminal.feed("oe")
        terminal.wait_for("jane doe")
        terminal.feed("\x1b")
        calendar(terminal)
        for_a_while(terminal, 0.5)
        used = terminal.cpu()
        for_a_while(terminal, 1.0)
        assert terminal.cpu() - used < 0.05
        terminal.feed("\x11")
        assert_left_cleanly(terminal)


# --- two desks ----------------------------------------------------------------------------------------


def seconds_until(terminal: PtyTerm, what: str) -> float:
    """How long it takes until ``what`` is on the screen, without a key."""
    since = time.monotonic()
    terminal.wait_for(what)
    return time.monotonic() - since


@pytest.mark.walk
def test_what_one_terminal_books_the_other_shows_within_two_seconds_and_keeps_what_is_typed(
    home: Path,
) -> None:
    with open_in(home) as mine, open_in(home) as theirs:
        for terminal in (mine, theirs):
            calendar(terminal)
        theirs.feed("2g+7d\r")
        mine.feed("g+7d\ra")
        mine.wait_for("Book")
        mine.feed("john ro")
        mine.wait_for("john ro")
        books(theirs, "Jane Doe", "10:30")
        took = [seconds_until(mine, "S◦ Jane Doe")]
        assert "john ro" in mine.text
        mine.feed("e 7d 9:30\r")
        mine.wait_for("Booked: John Roe")
        for clock in ("14:00", "15:00", "16:00"):  # the machine may be busy; what is too slow always is not
            books(theirs, "John Roe", clock)
            took.append(seconds_until(mine, f"Anna Berg booked John Roe, {in_a_week()} {clock}."))
            if min(took) < 2:
                break
        assert min(took) < 2
        for terminal in (mine, theirs):
            terminal.feed("\x11")
            assert_left_cleanly(terminal)
            assert_nothing_left(terminal)


def books(terminal: PtyTerm, name: str, clock: str) -> None:
    """Book by the quick line, and wait for the answer."""
    terminal.feed(f"a{name} 7d {clock}\r")
    terminal.wait_for(f"Booked: {name}")
    terminal.wait_for(f"{clock}-")


def in_a_week() -> str:
    """The clinic's day a week on, as the footer writes it."""
    day = today() + timedelta(days=7)
    return f"{day:%a} {day.day} {day:%b}"


# --- the end ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", some([signal.SIGHUP, signal.SIGTERM]))
@pytest.mark.walk
def test_a_signal_while_a_form_is_open(home: Path, number: signal.Signals) -> None:
    with open_in(home) as terminal:
        typing(terminal)
        terminal.kill(number)
        terminal.ends_within(LIMIT)
        assert_left_cleanly(terminal, 128 + number)
        assert_nothing_left(terminal)
    assert_offered(home)


@pytest.mark.walk
def test_killed_outright_at_most_a_second_is_lost(home: Path) -> None:
    with open_in(home) as terminal:
        typing(terminal)
        for_a_while(terminal, 0.9)
        terminal.kill(signal.SIGKILL)
        assert terminal.wait_exit() == -signal.SIGKILL
        assert_nothing_left(terminal)
    assert_offered(home)


def ignore_hangup() -> None:
    """As nohup and some parents do."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


@pytest.mark.walk
@pytest.mark.parametrize("before", some([None, ignore_hangup]), ids=["hang-up", "hang-up ignored"])
def test_the_terminal_vanishes_while_a_form_is_open(home: Path, before: Callable[[], None] | None) -> None:
    with open_in(home, before=before) as terminal:
        typing(terminal)
        terminal.vanish()
        assert terminal.ends_within(LIMIT) == 128 + signal.SIGHUP
        assert_nothing_left(terminal)
    assert_offered(home)


@pytest.mark.walk
@pytest.mark.parametrize(
    "number",
    [None, signal.SIGHUP, signal.SIGTERM],
    ids=["stalled", "stalled and hung up", "stalled and terminated"],
)
def test_the_terminal_stalls_while_a_form_is_open(home: Path, number: signal.Signals | None) -> None:
    """Nobody reads any more; repaints fill the line until the program hangs in writing."""
    with open_in(home) as terminal:
        typing(terminal)
        terminal.freeze()
        for n in range(100):  # more than the frames that Textual queues
            terminal.resize(120 + n % 50, 40)
            if select.select([terminal.ended], [], [], 0.03)[0]:
                break
        if number is not None:
            terminal.kill(number)
        terminal.ends_within(LIMIT)
        assert_nothing_left(terminal)
    assert_offered(home)


@pytest.mark.walk
def test_stopped_from_outside_it_goes_on_where_it_was(home: Path) -> None:
    with open_in(home) as terminal:
        typing(terminal)
        terminal.kill(signal.SIGSTOP)
        for_a_while(terminal, 3.0)
        terminal.feed("oe")
        terminal.kill(signal.SIGCONT)
        terminal.wait_for("jane doe")
        assert comes_to_rest(terminal)
        terminal.feed("\x11")
        assert_left_cleanly(terminal)


@pytest.mark.walk
def test_stopped_from_outside_and_its_terminal_gone_it_ends_when_it_goes_on(home: Path) -> None:
    with open_in(home) as terminal:
        typing(terminal)
        for_a_while(terminal, 0.9)
        terminal.kill(signal.SIGSTOP)
        terminal.vanish()
        terminal.kill(signal.SIGCONT)
        assert terminal.ends_within(LIMIT) == 128 + signal.SIGHUP
    assert_offered(home)


@pytest.mark.walk
def test_a_thousand_sizes_in_five_seconds_leave_it_alive_and_at_rest(home: Path) -> None:
    with open_in(home) as terminal:
        typing(terminal)
        for n in range(1_000):
            terminal.resize(1 + n * 37 % 240, 1 + n * 11 % 70)
            terminal.pump(0.005)
        terminal.resize(100, 30)
        terminal.wait_for("─" * 98)
        assert comes_to_rest(terminal)
        terminal.kill(signal.SIGTERM)
        assert_left_cleanly(terminal, 128 + signal.SIGTERM)
    assert_offered(home)


@pytest.mark.walk
@pytest.mark.parametrize("closed", ["</dev/null", "<&-"])
def test_without_a_keyboard_it_says_so_and_is_gone(home: Path, closed: str) -> None:
    command = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "pim_tui"]
    env = {**os.environ, **environment(home)}
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "The calendar needs a terminal." in done.stderr


# --- the disk and other programs ------------------------------------------------------------------------


@pytest.fixture
def disk(_made: Path, tmp_path: Path) -> Iterator[Path]:
    """The clinic on a small disk of its own."""
    point = tmp_path / "disk"
    point.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", point], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a disk may not be mounted here")
    shutil.copytree(_made, point / "home")
    yield point
    subprocess.run(["umount", "-l", point], check=True)


def fill(disk: Path) -> Path:
    """Leave no byte free."""
    file = disk / "filler"
    with suppress(OSError), open(file, "wb", buffering=0) as filler:
        while filler.write(b"x" * 4096):
            pass
    return file


@pytest.mark.walk
def test_a_full_disk_is_named_and_work_goes_on_without_a_new_start(disk: Path) -> None:
    home = disk / "home"
    with open_in(home, size=(120, 24)) as terminal:
        calendar(terminal)
        terminal.wait_for("has only")  # a disk of 16 MB is told at once
        filler = fill(disk)
        refused = "save again."  # The notice of the beginning may cover what stands before it.
        terminal.feed("a")
        terminal.wait_for("Book")
        for day in range(7, 40):  # what is left in the file itself is used up first
            terminal.feed(f"\x15jane doe {day}d 10:30 - {'long words ' * 20}\r")
            terminal.wait_for(lambda: BOOKED in terminal.text or refused in terminal.text)
            if refused in terminal.text:
                break
            terminal.feed("a")
        assert refused in terminal.text
        filler.unlink()
        terminal.feed("\r")
        terminal.wait_for(BOOKED)
        terminal.feed("\x11")
        assert_left_cleanly(terminal)
    assert run(home, "check").returncode == 0


@pytest.mark.walk
def test_a_full_disk_at_the_start_and_one_that_is_read_only_are_told_in_a_line(disk: Path) -> None:
    home = disk / "home"
    filler = fill(disk)
    done = attempt(home, "day")
    assert done.returncode == 0 or "disk" in done.stderr
    assert done.stderr.count("\n") <= 1
    filler.unlink()
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    done = attempt(home, "day")
    assert done.returncode == 1
    assert "cannot be written to" in done.stderr
    assert done.stderr.count("\n") == 1
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    assert attempt(home, "day").returncode == 0


def attempt(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command that may fail."""
    env = {**os.environ, **environment(home)}
    command = [sys.executable, "-m", "pim_tui", *arguments]
    return subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.walk
def test_another_program_that_holds_the_book_costs_a_refusal_and_no_word(home: Path) -> None:
    other = sqlite3.connect(home / "data" / "clinic.db", isolation_level=None)
    with open_in(home, size=(120, 24)) as terminal:
        calendar(terminal)
        other.execute("begin immediate")
        terminal.feed("a")
        terminal.wait_for("Book")
        terminal.feed("jane doe 7d 10:30\r")
        terminal.wait_for("Somebody else has been writing for too long; nothing was saved", 90)
        other.execute("rollback")
        terminal.wait_for("jane doe 7d 10:30")
        terminal.feed("\r")
        terminal.wait_for(BOOKED)
        terminal.feed("\x11")
        assert_left_cleanly(terminal)
    other.close()


@pytest.mark.walk
def test_a_newer_version_that_takes_over_the_book_is_told_and_nothing_typed_is_lost(home: Path) -> None:
    with open_in(home, size=(120, 24)) as terminal:
        typing(terminal)
        with closing(sqlite3.connect(home / "data" / "clinic.db")) as newer, newer:
            newer.execute("pragma user_version = 99")
            newer.execute("update clinic set name = name")
        terminal.wait_for("A newer version of pim-tui has taken over")
        terminal.feed("\x11")
        assert_left_cleanly(terminal)
    with closing(sqlite3.connect(home / "data" / "clinic.db")) as newer, newer:
        newer.execute(f"pragma user_version = {SCHEMA}")
    assert_offered(home)


# --- ssh ----------------------------------------------------------------------------------------------


@pytest.mark.walk
def test_a_lost_ssh_client_ends_the_session_and_the_draft_is_offered(home: Path, tmp_path: Path) -> None:
    number = tmp_path / "pid"
    remote = (
        f"echo $$ > {number}; cd {ROOT}; exec env PIM_HOME={home} LC_ALL=C.UTF-8 {sys.executable} -m pim_tui"
    )
    with (
        server(tmp_path / "sshd", "", {"desk": ""}) as sshd,
        PtyTerm(sshd.client("-tt", here(), remote)) as terminal,
    ):
        calendar(terminal)
        typing(terminal)
        process = int(number.read_text())
        program = os.pidfd_open(process)
        terminal.kill(signal.SIGKILL)
        ended = is_gone(program, Allowed(LIMIT, process))
        os.close(program)
        assert ended, "the program outlives its ssh connection"
    assert_offered(home)
