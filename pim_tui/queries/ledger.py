"""The running ledger of a customer, and how old a balance is (M5, M7, M11).

A customer's balance is the sum of the receivable entries; every row of the ledger is a posting that has
one. Amounts are minor units; above zero is owed to the clinic.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from ..db.connection import select
from ..db.many import marks
from ..domain.bills import code
from ..domain.dues import ageing
from ..domain.rights import Right
from .gate import guarded
from .page import Page, Totals
from .paging import behind
from .postingwords import Told, words_of
from .where import Where

CHUNK = 2_000
"""About how many rows of a ledger are read at once."""


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """Which rows; an empty part lets everything through. ``first`` and ``last`` are days, both included."""

    kinds: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None


class LedgerRow(NamedTuple):
    """One posting of a customer: what it added to the balance or took off, and the balance behind it.

    ``id`` is the posting. ``charged`` and ``credited`` are never below zero, and one of them is nothing.
    """

    id: int
    kind: str
    code: str
    day: date
    what: str
    staff: str
    currency: str
    charged: int
    credited: int
    balance: int


class Aged(NamedTuple):
    """What of a posting was not settled on the evening of a day: below zero it is the customer's credit."""

    id: int
    code: str
    day: date
    left: int
    currency: str


@dataclass(frozen=True, slots=True)
class Ageing:
    """A balance as of ``as_of`` by age; ``ages`` are as :func:`~pim_tui.domain.dues.ageing` has them."""

    as_of: date
    ages: tuple[int, ...]
    currency: str

    @property
    def balance(self) -> int:
        """What the ages add up to (M11)."""
        return sum(self.ages)


_OF = "e.customer_id = ? and e.account = 'receivable'"
_ENTRIES = "from entry e where e.posting_id = p.id and e.account = 'receivable'"
_PAGE = (
    "select p.id, p.kind, p.year, p.number, p.day, s.name, p.currency, (select sum(e.amount)"
    f" {_ENTRIES}), 0 from (select * from posting p where p.customer_id = ?"
    f" and exists (select 1 {_ENTRIES}){{}} order by p.day desc, p.id desc limit ? offset ?) p"
    " join staff s on s.id = p.staff_id"
    " order by p.day desc, p.id desc"
)
_TOTALS = (
    "select count(*), coalesce(sum(case when b.amount > 0 then b.amount else 0 end), 0),"
    " coalesce(sum(case when b.amount < 0 then -b.amount else 0 end), 0), min(b.currency) from"
    " (select sum(e.amount) as amount, min(p.currency) as currency from entry e join posting p"
    f" on p.id = e.posting_id where {_OF}{{}} group by e.posting_id) b"
)


@guarded(Right.SEE_BILL)
def ledger_of(
    customer_id: int,
    shown: LedgerFilter | None = None,
    limit: int = 100,
    offset: int = 0,
    *,
    after: int | None = None,
) -> Page[LedgerRow]:
    """The customer's ledger, the newest first, from ``offset`` on or what follows the row with the id
    ``after``; each row with the true balance behind it, whatever is filtered. Sums: ``charged``,
    ``credited``, and ``closing``, the balance on the last day that is shown.

    Indexes: ``posting (customer, day)`` and ``entry (posting, account, amount)``, for balances and sums
    ``entry (customer, account, day, amount)``; primary keys; those of :func:`words_of`.
    """
    shown = shown or LedgerFilter()
    where, params = _where(shown)
    further, last = behind(after, "posting", "p", "day", "id")
    found = select(_PAGE.format(where + further), [customer_id, *params, *last, limit, 0 if last else offset])
    rows = _rows(found)
    if rows:
        balances = _balances(customer_id, rows[-1].day, rows[0].day)
        rows = tuple(row._replace(balance=balances[row.id]) for row in rows)
    return Page(rows, lambda: _added_up(customer_id, shown.last, where, params), offset)


def _where(shown: LedgerFilter) -> tuple[str, list[object]]:
    """The condition on posting ``p``."""
    text, params = "", list[object]()
    if shown.kinds:
        text, params = f" and p.kind in ({marks(shown.kinds)})", [*shown.kinds]
    for sign, day in ((">=", shown.first), ("<=", shown.last)):
        if day:
            text += f" and p.day {sign} ?"
            params.append(day.isoformat())
    return text, params


def _balances(customer_id: int, first: date, last: date) -> dict[int, int]:
    """The balance behind each row of these days, by the id of its posting."""
    running = balance_on(customer_id, first - timedelta(days=1))
    found: dict[int, int] = {}
    for id_, amount in select(
        f"select e.posting_id, sum(e.amount) from entry e where {_OF} and e.day between ? and ?"
        " group by e.day, e.posting_id order by e.day, e.posting_id",
        [customer_id, first.isoformat(), last.isoformat()],
    ):
        found[id_] = running = running + amount
    return found


