"""Asking for goods and money back, and somebody else's yes or no (R1-R5).

requested -> approved | rejected | withdrawn; approved -> paid | credited. A request is sealed with the bill
as it stood; an approval holds for exactly that and for a day. Money leaves in :mod:`.payouts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..db.connection import select
from ..domain.moments import day_of
from ..domain.returns import Disposition, Quote, approved_by_rule, check_disposition, quote
from ..domain.rights import Right
from ..domain.rounding import Rounding
from ..domain.session import Session
from ..domain.tender import METHODS
from ..domain.text import tidy
from ..domain.uncredited import within
from ..errors import Fault, Invalid, NotFound, Refused
from ..models import ReturnLine
from ..queries.balances import left_on
from ..queries.refundable import paid_on
from ..queries.returns import Returnable, ReturnableLine, returnable
from ..queries.uncredited import left_of
from .approvals import (
    Asked,
    approver,
    asked,
    finish_request,
    no_longer,
    require_other,
    seal_of_bill,
    still_waiting,
    write_request,
)
from .crediting import Approved, credit
from .pins import verify
from .reasons import LONGEST, reason_for
from .refunds import CREDIT, ORIGINAL, by_method
from .usecase import use_case
from .work import Done, Work

WAYS = (ORIGINAL, CREDIT, *METHODS)
"""How money may be asked back: as it was paid, not at all but to be used later, or by one method."""


@dataclass(frozen=True, slots=True)
class ReturnOf:
    """So many units of a line. ``disposition`` is one of restock, quarantine, scrap, none (nothing came
    back); empty: as usual for the product (R5)."""

    line_id: int
    quantity: int
    disposition: str = ""


@dataclass(frozen=True, slots=True)
class RequestReturn:
    """Ask to take lines of a bill back. ``method`` is one of :data:`WAYS`."""

    bill_id: int
    lines: tuple[ReturnOf, ...]
    reason: str
    method: str = ORIGINAL
    request: str = ""


@dataclass(frozen=True, slots=True)
class DecideReturn:
    """Say yes or no to a request, with the PIN of somebody who neither asked nor took the money (R4)."""

    id: int
    version: int
    approve: bool
    approver_id: int
    pin: str = field(repr=False)
    reason: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawReturn:
    """Take a request back that was not decided yet, or a payout that was not paid yet."""

    id: int
    version: int
    reason: str = ""
    request: str = ""


@use_case(Right.REQUEST_RETURN)
def request_return(work: Work, command: RequestReturn) -> Done:
    """Ask for it; a small one of the same day is approved by the clinic's rule at once (R4).

    Raises Invalid, NotFound, Forbidden (R5), Refused (R1, R2, R3).
    """
    reason = reason_for("A return", command.reason, rule="R4")
    bill = _open_bill(work, command.bill_id)
    wanted = [(_line(bill, one.line_id), one) for one in command.lines]
    worth = quote([(line.sold, one.quantity) for line, one in wanted], _rounding(work))
    lines = [(one, _disposition(work, line, one)) for line, one in wanted]
    _require_charged(work, bill, worth)
    _require_way(bill, worth, command.method)
    digest = seal_of_bill(bill, worth, {one.line_id: where for one, where in lines}, command.method)
    id_ = write_request(
        work,
        kind="return",
        bill=bill.id,
        customer=bill.customer_id,
        value=worth.customer,
        payer_value=worth.payer,
        method=command.method,
        reason=reason,
        digest=digest,
    )
    for one, where in lines:
        ReturnLine.insert(request=id_, line=one.line_id, quantity=one.quantity, disposition=where).execute()
    told = {
        "bill_id": bill.id,
        "bill": bill.code,
        "customer_id": bill.customer_id,
        "value": worth.customer,
        "payer_value": worth.payer,
        "method": command.method,
        "lines": [[one.line_id, one.quantity, where] for one, where in lines],
    }
    work.changed("request", "return_request", id_, None, {"state": "requested", **told}, reason)
    if rule := _rule(work, id_, bill, worth, [where for _, where in lines]):
        return _carry_out(work, asked(id_), bill, None, rule)
    says = f"Return of {bill.code} asked for, {work.money(worth.total)}; {still_waiting()}."
    return Done("return_request", (id_, bill.id), version=1, says=says)


def decide_return(session: Session, command: DecideReturn) -> Done:
    """Approve or reject a request. A return is credited and its goods move; a payout waits to be paid.

    The PIN is checked before the transaction, so that a wrong one stays in the journal. Raises Refused (R4:
    wrong PIN, own request, own payment, decided already, changed since), Forbidden, NotFound.
    """
    session.needs(Right.REQUEST_RETURN)
    verify(session, command.approver_id, command.pin)
    return _decide(
        session,
        _Decision(
            command.id, command.version, command.approve, command.approver_id, command.reason, command.request
        ),
    )


@use_case(Right.REQUEST_RETURN)
def withdraw_return(work: Work, command: WithdrawReturn) -> Done:
    """Take a request back. Raises NotFound, Refused (R4) when it was decided meanwhile."""
    found = asked(command.id, command.version)
    if found.state != "requested" and (found.state, found.bill_id) != ("approved", None):
        raise no_longer(found.state)
    reason = tidy(command.reason, limit=LONGEST)
    finish_request(work, found, "withdraw", "withdrawn", reason=reason)
    return Done("return_request", found.ids, version=found.version + 1, says="The request is withdrawn.")


# --- deciding ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Decision:
    """What was decided, once the PIN was right."""

    id: int
    version: int
    approve: bool
    approver_id: int
    reason: str
    request: str


@use_case(Right.REQUEST_RETURN)
def _decide(work: Work, command: _Decision) -> Done:
    found = asked(command.id, command.version, "requested")
    who = approver(command.approver_id)
    if not command.approve:
        reason = reason_for("A rejection", command.reason, rule="R4")
        require_other(work.now, found, command.approver_id, frozenset())
        finish_request(work, found, "reject", "rejected", who=command.approver_id, reason=reason)
        return Done("return_request", found.ids, version=found.version + 1, says=f"Rejected by {who}.")
    require_other(work.now, found, command.approver_id, found.cashiers())
    if found.bill_id is None:
        reason = tidy(command.reason, limit=LONGEST)
        finish_request(work, found, "approve", "approved", who=command.approver_id, reason=reason)
        says = f"Approved by {who}; {work.money(found.value + found.payer_value)} can be paid out."
        return Done("return_request", found.ids, version=found.version + 1, says=says)
    return _carry_out(
        work,
        found,
        _open_bill(work, found.bill_id, found.id),
        command.approver_id,
        "",
        tidy(command.reason, limit=LONGEST),
    )


def _carry_out(
    work: Work, found: Asked, bill: Returnable, approver_id: int | None, rule: str, reason: str = ""
) -> Done:
    """Credit an approved return; the request then waits to be paid, or is done."""
    _require_first(found)
    worth = quote([(_line(bill, id_).sold, units) for id_, units, _ in found.lines], _rounding(work))
    dispositions = {line_id: where for line_id, _, where in found.lines}
    if seal_of_bill(bill, worth, dispositions, found.method) != found.digest:
        raise Refused(
            f"{bill.code} was changed since this was asked for.",
            "Reject the request and ask anew: its value may be another one.",
            rule="R4",
        )
    _require_charged(work, bill, worth)
    # What was sealed is the value; how much of it is which tax depends on the notes that came before (R2).
    worth = within(worth, left_of(bill.id))
    witness = approver_id if approver_id != work.session.staff_id else found.requested_by
    note = credit(work, Approved(found.id, bill, worth, dispositions, found.reason, witness))
    finish_request(
        work, found, "approve", "approved", who=approver_id, reason=reason, rule=rule, credit_note=note.id
    )
    still = -left_on(note.id)
    whole = by_method(paid_on(bill.id, "receivable", note.id), found.method)
    says = f"{note.code} posted, {work.money(worth.total)}"
    version = found.version + 1
    if not still or not whole:
        where_to = _credited(work, worth.customer - still, still)
        finish_request(work, asked(found.id), "credit", "credited", reason=where_to)
        version, says = version + 1, f"{says}: {where_to}"
    else:
        says = f"{says}; {work.money(min(still, sum(part.left for part in whole)))} can be paid out"
    return Done("return_request", found.ids, (note.day.isoformat(),), version, f"{says}.")


def _credited(work: Work, off: int, credit_: int) -> str:
    """Where the customer's share went when nothing is paid out."""
    told = [f"{work.money(off)} off the bill"] if off else []
    told += [f"{work.money(credit_)} to the customer's credit"] if credit_ else []
    return " and ".join(told) or "the customer paid nothing for it"


