"""Baskets for the tests of money: recorded ones, and any."""

from __future__ import annotations

from hypothesis import strategies as st

from pim_tui.domain.basket import Basket, BasketLine, Discount, Share
from pim_tui.domain.pricing import PricedBill, Terms
from pim_tui.domain.returns import SoldLine
from pim_tui.domain.rounding import Rounding
from pim_tui.domain.taxes import UNTAXED, Tax, TaxClass

VAT = TaxClass("standard", (Tax("VAT", 19_000),))
CLASSES = (
    UNTAXED,
    VAT,
    TaxClass("reduced", (Tax("VAT", 7_000),)),
    TaxClass("zero", (Tax("VAT", 0),)),
    TaxClass("two", (Tax("State", 9_000), Tax("City", 1_625))),
    TaxClass("stacked", (Tax("Excise", 6_000, in_next_base=True), Tax("VAT", 19_000))),
    TaxClass("levy", (Tax("Deposit", 25, "per_unit"), Tax("VAT", 19_000, included=False))),
    TaxClass("of total", (Tax("ISS", 5_000, "of_total"), Tax("PIS", 650, "of_total", included=True))),
)

MODES = [mode for mode in Rounding if mode != Rounding.EXACT]
TERMS = st.builds(
    Terms,
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
    inclusive=st.booleans(),
    tax_per=st.sampled_from(["line", "rate"]),
    rounding=st.sampled_from(MODES),
    cash_step=st.sampled_from([1, 5, 10]),
)


def parts(kind: type, most: int) -> st.SearchStrategy[Discount | Share]:
    """Nothing, a percentage, or an amount up to ``most``."""
    return st.one_of(
        st.just(kind()),
        st.integers(0, 100_000).map(lambda percent: kind(percent=percent)),
        st.integers(0, most).map(lambda amount: kind(amount=amount)),
    )


@st.composite
def lines(draw: st.DrawFn) -> BasketLine:
    quantity = draw(st.integers(1, 30))
    price = draw(st.one_of(st.integers(0, 3), st.integers(0, 20_000)))
    return BasketLine(
        "thing",
        quantity,
        price,
        discount=draw(parts(Discount, quantity * price)),
        taxes=draw(st.sampled_from(CLASSES)),
        payer=draw(parts(Share, 30_000)),
    )


@st.composite
def baskets(draw: st.DrawFn) -> Basket:
    found = draw(st.lists(lines(), min_size=1, max_size=6))
    left = sum(
        line.quantity * line.unit_price * (100_000 - line.discount.percent) // 100_000 - line.discount.amount
        for line in found
    )
    return Basket("sale", tuple(found), draw(parts(Discount, max(0, left - len(found)))), payer_id=1)


def sold(bill: PricedBill) -> list[SoldLine]:
    """The lines of a bill as they are posted."""
    return [
        SoldLine(
            number,
            line.line.quantity,
            line.net,
            line.tax,
            line.total,
            line.customer,
            line.payer,
            line.taxes,
        )
        for number, line in enumerate(bill.lines)
    ]
