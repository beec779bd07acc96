"""Appointments as rows of a table: one value a column, the same for CSV and JSON Lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..domain.handout import STATE_WORDS, VisitOut, of_clinic
from .instants import iso

Value = str | int | bool | None

COLUMNS = (
    "uid", "sequence", "series", "date", "time", "zone", "start", "minutes", "status",
    "customer_number", "customer", "staff", "room", "type", "mode", "reason", "note",
    "cancel_reason", "canceled_by", "confirmed_at", "arrived_at", "seated_at", "left_at",
)  # fmt: skip
"""``date`` and ``time`` are local in ``zone``; ``start`` and whatever ends in ``_at`` is UTC, ISO 8601."""


def rows(visits: Iterable[VisitOut], clinic: str) -> Iterator[tuple[Value, ...]]:
    """The values of each visit, in the order of :data:`COLUMNS`.

    Taken apart in one step: there may be a million of them.
    """
    for (
        id_, version, uid, sequence, series, day, wall, zone, starts_at, minutes, status, number, customer,
        staff, room, type_, mode, reason, note, cancel_reason, cancelled_by, *times,
    ) in visits:  # fmt: skip
        confirmed, arrived, seated, left = times
        yield (
            uid or of_clinic("visit", id_, clinic), (sequence or 0) + version - 1, series, day, wall, zone,
            iso(starts_at), minutes, STATE_WORDS[status], number, customer, staff, room, type_, mode, reason,
            note, cancel_reason, cancelled_by,
            None if confirmed is None else iso(confirmed), None if arrived is None else iso(arrived),
            None if seated is None else iso(seated), None if left is None else iso(left),
        )  # fmt: skip
