"""The forms about products and their stock, told as data."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from ...domain.dates import Order
from ...domain.expiry import read_expiry
from ...domain.moments import short_day
from ...domain.money import read_amount, shown
from ...domain.productfields import TITLES, ProductFields, read_product, whole
from ...domain.taxline import read_taxes
from ...errors import Fault, Invalid
from ...queries.product_records import ProductRecord
from ...queries.stock import LotRow
from ...queries.tax_classes import TaxClassRow
from .fields import YES_NO, Field, FormSpec, Values

PRODUCT, DELIVERY, COUNT, LOT, TAX = "product", "delivery", "count", "lot", "tax_class"
PUT_RIGHT, SET_ASIDE, THROW_AWAY = "put_right", "set_aside", "throw_away"
"""The names of the drafts."""
ACTS = {PUT_RIGHT: "Put right", SET_ASIDE: "Set aside or release", THROW_AWAY: "Throw away"}
"""What is done to some items of a lot, as a form calls it."""
KINDS = (("product", "product"), ("service", "service"))
PLACES = (("shelf", "the shelf"), ("quarantine", "quarantine"))
WHERE = {"shelf": "on the shelf", "quarantine": "in quarantine"}

Staff = Sequence[tuple[int, str]]
"""Id and name of those who work here."""


# --- the record of a product ---------------------------------------------------------------------------


def product_form(title: str, currency: str, classes: Sequence[TaxClassRow], current: str = "") -> FormSpec:
    """Everything that is known of a product; ``current`` is its class, which may be out of use."""
    names = list(dict.fromkeys([*(one.name for one in classes), *([current] if current else [])]))
    taxes = (("", "none"), *((name, name) for name in names))

    def reads(values: Values) -> tuple[str, Sequence[Fault]]:
        read = read_product(product_fields(values), currency)
        price = read.values["price"]
        told = [shown(price, currency)] if isinstance(price, int) else []
        return " · ".join([*told, *read.remarks]), read.faults

    lines = (
        (Field("name", "Name", limit=340),),
        (Field("code", "Code"), Field("barcode", "Barcode")),
        (Field("kind", "Kind", KINDS), Field("category", "Category")),
        (Field("price", "Price", limit=40), Field("tax_class", "Tax class", taxes)),
        (Field("unit", "Unit"), Field("pack", "Pack")),
        (Field("tracked", "Stock is kept", YES_NO), Field("reorder_at", "Reorder below", limit=20)),
        (Field("lots", "By lot", YES_NO), Field("serials", "By serial no.", YES_NO)),
        (Field("medicine", "Medicine", YES_NO), Field("controlled", "Controlled", YES_NO)),
        (Field("lendable", "Can be lent", YES_NO), Field("loan_days", "For days", limit=20)),
        (Field("directions", "Directions"),),
        (Field("description", "Description", lines=2, limit=2400),),
    )
    return FormSpec(title, lines, reads, TITLES)


def product_values(fields: ProductFields) -> dict[str, Hashable]:
    """The record as the form is filled."""
    return asdict(fields)


def product_fields(values: Values) -> ProductFields:
    """The form as the record holds it."""
    record: Mapping[str, Any] = values  # every field of the form is one of the record
    return ProductFields(**record)


# --- what comes in -------------------------------------------------------------------------------------


def delivery_form(product: ProductRecord, currency: str, order: Order) -> FormSpec:
    """What came in of one product; several serial numbers are parted by spaces or commas."""
    fields = product.fields
    lines: list[tuple[Field, ...]] = [(Field("serial", "Serial nos."),)] if fields.serials else []
    if fields.lots:
        lines.append((Field("lot", "Lot"),))
    if not fields.serials:
        lines.insert(0, (Field("quantity", "How many", limit=20),))
    if fields.lots or fields.serials:
        lines.append((Field("expires_on", "Last day", limit=40),))
    lines += [(Field("cost", "Cost of one", limit=40),), (Field("reason", "Came with"),)]

    def reads(values: Values) -> tuple[str, Sequence[Fault]]:
        faults = list[Fault]()
        day = expiry_of(values, order, faults)
        cost = cost_of(values, currency, faults)
        if not fields.serials and whole(str(values["quantity"]), "quantity", faults, least=1) is None:
            faults = faults or [Fault("quantity", "is empty")]
        told = [f"until {short_day(day)}"] if day else []
        told += [f"{shown(cost, currency)} each"] if cost is not None else []
        return " · ".join(told), faults

    note = "A last day may be a month: 05/2027." if fields.lots or fields.serials else ""
    return FormSpec(f"Receive {fields.name}", tuple(lines), reads, note=note)


def expiry_of(values: Values, order: Order, faults: list[Fault]) -> date | None:
    """The last day of use as typed."""
    typed = str(values.get("expires_on") or "").strip()
    day = read_expiry(typed, order) if typed else None
    if typed and day is None:
        faults.append(Fault("expires_on", f"“{typed}” is no day and no month"))
    return day


def cost_of(values: Values, currency: str, faults: list[Fault]) -> int | None:
    """What one cost, minor units."""
    typed = str(values.get("cost") or "").strip()
    if not typed:
        return None
    try:
        return read_amount(typed, currency, field="cost")
    except Invalid as error:
        faults.extend(error.faults)
        return None


# --- counting and putting right ------------------------------------------------------------------------


def _witness(product: ProductRecord, staff: Staff) -> tuple[tuple[Field, ...], ...]:
    """Who else looks on, for a controlled product (K5)."""
    if not product.fields.controlled:
        return ()
    return (
        (Field("witness", "Second person", ((None, "choose"), *staff)),),
        (Field("pin", "Their PIN", secret=True, limit=64),),
    )


def counted_key(lot: LotRow, place: str) -> str:
    """The field that a lot in a place is counted in."""
    return f"lot-{lot.id}-{place}"


def count_form(product: ProductRecord, lots: Sequence[tuple[LotRow, str]], staff: Staff) -> FormSpec:
    """A line for each lot in each place; those left empty are not counted."""

    def reads(values: Values) -> tuple[str, Sequence[Fault]]:
        faults, differences = list[Fault](), list[str]()
        for lot, place in lots:
            key = counted_key(lot, place)
            found = whole(str(values[key]), key, faults)
            if found is not None and (change := found - lot.on_hand(place)):
                differences.append(f"{lot.called or 'on hand'} {change:+}")
        return ", ".join(differences) and f"Differs: {', '.join(differences)}", faults

    lines = tuple((Field(counted_key(lot, place), _lot_label(lot, place), limit=20),) for lot, place in lots)
    titles = {counted_key(lot, place): _lot_label(lot, place) for lot, place in lots}
    reason = ((Field("reason", "Reason"),),)
    note = "What is there now; leave a line empty that was not counted. A difference needs a reason."
    spec = FormSpec(f"Count {product.fields.name}", (*lines, *reason, *_witness(product, staff)), reads)
    return replace(spec, titles=titles, note=note, wide=True)


def _lot_label(lot: LotRow, place: str) -> str:
    where = " aside" if place == "quarantine" else ""
    return f"{lot.called or 'On hand'}{where}, book {lot.on_hand(place)}"


def act_form(act: str, product: ProductRecord, lot: LotRow, staff: Staff) -> FormSpec:
    """So many of a lot, from one of its places, with the reason: ``act`` is one of :data:`ACTS`."""
    signed = act == PUT_RIGHT

    def reads(values: Values) -> tuple[str, Sequence[Fault]]:
        faults = list[Fault]()
        typed = str(values["quantity"]).strip()
        number = whole(typed.removeprefix("-") if signed else typed, "quantity", faults, least=1)
        if number is None and not faults:
            faults.append(Fault("quantity", "is empty"))
        place = str(values["place"])
        left = lot.on_hand(place) + (signed_quantity(typed) if signed else -(number or 0))
        return ("" if faults else f"Leaves {left} {WHERE[place]}."), faults

    label = "More or fewer" if signed else "How many"
    lines = (
        (Field("quantity", label, limit=20), Field("place", "Of", PLACES)),
        (Field("reason", "Reason"),),
        *(_witness(product, staff) if act != SET_ASIDE else ()),
    )
    note = f"{lot.called or 'On hand'}: {lot.shelf} on the shelf, {lot.quarantine} in quarantine." + (
        " Write -2 for two fewer." if signed else ""
    )
    return FormSpec(f"{ACTS[act]}: {product.fields.name}", lines, reads, note=note)


def signed_quantity(text: str) -> int:
    """``-2`` or ``3`` as a number; 0 for what is none."""
    faults = list[Fault]()
    number = whole(text.strip().removeprefix("-"), "quantity", faults)
    return 0 if number is None else -number if text.strip().startswith("-") else number


@dataclass(frozen=True, slots=True)
class LotFields:
    """What is noted of a lot, as a form holds it; the last day as it is typed."""

    expires_on: str = ""
    note: str = ""

    @classmethod
    def of(cls, lot: LotRow) -> LotFields:
        """As the book has it."""
        return cls("" if lot.expires_on is None else lot.expires_on.isoformat(), lot.note)


LOT_TITLES = {"expires_on": "Last day", "note": "Note"}


def lot_form(product: ProductRecord, lot: LotRow, order: Order) -> FormSpec:
    """Until when a lot may be used, and what is noted about it."""

    def reads(values: Values) -> tuple[str, Sequence[Fault]]:
        faults = list[Fault]()
        day = expiry_of(values, order, faults)
        return (f"until {short_day(day)}" if day else "no last day"), faults

    lines = (
        (Field("expires_on", "Last day", limit=40),),
        (Field("note", "Note"),),
        (Field("reason", "Reason"),),
    )
    return FormSpec(f"{product.fields.name}, {lot.called or 'its only lot'}", lines, reads)


# --- taxes ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TaxFields:
    """A tax class as a form holds it: its name, and its taxes on one line."""

    name: str = ""
    taxes: str = ""


TAX_TITLES = {"name": "Name", "taxes": "Taxes"}


def tax_fields(values: Values) -> TaxFields:
    """The form as the class holds it."""
    return TaxFields(str(values["name"]), str(values["taxes"]))


def tax_form(title: str, currency: str) -> FormSpec:
    """A tax class: its name, and its taxes on one line."""

    def reads(values: Values) -> tuple[str, Sequence[Fault]]:
        try:
            taxes = read_taxes(str(values["taxes"]), currency)
        except Invalid as error:
            return error.hint, error.faults
        return f"{len(taxes)} taxes" if len(taxes) != 1 else "1 tax", ()

    lines = ((Field("name", "Name", limit=60),), (Field("taxes", "Taxes", limit=320, begun=True),))
    note = "As in: GST 5%; QST 9.975% then; bottle 0.25 each; levy 2% of total. Empty: no tax."
    return FormSpec(title, lines, reads, note=note)
