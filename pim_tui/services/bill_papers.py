"""Bills, receipts, credit notes and labels, put together from the book."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from ..documents.bill import Bill, BillLine, Party, Sum, TaxRow, with_untaxed
from ..documents.billpaper import BillPaper
from ..documents.blocks import Letterhead
from ..documents.label import Label
from ..domain.bills import OWED, PostingKind
from ..domain.moments import moment_label, short_day
from ..domain.pricing import untaxed
from ..domain.rights import Right
from ..domain.session import Session
from ..domain.taxline import share_text, tax_text
from ..queries import bill_papers as book
from ..queries.bills import BillPage, CorrectionRow, LineRow, bill_page
from ..queries.customers import address_lines, record
from . import paper_words as words
from .wanted import Issue, LabelPaper, Made, PostingPaper

_ROUNDING = "rounding"
_LATEST = 2**62


def posting_paper(session: Session, wanted: PostingPaper, clinic: Letterhead) -> Made:
    """The paper of anything posted: a bill, receipt, note, payment or refund.

    With ``wanted.as_of`` it says what it said then; that it was voided since, it always says (M3).
    """
    session.needs(Right.PRINT)
    session.needs(Right.SEE_BILL)
    page = bill_page(wanted.posting_id)
    as_of = _LATEST if wanted.as_of is None else wanted.as_of
    bill, head = _Bill(page, as_of, session.zone).made(clinic, wanted.copy), page.header
    kind = _SHEETS.get(bill.title, "receipt")
    return Made(
        BillPaper(bill),
        f"{bill.title} {head.code}",
        "posting",
        head.id,
        (head.day.isoformat(),),
        issue=Issue(kind, head.id, head.customer_id),
        slip=bill.title not in _SHEETS,
    )


class _Bill:
    """Puts one bill together."""

    def __init__(self, page: BillPage, as_of: int, zone: str) -> None:
        self._page, self._head, self._zone = page, page.header, zone
        id_ = page.header.id
        self._taxes = book.line_taxes(id_)
        self._settled = [one for one in book.settled_by(id_, as_of) if one.account == _CUSTOMER]
        self._settles = book.settles(id_, as_of)
        across = (one.id for one in (*self._settled, *self._settles) if one.kind in _MONEY)
        self._parts = book.parts_of([id_, *across])

    def made(self, clinic: Letterhead, copy: int) -> Bill:
        """The bill as its paper says it."""
        head, goods = self._head, [_Goods(row) for row in self._page.lines]
        subtotal, discount = sum(one.shown for one in goods), sum(one.bill_discount for one in goods)
        payments, rounding = self._payments()
        given, change = self._cash()
        corrects, reason = self._corrects()
        return Bill(
            clinic,
            self._title,
            head.code,
            moment_label(head.at, self._zone),
            head.staff,
            head.currency,
            head.amount,
            lines=self._lines(goods),
            taxes=with_untaxed(_rates(self._taxes), self._untaxed),
            customer=party(head.customer_id) or (Party(head.payer) if head.payer else None),
            subtotal=subtotal,
            discount=discount,
            tax_on_top=head.amount - (subtotal - discount) if goods else 0,
            payer=head.payer if head.customer_id else "",
            payer_share=self._page.payer_share,
            rounding=rounding,
            payments=payments,
            given=given,
            change=change,
            left=self._left,
            settles=self._went_to(),
            corrects=corrects,
            reason=reason,
            goes_back=self._goes_back(),
            void=self._void(),
            copy=copy,
            remark=head.note,
        )

    @property
    def _left(self) -> int | None:
        """What the customer still owes on it; None for what nobody owes on."""
        if self._head.kind not in OWED:
            return None
        return self._page.customer_share - sum(one.amount for one in self._settled)

    @property
    def _untaxed(self) -> int:
        """What no tax was taken of."""
        bases = defaultdict[int, list[int]](list)
        for tax in self._taxes:
            bases[tax.line_id].append(tax.base)
        return untaxed((line.net, bases[line.id]) for line in self._page.lines)

    @property
    def _title(self) -> str:
        """A bill on which nothing is left to pay is a receipt."""
        if self._head.kind in _TITLES:
            return _TITLES[self._head.kind]
        return "Bill" if self._left else "Receipt"

    def _lines(self, goods: Sequence[_Goods]) -> tuple[BillLine, ...]:
        expires, rates = book.expiries_of(self._head.id), defaultdict(list)
        for tax in self._taxes:
            rates[tax.line_id].append(share_text(tax.name, tax.rate, tax.base, tax.amount))
        return tuple(_line(one, " + ".join(rates[one.row.id]), expires.get(one.row.id)) for one in goods)

    def _payments(self) -> tuple[tuple[Sum, ...], int]:
        """What settled it, by method where one payment went to it alone; and what cash rounding added."""
        if self._head.kind == PostingKind.PAYMENT:
            return self._by_method([self._head.id])
        whole = [one.id for one in self._settled if one.kind in _MONEY and one.amount == one.whole]
        found, rounding = self._by_method(whole)
        others = tuple(
            Sum(f"{_SETTLES[one.kind]} {one.code}", one.amount)
            for one in self._settled
            if one.id not in whole
        )
        return (*found, *others), rounding

    def _by_method(self, ids: Sequence[int]) -> tuple[tuple[Sum, ...], int]:
        """The parts of these payments or refunds, and what the customer gave more because of rounding."""
        sums: dict[str, int] = {}
        for part in self._parts:
            if part.payment_id in ids:
                sums[part.method] = sums.get(part.method, 0) + part.amount
        rounding = -sums.pop(_ROUNDING, 0)
        return tuple(Sum(words.METHODS[method], amount) for method, amount in sums.items()), rounding

    def _cash(self) -> tuple[int, int]:
        """The cash that was handed over and the change, where it was more than was due."""
        mine = {self._head.id, *(one.id for one in self._settled if one.amount == one.whole)}
        parts = [part for part in self._parts if part.tendered is not None and part.payment_id in mine]
        given = sum(part.tendered or 0 for part in parts)
        change = given - sum(part.amount for part in parts)
        return (given, change) if change > 0 else (0, 0)

    def _went_to(self) -> tuple[Sum, ...]:
        """The bills a payment went to, and what of it is credit."""
        if self._head.kind != PostingKind.PAYMENT:
            return ()
        told = [Sum(one.code, one.amount) for one in self._settles]
        return (*told, *_credit(self._head.amount - sum(one.amount for one in told), self._head.payer))

    def _goes_back(self) -> tuple[Sum, ...]:
        """How the money of a credit note or a refund returns (R3, M6)."""
        if self._head.kind == PostingKind.REFUND:
            return self._by_method([self._head.id])[0]
        if self._head.kind != PostingKind.CREDIT_NOTE:
            return ()
        mine = [one for one in self._settles if one.account == _CUSTOMER]
        told = [back for one in mine for back in self._back_by(one)]
        left = self._page.customer_share - sum(one.amount for one in mine)
        payer = self._page.payer_share
        return (*told, *_credit(left), *([Sum("To the payer", payer)] if payer else []))

    def _back_by(self, one: book.SettledRow) -> Iterable[Sum]:
        if one.kind != PostingKind.REFUND:
            return (Sum(f"Taken off {one.code}", one.amount),)
        if one.amount == one.whole:
            return self._by_method([one.id])[0]
        return (Sum(f"Refund {one.code}", one.amount),)

    def _corrects(self) -> tuple[str, str]:
        """What it corrects or gives back, and why."""
        head = self._head
        if head.kind == PostingKind.REFUND:
            bill, reason = book.reason_of_refund(head.id)
            return bill, reason or head.reason
        on = f" of {short_day(book.day_posted(head.corrects_id))}" if head.corrects_id else ""
        return f"{head.corrects}{on}", head.reason

    def _void(self) -> str:
        void = void_in(self._page)
        return f"{moment_label(void.at, self._zone)} by {void.staff}: {void.reason}" if void else ""


def void_in(page: BillPage) -> CorrectionRow | None:
    """The void of a document, None while it stands."""
    return next((one for one in page.corrections if one.id == page.header.void_id), None)


_CUSTOMER = "receivable"
_MONEY = (PostingKind.PAYMENT, PostingKind.REFUND)
_TITLES = {
    PostingKind.CREDIT_NOTE: "Credit note", PostingKind.DEBIT_NOTE: "Debit note",
    PostingKind.WRITE_OFF: "Write-off", PostingKind.VOID: "Void", PostingKind.PAYMENT: "Payment",
    PostingKind.REFUND: "Refund",
}  # fmt: skip
_SHEETS = {"Bill": "bill", "Debit note": "bill", "Credit note": "credit_note"}
"""What goes onto the clinic's usual paper, and as what it is kept; the rest are receipts."""
_SETTLES = {
    PostingKind.PAYMENT: "Payment", PostingKind.CREDIT_NOTE: "Credit note", PostingKind.VOID: "Void",
    PostingKind.WRITE_OFF: "Written off", PostingKind.REFUND: "Refund",
}  # fmt: skip


