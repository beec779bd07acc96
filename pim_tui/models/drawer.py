"""The cash drawer and the close of the day (M8, M9)."""

from __future__ import annotations

from peewee import Check, ForeignKeyField

from .base import DayField, LineField, ProseField, Table, Versioned, WholeField, one_of
from .people import Staff


class Drawer(Versioned):
    """A drawer from its opening with a counted float to its close with a blind count; minor units.

    ``expected`` is what should have been in it when it was counted.
    """

    name = LineField(40)
    opened_at = WholeField()
    opened_by = ForeignKeyField(Staff, backref="drawers", index=False, on_delete="RESTRICT")
    day = DayField(index=True)
    float_amount = WholeField(constraints=[Check("float_amount >= 0")])
    closed_at = WholeField(null=True)
    closed_by = ForeignKeyField(Staff, null=True, index=False, on_delete="RESTRICT")
    counted = WholeField(null=True, constraints=[Check("counted is null or counted >= 0")])
    expected = WholeField(null=True)

    class Meta:
        constraints = (Check("(closed_at is null) = (counted is null)"),)


class DrawerMove(Table):
    """Cash put in or taken out for a reason, or the correction of a wrong count."""

    drawer = ForeignKeyField(Drawer, backref="moves", on_delete="RESTRICT")
    kind = LineField(10, constraints=[one_of("kind", "in", "out", "correction")])
    amount = WholeField(constraints=[Check("amount <> 0")])
    reason = LineField(200, constraints=[Check("length(reason) > 0")])
    at = WholeField()
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")


class DayClose(Table):
    """A clinic day that was closed, once: its Z number and the figures of its report, as JSON."""

    day = DayField(unique=True)
    number = WholeField(unique=True)
    at = WholeField()
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    report = ProseField(400_000, default="{}")
