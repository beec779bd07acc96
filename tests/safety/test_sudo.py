"""Where each person has an account of the machine: the README's second configuration, with a real ``sudo``.

The accounts are there for the server alone, see :mod:`.machine`. Berta is of the group; Carl is not, and is
the control: he gets a shell, and from it neither to the book nor to the program's account.
"""

from __future__ import annotations

import os
import re
import select
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from tests.morning import MORNING
from tests.peers.present import program
from tests.readme.pages import blocks, words
from tests.safety.machine import OURS, machine
from tests.safety.sshserver import Server, answered, server
from tests.safety.test_real_terminal import OFFER, run, typing
from tests.tui.ptyterm import PtyTerm

pytestmark = [pytest.mark.peer, pytest.mark.sqlite, pytest.mark.timeout(120)]

ACCOUNTS = {"pim-service": 64_801, "berta": 64_802, "carl": 64_803}
PIN = "demo-pin"
HERE = "@127.0.0.1"


def named(text: str) -> str:
    """Words of the README with this test's accounts, Python and files."""
    ours = {"pim-staff": "pim-people", "(pim)": "(pim-service)", "-u pim ": "-u pim-service "}
    for theirs, mine in (ours | {"/opt/pim/bin/python3": sys.executable}).items():
        text = text.replace(theirs, mine)
    return text.replace("session --sudo", f"session --sudo --home {OURS}/home")


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that every account gets into."""
    made = Path(tempfile.mkdtemp(prefix="pim-tui-accounts-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def home(folder: Path) -> Path:
    """A clinic of the program's account, in which Berta has a PIN."""
    from argon2 import PasswordHasher

    made = folder / "lent" / "home"
    made.mkdir(parents=True)
    run(made, "init", "--clinic", "Harbour Clinic", "--zone", MORNING, "--name", "Berta Roe")
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PIN)
    with closing(sqlite3.connect(made / "data" / "clinic.db")) as db, db:
        db.execute("delete from working_hours")
        db.execute("update staff set login = 'berta', version = version + 1")
        db.execute(
            "insert into staff_pin (staff_id, hash, set_at, failures, wait_until, given)"
            " values (1, ?, 0, 0, 0, 0)",
            (cheap,),
        )
    for one in (made, *made.rglob("*")):
        os.chown(one, ACCOUNTS["pim-service"], ACCOUNTS["pim-service"])
        one.chmod(0o700 if one.is_dir() else 0o600)
    return made


@pytest.fixture(scope="module")
def door(folder: Path, home: Path) -> Iterator[Server]:
    """The server, as the README sets it up."""
    for one in ("sshd", "ssh", "scp", "ssh-keygen", "sudo", "unshare"):
        program(one)
    if subprocess.run(["unshare", "-m", "true"], check=False, capture_output=True).returncode:
        pytest.skip("there is no machine of its own to be had here")
    (accounts,) = blocks("text sshd_config accounts")
    (rule,) = re.findall(r"one line of `sudoers`: `(.+?)`", words())
    impatient = named(accounts).replace("Interval 15", "Interval 1").replace("CountMax 3", "CountMax 2")
    inside = machine(folder, ACCOUNTS, {"pim-people": "berta"}, named(rule))
    with server(folder / "sshd", impatient, {"desk": ""}, inside) as running:
        yield replace(running, account=f"berta{HERE}")


def processes(home: str = str(OURS)) -> list[int]:
    """The sessions of the program."""
    found = []
    for one in Path("/proc").iterdir():
        with suppress(OSError):
            line = (one / "cmdline").read_bytes().split(b"\0") if one.name.isdecimal() else []
            # Before it stands sudo, with the same words.
            if b"pim_tui" in line and f"{home}/home".encode() in line and b"sudo" not in line[0]:
                found.append(int(one.name))
    return found


def comes_in(terminal: PtyTerm) -> None:
    """Type the PIN that is asked for."""
    terminal.wait_for("PIN", 40)
    terminal.feed(f"{PIN}\r")
    terminal.wait_for("Harbour Clinic · Berta Roe", 40)


def test_somebody_comes_in_as_themselves_and_works_as_the_programs_account(door: Server, home: Path) -> None:
    with door.terminal() as terminal:
        comes_in(terminal)
        (process,) = [one for one in processes() if Path(f"/proc/{one}").stat().st_uid == 64_801]
        assert process
        terminal.feed("\x11")
        assert terminal.wait_exit() == 0
    with closing(sqlite3.connect(home / "data" / "clinic.db")) as db, db:
        rows = db.execute("select staff_id, ended_why from desk_session").fetchall()
    assert rows == [(1, "left")]


@pytest.mark.parametrize("asked", ["sudo -n -u pim-service id", ""])
def test_whatever_is_asked_for_there_is_nothing_but_the_book(door: Server, asked: str) -> None:
    done = door.call(*filter(None, [asked]))
    assert (done.returncode, done.stdout) == (2, "")
    assert "needs a terminal" in done.stderr
    with PtyTerm(door.client("-tt", door.account, *filter(None, [asked]))) as terminal:
        comes_in(terminal)
        terminal.feed("\x11")
        terminal.wait_exit()


def test_no_file_is_copied_and_no_tunnel_opened(door: Server, tmp_path: Path) -> None:
    there = f"{door.account}:{OURS}/home/data/clinic.db"
    assert answered(door.client("-O", there, str(tmp_path), program="scp")).returncode != 0
    assert answered(door.client(there, str(tmp_path), program="scp")).returncode != 0
    assert list(tmp_path.iterdir()) == []


def test_whoever_is_not_of_the_group_gets_neither_to_the_book_nor_to_its_account(door: Server) -> None:
    carl = replace(door, account=f"carl{HERE}")
    assert carl.call("id", "-un").stdout == "carl\n"
    assert carl.call("cat", f"{OURS}/home/data/clinic.db").returncode != 0
    refused = carl.call("sudo", "-n", "-u", "pim-service", "id")
    assert (refused.returncode, refused.stdout) == (1, "")


def test_when_the_line_breaks_the_session_ends_and_the_draft_is_offered(door: Server) -> None:
    with door.terminal() as terminal:
        comes_in(terminal)
        typing(terminal)
        left = processes()
        terminal.process.kill()
        assert gone(left)
    with door.terminal() as terminal:
        terminal.wait_for("PIN", 40)
        terminal.feed(f"{PIN}\r")
        terminal.wait_for(OFFER, 40)
        terminal.feed("\x11")
        terminal.wait_exit()


def gone(left: list[int], within: float = 10.0) -> bool:
    """Wait until none of them is left."""
    ends = time.monotonic() + within
    for process in left:
        with suppress(ProcessLookupError):
            handle = os.pidfd_open(process)
            ended = select.select([handle], [], [], max(0.0, ends - time.monotonic()))[0]
            os.close(handle)
            if not ended:
                return False
    return True
