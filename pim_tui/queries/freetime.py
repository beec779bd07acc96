"""Everybody's free time, week by week, kept between two searches as long as it is true.

Searching a year of a full book for thirty people means three hundred thousand rows; what is free of
it is a few thousand stretches. They are read when a search first gets there and kept for the thread
that reads. What others have changed since is read in the journal: every change of an appointment has
a line there (A1), so that only the people whom it concerns are read again.
"""

from __future__ import annotations

import json
import threading
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from operator import attrgetter
from typing import TypeVar

from ..db.connection import Book, current, select
from ..domain.intervals import Interval
from ..domain.moments import Zone, day_bounds
from ..domain.openings import Free, free_time
from .fitting import DAY, LONGEST_BUFFER
from .worktime import WorkTime, work_time

WEEK = 7
NOT_ABOUT_TIME = frozenset(
    (
        *("attachment", "coverage", "customer", "day_close", "draft_bill", "drawer", "hold", "loan", "note"),
        *("message_template", "outbox", "payer", "posting", "product", "return_request", "staff_pin"),
        *("tax_class", "waiting_entry", "waiting_offer"),
    )
)
"""Kinds of journal lines that leave everybody's free time as it was."""

_MOST_LINES = 200
"""Lines of the journal that are looked through; after more everything is read again."""
_MOST_KEPT = 400_000
"""Stretches that are kept at most: some hundred bytes each."""

_longest_first = attrgetter("seconds")


class FreeTime:
    """The free stretches of staff members in the weeks that were asked for, longest first.

    Weeks are numbered from Monday 1 Jan 0001; see :func:`week_of`.
    """

    def __init__(self, book: Book, zone: Zone) -> None:
        self.book, self.zone = book, zone
        self._weeks: dict[tuple[int, int], Sequence[Free]] = {}
        self._open: dict[tuple[int, int], Sequence[Interval]] = {}
        self._count = 0
        self._marks = (0, 0, 0)

    def refresh(self) -> None:
        """Forget what is no longer true."""
        seen, made, seq = self._marks
        self._marks = marks = self.book.changes_seen(), self.book.changes_made(), _last_line()
        if marks[:2] == (seen, made):
            return
        # Whoever writes on this very connection may do it without a line, as a migration does.
        changed = None if made != marks[1] or seq == marks[2] else _staff_changed(seq)
        if changed is None:
            self._weeks.clear()
            self._open.clear()
            self._count = 0
        elif changed:
            for key in [key for key in self._weeks if key[0] in changed]:
                self._count -= len(self._weeks.pop(key))

    def free(self, staff_id: int, week: int) -> Sequence[Free]:
        """What :meth:`learn` found."""
        return self._weeks[staff_id, week]

    def open(self, staff_id: int, week: int) -> Sequence[Interval]:
        """The working time that touches the week."""
        return self._open[staff_id, week]

    def learn(self, staff_ids: Sequence[int], first: int, last: int) -> None:
        """Read what is not known yet of the weeks ``first`` to ``last``, both included."""
        unknown = [
            (one, week) for week in range(first, last + 1) for one in staff_ids if (one, week) not in self._weeks
        ]
        if not unknown:
            return
        if self._count > _MOST_KEPT:
            self._weeks.clear()
            unknown = [(one, week) for week in (first, last) for one in staff_ids]
        whose = tuple(dict.fromkeys(one for one, _ in unknown))
        weeks = [week for _, week in unknown]
        self._weeks.update(self.read(whose, min(weeks), max(weeks)))
        self._count = sum(map(len, self._weeks.values()))

    def read(
        self, staff_ids: Sequence[int], first: int, last: int, ignore_id: int | None = None
    ) -> dict[tuple[int, int], Sequence[Free]]:
        """The weeks ``first`` to ``last`` of ``staff_ids``, as if ``ignore_id`` were not in the book."""
        days = monday(first), monday(last + 1)
        bounds = [day_bounds(monday(week), self.zone)[0] for week in range(first, last + 2)]
        start, end = bounds[0] - 2 * LONGEST_BUFFER, bounds[-1] + DAY + 2 * LONGEST_BUFFER
        work: WorkTime = work_time(staff_ids, days[0] - timedelta(days=1), days[1] + timedelta(days=1))
        hours = work.open_time(days[0], days[1], self.zone)
        taken = _taken(staff_ids, start, end, ignore_id or 0)
        found: dict[tuple[int, int], Sequence[Free]] = {}
        for staff_id in staff_ids:
            stretches = list(free_time(hours[staff_id], taken[staff_id], start, end))
            by_week = _by_week(((max(one[1], one[3]), min(one[2], one[4]), one) for one in stretches), bounds)
            opened = _by_week(((one.start, one.end, one) for one in hours[staff_id]), bounds)
            for place, week in enumerate(range(first, last + 1)):
                found[staff_id, week] = sorted(by_week[place], key=_longest_first, reverse=True)
                self._open[staff_id, week] = opened[place]
        return found


