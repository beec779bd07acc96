"""Lists, grids and searches on a PostgreSQL server: by indexes as well, once it knows its tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.db.book import drop_databases, new_book
from tests.peers import postgres
from tests.queries import grown, hot
from tests.queries.watched import plan_of, watched

pytestmark = [pytest.mark.peer, pytest.mark.timeout(120)]

DAYS = 500


def test_no_large_table_is_read_from_end_to_end(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(postgres.VARIABLE, server)
    book = new_book(tmp_path, grown.furnish)
    grown.grow(book, DAYS)
    # A table of some thousand rows is joined as a whole; one of a million, too long to make here, is not.
    for way in ("hashjoin", "mergejoin"):
        book.db.execute_sql(f"set enable_{way} = off")
    scanned = {}
    for one in hot.every():
        with watched(book) as seen:
            one.ask()
        assert seen.rows <= one.rows, one.name
        scans = set().union(*(plan_of(book, *asked).scans for asked in seen.asked)) - one.scans
        # What every fourth begins with is met a hundred times at once, in whatever order one looks.
        scans -= {"search_word"} if one.name.startswith("find ") else set()
        if scans and not one.grows:
            scanned[one.name] = scans
    book.close()
    drop_databases()
    assert scanned == {}
