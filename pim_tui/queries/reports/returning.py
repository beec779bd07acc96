"""Customers who came for the first time against those who had been there before, month by month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from ...db.connection import select
from ...db.many import marks, pieces
from ...domain.moments import Zone, day_bounds
from ...domain.reports import Asked, Figure, Figures, Line, months, share
from ..where import Where
from .reading import Watched, narrowed, within

FIGURES: Final = (
    Figure("new", "New", charted=True),
    Figure("returning", "Returning", charted=True),
    Figure("new_share", "New %", "share"),
    Figure("customers", "Customers"),
)
NOTES: Final = (
    "Customers with a completed visit in the month. New is who had none before it, with whomever.",
    "In a month that the period begins within, the days before count as before.",
)
_CAME = "a.status = 'C'"
_CAME_BEFORE = (
    "select 1 from appointment e where e.customer_id = a.customer_id and e.status = 'C' and e.day <"
    " case when substr(a.day, 1, 7) || '-01' < ? then ? else substr(a.day, 1, 7) || '-01' end"
)
_DAY: Final = 86_400


def figures(asked: Asked, zone: Zone, watched: Watched) -> Figures:
    """The report. Indexes: ``appointment (day, ...)``, ``(customer, starts_at)``."""
    history = _history(asked)
    known: set[int] = set()
    everybody: set[int] = set()
    lines = []
    for first, last in watched.over([*(history or ()), *months(asked.first, asked.last)]):
        if first < asked.first:
            known |= _came(_days(first, last))
            continue
        came = _came(within(asked, first, last))
        if history is None:
            known |= _before(came - known, first, zone)
        lines.append(Line(first, f"{first:%Y-%m}", _values(len(came - known), len(came))))
        whole = history is None or not (asked.staff_ids or asked.type_ids or asked.room_ids)
        known |= came if whole else _came(_days(first, last))
        everybody |= came
    return Figures(asked, "Month", FIGURES, tuple(lines), _total(lines, len(everybody)), NOTES)


def _history(asked: Asked) -> list[tuple[date, date]] | None:
    """The months before the period, to be read whole; None where they are more than the period has.

    Then each customer of the period is looked up, which costs less.
    """
    ((begins,),) = select("select min(day) from appointment")
    if begins is None or date.fromisoformat(begins) >= asked.first:
        return []
    before = list(months(date.fromisoformat(begins), asked.first - timedelta(days=1)))
    return before if len(before) <= len(list(months(asked.first, asked.last))) else None


def _days(first: date, last: date) -> Where:
    return Where("a.day between ? and ?", (first.isoformat(), last.isoformat()))


def _came(rows: Where) -> set[int]:
    """The customers with a completed visit among those. Index: ``appointment (day, ...)``."""
    rows = rows.also(_CAME)
    found = select(f"select distinct a.customer_id from appointment a where {rows.text}", rows.params)
    return {id_ for (id_,) in found}


def _before(ids: set[int], first: date, zone: Zone) -> set[int]:
    """Those of them who had a completed visit before the day, with whomever.

    The instant only keeps the index from later visits; a visit's own zone may be a day off.
    """
    found: set[int] = set()
    until = day_bounds(first, zone)[0] + 2 * _DAY
    for piece in pieces(sorted(ids)):
        rows = select(
            f"select c.id from customer c where c.id in ({marks(piece)}) and exists (select 1"
            " from appointment e where e.customer_id = c.id and e.starts_at < ? and e.day < ?"
            " and e.status = 'C')",
            [*piece, until, first.isoformat()],
        )
        found |= {id_ for (id_,) in rows}
    return found


def _values(new: int, customers: int) -> tuple[int | None, ...]:
    return new, customers - new, share(new, customers), customers


def _total(lines: Sequence[Line], customers: int) -> Line:
    """Each customer once, however many months they came in; who was new in one of them is new."""
    return Line(None, "All", _values(sum(line.values[0] or 0 for line in lines), customers))


def behind(asked: Asked, key: object, figure: str, zone: Zone) -> Where | None:
    """The first visit of each customer in the month, or in the period: as many as customers."""
    first, last = asked.first, asked.last
    if isinstance(key, date):
        first, last = next(piece for piece in months(asked.first, asked.last) if piece[0] == key)
    same = Where("b.customer_id = a.customer_id and b.status = 'C' and b.day >= ?", (first.isoformat(),))
    earlier = narrowed(asked, same, "b").also(
        "(b.starts_at < a.starts_at or (b.starts_at = a.starts_at and b.id < a.id))"
    )
    rows = within(asked, first, last).also(_CAME)
    rows = rows.also(f"not exists (select 1 from appointment b where {earlier.text})", *earlier.params)
    if figure == "customers":
        return rows
    unless = "" if figure == "returning" else "not "
    begins = asked.first.isoformat()
    return rows.also(f"{unless}exists ({_CAME_BEFORE})", begins, begins)
