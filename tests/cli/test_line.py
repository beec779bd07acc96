"""``pim-tui line`` as it is started: over a pipe, on a real terminal, and by an SSH key."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pim_tui.cli.parser import parse
from pim_tui.errors import UsageError
from tests.cli.shell import ROOT, Shell
from tests.fences.test_imports import LATER
from tests.tui.ptyterm import PtyTerm


def environment(clinic: Shell, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIM_")}
    return {**kept, "PIM_HOME": str(clinic.home), "PYTHONPATH": str(ROOT), **more}


ARGV = (sys.executable, "-m", "pim_tui", "line")


def asks(terminal: PtyTerm) -> bool:
    """Whether all of a question is there: the last line is what stands before the answer. Ctrl+C throws away
    what the terminal has not shown yet."""
    return terminal.text.rstrip().splitlines()[-1:] == ["?"]


def test_a_terminal_is_asked_line_by_line_and_a_hang_up_keeps_the_question(clinic: Shell) -> None:
    """Nothing but text and line ends is written; Ctrl+C gives a question up; what was asked when the line
    breaks is offered to the next who reads, here over a pipe in ASCII whose end is the end."""
    with PtyTerm(ARGV, term="dumb", env=environment(clinic), size=(60, 24)) as terminal:
        terminal.wait_for("> ")
        terminal.feed("book\n")
        terminal.wait_for(lambda: asks(terminal))
        terminal.feed("\x03")
        terminal.wait_for("Nothing was booked.")
        terminal.feed(b"book #3 7d 6:07 - caf\xe9\n")
        terminal.wait_for(lambda: asks(terminal))
        terminal.kill(signal.SIGHUP)
        assert terminal.wait_exit() == 128 + signal.SIGHUP
        raw = bytes(terminal.raw)
        assert max(map(len, raw.decode(errors="replace").replace("\r", "").split("\n"))) < 60
        assert b"\x1b" not in raw
    piped = subprocess.run(
        ARGV, input=b"1\n\nwho", capture_output=True, check=False, cwd=ROOT, timeout=60,
        env=environment(clinic, LC_ALL="C", PIM_LINE_PAGE="30"),
    )  # fmt: skip
    assert (piped.returncode, piped.stderr) == (0, b"")
    said = piped.stdout.decode("ascii")
    assert "Not finished: book #3 7d 6:07 - cafe" in " ".join(said.split())
    assert "Nothing was booked." in said
    assert "Signed in from no terminal." in said


@pytest.mark.parametrize("line", ["--key anna line", "line --key anna", "session --line --key anna"])
def test_it_may_be_what_a_forced_command_gives(line: str) -> None:
    read = parse(line.split())
    assert read.key == "anna"
    assert read.run in ("line:line", "kiosk:session")
    with pytest.raises(UsageError):
        parse(["--key", "anna", "--demo", "line"])


@pytest.mark.walk
def test_it_loads_no_screen_and_nothing_else_that_is_slow(tmp_path: Path) -> None:
    code = (
        "import sys, pim_tui.line, pim_tui.cli.line\n"
        "from importlib import import_module\nfrom pkgutil import walk_packages\n"
        "for one in walk_packages(pim_tui.line.__path__, 'pim_tui.line.'): import_module(one.name)\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert (LATER - {"sqlite3"} | {"textual", "rich", "asyncio"}) & set(done.stdout.split()) == set()
