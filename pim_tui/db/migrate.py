"""Bringing a book to this program's schema: a verified backup, then one transaction, all or nothing."""

from __future__ import annotations

from pathlib import Path

from peewee import Database
from playhouse.migrations import Runner

from ..errors import StoreUnfit
from .backup import backed_up
from .connection import SCHEMA, Book
from .ends import end_of

FOLDER = Path(__file__).with_name("migrations")


def runner(db: Database) -> Runner:
    """What brings ``db`` from one schema to the next."""
    return Runner(db, str(FOLDER))


def create(book: Book, number: int = SCHEMA) -> None:
    """Make the tables of a new, empty book, as they are in this program or were in an earlier one."""
    if book.db.get_tables():
        raise StoreUnfit(f"{book.name} already holds tables.", "Name another file, or run pim-tui migrate.")
    _apply(book, number)


def migrate(book: Book, stamp: str) -> Path | None:
    """Apply what is missing, with nobody else in the book; the path of the backup made first, or None when
    nothing was to do.

    ``stamp`` names the backup, as in ``20261123-081500``: a file, of a book on a server as well. Raises
    :class:`StoreBusy` while others have it open, or on a server hold on to its tables.
    """
    if is_current(book):
        return None
    if book.file is None:
        return _migrate_on_server(book, stamp)
    with book.alone():
        # Of two who migrate at once, the second finds it done.
        if is_current(book):
            return None
        kept = backed_up(book, stamp)
        _apply(book)
    return kept


def bring_up(book: Book) -> None:
    """Apply what is missing to a book that nobody else knows: a copy, or one that is being restored."""
    if not is_current(book):
        _apply(book)


def is_current(book: Book) -> bool:
    """Whether the book has this program's schema."""
    return book.dialect.schema_number(book.db) == SCHEMA


def _migrate_on_server(book: Book, stamp: str) -> Path | None:
    """Backup and change are one transaction: what a desk writes meanwhile waits, and is refused after it."""
    with book.write_tx():
        if is_current(book):
            return None
        end_of(book).stay()
        kept = backed_up(book, stamp)
        _run(book, SCHEMA)
    return kept


def _apply(book: Book, number: int = SCHEMA) -> None:
    # A pragma that only works outside a transaction: rebuilding a table must not cascade.
    book.db.execute_sql("pragma foreign_keys = 0") if book.file else None
    try:
        with book.write_tx():
            _run(book, number)
    finally:
        book.db.execute_sql("pragma foreign_keys = 1") if book.file else None


def _run(book: Book, number: int) -> None:
    """The migrations up to ``number`` that the book lacks, inside the running transaction."""
    known = runner(book.db)
    known.up(next(one.name for one in known.migrations() if one.idx == number))
    book.dialect.stamp(book.db, number)
