"""The account of a customer or of all of them, line by line; amounts are minor units (M5, M11)."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from ..db.connection import select
from ..domain.bills import PostingKind, code
from ..domain.rights import Right
from .gate import guarded


class AccountLine(NamedTuple):
    """What one posting made of the receivable account; above zero it is owed."""

    posting_id: int
    kind: PostingKind
    code: str
    day: date
    amount: int
    customer: str


_WHOSE = "e.account = 'receivable' and e.customer_id = ?"
_ALL = "e.account = 'receivable'"


@guarded(Right.SEE_BILL)
def balance_before(day: date, customer_id: int | None = None) -> int:
    """The balance on the evening before ``day``: what was owed less what was paid.

    Indexes: ``entry (customer, account, day, amount)``, for all customers ``entry (account, day, amount)``.
    """
    where, params = _where(customer_id)
    ((found,),) = select(
        f"select coalesce(sum(e.amount), 0) from entry e where {where} and e.day < ?",
        [*params, day.isoformat()],
    )
    return int(found)


@guarded(Right.SEE_BILL)
def account_lines(
    first: date, last: date, customer_id: int | None = None, *, limit: int
) -> tuple[AccountLine, ...]:
    """At most ``limit`` lines from ``first`` to ``last``, both included, in order of time.

    Indexes: as :func:`balance_before`, and the primary key of posting.
    """
    where, params = _where(customer_id)
    rows = select(_LINES.format(where=where), [*params, first.isoformat(), last.isoformat(), limit])
    return tuple(map(_line, rows))


_LINES = (
    "select p.id, p.kind, p.year, p.number, p.day, e.amount, coalesce(c.last_name, ''),"
    " coalesce(c.first_name, '') from (select e.posting_id, sum(e.amount) as amount from entry e"
    " where {where} and e.day between ? and ? group by e.posting_id order by min(e.day), e.posting_id"
    " limit ?) e join posting p on p.id = e.posting_id left join customer c on c.id = p.customer_id"
    " order by p.day, p.id"
)


def _line(row: tuple[Any, ...]) -> AccountLine:
    id_, kind, year, number, day, amount, last, first = row
    name = ", ".join(filter(None, (last, first)))
    return AccountLine(
        id_, PostingKind(kind), code(kind, year, number), date.fromisoformat(day), int(amount), name
    )


def _where(customer_id: int | None) -> tuple[str, list[object]]:
    return (_ALL, []) if customer_id is None else (_WHOSE, [customer_id])
