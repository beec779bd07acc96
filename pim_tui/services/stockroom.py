"""Goods that go out and come back, inside a transaction of the services that move them (K1, K2).

Stock on hand is the sum of movements. The table refuses a row that does not follow from the one before,
so whoever comes second to the last item is told so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..db.bulk import insert
from ..db.connection import select
from ..db.many import marks
from ..domain.moments import day_of
from ..errors import Refused
from ..models import StockMovement
from .shelves import Taken, Want, shelves
from .work import Work

__all__ = [
    "BACK",
    "OUT",
    "Taken",
    "Want",
    "choose",
    "hand_out",
    "on_hand",
    "put_back",
    "scrap",
    "still_out",
]

OUT = ("sale", "borrow", "dispense")
BACK = ("return", "hand_back")


def choose(work: Work, wants: Sequence[Want]) -> list[tuple[Taken, ...]]:
    """From which lots each want is met: the shortest expiry first, or the lot that was named (K2).

    One select for all of them; nothing is written but the lot of a product that never had one and may go
    below zero. Raises Refused (K1, K2, K3), naming everything there is too little of.
    """
    if not wants:
        return []
    stock = shelves(work, {want.product_id for want in wants})
    found, short = [], []
    for want in wants:
        taken, missing = stock[want.product_id].take(want)
        found.append(taken)
        short += [missing] if missing else []
    if short:
        raise Refused(
            f"There is not so much in stock: {'; '.join(short)}.",
            "Take fewer, or receive the goods first.",
            rule="K1",
        )
    return found


def hand_out(work: Work, kind: str, goods: Iterable[tuple[int, Sequence[Taken]]]) -> None:
    """Write what was chosen for each (line id, items). ``kind`` is one of :data:`OUT`."""
    day = _day(work)
    insert(
        _MOVE,
        (
            (one.lot_id, "shelf", kind, -one.quantity, one.left, one.left < 0, line_id, "", work.now, day,
             work.session.staff_id, None)
            for line_id, taken in goods
            for one in taken
        ),
    )  # fmt: skip


def put_back(
    work: Work, lot_id: int, quantity: int, kind: str, line_id: int | None, place: str = "shelf"
) -> None:
    """Items of a lot come back to ``place`` (shelf or quarantine). ``kind`` is one of :data:`BACK`."""
    left = on_hand(lot_id, place) + quantity
    insert(
        _MOVE,
        [(lot_id, place, kind, quantity, left, left < 0, line_id, "", work.now, _day(work),
          work.session.staff_id, None)],
    )  # fmt: skip


def scrap(
    work: Work,
    lot_id: int,
    quantity: int,
    line_id: int | None,
    reason: str,
    place: str = "shelf",
    witness_id: int | None = None,
) -> None:
    """Items of a lot are thrown away; of a controlled product only before a witness (K5)."""
    left = on_hand(lot_id, place) - quantity
    insert(
        _MOVE,
        [(lot_id, place, "scrap", -quantity, left, False, line_id, reason, work.now, _day(work),
          work.session.staff_id, witness_id)],
    )  # fmt: skip


def on_hand(lot_id: int, place: str = "shelf") -> int:
    """How many items of a lot are there. Index: ``stock_movement (lot, place, id, on_hand)``."""
    rows = select(
        "select on_hand from stock_movement where lot_id = ? and place = ? order by id desc limit 1",
        [lot_id, place],
    )
    return int(rows[0][0]) if rows else 0


def still_out(line_ids: Sequence[int]) -> dict[int, tuple[tuple[int, int], ...]]:
    """What each line handed out and has not got back: ((lot id, quantity), ...).

    Index: ``stock_movement (line)``.
    """
    if not line_ids:
        return {}
    rows = select(
        "select line_id, lot_id, -sum(quantity) from stock_movement"
        f" where line_id in ({marks(line_ids)})"
        f" and kind in ({marks(OUT + BACK)})"
        " group by line_id, lot_id having sum(quantity) < 0 order by line_id, lot_id",
        [*line_ids, *OUT, *BACK],
    )
    found: dict[int, tuple[tuple[int, int], ...]] = {}
    for line_id, lot_id, quantity in rows:
        found[line_id] = (*found.get(line_id, ()), (lot_id, int(quantity)))
    return found


def _day(work: Work) -> str:
    return day_of(work.now, work.session.zone).isoformat()


_MOVE = [
    StockMovement.lot, StockMovement.place, StockMovement.kind, StockMovement.quantity, StockMovement.on_hand,
    StockMovement.below_zero, StockMovement.line, StockMovement.reason, StockMovement.at, StockMovement.day,
    StockMovement.staff, StockMovement.witness,
]  # fmt: skip
