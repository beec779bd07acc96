"""Money that leaves: approved refunds, a customer's credit, what a payer is given back (R3, R4, M6)."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..db.connection import select
from ..domain.money import figures
from ..domain.returns import quote
from ..domain.rights import Right
from ..domain.rounding import Rounding
from ..domain.session import Session
from ..domain.tender import METHODS
from ..domain.terms import terms_of
from ..errors import Fault, Invalid, NeedsAnswer, NotFound, Refused
from ..queries.balances import left_on
from ..queries.refundable import CameIn, paid_on
from ..queries.returns import returnable
from .approvals import (
    HOLDS,
    Asked,
    approver,
    asked,
    finish_request,
    require_other,
    seal,
    seal_of_bill,
    still_waiting,
    write_request,
)
from .crediting import settle_bill
from .pins import verify
from .reasons import reason_for
from .refunds import (
    ORIGINAL,
    Owner,
    Planned,
    by_method,
    credit_of,
    credit_parts,
    open_refund,
    rows_of,
    shares_of,
)
from .usecase import use_case
from .work import Done, Work


@dataclass(frozen=True, slots=True)
class RequestPayout:
    """Ask to pay out so much of a customer's credit, as it came in or by one of its methods."""

    customer_id: int
    amount: int
    reason: str
    method: str = ORIGINAL
    request: str = ""


@dataclass(frozen=True, slots=True)
class RequestReimbursement:
    """Ask to pay back to a payer so much of what they paid and do not owe (M6)."""

    payer_id: int
    amount: int
    reason: str
    method: str = ORIGINAL
    request: str = ""


@dataclass(frozen=True, slots=True)
class PayRefund:
    """Pay an approved request out.

    ``approver_id`` and ``pin`` approve it once more, where the approval no longer holds (R4).
    """

    id: int
    version: int
    approver_id: int | None = None
    pin: str = field(default="", repr=False)
    request: str = ""


@use_case(Right.REQUEST_RETURN)
def request_payout(work: Work, command: RequestPayout) -> Done:
    """Ask for it. Raises Invalid, NotFound, Refused (R3)."""
    if not select("select 1 from customer where id = ?", [command.customer_id]):
        raise NotFound("That customer does not exist.", "Search again.")
    return _ask(work, Owner(command.customer_id), command)


@use_case(Right.REQUEST_RETURN)
def request_reimbursement(work: Work, command: RequestReimbursement) -> Done:
    """Ask for it; a customer's money is none of it. Raises Invalid, NotFound, Refused (R3)."""
    if not select("select 1 from payer where id = ?", [command.payer_id]):
        raise NotFound("That payer does not exist.", "Search again.")
    return _ask(work, Owner(None, command.payer_id), command)


@dataclass(frozen=True, slots=True)
class Payable:
    """What of somebody's credit may be asked for, or goes back; ``ways`` are (method, minor units)."""

    free: int
    ways: tuple[tuple[str, int], ...]


def payable(owner: Owner) -> Payable:
    """What can be paid out: less what waits already, and no more than came in by some way (R3)."""
    parts = credit_parts(owner, ORIGINAL)
    ways: dict[str, int] = {}
    for part in parts:
        ways[part.method] = ways.get(part.method, 0) + part.left
    free = credit_of(owner) - _waiting(owner)
    return Payable(max(0, min(free, sum(ways.values()))), tuple(ways.items()))


def going_back(session: Session, id_: int) -> Payable:
    """What paying an approved request gives back now, and by which ways (R3). Raises NotFound.

    What is owed on its bill meanwhile comes off first.
    """
    session.needs(Right.PAY_REFUND)
    found = asked(id_)
    if found.bill_id is not None and found.credit_note_id is not None:
        amount = -left_on(found.credit_note_id) - max(0, left_on(found.bill_id))
        parts = _paid_on(found, found.bill_id, found.credit_note_id)
    else:
        amount, parts = found.value + found.payer_value, credit_parts(found.owner, found.method)
    ways: dict[str, int] = {}
    for method, part, _ in rows_of(shares_of(max(0, amount), parts), terms_of(session)):
        ways[method] = ways.get(method, 0) + part
    return Payable(sum(ways.values()), tuple(ways.items()))


def pay_refund(session: Session, command: PayRefund) -> Done:
    """Post the refund; what no way is left for stays credit, and the request is credited.

    Raises NeedsAnswer ``approval`` when the approval ran out or what was approved has changed, Refused
    (R3, R4), NotFound.
    """
    session.needs(Right.PAY_REFUND)
    if command.approver_id is not None:
        verify(session, command.approver_id, command.pin)
    return _pay(session, _Payment(command.id, command.version, command.approver_id, command.request))


@dataclass(frozen=True, slots=True)
class _Payment:
    """What is paid; ``approver_id`` approved it once more and the PIN was right."""

    id: int
    version: int
    approver_id: int | None
    request: str


@use_case(Right.PAY_REFUND)
def _pay(work: Work, command: _Payment) -> Done:
    found = asked(command.id, command.version, "approved")
    amount, parts = _to_pay(work, found)
    shares = shares_of(amount, parts)
    _require_approval(work, found, shares, command.approver_id)
    if not shares:
        says = f"Nothing goes back the way it came{_kept(work, amount)}"
        finish_request(work, found, "credit", "credited", reason=says)
        return Done("return_request", found.ids, version=found.version + 1, says=f"{says}.")
    planned = open_refund(work, found.owner, shares)
    finish_request(work, found, "pay", "paid", refund=planned.refund.id)
    planned.post(work)
    refund = planned.refund
    return Done(
        "return_request",
        found.ids,
        (refund.day.isoformat(),),
        found.version + 1,
        f"{refund.code}: {_said(work, planned)} paid back{_kept(work, amount - refund.new.amount)}.",
    )


