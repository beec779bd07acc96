"""A book of the first version becomes today's: a backup first, every row kept, and all of it or nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from peewee import IntegrityError, SqliteDatabase
from playhouse.migrations import Runner

from pim_tui.db import migrate
from pim_tui.db.connection import SCHEMA, Book, open_book, require_current_schema
from pim_tui.db.dialects import Sqlite
from pim_tui.db.soundness import schema_faults
from pim_tui.errors import StoreUnfit

pytestmark = pytest.mark.sqlite

ROWS = (
    "insert into clinic values (1, 'Harbour', 'Europe/Dublin', 5)",
    "insert into staff values (1, 1, 'Anna Berg', 'AB', '', 'everyone', null, null, 0, 1, 1)",
    "insert into customer values (1, 1, 1, '', 'Jane', '', 'Doe', '', 'doe jane', 'F', null, null, '', '',"
    " '', '', '', 5, 1)",
    "insert into note values (1, 1, 1, 1, 'Asked for mornings.', 5, 0)",
)


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """A book as the first version left it, with a customer and a note in it."""
    file = tmp_path / "clinic.db"
    db = SqliteDatabase(str(file), pragmas={"foreign_keys": 1})
    with db.connection_context():
        Runner(db, str(migrate.FOLDER)).up("0001_the_book_opens")
        Sqlite().stamp(db, 1)
        for row in ROWS:
            db.execute_sql(row)
    file.chmod(0o600)
    return file


def told(book: Book) -> list[tuple[object, ...]]:
    """What the book says about its customers and notes."""
    return [*book.select("select * from customer"), *book.select("select * from note")]


def test_a_book_of_the_first_version_keeps_every_row(first: Path) -> None:
    book = open_book(str(first))
    with pytest.raises(StoreUnfit, match="older version"):
        require_current_schema(book)
    before = told(book)
    kept = migrate.migrate(book, "20261126-120000")
    require_current_schema(book)
    assert told(book) == before
    assert list(schema_faults(book)) == []
    assert kept is not None
    assert migrate.migrate(book, "20261126-130000") is None
    book.close()

    backup = SqliteDatabase(str(kept))
    with backup.connection_context():
        assert Sqlite().schema_number(backup) == 1
        assert backup.execute_sql("select count(*) from customer").fetchone() == (1,)


def test_what_could_not_be_deleted_before_still_cannot(first: Path) -> None:
    book = open_book(str(first))
    migrate.migrate(book, "20261126-120000")
    for table in ("note", "customer", "staff"):
        with pytest.raises(IntegrityError, match=f"rows of {table} are never deleted"), book.write_tx():
            book.db.execute_sql(f"delete from {table}")
    book.close()


def test_a_migration_that_fails_leaves_the_book_as_it_was(
    first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "migrations"
    shutil.copytree(migrate.FOLDER, broken, ignore=shutil.ignore_patterns("__pycache__"))
    newest = max(broken.glob("[0-9]*.py"))
    newest.write_text(newest.read_text("utf-8") + "\n\nfirst = up\n\n\ndef up(migrator, db):\n"
                      "    first(migrator, db)\n    db.execute_sql('nonsense')\n", "utf-8")  # fmt: skip
    monkeypatch.setattr(migrate, "FOLDER", broken)
    book = open_book(str(first))
    before = told(book)
    with pytest.raises(Exception, match="nonsense"):
        migrate.migrate(book, "20261126-120000")
    assert book.dialect.schema_number(book.db) == 1 < SCHEMA
    assert told(book) == before
    assert not book.db.table_exists("series")
    book.close()
