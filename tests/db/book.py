"""A new book in a folder of the test's own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from pim_tui.db import schema
from pim_tui.db.connection import SCHEMA, Book, open_book
from tests.peers import postgres


def empty(book: Book) -> None:
    """Nothing is in it."""


def new_book(folder: Path, furnish: Callable[[Book], None] = empty) -> Book:
    """Make a book in ``folder`` with what ``furnish`` writes, and open it.

    The migrations run once, and so does each ``furnish``: every book is a copy of what they made, which is
    nine tenths cheaper.
    """
    if server := postgres.chosen():
        return _on_server(server, folder, furnish)
    copy, file = folder / "copy.db", folder / "clinic.db"
    shutil.copyfile(Path(_made(furnish).name) / "template.db", copy)
    copy.chmod(0o600)
    copy.rename(file)
    return open_book(str(file))


def _on_server(server: str, folder: Path, furnish: Callable[[Book], None]) -> Book:
    url = postgres.new_database(server, postgres.name_of(_template(server, furnish)))
    _databases.append(url)
    return open_book(url, beside=folder)


_databases: list[str] = []
"""Those of the running test."""


def newest_on_server() -> str:
    """The URL of the book that was made last."""
    return _databases[-1]


def drop_databases() -> None:
    """Drop what the test has made on a server."""
    while _databases:
        postgres.drop_database(_databases.pop())


def as_newer(book: Book) -> None:
    """What the migration of a newer program leaves behind, inside the running transaction."""
    book.dialect.stamp(book.db, SCHEMA + 1)
    if book.file is None:
        name = f"{SCHEMA + 1:04}_newer"
        book.db.execute_sql("insert into schema_migration (name, applied) values (?, now())", [name])


@cache
def _template(server: str, furnish: Callable[[Book], None]) -> str:
    """The URL of a database that nobody has open."""
    made = "template0" if furnish is empty else postgres.name_of(_template(server, empty))
    url = postgres.new_database(server, made)
    book = open_book(url, create=furnish is empty, beside=Path(tempfile.gettempdir()))
    if furnish is empty:
        schema.create(book)
    with book.write_tx():
        furnish(book)
    book.close()
    return url


@cache
def _made(furnish: Callable[[Book], None]) -> tempfile.TemporaryDirectory[str]:
    """The folder of a book that nobody has open; it goes with the process."""
    folder = tempfile.TemporaryDirectory()
    file = Path(folder.name) / "template.db"
    if furnish is not empty:
        shutil.copyfile(Path(_made(empty).name) / "template.db", file)
        file.chmod(0o600)
    book = open_book(str(file), create=furnish is empty)
    if furnish is empty:
        schema.create(book)
    with book.write_tx():
        furnish(book)
    book.close()
    return folder


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """An empty book, closed again afterwards."""
    opened = new_book(tmp_path)
    yield opened
    opened.close()
