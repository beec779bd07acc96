"""Money that comes in, and which bills it settles (M7).

A payment is posted once and never changed; what it settles is kept beside it and can be taken back. The
money of a payer settles only what that payer owes (M6).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..db.bulk import insert
from ..db.connection import select
from ..domain.bills import OWED, PostingKind, code
from ..domain.dues import matched, oldest_first
from ..domain.rights import Right
from ..domain.tender import Settled, Tender, settle
from ..domain.terms import terms_of
from ..errors import Fault, Invalid, NotFound, Refused
from ..models import PaymentPart
from ..queries.balances import Due, credits_of, dues, left_on, payer_credits, payer_dues
from .parties import require_people
from .posting import NewPosting, Opened, Side, allocate, begin, enter, finish
from .usecase import use_case
from .work import Done, Work

DRAWER = "till"
"""The drawer that cash goes into."""


@dataclass(frozen=True, slots=True)
class TakePayment:
    """Take a payment of a customer or of a payer, one of them.

    ``bills`` are ((bill id, amount), ...) in the order in which they are settled; without any, the oldest
    are settled first, and what is over becomes credit. A tender's ``amount`` is what is paid with it: of
    cash beyond what was chosen change is given, of everything else the rest becomes credit; with ``keep``
    that of cash too. ``use_credit`` of what is to their credit settles the bills before the tenders do.
    """

    tenders: tuple[Tender, ...] = ()
    customer_id: int | None = None
    bills: tuple[tuple[int, int], ...] = ()
    payer_id: int | None = None
    request: str = ""
    use_credit: int = 0
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Allocate:
    """Let ``amount`` of a payment, or of another credit, settle a bill of the same customer or payer."""

    credit_id: int
    debit_id: int
    amount: int
    request: str = ""


@dataclass(frozen=True, slots=True)
class Unallocate:
    """Take back all that a payment settles of a bill: the one is credit again, the other owed."""

    credit_id: int
    debit_id: int
    request: str = ""


@use_case(Right.TAKE_PAYMENT)
def take_payment(work: Work, command: TakePayment) -> Done:
    """Post a payment and settle bills with it.

    Raises Invalid with every fault of the tenders, NotFound, Refused (M6, M7).
    """
    if not command.tenders and not command.use_credit:
        raise Invalid([Fault("tenders", "nothing is paid")], "Say how much, and how.")
    owing = _owed_by(command)
    chosen = _chosen(work, command, owing)
    if not command.use_credit:
        return _received(work, command, owing, chosen)
    asked = chosen or tuple((one.id, one.left) for one in owing)
    rest = _use_credit(work, command, owing, asked)
    says = f"{work.figures(command.use_credit)} of credit used"
    if not command.tenders:
        return Done("posting", tuple(id_ for id_, _ in asked), says=f"{says}.")
    return _received(work, command, (), rest, f", {says}")


def _received(
    work: Work, command: TakePayment, owing: Sequence[Due], chosen: Sequence[tuple[int, int]], also: str = ""
) -> Done:
    """Post what comes in and settle the chosen bills with it, or without any the oldest."""
    due = sum(amount for _, amount in chosen) if chosen else sum(one.amount for one in command.tenders)
    settled = settle(due, command.tenders, terms_of(work.session), keep=command.keep)
    money = settled.paid + settled.credit
    parts = _in_order(money, chosen) if chosen else oldest_first(money, [one.rule for one in owing])[0]
    payment = receive(work, settled, command.customer_id, command.payer_id, parts)
    said = _said(work, settled, money - sum(amount for _, amount in parts))
    ids = (payment.id, *(id_ for id_, _ in parts))
    return Done("posting", ids, (payment.day.isoformat(),), says=f"{payment.code} {said}{also}.")


@use_case(Right.TAKE_PAYMENT)
def allocate_payment(work: Work, command: Allocate) -> Done:
    """Settle a bill with what is to somebody's credit. Raises Refused (M6, M7), NotFound."""
    credit, debit = _named(command.credit_id), _named(command.debit_id)
    account = _shared_account(command)
    there, owed = -left_on(command.credit_id, account), left_on(command.debit_id, account)
    if not 0 < command.amount <= min(there, owed):
        raise Refused(
            f"{work.figures(command.amount)} of {credit.code} cannot settle {debit.code}: on it"
            f" {work.figures(owed)} is owed, and of the other {work.figures(there)} is left.",
            f"Take at most {work.figures(max(0, min(there, owed)))}.",
            rule="M7",
        )
    allocate(work, command.credit_id, command.debit_id, command.amount, account)
    told = {"code": debit.code, "credit": credit.code, "account": account, "amount": command.amount}
    work.changed("settle", "posting", command.debit_id, None, {**told, "customer_id": debit.customer_id})
    says = f"{work.figures(command.amount)} of {credit.code} settles {debit.code}."
    return Done("posting", (command.debit_id, command.credit_id), says=says)


