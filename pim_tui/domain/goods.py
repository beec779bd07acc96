"""A product as the till hands it out, and the line it becomes on each kind of bill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from ..errors import Refused
from .basket import BasketLine
from .taxes import UNTAXED, TaxClass


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
    ``unmatched`` is the tax that its table named, where no tax class was given to it: it is sold untaxed.
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
    unmatched: str = ""

    @property
    def on_hand(self) -> int:
        """How much is there, over all lots."""
        return sum(lot.on_hand for lot in self.lots)


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
        goods.name,
        quantity,
        price,
        goods.id,
        goods.code,
        goods.unit,
        list_price=None if goods.price in (None, price) else goods.price,
        taxes=goods.taxes,
        directions=goods.directions if kind == "dispense" else "",
        due_on=today + timedelta(days=goods.loan_days) if kind == "borrow" else None,
    )


def free_lot(goods: Goods, lines: Iterable[BasketLine]) -> LotOffer | None:
    """Of things with serial numbers: the first that is on none of ``lines``."""
    taken = {line.lot_id for line in lines if line.product_id == goods.id}
    return next((lot for lot in goods.lots if lot.id not in taken), None)
