"""A till worked at random, and after every step all of it added up: ``python -m tests.safety.money``.

Sales, parked bills, payments, returns with their approvals, payouts, voids, corrections, loans and
deliveries come in any order, and days pass and are closed between them; prices are with tax or without,
in a currency of 0, 2 or 3 decimals. A second book is kept here in plain sums; it knows nothing of tables.
After each step both must agree, everything that ``check`` adds up must hold, nothing may be credited
twice, and what the lists, the paper and the export say of a bill must be one and the same.
"""

from __future__ import annotations

import csv
import io
import sys
import tempfile
from collections import Counter as Tally
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from pypdf import PdfReader

from pim_tui.config import Settings
from pim_tui.db.connection import select
from pim_tui.domain.basket import Basket, Discount, Share
from pim_tui.domain.moments import day_of
from pim_tui.domain.money import figures as shown_as
from pim_tui.domain.money import written
from pim_tui.domain.pricing import price
from pim_tui.domain.reports import Asked
from pim_tui.domain.taxes import UNTAXED, Tax, TaxClass
from pim_tui.domain.tender import Tender
from pim_tui.domain.terms import terms_of
from pim_tui.errors import PimError
from pim_tui.lists.bills import BILL_TABS
from pim_tui.lists.spec import Scope
from pim_tui.queries.balances import balance, credits_of, dues
from pim_tui.queries.bills import bill_page
from pim_tui.queries.day_figures import DayFigures, DrawerFigures, figures_of
from pim_tui.queries.explain_day import report_figures
from pim_tui.queries.ledger import Ageing, ageing_of, balance_on, ledger_of
from pim_tui.queries.money_checks import LOOKS
from pim_tui.queries.reports import figures
from pim_tui.services import pins
from pim_tui.services.corrections import AdjustBill, WriteOff, adjust_bill, write_off
from pim_tui.services.day_close import CloseDay, close_day
from pim_tui.services.drawer import (
    CloseDrawer,
    CorrectCount,
    MoveCash,
    OpenDrawer,
    close_drawer,
    correct_count,
    move_cash,
    open_drawer,
)  # fmt: skip
from pim_tui.services.exporting import ExportList, export_list
from pim_tui.services.issuing import HandOut, hand_out
from pim_tui.services.leaving import Form
from pim_tui.services.loans import HandBack, LoanLost, hand_back, lose_loan
from pim_tui.services.payments import Allocate, Unallocate, allocate_payment, unallocate_payment
from pim_tui.services.payouts import (
    RequestPayout,
    RequestReimbursement,
    request_payout,
    request_reimbursement,
)
from pim_tui.services.printing import stationery
from pim_tui.services.receiving import Received, ReceiveStock, receive_stock
from pim_tui.services.settling import PayBill, pay_bill
from pim_tui.services.till import DropDraft, ParkBill, PostBill, drop_draft, park_bill, post_bill
from pim_tui.services.voiding import VoidPosting, void_posting
from pim_tui.services.wanted import PostingPaper
from tests.services.clinic import ANNA, JANE, JOHN, LEE, SATO
from tests.services.refunding import CHEAP, PINS, Counter, counter
from tests.services.shop import (
    BANDAGE,
    CONSULTATION,
    CRUTCHES,
    FIRST_PAIR,
    INSURER,
    REDUCED,
    SECOND_PAIR,
    STANDARD,
    TABLETS,
)  # fmt: skip
from tests.services.shop import line as bill_line

