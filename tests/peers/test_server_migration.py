"""A book of an earlier version on a real PostgreSQL server becomes today's: a file with every row of it
first, and all of it or nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pim_tui.db import migrate, schema
from pim_tui.db.connection import SCHEMA, Book, open_book, require_current_schema
from pim_tui.db.moving import copy_book
from pim_tui.db.soundness import schema_faults
from pim_tui.errors import StoreError, StoreUnfit
from pim_tui.paths import private_folder
from pim_tui.queries.checks import faults
from tests.db.released import LETTER, LETTER_AT, columns_of, released, told
from tests.peers import postgres
from tests.peers.program import command

pytestmark = [pytest.mark.peer, pytest.mark.timeout(120)]

SCHEMAS = range(7, SCHEMA)
"""The earlier ones that a book on a server can have: before them there was no way to one."""
STAMP = "20261127-040000"


@pytest.fixture(scope="module", params=SCHEMAS)
def older(
    server: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A book as an earlier version left it, on the server."""
    made, folder = postgres.new_database(server), tmp_path_factory.mktemp("old")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIM_HOME", str(folder))
        old = open_book(str(released(request.param, folder)))
        copy_book(old, made)
        old.close()
    yield made
    postgres.drop_database(made)


@pytest.fixture
def url(server: str, older: str) -> Iterator[str]:
    """The same for one test."""
    made = postgres.new_database(server, postgres.name_of(older))
    yield made
    postgres.drop_database(made)


def on_server(url: str, tmp_path: Path) -> Book:
    """The book, with what is no row in a folder of the test's own."""
    return open_book(url, beside=tmp_path / "beside")


def test_it_is_copied_to_a_file_first_keeps_every_row_and_has_todays_rules(url: str, tmp_path: Path) -> None:
    book = on_server(url, tmp_path)
    with pytest.raises(StoreUnfit, match="older version"):
        require_current_schema(book)
    number, columns = book.dialect.schema_number(book.db), columns_of(book)
    before, everything = told(book, columns), told(book)
    kept = migrate.migrate(book, STAMP)
    require_current_schema(book)
    assert told(book, columns) == before
    assert list(schema_faults(book)) == []
    assert migrate.migrate(book, "20261127-050000") is None
    book.close()

    assert kept == tmp_path / "beside" / "backups" / f"clinic-{STAMP}.db"
    assert kept.stat().st_mode & 0o777 == 0o600
    backup = open_book(str(kept))
    assert backup.dialect.schema_number(backup.db) == number
    assert told(backup) == everything
    assert len(everything["customer"]) > 0
    backup.close()


def test_what_was_copied_is_restored_and_goes_back_to_a_server(url: str, server: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    letter = home / "data" / LETTER_AT
    private_folder(letter.parent)
    letter.write_bytes(LETTER)
    done = command(home, url, "migrate")
    assert done.returncode == 0, done.stderr
    kept = next((home / "data" / "backups").glob("clinic-*.db"))
    assert f"kept in {kept}" in done.stdout
    assert command(home, url, "migrate").stdout == "The book is up to date.\n"

    file, again = home / "data" / "restored.db", postgres.new_database(server)
    back = command(home, "", "restore", str(kept), "--to", str(file))
    assert back.returncode == 0, back.stderr
    there, restored = on_server(url, tmp_path), open_book(str(file))
    # The journal goes on with its having been restored.
    columns = {table: of for table, of in columns_of(restored).items() if not table.startswith("journal")}
    assert told(restored, columns) == told(there, columns)
    assert [str(fault) for fault in faults()] == []
    copy_book(restored, again)
    restored.close()
    there.close()
    postgres.drop_database(again)


def test_one_that_fails_leaves_the_book_as_it_was(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "migrations"
    shutil.copytree(schema.FOLDER, broken, ignore=shutil.ignore_patterns("__pycache__"))
    newest = max(broken.glob("[0-9]*.py"))
    newest.write_text(
        newest.read_text("utf-8") + "\n\nfirst = up\n\n\ndef up(migrator, db):\n"
        "    first(migrator, db)\n    db.execute_sql('nonsense')\n",
        "utf-8",
    )
    book = on_server(url, tmp_path)
    number, before = book.dialect.schema_number(book.db), told(book)
    rules = book.select("select tgname from pg_trigger order by 1")
    monkeypatch.setattr(schema, "FOLDER", broken)
    with pytest.raises(Exception, match="nonsense"):
        migrate.migrate(book, STAMP)
    assert book.dialect.schema_number(book.db) == number < SCHEMA
    assert told(book) == before
    assert book.select("select tgname from pg_trigger order by 1") == rules
    assert not book.db.table_exists("journal_head")
    book.close()


def test_without_a_whole_copy_nothing_is_changed(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = on_server(url, tmp_path)
    number = book.dialect.schema_number(book.db)
    book.db.execute_sql("alter table room add column slope integer")
    with pytest.raises(StoreError, match="do not have the same tables"):
        migrate.migrate(book, STAMP)
    assert book.dialect.schema_number(book.db) == number
    assert list((tmp_path / "beside" / "backups").iterdir()) == []
    book.close()


def test_a_desk_that_writes_meanwhile_waits_and_is_refused_after_it(url: str, tmp_path: Path) -> None:
    book = on_server(url, tmp_path)
    said: list[str] = []
    taken = migrate.backed_up

    def another_desk_writes(of: Book, stamp: str) -> Path | None:
        try:
            postgres.run(url, f"set lock_timeout = '50ms'; select pg_advisory_lock({of.dialect.writer_lock})")
        except Exception as error:
            said.append(str(error))
        return taken(of, stamp)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrate, "backed_up", another_desk_writes)
        migrate.migrate(book, STAMP)
    assert ["lock timeout" in one for one in said] == [True]
    book.close()
