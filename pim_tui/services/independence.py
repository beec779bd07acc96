"""Whether a second person is one: not somebody's own second entry, nor one whose way in they hold (R4, A1).

Whoever keeps the staff list could put themselves on it once more, or give a colleague a PIN and choose the
next one in their name. For some days such a person says yes to nothing of theirs; until then the colleague
has found that their PIN does not fit, and others have seen the list.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from ..db.connection import select
from ..db.many import marks
from ..domain.rights import Right
from ..errors import Forbidden

JUST: Final = 3 * 24 * 3600
"""Seconds: a weekend."""


def require_independent(now: int, second_id: int, others: Collection[int], right: Right) -> None:
    """Refuse a second person whom one of ``others`` has just put on the staff list, or given a PIN or login.

    ``right`` is what they would say yes by. Index: ``journal (kind, row_id)``.
    """
    first = sorted(set(others) - {second_id})
    if not first:
        return
    rows = select(
        "select s.name, o.name from journal j join staff s on s.id = j.staff_id"
        " join staff o on o.id = j.row_id left join journal_values v on v.seq_id = j.seq"
        " where j.kind in ('staff', 'staff_pin')"
        f" and j.row_id = ? and j.at_ms > ? and j.staff_id in ({marks(first)})"
        " and (j.action in ('add', 'set') or (j.action = 'change' and v.after like ?)) order by j.seq desc"
        " limit 1",
        [second_id, (now - JUST) * 1000, *first, '%"login":%'],
    )
    for who, second in rows:
        raise Forbidden(
            f"{who} has just given {second} their way in.",
            f"For three days somebody else than {second} must say yes to what {who} did.",
            right=right.value,
            rule="R4",
        )
