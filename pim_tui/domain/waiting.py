"""Who waits for an earlier time: what they wish, whether a free time is that, and who comes first.

Pure rules; what is in the way of a time is judged by :mod:`pim_tui.domain.scheduling`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple

from .moments import MIDNIGHT, MINUTE, Zone, clock, day_label, day_of, wall
from .visit import Details

Answered = Literal["accepted", "declined", "lapsed"]
"""What becomes of an offer."""
URGENCIES = ("whenever", "soon", "urgent")
"""How much somebody wants an earlier time, by what is stored."""
LETTERS = (" ", "s", "U")
"""The same in one column, told apart without colour."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody on the waiting list would take; what is None or empty suits any.

    ``minutes`` is how long it takes. ``urgency`` counts in :data:`URGENCIES`. ``first_day`` and
    ``last_day`` are included; ``weekdays`` are digits, Monday 0, in order. ``from_minute`` and
    ``to_minute`` are minutes after midnight that the whole visit has to lie between.
    """

    minutes: int
    urgency: int = 0
    type_id: int | None = None
    staff_id: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    weekdays: str = ""
    from_minute: int | None = None
    to_minute: int | None = None


class Slot(NamedTuple):
    """A free time of somebody's: UTC seconds, elapsed minutes, the room where it has one."""

    staff_id: int
    room_id: int | None
    starts_at: int
    minutes: int


def fits(wish: Wish, slot: Slot, zone: Zone) -> bool:
    """Whether a visit as wished could begin with the slot."""
    if wish.minutes > slot.minutes or wish.staff_id not in (None, slot.staff_id):
        return False
    starts, ends = wall(slot.starts_at, zone), wall(slot.starts_at + wish.minutes * MINUTE, zone)
    day = starts.date()
    if (wish.first_day or day) > day or (wish.last_day or day) < day:
        return False
    if wish.weekdays and str(day.weekday()) not in wish.weekdays:
        return False
    ends_minute = ends.hour * 60 + ends.minute + (MIDNIGHT if ends.date() > day else 0)
    return (wish.from_minute or 0) <= starts.hour * 60 + starts.minute and ends_minute <= (
        # Who has no wish for the end of the day may stay over midnight.
        2 * MIDNIGHT if wish.to_minute is None else wish.to_minute
    )


def moved_to(was: Details, wished: Details, type_id: int | None) -> Details:
    """The later visit ``was`` once it is moved to the earlier time: it stays what it is, with its room where
    the time has none, unless the wish is for another type.
    """
    same = type_id in (None, was.type_id)
    return replace(
        was,
        staff_id=wished.staff_id,
        starts_at=wished.starts_at,
        room_id=wished.room_id or was.room_id,
        minutes=wished.minutes,
        type_id=was.type_id if same else type_id,
        equipment_ids=was.equipment_ids if same else wished.equipment_ids,
    )


def left_of(starts_at: int, ends_at: int, now: int) -> tuple[int, int] | None:
    """Start and whole minutes of what is left of a freed time; None where that is nothing."""
    start = max(starts_at, now + -now % MINUTE)
    minutes = (ends_at - start) // MINUTE
    return (start, minutes) if minutes > 0 else None


def slot_words(slot: Slot, staff: str, zone: Zone) -> str:
    """A free time in a few words: ``Tue 24 Nov 10:30 Dr Lee 30m``."""
    day = day_label(day_of(slot.starts_at, zone)).rpartition(" ")[0]
    return f"{day} {clock(slot.starts_at, zone)} {staff} {slot.minutes}m"
