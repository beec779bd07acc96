"""What all reports share: reading a month at a time, what narrows them, and the names of their lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ...db.connection import select
from ...domain.reports import Asked, months
from ...errors import Refused
from ..where import Where

MOVED = "exists (select 1 from appointment n where n.rebooked_from_id = a.id)"
"""Whether a visit was booked again, so that it is not lost (T12). Index: ``appointment_rebooked``."""
STANDS = "a.status in ('S', 'C', 'M')"
"""Whether its time was kept for it: a canceled visit frees it at once, a missed one has used it up (T5)."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Who waits: ``progress`` is told months done and in all, ``stop`` says whether to give up."""

    progress: Callable[[int, int], object] = lambda done, total: None
    stop: Callable[[], bool] = lambda: False

    def each(self, asked: Asked) -> Iterator[tuple[date, date]]:
        """The months of the period, one after the other; :class:`Refused` when it is stopped."""
        return self.over(list(months(asked.first, asked.last)))

    def over(self, pieces: Sequence[tuple[date, date]]) -> Iterator[tuple[date, date]]:
        """The same of any pieces."""
        for done, piece in enumerate(pieces):
            if self.stop():
                raise Refused("The report was stopped.", "Take a shorter period.")
            yield piece
            self.progress(done + 1, len(pieces))


UNWATCHED = Watched()


def within(asked: Asked, first: date | None = None, last: date | None = None) -> Where:
    """The appointments of the period, or of a piece of it, as they are narrowed.

    The plus keeps the indexes of staff and room out, which know no days.
    """
    days = ((first or asked.first).isoformat(), (last or asked.last).isoformat())
    return narrowed(asked, Where("a.day between ? and ?", days))


def narrowed(asked: Asked, rows: Where, of: str = "a") -> Where:
    """Only of the staff, types and rooms that are asked for; ``of`` is what the table is called."""
    rows = rows.among(f"+{of}.staff_id", asked.staff_ids).among(f"+{of}.type_id", asked.type_ids)
    return rows.among(f"+{of}.room_id", asked.room_ids)


def counted(what: str, rows: Where, grouped: str) -> list[tuple[Any, ...]]:
    """The groups of the appointments that ``rows`` lets through."""
    return select(f"select {what} from appointment a where {rows.text} group by {grouped}", rows.params)


def staff_names() -> dict[int, str]:
    """Everybody who works here or did, in the clinic's order."""
    return dict(select("select id, name from staff order by position, name, id"))


def type_names() -> dict[int, str]:
    """Every appointment type, used or not, in the clinic's order; 0 is none."""
    rows = select("select id, name from appointment_type order by position, name, id")
    return {**dict(rows), 0: "No type"}
