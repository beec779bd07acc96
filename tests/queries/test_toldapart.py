"""The number before a name that ASCII cannot write: in rows, in pages, and in what has rows in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from pim_tui.queries.page import Page, Totals
from pim_tui.queries.search import find
from pim_tui.queries.toldapart import told_apart
from pim_tui.services.customer_rows import insert_customers
from tests.line.talking import furnish, person
from tests.services.clinic import Practice, practice


class Row(NamedTuple):
    """A row of some list."""

    id: int
    customer_id: int | None
    customer: str


@dataclass(frozen=True, slots=True)
class Around:
    """What has a row in it."""

    row: Row | None
    rows: dict[str, list[Row]]


LOST, LATIN, NOBODY = Row(1, 4, "太郎 山田"), Row(2, 1, "Jane Doe"), Row(3, None, "山田")
TOLD = Row(1, 4, "#4 太郎 山田")


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Practice]:
    """The usual people, and one of whose name ASCII keeps nothing."""
    made = practice(tmp_path, furnish)
    insert_customers(made.session, [person("太郎", "山田", "1984-03-01", "")])
    yield made
    made.store.close()


def test_rows_are_told_apart_however_they_lie_in_what_is_read(clinic: Practice) -> None:
    assert told_apart(LOST) == TOLD
    assert told_apart((LOST, LATIN, NOBODY)) == (TOLD, LATIN, NOBODY)
    assert told_apart([LOST]) == [TOLD]
    around = Around(LOST, {"a": [LATIN, LOST]})
    assert told_apart(around) == Around(TOLD, {"a": [LATIN, TOLD]})
    page = told_apart(Page((LOST, LATIN), Totals(2, {"owed": 7}, "EUR"), 5))
    assert (page.rows, page.offset, page.total, page.sums) == ((TOLD, LATIN), 5, 2, {"owed": 7})


def test_who_was_found_is_too(clinic: Practice) -> None:
    (found,) = find("山田", today=date(2026, 11, 23))
    told = told_apart(found)
    assert told == replace(found, listed=f"#4 {found.listed}", full=f"#4 {found.full}")


@pytest.mark.parametrize("other", [None, 7, "山田", (LATIN, NOBODY), (), {"a": 1}, Around(None, {})])
def test_whatever_else_is_read_stays_as_it_is(clinic: Practice, other: object) -> None:
    assert told_apart(other) is other
