"""Whose working time a report counts, and when it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from ...db.connection import select
from ...domain.moments import Zone, day_bounds, day_of
from ...domain.reports import Asked
from ..worktime import open_time


def working_staff(asked: Asked) -> tuple[int, ...]:
    """Those whose working hours are kept, as the report is narrowed.

    Who keeps none works whenever there is something to do: no share can be told of that.
    """
    rows = select("select distinct staff_id from working_hours order by staff_id")
    return tuple(id_ for (id_,) in rows if not asked.staff_ids or id_ in asked.staff_ids)


def notes_on(asked: Asked, notes: tuple[str, ...]) -> tuple[str, ...]:
    """The notes of a report about working time: it is known of people, not of what they do in it."""
    if asked.type_ids or asked.room_ids:
        return (*notes, "Types and rooms narrow the visits alone: working time is all of it.")
    return notes


def stretches(staff: Sequence[int], first: date, last: date, zone: Zone) -> Iterator[tuple[int, int, int]]:
    """(staff id, start, end) of the working time on the days ``first`` to ``last``, UTC seconds.

    None goes over midnight, so that each belongs to one day.
    """
    if not staff:
        return
    for staff_id, intervals in open_time(staff, first, last, zone).items():
        for one in intervals:
            start = one.start
            while start < one.end:
                end = min(one.end, day_bounds(day_of(start, zone), zone)[1])
                yield staff_id, start, end
                start = end
