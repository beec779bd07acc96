"""Bills, payments and loans as the till posts them, for tests of what reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from pim_tui.db.connection import select, write_tx
from pim_tui.domain.bills import PostingKind
from pim_tui.domain.moments import resolve
from pim_tui.domain.session import Session
from pim_tui.models import BillLine, Loan, LoanEvent, Lot, Payer, PaymentPart, Product, StockMovement
from pim_tui.services import audit
from pim_tui.services.posting import NewPosting, Opened, Side, allocate, begin, enter, finish
from pim_tui.services.voiding import VoidPosting, void_posting
from pim_tui.services.work import Work
from tests.services.desk import TODAY, ZONE, desk


@dataclass(frozen=True)
class Sold:
    """A line: so many of a thing for ``total`` in all, of which ``tax`` is tax and ``payer`` a payer's."""

    name: str = "Bandage"
    total: int = 1190
    quantity: int = 1
    tax: int = 0
    payer: int = 0
    product_id: int | None = None
    directions: str = ""


def noon(day: date) -> int:
    """The middle of a day on the clinic's clock."""
    return resolve(datetime.combine(day, time(12)), ZONE)


class Posted:
    """Posts on ``day``; every method is one transaction."""

    def __init__(self, day: date = TODAY, session: Session | None = None) -> None:
        self.session = session or desk(now=noon(day))

    def bill(
        self,
        customer_id: int | None,
        *lines: Sold,
        kind: PostingKind = PostingKind.SALE,
        paid: int = 0,
        appointment_id: int | None = None,
    ) -> int:
        """Post a bill, of which ``paid`` is paid in cash at once; its id."""
        sold = lines or (Sold(),)
        payer = sum(one.payer for one in sold)
        total, tax = sum(one.total for one in sold), sum(one.tax for one in sold)
        payer_id = payer_called("Northern Insurance") if payer else None
        with write_tx():
            work = Work(self.session, self.session.clock())
            new = NewPosting(kind, total, customer_id, payer_id, appointment_id)
            opened = begin(work, new)
            self._lines(opened, sold)
            enter(opened, (
                Side("receivable", total - payer, customer_id), Side("payer", payer, None, payer_id),
                Side("income", tax - total), Side("tax", -tax),
            ))  # fmt: skip
            self._end(work, opened)
        if paid:
            self.payment(customer_id, paid, opened.id)
        return opened.id

    def payment(
        self, customer_id: int | None, amount: int, bill_id: int | None = None, method: str = "cash"
    ) -> int:
        """Take a payment, which settles ``bill_id`` or is on account; its id."""
        with write_tx():
            work = Work(self.session, self.session.clock())
            opened = begin(work, NewPosting(PostingKind.PAYMENT, amount, customer_id))
            PaymentPart.insert(payment=opened.id, position=1, method=method, amount=amount).execute()
            enter(opened, (Side(method, amount), Side("receivable", -amount, customer_id)))
            self._end(work, opened)
            if bill_id:
                allocate(work, opened.id, bill_id, amount)
        return opened.id

    def credit(self, customer_id: int, bill_id: int, amount: int, settles: int | None = None) -> int:
        """A credit note over ``amount``, which takes ``settles`` (all) off the bill; its id."""
        with write_tx():
            work = Work(self.session, self.session.clock())
            new = NewPosting(
                PostingKind.CREDIT_NOTE, amount, customer_id, corrects_id=bill_id, reason="returned"
            )
            opened = begin(work, new)
            self._lines(opened, (Sold(total=amount),))
            enter(opened, (Side("receivable", -amount, customer_id), Side("income", amount)))
            self._end(work, opened)
            if settled := amount if settles is None else settles:
                allocate(work, opened.id, bill_id, settled)
        return opened.id

    def void(self, posting_id: int) -> int:
        """Void a document of the same day; the id of the void."""
        return void_posting(self.session, VoidPosting(posting_id, "typed twice")).ids[0]

    def loan(self, customer_id: int, due_on: date, quantity: int = 1) -> tuple[int, int]:
        """Lend something for nothing; the ids of the bill and of the loan."""
        bill = self.bill(customer_id, Sold("Crutches", 0, quantity), kind=PostingKind.BORROW)
        ((line,),) = select("select id from bill_line where bill_id = ?", [bill])
        with write_tx():
            loan = Loan.insert(
                line=line,
                customer=customer_id,
                quantity=quantity,
                due_on=due_on,
                at=self.session.clock(),
                staff=self.session.staff_id,
            ).execute()
        return bill, int(loan)

    def event(self, loan_id: int, kind: str, quantity: int = 0, due_on: date | None = None) -> None:
        """Items of a loan come back or are lost, or more time is given."""
        with write_tx():
            LoanEvent.insert(
                loan=loan_id, kind=kind, quantity=quantity, due_on=due_on, reason="asked for it",
                at=self.session.clock(), day=TODAY, staff=self.session.staff_id,
            ).execute()  # fmt: skip

    def moved(self, product_id: int, lot: str, *moves: tuple[str, int], line_id: int | None = None) -> None:
        """Movements of a lot on the shelf: (kind, quantity) one after the other."""
        with write_tx():
            known = select("select id from lot where product_id = ? and code = ?", [product_id, lot])
            new = Lot.insert(product=product_id, code=lot, created_at=self.session.clock())
            lot_id = known[0][0] if known else new.execute()
            last = select(
                "select on_hand from stock_movement where lot_id = ? order by id desc limit 1", [lot_id]
            )
            on_hand = last[0][0] if last else 0
            for kind, quantity in moves:
                on_hand += quantity
                StockMovement.insert(
                    lot=lot_id, kind=kind, quantity=quantity, on_hand=on_hand, line=line_id,
                    at=self.session.clock(), day=TODAY, staff=self.session.staff_id,
                ).execute()  # fmt: skip

    def _lines(self, opened: Opened, lines: Sequence[Sold]) -> None:
        for position, one in enumerate(lines, 1):
            BillLine.insert(
                bill=opened.id, position=position, product=one.product_id, description=one.name,
                quantity=one.quantity, unit_price=one.total // one.quantity, net=one.total - one.tax,
                tax=one.tax, total=one.total, customer_share=one.total - one.payer, payer_share=one.payer,
                directions=one.directions,
            ).execute()  # fmt: skip

    def _end(self, work: Work, opened: Opened) -> None:
        finish(work, opened, {})
        audit.append(self.session, work.changes)


def product_called(name: str, **more: object) -> int:
    """The id of a new product."""
    with write_tx():
        return int(
            Product.insert(name=name, sort_name=name.lower(), created_at=0, active=True, **more).execute()
        )


def payer_called(name: str) -> int:
    """The id of the payer with this name."""
    known = select("select id from payer where name = ?", [name])
    if known:
        return int(known[0][0])
    with write_tx():
        return int(Payer.insert(name=name, sort_name=name.lower()).execute())
