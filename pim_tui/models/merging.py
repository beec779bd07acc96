"""Two records of one person that became one, and people who were erased (P4, P5)."""

from __future__ import annotations

from peewee import Check, CompositeKey, ForeignKeyField

from .base import LineField, ProseField, Table, Versioned, WholeField, one_of
from .people import Customer, Staff


class CustomerMerge(Versioned):
    """``loser`` became part of ``survivor``; rows change hands only while it is moving.

    ``filled`` is what the survivor's blanks were filled with, as JSON. Taken back, it stays known.
    """

    survivor = ForeignKeyField(Customer, backref="merged", on_delete="RESTRICT")
    loser = ForeignKeyField(Customer, backref="merges", index=False, on_delete="RESTRICT")
    state = LineField(
        10, default="moving", constraints=[one_of("state", "moving", "merged", "undoing", "undone")]
    )
    filled = ProseField(20_000, default="{}")
    at = WholeField()
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")

    class Meta:
        constraints = (Check("survivor_id <> loser_id"),)


class MergedRow(Table):
    """A row that changed hands; ``kind`` is its table."""

    merge = ForeignKeyField(CustomerMerge, backref="rows", index=False, on_delete="RESTRICT")
    kind = LineField(20)
    row_id = WholeField()

    class Meta:
        primary_key = CompositeKey("merge", "kind", "row_id")


class Erasure(Table):
    """A customer whose contact data was made anonymous; ``kept`` says what the law keeps, as JSON."""

    customer = ForeignKeyField(Customer, primary_key=True, on_delete="RESTRICT")
    at = WholeField()
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    reason = LineField(400, constraints=[Check("length(reason) > 0")])
    kept = ProseField(20_000, default="{}")
