"""What follows from a change of a visit: whom it concerns, and what waits or was sent about it (S7, P5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ..db.connection import select
from ..db.many import marks, pieces
from ..domain.jsontext import from_json
from ..domain.people import may_write
from .texting import texting

ABOUT_VISITS = ("invitation", "reminder", "cancellation")


class Reach(NamedTuple):
    """A visit as it is now, and how its customer may be reached.

    ``open_to`` is 0 for who is here already, is no longer a customer, became part of another record, was
    erased or has died.
    ``email`` and ``sms`` are the answers about them (P5); ``addresses`` counts what there is, ``numbers``
    is 0 where no number takes text messages. ``series_id`` is the series it is of, if any, and
    ``series_customer`` whose that is.
    """

    id: int
    version: int
    status: str
    starts_at: int
    minutes: int
    staff_id: int
    room_id: int | None
    mode: str
    customer_id: int
    open_to: int
    email: str
    sms: str
    addresses: int
    numbers: int
    series_id: int | None
    series_customer: int | None


_ANSWER = "coalesce((select answer from consent where customer_id = c.id and channel = '{}'), 'unknown')"
_REACH = (
    "select a.id, a.version, a.status, a.starts_at, a.minutes, a.staff_id, a.room_id, a.mode, a.customer_id,"
    " case when c.active = 1 and c.death_date is null and a.arrived_at is null then 1 else 0 end,"
    f" {_ANSWER.format('email')}, {_ANSWER.format('sms')},"
    " (select count(*) from email where customer_id = c.id),"
    " (select count(*) from phone where customer_id = c.id and e164 <> ''), s.id,"
    " s.customer_id"
    " from appointment a join customer c on c.id = a.customer_id"
    " left join series_visit v on v.appointment_id = a.id"
    " left join series s on s.id = v.series_id where a.id in ({})"
)


def reach(ids: Iterable[int], *, unknown: bool = True) -> list[Reach]:
    """Those visits. ``unknown`` is whether who was never asked about texts gets any: only of who does is it
    looked up which number takes them. Indexes: primary keys; ``consent``, ``email``, ``phone`` and ``outbox``
    by customer.
    """
    found = [Reach._make(row) for row in _in(_REACH, ids)]
    ways = texting({one.customer_id for one in found if one.numbers and may_write(one.sms, unknown)})
    told = {id_: int(bool(way.number)) for id_, way in ways.items()}
    return [one._replace(numbers=told.get(one.customer_id, 0)) for one in found]


def ahead_of(customers: Iterable[int], now: int) -> list[int]:
    """The visits ahead of those customers that were booked here: what came from a file is told by nobody.

    Index: ``appointment (customer, starts_at)``.
    """
    rows = _in(
        "select id from appointment where customer_id in ({}) and starts_at > ? and status = 'S'"
        " and external_id is null order by id",
        customers,
        now,
    )
    return [id_ for (id_,) in rows]


class Queued(NamedTuple):
    """A message about a visit, whatever became of it; ``facts`` is what its payload says of the visit."""

    id: int
    kind: str
    window: str
    state: str
    channel: str
    appointment_id: int
    version: int
    customer_id: int | None
    why: str
    facts: Mapping[str, Any]

    @property
    def tells(self) -> tuple[str, str]:
        """Its kind, and which of that kind it is: an invitation to a series is one to its visits."""
        return self.kind, "" if self.series_id is not None else self.window

    @property
    def series_id(self) -> int | None:
        """The series that it tells as a whole; None where it is about one visit."""
        found = self.facts.get("series")
        return found if type(found) is int else None


_QUEUED = (
    'select id, kind, "window", state, channel, appointment_id, appointment_version, customer_id, why,'
    " payload from outbox where appointment_id in ({})"
    f" and kind in ({', '.join(repr(kind) for kind in ABOUT_VISITS)}) order by id"
)


def queued(ids: Iterable[int]) -> list[Queued]:
    """All that was ever queued about those visits, the oldest first. Index: outbox (appointment)."""
    return [Queued._make((*row[:9], from_json(row[9]))) for row in _in(_QUEUED, ids)]


_WHOLE = (
    'select o.id, o.kind, o."window", o.state, o.channel, o.appointment_id, o.appointment_version,'
    " o.customer_id, o.why, o.payload from outbox o where o.customer_id in (select customer_id from series"
    " where id in ({})) and o.kind in ('invitation', 'cancellation') and o.payload like ?"
    " order by o.id"
)


def queued_whole(series_ids: Iterable[int]) -> dict[int, list[Queued]]:
    """What was ever queued about those series as a whole, by series, the oldest first.

    Index: ``outbox (customer)``.
    """
    found = defaultdict[int, list[Queued]](list)
    wanted = set(series_ids)
    for row in _in(_WHOLE, wanted, '%"series"%'):
        one = Queued._make((*row[:9], from_json(row[9])))
        if one.series_id in wanted:
            found[one.series_id].append(one)
    return found


class Course(NamedTuple):
    """A series and its visits ahead that are its customer's own: ``next_id`` is the first of ``ahead``,
    ``other_id`` the customer's next visit of any kind.
    """

    id: int
    customer_id: int
    version: int
    next_id: int | None
    other_id: int | None
    ahead: int


_OF_COURSE = (
    "from series_visit v join appointment a on a.id = v.appointment_id where v.series_id = s.id"
    " and a.status = 'S' and a.starts_at > ? and a.customer_id = s.customer_id"
)
_COURSE = (
    f"select s.id, s.customer_id, s.version, (select a.id {_OF_COURSE} order by a.starts_at, a.id limit 1),"
    " (select id from appointment where customer_id = s.customer_id and status = 'S' and starts_at > ?"
    f" order by starts_at, id limit 1), (select count(*) {_OF_COURSE}) from series s where s.id in ({{}})"
)


def canceled_ahead(series_id: int, now: int) -> list[int]:
    """The visits of a series' customer that would be ahead. Index: appointment (customer, starts_at)."""
    rows = select(
        "select id from appointment where customer_id = (select customer_id from series where id = ?)"
        " and status = 'X' and starts_at > ? order by starts_at, id",
        [series_id, now],
    )
    return [id_ for (id_,) in rows]


def courses(series_ids: Iterable[int], now: int) -> list[Course]:
    """How those series stand. Indexes: series_visit (series, recurrence_at), appointment (customer,
    starts_at).
    """
    found = list[Course]()
    for some in pieces(dict.fromkeys(series_ids)):
        rows = select(_COURSE.format(marks(some)), [now, now, now, *some])
        found += [Course._make(row) for row in rows]
    return found


def _in(sql: str, ids: Iterable[int], *more: object) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for some in pieces(dict.fromkeys(ids)):
        found += select(sql.format(marks(some)), [*some, *more])
    return found
