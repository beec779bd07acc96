"""The running ledger and ageing: every balance is the sum of the rows up to it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pim_tui.db.connection import Book
from pim_tui.domain.bills import PostingKind
from pim_tui.domain.customer import CustomerFields
from pim_tui.queries import ledger
from pim_tui.queries.ledger import (
    LedgerFilter,
    LedgerRow,
    aged,
    ageing_of,
    balance_on,
    ledger_of,
    ledger_rows,
)
from pim_tui.services.customers import CreateCustomer, create_customer
from tests.services.desk import TODAY, desk
from tests.services.posted import Posted, Sold

JUNE, AUGUST, OCTOBER = date(2026, 6, 15), date(2026, 8, 20), date(2026, 10, 1)


@pytest.fixture
def jane(book: Book) -> int:
    return create_customer(desk(), CreateCustomer(CustomerFields(first="Jane", last="Doe"))).ids[0]


@pytest.fixture
def account(jane: int) -> int:
    """A bill half paid in June, one in August, money on account in October, today a return and a payer."""
    Posted(JUNE).bill(jane, Sold("Soap", 1000), paid=400)
    august = Posted(AUGUST).bill(jane, Sold("Bandage", 2000))
    Posted(OCTOBER).payment(jane, 300, method="card")
    today = Posted(TODAY)
    today.credit(jane, august, 500)
    today.bill(jane, Sold("Visit", 3000, payer=2400), kind=PostingKind.INCOME)
    return jane


def told(rows: Any) -> list[tuple[Any, ...]]:
    return [(row.code, row.what, row.charged, row.credited, row.balance) for row in rows]


OLDEST_FIRST = [
    ("S-2026-000001", "Soap", 1000, 0, 1000),
    ("P-2026-000001", "cash", 0, 400, 600),
    ("S-2026-000002", "Bandage", 2000, 0, 2600),
    ("P-2026-000002", "card", 0, 300, 2300),
    ("CN-2026-000001", "S-2026-000002: returned", 0, 500, 1800),
    ("I-2026-000001", "Visit", 600, 0, 2400),
]


def test_every_row_tells_the_balance_behind_it(account: int) -> None:
    page = ledger_of(account)

    assert told(page.rows) == OLDEST_FIRST[::-1]
    assert (page.total, page.currency) == (6, "USD")
    assert page.sums == {"charged": 3600, "credited": 1200, "closing": 2400}
    assert told(row for chunk in ledger_rows(account) for row in chunk) == OLDEST_FIRST


@pytest.mark.parametrize(
    ("shown", "rows", "balance"),
    [
        (LedgerFilter(first=AUGUST), OLDEST_FIRST[2:], 2400),
        (LedgerFilter(last=OCTOBER), OLDEST_FIRST[:4], 2300),
        (LedgerFilter(kinds=("payment",)), [OLDEST_FIRST[1], OLDEST_FIRST[3]], 2400),
        (LedgerFilter(kinds=("sale",), first=AUGUST, last=AUGUST), [OLDEST_FIRST[2]], 2600),
    ],
)
def test_what_is_filtered_keeps_its_true_balance(
    account: int, shown: LedgerFilter, rows: list[tuple[Any, ...]], balance: int
) -> None:
    page = ledger_of(account, shown)

    assert told(page.rows) == rows[::-1]
    assert page.total == len(rows)
    assert page.sums["closing"] == balance == balance_on(account, shown.last)
    assert told(ledger_of(account, shown, limit=1, offset=len(rows) - 1).rows) == [rows[0]]


def test_a_part_of_the_ledger_begins_with_the_balance_before_it(account: int) -> None:
    found = [row for chunk in ledger_rows(account, AUGUST, OCTOBER) for row in chunk]

    assert told(found) == OLDEST_FIRST[2:4]
    assert found[0].balance - found[0].charged == balance_on(account, AUGUST - timedelta(days=1)) == 600
    assert found[-1].balance == ageing_of(account, OCTOBER).balance == 2300
    assert list(ledger_rows(account, date(2026, 9, 1), date(2026, 9, 2))) == []


def test_ages_are_those_of_the_evening_that_is_asked_for(account: int) -> None:
    """In October nothing was returned yet, and the payment on account was new."""
    assert ageing_of(account, TODAY).ages == (600, -300, 0, 2100)
    assert ageing_of(account, OCTOBER).ages == (-300, 2000, 0, 600)
    assert ageing_of(account, JUNE - timedelta(days=1)).ages == (0, 0, 0, 0)
    assert [(one.code, one.left) for one in aged(account, TODAY)] == [
        ("S-2026-000001", 600),
        ("S-2026-000002", 1500),
        ("P-2026-000002", -300),
        ("I-2026-000001", 600),
    ]


def test_others_have_a_ledger_of_their_own(account: int) -> None:
    assert ledger_of(account + 1).sums == {"charged": 0, "credited": 0, "closing": 0}
    assert list(ledger_rows(account + 1)) == []
    assert ageing_of(account + 1, TODAY).balance == 0


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 150), st.integers(1, 5000), st.booleans()), min_size=1, max_size=8
    ),
    back=st.integers(0, 160),
    chunk=st.integers(1, 4),
)
def test_the_ledger_and_the_ages_agree(
    jane: int, steps: list[tuple[int, int, bool]], back: int, chunk: int
) -> None:
    for ago, amount, pays in sorted(steps, reverse=True):
        post = Posted(TODAY - timedelta(days=ago))
        bill = post.bill(jane, Sold(total=amount), paid=amount // 2 if pays else 0)
        if not pays:
            post.credit(jane, bill, amount, settles=amount // 3)
    day = TODAY - timedelta(days=back)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger, "CHUNK", chunk)
        rows: list[LedgerRow] = [row for some in ledger_rows(jane) for row in some]
    running = 0
    for row in rows:
        running += row.charged - row.credited
        assert row.balance == running
    assert tuple(rows[::-1]) == ledger_of(jane, limit=len(rows)).rows
    assert ageing_of(jane, day).balance == balance_on(jane, day)
    assert balance_on(jane) == running
