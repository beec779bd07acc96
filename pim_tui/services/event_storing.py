"""Incoming visits and series stored a batch at a time, inside the batch's transaction."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..db.bulk import insert
from ..imports.events import EventRow
from ..imports.report import ADDED
from ..models import OutsideEvent, Series, SeriesDate, SeriesVisit
from ..queries import known
from .event_keys import LONGEST_UID
from .incoming import APPOINTMENTS, Run
from .visit_rows import Visit, columns, insert_visits, overbook, spans
from .visit_things import without_place

OVERBOOKED = "imported: overlapped another appointment"
"""The reason given for overbooking by an import (T9)."""
ICAL = "ics"
"""The system of ids that iCalendar's UIDs are."""
OVERLAPS = "overlaps another appointment; kept, and marked as overbooked"


@dataclass(slots=True)
class Coming:
    """A visit on its way into the book; ``series`` and its customer may be stand-ins, below zero."""

    row: EventRow
    visit: Visit
    series: int | None = None
    recurrence_at: int = 0


@dataclass(frozen=True, slots=True)
class NewSeries:
    """A series on its way into the book, with the columns of its row."""

    stand_in: int
    values: dict[str, Any]
    row: EventRow


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of the stand-ins of a batch: customers and series by their real ids."""

    customers: dict[int, int]
    series: dict[int, int]

    def customer(self, id_: int) -> int:
        """The real id."""
        return self.customers.get(id_, id_)


def placed(run: Run, coming: Sequence[Coming], file: str) -> list[dict[str, Any]]:
    """The columns of every visit, counted, and marked as overbooked where its time is taken (T7, T9)."""
    rows = [columns(one.visit, run.session, run.now) for one in coming]
    several = known.rooms_of_several()
    wanted = [(place, span) for place, values in enumerate(rows) for span in spans(values, several)]
    busy = known.taken([span for _, span in wanted])
    taken = without_place(rows, several)
    taken |= {place for (place, _), is_busy in zip(wanted, busy, strict=True) if is_busy}
    for place, (one, values) in enumerate(zip(coming, rows, strict=True)):
        if _is_taken(run, values, several, place in taken):
            overbook(values, run.session, OVERBOOKED)
            run.notice(APPOINTMENTS, file, one.row.line, OVERLAPS)
    return rows


def _is_taken(run: Run, values: dict[str, Any], several: Container[int], taken: bool) -> bool:
    """Count the visit; whether its time is taken, by one that was here or came in before it."""
    run.tally.count(APPOINTMENTS, ADDED)
    for what, id_, start, end in spans(values, several):
        taken = taken or run.scratch.occupied(f"{what} {id_}", start, end)
        run.scratch.occupy(f"{what} {id_}", start, end)
    return taken


def store(
    run: Run,
    file: str,
    coming: Sequence[Coming],
    series: Sequence[NewSeries],
    customers: dict[int, int],
    system: str,
) -> Settled:
    """Store a batch whose new customers are stored already; what became of its stand-ins."""
    settled = Settled(customers, {one.stand_in: _store_series(run, one, customers) for one in series})
    for one in coming:
        if one.visit.customer_id in customers:
            one.visit = replace(one.visit, customer_id=customers[one.visit.customer_id])
        if one.series is not None:
            one.series = settled.series.get(one.series, one.series)
    rows = placed(run, coming, file)
    ids = insert_visits(rows)
    for id_, values in zip(ids, rows, strict=True):
        run.stored("appointment", id_, {"id": id_, **values})
    _store_links(coming, ids, system)
    return settled


def _store_series(run: Run, new: NewSeries, customers: dict[int, int]) -> int:
    customer_id = new.values["customer_id"]
    values = {**new.values, "customer_id": customers.get(customer_id, customer_id)}
    id_ = int(Series.insert(values).execute())
    run.stored("series", id_, values)
    repeats = new.row.repeats
    dates = dict.fromkeys(repeats.added, "in") | dict.fromkeys(repeats.out, "out") if repeats else {}
    insert(
        (SeriesDate.series, SeriesDate.at, SeriesDate.kind), ((id_, at, kind) for at, kind in dates.items())
    )
    return id_


def _store_links(coming: Sequence[Coming], ids: Sequence[int], system: str) -> None:
    """Which visits belong to a series, and what other calendars call the others."""
    pairs = list(zip(coming, ids, strict=True))
    insert(
        (SeriesVisit.appointment, SeriesVisit.series, SeriesVisit.recurrence_at),
        [(id_, one.series, one.recurrence_at) for one, id_ in pairs if one.series is not None],
    )
    alone = [(one.row, id_) for one, id_ in pairs if one.series is None and system == ICAL]
    insert(
        (OutsideEvent.appointment, OutsideEvent.uid, OutsideEvent.sequence),
        [(id_, row.uid, max(0, row.sequence)) for row, id_ in alone if 0 < len(row.uid) <= LONGEST_UID],
    )
