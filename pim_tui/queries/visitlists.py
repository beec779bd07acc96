"""Visits that are not paid: nothing was billed for one that took place, or for the fee of one that did not,
or not all of it was paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from ..db.connection import select
from ..domain.bills import BILLS, code
from ..domain.rights import Right
from .gate import guarded
from .page import Page, Totals
from .paging import behind
from .where import Where


@dataclass(frozen=True, slots=True)
class UnpaidFilter:
    """Which unpaid visits; ``billed`` chooses ``no`` (nothing was billed) or ``yes``. Days are included.

    ``fees`` are letters of states: then it is not the completed visits, but those in these states that a
    fee is asked for and was not waived (S5).
    """

    customer_id: int | None = None
    first: date | None = None
    last: date | None = None
    billed: tuple[str, ...] = ()
    fees: tuple[str, ...] = ()


class UnpaidRow(NamedTuple):
    """A visit, as a rule a completed one. ``code`` is the first bill for it that is still open, empty without
    one.

    ``left`` is what is owed on all its bills, minor units.
    """

    id: int
    day: date
    wall: str
    customer_id: int
    customer: str
    type_name: str
    staff: str
    bill_id: int | None
    code: str
    currency: str
    left: int
    status: str = "C"


_KINDS = ", ".join(f"'{kind}'" for kind in BILLS)
_BILLED = (
    f"from posting p where p.appointment_id = a.id and p.kind in ({_KINDS}) and not exists"
    " (select 1 from posting v where v.corrects_id = p.id and v.kind = 'void')"
)
_LEFT = (
    "(select sum(e.amount) from entry e where e.posting_id = p.id and e.account in ('receivable', 'payer'))"
    " - (select coalesce(sum(x.amount), 0) from allocation x where x.debit_id = p.id)"
)
_VISITS = (
    f"select a.*, (select count(*) {_BILLED}) as bills,"
    f" (select coalesce(sum({_LEFT}), 0) {_BILLED}) as unpaid,"
    f" (select min(p.id) {_BILLED} and {_LEFT} > 0) as open_id from appointment a"
)
# By day first, as the index is; instants go the same way.
_LATEST = "order by b.day desc, b.starts_at desc, b.id desc"


@guarded(Right.SEE_APPOINTMENT, Right.SEE_BILL)
def unpaid_visits(
    shown: UnpaidFilter, limit: int = 50, offset: int = 0, *, after: int | None = None
) -> Page[UnpaidRow]:
    """The unpaid visits, the newest first, from ``offset`` on or those behind the one with the id ``after``;
    sums: ``unbilled`` counts those without a bill, ``left``.

    Indexes: ``appointment (day, starts_at)``, for the sums ``(day, staff, room, type, status, minutes)``, of
    a customer ``(customer, starts_at)``; ``posting_of_visit``; for each bill those of
    :func:`~pim_tui.queries.billlists.bills_of`.
    """
    where, params = _where(shown)
    open_ = f"b where (b.bills = 0 or b.unpaid > 0){_billed(shown)}"
    further, last = behind(after, "appointment", "a", "day", "starts_at", "id")
    found = select(
        "select b.id, b.day, b.wall, b.customer_id, trim(c.first_name || ' ' || c.last_name),"
        " coalesce(t.name, ''), s.name, p.id, p.kind, p.year, p.number, coalesce(p.currency, ''), b.unpaid,"
        f" b.status from (select b.* from ({_VISITS} where {where}{further}) {open_} {_LATEST}"
        " limit ? offset ?) b"
        " join customer c on c.id = b.customer_id join staff s on s.id = b.staff_id"
        " left join appointment_type t on t.id = b.type_id left join posting p on p.id = b.open_id"
        f" {_LATEST}",
        [*params, *last, limit, 0 if last else offset],
    )
    rows = tuple(map(_row, found))
    currency = next((row.currency for row in rows if row.currency), "")
    return Page(rows, lambda: _added_up(f"({_VISITS} where {where}) {open_}", params, currency), offset)


def _added_up(visits: str, params: Sequence[object], currency: str) -> Totals:
    total, unbilled, left = select(
        "select count(*), coalesce(sum(case when b.bills = 0 then 1 else 0 end), 0),"
        f" coalesce(sum(b.unpaid), 0) from {visits}",
        params,
    )[0]
    return Totals(total, {"unbilled": unbilled, "left": left}, currency)


def _row(row: tuple[Any, ...]) -> UnpaidRow:
    id_, day, *visit, bill_id, kind, year, number, currency, left, status = row
    bill = code(kind, year, number) if bill_id else ""
    return UnpaidRow._make((id_, date.fromisoformat(day), *visit, bill_id, bill, currency, left, status))


def _where(shown: UnpaidFilter) -> Where:
    where = Where() if shown.customer_id is None else Where("a.customer_id = ?", (shown.customer_id,))
    if shown.fees:
        where = where.among("a.status", shown.fees).also("(a.status <> 'X' or a.late_cancel = 1)")
        where = where.also("a.fee_waived = ''")
    else:
        where = where.also("a.status = 'C'")
    return where.days("a.day", shown.first, shown.last)


def _billed(shown: UnpaidFilter) -> str:
    if len(set(shown.billed)) != 1:
        return ""
    return " and b.bills > 0" if shown.billed[0] == "yes" else " and b.bills = 0"
