"""An appointment as the calendar shows it, and the few facts drawn around it.

Queries make these, widgets and documents draw them; neither knows the other. Blocks are named tuples
because there are hundreds on a screen and a row of the database becomes one without copying.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from .states import Arrival

HELD = "H"
"""The letter of a time that is held: drawn like an appointment, and none."""


class Block(NamedTuple):
    """One appointment as drawn.

    ``starts_at`` and ``ends_at`` are UTC seconds, half-open; ``status`` is the letter of
    :class:`pim_tui.domain.states.Status`, or :data:`HELD`; ``mode`` one of ``in_person``, ``virtual``,
    ``phone``.
    """

    id: int
    version: int
    customer_id: int
    customer: str
    staff_id: int
    room_id: int | None
    type_id: int | None
    type_name: str
    starts_at: int
    ends_at: int
    status: str
    mode: str
    reason: str
    arrived_at: int | None = None
    overbooked: bool = False
    confirmed_at: int | None = None
    seated_at: int | None = None
    left_at: int | None = None

    @property
    def arrival(self) -> Arrival:
        """When each step of the visit happened."""
        return Arrival(self.confirmed_at, self.arrived_at, self.seated_at, self.left_at)

    @property
    def place(self) -> tuple[int, int | None, int, int]:
        """With whom, where, and from when to when."""
        return self.staff_id, self.room_id, self.starts_at, self.ends_at

    @property
    def minutes(self) -> int:
        """Elapsed length in whole minutes."""
        return (self.ends_at - self.starts_at) // 60


class Column(NamedTuple):
    """One staff member or room as a column of the day. ``id`` 0 is "no room"."""

    id: int
    name: str
    initials: str


class Mark(NamedTuple):
    """Time of a column that is closed for a reason, UTC seconds: ``letter`` fills it, ``text`` tells it."""

    start: int
    end: int
    letter: str
    text: str


@dataclass(frozen=True, slots=True)
class DayLoad:
    """What a month or week cell tells of one day (and, in the week view, of one column).

    ``said`` is why nobody works, where there is more to it than the week.
    """

    day: date
    column_id: int
    count: int
    booked_minutes: int
    open_minutes: int
    said: str = ""

    @property
    def free_minutes(self) -> int:
        """Working minutes that nothing occupies; never negative."""
        return max(0, self.open_minutes - self.booked_minutes)
