"""What is lent and expected back (K3)."""

from __future__ import annotations

from peewee import Check, ForeignKeyField

from .base import DayField, LineField, Table, WholeField, one_of
from .bills import BillLine, Posting
from .people import Customer, Staff


class Loan(Table):
    """A line of a borrow bill: so many items are out. Whether they are back follows from the events."""

    line = ForeignKeyField(BillLine, unique=True, backref="loan", on_delete="RESTRICT")
    customer = ForeignKeyField(Customer, null=True, backref="loans", on_delete="RESTRICT")
    quantity = WholeField(constraints=[Check("quantity > 0")])
    due_on = DayField(index=True)
    condition = LineField(200)
    at = WholeField()
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")


class LoanEvent(Table):
    """Items handed back or lost, or more time given: ``due_on`` is then the new last day.

    ``posting`` is the bill that a loss became.
    """

    loan = ForeignKeyField(Loan, backref="events", on_delete="RESTRICT")
    kind = LineField(10, constraints=[one_of("kind", "hand_back", "lost", "extended")])
    quantity = WholeField(default=0, constraints=[Check("quantity >= 0")])
    due_on = DayField(null=True)
    condition = LineField(200)
    disposition = LineField(
        10, default="none", constraints=[one_of("disposition", "restock", "quarantine", "scrap", "none")]
    )
    reason = LineField(200)
    posting = ForeignKeyField(Posting, null=True, index=False, on_delete="RESTRICT")
    at = WholeField()
    day = DayField()
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")

    class Meta:
        constraints = (
            Check("(kind = 'extended') = (due_on is not null)"),
            Check("(kind = 'extended') = (quantity = 0)"),
            Check("kind <> 'extended' or length(reason) > 0"),
        )
