"""What the book already knows about the rows of a file, asked for a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from ..db.connection import select
from .fitting import DAY


class Span(NamedTuple):
    """Time of one staff member, UTC seconds, half-open (T1)."""

    staff_id: int
    start: int
    end: int


def customers_by_external_id(system: str, values: Iterable[str]) -> dict[str, int]:
    """Customer ids by what ``system`` calls them. Index: ``external_id (system, value)``."""
    wanted = list(values)
    if not wanted:
        return {}
    rows = select(
        f"select value, customer_id from external_id where system = ? and value in ({_marks(wanted)})",
        [system, *wanted],
    )
    return dict(map(tuple, rows))


def staff_by_external_id(values: Iterable[str]) -> dict[str, int]:
    """Staff ids by external id. Index: ``staff (external_id)``."""
    return _by_external_id("staff", values)


def appointments_by_external_id(values: Iterable[str]) -> dict[str, int]:
    """Appointment ids by external id. Index: ``appointment (external_id)``."""
    return _by_external_id("appointment", values)


def _by_external_id(table: str, values: Iterable[str]) -> dict[str, int]:
    wanted = list(values)
    if not wanted:
        return {}
    rows = select(f"select external_id, id from {table} where external_id in ({_marks(wanted)})", wanted)
    return dict(map(tuple, rows))


class Namesake(NamedTuple):
    """A customer who shares something with a row of the file. ``sort_name`` is folded."""

    id: int
    sort_name: str


def born_on(days: Iterable[date]) -> dict[date, list[Namesake]]:
    """Customers by birth date. Index: ``customer (birth_date)``."""
    wanted = sorted({day.isoformat() for day in days})
    found: dict[date, list[Namesake]] = {}
    if wanted:
        rows = select(
            f"select birth_date, id, sort_name from customer where birth_date in ({_marks(wanted)})", wanted
        )
        for day, id_, sort_name in rows:
            found.setdefault(date.fromisoformat(day), []).append(Namesake(id_, sort_name))
    return found


def sort_names(ids: Iterable[int]) -> dict[int, str]:
    """The folded names of customers by id. Index: primary key."""
    wanted = list(ids)
    if not wanted:
        return {}
    return dict(
        map(tuple, select(f"select id, sort_name from customer where id in ({_marks(wanted)})", wanted))
    )


def reached_by(emails: Iterable[str], phones: Iterable[str]) -> dict[str, list[int]]:
    """Customer ids by folded email address and by E.164 number.

    Indexes: ``email (folded)``, ``phone (e164)``.
    """
    found: dict[str, list[int]] = {}
    for table, column, values in (("email", "folded", emails), ("phone", "e164", phones)):
        if wanted := list(filter(None, values)):
            rows = select(
                f"select {column}, customer_id from {table} where {column} in ({_marks(wanted)})", wanted
            )
            for value, customer_id in rows:
                found.setdefault(value, []).append(customer_id)
    return found


def taken(spans: Sequence[Span]) -> list[bool]:
    """For each span, whether any appointment occupies that staff member then (T5, T6).

    Indexes: ``appointment (staff, occupied_from)``, and the partial one of stays of over a day.
    """
    busy = {row[0] for start in range(0, len(spans), _AT_ONCE) for row in _busy(spans, start)}
    return [place in busy for place in range(len(spans))]


_AT_ONCE = 200
_BUSY = (
    "select w.place from wanted w where exists (select 1 from appointment a where a.staff_id = w.staff_id"
    f" and a.occupied_from > w.starts - {DAY} and a.occupied_from < w.ends and a.occupied_to > w.starts)"
    " or exists (select 1 from appointment a where a.staff_id = w.staff_id"
    f" and a.occupied_to - a.occupied_from > {DAY} and a.occupied_to > w.starts and a.occupied_from < w.ends)"
)


def _busy(spans: Sequence[Span], start: int) -> list[tuple[int, ...]]:
    # Whole numbers are written out: as parameters PostgreSQL would take them for text.
    values = ", ".join(
        f"({place}, {int(span.staff_id)}, {int(span.start)}, {int(span.end)})"
        for place, span in enumerate(spans[start : start + _AT_ONCE], start)
    )
    return select(f"with wanted (place, staff_id, starts, ends) as (values {values}) {_BUSY}")


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
