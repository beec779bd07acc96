"""How much of a price is given away: what of it a house lets one person give alone (M2)."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from typing import Final

from .basket import Basket, BasketLine
from .rights import Right
from .taxes import WHOLE

AGREES: Final = Right.OVERRIDE_PRICE
"""The right by which somebody agrees to what is beyond the limit. Who has it needs nobody: they could give
the same away by another price.
"""
NO_LIMIT: Final = 100
"""The limit in percent that is none."""


def beyond(basket: Basket, limit: int, rights: Collection[Right]) -> Fraction | None:
    """The :func:`largest` discount, where it is more than the ``limit`` in percent that one may give alone
    who has these ``rights``; else None.
    """
    most = largest(basket)
    return None if most <= limit or AGREES in rights else most


def largest(basket: Basket) -> Fraction:
    """The largest part of its price, in percent, that a line of ``basket`` loses by its own discount and its
    part of the bill's together. Exact: what is rounded to whole cents later makes nobody a giver of more.

    The basket must be without :func:`~.basket.money_faults`. What costs nothing gives nothing away.
    """
    left = {at: _left(line) for at, line in enumerate(basket.lines) if line.quantity * line.unit_price}
    kept = _kept_of_bill(basket, sum(left.values(), Fraction()))
    parts = (1 - one * kept / _gross(basket.lines[at]) for at, one in left.items())
    return 100 * max(parts, default=Fraction())


def unlisted(basket: Basket, listed: Collection[int]) -> tuple[BasketLine, ...]:
    """The lines whose price only whoever sells has said: what is in no catalogue, or among the products there
    without a price; ``listed`` are those with one. Any of it may be a discount by another name.

    What is lent or dispensed without a charge is not sold.
    """
    return tuple(
        line
        for line in basket.lines
        if line.product_id not in listed and (line.unit_price or basket.kind in ("sale", "income"))
    )


def told(percent: Fraction) -> str:
    """A percentage for a sentence, with one decimal, of which none hides that it is beyond a whole one."""
    tenths = -(-percent * 10 // 1)
    return f"{tenths // 10}.{tenths % 10}%" if tenths % 10 else f"{tenths // 10}%"


def _gross(line: BasketLine) -> int:
    return line.quantity * line.unit_price


def _left(line: BasketLine) -> Fraction:
    """What the line's own discount leaves."""
    return _gross(line) * (1 - Fraction(line.discount.percent, WHOLE)) - line.discount.amount


def _kept_of_bill(basket: Basket, whole: Fraction) -> Fraction:
    """The part of ``whole`` that the bill's discount leaves, of every line the same."""
    off = Fraction(basket.discount.percent, WHOLE)
    return 1 - off - (min(Fraction(1), basket.discount.amount / whole) if whole else 0)
