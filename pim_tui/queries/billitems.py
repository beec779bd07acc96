"""What is on bills, in short: the first lines of each, and the lots their goods came from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..db.connection import select
from ..db.many import marks
from ..domain.rights import Right
from .exporting import batches
from .gate import guarded

FIRST = 3
"""How many lines of a bill are named."""


class Item(NamedTuple):
    """A line of a bill. ``of`` is how many lines the bill has; ``lots`` are lots or serials."""

    name: str
    quantity: int
    directions: str
    lots: tuple[str, ...]
    of: int


@guarded(Right.SEE_BILL)
def items_of(bill_ids: Sequence[int]) -> dict[int, list[Item]]:
    """The first :data:`FIRST` lines of each bill, by the bill's id.

    Indexes: ``bill_line (bill, position)``, which alone counts the lines; ``stock_movement_of_line``.
    """
    found: dict[int, list[Item]] = {}
    for some in batches(bill_ids):
        found.update(_items_of(some))
    return found


def _items_of(bill_ids: Sequence[int]) -> dict[int, list[Item]]:
    each = f"from bill_line where bill_id in ({marks(bill_ids)}) group by bill_id"
    counted = dict(select(f"select bill_id, count(*) {each}", bill_ids))
    rows = select(
        "select l.bill_id, l.id, l.description, l.quantity, l.directions from bill_line l"
        f" where l.bill_id in ({marks(bill_ids)}) and l.position <= ? order by l.bill_id, l.position",
        [*bill_ids, FIRST],
    )
    lots = lots_of([row[1] for row in rows])
    found: dict[int, list[Item]] = {}
    for bill_id, line_id, name, quantity, directions in rows:
        lines = found.setdefault(bill_id, [])
        if len(lines) < FIRST:
            lines.append(Item(name, quantity, directions, lots.get(line_id, ()), counted[bill_id]))
    return found


def told(items: Sequence[Item]) -> str:
    """The first items of a bill on one line: ``2 x Bandage, Consultation, 3 more``."""
    named = [f"{one.quantity} x {one.name}" if one.quantity > 1 else one.name for one in items]
    more = items[0].of - len(items) if items else 0
    return ", ".join([*named, *([f"{more} more"] if more else [])])


@guarded(Right.SEE_BILL)
def lots_of(line_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The lots that the goods of each line left the shelf from; those without a name are left out.

    Index: ``stock_movement_of_line``.
    """
    if not line_ids:
        return {}
    found: dict[int, tuple[str, ...]] = {}
    for line_id, lot, serial in select(
        "select m.line_id, t.code, t.serial from stock_movement m join lot t on t.id = m.lot_id"
        f" where m.line_id in ({marks(line_ids)}) and m.quantity < 0 order by m.id",
        line_ids,
    ):
        name = " ".join(part for part in (lot, serial) if part)
        if name and name not in found.get(line_id, ()):
            found[line_id] = (*found.get(line_id, ()), name)
    return found
