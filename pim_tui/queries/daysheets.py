"""What a day sheet tells of one day: every appointment with its customer's particulars."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from ..db.connection import select
from ..domain.moments import Zone, day_bounds
from ..domain.names import PersonName


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
    alerts: tuple[str, ...]


_ROW = (
    "select a.id, a.staff_id, a.starts_at, a.ends_at, a.minutes, a.status, a.mode, a.reason, a.note,"
    " coalesce(t.name, ''), coalesce(r.name, ''), a.arrived_at, a.customer_id, c.number, c.prefix,"
    " c.first_name, c.middle_name, c.last_name, c.suffix, c.birth_date, coalesce((select p.number"
    " from phone p where p.customer_id = c.id order by p.position, p.id limit 1), '')"
    " from appointment a join customer c on c.id = a.customer_id"
    " left join appointment_type t on t.id = a.type_id left join room r on r.id = a.room_id where "
)


def sheet_rows(day: date, zone: Zone, staff_id: int | None = None) -> tuple[SheetRow, ...]:
    """The appointments that touch ``day``, by start; of one staff member when given.

    Indexes: ``appointment (day, ...)``, ``appointment_over_midnight``, ``phone (customer)``,
    ``alert (customer)``.
    """
    iso, (start, end) = day.isoformat(), day_bounds(day, zone)
    whose, who = (" and a.staff_id = ?", [staff_id]) if staff_id is not None else ("", [])
    rows = select(
        f"{_ROW} a.day = ?{whose} union all {_ROW}"
        f" a.crosses_midnight = 1 and a.ends_at > ? and a.starts_at < ? and a.day < ?{whose} order by 3, 1",
        [iso, *who, start, end, iso, *who],
    )
    alerts = _alerts(iso, start)
    return tuple(_sheet_row(row, alerts) for row in rows)


def _alerts(iso: str, start: int) -> dict[int, tuple[str, ...]]:
    """The alerts of everybody who comes that day, by customer id."""
    found: dict[int, list[str]] = {}
    for customer_id, text in select(
        "select customer_id, text from alert where customer_id in (select customer_id from appointment"
        " where day = ? union select customer_id from appointment where crosses_midnight = 1 and ends_at > ?)"
        " order by id",
        [iso, start],
    ):
        found.setdefault(customer_id, []).append(text)
    return {customer_id: tuple(texts) for customer_id, texts in found.items()}


def _sheet_row(row: tuple[Any, ...], alerts: dict[int, tuple[str, ...]]) -> SheetRow:
    name, (born, phone) = PersonName(*row[14:19]), row[19:]
    birth = date.fromisoformat(born) if born else None
    return SheetRow._make((*row[:14], name, birth, phone, alerts.get(row[12], ())))
