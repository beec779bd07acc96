"""What a product's record holds, as a form edits it: text as typed, read with every fault at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ..errors import Fault, Invalid
from .barcodes import read_barcode
from .money import read_amount
from .product import LIMITS
from .text import clean, tidy, western_digits

DIRECTIONS = 200
"""Characters of the directions on a label (K4)."""
LOAN_DAYS = 14
"""How long a thing is lent when nobody has said otherwise."""
MOST_DAYS = 3660
MOST_ITEMS = 10**9
"""More of one thing is a slip."""


@dataclass(frozen=True, slots=True)
class ProductFields:
    """A product as a form holds it.

    ``price`` is an amount in the clinic's currency, ``tax_class`` the name of one, ``loan_days`` and
    ``reorder_at`` whole numbers; empty where nothing is said.
    """

    name: str = ""
    code: str = ""
    kind: str = "product"
    category: str = ""
    price: str = ""
    tax_class: str = ""
    barcode: str = ""
    unit: str = ""
    pack: str = ""
    reorder_at: str = ""
    loan_days: str = str(LOAN_DAYS)
    directions: str = ""
    description: str = ""
    tracked: bool = False
    lots: bool = False
    serials: bool = False
    controlled: bool = False
    medicine: bool = False
    lendable: bool = False


TITLES = {
    "name": "name", "code": "code", "kind": "kind", "category": "category", "price": "price",
    "tax_class": "tax class", "barcode": "barcode", "unit": "unit", "pack": "pack",
    "reorder_at": "reorder below", "loan_days": "days lent", "directions": "directions",
    "description": "description", "tracked": "stock is kept", "lots": "by lot", "serials": "by serial number",
    "controlled": "controlled", "medicine": "medicine", "lendable": "can be lent",
}  # fmt: skip
"""What a form and a refusal call each field of :class:`ProductFields`."""

KEPT_IN_STOCK = ("tracked", "lots", "serials", "controlled")
"""What a product can no longer stop to be, or begin to be, while some of it is there (K1, K5)."""


@dataclass(frozen=True, slots=True)
class ReadProduct:
    """A product ready to be stored, all but its tax class. Among the ``values`` the price is in minor units.

    ``remarks`` are told and stop nothing.
    """

    values: dict[str, object]
    faults: tuple[Fault, ...]
    remarks: tuple[str, ...]


def read_product(form: ProductFields, currency: str) -> ReadProduct:
    """``form`` as values by column; what is wrong with it and what is only odd."""
    faults, remarks = list[Fault](), list[str]()
    values: dict[str, object] = {key: _text(form, key, faults) for key in _TEXTS}
    if not values["name"]:
        faults.append(Fault("name", "is empty"))
    values["kind"] = form.kind
    if form.kind not in ("product", "service"):
        faults.append(Fault("kind", "is product or service"))
    values["price"] = _price(form.price, currency, faults)
    values["barcode"] = _barcode(form.barcode, faults, remarks)
    values["reorder_at"] = whole(form.reorder_at, "reorder_at", faults)
    days = whole(form.loan_days, "loan_days", faults, least=1, most=MOST_DAYS)
    values["loan_days"] = LOAN_DAYS if days is None else days
    values |= _ticks(form, faults)
    return ReadProduct(values, tuple(faults), tuple(remarks))


def whole(
    text: str, field: str, faults: list[Fault], *, least: int = 0, most: int = MOST_ITEMS
) -> int | None:
    """A whole number as typed, None when nothing was; what is none goes to ``faults``."""
    typed = western_digits(text).strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal()):
        faults.append(Fault(field, f"“{tidy(typed, limit=20)}” is no whole number"))
        return None
    digits = typed.lstrip("0") or "0"
    if len(digits) <= len(str(most)) and least <= int(digits) <= most:
        return int(digits)
    faults.append(Fault(field, f"is {f'a number from {least} to {most}' if least < most else least}"))
    return None


_TEXTS = {**{key: LIMITS[key] for key in ("name", "code", "category", "unit", "pack", "description")},
          "directions": DIRECTIONS}  # fmt: skip


def _text(form: ProductFields, key: str, faults: list[Fault]) -> str:
    most, typed = _TEXTS[key], getattr(form, key)
    kept = (
        clean(typed, limit=most + 1, lines=True).strip()
        if key == "description"
        else tidy(typed, limit=most + 1)
    )
    if len(kept) > most:
        faults.append(Fault(key, f"takes at most {most} characters"))
    return kept


def _price(text: str, currency: str, faults: list[Fault]) -> int | None:
    if not text.strip():
        return None
    try:
        return read_amount(text, currency)
    except Invalid as error:
        faults.extend(error.faults)
        return None


def _barcode(text: str, faults: list[Fault], remarks: list[str]) -> str:
    """The digits; a wrong check digit is told, not refused: labels are as they are printed."""
    if not text.strip():
        return ""
    found = read_barcode(text)
    if found is None:
        faults.append(Fault("barcode", f"“{tidy(text, limit=30)}” is no barcode of 8 to 14 digits"))
        return ""
    if found.remark:
        remarks.append(found.remark)
    return found.digits


def _ticks(form: ProductFields, faults: list[Fault]) -> dict[str, object]:
    """What is ticked. Whatever is told apart by lot or serial, or is controlled, has a stock (K2, K3, K5)."""
    ticks: dict[str, object] = {key: getattr(form, key) for key in _TICKS}
    if form.kind == "service":
        faults.extend(
            Fault(key, "is for products; a service has no stock") for key in _TICKS if getattr(form, key)
        )
        return ticks
    return ticks | {"tracked": in_stock([key for key in _TICKS if getattr(form, key)])}


def in_stock(ticked: Collection[str]) -> bool:
    """Whether a product with these ticks has a stock."""
    return not {*KEPT_IN_STOCK}.isdisjoint(ticked)


_TICKS = ("tracked", "lots", "serials", "controlled", "medicine", "lendable")
