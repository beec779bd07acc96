"""How the command behaves in a shell: exit codes, imports, output that others read."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from pim_tui import cli
from pim_tui.cli.parser import parse
from pim_tui.cli.terminal import asked_for
from pim_tui.errors import UsageError
from tests.cli.shell import ROOT, Shell

SLOW = ("textual", "peewee", "rich", "fpdf", "arrow", "phonenumbers", "sqlite3", "pysqlite3")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("--version",),
        ("book", "--help"),
        ("boook",),
        ("import", "--help"),
        ("book",),
        ("--dmeo",),
        ("day", "--jsn"),
    ],
)
def test_help_and_wrong_usage_load_neither_textual_nor_the_database(
    shell: Shell, arguments: tuple[str, ...]
) -> None:
    done = shell.run(*arguments, options=("-X", "importtime"))
    loaded = {
        line.rpartition("|")[2].strip().partition(".")[0] for line in done.err.splitlines() if "|" in line
    }
    assert not loaded.intersection(SLOW)
    assert "pim_tui" in loaded


def test_wrong_usage_is_one_line_and_exit_code_2(shell: Shell) -> None:
    for arguments in (("boook",), ("book",), ("import",), ("demo", "--customers", "many", "--to", "x.db")):
        done = shell.run(*arguments)
        assert done.code == 2
        assert "--help" in done.complaint
    with pytest.raises(UsageError) as wrong:
        parse(["print", "close", "--day", "today"])
    assert wrong.value.hint == "Run pim-tui print close --help.", "the help of the command that was meant"


@pytest.mark.walk
def test_a_command_answers_as_it_does_in_a_python_of_its_own(clinic: Shell) -> None:
    """Most commands of these tests find the program's modules read: that must make no difference."""
    for arguments in (("--help",), ("boook",), ("find", "doe", "--json"), ("find", "nobody"), ("check",), ()):
        assert clinic.run(*arguments) == clinic.run(*arguments, options=("-B",)), arguments


def test_without_a_terminal_the_calendar_is_wrong_usage(clinic: Shell) -> None:
    for arguments in ((), ("--demo",)):
        done = clinic.run(*arguments)
        assert done.code == 2
        assert "needs a terminal" in done.complaint


def test_version_and_help_go_to_stdout(shell: Shell) -> None:
    assert shell.run("--version").out.startswith("pim-tui ")
    shown = shell.run("--help")
    assert (shown.code, shown.err) == (0, "")
    for command in ("init", "import", "book", "find", "day", "print", "migrate", "check", "demo"):
        assert f"\n    {command} " in shown.out


def test_a_reader_who_has_enough_is_no_error(clinic: Shell) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.Popen(
        [sys.executable, "-m", "pim_tui", "day"],
        stdout=writer,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PIM_HOME": str(clinic.home)},
    )
    os.close(writer)
    _, complaint = process.communicate(timeout=60)
    assert (process.returncode, complaint) == (0, b"")


def test_a_full_disk_behind_stdout_is_one_line(clinic: Shell) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "pim_tui", "day"], stdout=full, stderr=subprocess.PIPE, cwd=ROOT,
            env={**os.environ, "PIM_HOME": str(clinic.home)}, check=False, timeout=60,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith(b"pim-tui: ")
    assert done.stderr.count(b"\n") == 1


def test_hostile_names_reach_no_terminal(clinic: Shell) -> None:
    # Past the models, which would have cleaned it: as a damaged or foreign file might bring it.
    hostile = "\x1b]52;c;aGk=\x07\x1b[2J\x9b2J\u202e[@click=app.quit]"
    with closing(sqlite3.connect(clinic.book)) as db, db:
        db.execute("update customer set first_name = ?, version = version + 1 where id = 1", [hostile])
        db.execute("update appointment set reason = ?, version = version + 1 where id = 1", [hostile])
        day = db.execute("select day from appointment where id = 1").fetchone()[0]
    for arguments in (("find", "doe"), ("find", "doe", "--json"), ("day", day), ("day", day, "--json")):
        done = clinic.run(*arguments)
        assert done.code == 0
        assert "click" in done.out
        assert not {"\x1b", "\x07", "\x9b", "\u202e"}.intersection(done.out)


@pytest.mark.walk
def test_an_output_that_is_not_utf8_gets_letters_without_accents(clinic: Shell) -> None:
    with closing(sqlite3.connect(clinic.book)) as db, db:
        db.execute("update customer set first_name = 'Zoë Ł 王', version = version + 1 where id = 1")
    for env in ({"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONIOENCODING": ""}):
        done = clinic.run("find", "doe", **env)
        assert done.code == 0
        assert "Doe, Zoe L ??" in done.out, "a wide character keeps its two cells"


def test_an_argument_that_is_not_utf8_is_harmless(clinic: Shell) -> None:
    done = clinic.run("find", os.fsdecode(b"caf\xe9"))
    assert done.code == 1
    assert "Nobody is found" in done.complaint


def test_ctrl_c_ends_without_a_traceback(shell: Shell) -> None:
    large = ["demo", "--customers", "90000", "--appointments", "0", "--to", str(shell.home / "large.db")]
    process = subprocess.Popen(
        [sys.executable, "-m", "pim_tui", *large],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PIM_HOME": str(shell.home)},
        # A job in the background is started with this signal ignored, and so are its children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    # At work once the book is being written; before that it is Python that starts.
    while not list(shell.home.glob(".large.db.*.new")):
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.05)
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=60)
    assert (process.returncode, complaint) == (130, b"pim-tui: stopped.\n")
    assert not list(shell.home.glob("*"))


def test_ctrl_c_while_a_class_is_made_is_no_fault_of_the_program(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Stopped:
        def __set_name__(self, owner: object, name: str) -> None:
            raise KeyboardInterrupt

    def loads(name: str, package: str) -> object:
        return type("Loading", (), {"attribute": Stopped()})

    monkeypatch.setenv("PIM_HOME", str(shell.home))
    monkeypatch.setattr(cli, "import_module", loads)
    assert cli.main([]) == cli.STOPPED
    assert "stopped" in capsys.readouterr().err
    assert not list(shell.home.glob("**/crash*"))


@pytest.mark.parametrize(
    ("env", "encoding"),
    [
        ({"LC_ALL": "C"}, "ascii"),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "ascii"),  # what Python makes of LANG=C
        ({"LANG": "de_DE.ISO-8859-1", "LC_CTYPE": "C.UTF-8"}, "iso8859-1"),
        ({"LANG": "C", "LC_CTYPE": "de_DE.UTF-8"}, "utf-8"),
        ({"LANG": "en_US.UTF-8"}, "utf-8"),
        ({"LANG": "en_US"}, None),
        ({"LANG": "xx.no-such-thing"}, None),
        ({"LC_CTYPE": "C.UTF-8"}, "utf-8"),
        ({"LC_ALL": "C", "PYTHONIOENCODING": "utf-8"}, None),
        ({}, None),
    ],
)
def test_the_locale_that_is_named_says_what_is_written(env: dict[str, str], encoding: str | None) -> None:
    assert asked_for(env) == encoding
