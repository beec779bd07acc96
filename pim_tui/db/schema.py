"""What makes the tables of a book, and what brings them from one schema to the next."""

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
    apply(book, number)


def bring_up(book: Book) -> None:
    """Apply what is missing to a book that nobody else knows: a copy, or one that is being restored."""
    if not is_current(book):
        apply(book)


def is_current(book: Book) -> bool:
    """Whether the book has this program's schema."""
    return book.dialect.schema_number(book.db) == SCHEMA


def apply(book: Book, number: int = SCHEMA) -> None:
    """Apply what is missing up to ``number`` in one transaction, with nobody else in the book."""
    # A pragma that only works outside a transaction: rebuilding a table must not cascade.
    book.db.execute_sql("pragma foreign_keys = 0") if book.file else None
    try:
        with book.write_tx():
            run(book, number)
    finally:
        book.db.execute_sql("pragma foreign_keys = 1") if book.file else None


def run(book: Book, number: int) -> None:
    """The migrations up to ``number`` that the book lacks, inside the running transaction."""
    known = runner(book.db)
    known.up(next(one.name for one in known.migrations() if one.idx == number))
    book.dialect.stamp(book.db, number)
