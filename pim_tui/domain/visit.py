"""What is decided about one appointment, and the answers a person gives to questions about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from ..errors import NeedsAnswer
from .moments import Zone, day_label, day_of


@dataclass(frozen=True, slots=True)
class Details:
    """What a form lets one decide about an appointment. ``starts_at`` is UTC seconds, ``minutes`` elapsed.

    ``equipment_ids`` are in ascending order, each once.
    """

    customer_id: int
    staff_id: int
    starts_at: int
    minutes: int
    type_id: int | None = None
    room_id: int | None = None
    mode: str = "in_person"
    reason: str = ""
    note: str = ""
    equipment_ids: tuple[int, ...] = ()

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """The details in a row of the table, or in what the journal keeps of one (lists, from JSON)."""
        facts = {name: row[name] for name in cls.__slots__ if name != "equipment_ids"}
        return cls(**facts, equipment_ids=tuple(sorted(row.get("equipment_ids") or ())))


@dataclass(frozen=True, slots=True)
class Answers:
    """What the person has said to the questions a booking can raise.

    ``same_customer``: yes, although the customer is elsewhere at that time (T7). ``overbook``: the
    reason for taking a time that is taken (T9); empty is No. ``past``: yes, although that day is over.
    """

    same_customer: bool = False
    overbook: str = ""
    past: bool = False

    @classmethod
    def yes(cls, question: str) -> Self:
        """A yes to one of :data:`YES_QUESTIONS`."""
        return cls(**{question: True})  # type: ignore[arg-type]

    def besides(self, earlier: Answers) -> Answers:
        """This, and what was said to the questions before it, of the same time: all of it holds."""
        return Answers(
            self.same_customer or earlier.same_customer,
            self.overbook or earlier.overbook,
            self.past or earlier.past,
        )


NO_ANSWERS = Answers()
YES_QUESTIONS = ("same_customer", "past")
"""The questions that a yes answers, each called as its field of :class:`Answers`."""


def day_over(day: date, today: date) -> str:
    """What there is to say of a visit on ``day`` when that is over by ``today``; empty where it is not."""
    ago = (today - day).days
    if ago <= 0:
        return ""
    return f"{day_label(day)} was {'yesterday' if ago == 1 else f'{ago:,} days ago'}"


def check_day(starts_at: int, now: int, zone: Zone, *, leaves: int | None = None, yes: bool = False) -> None:
    """Ask before a visit begins on a day that is over: written down afterwards it may, by a slip it must not.

    Today, however early, is not asked about; nor is the day of ``leaves``, the start from which it is moved.
    Raises :class:`NeedsAnswer` (``question="past"``) unless ``yes`` was said. Instants are UTC seconds.
    """
    if not yes:
        check_days([(starts_at, leaves)], now, zone)


def check_days(places: Iterable[tuple[int, int | None]], now: int, zone: Zone) -> None:
    """The same of several visits: where each begins, and from which start it is moved, None for a new one."""
    today = day_of(now, zone)
    days = [
        day_of(starts_at, zone)
        for starts_at, leaves in places
        if leaves is None or day_of(leaves, zone) != day_of(starts_at, zone)
    ]
    over = sorted(day for day in days if day < today)
    if not over:
        return
    more = len(over) - 1
    besides = f", and {more} more {'lies on a day that is' if more == 1 else 'lie on days that are'} over"
    told = f"{day_over(over[0], today)}{besides if more else ''}."
    raise NeedsAnswer(told, "Do it all the same, or give another day.", question="past")