# --- paying --------------------------------------------------------------------------------------------


def _to_pay(work: Work, found: Asked) -> tuple[int, tuple[CameIn, ...]]:
    """What is still to go back, and the ways it can: never more than the credit that is there now (R3)."""
    if found.bill_id is not None and found.credit_note_id is not None:
        settle_bill(work, found.credit_note_id, found.bill_id)
        still = -left_on(found.credit_note_id)
        return still, _paid_on(found, found.bill_id, found.credit_note_id)
    amount, parts = found.value + found.payer_value, credit_parts(found.owner, found.method)
    if amount > (there := sum(part.left for part in parts)):
        raise Refused(
            f"Only {work.money(there)} of that credit can still go back that way.",
            "Withdraw the request and ask for what is there.",
            rule="R3",
        )
    return amount, parts


def _paid_on(found: Asked, bill_id: int, note_id: int) -> tuple[CameIn, ...]:
    """What was paid on the bill and may go back as was asked."""
    return by_method(paid_on(bill_id, "receivable", note_id), found.method)


def _require_approval(work: Work, found: Asked, shares: tuple[CameIn, ...], approver_id: int | None) -> None:
    """The approval holds: not a day old, for the bill as it is, by nobody whose money goes back (R4)."""
    cashiers = {share.cashier_id for share in shares} | found.cashiers()
    if approver_id is not None:
        require_other(work.now, found, approver_id, cashiers)
        told = {"decided_by": approver_id, "bill_id": found.bill_id}
        who = f"by {approver(approver_id)}"
        work.changed("approve again", "return_request", found.id, None, told, who)
        return
    if why := _void(work, found, cashiers):
        raise NeedsAnswer(
            f"The approval no longer holds: {why}.",
            "Somebody else must approve it once more with their PIN.",
            question="approval",
            rule="R4",
        )


def _void(work: Work, found: Asked, cashiers: set[int]) -> str:
    """Why the approval no longer holds; empty while it does."""
    if work.now >= found.decided_at + HOLDS:
        return "it is older than a day"
    if found.decided_by in cashiers:
        return "whoever approved it has since taken money that goes back"
    if found.bill_id is not None and _seal_now(work, found, found.bill_id) != found.digest:
        return "the bill was changed since"
    return ""


def _seal_now(work: Work, found: Asked, bill_id: int) -> str:
    bill = returnable(bill_id, found.id)
    sold = {line.sold.id: line.sold for line in bill.lines}
    worth = quote(
        [(sold[id_], units) for id_, units, _ in found.lines], Rounding(work.session.house.rounding)
    )
    return seal_of_bill(bill, worth, {id_: where for id_, _, where in found.lines}, found.method)


# --- asking --------------------------------------------------------------------------------------------


def _ask(work: Work, owner: Owner, command: RequestPayout | RequestReimbursement) -> Done:
    """A request to pay credit out; a second person approves it, no rule does."""
    reason = reason_for("A payout", command.reason, rule="R4")
    if command.method not in (ORIGINAL, *METHODS):
        raise Invalid([Fault("method", f"is not one of {', '.join((ORIGINAL, *METHODS))}")], "Choose one.")
    free = credit_of(owner) - _waiting(owner)
    ways = sum(part.left for part in credit_parts(owner, command.method))
    if not 0 < command.amount <= min(free, ways):
        raise Refused(
            f"{work.money(max(0, min(free, ways)))} can be paid out"
            f"{'' if command.method == ORIGINAL else f' by {command.method}'}, not"
            f" {work.money(command.amount)}.",
            "Ask for what is there; money goes back the way it came.",
            rule="R3",
        )
    values = {"value": command.amount, "payer_value": 0}
    if owner.payer_id is not None:
        values = {"value": 0, "payer_value": command.amount}
    digest = seal(customer=owner.customer_id, payer=owner.payer_id, method=command.method, **values)
    id_ = write_request(
        work,
        kind="credit",
        customer=owner.customer_id,
        payer=owner.payer_id,
        method=command.method,
        reason=reason,
        digest=digest,
        **values,
    )
    told = {
        "state": "requested",
        "customer_id": owner.customer_id,
        "payer_id": owner.payer_id,
        "method": command.method,
        **values,
    }
    work.changed("request", "return_request", id_, None, told, reason)
    says = f"Payout of {work.money(command.amount)} asked for; {still_waiting()}."
    return Done("return_request", (id_,), version=1, says=says)


def _waiting(owner: Owner) -> int:
    """What was asked for already and waits, so that one credit is not promised twice."""
    column, id_ = (
        ("payer_id", owner.payer_id) if owner.payer_id is not None else ("customer_id", owner.customer_id)
    )
    ((sum_,),) = select(
        "select coalesce(sum(value + payer_value), 0) from return_request where kind = 'credit'"
        f" and state in ('requested', 'approved') and {column} = ?",
        [id_],
    )
    return int(sum_)


def _said(work: Work, planned: Planned) -> str:
    """``12.50 USD (card 10.00, cash 2.50)``."""
    ways = [f"{method} {figures(amount, work.session.currency)}" for method, amount, _ in planned.gone]
    return f"{work.money(planned.refund.new.amount)} ({', '.join(ways)})"


def _kept(work: Work, amount: int) -> str:
    return f", {work.money(amount)} stays to the credit" if amount else ""


__all__ = [
    "ORIGINAL", "Owner", "PayRefund", "Payable", "RequestPayout", "RequestReimbursement", "going_back",
    "pay_refund", "payable", "request_payout", "request_reimbursement",
]  # fmt: skip
