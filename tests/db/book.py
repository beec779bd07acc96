"""A new book in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pim_tui.db import migrate
from pim_tui.db.connection import Book, open_book


def new_book(folder: Path) -> Book:
    """Make an empty book in ``folder`` and open it."""
    book = open_book(str(folder / "clinic.db"), create=True)
    migrate.create(book)
    return book


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """An empty book, closed again afterwards."""
    opened = new_book(tmp_path)
    yield opened
    opened.close()
