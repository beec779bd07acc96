"""What the clinic sells, lends and hands out."""

from __future__ import annotations

from peewee import Check

from .base import LineField, ProseField, Versioned, WholeField, YesField, one_of


class Product(Versioned):
    """A product or service. ``price`` is in minor units of ``currency`` (M1), null when none is known.

    ``barcode`` is 8 to 14 digits as printed; a wrong check digit is told when it comes in, not refused.
    """

    code = LineField(60, index=True)
    name = LineField(300)
    sort_name = LineField(300, index=True)
    kind = LineField(10, default="product", constraints=[one_of("kind", "product", "service")])
    category = LineField(120)
    unit = LineField(40)
    pack = LineField(40)
    price = WholeField(null=True, constraints=[Check("price is null or price >= 0")])
    currency = LineField(3)
    tax = LineField(40)
    barcode = LineField(14, index=True)
    tracked = YesField()
    controlled = YesField()
    description = ProseField(2000)
    external_id = LineField(160, null=True, unique=True)
    created_at = WholeField()
    active = YesField()

    class Meta:
        constraints = (
            Check("price is null or length(currency) = 3"),
            Check("length(barcode) = 0 or length(barcode) between 8 and 14"),
        )
