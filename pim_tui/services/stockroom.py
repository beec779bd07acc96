"""Goods that go out and come back, inside a transaction of the services that move them (K1, K2).

Stock on hand is the sum of movements. The table refuses a row that does not follow from the one before,
so whoever comes second to the last item is told so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ..db.bulk import insert
from ..db.connection import select
from ..domain.moments import day_of, short_day
from ..errors import Refused
from ..models import Lot, StockMovement
from .usecase import Work

OUT = ("sale", "borrow", "dispense")
BACK = ("return", "hand_back")


class Want(NamedTuple):
    """So many of a tracked product. ``lot_id`` names the lot, ``lot_reason`` why not the first to expire."""

    product_id: int
    quantity: int
    lot_id: int | None = None
    lot_reason: str = ""


class Taken(NamedTuple):
    """So many items of a lot; ``left`` is what is there of it then."""

    lot_id: int
    quantity: int
    left: int


def take_out(
    work: Work,
    product_id: int,
    quantity: int,
    kind: str,
    line_id: int,
    lot_id: int | None = None,
    lot_reason: str = "",
) -> tuple[Taken, ...]:
    """Hand out one tracked product for a bill line; :func:`choose` and :func:`hand_out` in one."""
    (taken,) = choose(work, [Want(product_id, quantity, lot_id, lot_reason)])
    hand_out(work, kind, [(line_id, taken)])
    return taken


def choose(work: Work, wants: Sequence[Want]) -> list[tuple[Taken, ...]]:
    """From which lots each want is met: the shortest expiry first, or the lot that was named (K2).

    One select for all of them; nothing is written but the lot of a product that never had one and may go
    below zero. Raises Refused (K1, K2, K3), naming everything there is too little of.
    """
    if not wants:
        return []
    shelves = _shelves(work, {want.product_id for want in wants})
    found, short = [], []
    for want in wants:
        taken, missing = shelves[want.product_id].take(want)
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
        f" where line_id in ({', '.join('?' * len(line_ids))})"
        f" and kind in ({', '.join('?' * len(OUT + BACK))})"
        " group by line_id, lot_id having sum(quantity) < 0 order by line_id, lot_id",
        [*line_ids, *OUT, *BACK],
    )
    found: dict[int, tuple[tuple[int, int], ...]] = {}
    for line_id, lot_id, quantity in rows:
        found[line_id] = (*found.get(line_id, ()), (lot_id, int(quantity)))
    return found


@dataclass(slots=True)
class _Lot:
    id: int
    name: str
    expires_on: date | None
    left: int


@dataclass(slots=True)
class _Shelf:
    """The lots of one product, the first to expire first; ``left`` goes down as wants are met."""

    id: int
    name: str
    lotted: bool
    serials: bool
    now: int
    day: date
    may_go_below: bool
    lots: list[_Lot]

    def take(self, want: Want) -> tuple[tuple[Taken, ...], str]:
        """The items, and a word on what is missing."""
        usable = [lot for lot in self.lots if not self._expired(lot)]
        lots = [self._named(want, usable)] if want.lot_id is not None else usable
        if self.serials:
            self._require_one(want, lots)
        taken, missing = [], want.quantity
        for lot in lots:
            part = min(missing, max(0, lot.left))
            if part:
                taken.append(self._taken(lot, part))
                missing -= part
        if missing and self.may_go_below and not self.serials:
            last = self._last(lots)
            already = taken.pop().quantity if taken and taken[-1].lot_id == last.id else 0
            last.left += already
            taken, missing = [*taken, self._taken(last, already + missing)], 0
        return tuple(taken), self._short(want, want.quantity - missing) if missing else ""

    def _taken(self, lot: _Lot, quantity: int) -> Taken:
        lot.left -= quantity
        return Taken(lot.id, quantity, lot.left)

    def _expired(self, lot: _Lot) -> bool:
        return lot.expires_on is not None and lot.expires_on < self.day

    def _named(self, want: Want, usable: Sequence[_Lot]) -> _Lot:
        """The lot that was asked for; an other than the first to expire needs a reason (K2)."""
        lot = next((lot for lot in self.lots if lot.id == want.lot_id), None)
        if lot is None:
            raise Refused(f"That lot is not of {self.name}.", "Choose one of its lots.", rule="K2")
        if lot.expires_on is not None and self._expired(lot):
            raise Refused(
                f"{lot.name} of {self.name} expired on {short_day(lot.expires_on)}.",
                "Choose another lot; move this one to quarantine.",
                rule="K2",
            )
        first = next((one for one in usable if one.left > 0), lot)
        if first.expires_on and first.expires_on < (lot.expires_on or date.max) and not want.lot_reason:
            raise Refused(
                f"{first.name} of {self.name} expires earlier, on {short_day(first.expires_on)}.",
                "Take that one, or give the reason for another.",
                rule="K2",
            )
        return lot

    def _require_one(self, want: Want, lots: Sequence[_Lot]) -> None:
        """An item with a serial number goes out by itself, and it is said which (K3)."""
        if want.quantity > 1:
            raise Refused(
                f"{self.name} has serial numbers: each item is a line of its own.",
                "Make it one, and add a line for each other.",
                rule="K3",
            )
        if want.lot_id is None and sum(lot.left > 0 for lot in lots) > 1:
            raise Refused(
                f"There are several of {self.name}, and it was not said which goes out.",
                "Choose the serial number.",
                rule="K3",
            )

    def _last(self, lots: Sequence[_Lot]) -> _Lot:
        """Where stock goes below zero: the last lot; a product without lots gets its one."""
        if lots:
            return lots[-1]
        if self.lotted:
            raise Refused(f"No lot of {self.name} can be handed out.", "Receive one first.", rule="K2")
        id_ = int(Lot.insert(product=self.id, created_at=self.now).execute())
        self.lots.append(_Lot(id_, "", None, 0))
        return self.lots[-1]

    def _short(self, want: Want, there: int) -> str:
        expired = sum(max(0, lot.left) for lot in self.lots if self._expired(lot))
        more = f" and {expired} that expired" if expired and want.lot_id is None else ""
        return f"{self.name}: {want.quantity} wanted, {there} left{more}"


def _shelves(work: Work, product_ids: Iterable[int]) -> dict[int, _Shelf]:
    """What is on the shelf of each product.

    Indexes: ``product`` primary key, ``lot (product, code, serial)``, ``stock_movement (lot, place, ...)``.
    """
    ids = sorted(product_ids)
    today = day_of(work.now, work.session.zone)
    shelves: dict[int, _Shelf] = {}
    for id_, name, lotted, serials, lot_id, code, serial, expires, left in select(
        "select p.id, p.name, p.lots, p.serials, l.id, l.code, l.serial, l.expires_on, coalesce((select"
        " m.on_hand from stock_movement m where m.lot_id = l.id and m.place = 'shelf'"
        " order by m.id desc limit 1), 0) from product p left join lot l on l.product_id = p.id"
        f" where p.id in ({', '.join('?' * len(ids))})"
        " order by p.id, l.expires_on is null, l.expires_on, l.id",
        ids,
    ):
        below = work.session.house.below_zero
        shelf = shelves.setdefault(
            id_, _Shelf(id_, name, bool(lotted), bool(serials), work.now, today, below, [])
        )
        if lot_id is not None:
            expires_on = date.fromisoformat(expires) if expires else None
            named = f"serial {serial}" if serial else f"lot {code}"
            shelf.lots.append(_Lot(lot_id, named, expires_on, int(left)))
    return shelves


def _day(work: Work) -> str:
    return day_of(work.now, work.session.zone).isoformat()


_MOVE = [
    StockMovement.lot, StockMovement.place, StockMovement.kind, StockMovement.quantity, StockMovement.on_hand,
    StockMovement.below_zero, StockMovement.line, StockMovement.reason, StockMovement.at, StockMovement.day,
    StockMovement.staff, StockMovement.witness,
]  # fmt: skip
