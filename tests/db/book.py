"""A new book in a folder of the test's own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from pim_tui.db import migrate
from pim_tui.db.connection import Book, open_book


def new_book(folder: Path) -> Book:
    """Make an empty book in ``folder`` and open it.

    The migrations run once; every book is a copy of what they made, which is nine tenths cheaper.
    """
    copy, file = folder / "copy.db", folder / "clinic.db"
    shutil.copyfile(Path(_made().name) / "template.db", copy)
    copy.chmod(0o600)
    copy.rename(file)
    return open_book(str(file))


@cache
def _made() -> tempfile.TemporaryDirectory[str]:
    """The folder of a book that nobody has open; it goes with the process."""
    folder = tempfile.TemporaryDirectory()
    book = open_book(f"{folder.name}/template.db", create=True)
    migrate.create(book)
    book.close()
    return folder


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """An empty book, closed again afterwards."""
    opened = new_book(tmp_path)
    yield opened
    opened.close()
