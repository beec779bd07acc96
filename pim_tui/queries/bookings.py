"""What the book knows of bookings that were made at a service outside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..db.connection import select
from ..db.many import marks, pieces
from ..domain.calendly import CALENDLY, look_again

BOOK = "booking there"
"""The kind of row in the outbox that books a visit at the service."""


class Kept(NamedTuple):
    """A booking as the service was last heard, and the visit that it is; see ``models.Booking``."""

    id: int
    service: str
    key: str
    event: str
    changed: str
    state: str
    name: str
    email: str
    phone: str
    title: str
    host: str
    starts_at: int
    minutes: int
    answers: str
    join_url: str
    cancel_url: str
    move_url: str
    no_show: str
    missed: int
    why: str
    customer_id: int | None
    appointment_id: int | None

    @property
    def active(self) -> bool:
        """Whether it stands at the service."""
        return self.state == "active"


_KEPT = f"select {', '.join(Kept._fields)} from booking"


def _first(sql: str, params: Sequence[object]) -> Kept | None:
    rows = select(sql, params)
    return Kept._make(rows[0]) if rows else None


def by_key(service: str, key: str) -> Kept | None:
    """One booking. Index: ``booking (service, key)``."""
    return _first(f"{_KEPT} where service = ? and key = ?", [service, key])


def of_visits(ids: Iterable[int]) -> list[Kept]:
    """Every booking that those visits are or were. Index: ``booking (appointment)``."""
    return [
        Kept._make(row)
        for some in pieces(ids)
        for row in select(f"{_KEPT} where appointment_id in ({marks(some)})", some)
    ]


def of_event(service: str, event: str) -> list[Kept]:
    """Everybody who booked that event, as far as is known. Index: ``booking (event)``."""
    rows = select(f"{_KEPT} where event = ? and service = ? order by id", [event, service])
    return [Kept._make(row) for row in rows]


def marks_of(service: str, events: Sequence[str], now: int) -> dict[str, str]:
    """When each of these events was changed last, as far as is known; none of one that is to be read again.

    Index: ``booking (event)``.
    """
    found: dict[str, str] = {}
    for some in pieces(events):
        rows = select(
            "select event, min(changed), min(seen_at), max(starts_at + minutes * 60) from booking"
            f" where event in ({marks(some)}) and service = ? group by event",
            [*some, service],
        )
        found |= {event: mark for event, mark, seen, ends in rows if not look_again(seen, ends, now)}
    return found


def ahead(service: str, since: int, until: int) -> list[tuple[int, str]]:
    """Id and event of what stands at the service and begins then. Index: ``booking_ahead``."""
    return [
        (id_, event)
        for id_, event in select(
            "select id, event from booking where service = ? and state = 'active' and starts_at between ?"
            " and ? order by starts_at, id",
            [service, since, until],
        )
    ]


def gone(service: str, passes: int) -> list[str]:
    """The events that so many complete passes did not have. Index: ``booking_ahead``."""
    return [
        event
        for (event,) in select(
            "select distinct event from booking where service = ? and state = 'active' and missed >= ?",
            [service, passes],
        )
    ]


def unsettled(service: str, since: int, now: int) -> list[Kept]:
    """What begins after ``since`` and is not what it could be: without a visit or for somebody unknown, or
    with a mark that nobody came, though the visit was never missed and has begun by now.

    Indexes: ``booking_ahead``, ``journal (kind, row_id)``.
    """
    rows = select(
        f"{_KEPT} where service = ? and state = 'active' and starts_at >= ? and (appointment_id is null"
        " or customer_id is null or (no_show <> '' and starts_at <= ? and not exists (select 1 from journal j"
        " where j.kind = 'appointment' and j.row_id = booking.appointment_id and j.action = 'miss')))"
        " order by starts_at, id",
        [service, since, now],
    )
    return [Kept._make(row) for row in rows]


def unplaced(now: int) -> list[tuple[str, int]]:
    """Who has booked what is to come and has no visit here, and when it begins. Index: booking_ahead."""
    rows = select(
        "select name, starts_at from booking where service = ? and state = 'active' and starts_at >= ?"
        " and appointment_id is null order by starts_at, id",
        [CALENDLY, now],
    )
    return [(name, starts_at) for name, starts_at in rows]


def reached(emails: Iterable[str], phones: Iterable[str]) -> tuple[set[int], set[int]]:
    """The customers in use with one of these folded addresses, and those with one of these E.164 numbers.

    Indexes: ``email (folded)``, ``phone (e164)``, primary key.
    """
    found = []
    for table, column, values in (("email", "folded", emails), ("phone", "e164", phones)):
        wanted = list(filter(None, values))
        rows = (
            select(
                f"select distinct t.customer_id from {table} t join customer c on c.id = t.customer_id"
                f" where t.{column} in ({marks(wanted)}) and c.active = 1 and c.death_date is null",
                wanted,
            )
            if wanted
            else []
        )
        found.append({int(id_) for (id_,) in rows})
    return found[0], found[1]


def without_booking(customer_id: int, staff_id: int, starts_at: int) -> int | None:
    """The visit of that customer with that staff member, at that start, which no booking stands for.

    One that a canceled booking left at its time waits for what that was moved to.
    Index: ``appointment (customer, starts_at)``.
    """
    rows = select(
        "select a.id from appointment a where a.customer_id = ? and a.starts_at = ? and a.staff_id = ? and"
        " a.status = 'S' and not exists (select 1 from booking b where b.appointment_id = a.id"
        " and (b.state = 'active' or b.starts_at = a.starts_at)) order by a.id",
        [customer_id, starts_at, staff_id],
    )
    return rows[0][0] if rows else None


def underway(starts_at: int) -> list[tuple[int, str]]:
    """The visits of that start which are being booked at the service, with what is known of it there.

    Index: ``outbox_open``.
    """
    return [
        (id_, payload)
        for id_, payload in select(
            "select o.appointment_id, o.payload from outbox o join appointment a on a.id = o.appointment_id"
            " where o.channel = 'booking' and o.state in ('waiting', 'sending') and o.kind = ?"
            " and a.starts_at = ? and not exists (select 1 from booking b where b.appointment_id = a.id"
            " and b.state = 'active')",
            [BOOK, starts_at],
        )
    ]


def to_look_at(now: int) -> list[tuple[int, str]]:
    """Visits to come that a service has otherwise, each with what it says. Indexes: ``booking_told``,
    primary key.
    """
    return [
        (id_, why)
        for id_, why in select(
            "select a.id, b.why from booking b join appointment a on a.id = b.appointment_id"
            " where b.why <> '' and a.status = 'S' and a.starts_at >= ?",
            [now],
        )
    ]


def colliding(service: str, now: int, reason: str) -> list[int]:
    """Visits to come that were overbooked for that reason and still are over another one.

    Indexes: ``booking_ahead``, ``appointment (staff, occupied_from)`` and that of long stays.
    """
    over = (
        "exists (select 1 from appointment o where o.{0} = a.{0} and o.id <> a.id and o.occupied_from"
        " < a.occupied_to and o.occupied_to > a.occupied_from)"
    )
    return [
        id_
        for (id_,) in select(
            "select a.id from appointment a join booking b on b.appointment_id = a.id and b.state = 'active'"
            " where b.service = ? and b.starts_at >= ? and a.status = 'S' and a.overbook_reason = ? and"
            f" ({over.format('staff_id')} or {over.format('room_id')})",
            [service, now - 86_400, reason],
        )
    ]


class Asked(NamedTuple):
    """A row of the outbox that tells the service about a visit."""

    id: int
    kind: str
    state: str
    payload: str
    version: int


def asked_of(appointment_ids: Iterable[int]) -> list[tuple[int, Asked]]:
    """What waits or is under way for those visits, with whose it is. Index: ``outbox (appointment)``."""
    return [
        (row[0], Asked._make(row[1:]))
        for some in pieces(appointment_ids)
        for row in select(
            "select appointment_id, id, kind, state, payload, appointment_version from outbox"
            f" where appointment_id in ({marks(some)}) and channel = 'booking'"
            " and state in ('waiting', 'sending') order by id",
            some,
        )
    ]


def booked_at(since: int) -> list[int]:
    """When bookings were made there since then. Index: ``outbox (due_at)``."""
    rows = select(
        "select sent_at from outbox where channel = 'booking' and kind = ? and due_at >= ? and sent_at >= ?",
        [BOOK, since - 86_400, since],
    )
    return [at for (at,) in rows]
