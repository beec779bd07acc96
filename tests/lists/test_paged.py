"""Whoever reads a list on, page by page, has every row once and in order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pim_tui.lists.journal import JOURNAL
from pim_tui.lists.known import KNOWN
from pim_tui.lists.ledger import LEDGER
from pim_tui.lists.spec import AFTER, ListSpec, Scope
from pim_tui.lists.tabs import TABS
from tests.db.book import new_book
from tests.queries import grown

pytestmark = pytest.mark.sqlite

WHOLE, PART = 40, 9


def pages(spec: ListSpec[Any], scope: Scope) -> list[Any]:
    """The first rows, some at a time."""
    rows: list[Any] = []
    while len(rows) < WHOLE:
        chosen = {AFTER: rows[-1].id} if rows else {}
        some = spec.query(scope, chosen, min(PART, WHOLE - len(rows)), len(rows)).rows
        rows += some
        if len(some) < PART:
            break
    return rows


def test_pages_make_the_whole_of_every_list(tmp_path: Path) -> None:
    book = new_book(tmp_path, grown.furnish)
    grown.grow(book, 60)
    for spec in (*KNOWN.values(), JOURNAL):
        scope = Scope(1 if spec in (*TABS, LEDGER) else None, grown.ZONE, grown.TODAY)
        whole = list(spec.query(scope, {}, WHOLE, 0).rows)
        assert pages(spec, scope) == whole, spec.key
    book.close()
