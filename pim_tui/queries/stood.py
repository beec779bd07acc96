"""Which appointments stand where they stood when a change was made."""

from __future__ import annotations

import json
from collections.abc import Collection

from ..db.connection import select
from ..db.many import marks

_PLACE = ("staff_id", "room_id", "customer_id", "occupied_from", "occupied_to")


def stood_before(ids: Collection[int], line: int) -> frozenset[int]:
    """Those of the appointments that had their place before that line of the journal, and have it still.

    Ids of none are left out. Indexes: primary key; ``journal (kind, row)``.
    """
    names = ", ".join(_PLACE)
    known = [id_ for id_ in ids if id_ > 0]
    rows = select(f"select id, {names} from appointment where id in ({marks(known)})", known) if known else []
    return frozenset(id_ for id_, *place in rows if _before(id_, line) in (None, place))


def _before(id_: int, line: int) -> list[object] | None:
    """Its place before the first change since the line; None where nothing has changed it."""
    rows = select(
        "select v.before from journal j join journal_values v on v.seq_id = j.seq"
        " where j.kind = 'appointment' and j.row_id = ? and j.seq >= ? order by j.seq limit 1",
        [id_, line],
    )
    if not rows:
        return None
    values = json.loads(rows[0][0] or "{}")
    return [values.get(name) for name in _PLACE]
