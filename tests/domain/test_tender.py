"""Paying: split tender, change out of cash alone, cash rounding, credit (M7)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.pricing import Terms, cash_due
from pim_tui.domain.tender import METHODS, ROUNDING, Settled, Tender, settle
from pim_tui.errors import Invalid, Refused

CENTS = Terms("EUR", inclusive=True)
COINS = replace(CENTS, cash_step=5)


def paid(due: int, *tenders: Tender, terms: Terms = CENTS) -> Settled:
    return settle(due, tenders, terms)


def amounts(settled: Settled) -> list[tuple[str, int]]:
    return [(part.method, part.amount) for part in settled.parts]


def test_change_comes_back_out_of_cash() -> None:
    for tender in (Tender("cash", 3740, 5000), Tender("cash", 5000)):
        found = paid(3740, tender)
        assert (amounts(found), found.change, found.left) == ([("cash", 3740)], 1260, 0)
        assert (found.parts[0].tendered, found.parts[0].change) == (5000, 1260)


def test_a_bill_is_split_over_methods_and_cash_takes_the_rest_whatever_the_order() -> None:
    found = paid(10_000, Tender("cash", 5_000), Tender("card", 6_000, reference="slip 12"))
    assert amounts(found) == [("card", 6_000), ("cash", 4_000)]
    assert (found.paid, found.change, found.parts[0].reference) == (10_000, 1_000, "slip 12")


def test_a_part_is_paid_and_the_rest_is_left() -> None:
    found = paid(3740, Tender("cash", 2000, 5000), Tender("cheque", 1000))
    assert (found.paid, found.left, found.change) == (3000, 740, 3000)
    assert paid(3740) == Settled((), 0, 0, 0, 3740, 0)


def test_too_much_by_card_becomes_credit_and_never_change() -> None:
    found = paid(10_000, Tender("transfer", 12_000))
    assert (found.paid, found.credit, found.change, found.left) == (10_000, 2_000, 0, 0)


def test_cash_that_closes_the_bill_is_rounded_to_coins_as_a_part_of_its_own() -> None:
    down = paid(1002, Tender("cash", 2000), terms=COINS)
    assert amounts(down) == [("cash", 1000), (ROUNDING, 2)]
    assert (down.paid, down.change, down.rounding, down.left) == (1002, 1000, -2, 0)
    up = paid(1003, Tender("cash", 1005), terms=COINS)
    assert amounts(up) == [("cash", 1005), (ROUNDING, -2)]
    assert (up.paid, up.rounding) == (1003, 2)


def test_only_the_last_remainder_in_cash_is_rounded() -> None:
    assert paid(1002, Tender("card", 1002), terms=COINS).rounding == 0
    assert paid(1002, Tender("cash", 500), terms=COINS).left == 502
    split = paid(1002, Tender("card", 1000), Tender("cash", 0), terms=COINS)
    assert (amounts(split), split.rounding) == ([("card", 1000), (ROUNDING, 2)], -2)


def test_a_payment_on_account_is_due_at_its_own_amount() -> None:
    assert paid(5000, Tender("cash", 5000)).paid == 5000
    assert paid(0, Tender("card", 5000)).credit == 5000


@pytest.mark.parametrize(
    ("due", "tenders", "says"),
    [
        (
            10_000,
            [Tender("card", 12_000), Tender("cash", 1_000)],
            "The change, 30.00 EUR, would be more than",
        ),
        (10_000, [Tender("card", 10_000), Tender("cash", 1_000)], "Nothing is left to pay with 10.00 EUR"),
        (10_000, [Tender("cash", 10_000), Tender("cash", 500)], "Nothing is left to pay with 5.00 EUR"),
        (10_000, [Tender("cash", 0)], "Nothing is left to pay with 0.00 EUR"),
        (0, [Tender("cash", 500)], "Nothing is left"),
        (1_012, [Tender("cash", 503, 505)], "5.03 EUR cannot be paid in cash; the smallest coin is 0.05 EUR"),
    ],
)
def test_tenders_that_do_not_fit_are_refused_with_the_reason(
    due: int, tenders: list[Tender], says: str
) -> None:
    with pytest.raises(Refused, match=says) as caught:
        settle(due, tenders, COINS)
    assert (caught.value.rule, bool(caught.value.hint)) == ("M7", True)


def test_every_fault_of_the_tenders_is_told_at_once() -> None:
    wrong = [
        Tender("gold", 1),
        Tender("card", 0),
        Tender("card", 100, 200),
        Tender("cash", 100, 50),
        Tender("cash", 102),
        Tender("cash", -5),
        Tender("cheque", 10**14),
    ]
    with pytest.raises(Invalid) as caught:
        settle(1000, wrong, COINS)
    assert [fault.field for fault in caught.value.faults] == [
        "method", "amount", "tendered", "tendered", "tendered", "amount", "amount", "tendered",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("currency", "says"), [("JPY", "1,000 JPY"), ("EUR", "10.00 EUR"), ("KWD", "1.000 KWD")]
)
def test_refusals_speak_the_clinics_currency(currency: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        settle(0, [Tender("cash", 1000)], replace(CENTS, currency=currency))


TENDERS = st.lists(
    st.builds(
        lambda method, amount, more: Tender(method, amount, amount + more if method == "cash" else None),
        st.sampled_from(METHODS),
        st.integers(0, 2000).map(lambda fives: fives * 5),
        st.integers(0, 20).map(lambda fives: fives * 5),
    ),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 20_000), TENDERS, st.sampled_from([CENTS, COINS]))
def test_money_handed_over_is_all_accounted_for(due: int, tenders: list[Tender], terms: Terms) -> None:
    try:
        found = settle(due, tenders, terms)
    except (Invalid, Refused):
        return
    assert sum(part.amount for part in found.parts) == found.paid + found.credit
    assert found.paid + found.left == due
    handed = sum(tender.given for tender in tenders)
    rounding = sum(part.amount for part in found.parts if part.method == ROUNDING)
    assert handed - found.change == sum(part.amount for part in found.parts) - rounding
    assert rounding == -found.rounding
    assert min(found.paid, found.left, found.credit, found.change) >= 0
    assert found.change <= sum(tender.given for tender in tenders if tender.method == "cash")
    assert found.change % terms.cash_step == 0
    assert not (found.credit and found.change)
    if found.rounding:
        in_cash = sum(part.amount for part in found.parts if part.method == "cash")
        assert found.left == 0
        assert 2 * abs(found.rounding) <= terms.cash_step
        assert in_cash % terms.cash_step == 0


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 20_000), st.integers(0, 20), st.sampled_from([CENTS, COINS]))
def test_what_is_due_in_cash_always_closes_the_bill(due: int, more: int, terms: Terms) -> None:
    coins, rounding = cash_due(due, terms)
    found = settle(due, [Tender("cash", coins, coins + more * 5)], terms)
    assert (found.left, found.rounding, found.change) == (0, rounding, more * 5)
