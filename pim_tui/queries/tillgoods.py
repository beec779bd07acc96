"""What the till must know of a product before it goes into a basket."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from ..db.connection import select
from ..domain.basket import BasketLine
from ..domain.taxes import UNTAXED, Tax, TaxClass
from ..errors import NotFound, Refused


class LotOffer(NamedTuple):
    """A lot with something on the shelf that may still be used; the first of several expires first (K2)."""

    id: int
    code: str
    serial: str
    expires_on: date | None
    on_hand: int

    @property
    def name(self) -> str:
        """How it is told from others."""
        return " ".join(part for part in (self.code, self.serial) if part) or "one lot"


@dataclass(frozen=True, slots=True)
class Goods:
    """A product as it is sold, lent or dispensed. ``price`` is in minor units of ``currency``, or unknown.

    ``on_hand`` counts what may be used today; it means nothing unless the product is ``tracked``.
    """

    id: int
    code: str
    name: str
    kind: str
    unit: str
    price: int | None
    currency: str
    tracked: bool
    has_lots: bool
    serials: bool
    medicine: bool
    controlled: bool
    lendable: bool
    loan_days: int
    directions: str
    taxes: TaxClass = UNTAXED
    lots: tuple[LotOffer, ...] = ()

    @property
    def on_hand(self) -> int:
        """How much is there, over all lots."""
        return sum(lot.on_hand for lot in self.lots)


_GOODS = (
    "select p.id, p.code, p.name, p.kind, p.unit, p.price, p.currency, p.tracked, p.lots, p.serials,"
    " p.medicine, p.controlled, p.lendable, p.loan_days, p.directions, p.tax_class_id"
    " from product p where p.id = ? and p.active = 1"
)


def priced_product(product_id: int, today: date) -> Goods:
    """The product with its taxes and its lots on ``today``; :class:`NotFound` when it is not sold any more.

    Indexes: primary keys, ``tax (tax_class, position)``, ``lot (product, code, serial)``,
    ``stock_movement (lot, place, id, on_hand)``.
    """
    rows = select(_GOODS, [product_id])
    if not rows:
        raise NotFound("That product is not sold any more.", "Search again.")
    (id_, code, name, kind, unit, price, currency, *marks, loan_days, directions, tax_class) = rows[0]
    tracked, lots, serials, medicine, controlled, lendable = map(bool, marks)
    return Goods(
        id_, code, name, kind, unit, price, currency, tracked, lots, serials, medicine, controlled, lendable,
        loan_days, directions, _taxes(tax_class), _lots(product_id, today) if tracked else (),
    )  # fmt: skip


def _taxes(tax_class_id: int | None) -> TaxClass:
    if tax_class_id is None:
        return UNTAXED
    rows = select(
        "select c.name, t.name, t.rate, t.kind, t.in_next_base from tax_class c"
        " left join tax t on t.tax_class_id = c.id where c.id = ? order by t.position",
        [tax_class_id],
    )
    taxes = [Tax(name, rate, kind, bool(stacks)) for _, name, rate, kind, stacks in rows if name is not None]
    return TaxClass(rows[0][0], tuple(taxes))


def _lots(product_id: int, today: date) -> tuple[LotOffer, ...]:
    rows = select(
        "select l.id, l.code, l.serial, l.expires_on, (select m.on_hand from stock_movement m"
        " where m.lot_id = l.id and m.place = 'shelf' order by m.id desc limit 1) from lot l"
        " where l.product_id = ? and (l.expires_on is null or l.expires_on >= ?)"
        " order by case when l.expires_on is null then 1 else 0 end, l.expires_on, l.id",
        [product_id, today.isoformat()],
    )
    return tuple(
        LotOffer(id_, code, serial, date.fromisoformat(str(expires)) if expires else None, on_hand)
        for id_, code, serial, expires, on_hand in rows
        if on_hand and on_hand > 0
    )


def tax_classes() -> tuple[tuple[int, TaxClass], ...]:
    """Every tax class in use, by name: for a line that is no product. The table is small."""
    ids = select("select id from tax_class where active = 1 order by name, id")
    return tuple((id_, _taxes(id_)) for (id_,) in ids)


def as_line(goods: Goods, kind: str, quantity: int, today: date) -> BasketLine:
    """The product as a line of a bill of ``kind``, as the catalogue has it.

    What is lent costs nothing unless a fee is typed, and comes back after the usual days (K3). Raises
    :class:`Refused` for what is not sold that way.
    """
    if kind == "borrow" and not goods.lendable:
        raise Refused(f"{goods.name} is not lent out; the catalogue says what is.", "F4 changes the kind.")
    if kind == "income" and goods.tracked:
        raise Refused(f"{goods.name} has a stock.", "F4 makes this a sale.")
    if goods.serials and quantity > 1:
        raise Refused(f"Each {goods.name} has a serial number.", "Add them one by one.", rule="K3")
    price = 0 if kind == "borrow" or goods.price is None else goods.price
    return BasketLine(
        goods.name, quantity, price, goods.id, goods.code, goods.unit,
        list_price=None if goods.price in (None, price) else goods.price,
        taxes=goods.taxes,
        directions=goods.directions if kind == "dispense" else "",
        due_on=today + timedelta(days=goods.loan_days) if kind == "borrow" else None,
    )  # fmt: skip


def free_lot(goods: Goods, lines: Iterable[BasketLine]) -> LotOffer | None:
    """Of things with serial numbers: the first that is on none of ``lines``."""
    taken = {line.lot_id for line in lines if line.product_id == goods.id}
    return next((lot for lot in goods.lots if lot.id not in taken), None)
