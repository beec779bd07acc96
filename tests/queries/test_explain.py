"""Explain this number: the rows behind it come to exactly what the screens show."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from pim_tui.db.connection import Book, select
from pim_tui.domain.customer import CustomerFields
from pim_tui.lists import explained
from pim_tui.lists.bills import SALE
from pim_tui.lists.explained import explain_sum
from pim_tui.lists.known import KNOWN
from pim_tui.lists.spec import ListSpec, Metric, Scope
from pim_tui.lists.stock import PRODUCTS
from pim_tui.queries.balances import balance
from pim_tui.queries.billlists import BillFilter, bills_of
from pim_tui.queries.explain import KINDS, OF_POSTING, balance_behind, explain
from pim_tui.queries.ledger import ageing_of, ledger_of
from pim_tui.services.customers import CreateCustomer, create_customer
from pim_tui.services.returns import RequestReturn, ReturnOf, request_return
from tests.services.desk import TODAY, ZONE, desk
from tests.services.posted import Posted, Sold, product_called


@pytest.fixture
def jane(book: Book) -> int:
    id_ = create_customer(desk(), CreateCustomer(CustomerFields(first="Jane", last="Doe"))).ids[0]
    old, today = Posted(TODAY - timedelta(days=40)), Posted()
    bill = old.bill(id_, Sold(), Sold("Visit", 3000, payer=2000), paid=700)
    today.credit(id_, bill, 100)
    today.void(today.bill(id_, Sold("Soap", 300)))
    today.payment(id_, 50)
    old.bill(id_, Sold("Ointment", 900), paid=900)
    return id_


def test_what_a_customer_owes_is_made_of_postings(jane: int) -> None:
    told = balance(jane)
    ages = ageing_of(jane, TODAY).ages

    assert (told.balance, told.owed, told.credit) == (1340, 1390, 50)
    for kind, number in (("balance", told.balance), ("owed", told.owed), ("credit", told.credit)):
        assert (explain(kind, jane).total, explain(kind, jane).currency) == (number, "USD")
    assert [explain(f"age-{at}", jane, TODAY).total for at in range(4)] == [*ages] == [-50, 1390, 0, 0]
    assert explain("balance", jane + 1).total == explain("credit", jane + 1).total == 0


def test_the_balance_behind_a_row_is_made_of_the_rows_up_to_it(jane: int) -> None:
    for row in ledger_of(jane).rows:
        told = balance_behind(jane, row.id)
        assert told.total == row.balance
        assert told.parts[-1].posting_id == row.id
    assert balance_behind(jane, 999).total == 0


@pytest.mark.parametrize("kind", OF_POSTING)
def test_every_amount_of_a_bill_is_made_of_rows(jane: int, kind: str) -> None:
    for row in bills_of(BillFilter("sale", jane)).rows:
        told = explain(kind, row.id)
        assert told.total == getattr(row, kind)
        assert all(part.posting_id and part.code for part in told.parts)


def test_what_is_left_names_what_was_charged_and_what_settled_it(jane: int) -> None:
    bill = bills_of(BillFilter("sale", jane), limit=1, offset=2).rows[0]

    assert [(part.code, part.what, part.amount) for part in explain("left", bill.id).parts] == [
        ("S-2026-000001", "charged", 2190),
        ("P-2026-000001", "", -700),
        ("CN-2026-000001", "", -100),
    ]
    assert [(part.code, part.amount) for part in explain("off", bill.id).parts] == [("CN-2026-000001", 100)]


def test_what_is_on_the_shelf_is_made_of_movements(book: Book) -> None:
    desk()
    pills, post = product_called("Pills", tracked=True), Posted()
    post.moved(pills, "A1", ("receipt", 10), ("adjust", -3))
    post.moved(pills, "B2", ("receipt", 5))
    told = explain("stock", pills)

    assert [(part.what, part.amount) for part in told.parts] == [
        ("receipt, A1", 10),
        ("adjust, A1", -3),
        ("receipt, B2", 5),
    ]
    (row,) = PRODUCTS.query(Scope(None, ZONE, TODAY), {}, 10, 0).rows
    assert (told.total, told.currency) == (row.on_hand + row.expired, "") == (12, "")
    assert explain("lot", 2).total == 5


@pytest.mark.parametrize("most", [1, 2, 100])
@pytest.mark.parametrize("chosen", [{}, {"status": ("part", "paid")}])
def test_the_sum_under_a_list_is_made_of_its_rows(
    jane: int, monkeypatch: pytest.MonkeyPatch, most: int, chosen: dict[str, Any]
) -> None:
    """Also where there are more rows than anybody reads."""
    monkeypatch.setattr(explained, "MOST", most)
    spec, scope = replace(SALE, page_size=1), Scope(jane, ZONE, date(2026, 11, 23))
    sums = spec.query(scope, chosen, 1, 0).sums
    for metric in spec.metrics:
        told = explain_sum(spec, scope, chosen, metric)
        assert told.total == sums[metric.key]
        assert len(told.parts) <= most + 1


SUMS = [
    (spec, metric)
    for spec in KNOWN.values()
    for metric in spec.metrics
    if metric.kind == "money" and hasattr(spec.row, metric.key)
]


@pytest.mark.parametrize(("spec", "metric"), SUMS, ids=[f"{spec.key}-{one.key}" for spec, one in SUMS])
def test_every_sum_of_money_under_any_list_is_made_of_its_rows(
    jane: int, spec: ListSpec[Any], metric: Metric
) -> None:
    ((line,),) = select("select id from bill_line where description = 'Ointment'")
    ((bill,),) = select("select bill_id from bill_line where id = ?", [line])
    request_return(desk(), RequestReturn(bill, (ReturnOf(line, 1, "none"),), "broken"))
    scope = Scope(jane, ZONE, TODAY)
    told = explain_sum(spec, scope, {}, metric)

    assert told.total == spec.query(scope, {}, 1, 0).sums[metric.key]
    if spec.key in ("sale", "payments", "ledger", "refunds"):
        assert told.parts or metric.key in ("payer_left",)


def test_every_kind_of_number_can_be_explained_where_there_is_nothing(book: Book) -> None:
    assert {explain(kind, 1, TODAY).total for kind in KINDS} == {0}
