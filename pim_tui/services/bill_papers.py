"""Bills, receipts, credit notes and labels, put together from the book."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from ..documents.bill import Bill, BillLine, Party, Sum, TaxRow
from ..documents.billpaper import BillPaper
from ..documents.blocks import Letterhead
from ..documents.label import Label
from ..domain.bills import OWED, PostingKind
from ..domain.moments import short_day
from ..domain.rights import Right
from ..domain.session import Session
from ..queries import bill_papers as book
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
    found = book.posting(wanted.posting_id)
    as_of = _LATEST if wanted.as_of is None else wanted.as_of
    bill = _Bill(found, as_of, session.zone).made(clinic, wanted.copy)
    kind = "credit_note" if found.kind == PostingKind.CREDIT_NOTE else bill.title.lower()
    issue = Issue(kind if kind in ("bill", "credit_note") else "receipt", found.id, found.customer_id)
    return Made(
        BillPaper(bill), f"{bill.title} {found.code}", "posting", found.id, (found.day.isoformat(),),
        issue=issue, slip=kind not in ("bill", "credit_note"),
    )  # fmt: skip


class _Bill:
    """Puts one bill together."""

    def __init__(self, found: book.PostingRow, as_of: int, zone: str) -> None:
        self._found, self._zone = found, zone
        self._rows = book.lines_of(found.id)
        self._taxes = book.taxes_of(found.id)
        self._settled = book.settled_by(found.id, as_of)
        self._settles = book.settles(found.id, as_of)
        self._parts = book.parts_of(
            [found.id, *(one.id for one in (*self._settled, *self._settles) if one.kind in _MONEY)]
        )

    def made(self, clinic: Letterhead, copy: int) -> Bill:
        """The bill as its paper says it."""
        found, goods = self._found, [_Goods(row) for row in self._rows]
        subtotal, discount = sum(one.shown for one in goods), sum(one.bill_discount for one in goods)
        payments, rounding = self._payments()
        given, change = self._cash()
        corrects, reason = self._corrects()
        return Bill(
            clinic, self._title, found.code, words.moment(found.at, self._zone), found.staff,
            found.currency, found.amount,
            lines=self._lines(goods),
            taxes=_rates(self._taxes),
            customer=_party(found.customer_id) or (Party(found.payer) if found.payer else None),
            subtotal=subtotal,
            discount=discount,
            tax_on_top=found.amount - (subtotal - discount) if goods else 0,
            payer=found.payer if found.customer_id else "",
            payer_share=abs(found.payer_owes),
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
            remark=found.note,
        )  # fmt: skip

    @property
    def _left(self) -> int | None:
        """What the customer still owes on it; None for what nobody owes on."""
        if self._found.kind not in OWED:
            return None
        return self._found.receivable - sum(one.amount for one in self._settled)

    @property
    def _title(self) -> str:
        """A bill on which nothing is left to pay is a receipt."""
        if self._found.kind in _TITLES:
            return _TITLES[self._found.kind]
        return "Bill" if self._left else "Receipt"

    def _lines(self, goods: Sequence[_Goods]) -> tuple[BillLine, ...]:
        rates = defaultdict(list)
        for tax in self._taxes:
            rates[tax.line_id].append(words.share(tax.name, tax.rate, tax.base, tax.amount))
        return tuple(_line(one, " + ".join(rates[one.row.id])) for one in goods)

    def _payments(self) -> tuple[tuple[Sum, ...], int]:
        """What settled it, by method where one payment went to it alone; and what cash rounding added."""
        if self._found.kind == PostingKind.PAYMENT:
            return self._by_method([self._found.id])
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
        parts = [part for part in self._parts if part.payment_id in ids]
        sums: dict[str, int] = {}
        for part in parts:
            sums[part.method] = sums.get(part.method, 0) + part.amount
        rounding = -sums.pop(_ROUNDING, 0)
        return tuple(Sum(words.METHODS[method], amount) for method, amount in sums.items()), rounding

    def _cash(self) -> tuple[int, int]:
        """The cash that was handed over and the change, where it was more than was due."""
        mine = {self._found.id, *(one.id for one in self._settled if one.amount == one.whole)}
        parts = [part for part in self._parts if part.tendered is not None and part.payment_id in mine]
        given = sum(part.tendered or 0 for part in parts)
        change = given - sum(part.amount for part in parts)
        return (given, change) if change > 0 else (0, 0)

    def _went_to(self) -> tuple[Sum, ...]:
        """The bills a payment went to, and what of it is credit."""
        if self._found.kind != PostingKind.PAYMENT or not self._found.receivable:
            return ()
        told = [Sum(one.code, one.amount) for one in self._settles]
        return (*told, *_credit(-self._found.receivable - sum(one.amount for one in told)))

    def _goes_back(self) -> tuple[Sum, ...]:
        """How the money of a credit note or a refund returns (R3, M6)."""
        found = self._found
        if found.kind == PostingKind.REFUND:
            return self._by_method([found.id])[0]
        if found.kind != PostingKind.CREDIT_NOTE:
            return ()
        told = [sum_ for one in self._settles for sum_ in self._back_by(one)]
        left = -found.receivable - sum(one.amount for one in self._settles)
        payer = [Sum("To the payer", -found.payer_owes)] if found.payer_owes else []
        return (*told, *_credit(left), *payer)

    def _back_by(self, one: book.SettledRow) -> Iterable[Sum]:
        if one.kind != PostingKind.REFUND:
            return (Sum(f"Taken off {one.code}", one.amount),)
        if one.amount == one.whole:
            return self._by_method([one.id])[0]
        return (Sum(f"Refund {one.code}", one.amount),)

    def _corrects(self) -> tuple[str, str]:
        """What it corrects or gives back, and why."""
        found = self._found
        if found.kind == PostingKind.REFUND:
            bill, reason = book.reason_of_refund(found.id)
            return bill, reason or found.reason
        on = f" of {short_day(found.corrects_on)}" if found.corrects_on else ""
        return f"{found.corrects}{on}", found.reason

    def _void(self) -> str:
        void = book.void_of(self._found.id)
        return f"{words.moment(void.at, self._zone)} by {void.staff}: {void.reason}" if void else ""


_MONEY = (PostingKind.PAYMENT, PostingKind.REFUND)
_TITLES = {
    PostingKind.CREDIT_NOTE: "Credit note", PostingKind.DEBIT_NOTE: "Debit note",
    PostingKind.WRITE_OFF: "Write-off", PostingKind.VOID: "Void", PostingKind.PAYMENT: "Payment",
    PostingKind.REFUND: "Refund",
}  # fmt: skip
_SETTLES = {
    PostingKind.PAYMENT: "Payment", PostingKind.CREDIT_NOTE: "Credit note", PostingKind.VOID: "Void",
    PostingKind.WRITE_OFF: "Written off", PostingKind.REFUND: "Refund",
}  # fmt: skip


class _Goods:
    """A line as its paper shows it: before the bill's discount and, where prices are without it, before tax.

    A line that is not price times quantity, as the rest of a return may be, shows what it came to.
    """

    def __init__(self, row: book.LineRow) -> None:
        self.row = row
        gross = row.quantity * row.unit_price - row.discount
        plain = row.net <= gross - row.bill_discount <= row.total
        self.shown = gross if plain else row.total
        self.discount = row.discount if plain else 0
        self.bill_discount = row.bill_discount if plain else 0


def _line(goods: _Goods, tax: str) -> BillLine:
    row = goods.row
    due = f"due back {short_day(row.due_on)}" if row.due_on else ""
    expires = f"use before {short_day(row.expires_on)}" if row.expires_on else ""
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
        TaxRow(words.tax(name, rate, base, amount, count), base, amount)
        for (name, rate), (base, amount, count) in found.items()
    )


def _credit(left: int) -> tuple[Sum, ...]:
    return (Sum("Credit of the customer", left),) if left else ()


def _party(customer_id: int | None) -> Party | None:
    if customer_id is None:
        return None
    found = record(customer_id)
    return Party(found.customer.name.full, str(found.number), address_lines(found.customer))


def label_paper(session: Session, wanted: LabelPaper, clinic: Letterhead) -> Made:
    """The label of a dispensed line (K4)."""
    session.needs(Right.PRINT)
    session.needs(Right.SEE_BILL)
    row, posting_id = book.line(wanted.line_id)
    bill = book.posting(posting_id)
    who = _party(bill.customer_id)
    label = Label(
        clinic.name, clinic.phone, who.name if who else "", row.description, row.directions,
        f"{row.quantity} {row.unit}".strip(), short_day(bill.day), row.lot or row.serial,
        short_day(row.expires_on) if row.expires_on else "", wanted.copy,
    )  # fmt: skip
    issue = Issue("label", posting_id, bill.customer_id, wanted.line_id)
    return Made(label, f"The label of {row.description}", "bill_line", row.id, issue=issue, label=True)
