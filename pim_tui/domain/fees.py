"""What is charged for a visit that was not kept: canceled late by the customer, or missed (S5)."""

from __future__ import annotations

from dataclasses import dataclass

from .calendarrules import CalendarRules
from .states import Status


@dataclass(frozen=True, slots=True)
class Fee:
    """``what`` it is charged for, by which ``setting``; ``code`` is that of the service, empty for none."""

    what: str
    setting: str
    code: str


def fee_of(status: str, late: bool, rules: CalendarRules) -> Fee | None:
    """The fee of a visit in this state; None where none may be asked for.

    What the clinic canceled itself is never late.
    """
    if status == Status.MISSED:
        return Fee("missed appointment", "missed_fee", rules.missed_fee)
    if status == Status.CANCELED and late:
        return Fee("late cancelation", "late_fee", rules.late_fee)
    return None


def charged(rules: CalendarRules) -> tuple[str, ...]:
    """The states that the clinic charges a fee for, as letters."""
    fees = (fee_of(status, True, rules) for status in (Status.MISSED, Status.CANCELED))
    states = (Status.MISSED, Status.CANCELED)
    return tuple(str(status) for status, fee in zip(states, fees, strict=True) if fee and fee.code)
