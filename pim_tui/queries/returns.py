"""What of a bill can come back, and who asked for what (R1-R5).

How much came back is counted from the requests each time; no counter is kept (R1).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..db.connection import select
from ..db.many import marks
from ..domain.bills import OWED, PostingKind, code
from ..domain.money import shown
from ..domain.pricing import PricedTax
from ..domain.returns import SoldLine, usual_disposition
from ..domain.rights import Right
from ..errors import NotFound
from .gate import guarded
from .page import Page, Totals

COUNTS = "q.state not in ('rejected', 'withdrawn')"
"""Requests ``q`` whose units are gone or wait to be."""


@dataclass(frozen=True, slots=True)
class ReturnableLine:
    """A line of a bill as it can come back. ``sold`` holds what it was worth and what came back already.

    ``goods``: items of it left the stock. ``usual`` is what becomes of them unless said otherwise (R5);
    ``lots`` names those that were handed out.
    """

    sold: SoldLine
    code: str
    product_id: int | None
    unit: str
    unit_price: int
    lot_id: int | None
    goods: bool
    medicine: bool
    usual: str
    lots: str

    @property
    def left(self) -> int:
        """How many can still come back."""
        return self.sold.quantity - self.sold.returned


@dataclass(frozen=True, slots=True)
class Returnable:
    """A bill as somebody asks to take lines of it back; amounts are minor units of ``currency``.

    ``owed`` is what the customer still owes on it, ``charged`` and ``payer_charged`` what it comes to after
    credit notes and write-offs, for the customer and the payer, ``taxed`` the tax that is still in it.
    """

    id: int
    kind: PostingKind
    code: str
    day: date
    customer_id: int | None
    customer: str
    payer_id: int | None
    currency: str
    inclusive: bool
    voided: bool
    owed: int
    charged: int
    payer_charged: int
    taxed: int
    lines: tuple[ReturnableLine, ...]

    @property
    def comes_back(self) -> bool:
        """Whether a bill of this kind can be returned at all: a return cannot (R1)."""
        return self.kind in OWED and not self.voided

    def line(self, line_id: int) -> ReturnableLine | None:
        """One of its lines; None for a line of another bill."""
        return next((line for line in self.lines if line.sold.id == line_id), None)


@guarded(Right.SEE_BILL)
def returnable(bill_id: int, before: int | None = None) -> Returnable:
    """The bill and its lines. ``before`` counts only what was asked for earlier than that request.

    Indexes: primary keys, ``bill_line (bill, position)``, ``line_tax (line, position)``, ``return_line
    (line)``, ``stock_movement (line)``, ``entry (posting, ...)``, ``posting (corrects)``. Raises NotFound.
    """
    rows = select(
        "select p.id, p.kind, p.year, p.number, p.day, p.customer_id, trim(c.first_name || ' ' ||"
        " c.last_name), p.payer_id, p.currency, p.inclusive, exists (select 1 from posting v where"
        " v.corrects_id = p.id and v.kind = 'void') from posting p left join customer c"
        " on c.id = p.customer_id where p.id = ? and p.state = 'posted'",
        [bill_id],
    )
    if not rows:
        raise NotFound("That bill does not exist.", "Go back to the list and choose another.")
    id_, kind, year, number, day, customer_id, customer, payer_id, currency, inclusive, voided = rows[0]
    still = charged(bill_id)
    return Returnable(
        id_, PostingKind(kind), code(kind, year, number), date.fromisoformat(day), customer_id,
        customer or "", payer_id, currency, bool(inclusive), bool(voided), _owed(bill_id),
        still.get("receivable", 0), still.get("payer", 0), still.get("tax", 0), _lines(bill_id, before),
    )  # fmt: skip


def _lines(bill_id: int, before: int | None) -> tuple[ReturnableLine, ...]:
    taxes = _taxes(bill_id)
    earlier, params = ("and q.id < ?", [before]) if before else ("", [])
    rows = select(
        "select l.id, l.quantity, l.net, l.tax, l.total, l.customer_share, l.payer_share, (select"
        " coalesce(sum(r.quantity), 0) from return_line r join return_request q on q.id = r.request_id"
        f" where r.line_id = l.id and {COUNTS} {earlier}), l.description, l.code, l.product_id,"
        " l.unit, l.unit_price, l.lot_id, coalesce(d.medicine, 0), p.kind from bill_line l join posting p"
        " on p.id = l.bill_id left join product d on d.id = l.product_id where l.bill_id = ?"
        " order by l.position",
        [*params, bill_id],
    )
    lots = _lots(bill_id)
    return tuple(_line(row, taxes.get(row[0], ()), lots.get(row[0])) for row in rows)


def _line(row: tuple[Any, ...], taxes: tuple[PricedTax, ...], lots: str | None) -> ReturnableLine:
    """``lots`` is None where nothing left the stock."""
    (id_, quantity, net, tax, total, customer, payer, returned, description, code_, product_id, unit,
     unit_price, lot_id, medicine, kind) = row  # fmt: skip
    sold = SoldLine(id_, quantity, net, tax, total, customer, payer, taxes, int(returned), description)
    # What was lent comes back by being handed back, whatever becomes of its fee (K3).
    goods = lots is not None and kind in (PostingKind.SALE, PostingKind.DISPENSE)
    # Whatever was dispensed is treated as medicine is: it was out of sight (K4).
    medicine = bool(medicine) or kind == PostingKind.DISPENSE
    usual = str(usual_disposition(tracked=goods, medicine=medicine))
    return ReturnableLine(
        sold, code_, product_id, unit, unit_price, lot_id, goods, medicine, usual, lots or ""
    )


def _taxes(bill_id: int) -> dict[int, tuple[PricedTax, ...]]:
    found: dict[int, list[PricedTax]] = defaultdict(list)
    for line_id, name, rate, base, amount in select(
        "select t.line_id, t.name, t.rate, t.base, t.amount from bill_line l join line_tax t"
        " on t.line_id = l.id where l.bill_id = ? order by t.line_id, t.position",
        [bill_id],
    ):
        found[line_id].append(PricedTax(name, rate, base, amount))
    return {line_id: tuple(taxes) for line_id, taxes in found.items()}


def _lots(bill_id: int) -> dict[int, str]:
    """What left the stock, by line: the lots' names."""
    found: dict[int, list[str]] = defaultdict(list)
    for line_id, lot_code, serial in select(
        "select distinct m.line_id, o.code, o.serial from bill_line l join stock_movement m"
        " on m.line_id = l.id join lot o on o.id = m.lot_id where l.bill_id = ? and m.quantity < 0"
        " order by m.line_id, o.code, o.serial",
        [bill_id],
    ):
        found[line_id].append(serial or lot_code)
    return {line_id: ", ".join(filter(None, names)) for line_id, names in found.items()}


