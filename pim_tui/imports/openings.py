"""What a table of products says about their stock: how many there are, of which lot, and when to reorder.

- A quantity is a whole number, ``12`` or ``12.0``; a row whose quantity cannot be read is refused, as with
  prices. Nothing, zero and numbers below zero (told) are no stock.
- A last day of use without a lot makes a lot named after that day, so that what expires first is known.
- A table with one row for each lot has the product in the first of them; the others are further lots.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ..domain.dates import Order
from ..domain.expiry import read_expiry
from ..domain.money import read_amount
from ..domain.productfields import MOST_ITEMS
from ..domain.text import tidy, western_digits
from ..errors import Fault, Invalid
from .mapping import Target

TARGETS = (
    Target("quantity", "stock on hand", ("quantity on hand", "qty on hand", "on hand", "stock",
                                         "stock quantity", "qty", "current stock", "stock level",
                                         "current quantity", "variant inventory qty", "bestand",
                                         "lagerbestand", "menge", "quantité", "cantidad", "existencias",
                                         "in stock")),
    Target("lot", "lot", ("lot number", "lot no", "lot code", "batch", "batch number", "batch no", "charge",
                          "chargennummer", "numéro de lot", "lote")),
    Target("serial", "serial number", ("serial", "serial no", "seriennummer", "numéro de série")),
    Target("expires", "expires on", ("expiry", "expiry date", "expiration", "expiration date", "exp date",
                                     "expires", "best before", "use by", "ablaufdatum", "verfallsdatum",
                                     "date de péremption", "fecha de caducidad", "caducidad")),
    Target("reorder_at", "reorder below", ("reorder level", "reorder point", "reorder at", "minimum stock",
                                           "min stock", "low stock amount", "stock minimum",
                                           "mindestbestand", "meldebestand")),
    Target("cost", "cost", ("cost price", "unit cost", "purchase price", "cost per item", "purchase cost",
                            "default cost", "purchasesunitprice", "einkaufspreis", "ek-preis",
                            "prix d'achat")),
)  # fmt: skip
"""What a row can say about stock."""

_WHOLE = re.compile(r"(-?\d{1,10})(?:[.,]0+)?")


@dataclass(frozen=True, slots=True)
class Opening:
    """Stock that was there before the book knew of it. ``quantity`` is 0 where only ``reorder_at`` is told.

    ``expires_on`` is the last day of use, ``cost`` minor units each.
    """

    quantity: int = 0
    lot: str = ""
    serial: str = ""
    expires_on: date | None = None
    reorder_at: int | None = None
    cost: int | None = None


NOTHING = Opening()


def read_opening(
    told: Mapping[str, str], currency: str, mark: str, order: Order, faults: list[Fault], remarks: list[str]
) -> Opening:
    """The stock that a row tells; what is wrong goes to ``faults``, what is odd to ``remarks``."""
    quantity = _whole("quantity", told["quantity"], faults) or 0
    if quantity < 0:
        remarks.append(f"stock of {quantity} is not taken in")
        quantity = 0
    serial = _line("serial", told["serial"], faults)
    if serial and quantity > 1:
        faults.append(Fault("quantity", "is 1 for a thing with a serial number"))
    expires = _day(told["expires"], order, remarks) if quantity else None
    lot = _line("lot", told["lot"], faults)
    if expires and not (lot or serial):
        lot = f"exp {expires.isoformat()}"
    reorder_at = _whole("reorder_at", told["reorder_at"], faults)
    cost = _cost(told["cost"], currency, mark, remarks)
    if reorder_at is not None and reorder_at < 0:
        reorder_at = None
    return Opening(quantity, lot, serial, expires, reorder_at, cost)


def _whole(field: str, text: str, faults: list[Fault]) -> int | None:
    typed = western_digits(text).strip()
    if not typed:
        return None
    found = _WHOLE.fullmatch(typed)
    if found is None:
        faults.append(Fault(field, f"“{tidy(typed, limit=20)}” is no whole number"))
        return None
    if abs(int(found[1])) > MOST_ITEMS:
        faults.append(Fault(field, f"is at most {MOST_ITEMS}"))
        return None
    return int(found[1])


def _line(field: str, text: str, faults: list[Fault]) -> str:
    kept = tidy(text, limit=61)
    if len(kept) > 60:
        faults.append(Fault(field, "takes at most 60 characters"))
    return kept


def _day(text: str, order: Order, remarks: list[str]) -> date | None:
    day = read_expiry(text, order) if text.strip() else None
    if text.strip() and day is None:
        remarks.append(f"“{tidy(text, limit=30)}” is no last day of use and was left out")
    return day


def _cost(text: str, currency: str, mark: str, remarks: list[str]) -> int | None:
    """What one cost; it is only for knowing what the stock is worth, so a bad one is left out and told."""
    if not text.strip():
        return None
    try:
        return read_amount(text, currency, mark)
    except Invalid as error:
        remarks.append(f"the cost {error.faults[0].message} and was left out")
        return None
