"""Whom the till sells to, and who pays a share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from ..db.connection import select
from ..domain.moments import day_label
from ..domain.names import PersonName
from ..domain.rights import Right
from ..errors import NotFound
from .gate import guarded


class Cover(NamedTuple):
    """A payer, and what it pays of a line in thousandths of a percent; 0 where that is not agreed."""

    payer_id: int
    name: str
    share: int = 0


@dataclass(frozen=True, slots=True)
class Buyer:
    """A customer at the till: ``covers`` are in force; ``alerts`` are what must be in sight."""

    id: int
    number: int
    name: str
    alerts: tuple[str, ...]
    covers: tuple[Cover, ...]


class Visit(NamedTuple):
    """An appointment that a bill may belong to."""

    id: int
    day: date
    wall: str
    type_name: str

    @property
    def told(self) -> str:
        """The visit in words."""
        return f"{day_label(self.day)} {self.wall} {self.type_name}".strip()


@guarded(Right.SEE_CUSTOMER, Right.SEE_BILL)
def buyer(customer_id: int, today: date) -> Buyer:
    """The customer with this id; :class:`NotFound` when there is none.

    Indexes: primary keys, ``alert (customer)``, ``coverage (customer, payer)``.
    """
    rows = select(
        "select number, prefix, first_name, middle_name, last_name, suffix from customer where id = ?",
        [customer_id],
    )
    if not rows:
        raise NotFound("That customer does not exist.", "Search again.")
    number, *parts = rows[0]
    alerts = select("select text from alert where customer_id = ? order by id", [customer_id])
    covers = select(
        "select p.id, p.name, c.share from coverage c join payer p on p.id = c.payer_id"
        " where c.customer_id = ? and c.active = 1 and p.active = 1"
        " and (c.valid_to is null or c.valid_to >= ?)"
        " order by c.share desc, c.id",
        [customer_id, today.isoformat()],
    )
    name = PersonName(*parts).full
    return Buyer(
        customer_id, number, name, tuple(text for (text,) in alerts), tuple(map(Cover._make, covers))
    )


@guarded(Right.SEE_BILL)
def payers() -> tuple[Cover, ...]:
    """Every payer in use, by name. Index: ``payer (sort_name)``."""
    rows = select("select id, name from payer where active = 1 order by sort_name, id")
    return tuple(Cover(id_, name) for id_, name in rows)


@guarded(Right.SEE_APPOINTMENT)
def visits_near(customer_id: int, today: date, limit: int = 12) -> tuple[Visit, ...]:
    """The customer's latest visits up to ``today``, those canceled left out.

    Index: ``appointment (customer, starts_at)``.
    """
    rows = select(
        f"{_VISITS} where a.customer_id = ? and a.day <= ? and a.status <> 'X'"
        " order by a.starts_at desc limit ?",
        [customer_id, today.isoformat(), limit],
    )
    return tuple(map(_visit, rows))


@guarded(Right.SEE_APPOINTMENT)
def visit_of(id_: int) -> Visit:
    """The visit that a bill is for, whenever it was or whatever became of it. Index: primary key."""
    (row,) = select(f"{_VISITS} where a.id = ?", [id_])
    return _visit(row)


_VISITS = (
    "select a.id, a.day, a.wall, coalesce(t.name, '') from appointment a"
    " left join appointment_type t on t.id = a.type_id"
)


def _visit(row: tuple[Any, ...]) -> Visit:
    id_, day, wall, kind = row
    return Visit(id_, date.fromisoformat(str(day)), wall, kind)
