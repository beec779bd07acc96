"""The till: a basket becomes a bill, with number, stock, ledger and payment in one transaction (M3, M4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..db.bulk import insert
from ..domain.basket import Basket
from ..domain.bills import PostingKind
from ..domain.dues import oldest_first
from ..domain.pricing import PricedBill, PricedLine, price
from ..domain.rights import Right
from ..domain.session import Session
from ..domain.tender import Settled, Tender, settle
from ..domain.terms import terms_of
from ..errors import Refused
from ..models import Loan
from ..queries.balances import credits_of
from . import drafts, stockroom
from .audit import Values
from .bill_lines import NewLine, write_lines
from .discounts import agreement
from .drafts import DropDraft, ParkBill, drop_draft, park_bill
from .goods import Goods, checked, list_price
from .payments import receive
from .pins import verify
from .posting import NewPosting, Opened, Side, allocate, begin, enter, finish
from .stockroom import Taken, Want
from .usecase import use_case
from .work import Done, Work

__all__ = ["DropDraft", "ParkBill", "PostBill", "drop_draft", "park_bill", "post_bill"]


@dataclass(frozen=True, slots=True)
class PostBill:
    """Post a basket. ``tenders`` are what is paid with it now, ``use_credit`` how much of the customer's
    credit settles it, minor units: credit is used only when asked for (M7).

    ``draft_id`` at ``draft_version`` is the parked bill that it was taken up from. ``agreed_by`` has typed
    ``pin`` to agree to a discount beyond the house's limit.
    """

    basket: Basket
    tenders: tuple[Tender, ...] = ()
    use_credit: int = 0
    draft_id: int | None = None
    draft_version: int = 0
    request: str = ""
    agreed_by: int | None = None
    pin: str = field(default="", repr=False)


def post_bill(session: Session, command: PostBill) -> Done:
    """Post a bill: number, lines, stock, loans, ledger, payment, in one transaction.

    A PIN is checked before it, so that a wrong one stays in the journal. The answer's ids are the bill and,
    when something was paid, the payment. Raises Invalid with every fault of the basket or the tenders,
    Forbidden (price, discount, payment), NeedsAnswer (discount), NotFound, Stale (draft), Refused (wrong PIN,
    K1, K2, K3, M6, M7).
    """
    session.needs(Right.POST_BILL)
    if command.agreed_by is not None:
        verify(session, command.agreed_by, command.pin)
    return _post_bill(session, replace(command, pin=""))


@use_case(Right.POST_BILL)
def _post_bill(work: Work, command: PostBill) -> Done:
    basket = command.basket
    goods = checked(work, basket)
    priced = price(basket, terms_of(work.session))
    agreed = agreement(work, basket, goods, command.agreed_by)
    credit = _credit(work, command, priced)
    settled = _settled(work, command, priced.customer - command.use_credit)
    bill, below = _post(work, basket, priced, goods, agreed)
    for credit_id, amount in credit:
        allocate(work, credit_id, bill.id, amount)
    ids: tuple[int, ...] = (bill.id,)
    if settled.parts:
        to_bill = [(bill.id, settled.paid)] if settled.paid else []
        payment = receive(work, settled, basket.customer_id, None, to_bill)
        ids = (bill.id, payment.id)
    if command.draft_id is not None:
        drafts.remove(work, command.draft_id, command.draft_version, "post")
    return Done("posting", ids, (bill.day.isoformat(),), says=f"{bill.code} {_said(work, settled, below)}.")


# --- what is paid with it ------------------------------------------------------------------------------


def _settled(work: Work, command: PostBill, due: int) -> Settled:
    """How the tenders pay what is due; without a customer that must be all of it."""
    if command.tenders:
        work.session.needs(Right.TAKE_PAYMENT)
        settled = settle(due, command.tenders, terms_of(work.session))
    else:
        settled = Settled((), 0, 0, 0, due, 0)
    if command.basket.customer_id is None and (settled.left or settled.credit):
        wrong = f"{work.figures(settled.left)} is left to pay" if settled.left else "Too much is paid"
        raise Refused(
            f"{wrong}, and there is no customer to keep it for.",
            "Take exactly what is due, or choose the customer.",
            rule="M7",
        )
    return settled


def _credit(work: Work, command: PostBill, priced: PricedBill) -> tuple[tuple[int, int], ...]:
    """The customer's credit that settles the bill, the oldest first: ((posting id, amount), ...)."""
    if not command.use_credit:
        return ()
    work.session.needs(Right.TAKE_PAYMENT)
    customer_id = command.basket.customer_id
    there = credits_of(customer_id) if customer_id is not None else ()
    most = min(priced.customer, sum(one.left for one in there))
    if not 0 < command.use_credit <= most:
        raise Refused(
            f"{work.figures(command.use_credit)} of credit cannot be used: {work.figures(most)} can.",
            "Use that much, or none.",
            rule="M7",
        )
    return oldest_first(command.use_credit, [one.rule for one in there])[0]


