"""Customers who came for the first time against those who had been there before, month by month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Final

from ...db.connection import select
from ...domain.moments import Zone
from ...domain.reports import Asked, Figure, Figures, Line, months, share
from .reading import Rows, Watched, marks, narrowed, within

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
_PIECE: Final = 500
"""Ids that go into one select."""


def figures(asked: Asked, zone: Zone, watched: Watched) -> Figures:
    """The report. Indexes: ``appointment (day, ...)``, ``(customer, starts_at)``."""
    known: set[int] = set()
    lines = []
    for first, last in watched.each(asked):
        rows = within(asked, first, last).also(_CAME)
        came = {
            id_
            for (id_,) in select(
                f"select distinct a.customer_id from appointment a where {rows.where}", rows.params
            )
        }
        known |= _before(came - known, first)
        new = len(came - known)
        known |= came
        lines.append(Line(first, f"{first:%Y-%m}", _values(new, len(came))))
    return Figures(asked, "Month", FIGURES, tuple(lines), _total(lines, len(known)), NOTES)


def _before(ids: set[int], first: date) -> set[int]:
    """Those of them who had a completed visit before the day, with whomever."""
    found: set[int] = set()
    for piece in _pieces(sorted(ids)):
        found |= {
            id_
            for (id_,) in select(
                f"select distinct customer_id from appointment where customer_id in ({marks(piece)})"
                " and day < ? and status = 'C'",
                [*piece, first.isoformat()],
            )
        }
    return found


def _pieces(ids: Sequence[int]) -> Iterator[tuple[int, ...]]:
    rest = iter(ids)
    while piece := tuple(islice(rest, _PIECE)):
        yield piece


def _values(new: int, customers: int) -> tuple[int | None, ...]:
    return new, customers - new, share(new, customers), customers


def _total(lines: Sequence[Line], customers: int) -> Line:
    """Each customer once, however many months they came in; who was new in one of them is new."""
    return Line(None, "All", _values(sum(line.values[0] or 0 for line in lines), customers))


def behind(asked: Asked, key: object, figure: str, zone: Zone) -> Rows | None:
    """The first visit of each customer in the month, or in the period: as many as customers."""
    first, last = asked.first, asked.last
    if isinstance(key, date):
        first, last = next(piece for piece in months(asked.first, asked.last) if piece[0] == key)
    same = Rows("b.customer_id = a.customer_id and b.status = 'C' and b.day >= ?", (first.isoformat(),))
    earlier = narrowed(asked, same, "b").also(
        "(b.starts_at < a.starts_at or (b.starts_at = a.starts_at and b.id < a.id))"
    )
    rows = within(asked, first, last).also(_CAME)
    rows = rows.also(f"not exists (select 1 from appointment b where {earlier.where})", *earlier.params)
    if figure == "customers":
        return rows
    unless = "" if figure == "returning" else "not "
    begins = asked.first.isoformat()
    return rows.also(f"{unless}exists ({_CAME_BEFORE})", begins, begins)
