"""Lists, grids and searches read what they show: by named indexes, no more in a clinic that is older."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import chain
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest

from pim_tui import queries
from pim_tui.db.connection import Book
from pim_tui.queries import search
from tests.db.book import new_book
from tests.queries import grown, hot
from tests.queries.namedindexes import Indexes, named, told_of, with_those_of
from tests.queries.watched import LARGE, Plan, plan_of, watched

pytestmark = pytest.mark.sqlite

YOUNG, OLD = 160, 400
"""Days that the two clinics have been open."""
MORE, SLACK = 1.15, 400
"""How much more an old clinic may take, in steps: a tree that is a level deeper, a row that is placed
otherwise."""

OWN_KEYS = {f"sqlite_autoindex_search_{what}_1" for what in ("word", "digits", "sound")}
"""Tables that are their own index: a plan does not tell its name."""


_CUT_INSIDE = re.compile(r"order by [^()]* limit [^()]*\) (as )?\w+( left)? join")


@dataclass(frozen=True)
class Cost:
    """What a question took."""

    rows: int
    steps: int
    plans: tuple[Plan, ...]
    asked: tuple[str, ...]


def _costs(book: Book, *, planned: bool) -> dict[str, Cost]:
    found = {}
    for one in hot.every():
        with watched(book) as seen:
            one.ask()
        plans = tuple(plan_of(book, *asked) for asked in seen.asked) if planned else ()
        found[one.name] = Cost(seen.rows, seen.steps, plans, tuple(sql for sql, _ in seen.asked))
    return found


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Cost], dict[str, Cost], Indexes]:
    """Of every question, in a young and in an old clinic."""
    found = []
    for days in (YOUNG, OLD):
        book = new_book(tmp_path_factory.mktemp("grown"), grown.furnish)
        grown.grow(book, days)
        found.append(_costs(book, planned=days == YOUNG))
        indexes = Indexes(book)
        book.close()
    return found[0], found[1], indexes


def test_a_screenful_costs_the_same_in_an_old_clinic(costs: Any) -> None:
    young, old, _ = costs
    grown_more = {
        one.name: (young[one.name].steps, old[one.name].steps)
        for one in hot.every()
        if not one.grows and old[one.name].steps > MORE * young[one.name].steps + SLACK
    }
    assert grown_more == {}


def test_no_more_rows_are_read_than_a_screenful(costs: Any) -> None:
    for found in costs[:2]:
        assert {
            one.name: found[one.name].rows for one in hot.every() if found[one.name].rows > one.rows
        } == {}


def test_no_large_table_is_read_from_end_to_end(costs: Any) -> None:
    young, *_ = costs
    scanned = {
        one.name: set().union(*(plan.scans for plan in young[one.name].plans)) - one.scans
        for one in hot.every()
    }
    assert {name: tables for name, tables in scanned.items() if tables} == {}


def test_a_page_that_is_cut_inside_is_put_in_order_outside_as_well(costs: Any) -> None:
    """SQLite hands the rows of a select on as they come, a server joins them in any order."""
    loose = {
        name: sql
        for name, cost in costs[0].items()
        for sql in cost.asked
        if (cut := _CUT_INSIDE.search(sql)) and "order by" not in sql[cut.end() :]
    }
    assert loose == {}


def test_what_a_plan_uses_is_what_the_docstring_names(costs: Any) -> None:
    """Both ways: of large tables no other index is used, and each that is named is used by some question."""
    young, _, indexes = costs
    unnamed, used = dict[str, set[str]](), dict[Any, set[str]]()
    for one in hot.every():
        these = {index for plan in young[one.name].plans for index in plan.indexes}
        told = [named(text, indexes)[0] for query in one.of for text in with_those_of(query)]
        if left := {name for name in these if indexes.called(name) in LARGE}.difference(*chain(*told)):
            unnamed[one.name] = left
        for query in one.of:
            used.setdefault(query, set()).update(these)
    assert unnamed == {}
    unused = {
        query.__name__: [one for one in named(told_of(query), indexes)[0] if not one & (found | OWN_KEYS)]
        for query, found in used.items()
    }
    assert {name: left for name, left in unused.items() if left} == {}


def _every_query() -> Iterator[Any]:
    for module in walk_packages(queries.__path__, f"{queries.__name__}."):
        for _, function in inspect.getmembers(import_module(module.name), inspect.isfunction):
            if function.__module__ == module.name:
                yield function


def test_every_index_that_a_docstring_names_is_there(costs: Any) -> None:
    wrong = {
        f"{query.__module__}.{query.__name__}": names
        for query in _every_query()
        if (names := named(told_of(query), costs[2])[1])
    }
    assert wrong == {}


def test_of_common_tokens_whole_words_are_looked_up_where_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a beginning is of a few words only: what each customer is called is on another page each."""
    monkeypatch.setattr(search, "COUNTED", 2)
    book = new_book(tmp_path, grown.furnish)
    grown.grow(book, 20)
    with watched(book) as seen:
        found = search.find("ann s", today=grown.TODAY)
    plans = [
        row[3] for asked in seen.asked for row in book.select(f"explain query plan {asked[0]}", asked[1])
    ]
    book.close()
    assert len(found) == 20
    assert any("USING PRIMARY KEY (word=? AND customer_id=?)" in line for line in plans), plans
    assert not any("search_word_of" in line for line in plans), plans
