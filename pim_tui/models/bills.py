"""Everything that was posted, and the drafts that were not yet.

A posting is never changed or deleted: a correction is a new one that points back (M3). Amounts are
whole minor units of the posting's currency, rates thousandths of a percent.
"""

from __future__ import annotations

from peewee import Check, CompositeKey, ForeignKeyField

from .base import DayField, LineField, ProseField, Table, Versioned, WholeField, YesField, one_of
from .calendar import Appointment
from .catalogue import MOST, Lot, Product
from .drawer import Drawer
from .payers import Payer
from .people import Customer, Staff

BILLS = ("sale", "income", "borrow", "dispense")
KINDS = (*BILLS, "credit_note", "debit_note", "write_off", "void", "payment", "refund")
ACCOUNTS = (
    "receivable", "payer", "income", "tax", "written_off", "cash", "card", "transfer", "cheque", "other",
    "rounding",
)  # fmt: skip
METHODS = ("cash", "card", "transfer", "cheque", "other", "rounding")


class NumberSeries(Table):
    """The last number given to a kind of posting in a year; raised by one with each (M4)."""

    kind = LineField(12, constraints=[one_of("kind", *KINDS)])
    year = WholeField()
    last = WholeField(default=0)

    class Meta:
        primary_key = CompositeKey("kind", "year")


class Posting(Table):
    """A numbered document: a bill, a correction of one, a payment or a refund.

    ``day`` is the clinic's date of it. ``amount`` is what its lines or parts come to, never below zero:
    the kind says which way it goes. ``corrects`` is what a correction or void points back to. It is
    ``open`` only inside the transaction that makes it.
    """

    kind = LineField(12, constraints=[one_of("kind", *KINDS)])
    year = WholeField()
    number = WholeField(constraints=[Check("number > 0")])
    state = LineField(6, default="open", constraints=[one_of("state", "open", "posted")])
    at = WholeField()
    day = DayField()
    staff = ForeignKeyField(Staff, backref="postings", index=False, on_delete="RESTRICT")
    customer = ForeignKeyField(Customer, null=True, backref="postings", index=False, on_delete="RESTRICT")
    payer = ForeignKeyField(Payer, null=True, backref="postings", index=False, on_delete="RESTRICT")
    appointment = ForeignKeyField(
        Appointment, null=True, backref="postings", index=False, on_delete="RESTRICT"
    )
    currency = LineField(3, constraints=[Check("length(currency) = 3")])
    amount = WholeField(constraints=[Check(f"amount between 0 and {MOST}")])
    inclusive = YesField()
    corrects = ForeignKeyField("self", null=True, backref="corrections", index=False, on_delete="RESTRICT")
    reason = LineField(400)
    note = LineField(400)

    class Meta:
        constraints = (
            Check("kind not in ('credit_note', 'debit_note', 'void') or corrects_id is not null"),
            Check("kind not in ('credit_note', 'debit_note', 'void', 'write_off') or length(reason) > 0"),
        )
        indexes = (
            (("kind", "year", "number"), True),
            (("customer", "day"), False),
            (("customer", "kind", "day"), False),
            (("kind", "day"), False),
            (("day", "kind"), False),
        )


class BillLine(Table):
    """A line of a bill, credit note or debit note, as priced (M2, M6).

    ``discount`` is the line's own, ``bill_discount`` its part of the bill's; ``list_price`` is the price
    before somebody changed it. ``returns`` is the sold line that a credit note takes back.
    """

    bill = ForeignKeyField(Posting, backref="lines", index=False, on_delete="RESTRICT")
    position = WholeField()
    product = ForeignKeyField(Product, null=True, backref="lines", index=False, on_delete="RESTRICT")
    code = LineField(60)
    description = LineField(300)
    unit = LineField(40)
    quantity = WholeField(constraints=[Check("quantity between 1 and 1000000")])
    unit_price = WholeField(constraints=[Check("unit_price >= 0")])
    list_price = WholeField(null=True)
    discount = WholeField(default=0, constraints=[Check("discount >= 0")])
    bill_discount = WholeField(default=0, constraints=[Check("bill_discount >= 0")])
    net = WholeField(constraints=[Check("net >= 0")])
    tax = WholeField(constraints=[Check("tax >= 0")])
    total = WholeField(constraints=[Check("total >= 0")])
    customer_share = WholeField(constraints=[Check("customer_share >= 0")])
    payer_share = WholeField(default=0, constraints=[Check("payer_share >= 0")])
    lot = ForeignKeyField(Lot, null=True, backref="lines", index=False, on_delete="RESTRICT")
    lot_reason = LineField(200)
    directions = LineField(200)
    returns = ForeignKeyField("self", null=True, backref="returned", index=False, on_delete="RESTRICT")

    class Meta:
        constraints = (
            Check("net + tax = total"),
            Check("customer_share + payer_share = total"),
        )
        indexes = (
            (("bill", "position"), True),
            (("product", "bill"), False),
        )


