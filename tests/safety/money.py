"""A till worked at random, and after every step all of it added up: ``python -m tests.safety.money``.

Sales, payments, returns with their approvals, voids, corrections, loans and deliveries come in any
order. A second book is kept here in plain sums; it knows nothing of tables. After each step both must
agree, everything that ``check`` adds up must hold, and what the lists, the paper and the export say of
a bill must be one and the same.
"""

from __future__ import annotations

import csv
import io
import sys
import tempfile
from collections import Counter as Tally
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from pypdf import PdfReader

from pim_tui.config import Settings
from pim_tui.db.connection import select
from pim_tui.domain.basket import Basket, Discount, Share
from pim_tui.domain.moments import day_of
from pim_tui.domain.money import figures, written
from pim_tui.domain.pricing import price
from pim_tui.domain.tender import Tender
from pim_tui.domain.terms import terms_of
from pim_tui.errors import PimError
from pim_tui.lists.bills import BILL_TABS
from pim_tui.lists.spec import Scope
from pim_tui.queries.balances import balance
from pim_tui.queries.bills import bill_page
from pim_tui.queries.money_checks import LOOKS
from pim_tui.services import pins
from pim_tui.services.corrections import AdjustBill, WriteOff, adjust_bill, write_off
from pim_tui.services.exporting import ExportList, export_list
from pim_tui.services.issuing import HandOut, hand_out
from pim_tui.services.leaving import Form
from pim_tui.services.loans import HandBack, LoanLost, hand_back, lose_loan
from pim_tui.services.payments import Unallocate, unallocate_payment
from pim_tui.services.printing import stationery
from pim_tui.services.receiving import Received, ReceiveStock, receive_stock
from pim_tui.services.voiding import VoidPosting, void_posting
from pim_tui.services.wanted import PostingPaper
from tests.services.clinic import ANNA, JANE, JOHN, LEE, SATO
from tests.services.refunding import CHEAP, Counter, counter
from tests.services.shop import BANDAGE, CONSULTATION, CRUTCHES, FIRST_PAIR, INSURER, SECOND_PAIR, TABLETS
from tests.services.shop import line as bill_line

PEOPLE, STAFF, GOODS = (JANE, JOHN), (ANNA, LEE, SATO), (CONSULTATION, BANDAGE, TABLETS)
ON_SHELF = {BANDAGE: 50, TABLETS: 35, CRUTCHES: 2}
PAPER = stationery(Settings(clinic_name="Harbour Clinic"))
ONE_IN = 8
"""One step in so many has a bill written to paper and to a file."""


@dataclass
class Line:
    """A line in the second book: what it was charged, and what has come back of it."""

    product: int
    quantity: int
    customer: int
    payer: int
    units_back: int = 0
    customer_back: int = 0
    payer_back: int = 0


@dataclass
class Bill:
    """A bill in the second book."""

    id: int
    customer: int
    kind: str
    lines: list[Line]
    standing: bool = True


