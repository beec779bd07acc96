"""How a basket is filled: what is typed or scanned, and the basket with a line more, changed or gone.

Pure functions over :class:`~.basket.Basket`; none of them adds anything up.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, NamedTuple

from ..errors import Fault, Invalid
from .barcodes import LENGTHS
from .basket import MOST_UNITS, Basket, BasketLine, Discount, Share
from .money import read_amount, written
from .taxes import WHOLE
from .text import tidy, western_digits

_TIMES = re.compile(r"\s*(\d{1,8})\s*(?:[*×]\s*|[xX](?:\s+|(?=\d{8,14}\s*$)))(.*)", re.DOTALL)
_PERCENT = re.compile(r"\s*(\d{1,3})(?:[.,](\d{1,3}))?\s*%\s*")
_LONGEST = 1_000
"""Characters of a line that are read."""


class Typed(NamedTuple):
    """What the line of the till says: so many of what ``words`` mean; ``quantity`` is None if not said."""

    quantity: int | None
    words: str


def read_line(text: str) -> Typed:
    """``3* paracetamol``, ``3x 4006381333931``, or words alone. Never fails: a product may be called 4x4."""
    text = text[:_LONGEST]
    if found := _TIMES.fullmatch(western_digits(text)):
        return Typed(int(found[1]), tidy(found[2], limit=100))
    return Typed(None, tidy(text, limit=100))


def is_scan(text: str) -> bool:
    """Whether ``text`` is what a scanner sends: nothing but the digits of a barcode."""
    return text.isascii() and text.isdecimal() and len(text) in LENGTHS


def read_own(text: str, currency: str) -> tuple[str, int]:
    """``room hire 25.00``: what it is, and what one costs. Raises :class:`Invalid`."""
    words, _, amount = tidy(text, limit=300).rpartition(" ")
    if not words:
        raise Invalid([Fault("line", "is the text and the price: room hire 25.00")])
    return words, read_amount(amount, currency)


def read_quantity(text: str) -> int:
    """A whole number from 1 on. Raises :class:`Invalid`."""
    digits = western_digits(text[:_LONGEST]).strip()
    quantity = int(digits) if digits.isdecimal() and len(digits) <= 7 else 0
    if not 1 <= quantity <= MOST_UNITS:
        raise Invalid([Fault("quantity", f"is a whole number from 1 to {MOST_UNITS}")])
    return quantity


def read_discount(text: str, currency: str) -> Discount:
    """``10%``, ``2.50``; ``0`` takes nothing off. Raises :class:`Invalid`."""
    return Discount(*_part(text, currency, "discount"))


def read_share(text: str, currency: str) -> Share:
    """What a payer pays: ``80%``, or up to an amount. Raises :class:`Invalid`."""
    return Share(*_part(text, currency, "share"))


def with_line(basket: Basket, line: BasketLine) -> tuple[Basket, int]:
    """The basket with ``line`` more, and where it stands. The same thing again raises the quantity."""
    for at, other in enumerate(basket.lines):
        if line.product_id is not None and _alike(other, line):
            return with_changed(basket, at, quantity=other.quantity + line.quantity), at
    return replace(basket, lines=(*basket.lines, line)), len(basket.lines)


def with_changed(basket: Basket, at: int, **changes: Any) -> Basket:
    """The basket with other values in line ``at``."""
    lines = list(basket.lines)
    lines[at] = replace(lines[at], **changes)
    return replace(basket, lines=tuple(lines))


def without_line(basket: Basket, at: int) -> Basket:
    """The basket with line ``at`` taken out."""
    return replace(basket, lines=basket.lines[:at] + basket.lines[at + 1 :])


def listed_price(line: BasketLine) -> int:
    """What the line's product cost in the catalogue when it came into the basket."""
    return line.unit_price if line.list_price is None else line.list_price


def _alike(one: BasketLine, other: BasketLine) -> bool:
    """Whether two lines are the same thing on the same terms, whatever was done to the first since.

    A line at another price, of a lot that was chosen or with a discount of its own stays by itself.
    """
    return replace(one, quantity=1, payer=other.payer, directions="", due_on=None) == replace(
        other, quantity=1, directions="", due_on=None
    )


def _part(text: str, currency: str, field: str) -> tuple[int, int]:
    """(thousandths of a percent, minor units), one of them zero."""
    if found := _PERCENT.fullmatch(western_digits(text[:_LONGEST])):
        percent = int(found[1]) * 1000 + int((found[2] or "").ljust(3, "0") or 0)
        if percent > WHOLE:
            raise Invalid([Fault(field, "is more than 100 %")])
        return percent, 0
    return 0, read_amount(text, currency, field=field)


def percent(thousandths: int) -> str:
    """A rate or share as people write it: 19_000 is ``19 %``."""
    whole, rest = divmod(thousandths, 1000)
    return f"{whole}.{rest:03}".rstrip("0").rstrip(".") + " %"


def part_text(part: Discount | Share, currency: str) -> str:
    """A discount or share as it is typed: the inverse of :func:`read_discount`; empty for none."""
    if part.percent:
        return percent(part.percent).replace(" ", "")
    return written(part.amount, currency) if part.amount else ""
