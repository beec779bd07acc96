"""Books as released versions left them, one of each schema, with a row in almost every table.

Each was made by the program of its time; schema 3 was only ever on the way to 4, and is 2 brought there.
"""

from __future__ import annotations

import lzma
from pathlib import Path

from pim_tui.db.connection import SCHEMA, Book
from pim_tui.paths import private_folder

SCHEMAS = range(1, SCHEMA)
_FOLDER = Path(__file__).with_name("released")
LETTER = b"x"
LETTER_AT = "files/2d/711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
"""What the documents of these books hold."""

ALTERED = {"staff", "schema_migration"}
"""What a migration may change of rows that are there: roles became those of the book."""


def released(number: int, folder: Path) -> Path:
    """The book of schema ``number`` in a folder, with its files."""
    file = folder / "clinic.db"
    file.write_bytes(lzma.decompress((_FOLDER / f"{number}.db.xz").read_bytes()))
    file.chmod(0o600)
    private_folder((folder / LETTER_AT).parent)
    (folder / LETTER_AT).write_bytes(LETTER)
    return file


def told(book: Book, columns: dict[str, list[str]] | None = None) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, in these columns, or in all that there are."""
    wanted = columns or columns_of(book)
    return {
        table: sorted(book.select(f"select {', '.join(names)} from {table}"), key=repr)
        for table, names in wanted.items()
    }


def columns_of(book: Book) -> dict[str, list[str]]:
    """The columns of every table that holds rows of a clinic."""
    return {
        table: [column.name for column in book.db.get_columns(table)]
        for table in book.db.get_tables()
        if table not in ALTERED
    }
