"""What a return is worth, to the cent, and where it goes (R1-R5, M6)."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.basket import Basket
from pim_tui.domain.pricing import PricedTax, Terms, price
from pim_tui.domain.returns import (
    Apportioned,
    Disposition,
    QuotedLine,
    SoldLine,
    apportion_refund,
    approved_by_rule,
    check_disposition,
    may_approve,
    quote,
    usual_disposition,
)
from pim_tui.domain.rounding import Rounding
from pim_tui.errors import Forbidden, Refused
from tests.domain.bills import MODES, TERMS, baskets, sold

FIGURES = ("net", "tax", "total", "customer", "payer")
THREE = SoldLine(1, 3, 840, 160, 1000, 700, 300, (PricedTax("VAT", 19_000, 840, 160),), description="Bandage")


def one_by_one(line: SoldLine, steps: list[int], rounding: Rounding = Rounding.HALF_UP) -> list[QuotedLine]:
    """The line returned in several steps."""
    found = []
    for units in steps:
        found.extend(quote([(line, units)], rounding).lines)
        line = replace(line, returned=line.returned + units)
    return found


def test_the_last_unit_takes_the_cents_that_remain() -> None:
    values = one_by_one(THREE, [1, 1, 1])
    assert [value.total for value in values] == [333, 334, 333]
    assert [value.tax for value in values] == [53, 54, 53]
    assert [value.payer for value in values] == [100, 100, 100]
    assert [value.taxes[0].base for value in values] == [280, 280, 280]


def test_the_quote_of_several_lines_is_the_sum_of_theirs() -> None:
    other = SoldLine(2, 1, 100, 0, 100, 100, 0, ())
    found = quote([(THREE, 2), (other, 1)])
    assert (found.total, found.customer, found.payer) == (767, 567, 200)
    assert found.taxes == (PricedTax("VAT", 19_000, 560, 107),)


def test_a_line_that_cost_nothing_returns_nothing() -> None:
    free = SoldLine(1, 2, 0, 0, 0, 0, 0, (PricedTax("VAT", 19_000, 0, 0),))
    assert quote([(free, 1)]).total == 0


@pytest.mark.parametrize(
    ("line", "units", "says"),
    [
        (THREE, 4, "Bandage: 4 asked for, 3 of 3 left to return"),
        (replace(THREE, returned=3), 1, "1 asked for, 0 of 3 left"),
        (THREE, 0, "0 asked for"),
        (THREE, -1, "-1 asked for"),
        (replace(THREE, description=""), 9, "line 1: 9 asked for"),
    ],
)
def test_no_more_comes_back_than_was_sold(line: SoldLine, units: int, says: str) -> None:
    with pytest.raises(Refused, match=says) as caught:
        quote([(line, units)])
    assert caught.value.rule == "R1"


def test_an_empty_return_and_a_line_named_twice_are_refused() -> None:
    with pytest.raises(Refused, match="Nothing is to be returned"):
        quote([])
    with pytest.raises(Refused, match="named twice"):
        quote([(THREE, 1), (THREE, 2)])


@st.composite
def returns(draw: st.DrawFn) -> tuple[SoldLine, list[int], Rounding]:
    """A line of some bill, and its whole quantity in steps."""
    basket: Basket = draw(baskets())
    terms: Terms = draw(TERMS)
    line = draw(st.sampled_from(sold(price(basket, terms))))
    steps, left = [], line.quantity
    while left:
        steps.append(draw(st.integers(1, left)))
        left -= steps[-1]
    return line, steps, draw(st.sampled_from(MODES))


@settings(max_examples=120, deadline=None)
@given(returns())
def test_many_returns_are_worth_what_one_is_worth_to_the_cent(
    case: tuple[SoldLine, list[int], Rounding],
) -> None:
    line, steps, rounding = case
    values = one_by_one(line, steps, rounding)
    for figure in FIGURES:
        assert sum(getattr(value, figure) for value in values) == getattr(line, figure), figure
    for number, tax in enumerate(line.taxes):
        assert sum(value.taxes[number].amount for value in values) == tax.amount
        assert sum(value.taxes[number].base for value in values) == tax.base
    for value in values:
        assert value.net + value.tax == value.total == value.customer + value.payer
        assert sum(tax.amount for tax in value.taxes) == value.tax
        assert min(getattr(value, figure) for figure in FIGURES) >= 0
        assert min([0, *(one for tax in value.taxes for one in (tax.base, tax.amount))]) == 0


@settings(max_examples=40, deadline=None)
@given(returns())
def test_what_units_are_worth_does_not_depend_on_the_steps_before(
    case: tuple[SoldLine, list[int], Rounding],
) -> None:
    line, steps, rounding = case
    *_, last = one_by_one(line, steps, rounding)
    before = replace(line, returned=line.quantity - steps[-1])
    assert quote([(before, steps[-1])], rounding).lines == (last,)


# --- the money -----------------------------------------------------------------------------------


def test_a_refund_reduces_the_debt_then_goes_back_as_it_came_then_to_credit() -> None:
    paid_by = [("card", 7, 300), ("cash", 8, 200)]
    assert apportion_refund(1000, 400, paid_by) == Apportioned(400, (("card", 7, 300), ("cash", 8, 200)), 100)
    assert apportion_refund(300, 400, paid_by).back == ()
    assert apportion_refund(450, 400, paid_by).back == (("card", 7, 50),)
    assert apportion_refund(100, -50, paid_by).off_bill == 0
    assert apportion_refund(1, 0, paid_by).back == (("card", 7, 1),)


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, 5000),
    st.integers(-100, 5000),
    st.lists(st.tuples(st.sampled_from(["cash", "card"]), st.integers(0, 2000)), max_size=5),
)
def test_no_method_gets_more_than_came_from_it(
    value: int, owed: int, payments: list[tuple[str, int]]
) -> None:
    paid_by = [(method, id_, left) for id_, (method, left) in enumerate(payments)]
    found = apportion_refund(value, owed, paid_by)
    assert found.off_bill + sum(amount for *_, amount in found.back) + found.credit == value
    assert 0 <= found.off_bill <= max(0, owed)
    lefts = {(method, id_): left for method, id_, left in paid_by}
    assert all(0 < amount <= lefts[method, id_] for method, id_, amount in found.back)
    assert found.credit == max(0, value - max(0, owed) - sum(lefts.values()))


def test_the_approver_is_neither_the_requester_nor_a_cashier_of_the_payment() -> None:
    for approver, requester, first, second in product(range(4), repeat=4):
        if approver in (requester, first, second):
            with pytest.raises(Refused, match="Somebody else must approve it") as caught:
                may_approve(approver, requester, [first, second])
            assert caught.value.rule == "R4"
        else:
            may_approve(approver, requester, [first, second])


def test_only_small_refunds_of_the_same_day_need_no_second_person() -> None:
    assert approved_by_rule(500, same_day=True, limit=500)
    assert not approved_by_rule(501, same_day=True, limit=500)
    assert not approved_by_rule(500, same_day=False, limit=500)
    assert not approved_by_rule(1, same_day=True, limit=0)


# --- the goods -----------------------------------------------------------------------------------


def test_medicine_does_not_go_back_on_the_shelf_by_itself() -> None:
    assert usual_disposition(tracked=True, medicine=True) == Disposition.QUARANTINE
    assert usual_disposition(tracked=True, medicine=False) == Disposition.RESTOCK
    assert usual_disposition(tracked=False, medicine=False) == Disposition.NONE
    for chosen, medicine, may in product(Disposition, (True, False), (True, False)):
        if chosen == Disposition.RESTOCK and medicine and not may:
            with pytest.raises(Forbidden) as caught:
                check_disposition(chosen, medicine=medicine, may_restock=may)
            assert caught.value.rule == "R5"
        else:
            check_disposition(chosen, medicine=medicine, may_restock=may)