PEOPLE, STAFF, GOODS = (JANE, JOHN), (ANNA, LEE, SATO), (CONSULTATION, BANDAGE, TABLETS)
NOBODY, THE_PAYER, NO_GOODS = None, 0, 0
"""Whose account it is where it is no customer's, and what a line is of that has no goods."""
TAXED = {
    "standard": STANDARD, "reduced": REDUCED, "untaxed": UNTAXED, "zero": TaxClass("zero", (Tax("VAT", 0),)),
    "two": TaxClass("two", (Tax("GST", 5_000), Tax("PST", 9_975))),
    "on tax": TaxClass("on tax", (Tax("Levy", 3_000, in_next_base=True), Tax("VAT", 19_000))),
    "of total": TaxClass("of total", (Tax("ISS", 4_500, "of_total"), Tax("PIS", 1_650, "of_total"))),
    "levy": TaxClass("levy", (Tax("Deposit", 25, "per_unit", in_next_base=True), Tax("VAT", 19_000))),
}  # fmt: skip
"""What goods may be taxed with here."""
ON_SHELF = {BANDAGE: 50, TABLETS: 35, CRUTCHES: 2}
ZONE = "Europe/Berlin"
_REPORTS: tuple[tuple[str, Any], ...] = (("takings", "day"), ("taxes", "tax"))
_NO_DRAWER = DrawerFigures(0, 0, (), (), 0, None)
PAPER = stationery(Settings(clinic_name="Harbour Clinic"))
ONE_IN = 8
"""One step in so many has a bill written to paper and to a file."""


@dataclass
class Line:
    """A line in the second book: what it was charged, and what has come back of it and been refunded."""

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
    customer: int | None
    kind: str
    lines: list[Line]
    day: date
    standing: bool = True


@dataclass
class Paper:
    """A payment, note or write-off in the second book: what its void gives back to whom."""

    id: int
    day: date
    owed: dict[int | None, int] = field(default_factory=dict)


@dataclass
class Request:
    """What somebody asks for: units of a bill's lines, or credit to be paid out."""

    id: int
    bill: Bill | None
    units: tuple[int, ...]
    whose: int | None


@dataclass
class Open:
    """The drawer that is open: what was put in it, and the clinic's cash of all times when it was opened."""

    id: int
    there: int
    cash: int


@dataclass(frozen=True)
class Told:
    """What was told of a day in its evening: each customer's balance by age, the money and the taxes."""

    ages: tuple[Ageing, ...]
    takings: tuple[int, ...]
    taxes: tuple[int, ...]
    figures: DayFigures


