"""The fields of a payment, read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.money import written
from pim_tui.domain.paying import Bill, Payment, read_payment, told
from pim_tui.domain.pricing import Terms
from pim_tui.domain.tender import METHODS, Tender
from pim_tui.errors import Invalid, PimError, Refused

EUR, COINS = Terms("EUR", True), Terms("EUR", True, cash_step=5)
BILL = Bill(6900, EUR)


def paid(bill: Bill, at: str = "cash", **typed: str) -> tuple[Tender, ...]:
    return read_payment(bill, typed, at).payment.tenders


def test_an_empty_field_with_the_cursor_takes_all_that_is_left() -> None:
    assert paid(BILL) == (Tender("cash", 6900),)
    assert paid(BILL, "card") == (Tender("card", 6900),)
    assert paid(BILL, "card", cash="20") == (Tender("cash", 2000), Tender("card", 4900))
    assert paid(BILL, "") == ()
    assert paid(Bill(0, EUR)) == ()


def test_cash_is_asked_for_in_coins_that_there_are() -> None:
    assert paid(Bill(6902, COINS)) == (Tender("cash", 6900),)
    assert paid(Bill(2, COINS)) == (Tender("cash", 0),)
    reading = read_payment(Bill(6902, COINS), {}, "cash")
    assert told(Bill(6902, COINS), reading) == [("Cash", 6900), ("Cash rounding", -2)]


def test_what_follows_is_told_line_by_line() -> None:
    assert told(BILL, read_payment(BILL, {"cash": "100"}, "cash")) == [("Cash", 6900), ("Change", 3100)]
    assert told(BILL, read_payment(BILL, {"cash": "20"}, "cash")) == [
        ("Cash", 2000),
        ("Stays on account", 4900),
    ]
    nobody = replace(BILL, in_full=True)
    assert told(nobody, read_payment(nobody, {"cash": "20"}, "cash"))[1] == ("Is missing", 4900)
    assert told(BILL, read_payment(BILL, {"card": "70"}, "card")) == [("Card", 7000), ("Becomes credit", 100)]


def test_credit_lowers_what_is_left_and_never_goes_beyond_what_there_is() -> None:
    bill = Bill(6900, EUR, credit=1200)
    reading = read_payment(bill, {"credit": "12.00"}, "cash")
    assert reading.payment == Payment((Tender("cash", 5700),), 1200, {"credit": "12.00", "reference": ""})
    assert told(bill, reading)[0] == ("Credit used", 1200)
    with pytest.raises(Refused, match=r"At most 12\.00 EUR"):
        read_payment(bill, {"credit": "12.01"}, "cash")


def test_the_slip_goes_with_what_is_not_cash() -> None:
    reading = read_payment(BILL, {"cash": "20"}, "card", reference=" slip 7 ")
    assert reading.payment.tenders == (Tender("cash", 2000), Tender("card", 4900, None, "slip 7"))
    in_cash = read_payment(BILL, {}, "cash", reference="voucher 3")
    assert in_cash.payment.tenders == (Tender("cash", 6900, None, "voucher 3"),)


def test_where_nobody_can_owe_it_nothing_is_paid_too_much() -> None:
    with pytest.raises(Refused, match="nobody to keep it for"):
        read_payment(Bill(6900, EUR, in_full=True), {"card": "70"}, "card")


def test_a_barcode_is_no_amount_and_all_faults_are_told_at_once() -> None:
    with pytest.raises(Invalid, match="is a barcode"):
        paid(BILL, cash="4006381333931")
    assert paid(BILL, cash="10000000")[0].amount == 1_000_000_000
    with pytest.raises(Invalid) as error:
        paid(BILL, cash="ten", card="-1")
    assert [fault.field for fault in error.value.faults] == ["cash", "card"]


AMOUNTS = st.dictionaries(st.sampled_from(METHODS), st.integers(0, 20_000), max_size=4)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10_000), AMOUNTS, st.sampled_from(METHODS), st.sampled_from((EUR, COINS)))
def test_whatever_is_typed_what_is_told_adds_up(
    due: int, amounts: dict[str, int], at: str, terms: Terms
) -> None:
    bill = Bill(due, terms)
    try:
        reading = read_payment(bill, {name: written(one, "EUR") for name, one in amounts.items()}, at)
    except PimError:
        return
    rows = dict(told(bill, reading))
    methods = sum(amount for title, amount in rows.items() if title.lower() in METHODS)
    left, credit = rows.get("Stays on account", 0), rows.get("Becomes credit", 0)
    assert methods - rows.get("Cash rounding", 0) + left - credit == due
