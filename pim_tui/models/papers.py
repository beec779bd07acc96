"""Papers that were issued: kept as they were, every print and every copy known (M10)."""

from __future__ import annotations

from peewee import Check, ForeignKeyField

from .base import LineField, Table, WholeField, one_of
from .bills import BillLine, Posting
from .files import StoredFile
from .people import Customer, Staff

PAPER_KINDS = ("receipt", "bill", "credit_note", "statement", "label", "day_close", "record", "ledger")


class Paper(Table):
    """A PDF as it was first issued. What is sent later is exactly this file."""

    kind = LineField(12, constraints=[one_of("kind", *PAPER_KINDS)])
    posting = ForeignKeyField(Posting, null=True, backref="papers", index=False, on_delete="RESTRICT")
    customer = ForeignKeyField(Customer, null=True, backref="papers", on_delete="RESTRICT")
    line = ForeignKeyField(BillLine, null=True, backref="papers", index=False, on_delete="RESTRICT")
    file = ForeignKeyField(StoredFile, backref="papers", on_delete="RESTRICT")
    about = LineField(120)
    issued_at = WholeField()
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")

    class Meta:
        indexes = ((("posting", "kind"), False),)


class PaperPrint(Table):
    """A paper went somewhere; ``copy`` is 0 for the original, then 1, 2 for each reprint."""

    paper = ForeignKeyField(Paper, backref="prints", index=False, on_delete="RESTRICT")
    copy = WholeField(constraints=[Check("copy >= 0")])
    goes_to = LineField(10, constraints=[one_of("goes_to", "printer", "file", "email", "screen")])
    where_to = LineField(254)
    at = WholeField()
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")

    class Meta:
        indexes = ((("paper", "copy"), False),)
