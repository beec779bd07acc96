"""No-shows and late cancels by staff, type, weekday or hour: how many, and their share of what was due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from datetime import date
from typing import Final

from ...db.many import marks
from ...domain.moments import DAY_NAMES, Zone
from ...domain.reports import Asked, Figure, Figures, Line, added, days_of, share
from ..where import Where
from .reading import MOVED, Watched, counted, staff_names, type_names, within

FIGURES: Final = (
    Figure("due", "Due"),
    Figure("missed", "Missed", charted=True),
    Figure("missed_share", "Missed %", "share"),
    Figure("late", "Late", charted=True),
    Figure("late_share", "Late %", "share"),
    Figure("rebooked", "Rebooked"),
)
NOTES: Final = (
    "Due is what was completed, missed, or canceled within the notice and not booked again.",
    "What was missed or canceled late and booked again goes on as that later visit: it is Rebooked.",
)
_COLUMN: Final = {
    "staff": "a.staff_id",
    "type": "coalesce(a.type_id, 0)",
    "weekday": "a.day",
    "hour": "substr(a.wall, 1, 2)",
}
_HEADING: Final = {"staff": "Staff", "type": "Type", "weekday": "Weekday", "hour": "Hour"}
_LATE = "(a.status = 'X' and a.late_cancel = 1)"
_CONCERNED = f"(a.status in ('C', 'M') or {_LATE})"
_LOST = f"(a.status = 'M' or {_LATE})"
_BEHIND: Final = {
    "due": f"(a.status = 'C' or ({_LOST} and not {MOVED}))",
    "missed": f"a.status = 'M' and not {MOVED}",
    "late": f"{_LATE} and not {MOVED}",
    "rebooked": f"{_LOST} and {MOVED}",
}


def figures(asked: Asked, zone: Zone, watched: Watched) -> Figures:
    """The report. Index: ``appointment (day, staff, room, type, status, minutes)``, not covering."""
    column = _COLUMN[asked.by]
    found: Counter[tuple[Hashable, str]] = Counter()
    for first, last in watched.each(asked):
        rows = within(asked, first, last).also(_CONCERNED)
        what = f"{column}, a.status, case when a.status <> 'C' and {MOVED} then 1 else 0 end, count(*)"
        for key, status, moved, count in counted(what, rows, "1, 2, 3"):
            found[_key(asked, key), "moved" if moved else status] += count
    names = _names(asked, {key for key, _ in found})
    lines = tuple(Line(key, label, _values(found, key)) for key, label in names)
    sums = added((line.values for line in lines), len(FIGURES))
    return Figures(asked, _HEADING[asked.by], FIGURES, lines, Line(None, "All", _shared(*sums)), NOTES)


def _key(asked: Asked, value: str | int) -> Hashable:
    return date.fromisoformat(str(value)).weekday() if asked.by == "weekday" else value


def _names(asked: Asked, there: Iterable[Hashable]) -> list[tuple[Hashable, str]]:
    """The lines in order: those that hold something, and every weekday."""
    if asked.by == "weekday":
        return list(enumerate(DAY_NAMES))
    if asked.by == "hour":
        return [(hour, f"{hour}:00") for hour in sorted(map(str, there))]
    names = staff_names() if asked.by == "staff" else type_names()
    return [(id_, name) for id_, name in names.items() if id_ in set(there)]


def _values(found: Counter[tuple[Hashable, str]], key: Hashable) -> tuple[int | None, ...]:
    missed, late = found[key, "M"], found[key, "X"]
    return _shared(found[key, "C"] + missed + late, missed, 0, late, 0, found[key, "moved"])


def _shared(due: int, missed: int, _m: int, late: int, _l: int, rebooked: int) -> tuple[int | None, ...]:
    """The values with their shares worked out: a share of all is not the sum of shares."""
    return due, missed, share(missed, due), late, share(late, due), rebooked


def behind(asked: Asked, key: object, figure: str, zone: Zone) -> Where | None:
    """The visits of a number; the share of missed ones leads to those."""
    rows = within(asked).also(_BEHIND[figure.removesuffix("_share")])
    if key is None:
        return rows
    if asked.by == "weekday":
        days = [day.isoformat() for day in days_of(asked.first, asked.last) if day.weekday() == key]
        return rows.also(f"a.day in ({marks(days)})", *days) if days else rows.also("1 = 0")
    return rows.also(f"{_COLUMN[asked.by]} = ?", key)
