"""Visits of the made-up clinics, as they stand in the book: each is written at once, with what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..db.bulk import insert
from ..models import Appointment

SEED = 20_261_123
"""Where chance begins, so that a made-up clinic is the same each time."""


class Visit(NamedTuple):
    """One row of ``appointment``, by column name."""

    customer_id: int
    staff_id: int
    room_id: int | None
    type_id: int
    mode: str
    starts_at: int
    ends_at: int
    minutes: int
    day: str
    wall: str
    zone: str
    occupied_from: int | None
    occupied_to: int | None
    status: str
    reason: str
    marked_at: int | None
    created_at: int
    created_by_id: int
    cancel_reason: str = ""
    cancelled_by: str = ""
    confirmed_at: int | None = None
    arrived_at: int | None = None
    seated_at: int | None = None
    left_at: int | None = None
    overbooked_by_id: int | None = None
    overbook_reason: str = ""
    note: str = ""
    rebooked_from_id: int | None = None
    external_id: str | None = None
    crosses_midnight: int = 0
    version: int = 1
    late_cancel: int = 0
    wished_day: str | None = None


_COLUMNS = tuple(Appointment._meta.columns[name] for name in Visit._fields)


def write_visits(visits: Iterable[Visit]) -> None:
    """Add them to the book, in one go."""
    insert(_COLUMNS, visits, derived=True)
