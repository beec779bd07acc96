"""Through a real SSH server, by the README's own configuration: the screens, and no way out of them.

Every way out that is tried stands here. The tunnel has its control: without ``DisableForwarding`` it opens.
"""

from __future__ import annotations

import os
import re
import select
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.morning import MORNING
from tests.peers.present import program
from tests.readme.pages import blocks
from tests.safety.sshserver import Server, answered, here, server
from tests.safety.terminals import at_work
from tests.safety.test_real_terminal import OFFER, ROOT, for_a_while, run, typing
from tests.tui.ptyterm import PtyTerm

pytestmark = [pytest.mark.peer, pytest.mark.sqlite]

NOTHING_ELSE = "This account opens the appointment book and carries out nothing else."
GONE = 10.0
SENT = (
    "PIM_HOME", "PIM_DATABASE", "PIM_CLINIC_NAME", "EDITOR", "VISUAL", "PAGER", "BROWSER", "PYTHONPATH",
    "PYTHONSTARTUP", "PYTHONINSPECT", "TEXTUAL_LOG", "COLUMNS", "LINES",
)  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clinic with one customer."""
    made = tmp_path_factory.mktemp("kiosk")
    run(made, "init", "--clinic", "Harbour Clinic", "--zone", MORNING, "--name", "Anna Berg")
    people = made / "people.csv"
    people.write_text("First Name,Last Name\nJane,Doe\n")
    run(made, "import", "customers", str(people))
    with closing(sqlite3.connect(made / "data" / "clinic.db")) as db, db:
        db.execute("delete from working_hours")
    return made


def forced(home: Path, *more: str) -> str:
    """The options of a key, as the README has them, for the program and the files of this test."""
    (line,) = blocks("text pim_keys")
    options, _, _ = line.partition(" ssh-ed25519 ")
    assert " --key anna" in options
    own = f" {' '.join(('--home', str(home), *more))}"
    return options.replace("/opt/pim/bin/python3", sys.executable).replace(" --key anna", own)


def config() -> str:
    """The README's configuration, for the account that runs this and keys of its own; impatient."""
    (text,) = blocks("text sshd_config")
    mine = text.replace("/etc/ssh/pim_keys", "%KEYS%").replace("User pim", f"User {here().partition('@')[0]}")
    return mine.replace("Interval 15", "Interval 1").replace("CountMax 3", "CountMax 2")


