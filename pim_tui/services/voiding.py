"""Taking a whole document back on the day it was posted, before that day is closed (M8).

The void is a posting of its own with every entry turned round. What had settled the document, or what it
had settled, is free again; goods come back to the lots they came from, loans count as handed back.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..db.bulk import insert
from ..db.connection import select
from ..domain.bills import OWED, PostingKind
from ..domain.moments import day_of, short_day
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import Refused
from ..models import LoanEvent
from ..queries.balances import left_on
from ..queries.bills import BillPage, SettledRow, bill_page
from . import stockroom
from .overdrawing import note_overdrawn
from .payments import PARTS, free, open_drawer
from .posting import NewPosting, Opened, Side, allocate, begin, enter, finish
from .reasons import typed_reason
from .usecase import use_case
from .work import Done, Work

ACCOUNTS = ("receivable", "payer")


@dataclass(frozen=True, slots=True)
class VoidPosting:
    """Void a bill, note, write-off or payment of the same day, before the day is closed (M8)."""

    id: int
    reason: str
    request: str = ""


@use_case(Right.VOID_BILL)
def void_posting(work: Work, command: VoidPosting) -> Done:
    """Void a document with a reason.

    A bill that was paid is no longer, and what was paid is the customer's credit; a payment without a
    customer is voided with its bill, since nobody could have the credit. The bills that a voided payment
    had settled are owed again. Raises Invalid, NotFound, and Refused with what to do instead (M8).
    """
    reason = typed_reason(command.reason, "Type why it is void.")
    page = bill_page(command.id)
    _require_voidable(work, page)
    void, freed = _void(work, page, reason)
    ids, back = [void.id, page.header.id], _in_hand(page)
    for row in _nobodys(page):
        payment = bill_page(row.id)
        also, _ = _void(work, payment, reason)
        ids += [also.id, row.id]
        back += _in_hand(payment)
        freed -= row.amount
    says = _said(work, page, freed, back)
    return Done("posting", tuple(ids), (void.day.isoformat(),), says=says)


def check_void(session: Session, posting_id: int) -> None:
    """Raise what :func:`void_posting` would, before somebody types a reason for nothing (M8)."""
    session.needs(Right.VOID_BILL)
    _require_voidable(Work(session, session.clock()), bill_page(posting_id))


def _nobodys(page: BillPage) -> list[SettledRow]:
    """The payments of a bill without a customer: nobody could have them to the credit."""
    if page.header.customer_id is not None:
        return []
    return [row for row in page.payments if row.account == "receivable"]


def _in_hand(page: BillPage) -> int:
    """What was really taken for a payment, without the cents that no coin exists for."""
    return sum(part.amount for part in page.parts if part.method != "rounding")


def _said(work: Work, page: BillPage, freed: int, back: int) -> str:
    told = [f"{page.header.code} is void"]
    told += [f"give back {work.figures(back)}"] if back else []
    if freed and page.header.kind in OWED:
        told.append(f"{work.figures(freed)} is credit now: use it, or void the payment as well")
    elif freed:
        told.append(f"{work.figures(freed)} is owed again")
    return f"{'; '.join(told)}."


# --- whether it may be voided --------------------------------------------------------------------------


def _require_voidable(work: Work, page: BillPage) -> None:
    """Refuse with the next step; the tables refuse the same once more (M8)."""
    head = page.header
    if head.void_id is not None or head.kind == PostingKind.VOID:
        raise _no(
            f"{head.code} is void already." if head.void_id else f"{head.code} is a void itself.",
            "Post a new document.",
        )
    today = day_of(work.now, work.session.zone)
    if head.day != today:
        raise _no(f"{head.code} was posted on {short_day(head.day)}.", _INSTEAD.get(head.kind, _NOTE))
    if select("select 1 from day_close where day = ?", [today.isoformat()]):
        raise _no("This day is closed.", _INSTEAD.get(head.kind, _NOTE))
    if head.kind == PostingKind.PAYMENT and head.customer_id is None and head.payer_id is None:
        raise _no(f"{head.code} is of nobody who could owe it again.", "Void the bill that it paid.")
    if head.kind == PostingKind.REFUND:
        raise _no("Money that was paid back stays paid back.", "Take a payment when it comes in again.")
    if waiting := [row for row in page.returns if row.state not in ("rejected", "withdrawn")]:
        told = f"There is a return of {head.code} ({waiting[0].state})."
        if waiting[0].state == "requested":
            raise _no(told, "Decide it first.", "bill.refund")
        raise _no(told, "Return what is left of it.")
    if standing := [row for row in page.corrections if not row.voided and row.kind != PostingKind.VOID]:
        raise _no(f"{standing[0].code} corrects {head.code}.", f"Void {standing[0].code} first.")
    _require_nothing_depends(page)


def _require_nothing_depends(page: BillPage) -> None:
    """What other rows say about it: returns, refunds, loans.

    Indexes: ``return_request (credit_note)``, ``loan (line)``, ``loan (customer)``, ``loan_event (loan)``.
    """
    head = page.header
    if select("select 1 from return_request where credit_note_id = ?", [head.id]):
        raise _no(f"{head.code} belongs to a return.", "Sell the goods again instead.")
    if any(row.kind == PostingKind.REFUND for row in page.settles):
        raise _no(f"A part of {head.code} was paid back.", "It cannot be void any more.")
    if select(
        "select 1 from bill_line l join loan n on n.line_id = l.id join loan_event e on e.loan_id = n.id"
        " where l.bill_id = ? and e.kind <> 'extended' limit 1",
        [head.id],
    ):
        raise _no("A part of what was lent is back or lost.", "Hand back the rest; credit what was charged.")
    # By way of whose loan it was: a loss is charged to whoever has borrowed.
    if head.kind == PostingKind.INCOME and select(
        "select 1 from loan n join loan_event e on e.loan_id = n.id where n.customer_id = ?"
        " and e.posting_id = ? limit 1",
        [head.customer_id, head.id],
    ):
        raise _no(f"{head.code} charges a loss that stays one.", "Post a credit note.")


_NOTE = "Post a credit note instead."
_INSTEAD = {
    PostingKind.PAYMENT: "Ask for a refund instead.",
    PostingKind.CREDIT_NOTE: "Post a debit note instead.",
    PostingKind.WRITE_OFF: "Post a debit note instead.",
}


def _no(message: str, hint: str, step: str = "") -> Refused:
    return Refused(message, hint, rule="M8", step=step)


# --- doing it ------------------------------------------------------------------------------------------


def _void(work: Work, page: BillPage, reason: str) -> tuple[Opened, int]:
    """Turn a document round; how much of other documents was freed by it."""
    head = page.header
    freed = sum(_freed(work, page, account) for account in ACCOUNTS)
    void = begin(
        work,
        NewPosting(
            PostingKind.VOID,
            head.amount,
            head.customer_id,
            head.payer_id,
            head.appointment_id,
            head.id,
            reason,
        ),
    )
    enter(void, _turned(head.id))
    if page.parts:
        _hand_over(void, page)
    _take_back_goods(work, page, reason)
    finish(work, void, {"of": head.code, "freed": freed}, "void")
    note_overdrawn(work, void.code, sum(part.amount for part in page.parts if part.method == "cash"))
    for account in ACCOUNTS:
        left = left_on(head.id, account)
        if left > 0:
            allocate(work, void.id, head.id, left, account)
        elif left < 0:
            allocate(work, head.id, void.id, -left, account)
    return void, freed


def _freed(work: Work, page: BillPage, account: str) -> int:
    """Part the document from all it has settled or was settled by; how much that was."""
    amount = free(work, page.header.id, account)
    for row in page.settles:
        if row.account == account:
            amount += free(work, row.id, account, page.header.id)
    return amount


def _turned(posting_id: int) -> list[Side]:
    """The entries with the other sign. Index: ``entry (posting, account, amount)``."""
    rows = select(
        "select account, amount, customer_id, payer_id from entry where posting_id = ? order by id",
        [posting_id],
    )
    return [Side(account, -amount, customer_id, payer_id) for account, amount, customer_id, payer_id in rows]


def _hand_over(void: Opened, page: BillPage) -> None:
    """The parts of a payment go back as they came; cash out of the drawer that is open now (M9)."""
    drawer = open_drawer()
    insert(
        PARTS,
        (
            (void.id, position, part.method, part.amount, None, part.reference,
             drawer if part.method == "cash" else None, part.id)
            for position, part in enumerate(page.parts, 1)
        ),
    )  # fmt: skip


def _take_back_goods(work: Work, page: BillPage, reason: str) -> None:
    """What went out comes back to the same lots, what was lent is handed back (K3).

    Index: ``loan (line)``.
    """
    kind = "hand_back" if page.header.kind == PostingKind.BORROW else "return"
    for line_id, lots in stockroom.still_out([line.id for line in page.lines]).items():
        for lot_id, quantity in lots:
            stockroom.put_back(work, lot_id, quantity, kind, line_id)
    day = day_of(work.now, work.session.zone)
    insert(
        [LoanEvent.loan, LoanEvent.kind, LoanEvent.quantity, LoanEvent.condition, LoanEvent.disposition,
         LoanEvent.reason, LoanEvent.at, LoanEvent.day, LoanEvent.staff],
        (
            (id_, "hand_back", quantity, "", "none", reason[:200], work.now, day, work.session.staff_id)
            for id_, quantity in select(
                "select n.id, n.quantity from bill_line l join loan n on n.line_id = l.id"
                " where l.bill_id = ?",
                [page.header.id],
            )
        ),
    )  # fmt: skip
