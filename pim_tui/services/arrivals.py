"""How far a visit has got: confirmed, arrived, seated, left, each with its time (S1).

These are times, not states: nothing is completed or missed by them (S4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..domain.moments import LAST_INSTANT, MINUTE, clock, day_label, day_of
from ..domain.rights import Right
from ..domain.states import STEPS, Arrival, Status, check_arrival
from ..errors import Fault, Invalid, Refused
from . import booking
from .appointment_rows import seen, set_columns
from .usecase import use_case
from .work import Done, Work

VERBS = {"confirmed": "confirm", "arrived": "arrive", "seated": "seat", "left": "leave"}
"""What the journal calls each step."""
_NOBODY = {"arrived": "has arrived", "seated": "is seated", "left": "has left"}
ASIDE = 12 * 3600
"""Seconds before its start and after its end in which somebody can be here for an appointment."""


@dataclass(frozen=True, slots=True)
class TakeStep:
    """Take ``step`` of appointment ``id`` now; one that was taken is taken back, its time is cleared.

    With ``at``, UTC seconds, the step was taken then, whether it has a time already or not.
    """

    id: int
    version: int
    step: str
    request: str = ""
    at: int | None = None


@use_case(Right.MARK_APPOINTMENT)
def take_step(work: Work, command: TakeStep) -> Done:
    """Write the time of a step, or clear it; :class:`Refused` when the times would be out of order (S1)."""
    if command.step not in STEPS:
        raise Invalid([Fault("step", f"must be one of {', '.join(STEPS)}")], "Choose again.")
    before = seen(command.id, command.version)
    at = _time_of(work, command, before)
    arrival = replace(arrival_of(before), **{command.step: at})
    if command.at is None and at is not None:
        _check_in_turn(work, command.step, arrival)
    check_arrival(Status(before["status"]), arrival)
    set_columns(work, VERBS[command.step], before, {f"{command.step}_at": at})
    return booking.done(
        work, command.id, command.version + 1, _says(work, command.step, at, arrival, before["status"])
    )


def arrival_of(row: Mapping[str, Any]) -> Arrival:
    """The steps as they stand in a row of the table."""
    return Arrival(*(row[f"{step}_at"] for step in STEPS))


def _check_in_turn(work: Work, step: str, arrival: Arrival) -> None:
    """Who has got further already cannot take ``step`` only now; when they took it may be told (S1)."""
    for later, at in arrival.given():
        if STEPS.index(later) > STEPS.index(step) and at < work.now:
            raise Refused(
                f"{later.capitalize()} already at {clock(at, work.session.zone)}, so not {step} only now.",
                "J gives the time of an earlier step.",
                rule="S1",
            )


def _time_of(work: Work, command: TakeStep, before: Mapping[str, Any]) -> int | None:
    """When the step was taken; None takes it back."""
    if command.at is None and before[f"{command.step}_at"] is not None:
        return None
    at = work.now if command.at is None else command.at
    if at > work.now:
        when = clock(min(at, LAST_INSTANT), work.session.zone)
        raise Refused(f"{when} has not come yet.", "Give a time that has passed.", rule="S1")
    first, last = before["starts_at"] - ASIDE, before["ends_at"] + ASIDE
    if command.step != "confirmed" and not first <= at <= last:
        day = day_label(day_of(before["starts_at"], work.session.zone))
        raise Refused(
            f"This appointment is on {day}: nobody {_NOBODY[command.step]} for it now.",
            "Go to the appointment of today, or move this one first.",
            rule="S1",
            step="calendar.move",
        )
    return at


def _says(work: Work, step: str, at: int | None, arrival: Arrival, status: str) -> str:
    """What was noted, and what a desk wants to hear with it."""
    if at is None:
        return f"No longer {step}"
    if step == "seated" and arrival.arrived is not None:
        return f"Seated after {(at - arrival.arrived) // MINUTE} min"
    if step == "left" and status == Status.SCHEDULED:
        return "Left, still Scheduled: c marks it Completed"
    return step.capitalize() if at == work.now else f"{step.capitalize()} at {clock(at, work.session.zone)}"
