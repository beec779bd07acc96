"""A connection that one thread hands over to another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from peewee import InterfaceError

from pim_tui.db.connection import Book
from tests.db.book import book

__all__ = ["book"]


def test_a_connection_is_the_other_threads_from_then_on(book: Book) -> None:
    counted = "select count(*) from staff"
    take = book.hand_over()
    with pytest.raises(InterfaceError):
        book.select(counted)
    with ThreadPoolExecutor(1) as other:
        other.submit(take).result()
        assert other.submit(book.select, counted).result() == [(0,)]
        other.submit(book.close).result()
    book.hand_over()()
    book.connect()
    assert book.select(counted) == [(0,)]
