"""Offers of a time that somebody has booked meanwhile lapse by themselves (T8, A15).

Whoever was offered it waits as before and can be offered another time.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..db.connection import select
from ..domain.intervals import Interval
from ..domain.moments import MINUTE
from .audit import Change
from .offer_rows import lapsed
from .work import Work

_PLACE = ("staff_id", "occupied_from", "occupied_to")


def follow(work: Work, changes: Sequence[Change]) -> None:
    """Let the open offers lapse whose time one of the changes has taken, whoever did it and by whatever.

    An offer that is answered by the same use case is not open any more. Index: ``waiting_offer_once``.
    """
    taken = [place for change in changes if (place := _taken(change))]
    if not taken:
        return
    for id_, staff_id, starts_at, minutes in select(
        "select id, staff_id, starts_at, minutes from waiting_offer where state = 'offered' order by id"
    ):
        offered = Interval(starts_at, starts_at + minutes * MINUTE)
        if any(whose == staff_id and time.overlaps(offered) for whose, time in taken):
            lapsed(work, id_)


def _taken(change: Change) -> tuple[int, Interval] | None:
    """Whose time an appointment takes since the change, and which; None where it takes none anew."""
    before, after = change.before or {}, change.after or {}
    if change.kind != "appointment" or after.get("occupied_from") is None:
        return None
    staff_id, start, end = (after[name] for name in _PLACE)
    if all(before.get(name) == after[name] for name in _PLACE):
        return None
    return int(str(staff_id)), Interval(int(str(start)), int(str(end)))
