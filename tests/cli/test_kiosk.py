"""The forced command: nothing but the screens, whatever the client asks for or sends along."""

from __future__ import annotations

import os
import pwd
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pim_tui.cli.kiosk import reduced
from pim_tui.host.sentalong import TERMINALS
from tests.cli.shell import Shell

pytestmark = pytest.mark.sqlite

ME = pwd.getpwuid(os.geteuid()).pw_name
ASKED = ("scp -t /etc", "/usr/lib/openssh/sftp-server", "\x1b]0;x\x07\u202e")


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    made = Shell(tmp_path_factory.mktemp("kiosk") / "home")
    assert made.run("init", "--zone", "UTC", "--clinic", "Quay", "--name", "Ann").code == 0
    return made


def lines(clinic: Shell) -> list[tuple[int | None, str]]:
    with closing(sqlite3.connect(clinic.book)) as db, db:
        return db.execute("select staff_id, reason from journal where action = 'refused'").fetchall()


@pytest.mark.parametrize("asked", ASKED)
def test_a_command_is_refused_in_one_line_and_stands_in_the_journal(clinic: Shell, asked: str) -> None:
    before = len(lines(clinic))
    for key, staff in ((ME, 1), ("nobody-here", None)):
        sent = {"SSH_ORIGINAL_COMMAND": asked, "PIM_DATABASE": "elsewhere.db", "PIM_CLINIC_NAME": "Elsewhere"}
        done = clinic.run("session", "--key", key, "--home", str(clinic.home), **sent)
        assert (done.code, done.out) == (1, "")
        assert "carries out nothing else" in done.complaint
        who, says = lines(clinic)[-1]
        assert who == staff
        assert says.startswith(f"ssh key {key} asked for: ")
        assert says.isprintable()
    assert len(lines(clinic)) == before + 2


def test_without_a_terminal_there_is_nothing(clinic: Shell) -> None:
    done = clinic.run("session", "--sudo", "--home", str(clinic.home), SUDO_USER=ME)
    assert (done.code, done.out) == (2, "")
    assert "needs a terminal" in done.complaint
    assert lines(clinic)[-1] == (1, f"ssh key {ME} asked for: a session without a terminal")


def test_a_command_is_refused_also_where_there_is_no_book_to_tell(tmp_path: Path) -> None:
    done = Shell(tmp_path).run("session", "--home", str(tmp_path / "none"), SSH_ORIGINAL_COMMAND="ls")
    assert done.code == 1
    assert "carries out nothing else" in done.complaint
    assert not (tmp_path / "none").exists()


def test_of_what_is_sent_along_only_what_is_known_is_kept() -> None:
    me = pwd.getpwuid(os.geteuid())
    own = {"HOME": me.pw_dir, "USER": me.pw_name, "LOGNAME": me.pw_name, "PATH": "/usr/bin:/bin"}
    kept = {"LC_ALL": "de_DE.UTF-8", "NO_COLOR": "1", "SSH_CONNECTION": "192.0.2.7 5022 192.0.2.8 22"}
    decides = """PIM_HOME EDITOR PAGER BROWSER PYTHONPATH LD_PRELOAD LD_LIBRARY_PATH COLUMNS LINES
    XDG_DATA_HOME TEXTUAL_LOG SSH_AUTH_SOCK DISPLAY TMUX TZ IFS ENV BASH_ENV
    CREDENTIALS_DIRECTORY HOME USER PATH"""
    dropped = dict.fromkeys(decides.split(), "/x") | {"LANG": "C;sh", "SSH_TTY": "/dev/../etc/passwd"}
    assert reduced({**dropped, **kept, "TERM": "xterm-kitty"}) == own | kept | {"TERM": "xterm-kitty"}
    assert reduced({}) == own | {"LANG": "C.UTF-8", "TERM": "vt100"}
    for odd in ("linux; reboot", "../../etc", "", "xterm\n", "\x1b[21t"):
        assert odd not in TERMINALS
        assert reduced({"TERM": odd})["TERM"] == "vt100"