def _require_first(found: Asked) -> None:
    """An earlier request for the same line is decided first: what this one is worth hangs on it (R2)."""
    if (earlier := _earlier(found.id)) is not None:
        raise Refused(
            f"Request {earlier} for the same item was made earlier and waits.",
            "Decide that one first: the value of this one depends on it.",
            rule="R2",
            step="refunds.approve",
        )


def _earlier(request_id: int) -> int | None:
    """An earlier request for one of the same lines that waits. Index: ``return_line (line)``."""
    rows = select(
        "select q.id from return_line m join return_line o on o.line_id = m.line_id join return_request q"
        " on q.id = o.request_id where m.request_id = ? and q.id < ? and q.state = 'requested' limit 1",
        [request_id, request_id],
    )
    return int(rows[0][0]) if rows else None


# --- asking --------------------------------------------------------------------------------------------


def _open_bill(work: Work, bill_id: int, before: int | None = None) -> Returnable:
    """The bill under the write lock, refused when nothing of it can come back (R1)."""
    bill = returnable(bill_id, before)
    if bill.voided:
        raise Refused(f"{bill.code} was voided.", "Nothing of it is charged any more.", rule="R1")
    if not bill.comes_back:
        raise Refused(
            f"{bill.code} is a {bill.kind.word.lower()}; only what was sold can be returned.",
            "Open the bill itself.",
            rule="R1",
        )
    if bill.currency != work.session.currency:
        raise Refused(
            f"{bill.code} is in {bill.currency}, and this clinic now counts in {work.session.currency}.",
            "Settle it outside the program.",
            rule="M1",
        )
    return bill


