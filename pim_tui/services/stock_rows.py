"""Rows of stock: lots and movements, inside the transaction of whoever moves something (K1, K2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ..domain.moments import day_of
from ..models import Lot, StockMovement
from ..queries.stock import LotRow, lot
from .work import Work


@dataclass(frozen=True, slots=True)
class Step:
    """So many items of a lot come (above zero) or go, from one place. ``cost`` is minor units each."""

    lot_id: int
    kind: str
    quantity: int
    place: str = "shelf"
    cost: int | None = None
    reason: str = ""
    witness_id: int | None = None
    below_zero: bool = False


def move(work: Work, step: Step, name: str) -> LotRow:
    """Write one movement of the product called ``name``, with its line in the journal; the lot afterwards.

    The table refuses what does not follow, is not there, or may not go out.
    """
    before = lot(step.lot_id)
    there = before.on_hand(step.place) + step.quantity
    id_ = StockMovement.insert(
        lot=step.lot_id, place=step.place, kind=step.kind, quantity=step.quantity, on_hand=there,
        below_zero=step.below_zero and there < 0, cost=step.cost, reason=step.reason, at=work.now,
        day=day_of(work.now, work.session.zone), staff=work.session.staff_id, witness=step.witness_id,
    ).execute()  # fmt: skip
    told = {
        "name": name,
        "product_id": before.product_id,
        "lot": before.called,
        "place": step.place,
        "kind": step.kind,
        "quantity": step.quantity,
        "on_hand": there,
        "cost": step.cost,
        "witness_id": step.witness_id,
    }
    kept = {key: value for key, value in told.items() if value not in ("", None)}
    work.changed(step.kind, "stock_movement", int(id_), None, kept, step.reason)
    return lot(step.lot_id)


def add_lot(work: Work, product_id: int, code: str, serial: str, expires_on: date | None) -> int:
    """A lot that the product has not had yet; its id."""
    id_ = Lot.insert(
        product=product_id, code=code, serial=serial, expires_on=expires_on, created_at=work.now
    ).execute()
    return int(id_)
