"""What is on the shelf of a product, and which items of it are to go out (K1, K2, K3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ..db.connection import select
from ..db.many import marks
from ..domain.moments import day_of, short_day
from ..errors import Refused
from ..models import Lot
from .work import Work


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


@dataclass(slots=True)
class _Lot:
    id: int
    name: str
    expires_on: date | None
    left: int


@dataclass(slots=True)
class Shelf:
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


def shelves(work: Work, product_ids: Iterable[int]) -> dict[int, Shelf]:
    """What is on the shelf of each product.

    Indexes: ``product`` primary key, ``lot (product, code, serial)``, ``stock_movement (lot, place, ...)``.
    """
    ids = sorted(product_ids)
    today = day_of(work.now, work.session.zone)
    found: dict[int, Shelf] = {}
    for id_, name, lotted, serials, lot_id, code, serial, expires, left in select(
        "select p.id, p.name, p.lots, p.serials, l.id, l.code, l.serial, l.expires_on, coalesce((select"
        " m.on_hand from stock_movement m where m.lot_id = l.id and m.place = 'shelf'"
        " order by m.id desc limit 1), 0) from product p left join lot l on l.product_id = p.id"
        f" where p.id in ({marks(ids)})"
        " order by p.id, l.expires_on is null, l.expires_on, l.id",
        ids,
    ):
        below = work.session.house.below_zero
        shelf = found.setdefault(
            id_, Shelf(id_, name, bool(lotted), bool(serials), work.now, today, below, [])
        )
        if lot_id is not None:
            expires_on = date.fromisoformat(expires) if expires else None
            named = f"serial {serial}" if serial else f"lot {code}"
            shelf.lots.append(_Lot(lot_id, named, expires_on, int(left)))
    return found
