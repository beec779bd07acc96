"""Where an appointment would lie and what is around it: read once for the eye, once under the lock."""

from __future__ import annotations

from datetime import timedelta

from ..db.connection import select
from ..domain.intervals import Interval
from ..domain.moments import MINUTE, Zone, at_minute, day_of
from ..domain.scheduling import Candidate, Clash, Occupied, clashes, nearest_free
from ..domain.visit import Details
from . import calendar

LONGEST_BUFFER = 240 * MINUTE
"""Seconds a type may keep free before or after (T6)."""


def candidate_of(details: Details, ignore_id: int | None = None) -> Candidate:
    """The appointment that ``details`` ask for, with its type's buffers."""
    shown = Interval(details.starts_at, details.starts_at + max(0, details.minutes) * MINUTE)
    buffers = buffers_of(details.type_id)
    return Candidate(details.staff_id, details.room_id, details.customer_id, shown, *buffers, ignore_id)


def buffers_of(type_id: int | None) -> tuple[int, int]:
    """Minutes kept free before and after, from the appointment type (T6)."""
    rows = select("select buffer_before, buffer_after from appointment_type where id = ?", [type_id])
    return rows[0] if rows else (0, 0)


def around(candidate: Candidate, zone: Zone, days: int = 1) -> tuple[Occupied, ...]:
    """What occupies its staff member, room or customer on its local day and ``days`` - 1 after it.

    The margin is for an offer at either end of the day, which may touch a buffer across midnight.
    """
    day, margin = calendar.day_window(candidate.shown.start, zone, days), 2 * LONGEST_BUFFER
    window = Interval(
        min(day.start, candidate.interval.start) - margin, max(day.end, candidate.interval.end) + margin
    )
    return calendar.occupied_around(
        window, staff_id=candidate.staff_id, room_id=candidate.room_id, customer_id=candidate.customer_id
    )


def collisions(
    details: Details, zone: Zone, now: int, ignore_id: int | None = None
) -> tuple[tuple[Clash, ...], tuple[int, ...]]:
    """What ``details`` collide with right now, and the nearest free starts if they do (T7)."""
    candidate = candidate_of(details, ignore_id)
    existing = around(candidate, zone)
    found = clashes(candidate, existing, zone=zone)
    if all(clash.kind == "same_day" for clash in found):
        return found, ()
    offers = nearest_free(
        candidate,
        existing,
        open_=None,
        step_minutes=15,
        around=candidate.shown.start,
        not_before=now,
        zone=zone,
    )
    return found, offers


def next_free(details: Details, zone: Zone, now: int, ignore_id: int, days: int = 14) -> int | None:
    """The first start after ``details.starts_at`` at which nothing is in the way, within ``days``."""
    candidate = candidate_of(details, ignore_id)
    existing = around(candidate, zone, days)
    window = calendar.day_window(candidate.shown.start, zone, days)
    start = max(now, candidate.shown.start + MINUTE)
    hours = _working_time(details.staff_id, window, zone)
    offers = nearest_free(
        candidate, existing, open_=hours, step_minutes=15, around=start, not_before=start, zone=zone, limit=1
    )
    return offers[0] if offers else None


def _working_time(staff_id: int, window: Interval, zone: Zone) -> list[Interval]:
    """Working hours of one staff member within ``window``; all of it where none are kept."""
    first, last = day_of(window.start, zone), day_of(window.end - 1, zone)
    rows = [row for row in calendar.working_hours(first, last) if row.staff_id == staff_id]
    if not rows:
        return [window]
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [
        Interval(at_minute(day, row.starts, zone), at_minute(day, row.ends, zone))
        for day in days
        for row in rows
        if row.on(day)
    ]
