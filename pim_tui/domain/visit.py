"""What is decided about one appointment, and the answers a person gives to questions about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


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
    reason for taking a time that is taken (T9); empty is No.
    """

    same_customer: bool = False
    overbook: str = ""

    def besides(self, earlier: Answers) -> Answers:
        """This, and what was said to the questions before it, of the same time: all of it holds."""
        return Answers(self.same_customer or earlier.same_customer, self.overbook or earlier.overbook)


NO_ANSWERS = Answers()
