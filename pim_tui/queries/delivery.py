"""What delivery takes out of the outbox, and how it stands."""

from __future__ import annotations

from typing import NamedTuple

from ..db.connection import select
from ..domain.jsontext import from_json
from ..domain.rights import Right
from .following import Queued, queued_whole
from .gate import guarded


class Taken(NamedTuple):
    """A message that is to go out. ``state`` is what it was before it was taken: ``sending`` may have gone
    already. ``tries`` counts those that failed. ``service`` and ``key`` are what an earlier try noted.
    Instants are UTC seconds.
    """

    id: int
    kind: str
    window: str
    state: str
    channel: str
    appointment_id: int | None
    version: int | None
    customer_id: int | None
    why: str
    payload: str
    tries: int
    due_at: int
    created_at: int
    expires_at: int | None
    troubled_since: int | None
    service: str
    key: str

    @property
    def named(self) -> str:
        """Its kind, in words."""
        return self.kind.replace("_", " ")

    @property
    def queued(self) -> Queued:
        """As a message about a visit."""
        about = (self.appointment_id or 0, self.version or 0, self.customer_id, self.why)
        return Queued(
            self.id, self.kind, self.window, self.state, self.channel, *about, from_json(self.payload)
        )


_TAKEN = (
    'select id, kind, "window", state, channel, appointment_id, appointment_version, customer_id, why,'
    " payload, tries, due_at, created_at, expires_at, troubled_since, service, key from outbox"
)
DUE = (
    f"{_TAKEN} where state in ('waiting', 'sending') and channel = ? and due_at <= ?"
    " and (leased_until is null or leased_until <= ?) order by due_at, id limit ?"
)


def due(channel: str, now: int, limit: int) -> list[Taken]:
    """What is due and in nobody's hands, the longest due first. Index: outbox_open (channel, due_at)."""
    return [Taken._make(row) for row in select(DUE, [channel, now, now, limit])]


def due_one(message_id: int, now: int) -> Taken | None:
    """One row, if it is due and in nobody's hands. Index: primary key."""
    rows = select(
        f"{_TAKEN} where id = ? and state in ('waiting', 'sending') and due_at <= ?"
        " and (leased_until is null or leased_until <= ?)",
        [message_id, now, now],
    )
    return Taken._make(rows[0]) if rows else None


def newest_waiting(channel: str, now: int) -> tuple[int, int] | None:
    """The row of a channel that was queued last and waits: its id and when it is due. Index: outbox_open."""
    rows = select(
        "select id, due_at from outbox where state = 'waiting' and channel = ? and due_at > ?"
        " order by id desc limit 1",
        [channel, now],
    )
    return (rows[0][0], rows[0][1]) if rows else None


def taken(message_id: int) -> Taken | None:
    """One message, whatever its state; None where there is none. Index: primary key."""
    rows = select(f"{_TAKEN} where id = ?", [message_id])
    return Taken._make(rows[0]) if rows else None


def was_told(appointment_id: int, customer_id: int | None, series_id: int | None = None) -> bool:
    """Whether this customer was told of the visit, its series or ``series_id`` as a whole, or may have been.

    Indexes: ``outbox (appointment)``, ``outbox (customer)``.
    """
    if select(
        "select 1 from outbox where appointment_id = ? and customer_id = ? and kind <> 'cancellation'"
        " and state in ('sending', 'sent', 'delivered', 'unknown') limit 1",
        [appointment_id, customer_id],
    ):
        return True
    rows = select("select series_id from series_visit where appointment_id = ?", [appointment_id])
    ids = {id_ for (id_,) in rows} | ({series_id} if series_id is not None else set())
    whole = [one for found in queued_whole(ids).values() for one in found]
    told = [one for one in whole if one.kind == "invitation" and one.customer_id == customer_id]
    return any(one.state in ("sending", "sent", "delivered", "unknown") for one in told)


def said_no(customer_id: int | None, channel: str) -> bool:
    """Whether the customer does not want to be written to on this channel (P5). Index: ``consent (customer,
    channel)``.
    """
    return bool(
        select(
            "select 1 from consent where customer_id = ? and channel = ? and answer = 'no'",
            [customer_id, channel],
        )
    )


def died_on(customer_id: int | None) -> str:
    """The day on which the customer has died, empty where they have not. Index: primary key."""
    rows = select("select death_date from customer where id = ? and death_date is not null", [customer_id])
    return str(rows[0][0]) if rows else ""


def has_address(customer_id: int | None, channel: str, to: str) -> bool:
    """Whether the customer's record has this address, or number in E.164. Indexes: ``email`` and ``phone`` by
    customer.
    """
    table, column = ("email", "address") if channel == "email" else ("phone", "e164")
    sql = f"select 1 from {table} where customer_id = ? and {column} = ? limit 1"
    return bool(select(sql, [customer_id, to]))


class Failed(NamedTuple):
    """A message that has failed for good, and why. ``number`` and ``customer`` say to whom, where that is
    known.
    """

    id: int
    kind: str
    window: str
    number: int | None
    customer: str
    why: str


@guarded(Right.DELIVER)
def failed(limit: int) -> list[Failed]:
    """The newest that have failed, on whatever channel. Index: outbox_failed (due_at)."""
    rows = select(
        "select o.id, o.kind, o.\"window\", c.number, coalesce(trim(c.first_name || ' ' || c.last_name), ''),"
        " o.why from outbox o left join customer c on c.id = o.customer_id"
        " where o.state = 'failed' order by o.due_at desc, o.id desc limit ?",
        [limit],
    )
    return [Failed._make(row) for row in rows]
