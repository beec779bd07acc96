"""Copies of the book that are known to be whole.

Only the backup interface of SQLite, in one step, makes a true copy while others write: copying the
file lost documents, and stepwise backup never ends under load.
"""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import StoreError
from ..paths import private_folder
from .connection import Book, go_back_to
from .disk import require_room, to_disk
from .faults import explained
from .moving import copy_book

_HEAD = "select seq, hash from journal order by seq desc limit 1"


def backed_up(book: Book, stamp: str) -> Path:
    """Copy the book into the ``backups`` folder beside it, check the copy, and return its path.

    It has its name only once it was found whole and is on the disk. Of a book on a server it is a file of the
    same schema with every row as the running transaction sees it.
    """
    folder = private_folder(book.place.parent / "backups")
    require_room(folder, "A backup", _size(book))
    copy = folder / f"{book.place.stem}-{stamp}.db"
    making = folder / f".{copy.name}.{os.getpid()}"
    with explained(folder):
        try:
            copied(book, making)
            to_disk(making)
            os.link(making, copy)
        finally:
            making.unlink(missing_ok=True)
        to_disk(folder)
    return copy


def _size(book: Book) -> int:
    """Bytes that it takes where it is."""
    if book.file:
        return os.stat(book.file).st_size
    size: int = book.select("select pg_database_size(current_database())")[0][0]
    return size


def copied(book: Book, copy: Path) -> None:
    """Make the new file ``copy`` the book as of one moment, while others go on writing.

    Raises :class:`StoreError` when it is not whole. Of a book on a server it is the running transaction's
    moment, if there is one, and each row that was written is read back.
    """
    if book.file:
        _copied_file(book, copy)
        return
    try:
        copy_book(book, str(copy), alone=False)
    finally:
        go_back_to(book)


def _copied_file(book: Book, copy: Path) -> None:
    """What must be whole: its pages, its references, and the journal up to where it went before."""
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    target = book.connected_to(copy)
    try:
        target.execute("pragma synchronous = off")  # the caller waits for the disk, once
        before = book.select(_HEAD)
        book.db.connection().backup(target)
        faults = [row[0] for row in target.execute("pragma integrity_check(5)") if row[0] != "ok"]
        faults += [f"{row[0]} {row[1]} points nowhere" for row in target.execute("pragma foreign_key_check")]
        if before and target.execute("select hash from journal where seq = ?", before[0][:1]).fetchall() != [
            before[0][1:]
        ]:
            faults.append("the journal is not the book's")
    finally:
        target.close()
    if faults:
        copy.unlink()
        raise StoreError(f"The backup would not have been whole: {faults[0]}.", "Run pim-tui check.")
