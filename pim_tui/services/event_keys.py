"""By what an incoming event is recognised the next time: its UID, or a digest of its values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from ..imports.events import EventRow
from .event_series import Item, SeriesPart, SeriesStart

LONGEST_UID = 255
"""Characters of a UID that the tables keep."""


def uid_of(row: EventRow) -> str:
    """The UID, as long as a table keeps it; of an event without one a digest of its values."""
    return row.uid if 0 < len(row.uid) <= LONGEST_UID else _digest(row.uid or _values(row))


def key_of(system: str, item: Item) -> str:
    """The external id of a visit whose ids go by ``system``; empty for a series, which has none."""
    if isinstance(item, SeriesStart):
        return ""
    row = item.row
    at = item.recurrence_at if isinstance(item, SeriesPart) else row.recurrence_at
    told = (uid_of(row) if isinstance(item, SeriesPart) else row.uid) or _values(row)
    return visit_key(system, told, at)


def visit_key(system: str, told: str, recurrence_at: int | None = None) -> str:
    """The external id of a visit: of the event's id or values, and of where its series puts it."""
    return f"{system}:{_digest(told if recurrence_at is None else f'{told} {recurrence_at}')}"


def _values(row: EventRow) -> str:
    """What tells an event without an id from others: when, who, with whom and what."""
    told: Iterable[object] = (
        row.starts_at, row.minutes, row.summary, row.kind, row.customer.name, row.customer.email,
        row.customer.phone, row.customer.number, row.staff.name, row.own.get("reason", ""), row.location,
        row.description,
    )  # fmt: skip
    return "\x1f".join(map(str, told))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