def _line(bill: Returnable, line_id: int) -> ReturnableLine:
    line = bill.line(line_id)
    if line is None:
        raise NotFound(f"That line is not on {bill.code}.", "Open the bill again.")
    return line


def _disposition(work: Work, line: ReturnableLine, one: ReturnOf) -> str:
    """What becomes of the goods; ``none`` where none left the stock (R5)."""
    chosen = one.disposition or line.usual
    if chosen == "none" or not line.goods:
        return "none"
    if chosen not in list(Disposition):
        raise Invalid([Fault("disposition", f"is not one of {', '.join(Disposition)}")], "Choose one.")
    may = Right.RESTOCK_MEDICINE in work.session.rights
    check_disposition(Disposition(chosen), medicine=line.medicine, may_restock=may)
    return chosen


def _require_charged(work: Work, bill: Returnable, worth: Quote) -> None:
    """No more is given back than the bill still comes to after what was taken off it (R2)."""
    if worth.customer > bill.charged or worth.payer > bill.payer_charged:
        left = max(0, bill.charged) + max(0, bill.payer_charged)
        raise Refused(
            f"{bill.code} was written off or adjusted: it comes to {work.money(left)} now,"
            f" and this would be {work.money(worth.total)}.",
            "Return fewer, or adjust the bill.",
            rule="R2",
        )
    if worth.tax > bill.taxed:
        raise Refused(
            f"{bill.code} was adjusted: {work.money(bill.taxed)} of tax is left in it, and this would give"
            f" back {work.money(worth.tax)}.",
            "Return fewer, or adjust the bill.",
            rule="R2",
        )


def _require_way(bill: Returnable, worth: Quote, method: str) -> None:
    """The way asked for is one, and something of the bill came in by it (R3)."""
    if method not in WAYS:
        raise Invalid([Fault("method", f"is not one of {', '.join(WAYS)}")], "Choose one.")
    if method == CREDIT and bill.customer_id is None:
        raise Refused(
            f"{bill.code} has no customer who could keep a credit.", "Pay it back as it was paid.", rule="R3"
        )
    goes_back = method in METHODS and worth.customer > max(0, bill.owed)
    if goes_back and not by_method(paid_on(bill.id, "receivable", bill.id), method):
        raise Refused(
            f"Nothing of {bill.code} was paid by {method}.",
            "Money goes back the way it came: choose that, or credit.",
            rule="R3",
        )


def _rule(work: Work, id_: int, bill: Returnable, worth: Quote, dispositions: Sequence[str]) -> str:
    """The rule that approves it without a second person, in words; empty when none does (R4).

    It holds for all that it has approved of one bill, so that the limit is not passed piece by piece.
    """
    limit = work.session.house.refund_limit
    today = day_of(work.now, work.session.zone)
    # What is thrown away is seen by a second person (K5).
    alone = "scrap" not in dispositions and _earlier(id_) is None
    whole = worth.total + _by_rule(bill.id)
    if alone and worth.total and approved_by_rule(whole, same_day=bill.day == today, limit=limit):
        return f"same day, up to {work.money(limit)}"
    return ""


def _by_rule(bill_id: int) -> int:
    """What the rule has approved of a bill, both shares. Index: ``return_request (bill)``."""
    ((before,),) = select(
        "select coalesce(sum(value + payer_value), 0) from return_request where bill_id = ?"
        " and by_rule <> ''",
        [bill_id],
    )
    return int(before)


def _rounding(work: Work) -> Rounding:
    return Rounding(work.session.house.rounding)
