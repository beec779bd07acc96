"""Single days on which the clinic or somebody works otherwise, or not at all (T10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ..domain.moments import day_label, day_of
from ..domain.rights import Right
from ..domain.text import tidy
from ..domain.worktime import UNSOUND, Minutes, Special, minutes_text, sound
from ..errors import Difference, Fault, Invalid, Refused, Stale
from ..models import SpecialHours
from ..queries.hours import DayRow, special_day, special_days
from ..queries.moving import count_text
from .hours import staff_name
from .usecase import use_case
from .work import Done, Work

MOST_DAYS = 100
"""Days that can be said something of at once."""


@dataclass(frozen=True, slots=True)
class SetSpecialDays:
    """From ``first`` to ``last`` these hours are worked, none where it is closed.

    Of the whole clinic where ``staff_id`` is None. What was said of these days before is replaced:
    ``seen`` is all of it that was known when the form was opened.
    """

    first: date
    last: date
    staff_id: int | None
    minutes: Minutes
    name: str = ""
    request: str = ""
    seen: tuple[DayRow, ...] = ()


@dataclass(frozen=True, slots=True)
class TakeBackSpecialDay:
    """The day is like any other again; ``ids`` are the rows that were seen."""

    day: date
    staff_id: int | None
    ids: tuple[int, ...]
    request: str = ""


@use_case(Right.CHANGE_HOURS)
def set_special_days(work: Work, command: SetSpecialDays) -> Done:
    """Say it of each day; the answer tells how many appointments need moving.

    Raises Invalid, NotFound, and Stale where something else is said of one of the days than was seen.
    """
    _check(work, command)
    whose = staff_name(command.staff_id) if command.staff_id is not None else "The clinic"
    special, ids = Special(command.minutes, tidy(command.name, limit=80)), list[int]()
    days = [command.first + timedelta(days=n) for n in range((command.last - command.first).days + 1)]
    stored = {row.day: row for row in special_days(command.staff_id, command.first)}
    if differences := list(_differences(command, days, stored)):
        raise Stale("What is said of these days", differences, 0)
    for day in days:
        before = stored.get(day)
        if before is not None:
            _withdraw(before)
        ids += _insert(day, command.staff_id, special)
        told = _told(before.special, command.staff_id, day) if before else None
        work.changed("set", "special_hours", ids[-1], told, _told(special, command.staff_id, day))
    what = minutes_text(special.minutes) or "closed"
    name = f", {special.name}" if special.name else ""
    when = day_label(days[0]) + (f" to {day_label(days[-1])}" if len(days) > 1 else "")
    says = f"{whose}: {what} on {when}{name}."
    says += count_text(work.now, work.session.zone, command.staff_id, command.first, command.last)
    return _done(ids, days, says)


@use_case(Right.CHANGE_HOURS)
def take_back_special_day(work: Work, command: TakeBackSpecialDay) -> Done:
    """Raises Refused when it is not said any more, or otherwise."""
    stored = special_day(command.staff_id, command.day)
    if stored is None or stored.ids != command.ids:
        raise Refused("Somebody else changed this day meanwhile.", "Look at it again.", rule="V1")
    _withdraw(stored)
    told = _told(stored.special, command.staff_id, command.day)
    work.changed("withdraw", "special_hours", stored.ids[0], told, {**told, "active": False})
    return _done(stored.ids, [command.day], f"{day_label(command.day)} is a day like any other again.")


def _check(work: Work, command: SetSpecialDays) -> None:
    faults = []
    if command.first < day_of(work.now, work.session.zone):
        faults.append(Fault("first", "has passed; what was worked stays as it was"))
    if command.last < command.first:
        faults.append(Fault("last", "is before the first day"))
    if (command.last - command.first).days >= MOST_DAYS:
        faults.append(Fault("last", f"is too far on: at most {MOST_DAYS} days at once"))
    if not sound(command.minutes):
        faults.append(Fault("hours", UNSOUND))
    if faults:
        raise Invalid(faults, "Nothing was saved.")


def _differences(
    command: SetSpecialDays, days: Sequence[date], stored: Mapping[date, DayRow]
) -> Iterator[Difference]:
    """Where what is said of a day is not what was seen."""
    seen = {row.day: row for row in command.seen}
    yours = _told_day(Special(command.minutes, command.name))
    for day in days:
        was, theirs = (_told_day(row.special if row else None) for row in (seen.get(day), stored.get(day)))
        if was != theirs:
            yield Difference(day_label(day), was, theirs, yours)


def _told_day(special: Special | None) -> str:
    """What is said of a day, in words."""
    if special is None:
        return "as usual"
    return ": ".join(filter(None, (minutes_text(special.minutes) or "closed", special.name)))


def _insert(day: date, staff_id: int | None, special: Special) -> list[int]:
    """One row for each stretch; one without times where the day is closed."""
    parts = special.minutes or ((None, None),)
    return [
        int(
            SpecialHours.insert(
                day=day, staff=staff_id, starts=starts, ends=ends, name=special.name, active=True
            ).execute()
        )
        for starts, ends in parts
    ]


def _withdraw(row: DayRow) -> None:
    for id_ in row.ids:
        SpecialHours.update(active=False, version=SpecialHours.version + 1).where(
            SpecialHours.id == id_
        ).execute()


def _told(special: Special, staff_id: int | None, day: date) -> dict[str, Any]:
    hours = minutes_text(special.minutes) or "closed"
    return {"day": day.isoformat(), "staff_id": staff_id, "hours": hours, "name": special.name}


def _done(ids: Sequence[int], days: Sequence[date], says: str) -> Done:
    return Done("special_hours", tuple(ids), tuple(day.isoformat() for day in days), 1, says)
