"""When people work, for any number of them and of days: five selects (T10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from ..db.connection import select
from ..db.many import marks
from ..domain.intervals import Interval
from ..domain.moments import Zone
from ..domain.worktime import (
    Absence,
    ClinicDays,
    Feast,
    Hours,
    Special,
    Worker,
    busy_elsewhere,
    open_between,
    told_special,
    why_closed,
)


class WorkTime(NamedTuple):
    """What is said of some people's working time between two days."""

    workers: dict[int, Worker]
    clinic: ClinicDays

    def open_time(self, first: date, last: date, zone: Zone) -> dict[int, tuple[Interval, ...]]:
        """The working time of each within the days, in UTC: sorted, touching stretches joined."""
        return {
            staff_id: open_between(worker, self.clinic, first, last, zone)
            for staff_id, worker in self.workers.items()
        }

    def why(self, day: date) -> dict[int, str]:
        """What is said of ``day`` that takes time from somebody, beyond the week's hours.

        ``Closed: Christmas Day``, ``Leave until 4 Dec 2026``, ``Training 10:00-12:00``; nobody else is in it.
        """
        said = {staff_id: why_closed(worker, self.clinic, day) for staff_id, worker in self.workers.items()}
        return {staff_id: text for staff_id, text in said.items() if text}


def open_time(
    staff_ids: Sequence[int], first: date, last: date, zone: Zone
) -> dict[int, tuple[Interval, ...]]:
    """The working time of each of ``staff_ids`` on the days ``first`` to ``last``, in UTC.

    Sorted, touching stretches joined, not cut to anything. Who keeps no hours works all day, except for
    leave and days that are closed. Holidays count where they were filled in as closed.
    """
    return work_time(staff_ids, first, last).open_time(first, last, zone)


def work_time(staff_ids: Sequence[int], first: date, last: date) -> WorkTime:
    """All that is said of the working time of ``staff_ids`` between two days, both included."""
    hours, absences = _hours(staff_ids), _absences(staff_ids, first, last)
    special = _special(first, last)
    elsewhere = _elsewhere(staff_ids, first, last)
    workers = {
        id_: Worker(hours.get(id_, ()), absences.get(id_, ()), special.get(id_), elsewhere.get(id_))
        for id_ in staff_ids
    }
    return WorkTime(workers, ClinicDays(special.get(_CLINIC, {}), _feasts(first, last)))


_CLINIC = 0


def _hours(staff_ids: Sequence[int]) -> dict[int, list[Hours]]:
    """The weeks of each, whenever in force. Index: ``working_hours (staff)``."""
    found: dict[int, list[Hours]] = {}
    if not staff_ids:
        return found
    for staff_id, *row in select(
        "select staff_id, weekday, starts, ends, effective_from, effective_to from working_hours"
        f" where staff_id in ({marks(staff_ids)})",
        staff_ids,
    ):
        found.setdefault(staff_id, []).append(Hours._make(row))
    return found


def _absences(staff_ids: Sequence[int], first: date, last: date) -> dict[int, list[Absence]]:
    """Leave that touches the days. Index: ``leave (staff, last_day)``."""
    found: dict[int, list[Absence]] = {}
    if not staff_ids:
        return found
    for staff_id, first_day, last_day, *rest in select(
        "select staff_id, first_day, last_day, from_minute, to_minute, kind from leave"
        f" where staff_id in ({marks(staff_ids)}) and last_day >= ? and first_day <= ? and active = 1"
        " order by first_day, id",
        [*staff_ids, first.isoformat(), last.isoformat()],
    ):
        days = date.fromisoformat(first_day), date.fromisoformat(last_day)
        found.setdefault(staff_id, []).append(Absence(*days, *rest))
    return found


def _elsewhere(staff_ids: Sequence[int], first: date, last: date) -> dict[int, dict[date, list[Absence]]]:
    """When their own calendars say that they are busy. Index: ``blocked_time (staff, ends_at)``.

    Days are the clinic's; read with a day more at either end, which is more than any zone is away.
    """
    found: dict[int, dict[date, list[Absence]]] = {}
    if not staff_ids:
        return found
    begins, ends = _midnight(first, -1), _midnight(last, 2)
    for staff_id, start, end, name, zone in select(
        "select b.staff_id, b.starts_at, b.ends_at, b.text, house.zone from blocked_time b"
        f" join clinic house on house.id = 1 where b.staff_id in ({marks(staff_ids)})"
        " and b.ends_at > ? and b.starts_at < ? order by b.starts_at, b.id",
        [*staff_ids, begins, ends],
    ):
        for one in busy_elsewhere(max(start, begins), min(end, ends), name, zone):
            if first <= one.first <= last:
                found.setdefault(staff_id, {}).setdefault(one.first, []).append(one)
    return found


def _midnight(day: date, more: int) -> int:
    """The beginning of a day, ``more`` days later, in UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) + more * 86_400


def _special(first: date, last: date) -> dict[int, dict[date, Special]]:
    """What is said of single days, by staff id and of the clinic. Index: ``special_hours (day)``."""
    rows: dict[tuple[int, str], list[tuple[int | None, int | None, str]]] = {}
    for staff_id, day, *part in select(
        "select staff_id, day, starts, ends, name from special_hours"
        " where day between ? and ? and active = 1 order by id",
        [first.isoformat(), last.isoformat()],
    ):
        rows.setdefault((staff_id or _CLINIC, day), []).append((part[0], part[1], part[2]))
    found: dict[int, dict[date, Special]] = {}
    for (staff_id, day), parts in rows.items():
        found.setdefault(staff_id, {})[date.fromisoformat(day)] = told_special(parts)
    return found


def _feasts(first: date, last: date) -> dict[date, Feast]:
    """The public holidays. Reads the whole table, some dozens of rows."""
    rows = select(
        "select day, name, closes from holiday where day between ? and ?",
        [first.isoformat(), last.isoformat()],
    )
    return {date.fromisoformat(day): Feast(name, bool(closes)) for day, name, closes in rows}
