"""What several appointments would collide with if they were put down one after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from ..domain.moments import MINUTE, day_of
from ..domain.rights import Right
from ..domain.scheduling import STEP_MINUTES, Candidate, Occupied, clashes, nearest_free
from ..domain.visit import Details, day_over
from .calendar import Visit, staff_name, visit
from .fitting import Ground, candidate_of, ground
from .gate import guarded
from .holds import Asker


class Wish(NamedTuple):
    """Where an appointment is to go; without ``starts_at`` (UTC seconds) it follows the one before it."""

    id: int
    staff_id: int
    room_id: int | None
    starts_at: int | None = None


class Placing(NamedTuple):
    """What would come of a wish: ``clash`` says what is in the way, empty where nothing is.

    ``nearest`` is the nearest free start then, None where the day has none.
    """

    visit: Visit
    wish: Wish
    starts_at: int
    clash: str = ""
    nearest: int | None = None


@guarded(Right.SEE_APPOINTMENT)
def placings(wishes: Sequence[Wish], asker: Asker) -> tuple[Placing, ...]:
    """Each in its turn: behind those before it, and with none of their old places in the way.

    The first wish has a start. Indexes: as of :func:`~pim_tui.queries.fitting.occupied_around`.
    """
    moving = {wish.id for wish in wishes}
    put: list[Occupied] = []
    found: list[Placing] = []
    end = 0
    for wish in wishes:
        seen = visit(wish.id)
        candidate = _candidate(seen, wish, end)
        there = ground(candidate, asker.zone, None, asker)
        others = [one for one in there.existing if one.id not in moving]
        found.append(_placing(seen, wish, candidate, there._replace(existing=(*others, *put)), asker))
        put.append(_occupied(seen, wish, candidate))
        end = candidate.interval.end
    return tuple(found)


def _candidate(seen: Visit, wish: Wish, end: int) -> Candidate:
    """The appointment at its wish, or as near behind ``end`` as its buffer allows (T6)."""
    details = Details(
        seen.customer_id,
        wish.staff_id,
        wish.starts_at or end,
        seen.minutes,
        seen.type_id,
        wish.room_id,
        equipment_ids=seen.equipment_ids,
    )
    candidate = candidate_of(details, seen.id)
    if wish.starts_at is not None or not candidate.buffer_before:
        return candidate
    return candidate_of(replace(details, starts_at=end + candidate.buffer_before * MINUTE), seen.id)


def _placing(seen: Visit, wish: Wish, candidate: Candidate, there: Ground, asker: Asker) -> Placing:
    starts = candidate.shown.start
    existing, open_, closed = there
    found = clashes(candidate, existing, zone=asker.zone, open_=open_, closed=closed)
    hard = [one for one in found if one.hard]
    if not hard:
        day = day_of(starts, asker.zone)
        over = "" if day == seen.day else day_over(day, day_of(asker.now, asker.zone))
        return Placing(seen, wish, starts, over)
    offers = nearest_free(
        candidate,
        existing,
        open_=open_,
        step_minutes=STEP_MINUTES,
        around=starts,
        not_before=asker.now,
        limit=1,
        zone=asker.zone,
    )
    return Placing(seen, wish, starts, hard[0].message, offers[0] if offers else None)


def _occupied(seen: Visit, wish: Wish, candidate: Candidate) -> Occupied:
    """An appointment that is to be there, for those that come after it."""
    return Occupied(
        seen.id,
        wish.staff_id,
        wish.room_id,
        seen.customer_id,
        candidate.interval,
        candidate.shown,
        seen.customer,
        staff_name(wish.staff_id) or "",
        equipment_ids=seen.equipment_ids,
    )
