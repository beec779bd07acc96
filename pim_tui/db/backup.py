"""Copies of the book that are known to be whole.

Only the backup interface of SQLite, in one step, makes a true copy while others write: copying the
file lost documents, and stepwise backup never ends under load.
"""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import StoreError
from .connection import Book
from .disk import require_room, to_disk
from .faults import explained

_HEAD = "select seq, hash from journal order by seq desc limit 1"


def backed_up(book: Book, stamp: str) -> Path | None:
    """Copy the book into the ``backups`` folder beside it, check the copy, and return its path.

    It has its name only once it was found whole and is on the disk. None for a book on a server.
    """
    if book.file is None:
        return None
    require_room(book.file, "A backup", os.stat(book.file).st_size)
    folder = book.file.parent / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    copy = folder / f"{book.file.stem}-{stamp}.db"
    making = folder / f".{copy.name}.{os.getpid()}"
    with explained(book.file):
        try:
            copied(book, making)
            to_disk(making)
            os.link(making, copy)
        finally:
            making.unlink(missing_ok=True)
        to_disk(folder)
    return copy


def copied(book: Book, copy: Path) -> None:
    """Make the new file ``copy`` the book as of one moment, while others go on writing.

    Raises :class:`StoreError` when it is not whole: its pages, its references, or the journal's last line.
    """
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
