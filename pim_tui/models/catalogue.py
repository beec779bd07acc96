"""What the clinic sells, lends and hands out."""

from __future__ import annotations

from peewee import Check, ForeignKeyField

from .base import DayField, LineField, ProseField, Table, Versioned, WholeField, YesField, one_of

MOST = 10**13
"""Minor units or thousandths; more is a slip."""


class TaxClass(Versioned):
    """What is charged on a kind of goods: one tax, several, or none."""

    name = LineField(40, unique=True)
    active = YesField()


class Tax(Table):
    """One tax of a class, in order.

    ``rate`` is in thousandths of a percent, in minor units when it is charged ``per_unit``.
    """

    tax_class = ForeignKeyField(TaxClass, backref="taxes", index=False, on_delete="RESTRICT")
    position = WholeField(default=0)
    name = LineField(40)
    kind = LineField(10, default="percent", constraints=[one_of("kind", "percent", "of_total", "per_unit")])
    rate = WholeField(constraints=[Check(f"rate between 0 and {MOST}")])
    in_next_base = YesField()

    class Meta:
        indexes = ((("tax_class", "position"), True),)


class Product(Versioned):
    """A product or service. ``price`` is in minor units of ``currency`` (M1), null when none is known.

    ``barcode`` is 8 to 14 digits as printed; a wrong check digit is told when it comes in, not refused.
    ``tracked`` has a stock, ``lots`` and ``serials`` say what its items are told apart by (K2, K3);
    ``medicine`` never goes back on the shelf by default (R5); fewer than ``reorder_at`` on hand is low.
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
    tax_class = ForeignKeyField(TaxClass, null=True, backref="products", index=False, on_delete="RESTRICT")
    lots = YesField()
    serials = YesField()
    medicine = YesField()
    lendable = YesField()
    loan_days = WholeField(default=14, constraints=[Check("loan_days between 1 and 3660")])
    reorder_at = WholeField(null=True, constraints=[Check("reorder_at is null or reorder_at >= 0")])
    directions = LineField(200)

    class Meta:
        constraints = (
            Check("price is null or length(currency) = 3"),
            Check("length(barcode) = 0 or length(barcode) between 8 and 14"),
        )


class Lot(Versioned):
    """Items of a product that are told apart from others by lot or serial; products without have one lot.

    ``expires_on`` is the last day they may be used.
    """

    product = ForeignKeyField(Product, backref="lot_rows", index=False, on_delete="RESTRICT")
    code = LineField(60)
    serial = LineField(60)
    expires_on = DayField(null=True, index=True)
    note = LineField(200)
    created_at = WholeField()

    class Meta:
        indexes = ((("product", "code", "serial"), True),)
