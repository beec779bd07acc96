"""What a paper tells beyond the page of its bill: each line's tax, and what had settled it at a moment.

Amounts are whole minor units, moments UTC seconds. ``as_of`` leaves out what was settled later, so that a
copy says what the original said (M10). The rest is in :mod:`~pim_tui.queries.bills`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from ..db.connection import select
from ..db.many import marks
from ..domain.bills import PostingKind, code
from ..domain.rights import Right
from ..errors import NotFound
from .gate import guarded


class TaxRow(NamedTuple):
    """One tax of a line. ``rate`` is in thousandths of a percent, of a levy on each unit minor units."""

    line_id: int
    name: str
    rate: int
    base: int
    amount: int


class SettledRow(NamedTuple):
    """A posting at the other side of an allocation, and how much of it; ``whole`` is all of its amount."""

    id: int
    kind: PostingKind
    code: str
    account: str
    amount: int
    whole: int


class PartRow(NamedTuple):
    """How much of a payment or refund went by one method."""

    payment_id: int
    method: str
    amount: int
    tendered: int | None


@guarded(Right.SEE_BILL)
def day_posted(posting_id: int) -> date:
    """The clinic's date of a posting; :class:`NotFound`. Index: primary key."""
    rows = select("select day from posting where id = ?", [posting_id])
    if not rows:
        raise NotFound("That document does not exist.", "Look for it by its number.")
    return date.fromisoformat(rows[0][0])


@guarded(Right.SEE_BILL)
def bill_of_line(line_id: int) -> int:
    """The bill that a line belongs to; :class:`NotFound`. Index: primary key."""
    rows = select("select bill_id from bill_line where id = ?", [line_id])
    if not rows:
        raise NotFound("That line does not exist.", "Look at the bill again.")
    return int(rows[0][0])


@guarded(Right.SEE_BILL)
def expiries_of(posting_id: int) -> dict[int, date]:
    """The last day that each line's lot may be used, by line. Index: ``bill_line (bill, position)``."""
    rows = select(
        "select l.id, t.expires_on from bill_line l join lot t on t.id = l.lot_id"
        " where l.bill_id = ? and t.expires_on is not null",
        [posting_id],
    )
    return {line_id: date.fromisoformat(day) for line_id, day in rows}


@guarded(Right.SEE_BILL)
def line_taxes(posting_id: int) -> tuple[TaxRow, ...]:
    """The taxes of all lines, in their order. Indexes: ``bill_line (bill, position)``, primary key."""
    return tuple(
        TaxRow(*row)
        for row in select(
            "select t.line_id, t.name, t.rate, t.base, t.amount from bill_line l join line_tax t"
            " on t.line_id = l.id where l.bill_id = ? order by l.position, t.position",
            [posting_id],
        )
    )


_ACROSS = (
    "select p.id, p.kind, p.year, p.number, a.account, sum(a.amount), p.amount, min(a.id) from allocation a"
    " join posting p on p.id = a.{other}_id where a.{side}_id = ? and a.at <= ?"
    " group by p.id, p.kind, p.year, p.number, a.account, p.amount having sum(a.amount) <> 0"
    " order by min(a.id)"
)


@guarded(Right.SEE_BILL)
def settled_by(posting_id: int, as_of: int) -> tuple[SettledRow, ...]:
    """What settles a bill (M7). Index: ``allocation (debit, account, amount, credit)``."""
    return _across(posting_id, as_of, "debit", "credit")


@guarded(Right.SEE_BILL)
def settles(posting_id: int, as_of: int) -> tuple[SettledRow, ...]:
    """What a payment or credit note settles. Index: ``allocation (credit, account, amount, debit)``."""
    return _across(posting_id, as_of, "credit", "debit")


def _across(posting_id: int, as_of: int, side: str, other: str) -> tuple[SettledRow, ...]:
    return tuple(
        SettledRow(id_, PostingKind(kind), code(kind, year, number), account, int(amount), whole)
        for id_, kind, year, number, account, amount, whole, _ in select(
            _ACROSS.format(side=side, other=other), [posting_id, as_of]
        )
    )


