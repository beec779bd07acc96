"""A new book: it is there when everything is in it, or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from ..errors import Refused
from ..paths import private_folder
from . import schema
from .connection import SCHEMA, Book, file_of, is_on_server, open_book
from .dialects import Sqlite
from .disk import to_disk
from .faults import explained

_COMPANIONS = ("", "-wal", "-shm", "-journal", ".wlock")
_WHILE_BUILDING = (
    "journal_mode = off",
    "synchronous = off",
    "locking_mode = exclusive",
    "cache_size = -200000",
)
"""Nobody else knows the file yet and a failure throws it away: there is nothing to guard."""

_WHEN_BUILT = ("locking_mode = normal", "journal_mode = wal")


def require_free(url: str) -> None:
    """Refuse a file that is there already; what is on a server is looked at when the book is made."""
    if not is_on_server(url) and os.path.lexists(file := file_of(url)):
        raise _taken(file)


def begin(url: str, fill: Callable[[Book], object], key: str = "", number: int = SCHEMA) -> str:
    """Make a book at ``url``, a file or an empty database on a server; what it is known by.

    As :func:`new_book`. On a server its tables go again when ``fill`` fails, or the next time when that was
    cut short: a book without a clinic never came to be.
    """
    if not is_on_server(url):
        return str(new_book(url, fill, key, number))
    book = open_book(url, create=True)
    try:
        if book.db.get_tables():
            if not _never_came_to_be(book):
                raise Refused(
                    f"There are tables in {book.name} already; they were not touched.",
                    "Run pim-tui to open it, or name an empty database.",
                )
            with book.write_tx():
                book.dialect.clear(book.db)
        schema.create(book, number)
        try:
            fill(book)
        except BaseException:
            with book.write_tx():
                book.dialect.clear(book.db)
            raise
    finally:
        book.close()
    return book.name


def _never_came_to_be(book: Book) -> bool:
    """Whether it has this program's tables, and no clinic in them."""
    if book.dialect.schema_number(book.db) != SCHEMA:
        return False
    return book.select("select count(*) from clinic") == [(0,)]


def new_book(url: str, fill: Callable[[Book], object], key: str = "", number: int = SCHEMA) -> Path:
    """Make a book at ``url``, encrypted by ``key`` if any, and let ``fill`` write its first rows; the path.
    ``number`` is the schema of its tables.

    :class:`Refused` when anything is there already: nothing is ever overwritten. The folder is made,
    for its owner alone, when it is missing.
    """
    file = file_of(url)
    with explained(file):
        private_folder(file.parent)
        if os.path.lexists(file):
            raise _taken(file)
        making = file.with_name(f".{file.name}.{os.getpid()}.new")
        try:
            _make(making, fill, key, number)
            _put_in_place(making, file)
        finally:
            for end in _COMPANIONS:
                making.with_name(making.name + end).unlink(missing_ok=True)
    return file


def _make(file: Path, fill: Callable[[Book], object], key: str, number: int) -> None:
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    book = open_book(str(file), create=True, key=key)
    try:
        _set(book, _WHILE_BUILDING)
        schema.create(book, number)
        fill(book)
        _set(book, _WHEN_BUILT)
    finally:
        book.close()
    to_disk(file)


def _set(book: Book, pragmas: tuple[str, ...]) -> None:
    """SQLite's own settings; a PostgreSQL server decides by itself."""
    if isinstance(book.dialect, Sqlite):
        for pragma in pragmas:
            book.db.execute_sql(f"pragma {pragma}").fetchall()


def _put_in_place(made: Path, file: Path) -> None:
    """Give the finished file its name; of two who make it at once, one is refused."""
    try:
        os.link(made, file)
    except FileExistsError:
        raise _taken(file) from None
    except OSError:
        # No hard links on this file system: the look and the rename are a moment apart.
        if os.path.lexists(file):
            raise _taken(file) from None
        os.rename(made, file)
    to_disk(file.parent)


def _taken(file: Path) -> Refused:
    return Refused(
        f"There is already something at {file}; it was not touched.",
        "If it is the clinic's book, pim-tui opens it; else name another file.",
    )
