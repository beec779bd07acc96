"""Corrections of a posted bill: write-off, credit note and debit note. Each is a new row (M3, M8).

What takes a whole document back on the same day is in :mod:`~pim_tui.services.voiding`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..domain.allocation import share_out
from ..domain.bills import OWED, PostingKind
from ..domain.money import MOST
from ..domain.pricing import PricedTax, tax_totals
from ..domain.returns import QuotedLine, SoldLine, quote
from ..domain.rights import Right
from ..domain.rounding import Rounding, quotient
from ..domain.session import Session
from ..domain.terms import terms_of
from ..domain.text import tidy
from ..errors import Fault, Invalid, Refused
from ..models import BillLine
from ..queries.balances import left_on
from ..queries.bills import BillPage, bill_page
from ..queries.returns import charged
from ..queries.uncredited import uncredited
from .bill_lines import NewLine, write_lines
from .posting import NewPosting, Opened, Side, allocate, begin, enter, finish
from .reasons import typed_reason
from .usecase import use_case
from .voiding import VoidPosting, void_posting
from .work import Done, Work

__all__ = [
    "AdjustBill", "VoidPosting", "WriteOff", "adjust_bill", "check_write_off", "standing", "void_posting",
    "write_off",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class WriteOff:
    """Give up ``amount`` minor units of what the customer, or ``of_payer`` the payer, owes on a bill."""

    bill_id: int
    amount: int
    reason: str
    of_payer: bool = False
    request: str = ""


@dataclass(frozen=True, slots=True)
class AdjustBill:
    """Charge ``amount`` minor units more (above zero, a debit note) or less (below zero, a credit note).

    The amount is with tax, in the proportion of the bill's taxes.
    """

    bill_id: int
    amount: int
    description: str
    reason: str
    request: str = ""


@use_case(Right.WRITE_OFF)
def write_off(work: Work, command: WriteOff) -> Done:
    """Write off what is owed on a bill, with a reason and up to the house's limit (M8).

    The limit holds for all that is written off on one bill, so that it is not reached piece by piece; a
    limit of 0 lets nothing be written off. Raises Invalid, NotFound, Refused.
    """
    reason = typed_reason(command.reason)
    page = standing(command.bill_id)
    account = "payer" if command.of_payer else "receivable"
    owed = page.payer_due if command.of_payer else page.due
    # What was taken off already is not given up once more, even where its payment was parted from the bill.
    owed = min(owed, charged(page.header.id).get(account, 0))
    if not 0 < command.amount <= owed:
        raise Refused(
            f"{work.figures(command.amount)} cannot be written off: {work.figures(max(0, owed))} is owed on"
            f" {page.header.code}.",
            f"Write off at most {work.figures(owed)}." if owed > 0 else "Nothing is left to give up.",
            rule="M8",
        )
    _require_within_limit(work, page, command.amount)
    head = page.header
    payer_id = head.payer_id if command.of_payer else None
    new = NewPosting(
        PostingKind.WRITE_OFF, command.amount, head.customer_id, payer_id, corrects_id=head.id, reason=reason
    )
    opened = begin(work, new)
    customer_id = None if command.of_payer else head.customer_id
    enter(
        opened, [Side("written_off", command.amount), Side(account, -command.amount, customer_id, payer_id)]
    )
    finish(work, opened, {"of": head.code}, "write off")
    allocate(work, opened.id, head.id, command.amount, account)
    return _done(opened, head.id, f"{work.figures(command.amount)} of {head.code} written off.")


def check_write_off(session: Session, bill_id: int) -> None:
    """Raise what :func:`write_off` would for any amount, before a reason is typed for nothing (M8)."""
    session.needs(Right.WRITE_OFF)
    _require_within_limit(Work(session, session.clock()), standing(bill_id), 1)


@use_case(Right.ADJUST_BILL)
def adjust_bill(work: Work, command: AdjustBill) -> Done:
    """Post a debit note or a credit note about a bill.

    A debit note is the customer's to pay. A credit note takes off the customer's and the payer's share in
    proportion (M6), first what is owed on the bill, then as credit. All credit notes and write-offs together
    take off at most the bill. Raises Invalid, NotFound, Refused.
    """
    reason = typed_reason(command.reason)
    description = tidy(command.description, limit=BillLine.description.limit)
    if not description or not command.amount:
        wrong = Fault("amount", "is nothing") if description else Fault("description", "is empty")
        raise Invalid([wrong], "Say what is charged or taken off.")
    page = standing(command.bill_id)
    if page.header.customer_id is None:
        raise Refused(
            f"{page.header.code} has no customer who could owe or be owed.",
            "Take the goods back as a return, or void the bill on the same day.",
            rule="M6",
        )
    if page.header.currency != work.session.currency:
        raise Refused(
            f"{page.header.code} is in {page.header.currency}, and this clinic now counts in"
            f" {work.session.currency}.",
            "Settle it outside the program.",
            rule="M1",
        )
    worth = _more(work, page, command.amount) if command.amount > 0 else _less(work, page, -command.amount)
    kind = PostingKind.DEBIT_NOTE if command.amount > 0 else PostingKind.CREDIT_NOTE
    note = _note(work, page, kind, worth, description, reason)
    return _done(note, page.header.id, f"{note.code}: {work.figures(worth.total)} {_WAY[kind]}.")


_WAY = {PostingKind.DEBIT_NOTE: "charged", PostingKind.CREDIT_NOTE: "credited"}


# --- what a note is worth ------------------------------------------------------------------------------


def _more(work: Work, page: BillPage, amount: int) -> QuotedLine:
    """A further charge of the customer's, taxed in the bill's proportion."""
    if amount > MOST:
        raise Invalid([Fault("amount", "is larger than any amount")], "Type a smaller one.")
    times = -(-amount // max(1, page.header.amount))
    taxes = tuple(PricedTax(tax.name, tax.rate, tax.base * times, tax.amount * times) for tax in page.taxes)
    return _worth(work, page, page.header.amount * times, taxes, amount)


def _less(work: Work, page: BillPage, amount: int) -> QuotedLine:
    """What is taken off; with the notes before it, write-offs and returns under way never more than the bill.

    Of what either still has to pay for, the customer and the payer get in proportion (M6).
    """
    there = uncredited(page)
    left = there.customer + there.payer
    if amount > left:
        raise Refused(
            f"{work.figures(amount)} is more than the {work.figures(left)} of {page.header.code} that is"
            " neither credited, written off nor asked back.",
            f"Credit at most {work.figures(left)}." if left else "There is nothing left to credit.",
            rule="M3",
        )
    payer = quotient(there.payer * amount, left, terms_of(work.session).rounding)
    worth = _worth(work, page, there.total, there.taxes, amount)
    return replace(worth, customer=amount - payer, payer=payer)


def _worth(work: Work, page: BillPage, total: int, taxes: tuple[PricedTax, ...], amount: int) -> QuotedLine:
    """``amount`` out of a ``total`` with these taxes, all of it the customer's.

    The whole is one line of as many units as it has minor units. So every unit is worth one, and the rule
    of returns says what net and tax are in it (R2).
    """
    id_, tax = page.header.id, sum(one.amount for one in taxes)
    if not total:
        return QuotedLine(id_, 1, amount, 0, amount, amount, 0, ())
    sold = SoldLine(id_, total, total - tax, tax, total, total, 0, taxes, description=page.header.code)
    (line,) = quote([(sold, amount)], terms_of(work.session).rounding).lines
    return replace(line, taxes=_adding_up(line, taxes, total, tax))


def _adding_up(line: QuotedLine, whole: tuple[PricedTax, ...], total: int, tax: int) -> tuple[PricedTax, ...]:
    """The taxes of a part of what comes to ``total`` with ``tax`` in it, the taxes ``whole``, on bases that
    add up (M2).

    With what is untaxed they come to the net amount of the part, and the parts to the whole. Where a line
    with two taxes is in them twice, each is in the proportion of the part.
    """
    untaxed = total - tax - sum(one.base for one in whole)
    if untaxed < 0:
        bases = tuple(quotient(one.base * line.total, total, Rounding.HALF_UP) for one in whole)
    else:
        bases = share_out(line.net, [*(one.base for one in whole), untaxed])
    return tuple(replace(one, base=base) for one, base in zip(line.taxes, bases, strict=False))


# --- posting it ----------------------------------------------------------------------------------------


def _note(
    work: Work, page: BillPage, kind: PostingKind, worth: QuotedLine, description: str, reason: str
) -> Opened:
    """The note with one line, its entries, and what it settles of the bill."""
    head = page.header
    payer_id = head.payer_id if worth.payer else None
    new = NewPosting(kind, worth.total, head.customer_id, payer_id, head.appointment_id, head.id, reason)
    opened = begin(work, new)
    price = worth.total if work.session.house.inclusive else worth.net
    taxes = tuple(tax for tax in tax_totals(worth.taxes) if tax.base or tax.amount)
    line = NewLine(
        description, 1, price, worth.net, worth.tax, worth.total, worth.customer, worth.payer, taxes=taxes
    )
    write_lines(opened.id, [line])
    sign = -1 if kind == PostingKind.CREDIT_NOTE else 1
    enter(
        opened,
        [
            Side("receivable", sign * worth.customer, head.customer_id),
            Side("payer", sign * worth.payer, None, payer_id),
            Side("income", -sign * worth.net),
            Side("tax", -sign * worth.tax),
        ],
    )
    finish(work, opened, {"of": head.code})
    if kind == PostingKind.CREDIT_NOTE:
        for account, part in (("receivable", worth.customer), ("payer", worth.payer)):
            if amount := min(part, max(0, left_on(head.id, account))):
                allocate(work, opened.id, head.id, amount, account)
    return opened


def standing(bill_id: int) -> BillPage:
    """A bill that can be paid, corrected and returned. Refused for what is no bill, and for a void one."""
    page = bill_page(bill_id)
    head = page.header
    if head.kind not in OWED:
        raise Refused(
            f"{head.code} is a {head.kind.word.lower()}, not a bill.",
            "Open the bill it belongs to.",
            rule="M3",
        )
    if head.void_id is not None:
        raise Refused(f"{head.code} was voided by {head.void}.", "Post a new bill.", rule="M8")
    return page


def _require_within_limit(work: Work, page: BillPage, amount: int) -> None:
    limit = work.session.house.write_off_limit
    before = sum(
        row.amount for row in page.corrections if row.kind == PostingKind.WRITE_OFF and not row.voided
    )
    if before + amount > limit:
        already = f"; {work.figures(before)} were already" if before else ""
        raise Refused(
            f"At most {work.figures(limit)} of a bill may be written off here{already}.",
            "Post a credit note instead, or change the setting PIM_WRITE_OFF_LIMIT.",
            rule="M8",
        )


def _done(opened: Opened, bill_id: int, says: str) -> Done:
    return Done("posting", (opened.id, bill_id), (opened.day.isoformat(),), says=says)
