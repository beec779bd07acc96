"""The lists of the whole clinic: payments, loans that are out, visits nobody has paid."""

from __future__ import annotations

from datetime import date

import pytest

from pim_tui.db.connection import Book
from pim_tui.domain.bills import PostingKind
from pim_tui.domain.customer import CustomerFields, PhoneEntry
from pim_tui.queries.loanlists import LoanFilter, loans_out
from pim_tui.queries.paymentlists import PaymentFilter, payments_of
from pim_tui.queries.visitlists import UnpaidFilter, unpaid_visits
from pim_tui.services.customers import CreateCustomer, create_customer
from tests.services.desk import TODAY, appointment, desk
from tests.services.posted import Posted, Sold

OCTOBER = date(2026, 10, 1)


@pytest.fixture
def jane(book: Book) -> int:
    fields = CustomerFields(first="Jane", last="Doe", phones=(PhoneEntry("mobile", "030 5550101"),))
    return create_customer(desk(), CreateCustomer(fields)).ids[0]


def test_payments_add_up_by_method_without_what_was_voided(jane: int) -> None:
    Posted(OCTOBER).payment(jane, 1000, method="card")
    today = Posted()
    today.bill(jane, Sold(total=500), paid=500)
    today.void(today.payment(jane, 70))
    today.bill(None, Sold(total=30), paid=30)

    page = payments_of(PaymentFilter())
    told = [(row.code[-1], row.customer, row.methods, row.amount, row.free, row.voided) for row in page.rows]
    assert told == [
        ("4", "", "cash", 30, 0, ""),
        ("3", "Jane Doe", "cash", 70, 0, "void"),
        ("2", "Jane Doe", "cash", 500, 0, ""),
        ("1", "Jane Doe", "card", 1000, 1000, ""),
    ]
    assert {key: sum_ for key, sum_ in page.sums.items() if sum_} == {
        "counted": 1530,
        "cash": 530,
        "card": 1000,
        "void": 70,
    }
    assert payments_of(PaymentFilter(first=TODAY, methods=("card",))).total == 0
    assert payments_of(PaymentFilter(jane, kinds=("payment",), last=OCTOBER)).sums["counted"] == 1000
    assert payments_of(PaymentFilter(kinds=("refund",))).rows == ()
    assert payments_of(PaymentFilter(), limit=1, offset=2).rows == page.rows[2:3]


def test_a_loan_is_overdue_from_the_day_after_its_last_one(jane: int) -> None:
    post = Posted(OCTOBER)
    _, late = post.loan(jane, date(2026, 11, 1), 3)
    _, longer = post.loan(jane, OCTOBER)
    post.loan(jane, TODAY)
    _, back = post.loan(jane, OCTOBER)
    post.event(late, "lost", 1)
    post.event(longer, "extended", due_on=date(2026, 11, 20))
    post.event(back, "hand_back", 1)

    page = loans_out(LoanFilter(TODAY, overdue=True))
    assert [(row.id, row.item, row.out, row.due_on, row.late) for row in page.rows] == [
        (late, "Crutches", 2, date(2026, 11, 1), 22),
        (longer, "Crutches", 1, date(2026, 11, 20), 3),
    ]
    assert (page.rows[0].customer, page.rows[0].phone) == ("Jane Doe", "030 5550101")
    assert (page.total, page.sums) == (2, {"out": 3, "overdue": 3})
    everything = loans_out(LoanFilter(TODAY))
    assert [row.late for row in everything.rows] == [22, 3, None]
    assert everything.sums == {"out": 4, "overdue": 3}
    assert loans_out(LoanFilter(TODAY, customer_id=jane + 1)).rows == ()


def test_a_visit_is_unpaid_until_a_bill_for_it_is_paid(jane: int) -> None:
    """A void bill is no bill, and a canceled visit costs nothing."""
    paid, half, void, never, _ = (
        appointment(jane, date(2026, 11, day), status=status)
        for day, status in ((2, "C"), (3, "C"), (4, "C"), (5, "C"), (6, "X"))
    )
    post, kind = Posted(), PostingKind.INCOME
    post.bill(jane, Sold(total=800), kind=kind, paid=800, appointment_id=paid)
    post.bill(jane, Sold(total=900, payer=500), kind=kind, paid=300, appointment_id=half)
    post.void(post.bill(jane, kind=kind, appointment_id=void))

    page = unpaid_visits(UnpaidFilter())
    assert [(row.id, row.customer, row.code, row.left) for row in page.rows] == [
        (never, "Jane Doe", "", 0),
        (void, "Jane Doe", "", 0),
        (half, "Jane Doe", "I-2026-000002", 600),
    ]
    assert (page.total, page.sums, page.currency) == (3, {"unbilled": 2, "left": 600}, "USD")
    assert [row.id for row in unpaid_visits(UnpaidFilter(billed=("yes",))).rows] == [half]
    assert unpaid_visits(UnpaidFilter(jane, billed=("no",), last=date(2026, 11, 4))).total == 1
