"""The journal on the command line, and what its head outside of the book is good for."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from pim_tui.domain.chain import FIRST, Line, seal
from pim_tui.domain.heads import Head, read_heads
from pim_tui.errors import Invalid
from tests.cli.shell import Shell


def act(clinic: Shell, name: str) -> None:
    """Something that the journal tells of."""
    done = clinic.run("export", "customers", "--to", str(clinic.book.parent / f"{name}.csv"))
    assert done.code == 0, done.err


def test_lines_are_searched_and_told_oldest_first(clinic: Shell) -> None:
    act(clinic, "first")
    found = json.loads(clinic.run("journal", "--json", "--limit", "3").out)
    assert [line["id"] for line in found] == sorted(line["id"] for line in found)
    assert (found[-1]["action"], found[-1]["what"]) == ("export", "customer")
    (mine,) = clinic.run("journal", "--action", "export", "--from", "today", "--limit", "1").out.splitlines()
    assert mine.startswith(f"{found[-1]['id']}  ")
    assert mine.endswith(": export customer")
    assert clinic.run("journal", "--customer", "#1", "--words", "x").out == ""
    assert clinic.run("journal", "--words", "xyzzy").out == ""


@pytest.mark.walk
def test_the_head_is_written_down_and_a_book_that_departs_from_it_is_found(
    clinic: Shell, tmp_path: Path
) -> None:
    heads, yesterday = tmp_path / "heads", tmp_path / "yesterday.db"
    clinic.settings(f"journal_head = '{heads}'")
    shutil.copy(clinic.book, yesterday)
    act(clinic, "first")
    told = clinic.run("journal", "head", "--to", str(heads)).out
    clinic.run("journal", "head", "--to", str(heads))
    assert heads.read_text() == told
    assert stat.S_IMODE(heads.stat().st_mode) == 0o600
    act(clinic, "second")
    assert clinic.run("sync", "journal_head").code == 0
    assert len(heads.read_text().splitlines()) == 2
    assert "checks passed" in clinic.run("check").out

    _make_anew(clinic.book, 2)
    faults = clinic.run("check").out
    assert "C40 journal 2: " not in faults
    seq = int(told.split()[1])
    assert f"C40 journal {seq}: line {seq} is another one than it was on" in faults
    assert "C05" not in faults

    for path in clinic.book.parent.glob("clinic.db-*"):
        path.unlink()
    shutil.copy(yesterday, clinic.book)
    faults = clinic.run("check").out
    assert f"C40 journal {seq}: the journal ends at line {seq - 1}; on" in faults

    heads.write_text("what is this\n")
    assert "C40 journal_head: line 1: is no head of a journal" in clinic.run("check").out
    trouble = clinic.run("sync", "journal_head")
    assert (trouble.code, "is no head of a journal" in trouble.err) == (1, True)


def _make_anew(file: Path, seq: int) -> None:
    """Change a line, and every seal behind it, as somebody could who has the file."""
    with closing(sqlite3.connect(file)) as db, db:
        guards = db.execute(
            "select name, sql from sqlite_master where type = 'trigger' and tbl_name = 'journal'"
        ).fetchall()
        for name, _ in guards:
            db.execute(f"drop trigger {name}")
        db.execute("update journal set reason = 'nothing happened' where seq = ?", [seq])
        prev = FIRST
        rows = db.execute(
            "select seq, at_ms, staff_id, session, action, kind, row_id, reason, request, before_hash,"
            " after_hash from journal order by seq"
        ).fetchall()
        for row in rows:
            hash_ = seal(prev, Line(*row))
            db.execute("update journal set prev = ?, hash = ? where seq = ?", [prev, hash_, row[0]])
            prev = hash_
        for _, sql in guards:
            db.execute(sql)


def test_a_head_is_read_as_it_is_written() -> None:
    made = Head(12, "a" * 64, 1_795_422_000)
    assert made.line() == f"2026-11-23T08:20:00Z 12 {'a' * 64}"
    assert list(read_heads([made.line(), "", " "])) == [made]
    for line in ("x", made.line() + " x", made.line().replace(" 12 ", " -1 "), made.line()[:-1]):
        with pytest.raises(Invalid):
            list(read_heads([line]))
