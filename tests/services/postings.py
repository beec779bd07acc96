"""Bills, payments and corrections put straight into the book, for tests of what is read from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pim_tui.domain.basket import Basket, BasketLine, Discount, Share
from pim_tui.domain.bills import PostingKind
from pim_tui.domain.pricing import PricedBill, Terms, price
from pim_tui.domain.taxes import Tax, TaxClass
from pim_tui.models import BillLine, LineTax, Lot, Payer, PaymentPart, Product
from pim_tui.services.posting import NewPosting, Side, allocate, begin, enter, finish
from pim_tui.services.usecase import Work
from tests.services.clinic import JANE, Practice

VAT = TaxClass("Standard", (Tax("VAT", 19_000),))
REDUCED = TaxClass("Reduced", (Tax("VAT", 7_000),))
IBUPROFEN, CRUTCHES = 1, 2
"""Products: one in lots, one that is lent."""
INSURER = 1


def goods(clinic: Practice) -> None:
    """Two products, a lot that expires, and an insurer."""
    now = clinic.session.clock()
    with clinic.store.write_tx():
        for name in ("Ibuprofen 400 mg, 20 tablets", "Crutches (pair)"):
            Product.create(name=name, sort_name=name.lower(), created_at=now, active=True, tracked=True)
        Lot.create(product=IBUPROFEN, code="L00042", expires_on=date(2027, 3, 31), created_at=now)
        Payer.create(name="Northern Insurance", sort_name="northern insurance", active=True)


def sold(count: int = 3) -> tuple[BasketLine, ...]:
    """So many lines: medicine with a lot, a service, and things with a discount of their own."""
    medicine = BasketLine(
        "Ibuprofen 400 mg, 20 tablets", 3, 499, IBUPROFEN, "P-0001", "pack", taxes=VAT, lot_id=1,
        directions="One tablet three times a day, with food.",
    )  # fmt: skip
    review = BasketLine("Blood pressure review", 1, 4_250, code="S-0107", taxes=REDUCED)
    others = (
        BasketLine(f"Bandage {at}", at + 1, 333 + at, code=f"B-{at:03}", taxes=VAT, discount=Discount(5_000))
        for at in range(count - 2)
    )
    return (medicine, review, *others)[:count]


def post_bill(
    clinic: Practice,
    lines: Sequence[BasketLine],
    *,
    kind: str = "sale",
    customer: int | None = JANE,
    share: int = 0,
    discount: int = 0,
    inclusive: bool = True,
) -> tuple[int, PricedBill]:
    """A posted bill; an insurer pays ``share`` thousandths of a percent of each line."""
    if share:
        lines = [BasketLine(**{**_fields(line), "payer": Share(share)}) for line in lines]
    basket = Basket(kind, tuple(lines), Discount(amount=discount), INSURER if share else None)
    priced = price(basket, Terms(clinic.session.currency, inclusive))
    with clinic.store.write_tx():
        work = Work(clinic.session, clinic.session.clock())
        new = NewPosting(PostingKind(kind), priced.total, customer, basket.payer_id)
        opened = begin(work, new)
        _lines(opened.id, priced)
        enter(opened, _sides(priced, customer, basket.payer_id))
        finish(work, opened, {})
    return opened.id, priced


def _fields(line: BasketLine) -> dict[str, object]:
    return {name: getattr(line, name) for name in BasketLine.__slots__}


def _sides(priced: PricedBill, customer: int | None, payer: int | None, sign: int = 1) -> list[Side]:
    return [
        Side("receivable", sign * priced.customer, customer), Side("payer", sign * priced.payer, None, payer),
        Side("income", -sign * priced.net), Side("tax", -sign * priced.tax),
    ]  # fmt: skip


def _lines(posting_id: int, priced: PricedBill, returns: Sequence[int] = ()) -> None:
    for position, one in enumerate(priced.lines, 1):
        line = one.line
        id_ = BillLine.insert(
            bill=posting_id, position=position, product=line.product_id, code=line.code,
            description=line.description, unit=line.unit, quantity=line.quantity, unit_price=line.unit_price,
            discount=one.discount, bill_discount=one.bill_discount, net=one.net, tax=one.tax, total=one.total,
            customer_share=one.customer, payer_share=one.payer, lot=line.lot_id, directions=line.directions,
            returns=returns[position - 1] if returns else None,
        ).execute()  # fmt: skip
        for at, tax in enumerate(one.taxes, 1):
            LineTax.insert(
                line=id_, position=at, name=tax.name, rate=tax.rate, base=tax.base, amount=tax.amount
            ).execute()


def pay(
    clinic: Practice,
    parts: Sequence[tuple[str, int, int | None]],
    *bills: tuple[int, int],
    customer: int | None = JANE,
) -> int:
    """A payment by (method, amount, cash handed over), settling (bill, amount)."""
    total = sum(amount for _, amount, _ in parts)
    with clinic.store.write_tx():
        work = Work(clinic.session, clinic.session.clock())
        opened = begin(work, NewPosting(PostingKind.PAYMENT, total, customer))
        for position, (method, amount, tendered) in enumerate(parts, 1):
            PaymentPart.insert(
                payment=opened.id, position=position, method=method, amount=amount, tendered=tendered
            ).execute()
        enter(
            opened,
            [*(Side(method, amount) for method, amount, _ in parts), Side("receivable", -total, customer)],
        )
        finish(work, opened, {})
        for bill_id, amount in bills:
            allocate(work, opened.id, bill_id, amount)
    return opened.id


def correct(
    clinic: Practice, kind: str, bill_id: int, priced: PricedBill, reason: str, *, off: int = 0
) -> int:
    """A void or a credit note of a whole bill; ``off`` of it is taken off what is owed."""
    with clinic.store.write_tx():
        work = Work(clinic.session, clinic.session.clock())
        opened = begin(
            work, NewPosting(PostingKind(kind), priced.total, JANE, corrects_id=bill_id, reason=reason)
        )
        if kind == "credit_note":
            _lines(opened.id, priced)
        enter(opened, _sides(priced, JANE, INSURER if priced.payer else None, -1))
        finish(work, opened, {})
        if off:
            allocate(work, opened.id, bill_id, off)
    return opened.id
