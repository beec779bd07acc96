"""Everything that was moved: of one product with a running balance (its register, K5), or of all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ..db.connection import select
from ..db.many import marks
from ..domain.bills import PostingKind, code
from ..domain.rights import Right
from .gate import guarded
from .matching import matcher
from .page import Page, Totals
from .paging import behind

WORDS = {
    "receipt": "received", "sale": "sold", "borrow": "lent", "dispense": "dispensed", "return": "came back",
    "hand_back": "handed back", "count": "counted", "adjust": "put right", "move": "moved",
    "scrap": "thrown away",
}  # fmt: skip
"""What people call each kind of movement."""


class MovementRow(NamedTuple):
    """One movement. ``at`` is UTC seconds, ``cost`` minor units each.

    ``balance`` is what there was of the product afterwards, all lots and places together; in a list of all
    products what there was of the lot in that place.
    """

    id: int
    at: int
    kind: str
    place: str
    quantity: int
    balance: int
    product_id: int
    product: str
    lot: str
    reason: str
    staff: str
    witness: str
    bill: str
    cost: int | None

    @property
    def what(self) -> str:
        """What happened, in words; what happens to items set aside is marked so."""
        if self.kind == "move":
            other = "the shelf" if self.place == "quarantine" else "quarantine"
            return f"{'from' if self.quantity > 0 else 'to'} {other}"
        return f"{WORDS[self.kind]}, aside" if self.place == "quarantine" else WORDS[self.kind]

    @property
    def change(self) -> str:
        """The quantity with its sign."""
        return f"{self.quantity:+}"

    @property
    def loud(self) -> str:
        """The balance, and a word where it is below zero (K1)."""
        return f"{self.balance} BELOW ZERO" if self.balance < 0 else str(self.balance)


@dataclass(frozen=True, slots=True)
class MovementFilter:
    """Which movements; empty lets everything through. Days are the clinic's, both included.

    Without ``product_id`` those of all products, of ``controlled`` ones only where asked.
    """

    product_id: int | None = None
    text: str = ""
    kinds: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    controlled: bool = False


_MOVED = " from ({}) m join lot l on l.id = m.lot_id join product p on p.id = l.product_id where {}"
_ROWS = (
    "select m.id, m.at, m.kind, m.place, m.quantity, m.balance, p.id, p.name, l.code, l.serial, m.reason,"
    " s.name, coalesce(w.name, ''), b.kind, b.year, b.number, m.cost from ({}) m"
    " join lot l on l.id = m.lot_id join product p on p.id = l.product_id"
    " join staff s on s.id = m.staff_id left join staff w on w.id = m.witness_id"
    " left join bill_line n on n.id = m.line_id left join posting b on b.id = n.bill_id"
    " where {} order by m.id desc"
)
_SUMS = (
    "select count(*), coalesce(sum(case when m.quantity > 0 then m.quantity else 0 end), 0),"
    f" coalesce(sum(case when m.quantity < 0 then -m.quantity else 0 end), 0){_MOVED}"
)
_OF_ONE = (
    "select o.*, sum(o.quantity) over (order by o.id) as balance from stock_movement o"
    " join lot t on t.id = o.lot_id where t.product_id = ?"
)
_OF_ALL = "select o.*, o.on_hand as balance from stock_movement o"


@guarded(Right.SEE_PRODUCT)
def movements(
    shown: MovementFilter, limit: int = 200, offset: int = 0, *, after: int | None = None
) -> Page[MovementRow]:
    """Movements, the newest first, from ``offset`` on or those behind the one with the id ``after``; sums:
    items that ``came`` and that ``went``.

    Indexes: ``lot (product, ...)`` and ``stock_movement (lot, place, id, on_hand)`` for one product. Of all
    products the primary key is gone back along; their sums, and a text, go through everything there is.
    """
    sources, params = _narrowed(shown)
    if shown.text.strip():
        return _containing(shown.text, _ROWS.format(*sources), params, limit, offset)
    further, last = behind(after, "stock_movement", "m", "id")
    page = _ROWS.format(sources[0], sources[1] + further)
    rows = select(f"{page} limit ? offset ?", [*params, *last, limit, 0 if last else offset])
    return Page(tuple(map(_row, rows)), lambda: _added_up(sources, params), offset)


def _added_up(sources: tuple[str, str], params: list[object]) -> Totals:
    ((total, came, went),) = select(_SUMS.format(*sources), params)
    return Totals(total, {"came": came, "went": went})


def _containing(text: str, sql: str, params: list[object], limit: int, offset: int) -> Page[MovementRow]:
    """Those of the rows in which every word of ``text`` stands somewhere."""
    matches = matcher(text)
    found = [
        row
        for row in map(_row, select(sql, params))
        if matches(row.product, row.lot, row.reason, row.staff, row.witness, row.bill, row.what)
    ]
    came = sum(row.quantity for row in found if row.quantity > 0)
    went = -sum(row.quantity for row in found if row.quantity < 0)
    totals = Totals(len(found), {"came": came, "went": went})
    return Page(tuple(found[offset : offset + limit]), totals, offset)


def _narrowed(shown: MovementFilter) -> tuple[tuple[str, str], list[object]]:
    """Where the movements come from and which are let through, with the parameters of both."""
    params: list[object] = [] if shown.product_id is None else [shown.product_id]
    conditions = ["1 = 1"]
    for condition, value in (("m.day >= ?", shown.first), ("m.day <= ?", shown.last)):
        if value is not None:
            conditions.append(condition)
            params.append(value.isoformat())
    if shown.kinds:
        conditions.append(f"m.kind in ({marks(shown.kinds)})")
        params += shown.kinds
    if shown.controlled:
        conditions.append("p.controlled = 1")
    return (_OF_ALL if shown.product_id is None else _OF_ONE, " and ".join(conditions)), params


def _row(row: tuple[object, ...]) -> MovementRow:
    *kept, lot, serial, reason, staff, witness, kind, year, number, cost = row
    called = " ".join(filter(None, (str(lot), str(serial))))
    bill = code(PostingKind(str(kind)), int(str(year)), int(str(number))) if kind else ""
    return MovementRow._make((*kept, called, reason, staff, witness, bill, cost))
