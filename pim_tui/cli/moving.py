"""``pim-tui migrate --to``: the whole clinic to a server, or from one to a file."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from ..bootstrap import Clinic, key_of, office, opened
from ..errors import StoreError
from . import terminal

if TYPE_CHECKING:
    from ..db.connection import Book

_NAMED = 3  # faults written out in a refusal


def move(url: str) -> int:
    """Copy the book to ``url``, check it there, and say what to do next; the exit code."""
    from ..db.moving import copy_book
    from ..domain.rights import Right

    with opened(office()) as clinic:
        clinic.session.needs(Right.BACK_UP)
        progress = terminal.Progress("Copied")
        try:
            moved = copy_book(
                clinic.book,
                url,
                progress,
                verify=lambda book: _require_sound(clinic, book),
                key=key_of(clinic.settings),
            )
        finally:
            progress.end()
    rows, tables = sum(moved.rows.values()), len(moved.rows)
    terminal.say(f"{rows:,} rows in {tables} tables are in {moved.name}; every check passed there.")
    terminal.say(f"From now on it is opened with PIM_DATABASE={moved.name}")
    terminal.say(f"Put {clinic.book.name} away where nobody opens it: what is written there goes no further.")
    return 0


def _require_sound(clinic: Clinic, book: Book) -> None:
    """Bring the stored files along, and carry out every check on the copy."""
    from ..db.filestore import store_of
    from ..db.moving import copy_files
    from ..queries.checks import faults

    copy_files(clinic.book, store_of(book).folder)
    if found := list(islice(faults(), _NAMED)):
        raise StoreError(
            f"The copy is not kept, for it would be wrong: {'; '.join(map(str, found))}",
            "Run pim-tui check on the old one, and mend what it finds.",
        )
