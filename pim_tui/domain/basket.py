"""What is typed at the till before it is worked out: lines, discounts, shares. No sums.

Amounts are whole minor units (M1), percentages whole thousandths of a percent: 19 % is 19_000.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ..errors import Fault, Invalid
from .money import MOST
from .records import from_text, to_text
from .rounding import Rounding, quotient
from .taxes import UNTAXED, WHOLE, TaxClass, tax_faults

KINDS = ("sale", "income", "borrow", "dispense")
MOST_UNITS = 1_000_000
"""Units on one line."""
MOST_LINES = 500
"""Lines on one bill."""
LONGEST = 400_000
"""Characters of a parked basket."""
LIMITS = {"description": 300, "code": 60, "unit": 40, "lot_reason": 200, "directions": 200, "condition": 200}
"""The most characters of each text of a line: nobody wants directions that end in the middle."""
LONGEST_NOTE = 400


@dataclass(frozen=True, slots=True)
class Discount:
    """What is taken off: a percentage or an amount, not both. Nothing when both are zero."""

    percent: int = 0
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """What the payer pays of a line (M6): a percentage of it or up to an amount, not both."""

    percent: int = 0
    amount: int = 0


NO_DISCOUNT = Discount()
NO_SHARE = Share()


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One line as it is typed.

    ``unit_price`` is what one unit costs here, ``list_price`` what it costs in the catalogue when somebody
    has changed it. ``discount`` is off the whole line. ``lot_reason`` says why not the lot that expires first
    (K2), ``directions`` go on the label (K4), ``due_on`` and ``condition`` belong to a thing lent (K3).
    """

    description: str
    quantity: int
    unit_price: int
    product_id: int | None = None
    code: str = ""
    unit: str = ""
    list_price: int | None = None
    discount: Discount = NO_DISCOUNT
    taxes: TaxClass = UNTAXED
    payer: Share = NO_SHARE
    lot_id: int | None = None
    lot_reason: str = ""
    directions: str = ""
    due_on: date | None = None
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Basket:
    """What one bill is to be made of. ``kind`` is one of :data:`KINDS`.

    ``discount`` is off all lines together. ``customer_id`` is None for a sale over the counter; ``payer_id``
    is the third party of the lines' shares.
    """

    kind: str
    lines: tuple[BasketLine, ...] = ()
    discount: Discount = NO_DISCOUNT
    payer_id: int | None = None
    note: str = ""
    customer_id: int | None = None
    appointment_id: int | None = None


def faults(basket: Basket) -> list[Fault]:
    """Everything that keeps the basket from being posted, in the order of the form."""
    return [*missing(basket), *money_faults(basket)]


def money_faults(basket: Basket) -> list[Fault]:
    """Only what keeps it from being worked out: a draft may lack the rest."""
    found = [fault for number, line in enumerate(basket.lines, 1) for fault in _line_faults(number, line)]
    if len(basket.lines) > MOST_LINES:
        found.append(Fault("lines", f"are more than {MOST_LINES:,}"))
    shared = [number for number, line in enumerate(basket.lines, 1) if line.payer != NO_SHARE]
    if shared and basket.payer_id is None:
        found.append(Fault("payer", f"is missing, and line {shared[0]} has a payer's share"))
    if not found:
        left = sum(_after_discount(line) for line in basket.lines)
        found.extend(_off_faults("discount", basket.discount, left))
    return found


def to_json(basket: Basket) -> str:
    """The basket as text, to be parked; what is as by default is left out.

    Raises :class:`Invalid` where it would be longer than :data:`LONGEST`.
    """
    text = to_text(basket)
    if len(text) > LONGEST:
        raise Invalid([Fault("lines", "are too many to be parked")], "Post it, or make two of it.")
    return text


def from_json(text: str) -> Basket:
    """The basket that :func:`to_json` wrote; its texts are cleaned. Raises :class:`Invalid` for nonsense.

    It may still have :func:`faults`: a parked basket need not be complete.
    """
    try:
        return from_text(Basket, text if len(text) <= LONGEST else "")
    except ValueError as error:
        hint = "Discard this draft and type it again."
        raise Invalid([Fault("basket", "cannot be read")], hint) from error


def _after_discount(line: BasketLine) -> int:
    """What the line costs after its own discount, a part of a cent counted as one."""
    gross = line.quantity * line.unit_price
    left = gross * (WHOLE - line.discount.percent)
    return quotient(left, WHOLE, Rounding.UP) - line.discount.amount


def missing(basket: Basket) -> Iterator[Fault]:
    """What must be there and is not, and texts that would be cut; the other part of :func:`faults`."""
    if basket.kind not in KINDS:
        yield Fault("kind", "is not sale, income, borrow or dispense")
    if basket.customer_id is None and basket.kind in ("borrow", "dispense"):
        yield Fault("customer", "is missing: what is lent or dispensed goes to somebody")
    if not basket.lines:
        yield Fault("lines", "are missing")
    if len(basket.note) > LONGEST_NOTE:
        yield Fault("note", f"more than {LONGEST_NOTE} characters")
    for number, line in enumerate(basket.lines, 1):
        if not line.description.strip():
            yield Fault(f"line {number} description", "is empty")
        for name, most in LIMITS.items():
            if len(getattr(line, name)) > most:
                said = name.replace("_", " ")
                yield Fault(f"line {number} {said}", f"more than {most} characters")
        if basket.kind == "borrow" and line.due_on is None:
            yield Fault(f"line {number} due", "is missing: a thing lent comes back on a day")


def _line_faults(number: int, line: BasketLine) -> Iterator[Fault]:
    at = f"line {number}"
    if not 1 <= line.quantity <= MOST_UNITS:
        yield Fault(f"{at} quantity", f"is not between 1 and {MOST_UNITS:,}")
    for price in (line.unit_price, line.list_price or 0):
        if not 0 <= price <= MOST:
            yield Fault(f"{at} price", "is below zero" if price < 0 else "is larger than any price")
    if line.quantity * line.unit_price > MOST:
        yield Fault(f"{at} amount", "is larger than any amount")
    if line.discount is not NO_DISCOUNT:
        yield from _off_faults(f"{at} discount", line.discount, line.quantity * line.unit_price)
    if line.payer is not NO_SHARE:
        yield from _part_faults(f"{at} payer's share", line.payer)
    yield from tax_faults(line.taxes.taxes, f"{at} taxes")


def _off_faults(field: str, discount: Discount, of: int) -> Iterator[Fault]:
    """What is wrong with a discount off an amount."""
    yield from _part_faults(field, discount)
    if discount.amount > of >= 0:
        yield Fault(field, "is more than the price")


def _part_faults(field: str, part: Discount | Share) -> Iterator[Fault]:
    """What is wrong with a percentage or amount by itself."""
    if part.percent and part.amount:
        yield Fault(field, "is both a percentage and an amount")
    if not 0 <= part.percent <= WHOLE:
        yield Fault(field, "is not between 0 and 100 %")
    if not 0 <= part.amount <= MOST:
        yield Fault(field, "is below zero" if part.amount < 0 else "is larger than any amount")
