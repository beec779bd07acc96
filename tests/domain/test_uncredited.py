"""A return takes no more of a tax than is left of it after the notes before (R2)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pim_tui.domain.basket import Basket
from pim_tui.domain.pricing import PricedTax, Terms, price
from pim_tui.domain.returns import Quote, QuotedLine, quote
from pim_tui.domain.uncredited import Left, fit, within
from tests.domain.bills import TERMS, baskets, sold

AMOUNTS = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=6)


@given(pairs=AMOUNTS)
def test_parts_fit_where_all_the_room_is_enough_and_come_to_the_same(pairs: list[tuple[int, int]]) -> None:
    parts, room = [part for part, _ in pairs], [most for _, most in pairs]
    fitted = fit(parts, room)
    assert sum(fitted) == sum(parts)
    assert min(fitted) >= 0
    if sum(room) >= sum(parts):
        assert all(part <= most for part, most in zip(fitted, room, strict=True))
    if all(part <= most for part, most in pairs):
        assert fitted == parts


@given(basket=baskets(), terms=TERMS, data=st.data())
def test_of_a_bill_without_notes_every_return_is_worth_what_it_was(
    basket: Basket, terms: Terms, data: st.DataObject
) -> None:
    bill = price(basket, terms)
    wanted = [(line, data.draw(st.integers(1, line.quantity))) for line in sold(bill)]
    worth = quote(wanted, terms.rounding)
    apart = all(len(line.taxes) < 2 for line in bill.lines)
    untaxed = bill.net - sum(tax.base for tax in bill.taxes) if apart else None
    assert within(worth, Left(bill.net, untaxed, bill.taxes)) == worth


def test_what_is_too_much_of_a_tax_is_taken_off_what_has_room() -> None:
    """100 with 19 of tax and 100 without any, of which a note took half."""
    left = Left(100, 50, (PricedTax("VAT", 19_000, 50, 9),))
    taxed = QuotedLine(1, 1, 80, 15, 95, 95, 0, (PricedTax("VAT", 19_000, 80, 15),))
    found = within(_one(taxed), left)
    assert (found.net, found.tax, found.total) == (86, 9, 95)
    assert found.taxes == (PricedTax("VAT", 19_000, 50, 9),)
    untaxed = QuotedLine(2, 1, 105, 0, 105, 105, 0, ())
    found = within(_one(untaxed), left)
    assert (found.net, found.tax, found.total) == (100, 5, 105)
    assert found.lines[0].taxes == (PricedTax("VAT", 19_000, 50, 5),)


def _one(line: QuotedLine) -> Quote:
    return Quote((line,), line.net, line.tax, line.total, line.customer, line.payer, line.taxes)
