"""A posted bill is paid: with what is to somebody's credit, with money that comes in, or both (M7)."""

from __future__ import annotations

from dataclasses import dataclass

from ..domain.dues import oldest_first
from ..domain.rights import Right
from ..domain.tender import Tender, settle
from ..domain.terms import terms_of
from ..errors import Refused
from ..queries.balances import credits_of, payer_credits
from ..queries.bills import BillPage
from .corrections import standing
from .payments import receive
from .posting import allocate
from .usecase import use_case
from .work import Done, Work


@dataclass(frozen=True, slots=True)
class PayBill:
    """Pay what the customer, or ``of_payer`` the payer, owes on a bill.

    ``use_credit`` of their credit is used first; of cash beyond the rest change is given, of everything
    else what is too much becomes credit. ``left`` is what was owed when the payment was asked for: where it
    is another amount now, somebody else was faster.
    """

    bill_id: int
    tenders: tuple[Tender, ...] = ()
    use_credit: int = 0
    of_payer: bool = False
    left: int | None = None
    request: str = ""


@use_case(Right.TAKE_PAYMENT)
def pay_bill(work: Work, command: PayBill) -> Done:
    """Settle the bill in one transaction. Raises Invalid for the tenders, NotFound, Refused (M7)."""
    page = standing(command.bill_id)
    owed = _owed(work, page, command.left, of_payer=command.of_payer)
    if not command.tenders and not command.use_credit:
        raise Refused("Nothing was paid.", "Type how much was paid, and how.", rule="M7")
    _use_credit(work, page, command)
    told = [f"{work.money(command.use_credit)} of credit used"] if command.use_credit else []
    ids: tuple[int, ...] = (page.header.id,)
    if command.tenders:
        payment_id, said = _receive(work, page, command, owed - command.use_credit)
        ids, told = (*ids, payment_id), [*told, said]
    return Done(
        "posting", ids, (page.header.day.isoformat(),), says=f"{page.header.code}: {', '.join(told)}."
    )


def _owed(work: Work, page: BillPage, left: int | None, *, of_payer: bool) -> int:
    """What is owed by the one who pays; Refused when that is nothing, or not what it was."""
    owed, who = (page.payer_due, page.header.payer) if of_payer else (page.due, page.header.customer)
    if owed > 0:
        if left in (None, owed):
            return owed
        raise Refused(
            f"{work.money(owed)} is left to pay on {page.header.code} now, no longer"
            f" {work.money(left or 0)}.",
            "Look at the amounts, and take the payment again.",
            rule="M7",
        )
    other = page.due if of_payer else page.payer_due
    raise Refused(
        f"Nothing is left to pay on {page.header.code} by {who or 'anybody'}.",
        f"The other share is open: {work.money(other)}." if other > 0 else "It is settled.",
        rule="M7",
    )


def _use_credit(work: Work, page: BillPage, command: PayBill) -> None:
    """Let credit settle so much of the bill, the oldest first."""
    head, account = page.header, "payer" if command.of_payer else "receivable"
    if not command.use_credit:
        return
    there = payer_credits(head.payer_id) if command.of_payer and head.payer_id is not None else ()
    if not command.of_payer and head.customer_id is not None:
        there = credits_of(head.customer_id)
    owed = page.payer_due if command.of_payer else page.due
    most = min(owed, sum(one.left for one in there))
    if not 0 < command.use_credit <= most:
        raise Refused(
            f"{work.money(command.use_credit)} of credit cannot be used: {work.money(most)} can.",
            "Use that much, or none.",
            rule="M7",
        )
    for credit_id, amount in oldest_first(command.use_credit, [one.rule for one in there])[0]:
        allocate(work, credit_id, head.id, amount, account)
    told = {"code": head.code, "account": account, "amount": command.use_credit}
    work.changed("settle", "posting", head.id, None, {**told, "customer_id": head.customer_id})


def _receive(work: Work, page: BillPage, command: PayBill, due: int) -> tuple[int, str]:
    """Post the payment; its id, and what the footer tells of it."""
    head = page.header
    settled = settle(due, command.tenders, terms_of(work.session))
    bills = [(head.id, settled.paid)] if settled.paid else []
    customer_id, payer_id = (None, head.payer_id) if command.of_payer else (head.customer_id, None)
    payment = receive(work, settled, customer_id, payer_id, bills)
    told = [f"{work.money(settled.paid + settled.credit)} paid ({payment.code})"]
    told += [f"change {work.money(settled.change)}"] if settled.change else []
    told += [f"{work.money(settled.credit)} to the credit"] if settled.credit else []
    told += [f"{work.money(settled.left)} is still owed"] if settled.left else []
    return payment.id, ", ".join(told)
