"""The tables of a book, as this program or an earlier version has them, and how the one becomes the other."""

from __future__ import annotations

from pathlib import Path

from peewee import Database
from playhouse.migrations import Runner

from ..errors import StoreUnfit
from .connection import SCHEMA, Book

FOLDER = Path(__file__).with_name("migrations")


def runner(db: Database) -> Runner:
    """What brings ``db`` from one schema to the next."""
    return Runner(db, str(FOLDER))


def create(book: Book, number: int = SCHEMA) -> None:
    """Make the tables of a new, empty book, as they are in this program or were in an earlier one."""
    if book.db.get_tables():
        raise StoreUnfit(f"{book.name} already holds tables.", "Name another file, or run pim-tui migrate.")
    bring_up(book, number)


def is_current(book: Book) -> bool:
    """Whether the book has this program's schema."""
    return book.dialect.schema_number(book.db) == SCHEMA


def bring_up(book: Book, number: int = SCHEMA) -> None:
    """Apply what a book that nobody else is in lacks up to schema ``number``, in one transaction."""
    if book.dialect.schema_number(book.db) == number:
        return
    # A pragma that only works outside a transaction: rebuilding a table must not cascade.
    book.db.execute_sql("pragma foreign_keys = 0") if book.file else None
    try:
        with book.write_tx():
            apply(book, number)
    finally:
        book.db.execute_sql("pragma foreign_keys = 1") if book.file else None


def apply(book: Book, number: int = SCHEMA) -> None:
    """The same inside the running transaction."""
    known = runner(book.db)
    known.up(next(one.name for one in known.migrations() if one.idx == number))
    book.dialect.stamp(book.db, number)