@use_case(Right.TAKE_PAYMENT)
def unallocate_payment(work: Work, command: Unallocate) -> Done:
    """Part a payment from a bill; both are afterwards as before (M7). Raises Refused, NotFound."""
    credit, debit = _named(command.credit_id), _named(command.debit_id)
    if credit.kind != PostingKind.PAYMENT or debit.kind not in OWED:
        raise Refused(
            f"{credit.code} belongs to {debit.code} and stays with it.",
            "Only a payment can be parted from a bill.",
            rule="M7",
        )
    if debit.customer_id is None and credit.payer_id is None:
        raise Refused(f"{debit.code} has no customer who could owe it.", "Void the bill instead.", rule="M7")
    amount = sum(free(work, command.debit_id, account, command.credit_id) for account in _ACCOUNTS)
    if not amount:
        raise Refused(f"{credit.code} settles nothing of {debit.code}.", "Look at the bill again.", rule="M7")
    told = {"code": debit.code, "credit": credit.code, "amount": -amount}
    work.changed("unsettle", "posting", command.debit_id, None, {**told, "customer_id": debit.customer_id})
    says = f"{work.figures(amount)} of {credit.code} is credit again; {debit.code} is owed."
    return Done("posting", (command.debit_id, command.credit_id), says=says)


# --- for other services, inside their transaction ------------------------------------------------------


def receive(
    work: Work,
    settled: Settled,
    customer_id: int | None,
    payer_id: int | None,
    bills: Iterable[tuple[int, int]],
) -> Opened:
    """Post a payment as it was settled and let it settle ``bills``, ((bill id, amount), ...)."""
    money = settled.paid + settled.credit
    payment = begin(work, NewPosting(PostingKind.PAYMENT, money, customer_id, payer_id))
    drawer = open_drawer() if any(part.method == "cash" for part in settled.parts) else None
    insert(
        PARTS,
        (
            (
                payment.id,
                position,
                part.method,
                part.amount,
                part.tendered if part.method == "cash" else None,
                part.reference,
                drawer if part.method == "cash" else None,
                None,
            )
            for position, part in enumerate(settled.parts, 1)
        ),
    )
    account = "receivable" if payer_id is None else "payer"
    gone = [Side(part.method, part.amount) for part in settled.parts]
    enter(payment, [*gone, Side(account, -money, customer_id if payer_id is None else None, payer_id)])
    finish(work, payment, {"by": [[part.method, part.amount] for part in settled.parts]}, "pay")
    for bill_id, amount in bills:
        allocate(work, payment.id, bill_id, amount, account)
    return payment


PARTS = [
    PaymentPart.payment, PaymentPart.position, PaymentPart.method, PaymentPart.amount, PaymentPart.tendered,
    PaymentPart.reference, PaymentPart.drawer, PaymentPart.refunds,
]  # fmt: skip
"""The columns of a payment's part, in the order in which they are written."""


def open_drawer() -> int | None:
    """The drawer that cash goes into now, if one is open. Index: ``drawer_open_once``."""
    rows = select("select id from drawer where name = ? and closed_at is null", [DRAWER])
    return int(rows[0][0]) if rows else None


def free(work: Work, debit_id: int, account: str, credit_id: int | None = None) -> int:
    """Take back what settles a debt in ``account``, by one credit or by all; how much that was (M7).

    Index: ``allocation (debit, account, amount, credit)``.
    """
    rows = select(
        "select credit_id, sum(amount) from allocation where debit_id = ? and account = ?"
        f" {'and credit_id = ?' if credit_id is not None else ''} group by credit_id having sum(amount) <> 0",
        [debit_id, account, *([] if credit_id is None else [credit_id])],
    )
    for credit, amount in rows:
        allocate(work, credit, debit_id, -int(amount), account)
    return sum(int(amount) for _, amount in rows)


