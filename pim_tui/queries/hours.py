"""What the working-time screen shows: weeks, leave, special days and public holidays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ..db.connection import select
from ..domain.rights import Right
from ..domain.worktime import Absence, Hours, Special, told_special
from ..errors import NotFound
from .gate import guarded


class LeaveRow(NamedTuple):
    """One leave of somebody; ``staff`` is their name."""

    id: int
    version: int
    staff_id: int
    staff: str
    absence: Absence
    reason: str
    active: bool


class DayRow(NamedTuple):
    """What is said of one day: of a staff member, or of the whole clinic where ``staff_id`` is None."""

    day: date
    staff_id: int | None
    special: Special
    ids: tuple[int, ...]


_LEAVE = (
    "select l.id, l.version, l.staff_id, s.name, l.first_day, l.last_day, l.from_minute, l.to_minute, l.kind,"
    " l.reason, l.active from leave l join staff s on s.id = l.staff_id where "
)


@guarded(Right.SEE_STAFF)
def hours_of(staff_id: int) -> tuple[Hours, ...]:
    """Every week that somebody has, whenever in force. Index: ``working_hours (staff)``."""
    rows = select(
        "select weekday, starts, ends, effective_from, effective_to from working_hours where staff_id = ?"
        " order by weekday, starts",
        [staff_id],
    )
    return tuple(map(Hours._make, rows))


@guarded(Right.SEE_STAFF)
def leaves_of(staff_id: int, since: date) -> tuple[LeaveRow, ...]:
    """The leave of somebody that ends on ``since`` or later. Index: ``leave (staff, last_day)``."""
    rows = select(
        f"{_LEAVE} l.staff_id = ? and l.last_day >= ? and l.active = 1 order by l.first_day, l.id",
        [staff_id, since.isoformat()],
    )
    return tuple(_leave(*row) for row in rows)


@guarded(Right.SEE_STAFF)
def leave(leave_id: int) -> LeaveRow:
    """One of them, taken back or not. Raises NotFound. Index: primary key."""
    rows = select(f"{_LEAVE} l.id = ?", [leave_id])
    if not rows:
        raise NotFound("That leave does not exist.", "Look at the list again.")
    return _leave(*rows[0])


def _leave(
    id_: int,
    version: int,
    staff_id: int,
    staff: str,
    first: str,
    last: str,
    from_minute: int | None,
    to_minute: int | None,
    kind: str,
    reason: str,
    active: int,
) -> LeaveRow:
    absence = Absence(date.fromisoformat(first), date.fromisoformat(last), from_minute, to_minute, kind)
    return LeaveRow(id_, version, staff_id, staff, absence, reason, bool(active))


@guarded(Right.SEE_STAFF)
def special_days(staff_id: int | None, since: date) -> tuple[DayRow, ...]:
    """What is said of days from ``since`` on, of somebody or the clinic. Index: ``special_hours (day)``."""
    whose = "staff_id is null" if staff_id is None else "staff_id = ?"
    rows = select(
        f"select day, id, starts, ends, name from special_hours where day >= ? and active = 1 and {whose}"
        " order by day, id",
        [since.isoformat(), *([] if staff_id is None else [staff_id])],
    )
    found: dict[str, list[tuple[int, int | None, int | None, str]]] = {}
    for day, *part in rows:
        found.setdefault(day, []).append((part[0], part[1], part[2], part[3]))
    return tuple(
        DayRow(
            date.fromisoformat(day),
            staff_id,
            told_special([part[1:] for part in parts]),
            tuple(part[0] for part in parts),
        )
        for day, parts in found.items()
    )


@guarded(Right.SEE_STAFF)
def special_day(staff_id: int | None, day: date) -> DayRow | None:
    """What is said of one day. Index: ``special_hours (day)``."""
    return next((row for row in special_days(staff_id, day) if row.day == day), None)


class HolidayRow(NamedTuple):
    """A public holiday as the book keeps it."""

    day: date
    name: str
    place: str
    closes: bool


def holidays(since: date, until: date) -> tuple[HolidayRow, ...]:
    """The public holidays of some days. Reads the whole table, some dozens of rows."""
    rows = select(
        "select day, name, place, closes from holiday where day between ? and ? order by day, id",
        [since.isoformat(), until.isoformat()],
    )
    return tuple(HolidayRow(date.fromisoformat(row[0]), row[1], row[2], bool(row[3])) for row in rows)


def holidays_due(place: str, kept: str, today: date) -> bool:
    """Whether the public holidays to come are those of another place, or not yet filled in.

    ``kept`` is ``closed``, ``shown`` or ``off``.
    """
    rows = select(
        "select place, closes, max(day) from holiday where day >= ? group by place, closes",
        [today.isoformat()],
    )
    if kept == "off":
        return bool(rows)
    said: Sequence[tuple[str, int]] = [(row[0], row[1]) for row in rows]
    return said != [(place, int(kept == "closed"))] or rows[0][2] < f"{today.year + 2}"
