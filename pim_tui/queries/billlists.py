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
from ..db.many import marks
from ..domain.bills import code, read_code
from ..domain.dues import Paid, status
from ..domain.rights import Right
from ..errors import Invalid
from .billitems import Item, items_of, told
from .billtext import bills_with, goods_called
from .gate import guarded
from .page import Page, Totals
from .paging import behind
from .where import Where

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

    Of what the customer is to pay, ``paid`` was settled by payments and credit, ``off`` taken off by credit
    notes, write-offs and a void, and ``left`` is still owed; ``payer_left`` is what the payer owes. The
    status is of both together, as on the bill's page. ``items`` names its first lines. Of a borrow bill
    ``out`` items are still with the customer, due on ``due_on``; ``loan`` says so in a word. ``lots`` and
    ``directions`` are of what was dispensed or lent.
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
    payer_left: int
    status: Paid
    out: int
    due_on: date | None
    loan: str
    lots: str
    directions: str


# --- one bill in SQL -------------------------------------------------------------------------------

_CHARGED = (
    "(select coalesce(sum(e.amount), 0) from entry e where e.posting_id = p.id and e.account = 'receivable')"
)
_SETTLED = (
    "(select coalesce(sum(a.amount), 0) from allocation a where a.debit_id = p.id and a.account = '{}')"
)
_TAKEN_OFF = (
    "(select coalesce(sum(a.amount), 0) from posting c join allocation a on a.credit_id = c.id"
    " and a.debit_id = p.id and a.account = 'receivable' where c.corrects_id = p.id)"
)
_CREDITED = (
    "(select coalesce(sum(c.amount), 0) from posting c where c.corrects_id = p.id and c.kind = 'credit_note'"
    " and not exists (select 1 from posting v where v.corrects_id = c.id and v.kind = 'void'))"
)
_VOIDED = "(select count(*) from posting v where v.corrects_id = p.id and v.kind = 'void')"
_GONE = "(select coalesce(sum(v.quantity), 0) from loan_event v where v.loan_id = n.id)"
_LENT = "from bill_line l join loan n on n.line_id = l.id where l.bill_id = p.id"
_OUT = f"(select coalesce(sum(n.quantity - {_GONE}), 0) {_LENT})"
_DUE = (
    "(select min(coalesce((select v.due_on from loan_event v where v.loan_id = n.id and v.kind = 'extended'"
    f" order by v.id desc limit 1), n.due_on)) {_LENT} and n.quantity > {_GONE})"
)
_MONEY = (
    f"{_CHARGED} as share, {_SETTLED.format('receivable')} as settled, {_TAKEN_OFF} as off,"
    f" {_SETTLED.format('payer')} as payer_settled, {_CREDITED} as credited, {_VOIDED} as voided"
)
_LOAN = f"{_OUT} as out, {_DUE} as due_on"
_OPEN = "(b.amount - b.settled - b.payer_settled)"
_STATUS = {
    Paid.VOID: "b.voided > 0",
    Paid.PAID: f"b.voided = 0 and {_OPEN} <= 0",
    Paid.UNPAID: f"b.voided = 0 and {_OPEN} > 0 and {_OPEN} >= b.amount - b.credited",
    Paid.PART: f"b.voided = 0 and {_OPEN} > 0 and {_OPEN} < b.amount - b.credited",
}
"""The same as :func:`~pim_tui.domain.dues.status`, so that the database can choose by it."""
_LOAN_STATE = {
    "returned": "b.voided = 0 and b.out <= 0",
    "overdue": "b.voided = 0 and b.out > 0 and b.due_on < ?",
    "active": "b.voided = 0 and b.out > 0 and b.due_on >= ?",
}


@guarded(Right.SEE_BILL)
def bills_of(
    shown: BillFilter, limit: int = 50, offset: int = 0, *, after: int | None = None
) -> Page[BillRow]:
    """The bills, the newest first, from ``offset`` on or those behind the one with the id ``after``; sums
    over all of them: ``bills``, ``total``, ``payer_share``, ``paid``, ``off``, ``left`` and ``payer_left``,
    and of borrow bills ``out``.

    Indexes: ``posting (customer, kind, day)``, for the clinic ``posting (kind, day)``; for each bill ``entry
    (posting, account, amount)``, ``allocation (debit, account, amount, credit)``, ``posting_corrected``,
    ``posting_void_once``; of borrow bills ``loan (line)`` and ``loan_event (loan)``; for the bills of the
    page ``bill_line (bill, position)`` and ``stock_movement_of_line``.
    """
    where, params = _where(shown)
    chosen, more = _derived(shown)
    columns = f"{_MONEY}, {_LOAN}" if shown.kind == "borrow" else f"{_MONEY}, 0 as out, null as due_on"
    bills = f"select p.*, {columns} from posting p where {where}"
    further, last = behind(after, "posting", "p", "day", "id")
    page = _page(bills + further, chosen)
    found = select(page, [*params, *last, *more, limit, 0 if last else offset])
    return Page(_rows(found, shown.today), lambda: _added_up(bills, chosen, [*params, *more]), offset)