class _Goods:
    """A line as its paper shows it: before the bill's discount and, where prices are without it, before tax.

    A line that is not price times quantity, as the rest of a return may be, shows what it came to.
    """

    def __init__(self, row: LineRow) -> None:
        self.row = row
        gross = row.quantity * row.unit_price - row.discount
        plain = row.net <= gross - row.bill_discount <= row.total
        self.shown = gross if plain else row.total
        self.discount = row.discount if plain else 0
        self.bill_discount = row.bill_discount if plain else 0


def _line(goods: _Goods, tax: str, expires_on: date | None) -> BillLine:
    row = goods.row
    due = f"due back {short_day(row.due_on)}" if row.due_on else ""
    expires = f"use before {short_day(expires_on)}" if expires_on else ""
    note = " · ".join(filter(None, (expires, due)))
    return BillLine(
        row.quantity, row.description, row.unit_price, goods.shown, goods.discount, tax, row.code, row.lot,
        row.serial, note,
    )  # fmt: skip


def _rates(taxes: Sequence[book.TaxRow]) -> tuple[TaxRow, ...]:
    """What each tax comes to on the whole, in the order in which the lines bring them."""
    found: dict[tuple[str, int], tuple[int, int, int]] = {}
    for tax in taxes:
        base, amount, count = found.get((tax.name, tax.rate), (0, 0, 0))
        found[tax.name, tax.rate] = (base + tax.base, amount + tax.amount, count + 1)
    return tuple(
        TaxRow(tax_text(name, rate, base, amount, count), base, amount)
        for (name, rate), (base, amount, count) in found.items()
    )


