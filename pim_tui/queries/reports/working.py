"""Whose working time a report counts, and when it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ...db.connection import select
from ...domain.moments import MINUTE, Zone, day_bounds
from ...domain.reports import Asked, days_of
from ..worktime import WorkTime, work_time


def working_time(asked: Asked) -> WorkTime:
    """The working time of those whose hours are kept, as the report is narrowed.

    Who keeps none works whenever there is something to do: no share can be told of that.
    """
    rows = select("select distinct staff_id from working_hours order by staff_id")
    staff = [id_ for (id_,) in rows if not asked.staff_ids or id_ in asked.staff_ids]
    return work_time(staff, asked.first, asked.last)


def notes_on(asked: Asked, notes: tuple[str, ...]) -> tuple[str, ...]:
    """The notes of a report about working time: it is known of people, not of what they do in it."""
    if asked.type_ids or asked.room_ids:
        return (*notes, "Types and rooms narrow the visits alone: working time is all of it.")
    return notes


def stretches(working: WorkTime, first: date, last: date, zone: Zone) -> Iterator[tuple[date, int, int, int]]:
    """(day, its first instant, start, end) of the working time of each, UTC seconds.

    None goes over midnight, so that each belongs to one day.
    """
    bounds = [(day, *day_bounds(day, zone)) for day in days_of(first, last)]
    for intervals in working.open_time(first, last, zone).values():
        days = iter(bounds)
        day, begins, ends = next(days)
        for one in intervals:
            start = one.start
            while start < one.end:
                while start >= ends:
                    day, begins, ends = next(days)
                end = min(one.end, ends)
                yield day, begins, start, end
                start = end


def minutes_each(working: WorkTime, first: date, last: date, zone: Zone) -> dict[int, int]:
    """Working minutes by staff id."""
    found = working.open_time(first, last, zone)
    return {id_: sum(one.end - one.start for one in times) // MINUTE for id_, times in found.items()}
