"""A basket against the catalogue: what is sold this way, at what price, and with what right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..db.connection import select
from ..db.many import marks
from ..domain.basket import NO_DISCOUNT, Basket, BasketLine, missing, money_faults
from ..domain.money import figures
from ..domain.rights import TITLES, Right
from ..errors import Fault, Forbidden, Invalid, NotFound, Refused
from .parties import require_people
from .work import Work


class Goods(NamedTuple):
    """A product as the catalogue has it. ``price`` is in the clinic's minor units, None when unknown.

    What is yes or no is 1 or 0 here, as it is stored.
    """

    id: int
    name: str
    price: int | None
    tracked: int
    lendable: int
    active: int


def checked(work: Work, basket: Basket) -> dict[int, Goods]:
    """The products of a basket that may be posted as it is, by id.

    Raises Invalid with every fault at once, NotFound, Refused, and Forbidden where a changed price or a
    discount needs a right that the person does not have.
    """
    goods = _goods_of(work, basket)
    # What keeps it from being worked out is told by the working out, unless something else is wrong too.
    if found := [*missing(basket), *_misplaced(basket, goods)]:
        raise Invalid([*found, *money_faults(basket)], "Correct what is marked.")
    pays = require_people(basket.customer_id, basket.payer_id, basket.appointment_id)
    if basket.payer_id is not None and not pays:
        raise Refused(
            "That payer does not pay any more.", "Choose another, or take the share off.", rule="M6"
        )
    if Right.OVERRIDE_PRICE not in work.session.rights:
        for line in basket.lines:
            # What is lent is not sold: without a fee nobody has given anything away.
            lent = basket.kind == "borrow" and not line.unit_price
            if not lent and list_price(line, goods) is not None:
                raise _changed_price(work, line, goods)
    if any(off != NO_DISCOUNT for off in (basket.discount, *(line.discount for line in basket.lines))):
        work.session.needs(Right.DISCOUNT)
    return goods


def list_price(line: BasketLine, goods: dict[int, Goods]) -> int | None:
    """What the catalogue asks for a unit, where that is not what the line asks."""
    price = goods[line.product_id].price if line.product_id is not None else None
    return None if price == line.unit_price else price


def _goods_of(work: Work, basket: Basket) -> dict[int, Goods]:
    """One select for all lines. Index: ``product`` primary key."""
    ids = sorted({line.product_id for line in basket.lines if line.product_id is not None})
    if not ids:
        return {}
    rows = select(
        "select id, name, case when currency = ? then price end, tracked, lendable, active from product"
        f" where id in ({marks(ids)})",
        [work.session.currency, *ids],
    )
    goods = {row[0]: Goods._make(row) for row in rows}
    if len(goods) < len(ids):
        raise NotFound("A product of this bill does not exist.", "Take the line out and search again.")
    return goods


def _misplaced(basket: Basket, goods: dict[int, Goods]) -> Iterator[Fault]:
    """Products on a kind of bill that is not theirs."""
    for number, line in enumerate(basket.lines, 1):
        if line.product_id is None:
            continue
        one = goods[line.product_id]
        if not one.active:
            yield Fault(f"line {number}", f"{one.name} is no longer in the catalogue")
        if basket.kind == "income" and one.tracked:
            yield Fault(f"line {number}", f"{one.name} has a stock; sell it as a sale")
        if basket.kind == "borrow" and not one.lendable:
            yield Fault(f"line {number}", f"{one.name} is not lent out; the catalogue says what is")


def _changed_price(work: Work, line: BasketLine, goods: dict[int, Goods]) -> Forbidden:
    asked = figures(list_price(line, goods) or 0, work.session.currency)
    given = figures(line.unit_price, work.session.currency)
    return Forbidden(
        f"{line.description} costs {asked}, not {given}, and {work.session.name} does not have the right"
        f" to {TITLES[Right.OVERRIDE_PRICE]}.",
        f"Make it {asked}, or ask somebody who may change a price.",
        right=Right.OVERRIDE_PRICE.value,
    )
