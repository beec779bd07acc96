"""What is lent and not back: every loan that something is still out of, the longest overdue first (K3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from ..db.connection import select
from ..domain.bills import code
from ..domain.rights import Right
from .billitems import lots_of
from .gate import guarded
from .page import Page, Totals


@dataclass(frozen=True, slots=True)
class LoanFilter:
    """Which loans that are out; ``overdue`` only those that should be back by ``today``."""

    today: date
    overdue: bool = False
    customer_id: int | None = None


class LoanRow(NamedTuple):
    """A loan of which ``out`` items are still with the customer.

    ``due_on`` counts the time that was given later; ``late`` is days since then, None while there is time.
    ``bill_id`` and ``code`` are the borrow bill.
    """

    id: int
    bill_id: int
    code: str
    customer_id: int | None
    customer: str
    phone: str
    item: str
    lots: str
    out: int
    due_on: date
    late: int | None


_GONE = "(select coalesce(sum(v.quantity), 0) from loan_event v where v.loan_id = n.id)"
_DUE = (
    "coalesce((select v.due_on from loan_event v where v.loan_id = n.id and v.kind = 'extended'"
    " order by v.id desc limit 1), n.due_on)"
)
_PHONE = "(select h.number from phone h where h.customer_id = n.customer_id order by h.position limit 1)"


@guarded(Right.SEE_BILL)
def loans_out(shown: LoanFilter, limit: int = 50, offset: int = 0) -> Page[LoanRow]:
    """The loans, by when they are due; sums: ``out`` items and ``overdue`` ones of them.

    Whether something is still out is the sum of its events, so every loan there was is asked. Indexes: ``loan
    (due_on)``, of a customer ``loan (customer)``; ``loan_event (loan)``; for the rows shown ``phone
    (customer)`` and those of :func:`lots_of`; primary keys.
    """
    where, params = "1 = 1", list[object]()
    if shown.overdue:
        where, params = "n.due_on < ?", [shown.today.isoformat()]
    if shown.customer_id is not None:
        where, params = f"n.customer_id = ? and {where}", [shown.customer_id, *params]
    loans = (
        f"(select n.*, n.quantity - {_GONE} as still_out, {_DUE} as due from loan n where {where}) n"
        " where n.still_out > 0"
    )
    today = shown.today.isoformat()
    if shown.overdue:
        loans, params = f"{loans} and n.due < ?", [*params, today]
    found = select(
        "select n.id, p.id, p.kind, p.year, p.number, n.customer_id,"
        f" coalesce(trim(c.first_name || ' ' || c.last_name), ''), coalesce({_PHONE}, ''), l.id,"
        f" l.description, n.still_out, n.due from (select n.* from {loans}"
        " order by n.due, n.id limit ? offset ?) n join bill_line l on l.id = n.line_id join posting p"
        " on p.id = l.bill_id left join customer c on c.id = n.customer_id order by n.due, n.id",
        [*params, limit, offset],
    )
    lots = lots_of([row[8] for row in found])
    rows = tuple(_row(row, lots.get(row[8], ()), shown.today) for row in found)
    return Page(rows, lambda: _added_up(loans, [today, *params]), offset)


def _added_up(loans: str, params: list[object]) -> Totals:
    total, out, overdue = select(
        "select count(*), coalesce(sum(n.still_out), 0),"
        f" coalesce(sum(case when n.due < ? then n.still_out else 0 end), 0) from {loans}",
        params,
    )[0]
    return Totals(total, {"out": out, "overdue": overdue})


def _row(row: tuple[Any, ...], lots: tuple[str, ...], today: date) -> LoanRow:
    id_, bill_id, kind, year, number, customer_id, customer, phone, _, item, out, due = row
    due_on = date.fromisoformat(due)
    late = (today - due_on).days
    return LoanRow(
        id_, bill_id, code(kind, year, number), customer_id, customer, phone, item, ", ".join(lots), out,
        due_on, late if late > 0 else None,
    )  # fmt: skip