@guarded(Right.SEE_BILL)
def charged(bill_id: int) -> dict[str, int]:
    """What the bill comes to after everything that took something off it and stands: ``receivable`` of the
    customer, ``payer``, and the ``tax`` in it.

    Indexes: ``entry (posting, account, amount)``, ``posting (corrects)``, ``posting_void_once``.
    """
    return {
        account: -int(amount) if account == "tax" else int(amount)
        for account, amount in select(
            "select e.account, sum(e.amount) from entry e where e.account in ('receivable', 'payer', 'tax')"
            " and (e.posting_id = ? or e.posting_id in (select c.id from posting c where c.corrects_id = ?"
            " and (c.kind = 'void' or c.kind in ('credit_note', 'write_off') and not exists (select 1 from"
            " posting v where v.corrects_id = c.id and v.kind = 'void')))) group by e.account",
            [bill_id, bill_id],
        )
    }


def _owed(bill_id: int) -> int:
    ((owed,),) = select(
        "select (select coalesce(sum(amount), 0) from entry where posting_id = ? and account = 'receivable')"
        " - (select coalesce(sum(amount), 0) from allocation where debit_id = ? and account = 'receivable')",
        [bill_id, bill_id],
    )
    return int(owed)


# --- requests ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request as the list of waiting refunds shows it. ``value`` is both shares."""

    id: int
    version: int
    state: str
    bill_id: int | None
    bill: str
    whose: str
    asked_at: int
    asked_by: str
    value: int
    currency: str
    method: str
    reason: str
    decided_by: str
    by_rule: str

    @property
    def next_step(self) -> str:
        """What it waits for, or how it ended."""
        return _STEPS[self.state]

    @property
    def way(self) -> str:
        """How the money goes back, in words."""
        return _WAYS.get(self.method, self.method)

    @property
    def about(self) -> str:
        """What it is, for a heading: ``refund of 11.90 EUR, S-2026-000012, Jane Doe``."""
        what = "payout" if self.bill_id is None else "refund"
        named = self.whose if self.bill_id is None else ", ".join(filter(None, (self.bill, self.whose)))
        return f"{what} of {shown(self.value, self.currency)}, {named}"