@pytest.fixture(scope="module")
def desk(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server of the clinic. It is told to take what a client should not decide: the program must not."""
    for one in ("sshd", "ssh", "scp", "sftp", "ssh-keygen"):
        program(one)
    folder = tmp_path_factory.mktemp("sshd")
    open_door = (
        "AcceptEnv LANG LC_* NO_COLOR PIM_* EDITOR VISUAL PAGER BROWSER PYTHON* TEXTUAL* COLUMNS LINES\n"
    )
    text = config().replace("%KEYS%", str(folder / "authorized_keys"))
    keys = {"desk": forced(home), "anna": forced(home, "--key", "anna"), "line": forced(home, "--line")}
    with server(folder, open_door + text, keys) as running:
        yield running


def journal(home: Path) -> list[str]:
    """What was refused at the door, the newest first."""
    with closing(sqlite3.connect(home / "data" / "clinic.db")) as db, db:
        rows = db.execute("select reason from journal where action = 'refused' order by seq desc").fetchall()
    return [row[0] for row in rows]


def sessions(home: Path) -> list[int]:
    """The processes of this clinic's sessions."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            line = (folder / "cmdline").read_bytes().split(b"\0") if folder.name.isdecimal() else []
        except OSError:
            continue
        if b"pim_tui" in line and str(home).encode() in line:
            found.append(int(folder.name))
    return found


def children(process: int) -> list[str]:
    """What a process has started."""
    files = Path(f"/proc/{process}/task").glob("*/children")
    return [number for file in files for number in file.read_text().split()]


def gone(home: Path, within: float = GONE) -> bool:
    """Wait until no session is left; whether that came about."""
    ends = time.monotonic() + within
    for process in sessions(home):
        try:
            handle = os.pidfd_open(process)
        except ProcessLookupError:
            continue
        ended = select.select([handle], [], [], max(0.0, ends - time.monotonic()))[0]
        os.close(handle)
        if not ended:
            return False
    return True


def opens(terminal: PtyTerm) -> None:
    """Wait for the day."""
    terminal.wait_for("Harbour Clinic", 40)
    terminal.wait_for("Add")


def closes(terminal: PtyTerm, *behind: int) -> None:
    """Leave every dialog, once what was typed has been worked through, by the processes ``behind`` it too: on
    a busy machine they are silent, too, while they wait for the processor."""
    for _ in range(150):
        for_a_while(terminal, 0.4)
        while any(map(at_work, behind)):
            for_a_while(terminal, 0.1)
        if "a Add F1 Help" in terminal.text:
            return
        terminal.feed("\x1b")
    raise AssertionError(terminal.text)


def leaves(terminal: PtyTerm) -> None:
    """Close what is open, and go."""
    closes(terminal)
    terminal.feed("\x11")
    assert terminal.wait_exit() == 0


# --- other than the screens -----------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["ls -la /", "sh", "pim-tui export customers --to -", "", "\x1b]0;x\x07"])
def test_a_command_is_refused_and_told(desk: Server, home: Path, asked: str) -> None:
    done = desk.call(*filter(None, [asked]), key="anna")
    if asked:
        assert (done.returncode, done.stdout) == (1, "")
        assert NOTHING_ELSE in done.stderr
    else:
        assert (done.returncode, done.stdout) == (2, "")
        assert "needs a terminal" in done.stderr
    assert done.stderr.count("\n") == 1
    told = journal(home)[0]
    assert told.startswith("ssh key anna asked for: ")
    assert "\x1b" not in told


def test_a_command_with_a_terminal_is_refused_as_well(desk: Server) -> None:
    with PtyTerm(desk.client("-tt", here(), "/bin/sh", "-i")) as terminal:
        assert terminal.wait_exit() == 1
    assert NOTHING_ELSE in " ".join(terminal.text.split())


@pytest.mark.parametrize("legacy", [(), ("-O",)])
def test_no_file_is_copied_in_or_out(desk: Server, tmp_path: Path, legacy: tuple[str, ...]) -> None:
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    mine.write_text("x")
    there = f"{here()}:{theirs}"
    assert answered(desk.client(*legacy, str(mine), there, program="scp")).returncode != 0
    assert (
        answered(desk.client(*legacy, f"{here()}:/etc/passwd", str(tmp_path), program="scp")).returncode != 0
    )
    assert sorted(tmp_path.iterdir()) == [mine]


def test_there_is_no_sftp(desk: Server, home: Path) -> None:
    assert answered(desk.client(here(), program="sftp")).returncode != 0
    assert "asked for: internal-sftp" in journal(home)[0]


def greeted(through: Server, before: tuple[str, ...] = ()) -> bytes:
    """What comes through a tunnel to a server that greets, on this machine."""
    with (
        socket.create_server(("127.0.0.1", 0)) as inside,
        TemporaryDirectory() as folder,
        ExitStack() as after,
    ):
        ours = f"{folder}/ours"
        after.callback(inside.shutdown, socket.SHUT_RDWR)  # Nobody need be greeted any more.

        def greet() -> None:
            with suppress(OSError):
                met, _ = inside.accept()
                with met:
                    met.sendall(b"patients")

        greeting = threading.Thread(target=greet, daemon=True)
        greeting.start()
        line = through.client("-N", *before, "-L", f"{ours}:127.0.0.1:{inside.getsockname()[1]}", here())
        client = subprocess.Popen(line, stderr=subprocess.DEVNULL)
        after.callback(client.wait)
        after.callback(client.kill)
        ends = time.monotonic() + 60
        while time.monotonic() < ends and client.poll() is None:
            with suppress(FileNotFoundError, ConnectionError), socket.socket(socket.AF_UNIX) as outside:
                outside.connect(ours)
                outside.settimeout(60)
                return outside.recv(100)
            select.select([], [], [], 0.05)
    return b""


def test_no_tunnel_leads_inside_and_without_the_configuration_one_does(
    desk: Server, home: Path, tmp_path: Path
) -> None:
    assert greeted(desk) == b""
    with server(tmp_path / "open", "", {"desk": forced(home).replace("restrict,pty,", "")}) as open_:
        assert greeted(open_) == b"patients"
    with server(tmp_path / "closed", "DisableForwarding yes\n", {"desk": ""}) as closed:
        assert greeted(closed) == b""


def test_nothing_listens_for_the_client_and_no_agent_or_display_comes_along(desk: Server, home: Path) -> None:
    backwards = ("-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:9")
    assert answered(desk.client("-tt", *backwards, here())).returncode == 255
    agent = dict(
        line.partition(";")[0].split("=")
        for line in answered(["ssh-agent", "-s"]).stdout.splitlines()
        if "=" in line
    )
    try:
        with desk.terminal("-A", "-X", **agent, DISPLAY=":9") as terminal:
            opens(terminal)
            (process,) = sessions(home)
            given = Path(f"/proc/{process}/environ").read_bytes()
            assert b"SSH_AUTH_SOCK" not in given
            assert b"DISPLAY" not in given
            leaves(terminal)
    finally:
        os.kill(int(agent["SSH_AGENT_PID"]), signal.SIGTERM)


def test_what_the_client_sends_along_decides_nothing(desk: Server, home: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    (tmp_path / "pim_tui").mkdir()
    (tmp_path / "pim_tui" / "__init__.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    sent = {
        "PIM_HOME": str(tmp_path), "PIM_DATABASE": str(tmp_path / "x.db"), "PIM_CLINIC_NAME": "Elsewhere",
        "EDITOR": "sh", "VISUAL": "sh", "PAGER": "sh", "BROWSER": "sh", "PYTHONPATH": str(tmp_path),
        "PYTHONSTARTUP": str(tmp_path / "sitecustomize.py"), "PYTHONINSPECT": "1",
        "TEXTUAL_LOG": str(tmp_path / "log"), "COLUMNS": "1", "LINES": "1", "LC_ALL": "C; sh",
    }  # fmt: skip
    assert set(sent) <= {*SENT, "LC_ALL"}
    options = [part for name in sent for part in ("-o", f"SendEnv={name}")]
    with desk.terminal(*options, **sent, TERM="xterm-256color") as terminal:
        opens(terminal)
        assert "Elsewhere" not in terminal.text
        (process,) = sessions(home)
        assert "Umask:\t0077" in Path(f"/proc/{process}/status").read_text()
        limits = Path(f"/proc/{process}/limits").read_text()
        assert re.search(r"Max core file size +0 ", limits)
        leaves(terminal)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["pim_tui", "sitecustomize.py"]


# --- from inside the screens ------------------------------------------------------------------------------

TYPED = ("!touch {}", ":!touch {}", ";touch {}", "$(touch {})", "`touch {}`", "| touch {}", "\x1b!touch {}")


def test_whoever_stops_it_before_the_screen_has_come_is_out_of_the_door(desk: Server, home: Path) -> None:
    with desk.terminal() as terminal:
        terminal.wait_for(lambda: bool(sessions(home)), 40)
        terminal.feed("\x1a\x1c\x03\x1a")
        terminal.wait_for(lambda: terminal.process.poll() is not None or "Add" in terminal.text, 40)
        terminal.feed("\x11")
        terminal.wait_exit()
    assert gone(home)


def test_no_key_and_no_field_leads_out(desk: Server, home: Path, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    with desk.terminal() as terminal:
        opens(terminal)
        (process,) = sessions(home)
        terminal.feed("\x1a\x03\x1a")
        for_a_while(terminal, 0.5)
        terminal.feed("\x1b")
        for opener, text in zip(cycle(("a", "/", "A", "\x10", "F")), TYPED, strict=False):
            closes(terminal, process)
            terminal.feed(f"{opener}{text.format(mark)}\r")
        closes(terminal, process)
        terminal.feed("\x1b]l!touch /x\x1b\\\x1b[?1;2c\x1b[21t\x1bP1$r0m\x1b\\")
        terminal.resize(132, 43)
        for_a_while(terminal, 0.7)
        assert children(process) == []
        closes(terminal, process)
        for word in ("shell", "screenshot", "suspend", "editor", "theme", "devtools"):
            terminal.feed("\x10")
            terminal.wait_for("Command: part")
            terminal.feed(word)
            terminal.wait_for(word)
            for_a_while(terminal, 0.2)
            offered = [line for line in terminal.text.splitlines() if word in line.lower()]
            assert len(offered) == 1, terminal.text  # what was typed, and nothing of that name
            terminal.feed("\x1b")
            terminal.wait_for(lambda name=word: name not in terminal.text)
        assert sessions(home) == [process]
        # Of what a program can ask a terminal, its title comes back as if it were typed.
        assert b"\x1b[21t" not in terminal.raw
        assert b"\x1b]52;c;?" not in terminal.raw
        leaves(terminal)
    assert not mark.exists()


# --- the line ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "frozen"])
def test_a_client_that_is_lost_in_a_booking_is_back_in_with_the_draft(
    desk: Server, home: Path, how: signal.Signals
) -> None:
    with desk.terminal() as terminal:
        opens(terminal)
        typing(terminal)
        for_a_while(terminal, 1.0)
        terminal.kill(how)
        assert gone(home, 20), "the program outlives its client"
    with desk.terminal() as terminal:
        terminal.wait_for(OFFER, 40)
        terminal.feed("\r")
        terminal.wait_for("New appointment")
        terminal.wait_for("jane d")
        leaves(terminal)


def test_a_key_comes_to_the_host_where_one_runs(desk: Server, home: Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PIM_")}
    command = [sys.executable, "-m", "pim_tui", "host"]
    how = {"env": {**env, "PIM_HOME": str(home)}, "cwd": ROOT, "check": True, "timeout": 60}
    subprocess.run(command, **how)  # type: ignore[call-overload]
    try:
        with desk.terminal() as terminal:
            opens(terminal)
            for client in sessions(home):
                assert b"python" not in Path(f"/proc/{client}/maps").read_bytes()
            typing(terminal)
            for_a_while(terminal, 1.0)
            terminal.kill(signal.SIGKILL)
            assert gone(home)
        with desk.terminal() as terminal:
            terminal.wait_for(OFFER, 40)
            terminal.feed("\r")
            terminal.wait_for("jane d")
            leaves(terminal)
    finally:
        subprocess.run([*command, "--stop"], **how)  # type: ignore[call-overload]


def test_a_key_may_open_the_line_mode_which_asks_again_when_its_client_is_back(
    desk: Server, home: Path
) -> None:
    assert NOTHING_ELSE in " ".join(desk.call("ls", key="line").stderr.split())
    with desk.terminal(key="line") as terminal:
        terminal.wait_for("Harbour Clinic", 40)
        terminal.feed("book jane doe tomorrow 10:30\n")
        terminal.wait_for("Answer yes or no")
        terminal.kill(signal.SIGKILL)
        assert gone(home, 20), "the program outlives its client"
    with desk.terminal(key="line") as terminal:
        terminal.wait_for("Go on with it", 40)
        terminal.feed("2\nquit\n")
        terminal.wait_for("Good-bye.")
        assert terminal.wait_exit() == 0


def test_twenty_come_in_at_once(desk: Server, home: Path, tmp_path: Path) -> None:
    with ExitStack() as all_, ThreadPoolExecutor(20) as readers:
        desks = [all_.enter_context(desk.terminal()) for _ in range(20)]
        for waiting in [readers.submit(one.wait_for, "Harbour Clinic", 100) for one in desks]:
            waiting.result()
        assert len(sessions(home)) == 20
    assert gone(home)
    # The control: with a server that takes one at a time, some are turned away.
    few = server(tmp_path / "few", "MaxStartups 1:100:1\n", {"desk": forced(home)})
    with few as slow, ThreadPoolExecutor(20) as callers:
        codes = [one.returncode for one in callers.map(lambda _: slow.call("ls"), range(20))]
    assert 255 in codes
    assert 1 in codes
