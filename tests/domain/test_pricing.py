"""What a basket costs: parts that add up, discounts, taxes, shares, cash (M1, M2, M6)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.basket import Basket, BasketLine, Discount, Share
from pim_tui.domain.houserules import AS_USUAL, HouseRules
from pim_tui.domain.money import MOST, read_amount, written
from pim_tui.domain.pricing import PricedBill, PricedLine, Terms, cash_due, price, tax_totals, untaxed
from pim_tui.domain.rounding import Rounding, rounded
from pim_tui.domain.session import Session
from pim_tui.domain.taxes import UNTAXED, WHOLE, Tax, TaxClass, work_out
from pim_tui.domain.terms import terms_of
from pim_tui.errors import Invalid, Refused
from tests.domain.bills import MODES, TERMS, VAT, baskets

EXCLUSIVE = Terms("EUR", inclusive=False)
INCLUSIVE = Terms("EUR", inclusive=True)
FIGURES = ("gross", "bill_discount", "net", "tax", "total", "customer", "payer")


def line(unit_price: int, quantity: int = 1, taxes: TaxClass = VAT, **more: object) -> BasketLine:
    return BasketLine("thing", quantity, unit_price, taxes=taxes, **more)  # type: ignore[arg-type]


def sale(*lines: BasketLine, discount: Discount = Discount(), payer_id: int | None = None) -> Basket:  # noqa: B008
    return Basket("sale", lines, discount, payer_id=payer_id)


def only(basket: Basket, terms: Terms) -> PricedLine:
    (found,) = price(basket, terms).lines
    return found


# --- by hand -------------------------------------------------------------------------------------


def test_discounts_come_before_tax_and_the_bills_after_the_lines() -> None:
    basket = sale(
        line(10_000, discount=Discount(percent=10_000)), line(1_000), discount=Discount(amount=1_000)
    )
    bill = price(basket, EXCLUSIVE)
    assert [(one.gross, one.discount, one.bill_discount, one.net) for one in bill.lines] == [
        (10_000, 1_000, 900, 8_100),
        (1_000, 0, 100, 900),
    ]
    assert (bill.net, bill.tax, bill.total, bill.discount) == (9_000, 1_710, 10_710, 2_000)


def test_with_prices_that_contain_it_the_tax_is_taken_out_of_what_is_paid() -> None:
    found = only(sale(line(11_900, discount=Discount(percent=50_000))), INCLUSIVE)
    assert (found.net, found.tax, found.total) == (5_000, 950, 5_950)
    assert (found.taxes[0].base, found.taxes[0].amount) == (5_000, 950)


def test_the_tax_of_a_rate_is_rounded_once_and_its_cents_go_to_the_largest_lines() -> None:
    basket = sale(*[line(unit, taxes=TaxClass("", (Tax("VAT", 10_000),))) for unit in (12, 13, 12)])
    assert [one.tax for one in price(basket, EXCLUSIVE).lines] == [1, 1, 1]
    per_rate = price(basket, replace(EXCLUSIVE, tax_per="rate"))
    assert [one.tax for one in per_rate.lines] == [1, 2, 1]
    assert per_rate.tax == rounded(Fraction(37, 10))


def test_two_taxes_of_one_rate_and_different_names_stay_apart() -> None:
    both = TaxClass("", (Tax("State", 5_000), Tax("City", 5_000)))
    bill = price(sale(line(1_000, taxes=both), line(500, taxes=both)), EXCLUSIVE)
    assert [(tax.name, tax.base, tax.amount) for tax in bill.taxes] == [
        ("State", 1_500, 75),
        ("City", 1_500, 75),
    ]


def test_the_payer_pays_a_percentage_or_up_to_an_amount_and_never_more_than_the_line() -> None:
    for share, payer in (
        (Share(percent=80_000), 952),
        (Share(amount=500), 500),
        (Share(amount=9_999), 1_190),
    ):
        found = only(sale(line(1_000, payer=share), payer_id=1), EXCLUSIVE)
        assert (found.payer, found.customer) == (payer, 1_190 - payer)


def test_a_price_of_a_cent_is_not_taxed_below_nothing() -> None:
    halves = TaxClass("", (Tax("A", 45_000, "of_total"), Tax("B", 45_000, "of_total")))
    found = only(sale(line(2, taxes=halves)), INCLUSIVE)
    assert (found.net, found.tax, found.total) == (0, 2, 2)
    given_away = sale(
        line(900, discount=Discount(percent=WHOLE), taxes=TaxClass("", (Tax("L", 5, "per_unit"),)))
    )
    assert only(given_away, INCLUSIVE).total == 0
    assert only(given_away, EXCLUSIVE).total == 5


def test_an_empty_basket_costs_nothing() -> None:
    assert price(sale(), EXCLUSIVE).total == 0


def test_what_cannot_be_worked_out_is_refused_with_everything_that_is_wrong() -> None:
    with pytest.raises(Invalid) as caught:
        price(sale(line(-1), line(1, 0)), EXCLUSIVE)
    assert [fault.field for fault in caught.value.faults] == ["line 1 price", "line 2 quantity"]


def test_no_bill_comes_to_more_than_any_amount() -> None:
    assert price(sale(line(MOST, taxes=UNTAXED)), EXCLUSIVE).total == MOST
    for basket in (sale(line(MOST)), sale(line(MOST, taxes=UNTAXED), line(1))):
        with pytest.raises(Invalid, match="total: is larger than any amount"):
            price(basket, EXCLUSIVE)


def test_the_clinics_settings_are_its_terms() -> None:
    house = HouseRules(inclusive=False, tax_per="rate", rounding="half_even", cash_step=5)
    session = Session(
        1, "Anna Berg", "Europe/Berlin", lambda: 0, frozenset(), "desk", currency="CHF", house=house
    )
    assert terms_of(session) == Terms("CHF", False, "rate", Rounding.HALF_EVEN, 5)
    assert terms_of(replace(session, currency="EUR", house=AS_USUAL)) == INCLUSIVE


@pytest.mark.parametrize(("currency", "text"), [("JPY", "1299"), ("EUR", "12.99"), ("KWD", "1.299")])
def test_currencies_of_any_number_of_decimals_reckon_alike(currency: str, text: str) -> None:
    found = only(sale(line(read_amount(text, currency, "."), 3)), replace(EXCLUSIVE, currency=currency))
    assert [found.net, found.tax, found.total] == [3_897, 740, 4_637]
    assert written(found.total, currency) == {"JPY": "4637", "EUR": "46.37", "KWD": "4.637"}[currency]


def test_cash_is_rounded_to_the_smallest_coin_also_when_it_goes_back() -> None:
    coins = replace(EXCLUSIVE, cash_step=5)
    assert [cash_due(total, coins) for total in (1_002, 1_003, -1_003, 0)] == [
        (1_000, -2),
        (1_005, 2),
        (-1_005, -2),
        (0, 0),
    ]
    assert cash_due(1_003, EXCLUSIVE) == (1_003, 0)


# --- for any basket ------------------------------------------------------------------------------


def _sums_hold(bill: PricedBill) -> None:
    for figure in FIGURES:
        assert getattr(bill, figure) == sum(getattr(one, figure) for one in bill.lines), figure
    assert bill.discount == sum(one.discount + one.bill_discount for one in bill.lines)
    assert bill.net + bill.tax == bill.total == bill.customer + bill.payer
    assert sum(tax.amount for tax in bill.taxes) == bill.tax
    assert bill.taxes == tax_totals(tax for one in bill.lines for tax in one.taxes)


def _line_holds(one: PricedLine, terms: Terms) -> None:
    assert one.gross == one.line.quantity * one.line.unit_price
    left = one.gross - one.discount - one.bill_discount
    inside = [terms.inclusive if tax.included is None else tax.included for tax in one.line.taxes.taxes]
    on_top = sum(tax.amount for tax, is_in in zip(one.taxes, inside, strict=True) if not is_in)
    assert one.total == left + on_top
    assert one.net == left - (one.tax - on_top)
    assert one.net + one.tax == one.total == one.customer + one.payer
    assert sum(tax.amount for tax in one.taxes) == one.tax
    figures = [getattr(one, figure) for figure in (*FIGURES, "discount")]
    assert min(figures + [figure for tax in one.taxes for figure in (tax.base, tax.amount)]) >= 0


@settings(max_examples=120, deadline=None)
@given(baskets(), TERMS)
def test_every_figure_is_the_sum_of_its_parts_and_none_is_below_zero(basket: Basket, terms: Terms) -> None:
    bill = price(basket, terms)
    _sums_hold(bill)
    for one in bill.lines:
        _line_holds(one, terms)
    assert price(basket, terms) == bill


@settings(max_examples=120, deadline=None)
@given(baskets(), TERMS)
def test_bases_taxes_and_what_is_untaxed_add_up_to_the_total(basket: Basket, terms: Terms) -> None:
    """Where no line has two taxes, whose bases are the same money."""
    single = [one for one in basket.lines if len(one.taxes.taxes) < 2]
    bill = price(replace(basket, lines=tuple(single), discount=Discount()), terms)
    rest = untaxed((one.net, [tax.base for tax in one.taxes]) for one in bill.lines)
    assert sum(tax.base + tax.amount for tax in bill.taxes) + rest == bill.total
    assert rest == sum(one.net for one in bill.lines if not one.taxes)


def test_what_the_bases_of_a_charge_leave_is_untaxed_and_a_cent_of_rounding_is_not() -> None:
    assert untaxed([(6_000, (2_000, 3_000))]) == 1_000
    assert untaxed([(5_001, (2_000, 3_000)), (1_000, (1_000, 1_190))]) == 0


def _dear(basket: Basket) -> Basket:
    """The same with prices that hold every tax which rounds up inside them."""
    dear = [
        replace(one, unit_price=one.unit_price + 2_000, discount=Discount(one.discount.percent // 2))
        for one in basket.lines
    ]
    return replace(basket, lines=tuple(dear), discount=Discount(basket.discount.percent // 2))


@settings(max_examples=80, deadline=None)
@given(baskets().map(_dear), TERMS)
def test_the_tax_of_each_rate_is_its_exact_sum_rounded_once(basket: Basket, terms: Terms) -> None:
    terms = replace(terms, tax_per="rate")
    bill = price(basket, terms)
    exact: dict[tuple[str, int], Fraction] = {}
    for one in bill.lines:
        left = one.gross - one.discount - one.bill_discount
        worked = work_out(left, one.line.quantity, one.line.taxes.taxes, inclusive=terms.inclusive)
        for part in worked.parts:
            key = (part.tax.name, part.tax.rate)
            exact[key] = exact.get(key, Fraction()) + part.amount
    assert {(tax.name, tax.rate): tax.amount for tax in bill.taxes} == {
        key: rounded(amount, terms.rounding) for key, amount in exact.items()
    }


@settings(max_examples=40, deadline=None)
@given(baskets(), TERMS)
def test_without_taxes_both_ways_of_pricing_agree(basket: Basket, terms: Terms) -> None:
    plain = replace(basket, lines=tuple(replace(one, taxes=UNTAXED) for one in basket.lines))
    assert price(plain, replace(terms, inclusive=True)) == price(plain, replace(terms, inclusive=False))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(MODES))
def test_line_and_rate_agree_on_a_single_line(unit_price: int, mode: Rounding) -> None:
    terms = replace(INCLUSIVE, rounding=mode)
    assert price(sale(line(unit_price)), terms) == price(
        sale(line(unit_price)), replace(terms, tax_per="rate")
    )


def test_nothing_is_rounded_where_the_clinic_wants_it_exact() -> None:
    with pytest.raises(Refused):
        price(sale(line(1)), replace(EXCLUSIVE, rounding=Rounding.EXACT))
