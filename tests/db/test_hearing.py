"""Waiting until somebody has committed: it can be stirred, and it can be ended, and costs next to nothing."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pim_tui.db import hearing
from pim_tui.db.hearing import Listening
from pim_tui.errors import StoreError
from tests.db.book import new_book


class Away:
    """The database of a server that is away."""

    def is_closed(self) -> bool:
        return True


def test_an_ear_that_is_stirred_looks_at_once_and_one_that_is_ended_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hearing, "_APART", 0.0)
    ear = Listening(cast("Any", SimpleNamespace(db=Away())), every=3600)
    assert ear.wait()
    ear.stir()
    assert ear.wait()
    ear.end()
    assert not ear.wait()


@pytest.mark.sqlite
def test_an_ear_at_a_file_never_reads_the_schema(tmp_path: Path) -> None:
    """Each connection that knows it holds a megabyte; it is spoiled here, and only who needs it notices."""
    book = new_book(tmp_path)
    ear = book.ear(3600)
    before = ear.changes_seen()
    assert ear.changes_seen() == before
    with book.write_tx():
        book.db.execute_sql("pragma writable_schema = on")
        book.db.execute_sql("update sqlite_schema set sql = 'create nothing' where name = 'staff'")
    assert ear.changes_seen() != before
    ear.close()
    assert ear.changes_seen()
    ear.close()
    book.close()
    with pytest.raises(StoreError, match="is damaged"):
        book.connect()
