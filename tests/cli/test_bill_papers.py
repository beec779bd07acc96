"""``pim-tui print bill`` and the other papers about money: what they print is what the book holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader

from pim_tui.db.connection import Book, open_book
from pim_tui.domain.basket import Basket
from pim_tui.domain.money import figures
from pim_tui.domain.rights import rights_of
from pim_tui.domain.session import Session
from pim_tui.services.till import PostBill, post_bill
from tests.cli.shell import Shell
from tests.morning import today
from tests.services.shop import card, line

NOW = 1_795_422_000
WHO = 3
"""Whose bills they are."""


@pytest.fixture
def book(clinic: Shell) -> Iterator[Book]:
    """The shell's book with two bills of one customer, one of them paid and dispensed."""
    opened = open_book(str(clinic.book))
    session = Session(1, "Anna", "UTC", lambda: NOW, rights_of("owner"), "desk", "US", "USD")
    for kind, tenders in (("sale", ()), ("dispense", (card(1_000),))):
        goods = line(None, description="Eye drops", unit_price=1_000, directions="One drop a day")
        post_bill(session, PostBill(Basket(kind, (goods,), customer_id=WHO), tenders))
    yield opened
    opened.close()


def words(file: Path) -> str:
    """All words of a PDF."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(file).pages).split())


def test_a_bill_is_printed_from_the_book_and_a_copy_says_so(clinic: Shell, book: Book) -> None:
    one, two, copy = (clinic.home / name for name in ("one.pdf", "two.pdf", "copy.pdf"))
    assert clinic.run("print", "bill", "s-2026-1", "--to", str(one)).err == ""
    assert clinic.run("print", "bill", "S-2026-000001", "--to", str(two)).code == 0
    assert clinic.run("print", "bill", "S-2026-000001", "--copy", "--to", str(copy)).code == 0
    assert one.read_bytes() == two.read_bytes()
    ((amount, name),) = book.select(
        "select p.amount, l.description from posting p join bill_line l on l.bill_id = p.id where p.id = 1"
    )
    for part in ("Bill", "S-2026-000001", name, f"Left to pay USD {figures(amount, 'USD')}"):
        assert part in words(one)
    assert "COPY 1" in words(copy)
    assert book.select("select copy, goes_to from paper_print order by id") == [
        (0, "file"),
        (0, "file"),
        (1, "file"),
    ]


def test_a_statement_and_a_label_say_what_the_book_says(clinic: Shell, book: Book) -> None:
    ((owed,),) = book.select("select sum(amount) from entry where account = 'receivable'")
    days = ("--from", "1", "jan", "2026", "--until", "31", "dec", "2026")
    done = clinic.run("print", "statement", "#3", *days, "--text")
    assert (done.code, done.err) == (0, "")
    assert re.search(rf"Balance now .* {figures(owed, 'USD')}\n", done.out)
    assert "D-2026-000001" in done.out
    assert "One drop a day" in clinic.run("print", "label", "D-2026-000001", "--text").out


def test_days_of_money_without_a_year_are_over(clinic: Shell) -> None:
    done = clinic.run("print", "ledger", "--from", "1", "jan", "--text")
    first, last = f"1 Jan {today().year}", f"{today():%-d %b %Y}"
    # On the first day of a year it is that day alone.
    assert f"  {first} to {last}\n".replace(f"{last} to ", "") in done.out


def test_what_cannot_be_printed_is_told(clinic: Shell, book: Book) -> None:
    done = clinic.run("print", "label", "S-2026-000001", "2", "--text")
    assert (done.code, "no line 2" in done.complaint) == (1, True)
