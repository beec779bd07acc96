"""Large made-up clinics: as many of everything as was asked for, and sound by every check of the book."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pim_tui.db.connection import Book, open_book
from pim_tui.db.newfile import new_book
from pim_tui.queries.checks import faults
from pim_tui.services.demo_large import PER_DAY, Size, furnish_large

WEDNESDAY = int(datetime(2026, 11, 25, 11, 5, tzinfo=UTC).timestamp())


def opened(folder: Path, size: Size, progress: Callable[[int, int], object]) -> Book:
    """A clinic of this size on a Wednesday at five past eleven."""

    def fill(book: Book) -> None:
        furnish_large(book, size, "Europe/London", lambda: WEDNESDAY, "robin", "US", progress)

    return open_book(str(new_book(str(folder / "large.db"), fill)))


def test_a_large_clinic_has_exactly_as_many_as_asked_for(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    book = opened(tmp_path, Size(200, 5_000), lambda *told: seen.append(told))
    assert book.select("select count(*) from customer") == [(200,)]
    assert book.select("select count(*) from appointment") == [(5_000,)]
    days = book.select("select day, count(*) from appointment group by day order by day")
    assert {count for _, count in days[:-1]} == {PER_DAY}
    assert days[0][0] < "2026-11-25" < days[-1][0]
    assert [str(fault) for fault in faults()] == []
    assert seen[-1] == (5_200, 5_200)
    assert book.select("select count(*) from journal where action = 'demo'") == [(1,)]
    book.close()


@pytest.mark.walk
def test_most_of_a_large_clinic_lies_in_the_past(tmp_path: Path) -> None:
    book = opened(tmp_path, Size(50, 40 * PER_DAY), lambda *told: None)
    first, last = (
        datetime.fromisoformat(day) for day in book.select("select min(day), max(day) from appointment")[0]
    )
    assert last - first == timedelta(days=39)
    assert (datetime(2026, 11, 25) - first).days == 30
    book.close()
