"""The sentence under the quick line: what was understood, in one line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from ..moments import day_label
from .catalogue import Catalogue
from .shapes import Names, Reading

_MODES = {"in_person": "in person", "virtual": "online", "phone": "by phone"}
_SHOWN = 200
_NOTICES = 3


def sentence(reading: Reading, names: Names, book: Catalogue) -> str:
    """ "jane doe · Mon 30 Nov 2026 10:30-11:00 · Follow-up · Dr Lee · in person · reason: ..." """
    parts = [
        reading.customer_words or (names.customer_name if reading.customer is not None else "customer?"),
        _when(reading, names.starts),
        _named(reading.type, lambda one: book.types.by_id[one].name),
        _named(reading.staff, lambda one: book.staff.names[one]),
        _named(reading.room, lambda one: book.rooms.names[one]),
        _MODES.get(reading.mode or "in_person", reading.mode or ""),
        f"reason: {_one_line(reading.reason)}" if reading.reason else "",
        *reading.notices[:_NOTICES],
    ]
    return " · ".join(part for part in (_one_line(part) for part in parts) if part)


def _when(reading: Reading, known: datetime | None) -> str:
    said, at = reading.day, reading.time
    if known is not None and not (reading.days or reading.times):
        said, at = known.date(), known.time()
    day = day_label(said) if said else "day?"
    if at is None:
        return f"{day} time? ({reading.minutes} min)"
    # Any day will do: only the clock of the end is shown.
    start = datetime.combine(datetime(2000, 1, 1), at)
    end = start + timedelta(minutes=reading.minutes)
    return f"{day} {start:%H:%M}-{end:%H:%M}"


def _named(ids: Sequence[int], name: Callable[[int], str]) -> str:
    return " or ".join(name(one) for one in ids[:3]) + (" ..." if len(ids) > 3 else "") + "?" * (len(ids) > 1)


def _one_line(text: str) -> str:
    plain = " ".join(text[: 2 * _SHOWN].split())
    return plain if len(plain) <= _SHOWN and len(text) <= 2 * _SHOWN else plain[: _SHOWN - 1] + "…"
