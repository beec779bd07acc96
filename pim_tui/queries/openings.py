"""The next openings of one, some or all who take appointments, in one list (PRODUCT A7; T1-T8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ..db.connection import select
from ..domain.intervals import Interval, intersect
from ..domain.moments import MINUTE, Zone, day_bounds, day_of
from ..domain.openings import (
    Free,
    Length,
    Opening,
    Span,
    Wanted,
    listed,
    longest_within,
    start_spans,
    starts_within,
    thinned,
)
from ..domain.scheduling import STEP_MINUTES, Candidate, Occupied, possible_starts
from .calendar import staff_columns
from .fitting import buffers_of, occupied_around, things_of
from .freetime import FreeTime, days_of, free_time_kept, monday, week_of
from .openings_none import why_none

HORIZON = 366
"""Days that are searched."""
LIMIT = 12
EACH = 2
_BATCHES = (1, 3, 12)
"""Weeks that are read at a time while nothing was found; then all the rest."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The openings, earliest first; where there are none, ``why`` is one sentence."""

    openings: tuple[Opening, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class How:
    """How the list is made: ``limit`` openings, ``each`` of a staff member on one day (None: all).

    ``every`` lists all starts on the clock's grid of ``step`` minutes instead of one after the other;
    ``days`` is how far is looked. ``holder`` is the key of the session that asks: its own holds are not
    in its way.
    """

    limit: int = LIMIT
    each: int | None = EACH
    every: bool = False
    step: int = STEP_MINUTES
    days: int = HORIZON
    holder: str = ""


USUAL = How()


def find(wanted: Wanted, zone: Zone, now: int, how: How = USUAL) -> Answer:
    """The first openings from ``now`` on, over all the staff members that will do.

    Every start keeps its buffers, is within working time, and is in nobody's way: the staff member's,
    the room's, the equipment's and the customer's own (T6, T7). Reads only as far as it has to, in
    weeks, and of a week only what changed since it was read last.
    """
    names = {one.id: one.name for one in staff_columns() if not wanted.staff_ids or one.id in wanted.staff_ids}
    search = Search(wanted, zone, now, how, names)
    openings = search.first() if names else ()
    return Answer(openings, "" if openings else why_none(search))
