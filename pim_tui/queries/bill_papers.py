"""What a bill's paper is made of: the posting, its lines and taxes, and what had settled it at a moment.

Amounts are whole minor units, moments UTC seconds. ``as_of`` leaves out what was settled later, so that a
copy says what the original said (M10).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from ..db.connection import select
from ..domain.bills import Code, PostingKind, code
from ..errors import NotFound


class PostingRow(NamedTuple):
    """A posting. ``receivable`` and ``payer_owes`` are what its entries make of the two accounts."""

    id: int
    kind: PostingKind
    code: str
    at: int
    day: date
    staff: str
    customer_id: int | None
    payer: str
    currency: str
    amount: int
    corrects: str
    corrects_on: date | None
    reason: str
    note: str
    receivable: int
    payer_owes: int


class LineRow(NamedTuple):
    """A line as it was priced; see :class:`~pim_tui.models.BillLine`. ``due_on`` is of a thing lent."""

    id: int
    code: str
    description: str
    unit: str
    quantity: int
    unit_price: int
    discount: int
    bill_discount: int
    net: int
    total: int
    lot: str
    serial: str
    expires_on: date | None
    directions: str
    due_on: date | None


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
    amount: int
    whole: int


class PartRow(NamedTuple):
    """How much of a payment or refund went by one method."""

    payment_id: int
    method: str
    amount: int
    tendered: int | None


class VoidRow(NamedTuple):
    """Who voided a posting, when and why."""

    at: int
    staff: str
    reason: str


_ENTRIES = "(select coalesce(sum(e.amount), 0) from entry e where e.posting_id = p.id and e.account = '{}')"
_POSTING = (
    "select p.id, p.kind, p.year, p.number, p.at, p.day, s.name, p.customer_id, coalesce("
    " (select y.name from payer y where y.id = p.payer_id), ''), p.currency, p.amount,"
    " c.kind, c.year, c.number, c.day, p.reason, p.note,"
    f" {_ENTRIES.format('receivable')}, {_ENTRIES.format('payer')}"
    " from posting p join staff s on s.id = p.staff_id left join posting c on c.id = p.corrects_id"
    " where p.id = ?"
)


def posting(posting_id: int) -> PostingRow:
    """The posting with this id; :class:`NotFound`.

    Indexes: primary key, ``entry (posting, account, amount)``.
    """
    rows = select(_POSTING, [posting_id])
    if not rows:
        raise NotFound("That document does not exist.", "Search again.")
    (id_, kind, year, number, at, day, staff, customer_id, payer, currency, amount,
     other, other_year, other_number, other_day, reason, note, receivable, owes) = rows[0]  # fmt: skip
    return PostingRow(
        id_, PostingKind(kind), code(kind, year, number), at, date.fromisoformat(day), staff, customer_id,
        payer, currency, amount, code(other, other_year, other_number) if other else "",
        date.fromisoformat(other_day) if other_day else None, reason, note, int(receivable), int(owes),
    )  # fmt: skip


def posting_id(number: Code) -> int:
    """The posting with this number; :class:`NotFound`. Index: ``posting (kind, year, number)``."""
    rows = select(
        "select id from posting where kind = ? and year = ? and number = ?",
        [number.kind.value, number.year, number.number],
    )
    if not rows:
        raise NotFound(f"There is no {code(*number)}.", "Look at the number again.")
    return int(rows[0][0])


_LINE = (
    "select l.id, l.code, l.description, l.unit, l.quantity, l.unit_price, l.discount, l.bill_discount,"
    " l.net, l.total, coalesce(t.code, ''), coalesce(t.serial, ''), t.expires_on, l.directions, n.due_on"
    " from bill_line l left join lot t on t.id = l.lot_id left join loan n on n.line_id = l.id"
)


def lines_of(posting_id: int) -> tuple[LineRow, ...]:
    """The lines in their order. Indexes: ``bill_line (bill, position)``, ``loan (line)``."""
    return _lines(f"{_LINE} where l.bill_id = ? order by l.position", posting_id)


def line(line_id: int) -> tuple[LineRow, int]:
    """A line, and the posting it belongs to; :class:`NotFound`. Index: primary key."""
    rows = select("select bill_id from bill_line where id = ?", [line_id])
    if not rows:
        raise NotFound("That line does not exist.", "Look at the bill again.")
    return _lines(f"{_LINE} where l.id = ?", line_id)[0], int(rows[0][0])


def _lines(sql: str, id_: int) -> tuple[LineRow, ...]:
    return tuple(
        LineRow._make((*row[:12], _date(row[12]), row[13], _date(row[14]))) for row in select(sql, [id_])
    )


def taxes_of(posting_id: int) -> tuple[TaxRow, ...]:
    """The taxes of all lines, in their order. Indexes: ``bill_line (bill, position)``, primary key."""
    return tuple(
        TaxRow(*row)
        for row in select(
            "select t.line_id, t.name, t.rate, t.base, t.amount from bill_line l join line_tax t"
            " on t.line_id = l.id where l.bill_id = ? order by l.position, t.position",
            [posting_id],
        )
    )


_OTHER_SIDE = (
    "select p.id, p.kind, p.year, p.number, sum(a.amount), p.amount, min(a.id) from allocation a"
    " join posting p on p.id = a.{other}_id where a.{side}_id = ? and a.account = 'receivable' and a.at <= ?"
    " group by p.id, p.kind, p.year, p.number, p.amount having sum(a.amount) <> 0 order by min(a.id)"
)


def settled_by(posting_id: int, as_of: int) -> tuple[SettledRow, ...]:
    """What settles a bill (M7). Index: ``allocation (debit, account, amount, credit)``."""
    return _across(posting_id, as_of, "debit", "credit")


def settles(posting_id: int, as_of: int) -> tuple[SettledRow, ...]:
    """What a payment or credit note settles. Index: ``allocation (credit, account, amount, debit)``."""
    return _across(posting_id, as_of, "credit", "debit")


def _across(posting_id: int, as_of: int, side: str, other: str) -> tuple[SettledRow, ...]:
    return tuple(
        SettledRow(id_, PostingKind(kind), code(kind, year, number), int(amount), whole)
        for id_, kind, year, number, amount, whole, _ in select(
            _OTHER_SIDE.format(side=side, other=other), [posting_id, as_of]
        )
    )


def parts_of(posting_ids: Sequence[int]) -> tuple[PartRow, ...]:
    """The parts of payments and refunds. Index: ``payment_part (payment, position)``."""
    return tuple(
        PartRow(*row)
        for id_ in posting_ids
        for row in select(
            "select payment_id, method, amount, tendered from payment_part where payment_id = ?"
            " order by position",
            [id_],
        )
    )


def void_of(posting_id: int) -> VoidRow | None:
    """The void of a posting, None when it stands. Index: ``posting_void_once``."""
    rows = select(
        "select v.at, s.name, v.reason from posting v join staff s on s.id = v.staff_id"
        " where v.corrects_id = ? and v.kind = 'void'",
        [posting_id],
    )
    return VoidRow(*rows[0]) if rows else None


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


def first_items(posting_ids: Iterable[int]) -> dict[int, tuple[str, int]]:
    """Of each posting the first line's words, and how many lines there are.

    Index: ``bill_line (bill, position)``.
    """
    found: dict[int, tuple[str, int]] = {}
    ids = list(posting_ids)
    for at in range(0, len(ids), 500):
        some = ids[at : at + 500]
        marks = ", ".join("?" * len(some))
        rows = select(
            "select bill_id, description, count(*) over (partition by bill_id), position from bill_line"
            f" where bill_id in ({marks}) order by bill_id, position desc",
            some,
        )
        found |= {bill_id: (words, int(count)) for bill_id, words, count, _ in rows}
    return found


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


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


def bills_of(customer_id: int) -> tuple[CustomerBill, ...]:
    """All bills and debit notes of a customer, the latest first.

    Indexes: ``posting (customer, day)``, ``entry (posting, account, amount)``, ``allocation (debit, ...)``,
    ``posting_corrected``, ``posting_void_once``.
    """
    rows = select(
        "select p.day, p.kind, p.year, p.number, p.amount,"
        f" {_ENTRIES.format('receivable')}, (select coalesce(sum(a.amount), 0) from allocation a"
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
            date.fromisoformat(day), code(kind, year, number), PostingKind(kind), amount, int(share),
            int(share) - int(settled), int(credited), bool(voided),
        )
        for day, kind, year, number, amount, share, settled, credited, voided in rows
    )  # fmt: skip
