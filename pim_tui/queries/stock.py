"""What is in stock: of a product, of a lot, in which place (K1, K2).

The last movement of a lot in a place says what is there: the table refuses a row that does not follow
from the one before, so that it is the sum of all of them, and ``check`` adds them up again.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from ..db.connection import select
from ..domain.rights import Right
from ..errors import NotFound
from .gate import guarded

PLACES = ("shelf", "quarantine")


class LotRow(NamedTuple):
    """A lot, or one thing with a serial number, and how many there are in each place.

    ``expires_on`` is the last day it may be used. Products told apart by neither have one lot without a code.
    """

    id: int
    version: int
    product_id: int
    code: str
    serial: str
    expires_on: date | None
    note: str
    shelf: int
    quarantine: int

    @property
    def called(self) -> str:
        """What people call it; empty for a product that has no lots."""
        return " ".join(filter(None, (self.code, f"serial {self.serial}" if self.serial else "")))

    def on_hand(self, place: str) -> int:
        """How many are in ``place``."""
        return self.shelf if place == "shelf" else self.quarantine

    def expired(self, today: date) -> bool:
        """Whether its last day is over (K2)."""
        return self.expires_on is not None and self.expires_on < today


class OnHand(NamedTuple):
    """Items of one product: usable ones on the shelf, expired ones on the shelf, and those in quarantine."""

    shelf: int = 0
    expired: int = 0
    quarantine: int = 0

    @property
    def total(self) -> int:
        """All there is, usable or not."""
        return self.shelf + self.expired + self.quarantine


_LAST = (
    "coalesce((select m.on_hand from stock_movement m where m.lot_id = l.id and m.place = {}"
    " order by m.id desc limit 1), 0)"
)
ON_SHELF, SET_ASIDE = _LAST.format("'shelf'"), _LAST.format("'quarantine'")
"""SQL for what lot ``l`` has in each place. Index: stock_movement (lot, place, id, on_hand)."""

_LOT = (
    "select l.id, l.version, l.product_id, l.code, l.serial, l.expires_on, l.note,"
    f" {ON_SHELF}, {SET_ASIDE} from lot l where"
)


@guarded(Right.SEE_PRODUCT)
def lot(lot_id: int) -> LotRow:
    """One lot. Raises :class:`NotFound`."""
    rows = select(f"{_LOT} l.id = ?", [lot_id])
    if not rows:
        raise NotFound("That lot does not exist.", "Open the product again.")
    return _lot_row(rows[0])


@guarded(Right.SEE_PRODUCT)
def lots_of(product_id: int, *, empty: bool = False) -> tuple[LotRow, ...]:
    """The lots of a product of which there is something (all when ``empty``), shortest expiry first (K2).

    Index: ``lot (product, code, serial)``, then as :data:`ON_SHELF`.
    """
    rows = map(_lot_row, select(f"{_LOT} l.product_id = ? order by l.id", [product_id]))
    kept = [row for row in rows if empty or row.shelf or row.quarantine]
    return tuple(sorted(kept, key=lambda row: (row.expires_on or date.max, row.id)))


@guarded(Right.SEE_PRODUCT)
def lot_named(product_id: int, code: str, serial: str) -> LotRow | None:
    """The lot with this code and serial number, if the product has it. Index: lot (product, code, serial)."""
    rows = select(f"{_LOT} l.product_id = ? and l.code = ? and l.serial = ?", [product_id, code, serial])
    return _lot_row(rows[0]) if rows else None


@guarded(Right.SEE_PRODUCT)
def on_hand(product_id: int, today: date) -> OnHand:
    """What there is of a product on ``today``, the clinic's date. Indexes as :func:`lots_of`."""
    lots = lots_of(product_id)
    return OnHand(
        sum(row.shelf for row in lots if not row.expired(today)),
        sum(row.shelf for row in lots if row.expired(today)),
        sum(row.quarantine for row in lots),
    )


def witnesses(besides: int) -> tuple[tuple[int, str], ...]:
    """Who can see a difference besides somebody (K5): id and name of those who work here and have a PIN."""
    rows = select(
        "select s.id, s.name from staff s join staff_pin p on p.staff_id = s.id"
        " where s.active = 1 and s.id <> ? order by s.position, s.id",
        [besides],
    )
    return tuple((id_, name) for id_, name in rows)


def _lot_row(row: tuple[Any, ...]) -> LotRow:
    id_, version, product, code, serial, expires, *rest = row
    day = date.fromisoformat(expires) if isinstance(expires, str) and expires else None
    return LotRow(id_, version, product, code, serial, day, *rest)
