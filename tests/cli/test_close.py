"""``pim-tui print close --json``: the X and the Z report for programs, with the sums that the paper has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from pim_tui.db.connection import Book, open_book
from pim_tui.domain.basket import Basket
from pim_tui.domain.moments import day_of
from pim_tui.domain.rights import rights_of
from pim_tui.domain.session import Session
from pim_tui.services.corrections import VoidPosting, void_posting
from pim_tui.services.day_close import CloseDay, close_day
from pim_tui.services.drawer import CloseDrawer, MoveCash, OpenDrawer, close_drawer, move_cash, open_drawer
from pim_tui.services.till import PostBill, post_bill
from tests.cli.shell import Shell
from tests.services.shop import cash, line

NOW = 1_795_422_000
SESSION = Session(1, "Anna", "UTC", lambda: NOW, rights_of("owner"), "desk", "US", "USD")
DAY = day_of(NOW, "UTC")
DRAWER = 1, 1
"""Its id and its version."""


@pytest.fixture
def book(clinic: Shell) -> Iterator[Book]:
    """The shell's book with a drawer of 100.00, a bill of 23.80 that was paid, and one that was voided."""
    opened = open_book(str(clinic.book))
    open_drawer(SESSION, OpenDrawer(10_000))
    for tenders in ((cash(2_380),), ()):
        goods = line(None, description="Eye drops", unit_price=2_380)
        post_bill(SESSION, PostBill(Basket("sale", (goods,), customer_id=3), tenders))
    last = opened.select("select max(id) from posting where kind = 'sale'")[0][0]
    void_posting(SESSION, VoidPosting(last, "typed twice"))
    yield opened
    opened.close()


def told(clinic: Shell, *words: str) -> dict[str, Any]:
    """What the command answers about that day."""
    done = clinic.run("print", "close", DAY.isoformat(), "--json", *words)
    assert (done.code, done.err) == (0, "")
    found: dict[str, Any] = json.loads(done.out)
    return found


@pytest.mark.usefixtures("book")
def test_a_day_is_told_while_it_is_open_and_by_its_number_once_it_is_closed(clinic: Shell) -> None:
    open_ = told(clinic)
    assert (open_["day"], open_["report"], open_["number"]) == (DAY.isoformat(), "X", None)
    assert open_["sales"] == [{"name": "sale", "times": 1, "amount": "23.80"}]
    assert open_["taxes"] == [{"name": "VAT", "rate": "19", "base": "20.00", "amount": "3.80", "lines": 1}]
    assert open_["payments"] == [{"name": "cash", "times": 1, "amount": "23.80"}]
    assert [(one["amount"], one["reason"]) for one in open_["voids"]] == [("23.80", "typed twice")]
    drawer = open_["drawer"]
    assert (drawer["opening"], drawer["expected"], drawer["counted"]) == ("100.00", "123.80", None)
    close_drawer(SESSION, CloseDrawer(*DRAWER, 12_380))
    close_day(replace(SESSION, clock=lambda: NOW + 60), CloseDay(DAY))
    closed = told(clinic)
    assert (closed["report"], closed["number"], closed["closed_at"]) == ("Z", 1, NOW + 60)
    assert closed["drawer"]["counted"] == "123.80"
    assert {name: closed[name] for name in ("sales", "taxes", "voids")} == {
        name: open_[name] for name in ("sales", "taxes", "voids")
    }
    assert "Z report" in clinic.run("print", "close", DAY.isoformat(), "--text").out


def sums(told: Any) -> Iterator[Any]:
    """Whatever is written under the name of a sum, however deep."""
    if isinstance(told, dict):
        for name, one in told.items():
            yield from sums(one) if isinstance(one, dict | list) else (one,) if name == "amount" else ()
    else:
        for one in told:
            yield from sums(one)


@pytest.mark.usefixtures("book")
def test_what_more_went_out_of_the_drawer_than_was_in_it_is_written_like_every_sum(clinic: Shell) -> None:
    move_cash(SESSION, MoveCash("out", 20_000, "the bank"))
    found = told(clinic)
    (below,) = found["drawer"]["overdrawn"]
    assert (below["amount"], below["reason"]) == ("-76.20", "the bank")
    assert [one["amount"] for one in found["drawer"]["moves"]] == ["-200.00"]
    assert {type(one) for one in sums(found)} == {str}


@pytest.mark.parametrize(
    ("words", "told"),
    [(("--json", "--text"), "not allowed with"), (("--json", "--copy"), "nothing is printed")],
)
def test_json_is_no_paper(clinic: Shell, words: tuple[str, ...], told: str) -> None:
    done = clinic.run("print", "close", *words)
    assert (done.code, told in done.complaint) == (2, True)


@pytest.mark.usefixtures("book")
def test_whoever_may_see_no_bill_is_told_no_figures(clinic: Shell, book: Book) -> None:
    with book.write_tx():
        book.db.execute_sql("delete from role_right where name = 'bill.see'")
    done = clinic.run("print", "close", DAY.isoformat(), "--json")
    assert done.code == 1
    assert "right to" in done.complaint
