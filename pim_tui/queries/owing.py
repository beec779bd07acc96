"""Who owes something, since when, and whether they may be written to about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from ..db.connection import select
from ..domain.moments import Zone, day_of
from ..domain.owing import why_no_notice
from ..domain.people import Answer
from ..domain.rights import Right
from .balances import dues, owed_since
from .gate import guarded
from .page import Page, Totals


@dataclass(frozen=True, slots=True)
class OwingFilter:
    """``unknown`` and ``notice_days`` are the clinic's choices. ``least`` is what somebody owes at least,
    minor units.
    """

    today: date
    zone: Zone
    unknown: bool = False
    notice_days: int = 14
    least: int = 1


class OwingRow(NamedTuple):
    """A customer who owes: ``owed`` on the whole, minor units; ``since`` is the day of the oldest open bill.

    ``told_on`` is the day on which they were written to last about it; ``why`` why not now, empty where
    nothing speaks against it.
    """

    id: int
    customer_id: int
    customer: str
    phone: str
    currency: str
    owed: int
    since: date
    days: int
    told_on: date | None
    why: str


_OWE = (
    "select e.customer_id, sum(e.amount) as owed from entry e where e.account = 'receivable'"
    " and e.customer_id is not null group by e.customer_id having sum(e.amount) >= ?"
)
_TOLD = (
    "(select max(o.created_at) from outbox o where o.customer_id = c.id and o.kind = 'payment_notice'"
    " and o.state not in ('withdrawn', 'failed', 'draft'))"
)
_ROWS = (
    "select c.id, trim(c.first_name || ' ' || c.last_name), coalesce((select number from phone where"
    " customer_id = c.id order by position, id limit 1), ''), w.owed, coalesce((select answer from consent"
    " where customer_id = c.id and channel = 'email'), 'unknown'), (select count(*) from email where"
    f" customer_id = c.id), {_TOLD} from (select * from ({_OWE}) o order by o.owed desc, o.customer_id"
    " limit ? offset ?) w join customer c on c.id = w.customer_id order by w.owed desc, c.id"
)


@guarded(Right.SEE_BILL)
def owing_list(shown: OwingFilter, currency: str, limit: int = 50, offset: int = 0) -> Page[OwingRow]:
    """Those who owe, the most first; sums: ``owed``.

    Nothing keeps a balance (M5), so every account is added up. Indexes: ``entry (account, day, amount)``; for
    the rows shown ``phone (customer)``, ``email (customer)``, ``consent (customer, channel)``, ``outbox
    (customer)``, and those of :func:`~pim_tui.queries.balances.owed_since`.
    """
    found = select(_ROWS, [shown.least, limit, offset])
    since = owed_since([row[0] for row in found])
    rows = tuple(_row(shown, currency, row, since.get(row[0], shown.today)) for row in found)
    return Page(rows, lambda: _added_up(shown.least, currency), offset)


def _added_up(least: int, currency: str) -> Totals:
    ((total, owed),) = select(f"select count(*), coalesce(sum(owed), 0) from ({_OWE}) w", [least])
    return Totals(total, {"owed": owed}, currency)


def _row(shown: OwingFilter, currency: str, row: tuple[Any, ...], since: date) -> OwingRow:
    id_, customer, phone, owed, answer, addresses, told_at = row
    told_on = None if told_at is None else day_of(told_at, shown.zone)
    why = why_no_notice(answer, shown.unknown, addresses, told_on, shown.today, shown.notice_days)
    late = (shown.today - since).days
    return OwingRow(id_, id_, customer, phone, currency, owed, since, late, told_on, why)


class Debtor(NamedTuple):
    """A customer as a letter about money names them, and whether one may be written."""

    first_name: str
    last_name: str
    number: int
    answer: Answer
    addresses: tuple[str, ...]
    told_at: int | None


@guarded(Right.SEE_BILL)
def debtor(customer_id: int) -> Debtor:
    """One customer; they must be there. Indexes: primary key, those of each table by customer."""
    (row,) = select(
        "select c.first_name, c.last_name, c.number, coalesce((select answer from consent where customer_id"
        f" = c.id and channel = 'email'), 'unknown'), {_TOLD} from customer c where c.id = ?",
        [customer_id],
    )
    found = select("select address from email where customer_id = ? order by position, id", [customer_id])
    first, last, number, answer, told_at = row
    return Debtor(first, last, number, Answer(answer), tuple(address for (address,) in found), told_at)


@guarded(Right.SEE_BILL)
def still_owed(customer_id: int, posting_id: int | None) -> int:
    """What is left of one bill for the customer to pay, or of all; minor units. As ``dues``."""
    found = dues(customer_id)
    return sum(one.left for one in found if posting_id in (None, one.id))
