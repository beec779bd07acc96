"""The bills of a kind: rows and sums of the same filter, what is left on each, and loans."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pim_tui.db.connection import Book, select
from pim_tui.domain.bills import PostingKind
from pim_tui.domain.customer import CustomerFields
from pim_tui.domain.dues import Paid
from pim_tui.queries.billlists import BillFilter, BillRow, bills_of
from pim_tui.queries.bills import bill_page
from pim_tui.services.customers import CreateCustomer, create_customer
from tests.services.desk import TODAY, desk
from tests.services.posted import Posted, Sold, product_called

OCTOBER = date(2026, 10, 1)


@pytest.fixture
def jane(book: Book) -> int:
    return create_customer(desk(), CreateCustomer(CustomerFields(first="Jane", last="Doe"))).ids[0]


@pytest.fixture
def sales(jane: int) -> int:
    """One bill of every status: half paid with a payer's share and a return, void, paid, unpaid."""
    today = Posted()
    part = today.bill(jane, Sold(), Sold("Ointment Ça va", 2000, 2, payer=1000), paid=500)
    today.credit(jane, part, 100)
    today.void(today.bill(jane))
    Posted(OCTOBER).bill(jane, paid=1190)
    Posted(OCTOBER).bill(jane, Sold("Soap", 300))
    return jane


def told(rows: tuple[BillRow, ...]) -> list[tuple[Any, ...]]:
    return [
        (row.code[-1], row.status, row.total, row.payer_share, row.paid, row.off, row.left) for row in rows
    ]


def test_what_is_paid_and_left_follows_from_the_rows_of_each_bill(sales: int) -> None:
    page = bills_of(BillFilter("sale", sales))

    assert told(page.rows) == [
        ("2", Paid.VOID, 1190, 0, 0, 1190, 0),
        ("1", Paid.PART, 3190, 1000, 500, 100, 1590),
        ("4", Paid.UNPAID, 300, 0, 0, 0, 300),
        ("3", Paid.PAID, 1190, 0, 1190, 0, 0),
    ]
    assert page.rows[1].items == "Bandage, 2 x Ointment Ça va"
    assert page.sums == {
        "bills": 4, "total": 5870, "payer_share": 1000, "paid": 1690, "off": 1290, "left": 1890,
        "payer_left": 1000, "out": 0,
    }  # fmt: skip
    assert page.currency == "USD"


@pytest.mark.parametrize(
    ("narrowed", "numbers"),
    [
        ({"statuses": ("paid",)}, "3"),
        ({"statuses": ("unpaid", "part")}, "14"),
        ({"statuses": ("void",)}, "2"),
        ({"first": TODAY}, "21"),
        ({"last": OCTOBER}, "43"),
        ({"text": "BAND"}, "213"),
        ({"text": "ointment"}, "1"),
        ({"text": "s-2026-4"}, "4"),
        ({"text": "i-2026-4"}, ""),
        ({"text": "soap", "statuses": ("paid",)}, ""),
    ],
)
@pytest.mark.parametrize("hers", [True, False], ids=["hers", "everybody's"])
def test_rows_and_sums_are_of_what_the_filter_lets_through(
    sales: int, narrowed: dict[str, Any], numbers: str, hers: bool
) -> None:
    page = bills_of(BillFilter("sale", sales if hers else None, **narrowed))

    assert "".join(row.code[-1] for row in page.rows) == numbers
    assert page.total == page.sums["bills"] == len(page.rows)
    for key in ("total", "payer_share", "paid", "off", "left", "payer_left"):
        assert page.sums[key] == sum(getattr(row, key) for row in page.rows)
    assert page.sums["total"] == sum(page.sums[key] for key in ("payer_share", "paid", "off", "left"))


