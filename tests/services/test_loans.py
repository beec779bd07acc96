"""What is lent comes back in parts, is given more time, or is lost and charged (K3, K5, R5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from pim_tui.db.connection import select
from pim_tui.domain.rights import Right
from pim_tui.errors import Forbidden, Invalid, Refused
from pim_tui.models import Product
from pim_tui.queries.balances import balance
from pim_tui.queries.billlists import BillFilter, bills_of
from pim_tui.queries.bills import timeline
from pim_tui.queries.loanlists import LoanFilter, loans_out
from pim_tui.queries.loans import LoanRecord, loans_of_bill
from pim_tui.services.corrections import VoidPosting, void_posting
from pim_tui.services.loans import ExtendLoan, HandBack, LoanLost, extend_loan, hand_back, lose_loan
from pim_tui.services.pins import SetPin, set_pin
from tests.queries.watched import plan_of, watched
from tests.services.clinic import JANE, LEE
from tests.services.shop import BANDAGE, CRUTCHES, FIRST_PAIR, Shop, line

TODAY = date(2026, 11, 23)
DUE = TODAY + timedelta(days=14)


@pytest.fixture
def till(till: Shop) -> Shop:
    bandages(till, lendable=True)
    return till


def bandages(till: Shop, **marks: bool) -> None:
    """Change what the bandages are."""
    with till.store.write_tx():
        Product.update(version=Product.version + 1, **marks).where(Product.id == BANDAGE).execute()


def lend(till: Shop, product_id: int = BANDAGE, quantity: int = 5, due: date = DUE) -> LoanRecord:
    """A loan of Jane's."""
    lot = {"lot_id": FIRST_PAIR} if product_id == CRUTCHES else {}
    bill = till.post(line(product_id, quantity, unit_price=0, due_on=due, **lot), kind="borrow").ids[0]
    return loans_of_bill(bill)[0]


def back(till: Shop, loan: LoanRecord, quantity: int = 1, **more: object) -> str:
    return hand_back(till.session, HandBack(loan.id, quantity, **more)).says  # type: ignore[arg-type]


def state(loan: LoanRecord, today: date = TODAY) -> str:
    """The word of the loan's bill in the list."""
    return bills_of(BillFilter("borrow", JANE, today=today)).rows[0].loan


# --- back ----------------------------------------------------------------------------------------------


def test_items_come_back_in_parts_to_the_lot_they_came_from(till: Shop) -> None:
    loan = lend(till)
    assert (till.stock(BANDAGE), state(loan)) == (45, "Active")
    assert back(till, loan, 2, condition="clean") == "2 of Bandage back: 3 still out."
    assert (till.stock(BANDAGE), state(loan)) == (47, "Active")
    assert state(loan, DUE + timedelta(days=1)) == "Overdue"
    assert back(till, loan, 3) == "3 of Bandage back: all returned."
    assert (till.stock(BANDAGE), state(loan), loans_out(LoanFilter(TODAY)).total) == (50, "Fully returned", 0)
    told = [(one.what, one.note) for one in timeline(loan.bill_id)]
    assert told == [("posted", ""), ("handed back", "2 Bandage, clean"), ("handed back", "3 Bandage")]


def test_a_serial_comes_back_as_itself_and_what_looks_broken_is_set_aside(till: Shop) -> None:
    loan = lend(till, CRUTCHES, 1)
    assert loan.called == "Crutches (K-001)"
    back(till, loan, condition="grip is loose", disposition="quarantine")
    rows = select("select lot_id, place, kind, quantity from stock_movement where kind = 'hand_back'")
    assert rows == [(FIRST_PAIR, "quarantine", "hand_back", 1)]


def test_what_is_thrown_away_comes_in_and_goes_out_again(till: Shop) -> None:
    back(till, lend(till), 2, condition="torn", disposition="scrap")
    assert (till.stock(BANDAGE), till.stock(BANDAGE, "quarantine")) == (45, 0)
    assert select("select quantity, reason from stock_movement where kind = 'scrap'") == [(-2, "torn")]


def test_no_more_comes_back_than_is_out_and_of_two_desks_one_wins(till: Shop) -> None:
    loan = lend(till, CRUTCHES, 1)
    back(till, loan)
    with pytest.raises(Refused, match="all of it is back or lost") as error:
        back(till, loan)
    assert error.value.rule == "K3"
    with pytest.raises(Refused, match="only 5 of 5"):
        back(till, lend(till), 6)
    for wrong in (0, -1, True):
        with pytest.raises(Invalid):
            back(till, loan, wrong)


