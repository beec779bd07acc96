"""Leave: whole days or a part of one; changed and taken back, never deleted. It moves nothing (T10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..domain.rights import Right
from ..domain.text import tidy
from ..domain.worktime import KINDS, Absence, sound
from ..errors import Difference, Fault, Invalid, Refused, Stale
from ..models import Leave
from ..queries.hours import LeaveRow, leave
from ..queries.moving import count_text
from .hours import staff_name
from .usecase import use_case
from .work import Done, Work

LONGEST = 10 * 366
"""Days that one leave may last."""


@dataclass(frozen=True, slots=True)
class AddLeave:
    """Somebody is away."""

    staff_id: int
    absence: Absence
    reason: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class ChangeLeave:
    """Other days, another kind or reason; ``was`` is what the form showed at ``version``."""

    id: int
    version: int
    was: tuple[Absence, str]
    absence: Absence
    reason: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class TakeBackLeave:
    """The person works after all."""

    id: int
    version: int
    request: str = ""


@use_case(Right.CHANGE_HOURS)
def add_leave(work: Work, command: AddLeave) -> Done:
    """Write the leave down; the answer tells how many appointments lie in it. Raises Invalid, NotFound."""
    name = staff_name(command.staff_id)
    columns = _columns(command.absence, command.reason)
    id_ = int(
        Leave.insert(
            **columns,
            staff=command.staff_id,
            active=True,
            created_at=work.now,
            created_by=work.session.staff_id,
        ).execute()
    )
    work.changed("add", "leave", id_, None, {"name": name, "staff_id": command.staff_id, **columns})
    return _done(work, id_, command.staff_id, command.absence, f"{name}: {command.absence.told}.")


@use_case(Right.CHANGE_HOURS)
def change_leave(work: Work, command: ChangeLeave) -> Done:
    """Store the leave as it is now. Raises Invalid, NotFound, Stale with both values, Refused."""
    stored = _fresh(command.id)
    columns, before = _columns(command.absence, command.reason), _columns(stored.absence, stored.reason)
    if stored.version != command.version:
        was = _columns(*command.was)
        raise Stale(
            "This leave",
            [
                Difference(key, *(str(one[key] or "") for one in (was, before, columns)))
                for key in columns
                if was[key] != before[key]
            ],
            stored.version,
        )
    if columns == before:
        raise Refused("Nothing was changed.", "Change something, or press Escape.")
    _update(stored, columns)
    told = {"name": stored.staff, "staff_id": stored.staff_id}
    work.changed("change", "leave", stored.id, {**told, **before}, {**told, **columns})
    return _done(
        work, stored.id, stored.staff_id, command.absence, f"{stored.staff}: {command.absence.told}."
    )


@use_case(Right.CHANGE_HOURS)
def take_back_leave(work: Work, command: TakeBackLeave) -> Done:
    """The days are worked again. Raises NotFound, Refused."""
    stored = _fresh(command.id)
    if stored.version != command.version:
        raise Refused("Somebody else changed this leave meanwhile.", "Look at it again.", rule="V1")
    _update(stored, {"active": False})
    told = {"name": stored.staff, "staff_id": stored.staff_id, **_columns(stored.absence, stored.reason)}
    work.changed("withdraw", "leave", stored.id, told, {**told, "active": False})
    return Done("leave", (stored.id,), (), stored.version + 1, f"{stored.staff}: leave taken back.")


def _fresh(id_: int) -> LeaveRow:
    stored = leave(id_)
    if not stored.active:
        raise Refused("This leave was taken back.", "Add it again.")
    return stored


def _update(stored: LeaveRow, columns: dict[str, Any]) -> None:
    Leave.update(version=stored.version + 1, **columns).where(
        Leave.id == stored.id, Leave.version == stored.version
    ).execute()


def _columns(absence: Absence, reason: str) -> dict[str, Any]:
    """The columns, after the check that they make sense."""
    faults = []
    if absence.last < absence.first:
        faults.append(Fault("last", "is before the first day"))
    if (absence.last - absence.first).days >= LONGEST:
        faults.append(Fault("last", "is more than ten years on"))
    if absence.from_minute is not None and absence.first != absence.last:
        faults.append(Fault("part", "is a part of one day: give one day"))
    part = absence.from_minute, absence.to_minute
    if part != (None, None) and (None in part or not sound(absence.minutes)):
        faults.append(Fault("part", "must be one stretch of the day"))
    if absence.kind not in KINDS:
        faults.append(Fault("kind", f"must be one of {', '.join(KINDS)}"))
    if faults:
        raise Invalid(faults, "Nothing was saved.")
    return {
        "first_day": absence.first.isoformat(),
        "last_day": absence.last.isoformat(),
        "from_minute": absence.from_minute,
        "to_minute": absence.to_minute,
        "kind": absence.kind,
        "reason": tidy(reason, limit=200),
    }


def _done(work: Work, id_: int, staff_id: int, absence: Absence, says: str) -> Done:
    says += count_text(work.now, work.session.zone, staff_id, absence.first, absence.last)
    return Done("leave", (id_,), (), 0, says)