def test_the_status_is_that_of_the_bills_own_page(sales: int) -> None:
    """Also where only the payer still owes, and where a part was credited and nothing paid."""
    rights = Posted()
    rights.bill(sales, Sold(total=2000, payer=1000), paid=1000)
    rights.credit(sales, rights.bill(sales, Sold(total=500)), 200)
    page = bills_of(BillFilter("sale", sales))

    assert [row.status for row in page.rows] == [bill_page(row.id).status for row in page.rows]
    assert [row.left for row in page.rows] == [bill_page(row.id).due for row in page.rows]
    for one in Paid:
        found = bills_of(BillFilter("sale", sales, statuses=(one,))).rows
        assert found == tuple(row for row in page.rows if row.status == one)
        assert found


def test_the_words_of_a_filter_may_be_on_several_lines_of_a_bill(sales: int) -> None:
    assert len(bills_of(BillFilter("sale", sales, text="ca ointment band")).rows) == 1


def test_a_clinic_finds_bills_by_its_products_however_the_line_was_called(jane: int) -> None:
    crutch = product_called("Crutch É", code="K-7")
    bill = Posted().bill(jane, Sold("Walking aid", product_id=crutch))
    Posted().bill(None, Sold("100% cotton"), paid=1190)

    assert [row.id for row in bills_of(BillFilter("sale", text="k-7 crutch e")).rows] == [bill]
    assert [row.items for row in bills_of(BillFilter("sale", text="100% COTT")).rows] == ["100% cotton"]
    assert bills_of(BillFilter("sale", text="1000 cotton")).rows == ()


def test_a_page_is_a_part_but_its_sums_are_of_all(sales: int) -> None:
    whole = bills_of(BillFilter("sale", sales))
    for narrowed in ({}, {"statuses": tuple(Paid)}):
        page = bills_of(BillFilter("sale", sales, **narrowed), limit=2, offset=1)  # type: ignore[arg-type]
        assert page.rows == whole.rows[1:3]
        assert (page.total, page.sums) == (whole.total, whole.sums)


def test_only_bills_of_the_kind_and_the_customer_are_listed(sales: int) -> None:
    Posted().bill(sales, kind=PostingKind.INCOME)

    assert bills_of(BillFilter("income", sales)).total == 1
    assert bills_of(BillFilter("income", sales + 1)).total == 0
    assert bills_of(BillFilter("dispense", sales)).sums["total"] == 0


def test_a_loan_is_active_overdue_or_returned_by_what_happened_to_it(jane: int) -> None:
    post, today = Posted(OCTOBER), TODAY
    _, late = post.loan(jane, date(2026, 11, 1), 3)
    _, longer = post.loan(jane, date(2026, 11, 1))
    _, back = post.loan(jane, date(2026, 11, 1))
    post.event(late, "hand_back", 1)
    post.event(longer, "extended", due_on=today)
    post.event(back, "hand_back", 1)

    def shown(*loans: str) -> list[tuple[Any, ...]]:
        page = bills_of(BillFilter("borrow", jane, loans=loans, today=today))
        return [(row.code[-1], row.loan, row.out, row.due_on) for row in page.rows]

    everything = [
        ("3", "Fully returned", 0, None),
        ("2", "Active", 1, today),
        ("1", "Overdue", 2, date(2026, 11, 1)),
    ]
    assert shown() == everything
    assert [shown(key) for key in ("returned", "active", "overdue")] == [[one] for one in everything]
    assert shown("active", "overdue") == everything[1:]
    assert bills_of(BillFilter("borrow", jane, today=today)).sums["out"] == 3


def test_what_was_dispensed_names_its_lots_and_directions(jane: int) -> None:
    pills = product_called("Pills", tracked=True)
    post = Posted()
    bill = post.bill(
        jane, Sold("Pills", 0, 2, product_id=pills, directions="one a day"), kind=PostingKind.DISPENSE
    )
    ((line,),) = select("select id from bill_line where bill_id = ?", [bill])
    post.moved(pills, "A1", ("receipt", 5))
    post.moved(pills, "A1", ("dispense", -2), line_id=line)

    (row,) = bills_of(BillFilter("dispense", jane)).rows
    assert (row.lots, row.directions) == ("A1", "one a day")