def free_time_kept(zone: Zone) -> FreeTime:
    """What this thread knows of the open book's free time, and nothing that is no longer true."""
    kept: FreeTime | None = getattr(_of_thread, "kept", None)
    if kept is None or kept.book is not current() or kept.zone != zone:
        kept = _of_thread.kept = FreeTime(current(), zone)
    kept.refresh()
    return kept


_of_thread = threading.local()


def week_of(day: date) -> int:
    """The number of the week, Monday to Sunday, that a day is in."""
    return (day.toordinal() - 1) // WEEK


def monday(week: int) -> date:
    """The first day of a week; of those beyond the calendar's end the last day there is."""
    return date.fromordinal(min(week * WEEK + 1, date.max.toordinal() - WEEK))


def days_of(week: int) -> list[date]:
    """The seven days of a week."""
    return [monday(week) + timedelta(days=n) for n in range(WEEK)]


def _taken(
    staff_ids: Sequence[int], start: int, end: int, ignore_id: int
) -> dict[int, list[tuple[int, int]]]:
    """The time that is occupied between two instants, by staff member and start (T5, T6).

    Indexes: ``appointment (staff, occupied_from)`` for stays of up to a day, and ``appointment_long_staff_id``.
    """
    found: dict[int, list[tuple[int, int]]] = {one: [] for one in staff_ids}
    marks = ", ".join("?" * len(staff_ids))
    for sql, params in (
        (
            f"select staff_id, occupied_from, occupied_to from appointment where staff_id in ({marks})"
            " and occupied_from > ? and occupied_from < ? and occupied_to > ? and id <> ?"
            " order by staff_id, occupied_from",
            [*staff_ids, start - DAY, end, start, ignore_id],
        ),
        (
            f"select staff_id, occupied_from, occupied_to from appointment where staff_id in ({marks})"
            f" and occupied_to - occupied_from > {DAY} and occupied_to > ? and occupied_from <= ? and id <> ?",
            [*staff_ids, start, start - DAY, ignore_id],
        ),
    ):
        for staff_id, begins, ends in select(sql, params):
            found[staff_id].append((begins, ends))
    for stays in found.values():
        stays.sort()
    return found


T = TypeVar("T")


def _by_week(items: Iterable[tuple[int, int, T]], bounds: Sequence[int]) -> list[list[T]]:
    """Items with their start and end by the weeks they touch; ``bounds`` are where these begin and end."""
    found: list[list[T]] = [[] for _ in bounds[1:]]
    for start, end, item in items:
        place = max(bisect_right(bounds, start) - 1, 0)
        while place < len(found) and bounds[place] < end:
            found[place].append(item)
            place += 1
    return found


def _last_line() -> int:
    """The number of the journal's last line. Index: primary key."""
    return int(select("select coalesce(max(seq), 0) from journal")[0][0])


def _staff_changed(seq: int) -> set[int] | None:
    """Whose time the lines of the journal after ``seq`` are about; None where they do not tell. Index:
    primary key."""
    rows = select(
        "select j.kind, v.before, v.after from journal j left join journal_values v on v.seq_id = j.seq"
        " where j.seq > ? order by j.seq limit ?",
        [seq, _MOST_LINES + 1],
    )
    if len(rows) > _MOST_LINES:
        return None
    changed: set[int] = set()
    for kind, *values in rows:
        if kind in NOT_ABOUT_TIME:
            continue
        told = [json.loads(text) for text in values if text] if kind == "appointment" else []
        if not told:
            return None
        changed |= {int(one["staff_id"]) for one in told}
    return changed
