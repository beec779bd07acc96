"""How a customer is reached, about which visit, and what was sent to them already (C2, A10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ..db.connection import select
from ..domain.contact import Number, Person
from ..domain.phones import takes_texts
from ..domain.rights import Right
from .customers import Record, address_lines, record
from .gate import guarded
from .links import join_link
from .merging import erased, pointer

STILL = 60 * 60
"""Seconds: a visit that began so long ago is still the one somebody writes about."""


class VisitFacts(NamedTuple):
    """The visit that a message is about; ``starts_at`` UTC seconds."""

    id: int
    starts_at: int
    minutes: int
    zone: str
    mode: str
    staff: str
    room: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A person; the visit that was chosen or is next, None where there is none; the same of a video visit,
    and its address; how many messages wait and have failed.
    """

    person: Person
    visit: VisitFacts | None
    video: VisitFacts | None
    join: str
    waiting: int
    failed: int


_VISIT = (
    "select a.id, a.starts_at, a.minutes, a.zone, a.mode, s.name, coalesce(r.name, '') from appointment a"
    " join staff s on s.id = a.staff_id left join room r on r.id = a.room_id where "
)
_NEXT = "a.customer_id = ? and a.starts_at > ? and a.status = 'S'{} order by a.starts_at, a.id limit 1"


@guarded(Right.SEE_CUSTOMER)
def contact(customer_id: int, appointment_id: int | None, now: int, rooms: str = "") -> Contact:
    """Everything the contact dialog shows; ``rooms`` is where those of video visits are
    (:mod:`~pim_tui.queries.links`). Indexes: as :func:`~pim_tui.queries.customers.record`;
    ``appointment (customer, starts_at)``; outbox (customer). Raises NotFound.
    """
    person = person_of(customer_id)
    chosen = _visits("a.id = ? and a.customer_id = ?", appointment_id, customer_id) if appointment_id else []
    following = chosen or _visits(_NEXT.format(""), customer_id, now - STILL)
    visit = following[0] if following else None
    video = visit if visit and visit.mode == "virtual" else next_video(customer_id, now)
    ((waiting, failed),) = select(
        "select coalesce(sum(case when state in ('waiting', 'sending', 'draft') then 1 else 0 end), 0),"
        " coalesce(sum(case when state in ('failed', 'unknown') then 1 else 0 end), 0)"
        " from outbox where customer_id = ?",
        [customer_id],
    )
    return Contact(person, visit, video, join_link(video.id, rooms) if video else "", waiting, failed)


@guarded(Right.SEE_CUSTOMER)
def next_video(customer_id: int, now: int) -> VisitFacts | None:
    """The customer's next video visit. Index: ``appointment (customer, starts_at)``."""
    found = _visits(_NEXT.format(" and a.mode = 'virtual'"), customer_id, now - STILL)
    return found[0] if found else None


@guarded(Right.SEE_CUSTOMER)
def next_join(customer_id: int, now: int, rooms: str = "") -> str:
    """The address of the customer's next video visit, empty where there is none; ``rooms`` and indexes as
    for :func:`contact`.
    """
    video = next_video(customer_id, now)
    return join_link(video.id, rooms) if video else ""


@guarded(Right.SEE_CUSTOMER)
def person_of(customer_id: int) -> Person:
    """How a customer is reached. Indexes: those of :func:`~pim_tui.queries.customers.record`."""
    found = record(customer_id)
    who = found.customer
    numbers = select(
        "select label, number, e164 from phone where customer_id = ? order by position, id", [customer_id]
    )
    return Person(
        found.id,
        found.number,
        who.name.full,
        who.name.first,
        who.name.last,
        tuple(Number(label, number, e164, _texts(e164)) for label, number, e164 in numbers),
        tuple(address for _, address in who.emails),
        address_lines(who),
        {one.channel: one for one in who.consents},
        _closed(found),
    )


def _texts(e164: str) -> bool:
    return bool(e164) and takes_texts(e164)


def _closed(found: Record) -> str:
    """Why nobody writes to them any more (P4, P5)."""
    if (elsewhere := pointer(found.id)) is not None:
        return f"the record is part of customer {elsewhere.survivor_number}"
    if erased(found.id):
        return "the record was erased"
    if found.customer.death_date is not None:
        return f"died {found.customer.death_date.isoformat()}"
    return ""


def _visits(where: str, *params: object) -> list[VisitFacts]:
    return [VisitFacts._make(row) for row in select(_VISIT + where, params)]
