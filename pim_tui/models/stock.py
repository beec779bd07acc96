"""What is in stock: every movement of every lot (K1, K2)."""

from __future__ import annotations

from peewee import Check, ForeignKeyField

from .base import DayField, LineField, Table, WholeField, YesField, one_of
from .bills import BillLine
from .catalogue import Lot
from .people import Staff

PLACES = ("shelf", "quarantine")
MOVES = ("receipt", "sale", "borrow", "dispense", "return", "hand_back", "count", "adjust", "move", "scrap")


class StockMovement(Table):
    """So many items came (above zero) or went. ``on_hand`` is what there is of the lot in that place then.

    The table refuses a row whose ``on_hand`` does not follow from the one before, and one below zero
    unless the row itself says it may (``below_zero``). ``line`` is the bill line that moved them,
    ``cost`` minor units each. A difference of a controlled product has a ``witness`` (K5).
    """

    lot = ForeignKeyField(Lot, backref="movements", index=False, on_delete="RESTRICT")
    place = LineField(10, default="shelf", constraints=[one_of("place", *PLACES)])
    kind = LineField(10, constraints=[one_of("kind", *MOVES)])
    quantity = WholeField(constraints=[Check("quantity <> 0")])
    on_hand = WholeField()
    below_zero = YesField()
    cost = WholeField(null=True)
    line = ForeignKeyField(BillLine, null=True, backref="movements", index=False, on_delete="RESTRICT")
    reason = LineField(200)
    at = WholeField()
    day = DayField()
    staff = ForeignKeyField(Staff, index=False, on_delete="RESTRICT")
    witness = ForeignKeyField(Staff, null=True, index=False, on_delete="RESTRICT")

    class Meta:
        indexes = ((("lot", "place", "id", "on_hand"), False),)