@guarded(Right.SEE_BILL)
def parts_of(posting_ids: Sequence[int]) -> tuple[PartRow, ...]:
    """The parts of payments and refunds. Index: ``payment_part (payment, position)``."""
    return tuple(
        PartRow(*row)
        for row in select(
            "select payment_id, method, amount, tendered from payment_part"
            f" where payment_id in ({marks(posting_ids)}) order by payment_id, position",
            posting_ids,
        )
    )


@guarded(Right.SEE_BILL)
def reason_of_refund(posting_id: int) -> tuple[str, str]:
    """The bill that a refund is for, and why; empty for none. Index: ``return_request (refund)``."""
    rows = select(
        "select r.reason, b.kind, b.year, b.number from return_request r left join posting b"
        " on b.id = r.bill_id where r.refund_id = ?",
        [posting_id],
    )
    if not rows:
        return "", ""
    reason, *bill = rows[0]
    return (code(*bill) if bill[0] else ""), reason


_SOME = 500
"""Ids of one select."""


@guarded(Right.SEE_BILL)
def first_items(posting_ids: Sequence[int]) -> dict[int, tuple[str, int]]:
    """Of each posting the first line's words, and how many lines there are.

    Index: ``bill_line (bill, position)``.
    """
    rows = _of_ids(
        "select bill_id, description, count(*) over (partition by bill_id), position from bill_line"
        " where bill_id in ({}) order by bill_id, position desc",
        posting_ids,
    )
    return {bill_id: (words, int(count)) for bill_id, words, count, _ in rows}


@guarded(Right.SEE_BILL)
def methods_of(posting_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """By which methods each payment or refund went. Index: ``payment_part (payment, position)``."""
    found: dict[int, tuple[str, ...]] = {}
    for id_, method in _of_ids(
        "select distinct payment_id, method from payment_part where method <> 'rounding'"
        " and payment_id in ({}) order by payment_id, method",
        posting_ids,
    ):
        found[id_] = (*found.get(id_, ()), method)
    return found


def _of_ids(sql: str, ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    for at in range(0, len(ids), _SOME):
        some = ids[at : at + _SOME]
        yield from select(sql.format(marks(some)), some)


class CustomerBill(NamedTuple):
    """A bill of a customer; ``left`` is what is still owed on it, ``credited`` what notes took off it."""

    day: date
    code: str
    kind: PostingKind
    total: int
    share: int
    left: int
    credited: int
    voided: bool


@guarded(Right.SEE_BILL)
def bills_of(customer_id: int) -> tuple[CustomerBill, ...]:
    """All bills and debit notes of a customer, the latest first.

    Indexes: ``posting (customer, day)``, ``entry (posting, account, amount)``, ``allocation (debit, ...)``,
    ``posting_corrected``, ``posting_void_once``.
    """
    rows = select(
        "select p.day, p.kind, p.year, p.number, p.amount,"
        " (select coalesce(sum(e.amount), 0) from entry e where e.posting_id = p.id"
        " and e.account = 'receivable'), (select coalesce(sum(a.amount), 0) from allocation a"
        " where a.debit_id = p.id and a.account = 'receivable'), (select coalesce(sum(a.amount), 0)"
        " from posting c join allocation a on a.credit_id = c.id and a.debit_id = p.id"
        " and a.account = 'receivable' where c.corrects_id = p.id and c.kind = 'credit_note'),"
        " exists (select 1 from posting v where v.corrects_id = p.id and v.kind = 'void')"
        " from posting p where p.customer_id = ? and p.kind in"
        " ('sale', 'income', 'borrow', 'dispense', 'debit_note') order by p.day desc, p.id desc",
        [customer_id],
    )
    return tuple(
        CustomerBill(
            date.fromisoformat(day),
            code(kind, year, number),
            PostingKind(kind),
            amount,
            int(share),
            int(share) - int(settled),
            int(credited),
            bool(voided),
        )
        for day, kind, year, number, amount, share, settled, credited, voided in rows
    )
