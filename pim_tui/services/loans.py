"""What is lent comes back, a part of it or all, is given more time, or is lost and charged (K3).

Whether a loan is active, overdue or returned follows from its events; nothing of it is stored. Goods go
back to the lot, or the serial number, that they went out of.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from ..db.bulk import insert
from ..domain.basket import MOST_UNITS
from ..domain.bills import PostingKind
from ..domain.moments import day_of, short_day
from ..domain.money import MOST, figures
from ..domain.returns import Disposition, check_disposition, usual_disposition
from ..domain.rights import Right
from ..domain.session import Session
from ..domain.text import tidy
from ..errors import Fault, Invalid, Refused
from ..models import LoanEvent
from ..queries.loans import LoanRecord, loan_record
from ..queries.product_records import product_record
from . import stockroom
from .bill_lines import NewLine, write_lines
from .posting import NewPosting, Opened, Side, begin, enter, finish
from .reasons import typed_reason
from .usecase import use_case
from .witnesses import Witnessed, witnessed
from .work import Done, Work


@dataclass(frozen=True, slots=True)
class HandBack:
    """So many items of a loan are back. ``condition`` is how they look, ``disposition`` where they go:
    restock, quarantine or scrap; empty: as usual for the product (R5).

    What is controlled is thrown away only before a second person (K5).
    """

    loan_id: int
    quantity: int
    condition: str = ""
    disposition: str = ""
    witness_id: int | None = None
    witness_pin: str = field(default="", repr=False)
    request: str = ""


@dataclass(frozen=True, slots=True)
class ExtendLoan:
    """Give a loan time until ``due_on``, with the reason."""

    loan_id: int
    due_on: date
    reason: str
    request: str = ""


@dataclass(frozen=True, slots=True)
class LoanLost:
    """So many items of a loan will not come back; ``price`` is charged for each, minor units.

    Nothing is charged for a price of 0. What is controlled is lost only before a second person (K5).
    """

    loan_id: int
    quantity: int
    price: int
    reason: str
    witness_id: int | None = None
    witness_pin: str = field(default="", repr=False)
    request: str = ""


def hand_back(session: Session, command: HandBack) -> Done:
    """Take items of a loan back. Raises Invalid, NotFound, Forbidden (R5), Refused (K3, K5)."""
    return _hand_back(session, witnessed(session, command, Right.CHANGE_LOAN))


@use_case(Right.CHANGE_LOAN)
def _hand_back(work: Work, seen: Witnessed[HandBack]) -> Done:
    command = seen.command
    loan = _open(command.loan_id, command.quantity)
    condition = tidy(command.condition, limit=LoanEvent.condition.limit)
    out = stockroom.still_out([loan.line_id]).get(loan.line_id, ())
    disposition = _disposition(work, loan, command.disposition) if out else Disposition.NONE
    witness = _witness(seen, loan) if disposition == Disposition.SCRAP else None
    _move_goods(work, loan, out, command.quantity, disposition, condition, witness)
    left = loan.out - command.quantity
    _note(work, loan, "hand_back", command.quantity, condition=condition, disposition=disposition)
    work.changed(
        "hand back", "loan", loan.id, {"out": loan.out},
        {**_told(loan), "quantity": command.quantity, "out": left, "condition": condition,
         "disposition": disposition},
    )  # fmt: skip
    says = f"{command.quantity} of {loan.called} back: {f'{left} still out' if left else 'all returned'}."
    return Done("loan", (loan.id, loan.bill_id), says=says)


@use_case(Right.CHANGE_LOAN)
def extend_loan(work: Work, command: ExtendLoan) -> Done:
    """Give more time. Raises Invalid without a reason, NotFound, Refused (K3) for a day that is no later."""
    loan = _open(command.loan_id)
    reason = _reason(command.reason)
    today = day_of(work.now, work.session.zone)
    if command.due_on <= loan.due_on or command.due_on < today:
        raise Refused(
            f"{loan.called} is due on {short_day(loan.due_on)}; {short_day(command.due_on)} gives no time.",
            f"Choose a day after {short_day(max(loan.due_on, today))}.",
            rule="K3",
        )
    _note(work, loan, "extended", 0, due_on=command.due_on, reason=reason)
    due = {"due_on": command.due_on.isoformat()}
    before = {"due_on": loan.due_on.isoformat()}
    work.changed("extend time", "loan", loan.id, before, {**_told(loan), **due}, reason)
    return Done("loan", (loan.id, loan.bill_id), says=f"{loan.called} is due on {short_day(command.due_on)}.")


def lose_loan(session: Session, command: LoanLost) -> Done:
    """Give items up and charge them: the loss is an income bill of the customer, in the same transaction.

    Damages carry no tax. The answer's ids are the loan, its bill and, where something is charged, the bill
    of the loss. Raises Invalid, NotFound, Forbidden, Refused (K3, K5).
    """
    return _lose_loan(session, witnessed(session, command, Right.CHANGE_LOAN))


@use_case(Right.CHANGE_LOAN)
def _lose_loan(work: Work, seen: Witnessed[LoanLost]) -> Done:
    command = seen.command
    loan = _open(command.loan_id, command.quantity)
    reason = _reason(command.reason)
    if not 0 <= command.price <= MOST or command.quantity * command.price > MOST:
        raise Invalid([Fault("price", "is no price")], "Type what one item costs, or 0.")
    if loan.controlled:
        _witness(seen, loan)
    charged = _charge(work, loan, command, reason) if command.price else None
    bill_id = charged.id if charged else None
    _note(work, loan, "lost", command.quantity, reason=reason, posting_id=bill_id)
    told = {
        "quantity": command.quantity,
        "out": loan.out - command.quantity,
        "price": command.price,
        "bill_id": bill_id,
        "witness_id": command.witness_id,
    }
    work.changed("lose", "loan", loan.id, {"out": loan.out}, {**_told(loan), **told}, reason)
    says = f"{command.quantity} of {loan.called} lost"
    if charged:
        money = figures(charged.new.amount, work.session.currency)
        says = f"{says}: {charged.code} posted, {money} is owed"
    return Done("loan", (loan.id, loan.bill_id, *([bill_id] if bill_id else [])), says=f"{says}.")


# --- what is asked of a loan ---------------------------------------------------------------------------


def _open(loan_id: int, quantity: int | None = None) -> LoanRecord:
    """The loan under the write lock, refused where not so much of it is out (K3)."""
    if quantity is not None and not (type(quantity) is int and 0 < quantity <= MOST_UNITS):
        raise Invalid([Fault("quantity", "is a number above 0")], "Type how many.")
    loan = loan_record(loan_id)
    if loan.out <= 0:
        why = "the bill was voided" if loan.voided else "all of it is back or lost"
        raise Refused(f"Nothing of {loan.called} is out: {why}.", "Look at the list again.", rule="K3")
    if quantity is not None and quantity > loan.out:
        raise Refused(
            f"Of {loan.called} only {loan.out} of {loan.quantity} is out.",
            f"Type at most {loan.out}.",
            rule="K3",
        )
    return loan


def _reason(text: str) -> str:
    return typed_reason(text, limit=LoanEvent.reason.limit)


def _disposition(work: Work, loan: LoanRecord, chosen: str) -> Disposition:
    """Where the goods go; medicine is not put back on the shelf without the right (R5)."""
    known = [one.value for one in Disposition if one != Disposition.NONE]
    if chosen and chosen not in known:
        raise Invalid([Fault("disposition", f"is not one of {', '.join(known)}")], "Choose one.")
    usual = usual_disposition(tracked=True, medicine=bool(loan.medicine))
    where = Disposition(chosen) if chosen else usual
    may = Right.RESTOCK_MEDICINE in work.session.rights
    check_disposition(where, medicine=bool(loan.medicine), may_restock=may)
    return where


def _witness(seen: Witnessed[HandBack] | Witnessed[LoanLost], loan: LoanRecord) -> int | None:
    return None if loan.product_id is None else seen.by(product_record(loan.product_id))


# --- what is written -----------------------------------------------------------------------------------


def _move_goods(
    work: Work,
    loan: LoanRecord,
    out: tuple[tuple[int, int], ...],
    quantity: int,
    disposition: Disposition,
    condition: str,
    witness: int | None,
) -> None:
    """The items go back to the lots they came from, to the shelf or apart, or are thrown away."""
    place = "shelf" if disposition == Disposition.RESTOCK else "quarantine"
    for lot_id, there in out:
        part = min(there, quantity)
        if part:
            stockroom.put_back(work, lot_id, part, "hand_back", loan.line_id, place)
        if part and disposition == Disposition.SCRAP:
            why = condition or f"handed back of {loan.bill}"
            stockroom.scrap(work, lot_id, part, loan.line_id, why, place, witness)
        quantity -= part


def _charge(work: Work, loan: LoanRecord, command: LoanLost, reason: str) -> Opened:
    """The bill of a loss: one line without tax, owed by the customer."""
    total = command.quantity * command.price
    work.session.needs(Right.POST_BILL)
    new = NewPosting(PostingKind.INCOME, total, loan.customer_id, note=f"Lost of {loan.bill}: {reason}")
    bill = begin(work, new)
    write_lines(
        bill.id,
        [NewLine(f"Lost: {loan.called}"[:300], command.quantity, command.price, total, 0, total, total)],
    )
    enter(bill, [Side("receivable", total, loan.customer_id), Side("income", -total)])
    finish(work, bill, {"lines": 1, "loan_id": loan.id})
    return bill


def _note(
    work: Work,
    loan: LoanRecord,
    kind: str,
    quantity: int,
    *,
    due_on: date | None = None,
    condition: str = "",
    disposition: Disposition = Disposition.NONE,
    reason: str = "",
    posting_id: int | None = None,
) -> None:
    day = day_of(work.now, work.session.zone)
    insert(
        _EVENT,
        [(loan.id, kind, quantity, due_on, condition, disposition.value, reason, posting_id, work.now, day,
          work.session.staff_id)],
    )  # fmt: skip


_EVENT = [
    LoanEvent.loan, LoanEvent.kind, LoanEvent.quantity, LoanEvent.due_on, LoanEvent.condition,
    LoanEvent.disposition, LoanEvent.reason, LoanEvent.posting, LoanEvent.at, LoanEvent.day, LoanEvent.staff,
]  # fmt: skip


def _told(loan: LoanRecord) -> dict[str, object]:
    """What the journal tells of a loan, besides what was changed."""
    return {"customer_id": loan.customer_id, "name": loan.called, "bill": loan.bill}