def _added_up(bills: str, chosen: str, params: Sequence[object]) -> Totals:
    summed = select(_SUMS.format(bills=bills, chosen=chosen), params)[0]
    count, total, share, settled, off, by_payer, out, currency = summed
    sums = {
        "bills": count,
        "total": total,
        "payer_share": total - share,
        "paid": settled - off,
        "off": off,
        "left": share - settled,
        "payer_left": total - share - by_payer,
        "out": out,
    }
    return Totals(count, sums, currency or "")


@guarded(Right.SEE_BILL)
def bills_with_ids(ids: Sequence[int]) -> tuple[BillRow, ...]:
    """The bills with these ids, whatever their kinds, in no order; nothing is told of loans.

    Indexes: primary key, and for each bill as :func:`bills_of`.
    """
    where = f"p.id in ({marks(ids)})"
    bills = f"select p.*, {_MONEY}, 0 as out, null as due_on from posting p where {where}"
    return _rows(select(_page(bills, "1 = 1"), [*ids, len(ids), 0]), None) if ids else ()


_SUMS = (
    "select count(*), coalesce(sum(b.amount), 0), coalesce(sum(b.share), 0), coalesce(sum(b.settled), 0),"
    " coalesce(sum(b.off), 0), coalesce(sum(b.payer_settled), 0), coalesce(sum(b.out), 0), min(b.currency)"
    " from ({bills}) b where {chosen}"
)


def _page(bills: str, chosen: str) -> str:
    """The select of a page. Where nothing worked out is asked for, only the page itself is worked out."""
    last, cut = " order by {0}.day desc, {0}.id desc", " limit ? offset ?"
    inner = bills + last.format("p") + cut if chosen == "1 = 1" else bills
    # Once more outside: a join may hand the rows of a select on in another order.
    outer = last.format("b") if chosen == "1 = 1" else f" where {chosen}" + last.format("b") + cut
    return (
        "select b.id, b.kind, b.year, b.number, b.day, b.customer_id,"
        " coalesce(trim(c.first_name || ' ' || c.last_name), ''), s.name, b.currency, b.amount, b.share,"
        " b.settled, b.off, b.payer_settled, b.credited, b.voided, b.out, b.due_on"
        f" from ({inner}) b join staff s on s.id = b.staff_id"
        f" left join customer c on c.id = b.customer_id{outer}"
    )


def _where(shown: BillFilter) -> Where:
    """The condition on posting ``p``."""
    where = Where("p.kind = ?", (shown.kind,))
    if shown.customer_id is not None:
        where = Where("p.customer_id = ? and p.kind = ?", (shown.customer_id, shown.kind))
    where = where.days("p.day", shown.first, shown.last)
    if shown.text.strip():
        wanted, params = _with_text(shown, where)
        return where.also(wanted, *params)
    return where


def _with_text(shown: BillFilter, where: Where) -> tuple[str, Sequence[object]]:
    """The condition for ``shown.text``: in every line of one customer, in the catalogue of a clinic."""
    with suppress(Invalid):  # what is no number names items
        asked = read_code(shown.text)
        return "p.kind = ? and p.year = ? and p.number = ?", [asked.kind.value, asked.year, asked.number]
    if shown.customer_id is None:
        return goods_called(shown.text)
    ids = bills_with(shown.text, *where)
    return f"p.id in ({marks(ids) or 'null'})", [*ids]


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
    (id_, kind, year, number, day, customer_id, customer, staff, currency, total, share, settled, off,
     by_payer, credited, voided, out, due) = row  # fmt: skip
    due_on = date.fromisoformat(due) if due else None
    left, payer_left = share - settled, total - share - by_payer
    how_far = status(total, left + payer_left, voided=bool(voided), returned=credited)
    return BillRow(
        id_, kind, code(kind, year, number), date.fromisoformat(day), customer_id, customer, staff,
        told(items), currency, total, total - share, settled - off, off, left,
        payer_left, how_far, out, due_on,
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