def _credit(left: int, payer: str = "") -> tuple[Sum, ...]:
    whose = "Credit of the payer" if payer else "Credit of the customer"
    return (Sum(whose, left),) if left else ()


def party(customer_id: int | None) -> Party | None:
    """Whom a paper is for, None without a customer."""
    if customer_id is None:
        return None
    found = record(customer_id)
    return Party(found.customer.name.full, str(found.number), address_lines(found.customer))


def label_paper(session: Session, wanted: LabelPaper, clinic: Letterhead) -> Made:
    """The label of a dispensed line (K4)."""
    session.needs(Right.PRINT)
    session.needs(Right.SEE_BILL)
    page = bill_page(book.bill_of_line(wanted.line_id))
    row = next(one for one in page.lines if one.id == wanted.line_id)
    head, who = page.header, party(page.header.customer_id)
    expires_on = book.expiries_of(head.id).get(row.id)
    label = Label(
        clinic.name,
        clinic.phone,
        who.name if who else "",
        row.description,
        row.directions,
        f"{row.quantity} {row.unit}".strip(),
        short_day(head.day),
        row.lot or row.serial,
        short_day(expires_on) if expires_on else "",
        wanted.copy,
    )
    issue = Issue("label", head.id, head.customer_id, wanted.line_id)
    return Made(label, f"The label of {row.description}", "bill_line", row.id, issue=issue, label=True)
