"""What hangs on appointments is as they are: the waiting list, held times, messages, series (T8, T11, S7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ..db.connection import select
from ..db.soundness import SHOWN
from ..domain.jsontext import from_json
from ..domain.messages import Words, faults_of, fields_of
from ..domain.moments import as_written
from ..domain.recurrence import read_rule
from ..domain.states import Status
from ..errors import PimError
from .paging import paged

Found = Iterator[tuple[str, int | None, str]]


def waiting() -> Found:
    """Entries of the waiting list against their offers and visits. Indexes: ``waiting_offer_once``, and
    ``waiting_entry (state, urgency, created_at)``.
    """
    for entry, offer in select(
        "select e.id, o.id from waiting_offer o join waiting_entry e on e.id = o.entry_id"
        f" where o.state = 'offered' and e.state <> 'waiting' order by e.id limit {SHOWN + 1}"
    ):
        yield "waiting_entry", entry, f"is closed, but offer {offer} of it is open"
    for entry, customer, visit, whose in select(
        "select e.id, e.customer_id, e.booked_id, a.customer_id from waiting_entry e"
        " left join appointment a on a.id = e.booked_id where e.state = 'booked'"
        f" and (a.id is null or a.customer_id <> e.customer_id) order by e.id limit {SHOWN + 1}"
    ):
        whom = "nobody's" if whose is None else f"customer {whose}'s"
        yield "waiting_entry", entry, f"of customer {customer} was booked as {visit}, which is {whom}"


def holds() -> Found:
    """Held times: nobody's twice, and none for who waits no more. There are as many as desks that talk."""
    for id_, other in select(
        "select h.id, o.id from hold h join hold o on o.staff_id = h.staff_id and o.id < h.id"
        f" and o.starts_at < h.ends_at and o.ends_at > h.starts_at order by h.id limit {SHOWN + 1}"
    ):
        yield "hold", id_, f"is of a time that hold {other} has"
    for id_, entry in select(
        "select h.id, e.id from hold h join waiting_entry e on e.id = h.entry_id where e.state <> 'waiting'"
        f" order by h.id limit {SHOWN + 1}"
    ):
        yield "hold", id_, f"is for entry {entry} of the waiting list, which is closed"


def messages() -> Found:
    """What waits to be sent about a visit that is not Scheduled, or not as the message says (S7).

    Index: primary key.
    """
    for id_, kind, payload, *visit in paged(
        "select o.id, o.kind, o.payload, a.status, a.starts_at, a.staff_id, a.room_id, a.mode from outbox o"
        " join appointment a on a.id = o.appointment_id where o.id > ? and o.state = 'waiting'"
        " and o.kind in ('invitation', 'reminder') order by o.id limit ?"
    ):
        said = from_json(payload)
        status, *facts = visit
        if status != Status.SCHEDULED:
            yield "outbox", id_, f"the {kind} waits, and its visit is {Status(status).word}"
        elif facts != [said.get(name) for name in ("starts_at", "staff_id", "room_id", "mode")]:
            yield "outbox", id_, f"the {kind} waits, and its visit was changed"


def templates() -> Found:
    """The clinic's own words have no fields but those of their kind (S7). Some dozens of rows."""
    for id_, kind, channel, subject, body in select(
        "select id, kind, channel, subject, body from message_template order by id"
    ):
        for fault in faults_of(Words(subject, body), channel, fields_of(kind)):
            yield "message_template", id_, f"{fault.field}: {fault.message}"


def series() -> Found:
    """Rules can be worked out, and series begin where their first visit is on the wall (T4, T11).

    Index: primary key.
    """
    for id_, rule, wall, zone, starts_at in paged(
        "select id, rule, wall, zone, starts_at from series where id > ? order by id limit ?"
    ):
        try:
            if rule:
                read_rule(rule)
            begins = as_written(datetime.fromisoformat(wall), zone)
        except (PimError, ValueError) as error:
            yield "series", id_, f"cannot be worked out: {error}"
            continue
        if begins != starts_at:
            yield "series", id_, f"begins {wall} on the wall, which is another instant than its own"
