"""Everybody's free time, week by week, kept between two searches as long as it is true.

Searching a year of a full book for thirty people means three hundred thousand rows; what is free of
it is a few thousand stretches. They are read when a search first gets there and kept for the thread
that reads. What others have changed since is read in the journal: every change of an appointment has
a line there (A1), so that only the people whom it concerns are read again.
"""

from __future__ import annotations

import json
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from ..db.connection import Book, current, select
from ..db.many import marks
from ..domain.intervals import Interval
from ..domain.moments import Zone, day_bounds
from ..domain.news import CHANGE_NOTHING
from ..domain.openings import Free, free_by_week
from .changes import last_line
from .fitting import DAY, LONGEST_BUFFER
from .worktime import work_time

WEEK = 7
NOT_ABOUT_TIME = frozenset(
    (
        *("attachment", "calendar_item", "coverage", "customer", "day_close", "draft_bill", "drawer"),
        *("hold", "loan", "meeting", "message_template", "note", "outbox", "payer", "posting", "product"),
        *("return_request", "staff_pin", "tax_class", "waiting_entry", "waiting_offer"),
    )
)
"""Kinds of journal lines that leave everybody's free time as it was."""

_MOST_LINES = 200
"""Lines of the journal that are looked through; after more everything is read again."""
_BEFORE, _AFTER = 2 * LONGEST_BUFFER, DAY + 2 * LONGEST_BUFFER
"""Seconds that are read beyond the first and the last week: buffers, and what goes on over midnight."""
_MOST_KEPT = 250_000
"""Stretches that are kept at most, two hundred bytes each."""


class FreeTime:
    """The free stretches of staff members in the weeks that were asked for, longest first.

    Weeks are numbered from Monday 1 Jan 0001; see :func:`week_number`.
    """

    def __init__(self, book: Book, zone: Zone) -> None:
        self.book, self.zone = book, zone
        self.weeks: dict[tuple[int, int], Sequence[Free]] = {}
        """By staff member and week; what is free over the end of a week is in both."""
        self.open: dict[tuple[int, int], Sequence[Interval]] = {}
        """The working time that touches the week."""
        self._count = 0
        self._marks = (0, 0, 0)

    def refresh(self) -> None:
        """Forget what is no longer true."""
        seen, made, seq = self._marks
        self._marks = marks = self.book.changes_seen(), self.book.changes_made(), last_line()
        if marks[:2] == (seen, made):
            return
        # Whoever writes on this very connection may do it without a line, as a migration does.
        changed = None if made != marks[1] or seq == marks[2] else _staff_changed(seq)
        if changed is None:
            self.weeks.clear()
            self.open.clear()
            self._count = 0
        elif changed:
            for key in [key for key in self.weeks if key[0] in changed]:
                self._count -= len(self.weeks.pop(key))

    def learn(self, staff_ids: Sequence[int], first: int, last: int) -> None:
        """Read what is not known yet of the weeks ``first`` to ``last``, both included."""
        asked = [(one, week) for week in range(first, last + 1) for one in staff_ids]
        if self._count > _MOST_KEPT:
            self.weeks.clear()
        unknown = [key for key in asked if key not in self.weeks]
        if not unknown:
            return
        whose = tuple(dict.fromkeys(one for one, _ in unknown))
        weeks = [week for _, week in unknown]
        self.weeks.update(self.read(whose, min(weeks), max(weeks)))
        self._count = sum(map(len, self.weeks.values()))

    def read(
        self, staff_ids: Sequence[int], first: int, last: int, ignore_id: int = 0
    ) -> dict[tuple[int, int], Sequence[Free]]:
        """The weeks ``first`` to ``last`` of ``staff_ids``, as if ``ignore_id`` were not in the book."""
        days = monday(first), monday(last + 1)
        bounds = [day_bounds(monday(week), self.zone)[0] for week in range(first, last + 2)]
        hours = work_time(staff_ids, *days).open_time(*days, self.zone)
        weeks = range(first, last + 1)
        found: dict[tuple[int, int], Sequence[Free]] = {}
        for staff_id in staff_ids:
            open_ = hours[staff_id]
            taken = _taken(staff_id, bounds[0] - _BEFORE, bounds[-1] + _AFTER, ignore_id)
            for week, free in zip(weeks, free_by_week(open_, taken, bounds, (_BEFORE, _AFTER)), strict=True):
                found[staff_id, week] = free
            starts, ends = [one.start for one in open_], [one.end for one in open_]
            for week, (start, end) in zip(weeks, pairwise(bounds), strict=True):
                self.open[staff_id, week] = open_[bisect_right(ends, start) : bisect_left(starts, end)]
        return found


def free_time_kept(zone: Zone) -> FreeTime:
    """What this thread knows of the open book's free time, and nothing that is no longer true."""
    kept: FreeTime | None = getattr(_of_thread, "kept", None)
    if kept is None or kept.book is not current() or kept.zone != zone:
        kept = _of_thread.kept = FreeTime(current(), zone)
    kept.refresh()
    return kept


_of_thread = threading.local()


def week_number(day: date) -> int:
    """The number of the week, Monday to Sunday, that a day is in."""
    return (day.toordinal() - 1) // WEEK


def monday(week: int) -> date:
    """The first day of a week; of those beyond the calendar's end the last day there is."""
    return date.fromordinal(min(week * WEEK + 1, date.max.toordinal() - WEEK))


def days_of_week(week: int) -> list[date]:
    """The seven days of a week."""
    return [monday(week) + timedelta(days=n) for n in range(WEEK)]


def _taken(staff_id: int, start: int, end: int, ignore_id: int) -> list[tuple[int, int]]:
    """The time of a staff member that is occupied between two instants, by its start (T5, T6).

    Indexes: ``appointment (staff, occupied_from)`` for stays of up to a day, ``appointment_long_staff_id``
    for longer ones.
    """
    stays = (
        "select occupied_from, occupied_to from appointment where staff_id = ? and id <> ?"
        " and occupied_to > ? and occupied_from"
    )
    who = [staff_id, ignore_id, start]
    long = f"{stays} <= ? and occupied_to - occupied_from > {DAY} order by occupied_from"
    short = f"{stays} > ? and occupied_from < ? order by occupied_from"
    return select(long, [*who, start - DAY]) + select(short, [*who, start - DAY, end])


def _staff_changed(seq: int) -> set[int] | None:
    """Whose time the lines of the journal after ``seq`` are about; None where they do not tell. Index:
    primary key."""
    rows = select(
        "select j.kind, v.before, v.after from journal j left join journal_values v on v.seq_id = j.seq"
        f" where j.seq > ? and j.action not in ({marks(CHANGE_NOTHING)})"
        " order by j.seq limit ?",
        [seq, *CHANGE_NOTHING, _MOST_LINES + 1],
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
