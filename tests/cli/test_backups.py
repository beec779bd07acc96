"""``pim-tui backup``, ``drill`` and ``restore`` as a shell starts them."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.shell import Shell


def count(book: Path) -> int:
    """Customers in a book that nobody has open."""
    with sqlite3.connect(f"{book.as_uri()}?mode=ro&immutable=1", uri=True) as db:
        return int(db.execute("select count(*) from customer").fetchone()[0])


@pytest.mark.walk
def test_a_book_is_backed_up_tried_lost_and_had_again(clinic: Shell) -> None:
    key = clinic.home / "key"
    made = clinic.run("backup", "--make-key", str(key))
    public = made.out.split('"')[1]
    assert key.stat().st_mode & 0o777 == 0o600

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


def test_what_is_asked_for_wrongly_says_what_to_do(clinic: Shell) -> None:
    assert clinic.run("restore").code == 2
    assert "into a file" in clinic.run("restore", "x", "--to", "postgresql://here/x").complaint
    assert "no backup at" in clinic.run("restore", str(clinic.home / "none.tar")).complaint
    assert "is no good backup" in clinic.run("drill").complaint.lower()
    assert "24h 14d 12m" in clinic.run("backup", PIM_BACKUP_KEEP="some").complaint
    assert "public key" in clinic.run("backup", PIM_BACKUP_RECIPIENTS="age1nonsense").complaint
