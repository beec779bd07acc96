"""The bills of one kind, of a customer or of the whole clinic, and what they add up to.

What is paid and left is worked out from the entries and allocations of each bill; nothing of it is stored.
Of every bill: total = payer's share + paid + taken off + left.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from ..db.connection import select
from ..domain.bills import code, read_code
from ..domain.dues import Paid, status
from ..errors import Invalid
from .billitems import Item, items_of, told
from .billtext import bills_with, goods_called
from .page import Page

LOANS = {"active": "Active", "overdue": "Overdue", "returned": "Fully returned"}
"""What a borrow bill can be, derived from its loans (K3)."""


@dataclass(frozen=True, slots=True)
class BillFilter:
    """Which bills of a ``kind``; an empty part lets everything through.

    ``customer_id`` None is the whole clinic. ``statuses`` are values of :class:`Paid`, ``loans`` keys of
    :data:`LOANS` as they are on ``today``. ``first`` and ``last`` are days, both included. ``text`` is
    looked for among the items; a number such as S-2026-000012 finds the bill.
    """

    kind: str
    customer_id: int | None = None
    text: str = ""
    statuses: tuple[str, ...] = ()
    loans: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    today: date | None = None


class BillRow(NamedTuple):
    """One bill. Amounts are minor units of ``currency``.

    ``paid`` is what was settled by payments and credit, ``off`` what credit notes, write-offs and a void
    have taken off the bill, ``left`` what the customer still owes on it. ``items`` names its first lines.
    Of a borrow bill ``out`` items are still with the customer, due on ``due_on``; ``loan`` says so in a
    word. ``lots`` and ``directions`` are of what was dispensed or lent.
    """

    id: int
    kind: str
    code: str
    day: date
    customer_id: int | None
    customer: str
    staff: str
    items: str
    currency: str
    total: int
    payer_share: int
    paid: int
    off: int
    left: int
    status: Paid
    out: int
    due_on: date | None
    loan: str
    lots: str
    directions: str


# --- one bill in SQL -------------------------------------------------------------------------------

_OF = "a.account = 'receivable'"
_SHARE = (
    "(select coalesce(sum(e.amount), 0) from entry e where e.posting_id = p.id and e.account = 'receivable')"
)
_SETTLED = f"(select coalesce(sum(a.amount), 0) from allocation a where a.debit_id = p.id and {_OF})"
_TAKEN_OFF = (
    "(select coalesce(sum(a.amount), 0) from posting c join allocation a on a.credit_id = c.id"
    f" and a.debit_id = p.id and {_OF} where c.corrects_id = p.id)"
)
_VOIDED = "(select count(*) from posting v where v.corrects_id = p.id and v.kind = 'void')"
_GONE = "(select coalesce(sum(v.quantity), 0) from loan_event v where v.loan_id = n.id)"
_LENT = "from bill_line l join loan n on n.line_id = l.id where l.bill_id = p.id"
_OUT = f"(select coalesce(sum(n.quantity - {_GONE}), 0) {_LENT})"
_DUE = (
    "(select min(coalesce((select v.due_on from loan_event v where v.loan_id = n.id and v.kind = 'extended'"
    f" order by v.id desc limit 1), n.due_on)) {_LENT} and n.quantity > {_GONE})"
)
_MONEY = f"{_SHARE} as share, {_SETTLED} as settled, {_TAKEN_OFF} as off, {_VOIDED} as voided"
_LOAN = f"{_OUT} as out, {_DUE} as due_on"
_STATUS = {
    Paid.VOID: "b.voided > 0",
    Paid.PAID: "b.voided = 0 and b.settled >= b.share",
    Paid.UNPAID: "b.voided = 0 and b.settled < b.share and b.settled <= b.off",
    Paid.PART: "b.voided = 0 and b.settled < b.share and b.settled > b.off",
}
"""The same as :func:`~pim_tui.domain.dues.status`, so that the database can choose by it."""
_LOAN_STATE = {
    "returned": "b.voided = 0 and b.out <= 0",
    "overdue": "b.voided = 0 and b.out > 0 and b.due_on < ?",
    "active": "b.voided = 0 and b.out > 0 and b.due_on >= ?",
}


def bills_of(shown: BillFilter, limit: int = 50, offset: int = 0) -> Page[BillRow]:
    """The bills, the newest first; sums over all of them: ``bills``, ``total``, ``payer_share``, ``paid``,
    ``off`` and ``left``, and of borrow bills ``out``.

    Indexes: ``posting (customer, kind, day)``, for the clinic ``posting (kind, day)``; for each bill ``entry
    (posting, account, amount)``, ``allocation (debit, account, amount, credit)``, ``posting_corrected``,
    ``posting_void_once``; of borrow bills ``loan (line)`` and ``loan_event (loan)``; for the bills of the
    page ``bill_line (bill, position)``.
    """
    where, params = _where(shown)
    chosen, more = _derived(shown)
    columns = f"{_MONEY}, {_LOAN}" if shown.kind == "borrow" else f"{_MONEY}, 0 as out, null as due_on"
    bills = f"select p.*, {columns} from posting p where {where}"
    found = select(_page(bills, chosen), [*params, *more, limit, offset])
    (total, *amounts, currency) = select(_SUMS.format(bills=bills, chosen=chosen), [*params, *more])[0]
    count, due, share, settled, off, out = (total, *amounts)
    sums = {
        "bills": count, "total": due, "payer_share": due - share, "paid": settled - off, "off": off,
        "left": share - settled, "out": out,
    }  # fmt: skip
    return Page(_rows(found, shown.today), count, offset, sums, currency or "")


_SUMS = (
    "select count(*), coalesce(sum(b.amount), 0), coalesce(sum(b.share), 0), coalesce(sum(b.settled), 0),"
    " coalesce(sum(b.off), 0), coalesce(sum(b.out), 0), min(b.currency) from ({bills}) b where {chosen}"
)


def _page(bills: str, chosen: str) -> str:
    """The select of a page. Where nothing worked out is asked for, only the page itself is worked out."""
    last = " order by {0}.day desc, {0}.id desc limit ? offset ?"
    inner = bills + last.format("p") if chosen == "1 = 1" else bills
    outer = "" if chosen == "1 = 1" else f" where {chosen}" + last.format("b")
    return (
        "select b.id, b.kind, b.year, b.number, b.day, b.customer_id,"
        " coalesce(trim(c.first_name || ' ' || c.last_name), ''), s.name, b.currency, b.amount, b.share,"
        f" b.settled, b.off, b.voided, b.out, b.due_on from ({inner}) b join staff s on s.id = b.staff_id"
        f" left join customer c on c.id = b.customer_id{outer}"
    )


def _where(shown: BillFilter) -> tuple[str, list[object]]:
    """The condition on posting ``p``."""
    text, params = "p.kind = ?", list[object]([shown.kind])
    if shown.customer_id is not None:
        text, params = "p.customer_id = ? and p.kind = ?", [shown.customer_id, shown.kind]
    for sign, day in ((">=", shown.first), ("<=", shown.last)):
        if day:
            text += f" and p.day {sign} ?"
            params.append(day.isoformat())
    if shown.text.strip():
        wanted, more = _with_text(shown, text, params)
        return f"{text} and {wanted}", [*params, *more]
    return text, params


def _with_text(shown: BillFilter, where: str, params: list[object]) -> tuple[str, list[object]]:
    """The condition for ``shown.text``: in every line of one customer, in the catalogue of a clinic."""
    with suppress(Invalid):  # what is no number names items
        asked = read_code(shown.text)
        return "p.kind = ? and p.year = ? and p.number = ?", [asked.kind.value, asked.year, asked.number]
    if shown.customer_id is None:
        return goods_called(shown.text)
    ids = bills_with(shown.text, where, params)
    return f"p.id in ({', '.join('?' * len(ids)) or 'null'})", [*ids]


def _derived(shown: BillFilter) -> tuple[str, list[object]]:
    """The condition on what is worked out of a bill ``b``."""
    parts, params = ["1 = 1"], list[object]()
    if shown.statuses:
        parts = [" or ".join(f"({_STATUS[Paid(one)]})" for one in shown.statuses)]
    if shown.loans:
        parts.append(" or ".join(f"({_LOAN_STATE[one]})" for one in shown.loans))
        today = (shown.today or date.min).isoformat()
        params += [today for one in shown.loans if "?" in _LOAN_STATE[one]]
    if len(parts) == 1:
        return parts[0], params
    return " and ".join(f"({part})" for part in parts), params


def _rows(found: Sequence[tuple[Any, ...]], today: date | None) -> tuple[BillRow, ...]:
    items = items_of([row[0] for row in found])
    return tuple(_row(row, items.get(row[0], ()), today) for row in found)


def _row(row: tuple[Any, ...], items: Sequence[Item], today: date | None) -> BillRow:
    (id_, kind, year, number, day, customer_id, customer, staff, currency, total, share, settled, off, voided,
     out, due) = row  # fmt: skip
    due_on = date.fromisoformat(due) if due else None
    left = share - settled
    return BillRow(
        id_, kind, code(kind, year, number), date.fromisoformat(day), customer_id, customer, staff,
        told(items), currency, total, total - share, settled - off, off, left,
        status(share, left, voided=bool(voided), returned=off), out, due_on,
        _loan(kind, bool(voided), out, due_on, today),
        ", ".join(dict.fromkeys(lot for item in items for lot in item.lots)),
        "; ".join(dict.fromkeys(item.directions for item in items if item.directions)),
    )  # fmt: skip


def _loan(kind: str, voided: bool, out: int, due_on: date | None, today: date | None) -> str:
    if kind != "borrow" or voided:
        return ""
    if out <= 0:
        return LOANS["returned"]
    return LOANS["overdue" if today and due_on and due_on < today else "active"]
