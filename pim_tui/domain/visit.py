"""What is decided about one appointment, and the answers a person gives to questions about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Details:
    """What a form lets one decide about an appointment. ``starts_at`` is UTC seconds, ``minutes`` elapsed."""

    customer_id: int
    staff_id: int
    starts_at: int
    minutes: int
    type_id: int | None = None
    room_id: int | None = None
    mode: str = "in_person"
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the person has said to the questions a booking can raise.

    ``same_customer``: yes, although the customer is elsewhere at that time (T7). ``overbook``: the
    reason for taking a time that is taken (T9); empty is No.
    """

    same_customer: bool = False
    overbook: str = ""


NO_ANSWERS = Answers()
