"""Third parties who pay a share: insurers and others. They are not customers (P6)."""

from __future__ import annotations

from peewee import Check, ForeignKeyField

from .base import DayField, LineField, ProseField, Versioned, WholeField, YesField
from .people import Customer


class Payer(Versioned):
    """An insurer or another third party."""

    name = LineField(120)
    sort_name = LineField(300, index=True)
    address = ProseField(300)
    phone = LineField(60)
    email = LineField(254)
    external_id = LineField(120, null=True, unique=True)
    active = YesField()


class Coverage(Versioned):
    """A payer stands in for a customer: ``share`` in thousandths of a percent of what a line costs (M6)."""

    customer = ForeignKeyField(Customer, backref="coverages", index=False, on_delete="RESTRICT")
    payer = ForeignKeyField(Payer, backref="coverages", index=False, on_delete="RESTRICT")
    policy = LineField(60)
    share = WholeField(default=0, constraints=[Check("share between 0 and 100000")])
    valid_to = DayField(null=True)
    active = YesField()

    class Meta:
        indexes = ((("customer", "payer"), False),)
