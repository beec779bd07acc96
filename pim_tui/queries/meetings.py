"""Visits and the meetings that services made for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..db.connection import select
from ..db.many import marks, pieces
from ..domain.jsontext import from_json
from ..domain.meetings import CHANNEL


class Met(NamedTuple):
    """A visit as it is now, and its meeting as the service was last told. ``key`` is empty, and what follows
    it None or empty, where it has no meeting. ``brought`` is 1 where a booking from outside has brought a
    link of its own. Instants are UTC seconds.
    """

    id: int
    version: int
    customer_id: int
    status: str
    mode: str
    starts_at: int
    minutes: int
    zone: str
    staff: str
    email: str
    brought: int
    meeting_id: int | None
    key: str
    host: str
    topic: str
    told_starts_at: int | None
    told_minutes: int | None

    @property
    def ends_at(self) -> int:
        """When the visit is over."""
        return self.starts_at + self.minutes * 60


_MET = (
    "select a.id, a.version, a.customer_id, a.status, a.mode, a.starts_at, a.minutes, a.zone, s.name,"
    " s.email, case when exists (select 1 from booking b where b.appointment_id = a.id"
    " and b.state = 'active' and b.join_url <> '') then 1 else 0 end, m.id,"
    " coalesce(m.key, ''), coalesce(m.host, ''), coalesce(m.topic, ''), m.starts_at, m.minutes"
    " from appointment a join staff s on s.id = a.staff_id"
    " left join meeting m on m.appointment_id = a.id and m.state = 'made' where a.id in ({})"
)


def met(ids: Iterable[int]) -> list[Met]:
    """Those visits. Indexes: primary keys, meeting (appointment), booking (appointment)."""
    found: list[Met] = []
    for some in pieces(dict.fromkeys(ids)):
        found += map(Met._make, select(_MET.format(marks(some)), some))
    return found


class Errand(NamedTuple):
    """What a service is to be told of a visit, or may have been. ``window`` is what for (make, change,
    remove), ``key`` what the service calls the meeting, where it has answered; ``host`` and ``starts_at`` are
    those of a meeting that it was asked to make, where it was.
    """

    id: int
    appointment_id: int
    window: str
    state: str
    key: str
    host: str
    starts_at: int

    @property
    def doubtful(self) -> bool:
        """Whether the service was asked to make a meeting, and nobody has seen it."""
        return bool(self.host) and not self.key


def errands(ids: Iterable[int]) -> list[Errand]:
    """All of those visits, the oldest first. Index: outbox (appointment)."""
    found: list[Errand] = []
    for some in pieces(dict.fromkeys(ids)):
        rows = select(
            'select id, appointment_id, "window", state, key, payload from outbox'
            f" where appointment_id in ({marks(some)}) and channel = ? order by id",
            [*some, CHANNEL],
        )
        found += [Errand._make((*row[:5], *asked_of(row[5]))) for row in rows]
    return found


def asked_of(payload: str) -> tuple[str, int]:
    """The host and the start of the meeting that was asked for; empty and 0 where none was."""
    facts = from_json(payload)
    host, starts_at = facts.get("host"), facts.get("asked_at")
    return (host, starts_at) if isinstance(host, str) and type(starts_at) is int else ("", 0)


def in_other_hands(appointment_id: int, key: str, now: int) -> bool:
    """Whether another worker than ``key`` tells a service of this visit. Index: outbox (appointment)."""
    return bool(
        select(
            "select 1 from outbox where appointment_id = ? and channel = ? and state = 'sending'"
            " and leased_by <> ? and leased_until > ? limit 1",
            [appointment_id, CHANNEL, key, now],
        )
    )


def asked_since(appointment_id: int) -> int | None:
    """Since when a service is to be told of this visit; None where it knows. Index: outbox (appointment)."""
    ((since,),) = select(
        "select min(created_at) from outbox where appointment_id = ? and channel = ?"
        " and state in ('waiting', 'sending')",
        [appointment_id, CHANNEL],
    )
    return None if since is None else int(since)


class Startable(NamedTuple):
    """A meeting that may be started, of which service, and whose visit it is."""

    id: int
    service: str
    key: str
    customer_id: int


def startable(appointment_id: int) -> Startable | None:
    """The meeting of a visit; None where it has none. Index: meeting (appointment)."""
    rows = select(
        "select m.id, m.service, m.key, a.customer_id from meeting m join appointment a"
        " on a.id = m.appointment_id where m.appointment_id = ? and m.state = 'made'",
        [appointment_id],
    )
    return Startable._make(rows[0]) if rows else None


def why_none(appointment_id: int) -> str:
    """Why the service has made no meeting yet, in its last words; empty where nothing is known.

    Index: ``outbox (appointment)``.
    """
    rows = select(
        "select why from outbox where appointment_id = ? and channel = ? and why <> ''"
        " and state in ('waiting', 'sending', 'failed') order by id desc limit 1",
        [appointment_id, CHANNEL],
    )
    return str(rows[0][0]) if rows else ""


class PassRow(NamedTuple):
    """The pass that all processes share at a service: ``ends_at`` is None and ``token`` empty without one.
    ``leased_by`` has the row until ``leased_until``. Instants are UTC seconds.
    """

    token: str
    ends_at: int | None
    memory: str
    leased_by: str
    leased_until: int | None


def pass_row(name: str) -> PassRow | None:
    """The pass under ``name``. Index: service (name)."""
    rows = select(
        "select token, token_ends, memory, leased_by, leased_until from service where name = ?", [name]
    )
    return PassRow._make(rows[0]) if rows else None
