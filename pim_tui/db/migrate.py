"""Bringing a book to this program's schema: a verified backup, then one transaction, all or nothing."""

from __future__ import annotations

from pathlib import Path

from .backup import backed_up
from .connection import Book
from .ends import end_of
from .schema import apply, bring_up, is_current


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
        bring_up(book)
    return kept


def _migrate_on_server(book: Book, stamp: str) -> Path | None:
    """Backup and change are one transaction: what a desk writes meanwhile waits, and is refused after it."""
    with book.write_tx():
        if is_current(book):
            return None
        end_of(book).stay()
        kept = backed_up(book, stamp)
        apply(book)
    return kept