def test_medicine_goes_back_on_the_shelf_by_right_only(till: Shop) -> None:
    bandages(till, medicine=True)
    loan = lend(till)
    till.session = replace(till.session, rights=frozenset(Right) - {Right.RESTOCK_MEDICINE})
    with pytest.raises(Forbidden, match="not sold again"):
        back(till, loan, disposition="restock")
    assert till.stock(BANDAGE, "quarantine") == 0
    back(till, loan)
    assert till.stock(BANDAGE, "quarantine") == 1


def test_what_is_controlled_is_thrown_away_or_lost_before_a_second_person(till: Shop) -> None:
    bandages(till, controlled=True)
    loan = lend(till)
    with pytest.raises(Refused, match="needs a second person"):
        back(till, loan, disposition="scrap")
    with pytest.raises(Refused, match="needs a second person"):
        lose_loan(till.session, LoanLost(loan.id, 1, 500, "gone"))
    set_pin(till.as_(LEE), SetPin(LEE, "836201"))
    with pytest.raises(Refused, match="not the PIN"):
        lose_loan(till.session, LoanLost(loan.id, 1, 500, "gone", LEE, "111111"))
    lose_loan(till.session, LoanLost(loan.id, 1, 500, "gone", LEE, "836201"))
    back(till, loan, disposition="scrap", witness_id=LEE, witness_pin="836201")
    assert select("select witness_id from stock_movement where kind = 'scrap'") == [(LEE,)]


# --- time ----------------------------------------------------------------------------------------------


def test_more_time_needs_a_reason_and_a_later_day(till: Shop) -> None:
    loan = lend(till, due=TODAY - timedelta(days=3))
    assert [row.late for row in loans_out(LoanFilter(TODAY, overdue=True)).rows] == [3]
    for day in (loan.due_on, TODAY - timedelta(days=1)):
        with pytest.raises(Refused, match="gives no time"):
            extend_loan(till.session, ExtendLoan(loan.id, day, "asked"))
    with pytest.raises(Invalid, match="reason"):
        extend_loan(till.session, ExtendLoan(loan.id, DUE, " "))
    done = extend_loan(till.session, ExtendLoan(loan.id, DUE, "still needs it"))
    assert done.says.startswith("Bandage is due on")
    assert loans_out(LoanFilter(TODAY, overdue=True)).total == 0
    assert timeline(loan.bill_id)[-1].note == "Bandage until 2026-12-07: still needs it"


# --- lost ----------------------------------------------------------------------------------------------


def test_a_loss_is_a_bill_of_the_customer_and_is_in_the_timeline(till: Shop) -> None:
    loan = lend(till)
    done = lose_loan(till.session, LoanLost(loan.id, 2, 595, "left on the bus"))
    assert done.says == "2 of Bandage lost: I-2026-000001 posted, 11.90 is owed."
    assert till.entries(done.ids[2]) == {"receivable": 1190, "income": -1190}
    assert (balance(JANE).owed, till.stock(BANDAGE)) == (1190, 45)
    event = timeline(loan.bill_id)[-1]
    assert (event.what, event.other, event.note) == ("lost", "I-2026-000001", "2 Bandage: left on the bus")
    assert back(till, loan, 3) == "3 of Bandage back: all returned."
    for document in (done.ids[2], loan.bill_id):
        with pytest.raises(Refused) as error:
            void_posting(till.session, VoidPosting(document, "wrong"))
        assert error.value.rule == "M8"


@pytest.mark.sqlite
def test_what_a_void_asks_reads_no_large_table_from_end_to_end(till: Shop) -> None:
    loss = lose_loan(till.session, LoanLost(lend(till).id, 2, 595, "left on the bus")).ids[2]
    with watched(till.store) as seen, pytest.raises(Refused, match="charges a loss"):
        void_posting(till.session, VoidPosting(loss, "wrong"))
    about_loans = [asked for asked in seen.asked if "loan_event" in asked[0]]
    assert about_loans
    assert [sql for sql, params in about_loans if plan_of(till.store, sql, params).scans] == []


def test_a_loss_that_is_not_charged_makes_no_bill_and_one_that_is_needs_the_right_to_post(till: Shop) -> None:
    loan = lend(till)
    lose_loan(till.session, LoanLost(loan.id, 1, 0, "worn out"))
    assert till.count("posting") == 1
    till.session = replace(till.session, rights=frozenset(Right) - {Right.POST_BILL})
    with pytest.raises(Forbidden):
        lose_loan(till.session, LoanLost(loan.id, 1, 100, "lost"))
    with pytest.raises(Invalid):
        lose_loan(till.session, LoanLost(loan.id, 1, -1, "lost"))


def test_a_loan_of_a_voided_bill_is_no_loan_any_more(till: Shop) -> None:
    loan = lend(till)
    void_posting(till.session, VoidPosting(loan.bill_id, "wrong customer"))
    with pytest.raises(Refused, match="the bill was voided"):
        back(till, loan)