class LineTax(Table):
    """One tax of a line: what it is worked out from and what it comes to."""

    line = ForeignKeyField(BillLine, backref="taxes", index=False, on_delete="RESTRICT")
    position = WholeField()
    name = LineField(40)
    rate = WholeField()
    base = WholeField()
    amount = WholeField(constraints=[Check("amount >= 0")])

    class Meta:
        primary_key = CompositeKey("line", "position")


class PaymentPart(Table):
    """How much of a payment, a refund or the void of a payment went by one method.

    The kind of the posting says which way; ``rounding`` is the cash that no coin exists for, and alone may
    be below zero. ``tendered`` is the cash that was handed over. ``refunds`` is the part of the payment that
    a refund or void gives back (R3).
    """

    payment = ForeignKeyField(Posting, backref="parts", index=False, on_delete="RESTRICT")
    position = WholeField()
    method = LineField(10, constraints=[one_of("method", *METHODS)])
    amount = WholeField(constraints=[Check("amount <> 0")])
    tendered = WholeField(null=True)
    reference = LineField(120)
    drawer = ForeignKeyField(Drawer, null=True, backref="parts", index=False, on_delete="RESTRICT")
    refunds = ForeignKeyField("self", null=True, backref="refunded", on_delete="RESTRICT")

    class Meta:
        constraints = (Check("amount > 0 or method = 'rounding'"),)
        indexes = ((("payment", "position"), True),)


class Entry(Table):
    """One side of a posting; the entries of a posting add up to nothing.

    ``receivable`` is what a customer owes (above zero) or has paid, ``payer`` what a third party does.
    A customer's balance is the sum of the receivable entries (M5).
    """

    posting = ForeignKeyField(Posting, backref="entries", index=False, on_delete="RESTRICT")
    account = LineField(12, constraints=[one_of("account", *ACCOUNTS)])
    amount = WholeField(constraints=[Check(f"amount <> 0 and amount between -{MOST} and {MOST}")])
    customer = ForeignKeyField(Customer, null=True, index=False, on_delete="RESTRICT")
    payer = ForeignKeyField(Payer, null=True, index=False, on_delete="RESTRICT")
    day = DayField()

    class Meta:
        constraints = (Check("(account = 'payer') = (payer_id is not null)"),)
        indexes = (
            (("posting", "account", "amount"), False),
            (("customer", "account", "day", "amount"), False),
            (("payer", "day", "amount"), False),
            (("account", "day", "amount"), False),
        )


class Allocation(Table):
    """So much of ``credit`` (a payment, credit note, write-off, void) settles ``debit`` (a bill, a refund).

    Taking it back is another row with the amount below zero (M7).
    """

    credit = ForeignKeyField(Posting, backref="settles", index=False, on_delete="RESTRICT")
    debit = ForeignKeyField(Posting, backref="settled_by", index=False, on_delete="RESTRICT")
    account = LineField(10, default="receivable", constraints=[one_of("account", "receivable", "payer")])
    amount = WholeField(constraints=[Check("amount <> 0")])
    at = WholeField()
    day = DayField()
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")

    class Meta:
        indexes = (
            (("debit", "account", "amount", "credit"), False),
            (("credit", "account", "amount", "debit"), False),
        )


class DraftBill(Versioned):
    """A bill that was parked: ``basket`` is what was typed, as JSON. It has no number (M3)."""

    kind = LineField(12, constraints=[one_of("kind", *BILLS)])
    customer = ForeignKeyField(Customer, null=True, backref="drafts", on_delete="RESTRICT")
    label = LineField(120)
    basket = ProseField(400_000)
    amount = WholeField(default=0)
    created_at = WholeField()
    changed_at = WholeField()
    staff = ForeignKeyField(Staff, backref="drafts", index=False, on_delete="RESTRICT")
