"""The week that somebody works: another one from a day on. What was worked stays as it was (T10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ..db.connection import select
from ..domain.moments import WEEKDAYS, day_label, day_of
from ..domain.rights import Right
from ..domain.worktime import UNSOUND, Hours, Week, minutes_text, sound, turns, week_of
from ..errors import Difference, Fault, Invalid, NotFound, Refused, Stale
from ..models import WorkingHours
from ..queries.hours import hours_of
from ..queries.moving import count_text
from .usecase import use_case
from .work import Done, Work


@dataclass(frozen=True, slots=True)
class SetWeek:
    """From ``since`` on somebody works ``week``; ``seen`` is every week of theirs as the form knew it."""

    staff_id: int
    since: date
    seen: tuple[Hours, ...]
    week: Week
    request: str = ""


@use_case(Right.CHANGE_HOURS)
def set_week(work: Work, command: SetWeek) -> Done:
    """End what is in force the day before and begin the new week; what was planned for later is replaced.

    No row of the past is touched. An empty week means that the person does not work any more. Raises
    Invalid for a day that has passed, Stale when somebody else set another week from that day or a later one
    on meanwhile, Refused when it would be the same.
    """
    name = staff_name(command.staff_id)
    today = day_of(work.now, work.session.zone)
    if command.since < today:
        raise Invalid(
            (Fault("since", "has passed; what was worked stays as it was"),), "Give today or later."
        )
    _check(command.week)
    rows = hours_of(command.staff_id)
    if differences := _differences(command, rows):
        raise Stale(f"The week of {name}", differences, 0)
    stored = week_of(rows, command.since)
    later = any((row.since or "") > command.since.isoformat() for row in rows)
    if command.week == stored and not later:
        raise Refused("Nothing was changed.", "Change something, or press Escape.")
    _end(command.staff_id, command.since)
    for weekday, stretches in enumerate(command.week):
        for starts, ends in stretches:
            WorkingHours.insert(
                staff=command.staff_id,
                weekday=weekday,
                starts=starts,
                ends=ends,
                effective_from=command.since,
            ).execute()
    before, after = _told(name, command, stored), _told(name, command, command.week)
    work.changed("set", "working_hours", command.staff_id, before, after)
    says = f"{name}: new hours from {day_label(command.since)}."
    says += count_text(work.now, work.session.zone, command.staff_id, command.since)
    return Done("working_hours", (command.staff_id,), (), 0, says)


def _check(week: Week) -> None:
    if len(week) != len(WEEKDAYS):
        raise Invalid([Fault("week", "must have seven days")], "Nothing was saved.")
    faults = [
        Fault(day.casefold(), UNSOUND) for day, one in zip(WEEKDAYS, week, strict=True) if not sound(one)
    ]
    if faults:
        raise Invalid(faults, "Nothing was saved.")


def staff_name(staff_id: int) -> str:
    """Whoever works here by that id. Raises NotFound."""
    rows = select("select name from staff where id = ? and active = 1", [staff_id])
    if not rows:
        raise NotFound("That person is not on the staff list, or left.", "Choose another.")
    return str(rows[0][0])


def _end(staff_id: int, since: date) -> None:
    """What is in force ends on the day before; what would begin later never is."""
    last = (since - timedelta(days=1)).isoformat()
    WorkingHours.update(effective_to=last).where(
        WorkingHours.staff == staff_id,
        WorkingHours.effective_to.is_null() | (WorkingHours.effective_to > last),
    ).execute()


def _told(name: str, command: SetWeek, week: Week) -> dict[str, Any]:
    days = {WEEKDAYS[n]: minutes_text(stretches) for n, stretches in enumerate(week) if stretches}
    return {"name": name, "since": command.since.isoformat(), **days}


def _differences(command: SetWeek, stored: Sequence[Hours]) -> list[Difference]:
    """Where the weeks from that day on are not those that were seen."""
    found = list[Difference]()
    for turn in turns((*command.seen, *stored), command.since):
        later = f" from {day_label(turn)}" if turn > command.since else ""
        weeks = week_of(command.seen, turn), week_of(stored, turn), command.week
        for day, *told in zip(WEEKDAYS, *weeks, strict=True):
            was, theirs, yours = (minutes_text(one) or "closed" for one in told)
            if was != theirs:
                found.append(Difference(f"{day}{later}", was, theirs, yours))
    return found
