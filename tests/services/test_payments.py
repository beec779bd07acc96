"""Money comes in, settles bills, and can be parted from them again (M6, M7)."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.db.connection import select
from pim_tui.domain.basket import Discount, Share
from pim_tui.errors import Invalid, NotFound, Refused
from pim_tui.queries.balances import balance, credits_of, dues, payer_credits, payer_dues
from pim_tui.queries.bills import bill_page
from pim_tui.services.corrections import VoidPosting, void_posting
from pim_tui.services.payments import Allocate, Unallocate, allocate_payment, unallocate_payment
from tests.services.clinic import JANE, JOHN
from tests.services.shop import BANDAGE, EMPLOYER, INSURER, Shop, card, cash, line, shop

DAY = 86_400


def bills(till: Shop, *prices: int, customer_id: int = JANE) -> list[int]:
    """Bills over these amounts, one a day."""
    made = []
    for price in prices:
        made.append(till.post(line(None, unit_price=price), customer_id=customer_id).ids[0])
        till.clock[0] += DAY
    return made


def left(*ids: int) -> list[int]:
    """What is still owed on each."""
    return [bill_page(id_).due for id_ in ids]


def test_the_oldest_bills_are_settled_first_and_what_is_over_is_credit(till: Shop) -> None:
    first, second, third = bills(till, 1000, 2000, 3000)
    done = till.pay(2500)

    assert left(first, second, third) == [0, 500, 3000]
    assert (done.says, done.ids[1:]) == ("P-2026-000001 25.00 paid.", (first, second))
    assert till.pay(4000).says == "P-2026-000002 40.00 paid, 5.00 to the credit."
    assert (dues(JANE), balance(JANE).balance) == ((), -500)
    assert [(one.code, one.left) for one in credits_of(JANE)] == [("P-2026-000002", 500)]


def test_chosen_bills_are_settled_as_chosen_and_cash_gives_change(till: Shop) -> None:
    first, second, third = bills(till, 1000, 2000, 3000)
    done = till.pay([cash(3500, 4000)], bills=((third, 3000), (second, 500)))

    assert done.says == "P-2026-000001 35.00 paid, change 5.00."
    assert left(first, second, third) == [1000, 1500, 0]
    till.pay([card(2000)], bills=((second, 1500),))
    assert (left(second), balance(JANE).credit) == ([0], 500)


def test_a_payment_on_account_is_credit_until_somebody_uses_it(till: Shop) -> None:
    payment = till.pay(1000).ids[0]
    (bill,) = bills(till, 2500)
    assert left(bill) == [2500]

    done = allocate_payment(till.session, Allocate(payment, bill, 1000))
    assert done.says == "10.00 of P-2026-000001 settles S-2026-000001."
    assert (left(bill), credits_of(JANE)) == ([1500], ())


def test_credit_is_used_before_what_comes_in_and_what_is_over_is_credit_again(till: Shop) -> None:
    first, second, third = bills(till, 1000, 2000, 3000)
    till.pay([card(6600)], bills=((second, 2000),))
    with pytest.raises(Refused, match=r"46\.01 of credit cannot be used: 40\.00 can\."):
        till.pay((), use_credit=4601)
    done = till.pay((), use_credit=1200)
    assert (done.says, left(first, third)) == ("12.00 of credit used.", [0, 2800])

    done = till.pay([cash(1000)], use_credit=2000)
    assert done.says == "P-2026-000002 8.00 paid, change 2.00, 20.00 of credit used."
    assert (dues(JANE), balance(JANE).balance) == ((), -1400)
    (fourth,) = bills(till, 500)
    done = till.pay([card(300)], use_credit=500, bills=((fourth, 500),))
    assert done.says == "P-2026-000003 3.00 paid, 3.00 to the credit, 5.00 of credit used."
    assert (left(fourth), balance(JANE).balance) == ([0], -1200)


def test_cash_that_is_kept_is_credit_and_no_change_is_given(till: Shop) -> None:
    (bill,) = bills(till, 1000)
    done = till.pay([cash(1500)], bills=((bill, 1000),), keep=True)
    assert done.says == "P-2026-000001 15.00 paid, 5.00 to the credit."
    assert (left(bill), balance(JANE).balance) == ([0], -500)


def test_parting_a_payment_restores_both_sides_exactly(till: Shop) -> None:
    first, second = bills(till, 1000, 2000)
    before = (dues(JANE), balance(JANE))
    payment = till.pay(2200).ids[0]
    for bill in (first, second):
        unallocate_payment(till.session, Unallocate(payment, bill))

    assert dues(JANE) == before[0]
    assert (balance(JANE).owed, balance(JANE).credit, bill_page(payment).due) == (3000, 2200, -2200)
    with pytest.raises(Refused, match="settles nothing of"):
        unallocate_payment(till.session, Unallocate(payment, first))
    allocate_payment(till.session, Allocate(payment, second, 2000))
    assert left(first, second) == [1000, 0]


def test_the_money_of_a_payer_settles_only_what_that_payer_owes(till: Shop) -> None:
    bill = till.post(line(payer=Share(percent=50_000)), payer_id=INSURER, kind="income").ids[0]
    done = till.pay([card(5000)], None, payer_id=INSURER)

    page = bill_page(bill)
    assert (page.due, page.payer_due, page.status) == (4000, 0, "part")
    assert done.says == "P-2026-000001 50.00 paid, 10.00 to the credit."
    assert ([one.left for one in payer_credits(INSURER)], payer_dues(INSURER)) == ([1000], ())
    assert (balance(JANE).balance, credits_of(JANE)) == (4000, ())
    with pytest.raises(Refused, match="cannot settle"):
        allocate_payment(till.session, Allocate(done.ids[0], bill, 1000))
    with pytest.raises(Refused, match="Nothing is owed on this bill by the one who pays"):
        till.pay([card(100)], None, payer_id=EMPLOYER, bills=((bill, 100),))


@pytest.mark.parametrize(
    ("paid", "more", "error", "why"),
    [
        (1000, {"customer_id": None}, Invalid, "one of them pays"),
        (1000, {"payer_id": INSURER}, Invalid, "one of them pays"),
        (1000, {"customer_id": 99}, NotFound, "That customer does not exist"),
        (1000, {"customer_id": None, "payer_id": 99}, NotFound, "That payer does not exist"),
        (1000, {"customer_id": JOHN, "bills": ((1, 500),)}, Refused, "Nothing is owed"),
        (1000, {"bills": ((1, 5001),)}, Refused, "S-2026-000001: 50.01 is asked for and 50.00 is owed"),
        (1000, {"bills": ((1, 500), (1, 600))}, Invalid, "name one bill twice"),
        ([card(0)], {}, Invalid, "must be above zero"),
        ((), {}, Invalid, "nothing is paid"),
    ],
)
def test_a_payment_that_does_not_fit_is_refused(
    till: Shop, paid: Any, more: dict[str, Any], error: type[Exception], why: str
) -> None:
    bills(till, 5000)
    with pytest.raises(error, match=why):
        till.pay(paid, **more)
    assert till.count("posting") == 1


@pytest.mark.parametrize("amount", [0, -5, 1001])
def test_no_more_is_settled_than_is_owed_or_there(till: Shop, amount: int) -> None:
    payment = till.pay(1000).ids[0]
    (bill,) = bills(till, 2000)
    with pytest.raises(Refused, match=r"Take at most 10\.00"):
        allocate_payment(till.session, Allocate(payment, bill, amount))


def test_one_customers_payment_never_settles_anothers_bill(till: Shop) -> None:
    payment = till.pay(1000, JOHN).ids[0]
    (bill,) = bills(till, 2000)
    with pytest.raises(Refused, match="only what the same customer owes") as caught:
        allocate_payment(till.session, Allocate(payment, bill, 500))
    assert (caught.value.rule, caught.value.hint[:15]) == ("M6", "Open the bill a")


def test_what_belongs_together_is_not_parted(till: Shop) -> None:
    bill, payment = till.post(line(), customer_id=None, paid=8000).ids
    with pytest.raises(Refused, match="has no customer who could owe it"):
        unallocate_payment(till.session, Unallocate(payment, bill))
    other = till.post(line()).ids[0]
    void = void_posting(till.session, VoidPosting(other, "slip")).ids[0]
    with pytest.raises(Refused, match="belongs to S-2026-000002 and stays with it"):
        unallocate_payment(till.session, Unallocate(void, other))
    with pytest.raises(NotFound):
        unallocate_payment(till.session, Unallocate(99, other))


# --- what always holds ---------------------------------------------------------------------------------

ACTS = st.one_of(
    st.tuples(st.just("post"), st.integers(0, 5000), st.integers(1, 3), st.integers(0, 100_000)),
    st.tuples(st.just("pay"), st.integers(1, 9000)),
    st.tuples(st.just("payer"), st.integers(1, 9000)),
    st.tuples(st.just("credit"), st.integers(1, 9000)),
    st.tuples(st.just("part"), st.integers(0, 20)),
    st.tuples(st.just("void"), st.integers(0, 20)),
)


@settings(max_examples=12, deadline=None)
@given(st.lists(ACTS, min_size=1, max_size=14), st.booleans(), st.sampled_from(["line", "rate"]))
def test_whatever_is_posted_paid_parted_and_voided_adds_up(
    acts: list[tuple[Any, ...]], inclusive: bool, tax_per: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        till = shop(Path(folder))
        till.rules(inclusive=inclusive, tax_per=tax_per)
        for act in acts:
            try:
                _act(till, *act)
            except Refused:
                continue
            finally:
                _require_sound(till)
        till.store.close()


def _act(till: Shop, what: str, amount: int, quantity: int = 1, share: int = 0) -> None:
    if what == "post":
        lines = (
            line(BANDAGE, quantity, payer=Share(share)),
            line(None, quantity, unit_price=amount, payer=Share(share)),
        )
        till.post(*lines, payer_id=INSURER, discount=Discount(percent=amount))
    elif what == "pay":
        till.pay([card(amount)])
    elif what == "payer":
        till.pay([card(amount)], None, payer_id=INSURER)
    elif what == "credit":
        till.post(line(), use_credit=amount)
    elif what == "part":
        rows = select(
            "select credit_id, debit_id from allocation where amount > 0 order by id limit 1 offset ?",
            [amount],
        )
        for credit_id, debit_id in rows:
            unallocate_payment(till.session, Unallocate(credit_id, debit_id))
    elif rows := select("select id from posting order by id limit 1 offset ?", [amount]):
        void_posting(till.session, VoidPosting(rows[0][0], "slip"))


def _require_sound(till: Shop) -> None:
    """M2, M4, M5, M7, K1 over the whole book."""
    assert select("select posting_id from entry group by posting_id having sum(amount) <> 0") == []
    ((owed,),) = select("select coalesce(sum(amount), 0) from entry where account = 'receivable'")
    assert balance(JANE).balance == owed == balance(JANE).owed - balance(JANE).credit
    assert all(0 < one.left <= one.amount for one in (*dues(JANE), *credits_of(JANE), *payer_dues(INSURER)))
    for kind, last in select("select kind, last from number_series"):
        numbers = select("select number from posting where kind = ? order by number", [kind])
        assert [number for (number,) in numbers] == list(range(1, last + 1))
    sums = select(
        "select lot_id, sum(quantity), (select on_hand from stock_movement n where n.lot_id = m.lot_id"
        " order by id desc limit 1) from stock_movement m group by lot_id"
    )
    assert all(total == there >= 0 for _, total, there in sums)
    voided = select("select corrects_id from posting where kind = 'void'")
    assert all(left(id_) == [0] for (id_,) in voided)