class Till(RuleBasedStateMachine):
    """Random steps at a till. What a rule refuses changes nothing in either book."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        pins.COST = CHEAP
        self.shop: Counter = counter(Path(self._folder.name))
        if self.shop.store.file:
            self.shop.store.db.execute_sql("pragma synchronous = off")
        self.owes, self.stock = Tally[int | None](), Tally(ON_SHELF)
        self.bills: list[Bill] = []
        self.payments: list[Paper] = []
        self.notes: list[Paper] = []
        self.requests: list[Request] = []
        self.parked: list[tuple[int, Basket]] = []
        self.closed: set[date] = set()
        self.drawer: Open | None = None
        self.then: dict[date, Told] = {}
        self.step = 0

    @initialize(
        currency=st.sampled_from(("EUR", "JPY", "KWD")),
        inclusive=st.booleans(),
        step=st.sampled_from((1, 5, 10)),
        per=st.sampled_from(("line", "rate")),
        below=st.booleans(),
        rounding=st.sampled_from(("half_up", "half_even")),
        alone=st.sampled_from((0, 0, 2_000)),
    )
    def open(
        self,
        currency: str,
        inclusive: bool,
        step: int,
        per: str,
        below: bool,
        rounding: str = "half_up",
        alone: int = 0,
    ) -> None:
        """How this clinic charges; refunds of so much need nobody else."""
        self.shop.rules(
            inclusive=inclusive, tax_per=per, cash_step=step, below_zero=below, write_off_limit=100_000,
            rounding=rounding, refund_limit=alone,
        )  # fmt: skip
        self.shop.session = replace(self.shop.session, currency=currency)
        self.shop.store.db.execute_sql("update product set currency = ?, version = version + 1", (currency,))

    @property
    def today(self) -> date:
        """The clinic's day."""
        return day_of(self.shop.session.clock(), self.shop.session.zone)

    def teardown(self) -> None:
        """Close the book and forget it."""
        self.shop.store.close()
        self._folder.cleanup()

    # --- steps ------------------------------------------------------------------------------------

    @rule(
        customer=st.sampled_from((*PEOPLE, NOBODY)), kind=st.sampled_from(("sale", "income", "dispense")),
        goods=st.lists(
            st.tuples(
                st.sampled_from(GOODS), st.integers(1, 6), st.sampled_from((0, 10, 33, 100)),
                st.sampled_from(tuple(TAXED)),
            ),
            min_size=1, max_size=4,
        ),
        off=st.integers(0, 25), share=st.sampled_from((0, 0, 33_333, 80_000, 100_000)),
        paid=st.sampled_from((0, 50, 100, 130)), method=st.sampled_from(("cash", "card", "both")),
        credit=st.sampled_from((0, 0, 100)), park=st.booleans(),
    )  # fmt: skip
    def sell(
        self, customer: int | None, kind: str, goods: Any, off: int, share: int, paid: int, method: str,
        credit: int, park: bool,
    ) -> None:  # fmt: skip
        """A bill, perhaps paid, with discounts of lines and of the bill and a payer's share; or parked."""
        lines = tuple(
            bill_line(
                product, quantity, discount=Discount(percent * 1000), payer=Share(percent=share),
                taxes=TAXED[taxes],
            )
            for product, quantity, percent, taxes in goods
        )  # fmt: skip
        basket = Basket(kind, lines, Discount(off * 1000), INSURER if share else None, customer_id=customer)
        if park:
            done = self._try(lambda: park_bill(self.shop.session, ParkBill(basket, "later")))
            if done is not None:
                self.parked.append((done.ids[0], basket))
            return
        due = price(basket, terms_of(self.shop.session)).customer
        used = min(due, balance(customer).credit) * credit // 100 if customer else 0
        amount = due - used if customer is NOBODY else (due - used) * paid // 100 // 10 * 10
        tenders = [Tender("card" if method == "card" else "cash", amount)] if amount else []
        if method == "both" and amount > 20:
            tenders = [Tender("card", amount // 3), Tender("cash", amount - amount // 3)]
        self._post(PostBill(basket, tuple(tenders), used))

    @rule(at=st.integers(0, 10**6), drop=st.booleans())
    def take_up(self, at: int, drop: bool) -> None:
        """A parked bill is posted, or dropped."""
        if not self.parked:
            return
        id_, basket = self.parked[at % len(self.parked)]
        if drop:
            done = self._try(lambda: drop_draft(self.shop.session, DropDraft(id_, 1)))
        else:
            done = self._post(PostBill(basket, draft_id=id_, draft_version=1))
        if done is not None:
            self.parked.remove((id_, basket))

    def _post(self, command: PostBill) -> Any:
        """Post a bill into both books."""
        basket, session = command.basket, self.shop.session
        done = self._try(lambda: post_bill(session, command))
        if done is None:
            return None
        customer, priced = basket.customer_id, price(basket, terms_of(session))
        self.owes[customer] += priced.customer
        self.owes[THE_PAYER] += priced.payer
        rows = [
            Line(one.line.product_id or NO_GOODS, one.line.quantity, one.customer, one.payer)
            for one in priced.lines
        ]
        for one in rows:
            self.stock[one.product] -= one.quantity
        self.bills.append(Bill(done.ids[0], customer, basket.kind, rows, self.today))
        if len(done.ids) > 1:
            self._paid(done.ids[1], customer)
        return done

    @rule(
        customer=st.sampled_from(PEOPLE),
        pair=st.sampled_from((FIRST_PAIR, SECOND_PAIR)),
        fee=st.sampled_from((0, 1500)),
    )
    def lend(self, customer: int, pair: int, fee: int) -> None:
        """A pair of crutches goes out, perhaps for a fee; it is there once."""
        due = self.today + timedelta(days=14)
        lent = bill_line(CRUTCHES, unit_price=fee, lot_id=pair, due_on=due)
        self._post(PostBill(Basket("borrow", (lent,), customer_id=customer)))

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
            ((charged,),) = select("select max(id) from posting where kind = 'income'")
            self.bills.append(
                Bill(charged, bill.customer, "income", [Line(NO_GOODS, 1, 4500, 0)], self.today)
            )
        if not lost and self._try(lambda: hand_back(session, HandBack(loan, 1, "clean"))):
            self.stock[CRUTCHES] += 1

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
            self._paid(done.ids[0], THE_PAYER)

    @rule(
        at=st.integers(0, 10**6),
        amount=st.integers(0, 2000),
        credit=st.integers(0, 2000),
        of_payer=st.booleans(),
    )
    def settle(self, at: int, amount: int, credit: int, of_payer: bool) -> None:
        """A bill is paid on its page, with credit and by card."""
        if not self.bills:
            return
        bill = self._one(at, self.bills, self._owed)
        tenders = (Tender("card", amount),) if amount else ()
        command = PayBill(bill.id, tenders, credit, of_payer)
        done = self._try(lambda: pay_bill(self.shop.session, command))
        if done is not None and len(done.ids) > 1:
            self._paid(done.ids[1], THE_PAYER if of_payer else bill.customer)

    @rule(at=st.integers(0, 10**6), units=st.lists(st.integers(0, 4), min_size=4, max_size=4))
    def ask_back(self, at: int, units: list[int]) -> None:
        """Somebody asks to take lines back."""
        if not self.bills:
            return
        bill = self._one(at, self.bills, lambda one: one.standing and one.kind != "borrow")
        wanted = tuple(min(one.quantity, count) for one, count in zip(bill.lines, units, strict=False))
        done = self._try(lambda: self.shop.ask(bill.id, *wanted, method="original"))
        if done is not None:
            self.requests.append(Request(done.ids[0], bill, wanted, bill.customer))
            found = self.shop.request(done.ids[0])
            if found["by_rule"]:
                assert found["value"] + found["payer_value"] > 0
                ((alone,),) = select(_ALONE, [bill.id])
                assert alone <= self.shop.session.house.refund_limit
                self._came_back(bill, wanted, found["credit_note_id"])

    @rule(
        whose=st.sampled_from((*PEOPLE, THE_PAYER)),
        amount=st.integers(1, 3000),
        method=st.sampled_from(("original", "cash", "card")),
    )
    def ask_out(self, whose: int, amount: int, method: str) -> None:
        """Somebody wants their credit paid out; the payer what was paid too much (M6)."""
        session = self.shop.session
        if whose == THE_PAYER:
            back = RequestReimbursement(INSURER, amount, "paid twice", method="original")
            done = self._try(lambda: request_reimbursement(session, back))
        else:
            out = RequestPayout(whose, amount, "moves away", method=method)
            done = self._try(lambda: request_payout(session, out))
        if done is not None:
            self.requests.append(Request(done.ids[0], None, (), whose))

    @rule(at=st.integers(0, 10**6), by=st.sampled_from(STAFF), yes=st.booleans())
    def decide(self, at: int, by: int, yes: bool) -> None:
        """Somebody says yes or no, by right or not."""
        if not self.requests:
            return
        asked = self._one(at, self.requests, lambda one: self._state(one) == "requested")
        before = self.shop.request(asked.id)["state"]
        if self._try(lambda: self.shop.decide(asked.id, by, yes)) is None or not yes or before != "requested":
            return
        found = self.shop.request(asked.id)
        assert by != found["requested_by_id"]
        if asked.bill is not None:
            self._came_back(asked.bill, asked.units, found["credit_note_id"])

    @rule(at=st.integers(0, 10**6), by=st.sampled_from(STAFF), again=st.booleans())
    def pay_back(self, at: int, by: int, again: bool) -> None:
        """What was approved is paid out, perhaps after it was approved once more."""
        if not self.requests:
            return
        asked = self._one(at, self.requests, lambda one: self._state(one) == "approved")
        more = {"approver_id": by, "pin": PINS[by]} if again else {}
        if self._try(lambda: self.shop.pay_out(asked.id, by, **more)) is None:
            return
        refund = self.shop.request(asked.id)["refund_id"]
        if refund is not None:
            ((back,),) = select(_ON_ACCOUNT, [refund, "payer" if asked.whose == THE_PAYER else "receivable"])
            ((amount,),) = select("select amount from posting where id = ?", [refund])
            assert back == amount
            self.owes[asked.whose] += back

    @rule(at=st.integers(0, 10**6))
    def void_bill(self, at: int) -> None:
        """A bill is taken back on its own day."""
        if not self.bills:
            return
        bill = self._one(at, self.bills, lambda one: one.standing and self._may_be_void(one.day))
        done = self._try(lambda: void_posting(self.shop.session, VoidPosting(bill.id, "mistyped")))
        if done is None:
            return
        assert bill.standing
        assert self._may_be_void(bill.day)
        bill.standing = False
        for one in bill.lines:
            self.owes[bill.customer] -= one.customer
            self.owes[THE_PAYER] -= one.payer
            self.stock[one.product] += one.quantity
        # The payments of a bill of nobody's are void with it: (void, bill, void, payment, ...).
        for paper in [one for one in self.payments if one.id in done.ids[3::2]]:
            self._void(self.payments, paper)

    @rule(at=st.integers(0, 10**6), of=st.sampled_from(("payments", "notes")))
    def void_paper(self, at: int, of: str) -> None:
        """A payment, a credit note or a write-off is taken back on its own day."""
        papers: list[Paper] = getattr(self, of)
        if not papers:
            return
        paper = self._one(at, papers, lambda one: self._may_be_void(one.day))
        done = self._try(lambda: void_posting(self.shop.session, VoidPosting(paper.id, "wrong amount")))
        if done is not None:
            assert self._may_be_void(paper.day)
            self._void(papers, paper)

    def _may_be_void(self, day: date) -> bool:
        return day == self.today and day not in self.closed

    def _void(self, papers: list[Paper], paper: Paper) -> None:
        papers.remove(paper)
        for whose, amount in paper.owed.items():
            self.owes[whose] -= amount

    @rule(amount=st.integers(-3000, 20_000), do=st.sampled_from(("open", "move", "count", "count")))
    def at_drawer(self, amount: int, do: str) -> None:
        """The drawer is opened with a float, cash put in or taken out, or all counted, right or not (M9)."""
        session, there = self.shop.session, self.drawer
        if do == "open":
            done = self._try(lambda: open_drawer(session, OpenDrawer(abs(amount))))
            assert (done is None) == (there is not None or self.today in self.closed)
            if done is not None:
                self.drawer = Open(done.ids[0], abs(amount), _cash())
        elif there is not None and do == "move" and amount:
            way = "in" if amount > 0 else "out"
            move_cash(session, MoveCash(way, abs(amount), "change for the till"))
            there.there += amount
        elif there is not None and do == "count":
            self._count(there, amount % 3)

    def _count(self, there: Open, missing: int) -> None:
        """What is told to be expected is what went in and out while it was open; a correction ends it."""
        session, expected = self.shop.session, there.there + _cash() - there.cash
        counted = max(0, expected - missing)
        done = self._try(lambda: close_drawer(session, CloseDrawer(there.id, 1, counted)))
        assert done is not None
        self.drawer = None
        assert select("select expected from drawer where id = ?", [there.id]) == [(expected,)]
        if counted != max(0, expected) and self.today not in self.closed:
            right = CorrectCount(there.id, max(0, expected), "counted once more")
            done = self._try(lambda: correct_count(session, right))
            of_day = date.fromisoformat(done.days[0]) if done else self.today
            if done is not None and of_day == self.today and expected >= 0:
                assert "no difference" in done.says

    @rule(days=st.sampled_from((1, 1, 2, 20)), close=st.booleans())
    def another_day(self, days: int, close: bool) -> None:
        """The day is closed, or not, and others pass; what is told of it stays what it was (M11)."""
        if close and self._try(lambda: close_day(self.shop.session, CloseDay(self.today))) is not None:
            self.closed.add(self.today)
        self.then[self.today] = self._told_of(self.today)
        self.shop.clock[0] += days * 86_400

    def _told_of(self, day: date) -> Told:
        takings, taxes = (figures(Asked(key, day, day, by), ZONE) for key, by in _REPORTS)
        # What is posted, counted and noted later is told of the day as well: nothing of it is looked at.
        found = replace(figures_of(day), drawer=_NO_DRAWER, last_posting=0, journal="")
        ages = tuple(ageing_of(customer, day) for customer in PEOPLE)
        for customer, aged in zip(PEOPLE, ages, strict=True):
            assert aged.balance == balance_on(customer, day)
        return Told(ages, takings.total.values, taxes.total.values, found)

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
            self.owes[THE_PAYER] += payers
            if amount > 0:
                rows = [Line(NO_GOODS, 1, changed, payers)]
                self.bills.append(Bill(done.ids[0], bill.customer, "debit_note", rows, self.today))
            else:
                owed = {bill.customer: changed, THE_PAYER: payers}
                self.notes.append(Paper(done.ids[0], self.today, owed))

    @rule(at=st.integers(0, 10**6), amount=st.integers(1, 3000), of_payer=st.booleans())
    def give_up(self, at: int, amount: int, of_payer: bool) -> None:
        """A part of what is owed is written off."""
        if not self.bills:
            return
        bill = self._one(at, self.bills, self._owed)
        command = WriteOff(bill.id, amount, "not worth a letter", of_payer)
        done = self._try(lambda: write_off(self.shop.session, command))
        if done is not None:
            whose = THE_PAYER if of_payer else bill.customer
            self.owes[whose] -= amount
            self.notes.append(Paper(done.ids[0], self.today, {whose: -amount}))

    @rule(at=st.integers(0, 10**6), of=st.integers(0, 10**6))
    def part(self, at: int, of: int) -> None:
        """A payment is parted from a bill; the balance is as before."""
        if self.bills and self.payments:
            payment = self._one(of, self.payments, lambda one: bool(select(_SETTLES, [one.id])))
            bill = self._one(at, self.bills, lambda one: (one.id,) in select(_SETTLES, [payment.id]))
            self._try(lambda: unallocate_payment(self.shop.session, Unallocate(payment.id, bill.id)))

    @rule(at=st.integers(0, 10**6), of=st.integers(0, 10**6), amount=st.integers(1, 3000))
    def join(self, at: int, of: int, amount: int) -> None:
        """What is left of a payment or note settles a bill; the balance is as before."""
        papers = [*self.payments, *self.notes]
        if self.bills and papers:
            bill = self._one(at, self.bills, self._owed)
            paper = self._one(
                of, papers, lambda one: bill.customer in one.owed and self.shop.left(one.id) < 0
            )
            there = min(-self.shop.left(paper.id), self.shop.left(bill.id))
            command = Allocate(paper.id, bill.id, min(amount, there) if at % 2 and there > 0 else amount)
            self._try(lambda: allocate_payment(self.shop.session, command))

    @rule(product=st.sampled_from((BANDAGE, TABLETS)), quantity=st.integers(1, 60))
    def receive(self, product: int, quantity: int) -> None:
        """Goods come in, the tablets to the lot that lasts."""
        lot = "B2" if product == TABLETS else ""
        command = ReceiveStock((Received(product, quantity, lot),), "delivery note 7")
        if self._try(lambda: receive_stock(self.shop.session, command)) is not None:
            self.stock[product] += quantity

    # --- the second book --------------------------------------------------------------------------

    @staticmethod
    def _one(at: int, of: Any, likely: Any) -> Any:
        """One of them, three times in four one of whom the step will not be refused."""
        of = [one for one in of if likely(one)] or of if at % 4 else of
        return of[at // 4 % len(of)]

    def _state(self, asked: Request) -> str:
        return str(self.shop.request(asked.id)["state"])

    def _owed(self, bill: Bill) -> bool:
        return self.shop.left(bill.id) > 0 or self.shop.left(bill.id, "payer") > 0

    def _try(self, act: Any) -> Any:
        """What the step answers; None where a rule refused it."""
        with suppress(PimError):
            return act()
        return None

    def _paid(self, payment: int, whose: int | None) -> None:
        ((amount,),) = select("select amount from posting where id = ?", [payment])
        self.payments.append(Paper(payment, self.today, {whose: -amount}))
        self.owes[whose] -= amount

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
            self.owes[THE_PAYER] -= payer
            # Medicine and what was dispensed goes to quarantine, everything else back to its lot (R5).
            shelf = one.product == BANDAGE and bill.kind != "dispense"
            self.stock[one.product] += count if shelf else 0

    # --- what must hold after every step ----------------------------------------------------------

    def look(self) -> None:
        """All that must hold, for a walk that is not led by hypothesis."""
        self.both_books_agree()
        self.all_adds_up()
        self.nothing_is_credited_twice()
        self.the_day_is_what_was_posted_on_it()
        self.what_was_told_of_a_day_is_told_for_ever()
        self.every_telling_is_the_same()

    @invariant()
    def both_books_agree(self) -> None:
        """Balances, the payer's account and the shelf are what the second book says (M5, M6, K1)."""
        for customer in PEOPLE:
            found = balance(customer)
            assert found.balance == self.owes[customer]
            assert found.owed - found.credit == found.balance
            assert found.owed == sum(one.left for one in dues(customer))
            assert found.credit == sum(one.left for one in credits_of(customer))
        ((owed,),) = select("select coalesce(sum(amount), 0) from entry where account = 'payer'")
        assert owed == self.owes[THE_PAYER]
        ((owed,),) = select(
            "select coalesce(sum(amount), 0) from entry where account = 'receivable' and customer_id is null"
        )
        assert owed == self.owes[NOBODY]
        for product in ON_SHELF:
            assert self.shop.stock(product) == self.stock[product]

    @invariant()
    def all_adds_up(self) -> None:
        """Whatever the check adds up again."""
        assert [(code, *found) for code, _, look in LOOKS for found in look()] == []

    @invariant()
    def nothing_is_credited_twice(self) -> None:
        """Notes and write-offs together take off at most each share and the tax of the bill (R2, M6)."""
        assert select(_TAKEN_OFF_TWICE) == []
        assert select(_TAXES_TAKEN_OFF_TWICE) == []

    @invariant()
    def the_day_is_what_was_posted_on_it(self) -> None:
        """The figures of the day against its entries (M9)."""
        day = figures_of(self.today)
        posted = Tally(dict(select(_OF_DAY, [self.today.isoformat()])))
        assert sum(one.amount for one in day.sales) == -posted["income"] - posted["tax"]
        assert sum(one.amount for one in day.taxes) == -posted["tax"]
        assert day.write_offs.amount == posted["written_off"]
        # Every base with its tax, what has none, less what is in two of them: that is what was sold (M2).
        bases = sum(one.base for one in day.taxes) + day.rests.untaxed + day.rests.again
        assert bases == -posted["income"]
        for one in report_figures(self.today):
            assert one.value == sum(part.amount for part in one.read().parts), one.title
        money = Tally[str]()
        for one in (*day.payments, *day.refunds):
            money[one.name] += one.amount
        for method in ("cash", "card", "transfer", "rounding"):
            assert money[method] == posted[method]

    @invariant()
    def what_was_told_of_a_day_is_told_for_ever(self) -> None:
        """Of one of the days before, each time of another (M11)."""
        if days := sorted(self.then):
            day = days[self.step % len(days)]
            assert self._told_of(day) == self.then[day]

    @invariant()
    def every_telling_is_the_same(self) -> None:
        """Now and then a bill is read in its list, on its page, on paper and in a file."""
        self.step += 1
        told = [one for one in self.bills if one.kind != "debit_note" and one.customer is not NOBODY]
        if self.step % ONE_IN or not told:
            return
        bill = told[self.step // ONE_IN % len(told)]
        assert bill.customer is not None
        # A bill over nothing has no line in the ledger.
        for last in ledger_of(bill.customer, limit=1).rows:
            assert last.balance == self.owes[bill.customer]
        assert sum(ageing_of(bill.customer, self.today).ages) == self.owes[bill.customer]
        page, currency = bill_page(bill.id), self.shop.session.currency
        spec = next(one for one in BILL_TABS if one.key == bill.kind)
        scope = Scope(bill.customer, self.shop.session.zone)
        rows = spec.query(scope, {}, 500, 0)
        (row,) = (one for one in rows.rows if one.id == bill.id)
        owed = (page.header.amount, page.due, page.payer_due)
        assert (row.total, row.left, row.payer_left) == owed
        assert rows.sums["total"] == sum(one.total for one in rows.rows)
        written_down = self._on_paper(bill.id)
        # A line stands there before what is taken off the whole bill, which has a line of its own.
        worth = [one.total if page.header.inclusive else one.net for one in page.lines]
        amounts = [now + one.bill_discount for now, one in zip(worth, page.lines, strict=True)]
        amounts += [page.header.amount, *(one.amount for one in page.taxes)]
        assert [
            shown_as(amount, currency) for amount in amounts if shown_as(amount, currency) not in written_down
        ] == []
        assert page.header.code in written_down
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


_TAKEN_OFF_TWICE = (
    "select * from (select b.id, e.account, abs(sum(e.amount)) as charged,"
    " (select coalesce(abs(sum(n.amount)), 0) from posting c join entry n on n.posting_id = c.id"
    " and n.account = e.account where c.corrects_id = b.id"
    " and c.kind in ('credit_note', 'write_off') and not exists (select 1 from posting v"
    " where v.corrects_id = c.id and v.kind = 'void')) as taken from posting b join entry e"
    " on e.posting_id = b.id and e.account in ('receivable', 'payer', 'tax', 'income')"
    " where b.kind in ('sale', 'income', 'borrow', 'dispense', 'debit_note') group by b.id, e.account"
    ") one where taken > charged"
)
_LESS = "case p.kind when 'credit_note' then -1 else 1 end"
_TAXES_TAKEN_OFF_TWICE = (
    "select case p.kind when 'credit_note' then p.corrects_id else p.id end as bill, t.name, t.rate"
    " from posting p join bill_line l on l.bill_id = p.id join line_tax t on t.line_id = l.id"
    " where not exists (select 1 from posting v where v.corrects_id = p.id and v.kind = 'void')"
    f" group by 1, 2, 3 having sum(t.base * {_LESS}) < 0 or sum(t.amount * {_LESS}) < 0"
)
_ALONE = "select sum(value + payer_value) from return_request where bill_id = ? and by_rule <> ''"
_SETTLES = "select debit_id from allocation where credit_id = ? group by debit_id having sum(amount) > 0"
_OF_DAY = "select account, sum(amount) from entry where day = ? group by account"
_ON_ACCOUNT = "select coalesce(sum(amount), 0) from entry where posting_id = ? and account = ?"


def _cash() -> int:
    """The cash that ever came in, less what went out."""
    ways = {"payment": 1, "refund": -1}
    rows = select(
        "select p.kind, o.kind, t.amount from payment_part t join posting p on p.id = t.payment_id"
        " left join posting o on o.id = p.corrects_id where t.method = 'cash'"
    )
    return sum(ways[kind] * amount if kind in ways else -ways[of] * amount for kind, of, amount in rows)


def work(examples: int, steps: int) -> None:
    """So many tills from empty, so many steps at each."""
    run_state_machine_as_test(
        Till,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=examples < 20,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate,) if examples < 20 else tuple(Phase),
        ),
    )


if __name__ == "__main__":
    work(int(sys.argv[1]) if len(sys.argv) > 1 else 100, 100)
    print("every step added up")
