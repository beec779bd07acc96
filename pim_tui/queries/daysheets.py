"""What papers tell of some days: every appointment with its customer's particulars."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from ..db.connection import select
from ..domain.moments import Zone, day_bounds
from ..domain.names import PersonName
from ..domain.rights import Right
from .calendar import EVERYTHING, Filter
from .gate import guarded


class SheetRow(NamedTuple):
    """One appointment and whom it is with; instants are UTC seconds, ``phone`` the first one given."""

    id: int
    staff_id: int
    starts_at: int
    ends_at: int
    minutes: int
    status: str
    mode: str
    reason: str
    note: str
    type: str
    room: str
    arrived_at: int | None
    customer_id: int
    number: int
    customer: PersonName
    birth_date: date | None
    phone: str
    staff: str
    initials: str
    alerts: tuple[str, ...]


_ROW = (
    "select a.id, a.staff_id, a.starts_at, a.ends_at, a.minutes, a.status, a.mode, a.reason, a.note,"
    " coalesce(t.name, ''), coalesce(r.name, ''), a.arrived_at, a.customer_id, c.number, c.prefix,"
    " c.first_name, c.middle_name, c.last_name, c.suffix, c.birth_date, coalesce((select p.number"
    " from phone p where p.customer_id = c.id order by p.position, p.id limit 1), ''), s.name, s.initials"
    " from appointment a join customer c on c.id = a.customer_id join staff s on s.id = a.staff_id"
    " left join appointment_type t on t.id = a.type_id left join room r on r.id = a.room_id where "
)


@guarded(Right.SEE_APPOINTMENT, Right.SEE_CUSTOMER)
def sheet_rows(
    day: date,
    zone: Zone,
    staff_id: int | None = None,
    *,
    last: date | None = None,
    shown: Filter = EVERYTHING,
) -> tuple[SheetRow, ...]:
    """The appointments that touch ``day``, or the days from it to ``last``, by start.

    Of one staff member when given, and of what ``shown`` lets through.
    Indexes: ``appointment (day, ...)``, ``appointment_over_midnight``, ``phone (customer)``,
    ``alert (customer)``.
    """
    last = last or day
    first, start, end = day.isoformat(), day_bounds(day, zone)[0], day_bounds(last, zone)[1]
    whose, who = shown.where()
    if staff_id is not None:
        whose, who = f"{whose} and a.staff_id = ?", [*who, staff_id]
    rows = select(
        f"{_ROW} a.day between ? and ?{whose} union all {_ROW}"
        f" a.crosses_midnight = 1 and a.ends_at > ? and a.starts_at < ? and a.day < ?{whose} order by 3, 1",
        [first, last.isoformat(), *who, start, end, first, *who],
    )
    alerts = _alerts(first, last.isoformat(), start)
    return tuple(_sheet_row(row, alerts) for row in rows)


@guarded(Right.SEE_BILL)
def owed_by_those_coming(day: date, zone: Zone) -> dict[int, int]:
    """What everybody who comes that day owes on open bills (M5), minor units, by customer id.

    Indexes: ``appointment (day, ...)``, ``appointment_over_midnight``, ``allocation (debit, ...)``,
    ``entry (customer, account, day, amount)``.
    """
    rows = select(
        "select customer_id, sum(amount - settled) from (select e.customer_id, e.amount, coalesce((select"
        " sum(a.amount) from allocation a where a.debit_id = e.posting_id and a.account = 'receivable'), 0)"
        " as settled from (select customer_id, posting_id, sum(amount) as amount from entry where account ="
        f" 'receivable' and customer_id in ({_COMING}) group by customer_id, posting_id"
        " having sum(amount) > 0) e) as bills where amount > settled group by customer_id",
        _coming(day, zone),
    )
    return dict(map(tuple, rows))


@guarded(Right.SEE_CUSTOMER)
def phones_of_those_coming(day: date, zone: Zone) -> dict[int, tuple[str, ...]]:
    """Every number of everybody who comes that day, by customer id; the first one first.

    Indexes: ``appointment (day, ...)``, ``appointment_over_midnight``, ``phone (customer)``.
    """
    found: dict[int, tuple[str, ...]] = {}
    for customer_id, number in select(
        f"select customer_id, number from phone where customer_id in ({_COMING}) order by position, id",
        _coming(day, zone),
    ):
        found[customer_id] = (*found.get(customer_id, ()), number)
    return found


_COMING = (
    "select customer_id from appointment where day = ? union all"
    " select customer_id from appointment where crosses_midnight = 1 and ends_at > ? and starts_at < ?"
)


def _coming(day: date, zone: Zone) -> list[object]:
    return [day.isoformat(), *day_bounds(day, zone)]


def _alerts(first: str, last: str, start: int) -> dict[int, tuple[str, ...]]:
    """The alerts of everybody who comes on these days, by customer id."""
    found: dict[int, list[str]] = {}
    for customer_id, text in select(
        "select customer_id, text from alert where customer_id in (select customer_id from appointment"
        " where day between ? and ? union all"
        " select customer_id from appointment where crosses_midnight = 1 and ends_at > ?) order by id",
        [first, last, start],
    ):
        found.setdefault(customer_id, []).append(text)
    return {customer_id: tuple(texts) for customer_id, texts in found.items()}


def _sheet_row(row: tuple[Any, ...], alerts: dict[int, tuple[str, ...]]) -> SheetRow:
    name, (born, phone, staff, initials) = PersonName(*row[14:19]), row[19:]
    birth = date.fromisoformat(born) if born else None
    return SheetRow._make((*row[:14], name, birth, phone, staff, initials, alerts.get(row[12], ())))


class Coming(NamedTuple):
    """One visit that is still to come, as much of it as its customer takes home; UTC seconds."""

    starts_at: int
    minutes: int
    staff: str
    room: str
    mode: str


@guarded(Right.SEE_APPOINTMENT)
def coming(customer_id: int, now: int, limit: int) -> tuple[tuple[Coming, ...], int]:
    """The customer's next visits, and how many there are in all.

    Index: ``appointment (customer, starts_at)``.
    """
    which = "where a.customer_id = ? and a.starts_at >= ? and a.status = 'S'"
    rows = select(
        "select a.starts_at, a.minutes, s.name, coalesce(r.name, ''), a.mode from appointment a"
        f" join staff s on s.id = a.staff_id left join room r on r.id = a.room_id {which}"
        " order by a.starts_at, a.id limit ?",
        [customer_id, now, limit],
    )
    total = select(f"select count(*) from appointment a {which}", [customer_id, now])[0][0]
    return tuple(map(Coming._make, rows)), int(total)
