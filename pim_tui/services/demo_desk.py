"""What a desk has before it in the made-up clinic: people who wait for a time, and messages that wait."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from ..db.connection import select
from ..domain.rights import Right
from ..domain.session import Session
from ..models import WaitingEntry
from .audit import Change
from .messages import BY_ITSELF, follow
from .work import Work

HOUR = 3600
REMINDED = 6
"""Visits of the next days whose customers are reminded."""
INVITED = 2
"""Of them those that were booked just now."""


def lay_out(session: Session, now: int, today: date, jane: int) -> None:
    """Fill the waiting list, and queue the messages of some visits ahead. Inside the demo's transaction.

    ``jane`` is the customer whom people try things with: she is in neither.
    """
    session.needs(Right.WAITING_LIST)
    _wait(session, now, today, jane)
    _remind(session, now)


def _wait(session: Session, now: int, today: date, jane: int) -> None:
    """Four who have nothing booked, and one who would come earlier than they are booked for."""
    free = select(
        "select c.id from customer c where c.id <> ? and c.active = 1 and c.death_date is null"
        " and exists (select 1 from phone p where p.customer_id = c.id and p.e164 <> '')"
        " and not exists (select 1 from appointment a where a.customer_id = c.id and a.day >= ?)"
        " order by c.id limit 4",
        [jane, today.isoformat()],
    )
    doctor, physio = (row[0] for row in select(_STAFF_OF, ["Dr Hannah Lee", "Tomasz Kowalski"]))
    wishes: tuple[dict[str, Any], ...] = (
        {"urgency": 2, "minutes": 30, "note": "Knee swollen since yesterday"},
        {"urgency": 2, "minutes": 20, "staff": doctor, "weekdays": "03", "to_minute": 12 * 60},
        {"urgency": 1, "minutes": 30, "last_day": today + timedelta(days=10), "note": "Travels on then"},
        {"urgency": 0, "minutes": 30, "staff": physio, "from_minute": 13 * 60},
    )
    for days, ((customer_id,), wish) in enumerate(zip(free, wishes, strict=False), 1):
        _add(session, now - days * 26 * HOUR, customer=customer_id, **wish)
    for customer_id, visit_id, minutes, staff_id in select(
        _LATER, [(today + timedelta(days=14)).isoformat()]
    ):
        _add(
            session,
            now - 50 * HOUR,
            customer=customer_id,
            urgency=1,
            minutes=minutes,
            staff=staff_id,
            appointment=visit_id,
            note="Would come earlier",
        )


_STAFF_OF = "select id from staff where name in (?, ?) order by position"
_LATER = (
    "select customer_id, id, minutes, staff_id from appointment where day >= ? and status = 'S'"
    " and mode = 'in_person' order by starts_at, id limit 1"
)


def _add(session: Session, since: int, **columns: Any) -> None:
    WaitingEntry.insert(**columns, created_at=since, created_by=session.staff_id).execute()


def _remind(session: Session, now: int) -> None:
    """Queue what the rules queue for visits from the day after tomorrow on, the first of them just booked."""
    rows = select(
        "select id from appointment a where status = 'S' and starts_at > ? and exists"
        " (select 1 from consent o where o.customer_id = a.customer_id and o.channel = 'email'"
        " and o.answer = 'yes') order by starts_at, id limit ?",
        [now + 48 * HOUR, REMINDED],
    )
    follow(
        Work(session, now),
        [
            Change("book" if place < INVITED else BY_ITSELF, "appointment", id_, None, {})
            for place, (id_,) in enumerate(rows)
        ],
    )