_STEPS = {
    "requested": "approve", "approved": "pay out", "rejected": "rejected", "paid": "paid",
    "credited": "credited", "withdrawn": "withdrawn",
}  # fmt: skip
_WAYS = {"original": "as it was paid", "credit": "kept as credit"}


@dataclass(frozen=True, slots=True)
class RequestedLine:
    """One line of a request: what it is, how many come back, what becomes of the goods."""

    line_id: int
    description: str
    quantity: int
    disposition: str


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One request whole: the row, its lines, what was decided and what was posted for it."""

    row: RequestRow
    customer_id: int | None
    payer_id: int | None
    customer_value: int
    payer_value: int
    lines: tuple[RequestedLine, ...]
    decided_at: int | None
    decision: str
    credit_note_id: int | None
    credit_note: str
    refund: str


_ROW = (
    "select q.id, q.version, q.state, q.bill_id, b.kind, b.year, b.number, coalesce(trim(c.first_name || ' '"
    " || c.last_name), y.name, ''), q.requested_at, s.name, q.value + q.payer_value,"
    " coalesce(b.currency, (select p.currency from posting p where p.customer_id = q.customer_id order by"
    " p.id desc limit 1), (select p.currency from entry e join posting p on p.id = e.posting_id where"
    " e.payer_id = q.payer_id limit 1), ''), q.method, q.reason, coalesce(d.name, ''), q.by_rule"
    " from return_request q join staff s on s.id = q.requested_by_id left join staff d"
    " on d.id = q.decided_by_id left join posting b on b.id = q.bill_id left join customer c on"
    " c.id = coalesce(b.customer_id, q.customer_id) left join payer y on y.id = q.payer_id"
)


@guarded(Right.SEE_BILL)
def waiting(states: tuple[str, ...], limit: int, offset: int) -> Page[RequestRow]:
    """Requests in these states, the oldest first; sums count and add up all of them.

    Indexes: ``return_request (state)``; for the currency of what is no bill's ``posting (customer, day)`` and
    ``entry (payer, day, amount)``.
    """
    rows = select(
        f"{_ROW} where q.state in ({marks(states)}) order by q.id limit ? offset ?", [*states, limit, offset]
    )
    ((total, value),) = select(
        "select count(*), coalesce(sum(value + payer_value), 0) from return_request"
        f" where state in ({marks(states)})",
        [*states],
    )
    sums = {"requests": int(total), "value": int(value)}
    found = tuple(map(_row, rows))
    return Page(found, Totals(int(total), sums, found[0].currency if found else ""), offset)


@guarded(Right.SEE_BILL)
def waiting_of(bill_id: int) -> tuple[RequestRow, ...]:
    """The requests of a bill that wait to be decided or paid. Index: ``return_request (bill)``."""
    rows = select(
        f"{_ROW} where q.bill_id = ? and q.state in ('requested', 'approved') order by q.id", [bill_id]
    )
    return tuple(map(_row, rows))


@guarded(Right.SEE_BILL)
def request_page(request_id: int) -> RequestPage:
    """One request. Indexes: primary keys, ``return_line (request, line)``. Raises NotFound."""
    rows = select(f"{_ROW} where q.id = ?", [request_id])
    if not rows:
        raise NotFound("That request does not exist.", "Go back to the list and choose another.")
    (found,) = select(
        "select q.customer_id, q.payer_id, q.value, q.payer_value, q.decided_at, q.decision, n.id, n.kind,"
        " n.year, n.number, r.kind, r.year, r.number from return_request q left join posting n"
        " on n.id = q.credit_note_id left join posting r on r.id = q.refund_id where q.id = ?",
        [request_id],
    )
    lines = select(
        "select r.line_id, l.description, r.quantity, r.disposition from return_line r join bill_line l"
        " on l.id = r.line_id where r.request_id = ? order by l.position",
        [request_id],
    )
    customer_id, payer_id, value, payer_value, decided_at, decision, note_id, *note = found[:10]
    refund = found[10:]
    return RequestPage(
        _row(rows[0]), customer_id, payer_id, value, payer_value,
        tuple(RequestedLine(*line) for line in lines), decided_at, decision,
        note_id, code(*note) if note_id else "", code(*refund) if refund[0] else "",
    )  # fmt: skip


def _row(row: tuple[Any, ...]) -> RequestRow:
    id_, version, state, bill_id, kind, year, number, *rest = row
    bill = code(kind, year, number) if kind else "credit"
    return RequestRow(id_, version, state, bill_id, bill, *rest)
