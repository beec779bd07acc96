"""Visits that were not kept, and what is charged for them (S5)."""

from __future__ import annotations

from typing import NamedTuple

from ..db.connection import select
from ..db.many import marks
from ..domain.bills import BILLS, code
from ..domain.rights import Right
from ..errors import NotFound
from .gate import guarded


class NotKeptVisit(NamedTuple):
    """A visit as the key of its fee needs it. ``waived`` is why nothing is charged, empty without one."""

    id: int
    version: int
    customer_id: int
    customer: str
    status: str
    late: bool
    waived: str


class VisitBill(NamedTuple):
    """A bill for a visit, by its number."""

    id: int
    code: str


class Service(NamedTuple):
    """What a fee is charged by; ``price`` in minor units, None where it has none."""

    id: int
    name: str
    price: int | None
    currency: str


@guarded(Right.SEE_APPOINTMENT)
def not_kept_visit(appointment_id: int) -> NotKeptVisit:
    """The visit. Index: primary key. Raises :class:`NotFound`."""
    rows = select(
        "select a.id, a.version, a.customer_id, trim(c.first_name || ' ' || c.last_name), a.status,"
        " a.late_cancel, a.fee_waived from appointment a join customer c on c.id = a.customer_id"
        " where a.id = ?",
        [appointment_id],
    )
    if not rows:
        raise NotFound("That appointment does not exist.", "Go back to the calendar and choose another.")
    found = NotKeptVisit._make(rows[0])
    return found._replace(late=bool(found.late))


@guarded(Right.SEE_BILL)
def bill_of_visit(appointment_id: int) -> VisitBill | None:
    """The newest bill for a visit that was not voided. Index: ``posting_of_visit``."""
    rows = select(
        "select p.id, p.kind, p.year, p.number from posting p where p.appointment_id = ?"
        f" and p.kind in ({marks(BILLS)}) and not exists"
        " (select 1 from posting v where v.corrects_id = p.id and v.kind = 'void')"
        " order by p.id desc limit 1",
        [appointment_id, *BILLS],
    )
    return VisitBill(rows[0][0], code(*rows[0][1:])) if rows else None


@guarded(Right.SEE_PRODUCT)
def service_by_code(wanted: str) -> Service | None:
    """The product or service with exactly this code that is in use. Index: product (code)."""
    rows = select(
        "select id, name, price, currency from product where code = ? and active = 1 order by id limit 1",
        [wanted],
    )
    return Service._make(rows[0]) if rows else None
