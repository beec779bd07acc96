"""Copies of the book that are known to be whole.

Only the backup interface of SQLite, in one step, makes a true copy while others write: copying the
file lost documents, and stepwise backup never ends under load.
"""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import StoreError
from .connection import Book
from .disk import require_room
from .faults import explained


def backed_up(book: Book, stamp: str) -> Path | None:
    """Copy the book into the ``backups`` folder beside it, check the copy, and return its path."""
    if book.file is None:
        return None
    require_room(book.file, "A backup", os.stat(book.file).st_size)
    folder = book.file.parent / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    copy = folder / f"{book.file.stem}-{stamp}.db"
    with explained(book.file):
        _copy(book, copy)
    return copy


def _copy(book: Book, copy: Path) -> None:
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    target = book.connected_to(copy)
    try:
        book.db.connection().backup(target)
        verdict = target.execute("pragma integrity_check").fetchone()[0]
    finally:
        target.close()
    if verdict != "ok":
        copy.unlink()
        raise StoreError(f"The backup would not have been whole: {verdict}", "Run pim-tui check.")