class Till(RuleBasedStateMachine):
    """Random steps at a till. What a rule refuses changes nothing in either book."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        pins.COST = CHEAP
        self.shop: Counter = counter(Path(self._folder.name))
        self.shop.rules(write_off_limit=100_000, cash_step=5)
        self.shop.store.db.execute_sql("pragma synchronous = off")
        self.owes, self.payer_owes, self.stock = Tally[int](), 0, Tally(ON_SHELF)
        self.bills: list[Bill] = []
        self.payments: list[tuple[int, int | None, int]] = []
        self.requests: list[tuple[int, Bill, tuple[int, ...]]] = []
        self.step = 0

    def teardown(self) -> None:
        """Close the book and forget it."""
        self.shop.store.close()
        self._folder.cleanup()

    # --- steps ------------------------------------------------------------------------------------

    @rule(
        customer=st.sampled_from(PEOPLE), kind=st.sampled_from(("sale", "income", "dispense")),
        goods=st.lists(st.tuples(st.sampled_from(GOODS), st.integers(1, 6), st.integers(0, 30)), min_size=1,
                       max_size=4),
        off=st.integers(0, 25), share=st.sampled_from((0, 0, 33_333, 80_000)),
        paid=st.sampled_from((0, 50, 100, 130)), method=st.sampled_from(("cash", "card")),
    )  # fmt: skip
    def sell(
        self, customer: int, kind: str, goods: Any, off: int, share: int, paid: int, method: str
    ) -> None:
        """A bill, perhaps paid, with discounts of lines and of the bill and a payer's share."""
        lines = tuple(
            bill_line(product, quantity, discount=Discount(percent * 1000), payer=Share(percent=share))
            for product, quantity, percent in goods
        )
        basket = Basket(kind, lines, Discount(off * 1000), INSURER if share else None, customer_id=customer)
        priced = price(basket, terms_of(self.shop.session))
        amount = priced.customer * paid // 100 // 5 * 5
        tenders = [Tender(method, amount)] if amount else []
        done = self._try(
            lambda: self.shop.post(
                *lines, kind=kind, paid=tenders, discount=basket.discount, payer_id=basket.payer_id,
                customer_id=customer,
            )
        )  # fmt: skip
        if done is None:
            return
        self.owes[customer] += priced.customer
        self.payer_owes += priced.payer
        rows = [
            Line(product, quantity, one.customer, one.payer)
            for (product, quantity, _), one in zip(goods, priced.lines, strict=True)
        ]
        for one in rows:
            self.stock[one.product] -= one.quantity
        self.bills.append(Bill(done.ids[0], customer, kind, rows))
        if len(done.ids) > 1:
            self._paid(done.ids[1], customer)

    @rule(customer=st.sampled_from(PEOPLE), pair=st.sampled_from((FIRST_PAIR, SECOND_PAIR)))
    def lend(self, customer: int, pair: int) -> None:
        """A pair of crutches goes out; it is there once."""
        due = day_of(self.shop.session.clock(), self.shop.session.zone) + timedelta(days=14)
        lent = bill_line(CRUTCHES, unit_price=0, lot_id=pair, due_on=due)
        done = self._try(lambda: self.shop.post(lent, kind="borrow", customer_id=customer))
        if done is not None:
            self.stock[CRUTCHES] -= 1
            self.bills.append(Bill(done.ids[0], customer, "borrow", [Line(CRUTCHES, 1, 0, 0)]))

    @rule(at=st.integers(0, 10**6), lost=st.booleans())
    def come_back(self, at: int, lost: bool) -> None:
        """What was lent is handed back, or it is lost and charged."""
        lent = [bill for bill in self.bills if bill.kind == "borrow"]
        if not lent:
            return
        bill, session = lent[at % len(lent)], self.shop.session
        ((loan,),) = select(
            "select n.id from loan n join bill_line l on l.id = n.line_id where l.bill_id = ?", [bill.id]
        )
        if lost and self._try(lambda: lose_loan(session, LoanLost(loan, 1, 4500, "left on a bus"))):
            self.owes[bill.customer] += 4500
        if not lost and self._try(lambda: hand_back(session, HandBack(loan, 1, "clean"))):
            self.stock[CRUTCHES] += 1
            bill.lines[0].units_back += 1

    @rule(
        customer=st.sampled_from(PEOPLE),
        amount=st.integers(1, 4000),
        method=st.sampled_from(("cash", "card")),
    )
    def pay(self, customer: int, amount: int, method: str) -> None:
        """A payment: oldest bill first, what is over stays as credit."""
        done = self._try(lambda: self.shop.pay([Tender(method, amount * 5)], customer))
        if done is not None:
            self._paid(done.ids[0], customer)

    @rule(amount=st.integers(1, 20_000))
    def payer_pays(self, amount: int) -> None:
        """The insurer pays; none of it ever goes to a customer (M6)."""
        done = self._try(lambda: self.shop.pay([Tender("transfer", amount)], None, payer_id=INSURER))
        if done is not None:
            self._paid(done.ids[0], None)

    @rule(at=st.integers(0, 10**6), units=st.lists(st.integers(0, 4), min_size=4, max_size=4))
    def ask_back(self, at: int, units: list[int]) -> None:
        """Somebody asks to take lines back."""
        if not self.bills:
            return
        bill = self.bills[at % len(self.bills)]
        if bill.kind == "borrow":
            return
        wanted = tuple(units[: len(bill.lines)])
        done = self._try(lambda: self.shop.ask(bill.id, *wanted, method="original"))
        if done is not None:
            self.requests.append((done.ids[0], bill, wanted))

    @rule(at=st.integers(0, 10**6), by=st.sampled_from(STAFF), yes=st.booleans())
    def decide(self, at: int, by: int, yes: bool) -> None:
        """Somebody says yes or no, by right or not."""
        if not self.requests:
            return
        id_, bill, units = self.requests[at % len(self.requests)]
        before = self.shop.request(id_)["state"]
        if self._try(lambda: self.shop.decide(id_, by, yes)) is None or not yes or before != "requested":
            return
        found = self.shop.request(id_)
        assert by != found["requested_by_id"]
        self._came_back(bill, units, found["credit_note_id"])

    @rule(at=st.integers(0, 10**6), by=st.sampled_from(STAFF))
    def pay_back(self, at: int, by: int) -> None:
        """What was approved is paid out."""
        if not self.requests:
            return
        id_, bill, _ = self.requests[at % len(self.requests)]
        if self._try(lambda: self.shop.pay_out(id_, by)) is not None:
            refund = self.shop.request(id_)["refund_id"]
            if refund is not None:
                ((back,),) = select(_ON_ACCOUNT, [refund, "receivable"])
                self.owes[bill.customer] += back
                ((back,),) = select(_ON_ACCOUNT, [refund, "payer"])
                self.payer_owes += back

    @rule(at=st.integers(0, 10**6))
    def void_bill(self, at: int) -> None:
        """A bill is taken back on its own day."""
        if not self.bills:
            return
        bill = self.bills[at % len(self.bills)]
        if self._try(lambda: void_posting(self.shop.session, VoidPosting(bill.id, "mistyped"))) is None:
            return
        assert bill.standing
        bill.standing = False
        for one in bill.lines:
            self.owes[bill.customer] -= one.customer - one.customer_back
            self.payer_owes -= one.payer - one.payer_back
            self.stock[one.product] += one.quantity - one.units_back

    @rule(at=st.integers(0, 10**6))
    def void_payment(self, at: int) -> None:
        """A payment is taken back on its own day."""
        if not self.payments:
            return
        id_, customer, amount = self.payments[at % len(self.payments)]
        if self._try(lambda: void_posting(self.shop.session, VoidPosting(id_, "wrong amount"))) is not None:
            self.payments.remove((id_, customer, amount))
            self._owe(customer, amount)

    @rule(at=st.integers(0, 10**6), amount=st.integers(-3000, 3000))
    def adjust(self, at: int, amount: int) -> None:
        """More is charged, or less."""
        if not self.bills:
            return
        bill = self.bills[at % len(self.bills)]
        command = AdjustBill(bill.id, amount, "put right", "agreed on the phone")
        done = self._try(lambda: adjust_bill(self.shop.session, command))
        if done is not None:
            ((changed,),) = select(_ON_ACCOUNT, [done.ids[0], "receivable"])
            ((payers,),) = select(_ON_ACCOUNT, [done.ids[0], "payer"])
            assert changed + payers == amount
            self.owes[bill.customer] += changed
            self.payer_owes += payers

    @rule(at=st.integers(0, 10**6), amount=st.integers(1, 3000))
    def give_up(self, at: int, amount: int) -> None:
        """A part of what is owed is written off."""
        if not self.bills:
            return
        bill = self.bills[at % len(self.bills)]
        command = WriteOff(bill.id, amount, "not worth a letter")
        if self._try(lambda: write_off(self.shop.session, command)) is not None:
            self.owes[bill.customer] -= amount

    @rule(at=st.integers(0, 10**6), of=st.integers(0, 10**6))
    def part(self, at: int, of: int) -> None:
        """A payment is parted from a bill; the balance is as before."""
        if self.bills and self.payments:
            payment, bill = self.payments[of % len(self.payments)], self.bills[at % len(self.bills)]
            self._try(lambda: unallocate_payment(self.shop.session, Unallocate(payment[0], bill.id)))

    @rule(product=st.sampled_from((BANDAGE, TABLETS)), quantity=st.integers(1, 20))
    def receive(self, product: int, quantity: int) -> None:
        """Goods come in, to the lot that expires first."""
        lot = "A7" if product == TABLETS else ""
        command = ReceiveStock((Received(product, quantity, lot),), "delivery note 7")
        if self._try(lambda: receive_stock(self.shop.session, command)) is not None:
            self.stock[product] += quantity

    # --- the second book --------------------------------------------------------------------------

    def _try(self, act: Any) -> Any:
        """What the step answers; None where a rule refused it."""
        with suppress(PimError):
            return act()
        return None

    def _paid(self, payment: int, customer: int | None) -> None:
        ((amount,),) = select("select amount from posting where id = ?", [payment])
        self.payments.append((payment, customer, amount))
        self._owe(customer, -amount)

    def _owe(self, customer: int | None, amount: int) -> None:
        if customer is None:
            self.payer_owes += amount
        else:
            self.owes[customer] += amount

    def _came_back(self, bill: Bill, units: tuple[int, ...], note: int) -> None:
        """The credit note against what is left of each line; all of a line is worth exactly the line (R2)."""
        rows = select(
            "select customer_share, payer_share from bill_line where bill_id = ? order by position", [note]
        )
        chosen = [(one, count) for one, count in zip(bill.lines, units, strict=True) if count]
        for (one, count), (customer, payer) in zip(chosen, rows, strict=True):
            one.units_back += count
            one.customer_back += customer
            one.payer_back += payer
            assert one.units_back <= one.quantity
            assert one.customer_back <= one.customer
            assert one.payer_back <= one.payer
            if one.units_back == one.quantity:
                assert (one.customer_back, one.payer_back) == (one.customer, one.payer)
            self.owes[bill.customer] -= customer
            self.payer_owes -= payer
            # Medicine goes to quarantine, everything else back to its lot (R5).
            self.stock[one.product] += count if one.product == BANDAGE else 0

    # --- what must hold after every step ----------------------------------------------------------

    @invariant()
    def both_books_agree(self) -> None:
        """Balances, the payer's account and the shelf are what the second book says (M5, M6, K1)."""
        for customer in PEOPLE:
            found = balance(customer)
            assert found.balance == self.owes[customer]
            assert found.owed - found.credit == found.balance
        ((owed,),) = select("select coalesce(sum(amount), 0) from entry where account = 'payer'")
        assert owed == self.payer_owes
        for product in ON_SHELF:
            assert self.shop.stock(product) == self.stock[product]

    @invariant()
    def all_adds_up(self) -> None:
        """Whatever the check adds up again."""
        assert [(code, *found) for code, _, look in LOOKS for found in look()] == []

    @invariant()
    def every_telling_is_the_same(self) -> None:
        """Now and then a bill is read in its list, on its page, on paper and in a file."""
        self.step += 1
        if self.step % ONE_IN or not self.bills:
            return
        bill = self.bills[self.step // ONE_IN % len(self.bills)]
        page, currency = bill_page(bill.id), self.shop.session.currency
        spec = next(one for one in BILL_TABS if one.key == bill.kind)
        scope = Scope(bill.customer, self.shop.session.zone)
        rows = spec.query(scope, {}, 500, 0)
        (row,) = (one for one in rows.rows if one.id == bill.id)
        owed = (page.header.amount, page.due, page.payer_due)
        assert (row.total, row.left, row.payer_left) == owed
        assert rows.sums["total"] == sum(one.total for one in rows.rows)
        told = self._on_paper(bill.id)
        # A line stands there before what is taken off the whole bill, which has a line of its own.
        amounts = [one.total + one.bill_discount for one in page.lines]
        amounts += [page.header.amount, *(one.amount for one in page.taxes)]
        assert [
            figures(amount, currency) for amount in amounts if figures(amount, currency) not in told
        ] == []
        assert page.header.code in told
        exported = self._exported(spec, scope)
        assert exported[page.header.code] == written(page.header.amount, currency)

    def _on_paper(self, id_: int) -> str:
        made = hand_out(self.shop.session, HandOut(PostingPaper(id_), PAPER, "file"))
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(made.data)).pages)

    def _exported(self, spec: Any, scope: Scope) -> dict[str, str]:
        out = io.BytesIO()
        export_list(self.shop.session, ExportList(spec, scope, {}, Form("csv", "-", PAPER)), out=out)
        rows = csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig")))
        return {row["code"]: row["total"] for row in rows}


_ON_ACCOUNT = "select coalesce(sum(amount), 0) from entry where posting_id = ? and account = ?"


def work(examples: int, steps: int) -> None:
    """So many tills from empty, so many steps at each."""
    run_state_machine_as_test(
        Till,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, database=None,
            derandomize=examples < 20, suppress_health_check=list(HealthCheck),
            phases=(Phase.generate,) if examples < 20 else tuple(Phase),
        ),
    )  # fmt: skip


if __name__ == "__main__":
    work(int(sys.argv[1]) if len(sys.argv) > 1 else 100, 100)
    print("every step added up")
