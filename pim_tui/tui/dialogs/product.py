"""Everything about one product, to read."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from ...domain.barcodes import read_barcode
from ...domain.money import written
from ...queries.products import Listed
from ..base import PimDialog
from ..textsafe import show

_TOLD = ("code", "kind", "category", "unit", "pack", "tax")


class ProductDialog(PimDialog[None]):
    """A list of what is known; Esc or Enter leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,enter", "dismiss_none", "Back")]

    def __init__(self, product: Listed) -> None:
        super().__init__()
        self._product = product

    def compose(self) -> ComposeResult:
        """The name, then a line for each thing that is known."""
        with Vertical(classes="panel"):
            yield Static(show(self._product.name), classes="name")
            yield Static(show("\n".join(told_of(self._product))), classes="facts")
            yield Static(show(self._product.description), classes="reading")

    def on_mount(self) -> None:
        """Nothing is left to be read: the list had it all."""
        self.query_one(".reading").display = bool(self._product.description)


def told_of(product: Listed) -> list[str]:
    """What is known of a product, a title and a value each."""
    facts = [(name, str(getattr(product, name))) for name in _TOLD]
    facts.insert(5, ("price", price_of(product)))
    facts.append(("barcode", barcode_of(product)))
    facts += [("stock", "is kept" if product.tracked else "")]
    facts += [("controlled", "yes" if product.controlled else "")]
    return [f"{title[:1].upper()}{title[1:]:<10} {value}" for title, value in facts if value]


def price_of(product: Listed) -> str:
    """The price with its currency; empty when none is known."""
    return "" if product.price is None else f"{written(product.price, product.currency)} {product.currency}"


def barcode_of(product: Listed) -> str:
    """The barcode, what it is, and whether its check digit is wrong."""
    found = read_barcode(product.barcode)
    if found is None:
        return product.barcode
    kind = f"{found.digits} ({found.kind})" if found.kind else found.digits
    return kind if found.right else f"{kind}, wrong check digit: {found.expected} is right"