# --- what is posted ------------------------------------------------------------------------------------


def _post(
    work: Work, basket: Basket, priced: PricedBill, goods: dict[int, Goods], agreed: Values
) -> tuple[Opened, list[str]]:
    """The bill with everything that hangs on it; what there is less than nothing of now (K1)."""
    taken = _taken(work, basket, goods)
    new = NewPosting(
        PostingKind(basket.kind),
        priced.total,
        basket.customer_id,
        basket.payer_id,
        basket.appointment_id,
        note=basket.note,
    )
    bill = begin(work, new)
    lines = [_line(line, taken.get(index, ()), goods) for index, line in enumerate(priced.lines)]
    ids = write_lines(bill.id, lines)
    stockroom.hand_out(work, basket.kind, [(ids[index], items) for index, items in taken.items()])
    if basket.kind == PostingKind.BORROW:
        _lend(work, basket, ids)
    enter(bill, _sides(basket, priced))
    shares = {"payer_id": basket.payer_id, "payer_share": priced.payer}
    finish(work, bill, {"lines": len(ids), **shares, **agreed})
    below = [index for index, items in taken.items() if any(one.left < 0 for one in items)]
    return bill, [basket.lines[index].description for index in below]


def _taken(work: Work, basket: Basket, goods: dict[int, Goods]) -> dict[int, tuple[Taken, ...]]:
    """What goes out for each line, by its index, of products that have a stock."""
    wants = {
        index: Want(line.product_id, line.quantity, line.lot_id, line.lot_reason.strip())
        for index, line in enumerate(basket.lines)
        if line.product_id is not None and goods[line.product_id].tracked
    }
    return dict(zip(wants, stockroom.choose(work, list(wants.values())), strict=True))


def _sides(basket: Basket, priced: PricedBill) -> list[Side]:
    """What the customer and the payer owe, and what for (M5, M6)."""
    return [
        Side("receivable", priced.customer, basket.customer_id),
        Side("payer", priced.payer, None, basket.payer_id),
        Side("income", -priced.net),
        Side("tax", -priced.tax),
    ]


def _line(priced: PricedLine, taken: Sequence[Taken], goods: dict[int, Goods]) -> NewLine:
    """The line as posted; its lot is named where all its items are of one."""
    line = priced.line
    return NewLine(
        line.description, line.quantity, line.unit_price, priced.net, priced.tax, priced.total,
        priced.customer, priced.payer, priced.taxes, line.product_id, line.code, line.unit,
        list_price(line, goods), priced.discount, priced.bill_discount,
        taken[0].lot_id if len(taken) == 1 else None, line.lot_reason, line.directions,
    )  # fmt: skip


def _lend(work: Work, basket: Basket, ids: Sequence[int]) -> None:
    """Every line of a borrow bill is expected back (K3)."""
    insert(
        [Loan.line, Loan.customer, Loan.quantity, Loan.due_on, Loan.condition, Loan.at, Loan.staff],
        (
            (
                id_,
                basket.customer_id,
                line.quantity,
                line.due_on,
                line.condition,
                work.now,
                work.session.staff_id,
            )
            for id_, line in zip(ids, basket.lines, strict=True)
        ),
    )


def _said(work: Work, settled: Settled, below: Sequence[str]) -> str:
    told = ["posted"]
    told += [f"change {work.figures(settled.change)}"] if settled.change else []
    told += [f"{work.figures(settled.left)} is owed"] if settled.left else []
    told += [f"{work.figures(settled.credit)} to the credit"] if settled.credit else []
    told += [f"STOCK BELOW ZERO: {', '.join(below)}"] if below else []
    return ", ".join(told)
