"""The account of a customer or of all of them, line by line; amounts are minor units (M5, M11)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from ..db.connection import select
from ..domain.bills import PostingKind, code

_AT_ONCE = 2_000
"""Rows of one select: a ledger has thousands, and whoever waits for it may stop it."""


class AccountLine(NamedTuple):
    """What one posting made of the receivable account; above zero it is owed. ``at`` is UTC seconds."""

    posting_id: int
    kind: PostingKind
    code: str
    at: int
    day: date
    amount: int
    customer: str


_WHOSE = "e.account = 'receivable' and e.customer_id = ?"
_ALL = "e.account = 'receivable'"


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


def account_lines(first: date, last: date, customer_id: int | None = None) -> Iterator[list[AccountLine]]:
    """The lines from ``first`` to ``last``, both included, in order of time, some thousand at once.

    Indexes: as :func:`balance_before`, and the primary key of posting.
    """
    where, params = _where(customer_id)
    place, days = (first.isoformat(), 0), (first.isoformat(), last.isoformat())
    while True:
        rows = select(_LINES.format(where=where), [*params, *days, place[0], *place, _AT_ONCE])
        if rows:
            yield [_line(row) for row in rows]
        if len(rows) < _AT_ONCE:
            return
        place = (rows[-1][5], rows[-1][0])


_LINES = (
    "select p.id, p.kind, p.year, p.number, p.at, p.day, sum(e.amount), coalesce(c.last_name, ''),"
    " coalesce(c.first_name, '') from entry e join posting p on p.id = e.posting_id"
    " left join customer c on c.id = p.customer_id"
    " where {where} and e.day between ? and ? and (e.day > ? or (e.day = ? and p.id > ?))"
    " group by p.id, p.kind, p.year, p.number, p.at, p.day, c.last_name, c.first_name"
    " order by p.day, p.id limit ?"
)


def _line(row: tuple[object, ...]) -> AccountLine:
    id_, kind, year, number, at, day, amount, last, first = row
    name = ", ".join(filter(None, (str(last), str(first))))
    return AccountLine(
        int(id_), PostingKind(str(kind)), code(str(kind), int(year), int(number)), int(at),  # type: ignore[call-overload]
        date.fromisoformat(str(day)), int(amount), name,  # type: ignore[call-overload]
    )  # fmt: skip


def open_amounts(customer_id: int, as_of: date) -> tuple[tuple[date, int], ...]:
    """Of every posting of the customer up to ``as_of``, its day and what was open of it that evening (M11).

    Owed above zero, credit below; together they are the balance.
    Indexes: ``entry (customer, account, day, amount)``, ``allocation (debit, ...)``, ``(credit, ...)``.
    """
    day = as_of.isoformat()
    rows = select(
        "select p.day, e.amount - coalesce((select sum(a.amount) from allocation a where a.debit_id = p.id"
        " and a.account = 'receivable' and a.day <= ?), 0) + coalesce((select sum(a.amount) from allocation a"
        " where a.credit_id = p.id and a.account = 'receivable' and a.day <= ?), 0) from (select posting_id,"
        " sum(amount) as amount from entry where customer_id = ? and account = 'receivable' and day <= ?"
        " group by posting_id) e join posting p on p.id = e.posting_id",
        [day, day, customer_id, day],
    )
    return tuple((date.fromisoformat(on), int(amount)) for on, amount in rows if amount)


def _where(customer_id: int | None) -> tuple[str, list[object]]:
    return (_ALL, []) if customer_id is None else (_WHOSE, [customer_id])
