"""Rows of the waiting list, read and stored inside a use case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..db.connection import select
from ..errors import Refused
from ..models import WaitingEntry
from ..queries.waiting import Waiting, entry
from .work import Work


def open_entry(work: Work, id_: int) -> Waiting:
    """The entry, if its customer still waits; else Refused (V1)."""
    found = entry(id_, work.session.zone)
    if found.withdrawn:
        raise Refused(
            f"{found.customer} does not wait any more: {found.standing}.",
            "Look at the waiting list again.",
            rule="V1",
        )
    return found


def updated(found: Waiting, columns: Mapping[str, Any]) -> None:
    """Store ``columns`` in the version after the one that was read under the lock."""
    query = WaitingEntry.update({**columns, "version": found.version + 1})
    if query.where(WaitingEntry.id == found.id, WaitingEntry.version == found.version).execute() != 1:
        raise AssertionError("the row changed under the write lock")


def closed(work: Work, found: Waiting, action: str, **columns: Any) -> None:
    """Nobody waits for it any more."""
    before = stored(found.id)
    updated(found, {**columns, "closed_at": work.now})
    work.changed(action, "waiting_entry", found.id, before, stored(found.id))


_STORED = (
    "id", "version", "customer_id", "urgency", "type_id", "minutes", "staff_id", "first_day", "last_day",
    "weekdays", "from_minute", "to_minute", "note", "appointment_id", "state", "booked_id", "closed_reason",
)  # fmt: skip


def stored(id_: int) -> dict[str, Any]:
    """An entry as the journal keeps it."""
    (row,) = select(f"select {', '.join(_STORED)} from waiting_entry where id = ?", [id_])
    return dict(zip(_STORED, row, strict=True))


def waits_again(work: Work, was: Mapping[str, Any]) -> None:
    """Whoever was given an earlier time from the list waits as before, when that is taken back.

    ``was`` is the appointment before it was set back: at the time that was offered, where it is no more.
    Indexes: primary key; those of the entry's customer and of the offer's entry.
    """
    found = select(
        "select w.id from appointment a join waiting_entry w on w.customer_id = a.customer_id"
        " join waiting_offer o on o.entry_id = w.id and o.state = 'accepted' and o.starts_at = ?"
        " where a.id = ? and w.state = 'booked' and w.booked_id = a.id"
        " and (a.status = 'X' or a.starts_at <> o.starts_at)",
        [was["starts_at"], was["id"]],
    )
    for (id_,) in found:
        before, one = stored(id_), entry(id_, work.session.zone)
        updated(one, {"state": "waiting", "booked_id": None, "closed_at": None, "closed_reason": ""})
        work.changed("undo", "waiting_entry", id_, before, stored(id_))
