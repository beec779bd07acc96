"""Goods and money that come back, and who allowed it (R1-R5)."""

from __future__ import annotations

from peewee import Check, ForeignKeyField

from .base import LineField, Table, Versioned, WholeField, one_of
from .bills import BillLine, Posting
from .payers import Payer
from .people import Customer, Staff

STATES = ("requested", "approved", "rejected", "paid", "credited", "withdrawn")
DISPOSITIONS = ("restock", "quarantine", "scrap", "none")


class ReturnRequest(Versioned):
    """Somebody asked to take lines of a bill back, or (``credit``) to pay a customer's or payer's credit out.

    ``value`` is what the customer's share comes to, ``payer_value`` the payer's. ``digest`` seals what
    was asked: an approval holds for exactly that. ``by_rule`` says which rule approved it instead of a
    person (R4). ``method`` is how the money is to go back: a method, or ``credit``.
    """

    kind = LineField(10, default="return", constraints=[one_of("kind", "return", "credit")])
    bill = ForeignKeyField(Posting, null=True, backref="requests", on_delete="RESTRICT")
    customer = ForeignKeyField(Customer, null=True, backref="requests", on_delete="RESTRICT")
    payer = ForeignKeyField(Payer, null=True, index=False, on_delete="RESTRICT")
    state = LineField(10, default="requested", constraints=[one_of("state", *STATES)], index=True)
    value = WholeField(constraints=[Check("value >= 0")])
    payer_value = WholeField(default=0, constraints=[Check("payer_value >= 0")])
    method = LineField(10, default="original")
    reason = LineField(400, constraints=[Check("length(reason) > 0")])
    digest = LineField(64)
    requested_at = WholeField()
    requested_by = ForeignKeyField(Staff, backref="requests", index=False, on_delete="RESTRICT")
    decided_at = WholeField(null=True)
    decided_by = ForeignKeyField(Staff, null=True, backref="decisions", index=False, on_delete="RESTRICT")
    decision = LineField(400)
    by_rule = LineField(80)
    credit_note = ForeignKeyField(
        Posting, null=True, unique=True, backref="credited_by", on_delete="RESTRICT"
    )
    refund = ForeignKeyField(Posting, null=True, unique=True, backref="refunded_by", on_delete="RESTRICT")

    class Meta:
        constraints = (
            Check("decided_by_id is null or decided_by_id <> requested_by_id"),
            Check(
                "state not in ('approved', 'paid', 'credited')"
                " or decided_by_id is not null or length(by_rule) > 0"
            ),
            Check("(kind = 'return') = (bill_id is not null)"),
            Check("kind = 'return' or (customer_id is null) <> (payer_id is null)"),
        )


class ReturnLine(Table):
    """So many of a sold line are to come back; what happens to the goods is a fact of its own (R5)."""

    request = ForeignKeyField(ReturnRequest, backref="lines", index=False, on_delete="RESTRICT")
    line = ForeignKeyField(BillLine, backref="return_lines", on_delete="RESTRICT")
    quantity = WholeField(constraints=[Check("quantity > 0")])
    disposition = LineField(10, default="none", constraints=[one_of("disposition", *DISPOSITIONS)])

    class Meta:
        indexes = ((("request", "line"), True),)
