"""Taxes of one line: inside the price or on top, stacked, of the total, by the unit."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.basket import Basket, BasketLine
from pim_tui.domain.money import MOST
from pim_tui.domain.pricing import Terms, price
from pim_tui.domain.rounding import rounded
from pim_tui.domain.taxes import Tax, TaxClass, tax_faults, work_out
from pim_tui.errors import Invalid
from tests.domain.bills import CLASSES
from tests.domain.money_decisions import LINES

KINDS = {"percent": "percent", "percent_of_total": "of_total", "fixed_per_unit": "per_unit"}


def recorded_tax(raw: dict[str, Any], step: Fraction, name: str = "") -> Tax:
    """A tax as the records write it; amounts become multiples of ``step``."""
    rate = Fraction(raw["amount"]) / step if "amount" in raw else Fraction(raw["rate"]) * 1000
    assert rate.denominator == 1
    return Tax(
        name,
        int(rate),
        KINDS[raw["kind"]],
        in_next_base=raw.get("include_in_next_base", False),
        ignores_previous=raw.get("ignores_previous_taxes", False),
        included=raw["price_included"],
    )


def _expected(case: dict[str, Any], scale: Fraction) -> list[int]:
    wanted = case["expect"]
    figures = [wanted["total_included"], wanted["total_excluded"]]
    figures += [tax[key] for tax in wanted["taxes"] for key in ("base", "amount")]
    return [rounded(Fraction(figure) / scale) for figure in figures]


def _exact(case: dict[str, Any]) -> list[int]:
    """Everything unrounded, shown to six places as the records do."""
    amount = Fraction(case["unit_price"]) * 100 * case["quantity"]
    taxes = [recorded_tax(raw, Fraction(1, 100)) for raw in case["taxes"]]
    worked = work_out(amount, case["quantity"], taxes, inclusive=False)
    total = worked.net + sum(part.amount for part in worked.parts)
    figures = [total, worked.net, *(one for part in worked.parts for one in (part.base, part.amount))]
    return [rounded(figure * 10_000) for figure in figures]


def _by_line(case: dict[str, Any], step: Fraction) -> list[int]:
    """Everything as the bill has it, in steps of the currency of the case."""
    taxes = TaxClass("", tuple(recorded_tax(raw, step) for raw in case["taxes"]))
    unit = Fraction(case["unit_price"]) / step
    assert unit.denominator == 1
    line = BasketLine("thing", case["quantity"], int(unit), taxes=taxes)
    bill = price(Basket("sale", (line,)), Terms("EUR", inclusive=False))
    priced = bill.lines[0]
    return [priced.total, priced.net, *(one for tax in priced.taxes for one in (tax.base, tax.amount))]


def _agrees(case: dict[str, Any]) -> bool:
    try:
        if case["rounding"] == "round_globally":
            return _exact(case) == _expected(case, Fraction(1, 10**6))
        step = Fraction(case["precision"])
        return _by_line(case, step) == _expected(case, step)
    except Invalid:
        return False


def test_every_recorded_line_is_taxed_as_recorded(shared: Path) -> None:
    cases = json.loads((shared / "data/money/tax_lines.json").read_text())["cases"]
    assert len(cases) == 27
    assert sorted(case["id"] for case in cases if not _agrees(case)) == sorted(LINES)


def test_a_tax_inside_the_price_is_taken_out_of_it() -> None:
    worked = work_out(11_900, 1, [Tax("VAT", 19_000)], inclusive=True)
    assert (worked.net, worked.parts[0].amount) == (10_000, 1_900)
    worked = work_out(10_000, 1, [Tax("VAT", 19_000)], inclusive=False)
    assert (worked.net, worked.parts[0].amount) == (10_000, 1_900)


def test_a_tax_may_say_itself_whether_it_is_in_the_price() -> None:
    taxes = [Tax("Levy", 50, "per_unit", included=True), Tax("VAT", 10_000, included=False)]
    for inclusive in (True, False):
        worked = work_out(1_000, 3, taxes, inclusive=inclusive)
        assert (worked.net, [part.amount for part in worked.parts]) == (850, [150, 85])


def test_later_taxes_are_taken_of_earlier_ones_only_where_both_say_so() -> None:
    first = Tax("Excise", 10_000, in_next_base=True)
    second = Tax("VAT", 20_000)
    assert [part.base for part in work_out(1_000, 1, [first, second], inclusive=False).parts] == [1000, 1100]
    aside = Tax("VAT", 20_000, ignores_previous=True)
    assert [part.base for part in work_out(1_000, 1, [first, aside], inclusive=False).parts] == [1000, 1000]


def test_taxes_of_the_total_hold_one_total_together() -> None:
    taxes = [Tax("A", 10_000, "of_total"), Tax("B", 15_000, "of_total"), Tax("VAT", 20_000)]
    for amount, inclusive in ((7_500, False), (11_500, True)):
        worked = work_out(amount, 1, taxes, inclusive=inclusive)
        assert (worked.net, [part.amount for part in worked.parts]) == (7_500, [1_000, 1_500, 1_500])


@pytest.mark.parametrize(
    ("tax", "says"),
    [
        (Tax("VAT", -1), "rate of VAT is out of bounds"),
        (Tax("VAT", 100_000, "of_total"), "out of bounds"),
        (Tax("", 10**14, "per_unit"), "rate of a tax"),
        (Tax("VAT", 1, "monthly"), "no kind of tax"),
    ],
)
def test_what_is_no_tax_is_told(tax: Tax, says: str) -> None:
    assert says in tax_faults([tax])[0].message


def test_taxes_at_their_bounds_are_taxes() -> None:
    assert not tax_faults(
        [
            Tax("VAT", 10_000_000),
            Tax("Levy", MOST, "per_unit"),
            Tax("None", 0),
            Tax("ISS", 99_999, "of_total"),
        ]
    )


def test_taxes_of_the_total_leave_something() -> None:
    assert tax_faults([Tax("A", 60_000, "of_total"), Tax("B", 40_000, "of_total")])
    assert not tax_faults([Tax("A", 60_000, "of_total"), Tax("B", 39_999, "of_total")])


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 100), st.sampled_from(CLASSES), st.booleans())
def test_net_and_the_taxes_inside_are_the_price(
    amount: int, quantity: int, taxed: TaxClass, inclusive: bool
) -> None:
    worked = work_out(amount, quantity, taxed.taxes, inclusive=inclusive)
    inside = sum(part.amount for part in worked.parts if part.included)
    assert worked.net + inside == amount or (worked.net == 0 and inside > amount)
    assert min(worked.net, *(part.amount for part in worked.parts), 0) == 0
