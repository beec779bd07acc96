"""What of a bill's price one person may give away alone (M2)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pim_tui.domain.basket import NO_DISCOUNT, Basket, BasketLine, Discount
from pim_tui.domain.discounts import AGREES, beyond, largest, told
from pim_tui.domain.pricing import Terms, price
from pim_tui.domain.rights import Right
from tests.domain.bills import TERMS, baskets

TEN, HALF = Discount(10_000), Discount(50_000)


def sale(*lines: tuple[int, int, Discount], off: Discount = NO_DISCOUNT) -> Basket:
    """A sale of lines: quantity, price of one, discount."""
    made = (BasketLine("Bandage", units, cents, discount=line_off) for units, cents, line_off in lines)
    return Basket("sale", tuple(made), off)


@pytest.mark.parametrize(
    ("basket", "percent"),
    [
        (sale(), 0),
        (sale((1, 1000, Discount())), 0),
        (sale((1, 0, Discount())), 0),
        (sale((3, 333, TEN)), 10),
        (sale((1, 1000, TEN), (1, 1000, HALF)), 50),
        (sale((1, 1000, Discount(amount=250))), 25),
        (sale((1, 1000, Discount()), off=TEN), 10),
        (sale((1, 1000, TEN), off=TEN), 19),
        (sale((1, 1000, HALF), (1, 500, Discount()), off=Discount(amount=100)), 55),
        (sale((1, 1000, Discount(100_000)), off=TEN), 100),
        (sale((1, 1000, Discount(100_000))), 100),
    ],
)
def test_both_discounts_of_a_line_count_together(basket: Basket, percent: int) -> None:
    assert largest(basket) == percent


def test_who_may_charge_any_price_needs_nobody_and_others_from_the_first_part_of_a_percent_on() -> None:
    basket = sale((1, 1000, Discount(10_001)))
    assert beyond(basket, 10, {Right.DISCOUNT}) == Fraction(10_001, 1000)
    assert told(largest(basket)) == "10.1%"
    assert beyond(basket, 10, {Right.DISCOUNT, AGREES}) is None
    assert beyond(sale((1, 1000, TEN)), 10, {Right.DISCOUNT}) is None
    assert told(largest(sale((1, 1000, TEN)))) == "10%"


@given(basket=baskets(), terms=TERMS)
def test_the_largest_discount_is_what_the_bill_takes_off_to_a_cent_a_step(
    basket: Basket, terms: Terms
) -> None:
    """Against the figures of the bill: its own discount and its part of the bill's, each rounded once."""
    most = largest(basket)
    assert 0 <= most <= 100
    assert beyond(basket, 100, ()) is None
    lines = [one for one in price(basket, terms).lines if one.gross]
    off = [(Fraction(100 * (one.discount + one.bill_discount), one.gross), one) for one in lines]
    for taken, one in off:
        assert taken <= most + Fraction(100 * 3, one.gross)
    if lines:
        assert any(taken >= most - Fraction(100 * 3, one.gross) for taken, one in off)


@given(basket=baskets(), limit=st.integers(0, 100), more=st.integers(0, 100_000))
def test_more_off_the_bill_is_never_less(basket: Basket, limit: int, more: int) -> None:
    without = replace(basket, discount=Discount())
    one, other = (replace(without, discount=Discount(percent)) for percent in (more // 2, more))
    assert largest(without) <= largest(one) <= largest(other)
    assert (beyond(other, limit, ()) is None) == (largest(other) <= limit)
