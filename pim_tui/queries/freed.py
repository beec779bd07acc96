"""A time that has become free, and who of the waiting list would take it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..db.connection import select
from ..domain.intervals import Interval, subtract
from ..domain.rights import Right
from ..domain.waiting import Slot, left_of
from .calendar import Visit, visit
from .fitting import occupied_around
from .gate import guarded
from .holds import Asker
from .waiting import FITS, Waiting, fitting


class Freed(NamedTuple):
    """What is free now of somebody's time, and who fits it, the first first."""

    slot: Slot
    staff: str
    fits: tuple[Waiting, ...]


MOST = 8
"""Of many times that one change leaves free so many are looked at."""


@guarded(Right.SEE_APPOINTMENT)
def all_freed(places: Iterable[Visit], asker: Asker) -> tuple[Freed, ...]:
    """What appointments that were at ``places`` have left free, of each as :func:`freed`, in their order."""
    return tuple(one for place in places if (one := freed(place, asker)))


@guarded(Right.SEE_APPOINTMENT)
def visits_of(ids: Iterable[int]) -> tuple[Visit, ...]:
    """Appointments as they are, before they are changed together or after they were canceled."""
    return tuple(map(visit, ids))


@guarded(Right.SEE_APPOINTMENT)
def freed(was: Visit, asker: Asker, limit: int = FITS) -> Freed | None:
    """What an appointment that was at ``was`` has left free, the longest part of it, for whom it fits.

    None when nobody waits, nobody fits, or the time is over or taken. The customer whose time it was
    does not count. Indexes: those of :func:`fitting` and :func:`occupied_around`.
    """
    if not select("select 1 from waiting_entry where state = 'waiting' limit 1"):
        return None
    shown = Interval(was.starts_at, was.ends_at)
    taken = occupied_around(shown, staff_id=was.staff_id, room_id=was.room_id, customer_id=None, asker=asker)
    busy = [one.interval for one in taken if one.staff_id == was.staff_id]
    parts = subtract([shown], busy)
    left = [one for part in parts if (one := left_of(part.start, part.end, asker.now))]
    if not left:
        return None
    starts_at, minutes = max(left, key=lambda one: (one[1], -one[0]))
    # Somebody else may be in its room by now: whoever takes the time needs another one, then.
    room_id = was.room_id if len(busy) == len(taken) else None
    slot = Slot(was.staff_id, room_id, starts_at, minutes)
    found = fitting(slot, asker.zone, asker.now, limit, besides=was.customer_id, session=asker.session)
    return Freed(slot, was.staff, found) if found else None