def _added_up(customer_id: int, last: date | None, where: str, params: list[object]) -> Totals:
    count, charged, credited, currency = select(_TOTALS.format(where), [customer_id, *params])[0]
    sums = {"charged": charged, "credited": credited, "closing": balance_on(customer_id, last)}
    return Totals(count, sums, currency or "")


@guarded(Right.SEE_BILL)
def balance_on(customer_id: int, last: date | None = None) -> int:
    """The balance on the evening of ``last``, or with all rows. Index: as :func:`ledger_of`, covering."""
    until = " and e.day <= ?" if last else ""
    params = [customer_id, *([last.isoformat()] if last else [])]
    return int(select(f"select coalesce(sum(e.amount), 0) from entry e where {_OF}{until}", params)[0][0])


@guarded(Right.SEE_BILL)
def first_day(customer_id: int) -> date | None:
    """The day of the first row of the ledger; None without one. Index: as :func:`ledger_of`, covering."""
    found = select(f"select min(e.day) from entry e where {_OF}", [customer_id])[0][0]
    return date.fromisoformat(found) if found else None


@guarded(Right.SEE_BILL)
def ledger_rows(
    customer_id: int, first: date | None = None, last: date | None = None
) -> Iterator[list[LedgerRow]]:
    """The ledger from ``first`` to ``last``, the oldest first, in chunks of whole days.

    Indexes: as :func:`ledger_of`.
    """
    where, params = Where(_OF, (customer_id,)).days("e.day", first, last)
    running = balance_on(customer_id, first - timedelta(days=1)) if first else 0
    counted = select(
        f"select e.day, count(*) from entry e where {where} group by e.day order by e.day", params
    )
    for start, end in _spans(counted):
        found = select(
            "select p.id, p.kind, p.year, p.number, p.day, s.name, p.currency, sum(e.amount), 0 from entry e"
            f" join posting p on p.id = e.posting_id join staff s on s.id = p.staff_id where {_OF}"
            " and e.day between ? and ? group by e.posting_id, p.id, s.name order by p.day, p.id",
            [customer_id, start, end],
        )
        rows = []
        for row in _rows(found):
            running += row.charged - row.credited
            rows.append(row._replace(balance=running))
        yield rows


def _spans(counted: Sequence[tuple[str, int]]) -> Iterator[tuple[str, str]]:
    """First and last of as many days as make a chunk."""
    start, rows = "", 0
    for day, count in counted:
        start, rows = start or day, rows + count
        if rows >= CHUNK:
            yield start, day
            start, rows = "", 0
    if start:
        yield start, counted[-1][0]


@guarded(Right.SEE_BILL)
def aged(customer_id: int, as_of: date) -> tuple[Aged, ...]:
    """What was not settled on the evening of ``as_of``, the oldest first; together it is the balance.

    Only rows up to that day count, allocations as well (M11). Indexes: ``entry (customer, account, day,
    amount)``, ``allocation (debit, ...)`` and ``(credit, ...)``.
    """
    day = as_of.isoformat()
    settled = (
        "(select coalesce(sum(a.amount), 0) from allocation a where a.{side}_id = b.id"
        " and a.account = 'receivable' and a.day <= ?)"
    )
    left = f"b.amount - {settled.format(side='debit')} + {settled.format(side='credit')}"
    rows = select(
        "select b.id, p.kind, p.year, p.number, p.day, b.unsettled, p.currency from"
        f" (select b.id as id, {left} as unsettled from (select e.posting_id as id, sum(e.amount) as amount"
        f" from entry e where {_OF} and e.day <= ? group by e.posting_id) b) b"
        " join posting p on p.id = b.id where b.unsettled <> 0 order by p.day, p.id",
        [day, day, customer_id, day],
    )
    return tuple(
        Aged(id_, code(kind, year, number), date.fromisoformat(on), left, currency)
        for id_, kind, year, number, on, left, currency in rows
    )


@guarded(Right.SEE_BILL)
def ageing_of(customer_id: int, as_of: date) -> Ageing:
    """The balance as of ``as_of`` by age. Indexes: as :func:`aged`."""
    rows = aged(customer_id, as_of)
    ages = ageing(((row.day, row.left) for row in rows), as_of)
    return Ageing(as_of, ages, rows[0].currency if rows else "")


def _rows(found: Sequence[tuple[Any, ...]]) -> tuple[LedgerRow, ...]:
    words = words_of([Told(row[0], row[1]) for row in found])
    return tuple(
        LedgerRow(
            id_, kind, code(kind, year, number), date.fromisoformat(day), words.get(id_, ""), staff,
            currency, max(0, amount), max(0, -amount), balance,
        )
        for id_, kind, year, number, day, staff, currency, amount, balance in found
    )  # fmt: skip
