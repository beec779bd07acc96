"""The paper of a bill that is parked: what it would come to, and that it is no receipt (M3)."""

from __future__ import annotations

from ..documents.bill import Bill, BillLine, TaxRow, with_untaxed
from ..documents.billpaper import BillPaper
from ..documents.blocks import Letterhead
from ..domain.basket import from_json
from ..domain.moments import moment_label, short_day
from ..domain.pricing import PricedBill, PricedLine, price, untaxed
from ..domain.rights import Right
from ..domain.session import Session
from ..domain.taxline import share_text, tax_text
from ..domain.terms import terms_of
from ..errors import NotFound
from ..queries.balances import draft_basket
from .bill_papers import party
from .wanted import DraftPaper, Made


def draft_paper(session: Session, wanted: DraftPaper, clinic: Letterhead) -> Made:
    """The draft as it stands; it has no number and is not kept. Raises NotFound, Invalid."""
    session.needs(Right.PRINT)
    session.needs(Right.SEE_BILL)
    found = draft_basket(wanted.draft_id)
    if found is None:
        raise NotFound("That draft is no longer there.", "It was posted or dropped meanwhile.")
    basket = from_json(found[0])
    priced = price(basket, terms_of(session))
    bill = Bill(
        clinic,
        "Bill",
        "",
        moment_label(session.clock(), session.zone),
        session.name,
        session.currency,
        priced.total,
        lines=tuple(_line(one) for one in priced.lines),
        taxes=_taxes(priced),
        customer=party(basket.customer_id),
        subtotal=priced.total - _on_top(priced) + priced.bill_discount,
        discount=priced.bill_discount,
        tax_on_top=_on_top(priced),
        payer_share=priced.payer,
        remark=basket.note,
    )
    return Made(BillPaper(bill), "The draft", "draft_bill", wanted.draft_id, slip=True)


def _on_top(priced: PricedBill) -> int:
    """The tax that the prices are without."""
    return priced.total - (priced.gross - priced.discount)


def _taxes(priced: PricedBill) -> tuple[TaxRow, ...]:
    count = len(priced.lines)
    rows = tuple(
        TaxRow(tax_text(tax.name, tax.rate, tax.base, tax.amount, count), tax.base, tax.amount)
        for tax in priced.taxes
    )
    return with_untaxed(rows, untaxed((one.net, [tax.base for tax in one.taxes]) for one in priced.lines))


def _line(one: PricedLine) -> BillLine:
    line, taxes = one.line, one.taxes
    rates = " + ".join(share_text(tax.name, tax.rate, tax.base, tax.amount) for tax in taxes)
    due = f"due back {short_day(line.due_on)}" if line.due_on else ""
    return BillLine(
        line.quantity,
        line.description,
        line.unit_price,
        one.gross - one.discount,
        one.discount,
        rates,
        line.code,
        note=due,
    )
