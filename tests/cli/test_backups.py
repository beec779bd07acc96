"""``pim-tui backup``, ``drill`` and ``restore`` as a shell starts them."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from pim_tui.cli import _file_problem
from pim_tui.cli.clinic import HEADS, _what_to_do
from pim_tui.queries.checks import Finding
from tests.cli.shell import Shell
from tests.readme.pages import block


def count(book: Path) -> int:
    """Customers in a book that nobody has open."""
    with closing(sqlite3.connect(f"{book.as_uri()}?mode=ro&immutable=1", uri=True)) as db, db:
        return int(db.execute("select count(*) from customer").fetchone()[0])


@pytest.mark.parametrize(
    "name",
    ["/mnt/backups/.clinic-20261127-100000.part", "/mnt/backups/.pim-copies-x1/book.db", "/mnt/backups"],
)
def test_a_disk_that_is_mounted_for_reading_is_told_by_the_folder_that_a_person_knows(name: str) -> None:
    told = str(_file_problem(OSError(errno.EROFS, "Read-only file system", name)))
    assert told.startswith("/mnt/backups: Read-only file system. Name a folder that can be written to")


def test_check_says_what_to_do_about_what_it_found() -> None:
    def told(*codes: str) -> str:
        return _what_to_do([Finding(code, "file", None, "is wrong") for code in codes])

    assert _what_to_do([Finding("C40", HEADS, None, "is no head")]).startswith("The book is whole")
    assert told("C02") == "What to do stands behind each."
    assert "restore FILE --to FOLDER" in told("C13", "C02")
    assert told("C13", "C38").startswith("Let nobody work in the book")


@pytest.mark.walk
def test_a_book_is_backed_up_tried_lost_and_had_again(clinic: Shell) -> None:
    key = clinic.home / "key"
    made = clinic.run("backup", "--make-key", str(key))
    public = made.out.split('"')[1]
    assert key.stat().st_mode & 0o777 == 0o600
    again = clinic.run("backup", "--make-key", str(key))
    assert (again.code, "no key is ever written over" in again.complaint) == (1, True)

    taken = clinic.run("backup", "--json", PIM_BACKUP_RECIPIENTS=public)
    told = json.loads(taken.out)
    assert (taken.code, told["ok"], told["verified"], told["faults"]) == (0, True, True, [])
    status = json.loads(clinic.run("backup", "--status", "--json").out)
    assert (status["ok"], status["good"], status["last"]["file"]) == (True, 1, told["file"])
    tried = clinic.run("drill", "--json", "--identity", f"file:{key}")
    assert (tried.code, json.loads(tried.out)["differences"]) == (0, [])

    there = count(clinic.book)
    clinic.book.write_bytes(b"all gone")
    back = clinic.run("restore", told["file"], "--identity", f"file:{key}")
    assert (back.code, "cannot be opened" in back.complaint) == (0, True)
    assert count(clinic.book) == there == 50
    (before,) = clinic.book.parent.glob("clinic.before-*.db")
    assert before.read_bytes() == b"all gone"
    assert clinic.run("restore", "--go-on").out == "No restore broke off there.\n"


def test_an_older_backup_that_goes_is_told(clinic: Shell) -> None:
    first = Path(json.loads(clinic.run("backup", "--json").out)["file"])
    older = first.rename(first.with_name(first.name[: -len("000000.tar")] + "000000.tar"))
    made = clinic.run("backup", PIM_BACKUP_KEEP="1h 1d 1m")
    assert (made.code, made.err) == (0, "")
    assert made.out.splitlines()[-1] == "No longer kept: 1 older backup."
    assert not older.exists()


AGE = """#!{python}
import os, sys
import pyrage
key = pyrage.passphrase.decrypt(open(sys.argv[3], "rb").read(), os.environ["WORDS"]).decode()
sys.stdout.buffer.write(pyrage.decrypt(sys.stdin.buffer.read(), [pyrage.x25519.Identity.from_str(key)]))
"""
"""As much of the program ``age`` as ``age -d -i key`` needs; it asks for the passphrase at the terminal."""


@pytest.mark.walk
def test_a_backup_that_a_passphrase_opens_is_made_tried_and_opened_by_hand(
    clinic: Shell, tmp_path: Path
) -> None:
    kept = {"PIM_BACKUP_PASSPHRASE": "env:WORDS", "WORDS": "heron quay lantern 4"}
    told = json.loads(clinic.run("backup", "--json", **kept).out)
    assert (told["ok"], told["file"][-8:]) == (True, ".tar.age")
    assert clinic.run("drill", **kept).code == 0
    wrong = clinic.run("drill", **kept | {"WORDS": "heron quay lantern 5"})
    assert (wrong.code, "passphrase does not open" in wrong.complaint) == (1, True)
    assert "no terminal to ask for it at" in clinic.run("drill", before=os.setsid).complaint
    assert "no terminal" in clinic.run("backup", "--passphrase", before=os.setsid).complaint

    program = tmp_path / "age"
    program.write_text(AGE.format(python=sys.executable))
    program.chmod(0o755)
    lines = block("sh by-hand").replace("BACKUP", f"'{told['file']}'")
    env = {**os.environ, **kept, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    subprocess.run(["sh", "-ec", lines], cwd=tmp_path, env=env, check=True)
    with tarfile.open(tmp_path / "backup.tar") as opened:
        assert opened.getnames()[:2] == ["manifest.json", "book.db.gz"]


def test_what_is_asked_for_wrongly_says_what_to_do(clinic: Shell) -> None:
    assert clinic.run("restore").code == 2
    assert "into a file" in clinic.run("restore", "x", "--to", "postgresql://here/x").complaint
    assert "no backup at" in clinic.run("restore", str(clinic.home / "none.tar")).complaint
    assert "is no good backup" in clinic.run("drill").complaint.lower()
    assert "24h 14d 12m" in clinic.run("backup", PIM_BACKUP_KEEP="some").complaint
    assert "public key" in clinic.run("backup", PIM_BACKUP_RECIPIENTS="age1nonsense").complaint