# --- what a payment settles ----------------------------------------------------------------------------

_ACCOUNTS = ("receivable", "payer")


def _owed_by(command: TakePayment) -> tuple[Due, ...]:
    """What the one who pays owes. Raises Invalid unless it is one, NotFound when there is no such."""
    if (command.customer_id is None) == (command.payer_id is None):
        raise Invalid([Fault("customer", "or payer: one of them pays")], "Choose who pays.")
    require_people(command.customer_id, command.payer_id)
    if command.payer_id is not None:
        return payer_dues(command.payer_id)
    return dues(command.customer_id) if command.customer_id is not None else ()


def _chosen(work: Work, command: TakePayment, owing: Sequence[Due]) -> tuple[tuple[int, int], ...]:
    """The bills that were chosen; Refused where one is not owed, or not so much."""
    left = {one.id: one for one in owing}
    for bill_id, amount in command.bills:
        one = left.get(bill_id)
        if one is None:
            raise Refused(
                "Nothing is owed on this bill by the one who pays.", "Look at the bill again.", rule="M7"
            )
        if not 0 < amount <= one.left:
            raise Refused(
                f"{one.code}: {work.figures(amount)} is asked for and {work.figures(one.left)} is owed.",
                "Pay at most what is owed; what is over can be paid on account.",
                rule="M7",
            )
    if len(dict(command.bills)) < len(command.bills):
        raise Invalid([Fault("bills", "name one bill twice")], "Name each bill once.")
    return command.bills


def _use_credit(
    work: Work, command: TakePayment, owing: Sequence[Due], asked: Sequence[tuple[int, int]]
) -> tuple[tuple[int, int], ...]:
    """Let credit, the oldest first, settle the bills in their order; what is left to pay of them (M7)."""
    account = "receivable" if command.payer_id is None else "payer"
    there = payer_credits(command.payer_id) if command.payer_id is not None else ()
    if command.customer_id is not None:
        there = credits_of(command.customer_id)
    most = min(sum(one.left for one in there), sum(amount for _, amount in asked))
    if not 0 < command.use_credit <= most:
        raise Refused(
            f"{work.figures(command.use_credit)} of credit cannot be used: {work.figures(most)} can.",
            "Use that much, or none.",
            rule="M7",
        )
    parts = _in_order(command.use_credit, asked)
    for credit_id, bill_id, amount in matched([one.rule for one in there], parts):
        allocate(work, credit_id, bill_id, amount, account)
    codes, used = {one.id: one.code for one in owing}, dict(parts)
    for bill_id, amount in parts:
        told = {"code": codes[bill_id], "account": account, "amount": amount}
        work.changed("settle", "posting", bill_id, None, {**told, "customer_id": command.customer_id})
    return tuple((id_, amount - used.get(id_, 0)) for id_, amount in asked if amount > used.get(id_, 0))


def _in_order(money: int, chosen: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """So much of each chosen bill as the money lasts for."""
    found = []
    for bill_id, amount in chosen:
        part = min(money, amount)
        if part:
            found.append((bill_id, part))
            money -= part
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Named:
    code: str
    kind: PostingKind
    customer_id: int | None
    payer_id: int | None


def _named(posting_id: int) -> _Named:
    rows = select("select kind, year, number, customer_id, payer_id from posting where id = ?", [posting_id])
    if not rows:
        raise NotFound("That document does not exist.", "Search again.")
    kind, year, number, customer_id, payer_id = rows[0]
    return _Named(code(kind, year, number), PostingKind(kind), customer_id, payer_id)


def _shared_account(command: Allocate) -> str:
    """The account in which the one is owed and the other credit; the customer's where both are."""
    for account in _ACCOUNTS:
        if left_on(command.credit_id, account) < 0 < left_on(command.debit_id, account):
            return account
    return "receivable"


def _said(work: Work, settled: Settled, credit: int) -> str:
    """What the footer tells of a payment."""
    told = [f"{work.figures(settled.paid + settled.credit)} paid"]
    told += [f"change {work.figures(settled.change)}"] if settled.change else []
    told += [f"{work.figures(credit)} to the credit"] if credit else []
    return ", ".join(told)
