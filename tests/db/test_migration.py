"""A book of any earlier version becomes today's: a backup first, every row kept, and all of it or nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from peewee import IntegrityError, SqliteDatabase

from pim_tui.db import migrate, schema
from pim_tui.db.connection import SCHEMA, Book, open_book, require_current_schema
from pim_tui.db.dialects import Sqlite
from pim_tui.errors import StoreBusy, StoreUnfit
from pim_tui.queries.checks import faults
from tests.db.released import LETTER_AT, SCHEMAS, columns_of, released, told
from tests.safety.backup import migrations_killed

pytestmark = pytest.mark.sqlite

STAMP = "20261126-120000"


@pytest.mark.parametrize("number", SCHEMAS)
def test_a_book_of_every_version_keeps_every_row(number: int, tmp_path: Path) -> None:
    book = open_book(str(released(number, tmp_path)))
    with pytest.raises(StoreUnfit, match="older version"):
        require_current_schema(book)
    columns = columns_of(book)
    before = told(book, columns)
    kept = migrate.migrate(book, STAMP)
    require_current_schema(book)
    assert told(book, columns) == before
    assert [str(fault) for fault in faults()] == []
    assert kept is not None
    assert migrate.migrate(book, "20261126-130000") is None
    book.close()

    backup = SqliteDatabase(str(kept))
    with backup.connection_context():
        assert Sqlite().schema_number(backup) == number
        count = backup.execute_sql("select count(*) from customer").fetchone()[0]
    assert count == len(before["customer"]) > 0
    assert kept.stat().st_mode & 0o777 == 0o600


def test_what_could_not_be_deleted_before_still_cannot(tmp_path: Path) -> None:
    book = open_book(str(released(1, tmp_path)))
    migrate.migrate(book, STAMP)
    for table in ("note", "customer", "staff"):
        with pytest.raises(IntegrityError, match=f"rows of {table} are never deleted"), book.write_tx():
            book.db.execute_sql(f"delete from {table}")
    book.close()


def test_a_migration_that_fails_leaves_the_book_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "migrations"
    shutil.copytree(schema.FOLDER, broken, ignore=shutil.ignore_patterns("__pycache__"))
    newest = max(broken.glob("[0-9]*.py"))
    newest.write_text(
        newest.read_text("utf-8") + "\n\nfirst = up\n\n\ndef up(migrator, db):\n"
        "    first(migrator, db)\n    db.execute_sql('nonsense')\n",
        "utf-8",
    )
    monkeypatch.setattr(schema, "FOLDER", broken)
    book = open_book(str(released(1, tmp_path)))
    before = told(book)
    with pytest.raises(Exception, match="nonsense"):
        migrate.migrate(book, STAMP)
    assert book.dialect.schema_number(book.db) == 1 < SCHEMA
    assert told(book) == before
    assert not book.db.table_exists("series")
    assert (tmp_path / "backups" / f"clinic-{STAMP}.db").is_file()
    book.close()


def test_a_backup_that_would_not_be_whole_stops_the_migration(tmp_path: Path) -> None:
    file = released(SCHEMA - 1, tmp_path)
    _without_a_staff_member(file)
    book = open_book(str(file))
    with pytest.raises(Exception, match="points nowhere"):
        migrate.migrate(book, STAMP)
    assert book.dialect.schema_number(book.db) == SCHEMA - 1
    assert list((tmp_path / "backups").iterdir()) == []
    book.close()


def _without_a_staff_member(file: Path) -> None:
    db = SqliteDatabase(str(file))
    with db.connection_context():
        db.execute_sql("drop trigger staff_stays")
        db.execute_sql("delete from staff where id = 2")


@pytest.mark.walk
def test_nobody_else_may_have_it_open_and_the_second_of_two_finds_it_done(tmp_path: Path) -> None:
    file = released(SCHEMA - 1, tmp_path)
    child, end = _elsewhere(file)
    book = open_book(str(file))
    with pytest.raises(StoreBusy, match="open"):
        migrate.migrate(book, STAMP)
    assert book.dialect.schema_number(book.db) == SCHEMA - 1
    os.close(end)
    os.waitpid(child, 0)

    second = Book(book.db, book.file, book.place, book.name)
    with book.alone():
        assert book.dialect.schema_number(book.db) == SCHEMA - 1
        child = os.fork()
        if child == 0:
            # Another copy of SQLite, which knows nothing of this process's locks.
            try:
                sqlite3.connect(file, timeout=0).execute("select 1 from clinic")
            except sqlite3.OperationalError:
                os._exit(7)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert migrate.migrate(book, STAMP) is not None
    assert migrate.migrate(second, "20261126-130000") is None
    book.close()


def _elsewhere(file: Path) -> tuple[int, int]:
    """Another process that has the book open, until what is returned with it is closed."""
    (ready, tell), (wait, end) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os.close(end)
        open_book(str(file)).select("select 1 from clinic")
        os.write(tell, b"x")
        os.read(wait, 1)
        os._exit(0)
    os.close(wait)
    assert os.read(ready, 1) == b"x"
    return child, end


def test_killed_at_any_moment_it_is_the_old_book_or_the_new_one(tmp_path: Path) -> None:
    assert migrations_killed(tmp_path, 1, seed=4).faults == []


def test_the_files_of_released_books_are_there(tmp_path: Path) -> None:
    released(1, tmp_path)
    assert (tmp_path / LETTER_AT).is_file()
