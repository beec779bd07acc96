"""Nothing posted is changed: it is voided on its day, credited, charged again or written off (M3, M8)."""

from __future__ import annotations

from datetime import date

import pytest
from peewee import IntegrityError

from pim_tui.db.connection import select
from pim_tui.domain.basket import Share
from pim_tui.domain.bills import PostingKind
from pim_tui.domain.taxes import UNTAXED, Tax, TaxClass
from pim_tui.errors import Invalid, Refused
from pim_tui.queries.balances import Balance, balance, credits_of
from pim_tui.queries.bills import BillPage, bill_page, reversal_of_last
from pim_tui.queries.day_figures import figures_of
from pim_tui.services.corrections import (
    AdjustBill,
    VoidPosting,
    WriteOff,
    adjust_bill,
    void_posting,
    write_off,
)
from pim_tui.services.posting import NewPosting, Side, begin, enter, finish
from pim_tui.services.undo import Undo, undo
from pim_tui.services.work import Done, Work
from tests.services.clinic import ANNA, JANE, NOW
from tests.services.desk import TODAY
from tests.services.shop import (
    BANDAGE,
    CRUTCHES,
    FIRST_PAIR,
    INSURER,
    LATER,
    REDUCED,
    SOON,
    STANDARD,
    TABLETS,
    Shop,
    card,
    cash,
    line,
)

DAY = 86_400


def void(till: Shop, id_: int, reason: str = "rung up twice") -> Done:
    return void_posting(till.session, VoidPosting(id_, reason))


def adjust(till: Shop, id_: int, amount: int) -> BillPage:
    """The page of the note that adjusts the bill."""
    done = adjust_bill(till.session, AdjustBill(id_, amount, "Discount agreed", "complaint"))
    return bill_page(done.ids[0])


# --- void ----------------------------------------------------------------------------------------------


def test_a_void_turns_everything_round_and_the_goods_are_back_in_their_lots(till: Shop) -> None:
    bill = till.post(line(TABLETS, 12), line(payer=Share(percent=50_000)), payer_id=INSURER).ids[0]
    done = void(till, bill)

    assert done.says == "S-2026-000001 is void."
    made = {account: -amount for account, amount in till.entries(bill).items()}
    assert till.entries(done.ids[0]) == made
    assert select("select lot_id, quantity from stock_movement where kind = 'return' order by lot_id") == [
        (SOON, 10),
        (LATER, 2),
    ]
    page = bill_page(bill)
    assert (page.status, page.due, page.payer_due, page.header.void) == ("void", 0, 0, "V-2026-000001")
    assert balance(JANE) == Balance(0, 0, 0)
    assert bill_page(done.ids[0]).header.corrects == "S-2026-000001"


def test_what_was_paid_on_a_voided_bill_is_credit_and_its_payment_can_be_voided_too(till: Shop) -> None:
    bill, payment = till.post(line(), paid=[card(3000), cash(5000)]).ids
    assert void(till, bill).says == (
        "S-2026-000001 is void; 80.00 is credit now: use it, or void the payment as well."
    )
    assert balance(JANE) == Balance(-8000, 0, 8000)

    done = void(till, payment)
    assert done.says == "P-2026-000001 is void; give back 80.00."
    assert balance(JANE) == Balance(0, 0, 0)
    assert [(part.method, part.amount) for part in bill_page(done.ids[0]).parts] == [
        ("card", 3000),
        ("cash", 5000),
    ]


def test_a_voided_payment_leaves_its_bills_owed(till: Shop) -> None:
    first, second = (till.post(line(None, unit_price=price)).ids[0] for price in (1000, 2000))
    payment = till.pay(2500).ids[0]

    assert void(till, payment).says == "P-2026-000001 is void; give back 25.00; 25.00 is owed again."
    assert [bill_page(id_).due for id_ in (first, second)] == [1000, 2000]
    assert (balance(JANE), credits_of(JANE)) == (Balance(3000, 3000, 0), ())


def test_a_sale_without_a_customer_is_voided_with_its_payment(till: Shop) -> None:
    till.rules(cash_step=10)
    bill, payment = till.post(line(BANDAGE), customer_id=None, paid=600).ids
    with pytest.raises(Refused, match="Void the bill that it paid"):
        void(till, payment)
    done = void(till, bill)

    assert done.says == "S-2026-000001 is void; give back 6.00."
    assert bill_page(payment).header.void == "V-2026-000002"
    assert select("select account, sum(amount) from entry group by account having sum(amount) <> 0") == []
    assert till.stock(BANDAGE) == 50


def test_cash_of_a_voided_payment_comes_out_of_the_drawer_that_is_open(till: Shop) -> None:
    payment = till.pay(1000).ids[0]
    with till.store.write_tx():
        till.store.db.execute_sql(
            "insert into drawer (name, opened_at, opened_by_id, day, float_amount, version)"
            " values ('till', ?, ?, '2026-11-23', 5000, 1)",
            (NOW, ANNA),
        )
    (part,) = bill_page(void(till, payment).ids[0]).parts

    assert (part.method, part.amount, part.drawer_id) == ("cash", 1000, 1)


def test_a_voided_loan_counts_as_handed_back(till: Shop) -> None:
    bill = till.post(line(CRUTCHES, lot_id=FIRST_PAIR, due_on=date(2026, 12, 1)), kind="borrow").ids[0]
    void(till, bill)

    assert select("select kind, quantity, disposition from loan_event") == [("hand_back", 1, "none")]
    assert till.stock(CRUTCHES) == 2


def test_a_void_belongs_to_the_day_before_its_close_and_the_refusal_says_what_then(till: Shop) -> None:
    bill = till.post(line()).ids[0]
    payment = till.pay(1000).ids[0]
    till.clock[0] += DAY
    with pytest.raises(Refused, match=r"posted on 23 Nov 2026\. Post a credit note instead"):
        void(till, bill)
    with pytest.raises(Refused, match=r"posted on 23 Nov 2026\. Ask for a refund instead"):
        void(till, payment)

    today = till.post(line()).ids[0]
    with till.store.write_tx():
        till.store.db.execute_sql(
            "insert into day_close (day, number, at, staff_id, report) values ('2026-11-24', 1, ?, ?, '{}')",
            (NOW, ANNA),
        )
    with pytest.raises(Refused, match=r"This day is closed\. Post a credit note"):
        void(till, today)


def test_what_is_void_or_corrected_is_not_voided_again(till: Shop) -> None:
    bill = till.post(line()).ids[0]
    note = adjust(till, bill, -1000)
    with pytest.raises(Refused, match=r"CN-2026-000001 corrects S-2026-000001\. Void CN-2026-000001 first"):
        void(till, bill)
    assert void(till, note.header.id).says == "CN-2026-000001 is void; 10.00 is owed again."
    first = void(till, bill)
    with pytest.raises(Refused, match=r"S-2026-000001 is void already"):
        void(till, bill)
    with pytest.raises(Refused, match="is a void itself"):
        void(till, first.ids[0])
    with pytest.raises(Invalid, match="reason: is empty"):
        void(till, bill, " ")


def test_a_bill_with_a_return_under_way_is_not_voided_nor_credited_twice(till: Shop) -> None:
    bill = till.post(line()).ids[0]
    with till.store.write_tx():
        till.store.db.execute_sql(
            "insert into return_request (kind, bill_id, state, value, payer_value, method, reason, digest,"
            " requested_at, requested_by_id, decision, by_rule, version)"
            " values ('return', ?, 'requested', 100, 0, 'original', 'x', '', ?, ?, '', '', 1)",
            (bill, NOW, ANNA),
        )
    with pytest.raises(Refused, match=r"There is a return of S-2026-000001 \(requested\)\. Decide it first"):
        void(till, bill)
    with pytest.raises(Refused, match=r"80\.00 is more than the 79\.00 of S-2026-000001"):
        adjust(till, bill, -8000)


def test_the_tables_refuse_a_void_of_another_day(till: Shop) -> None:
    bill = till.post(line()).ids[0]
    till.clock[0] += DAY
    work = Work(till.session, till.clock[0])

    def act() -> None:
        with till.store.write_tx():
            opened = begin(work, NewPosting(PostingKind.VOID, 8000, JANE, corrects_id=bill, reason="late"))
            enter(opened, [Side("receivable", -8000, JANE), Side("income", 6723), Side("tax", 1277)])
            finish(work, opened, {})

    with pytest.raises(IntegrityError, match="PIM M8"):
        act()


# --- write-off -----------------------------------------------------------------------------------------


def test_a_write_off_has_a_reason_and_a_limit_for_the_whole_bill(till: Shop) -> None:
    bill = till.post(line(), paid=7000).ids[0]
    with pytest.raises(Refused, match=r"At most 0.00 of a bill may be written off here\. Post a credit note"):
        write_off(till.session, WriteOff(bill, 1, "small change"))
    till.rules(write_off_limit=600)
    with pytest.raises(Invalid, match="reason"):
        write_off(till.session, WriteOff(bill, 1, ""))
    done = write_off(till.session, WriteOff(bill, 400, "small change"))

    assert done.says == "4.00 of S-2026-000001 written off."
    assert till.entries(done.ids[0]) == {"written_off": 400, "receivable": -400}
    with pytest.raises(Refused, match=r"4\.00 were already"):
        write_off(till.session, WriteOff(bill, 201, "small change"))
    with pytest.raises(Refused, match=r"6\.00 is owed on S-2026-000001"):
        write_off(till.session, WriteOff(bill, 601, "all of it"))
    void(till, done.ids[0])
    write_off(till.session, WriteOff(bill, 600, "moved away"))
    assert bill_page(bill).due == 400


def test_the_payers_share_is_written_off_apart(till: Shop) -> None:
    till.rules(write_off_limit=10_000)
    bill = till.post(line(payer=Share(percent=50_000)), payer_id=INSURER, kind="income").ids[0]
    done = write_off(till.session, WriteOff(bill, 4000, "not covered", of_payer=True))

    page = bill_page(bill)
    assert (page.due, page.payer_due) == (4000, 0)
    assert till.entries(done.ids[0]) == {"written_off": 4000, "payer": -4000}


# --- notes ---------------------------------------------------------------------------------------------

MIXED = TaxClass("mixed", (Tax("VAT", 19_000), Tax("Levy", 1_000)))


def test_a_credit_note_takes_the_bills_taxes_and_shares_and_many_equal_one(till: Shop) -> None:
    lines = (line(taxes=MIXED, payer=Share(percent=33_000)), line(TABLETS, 3, taxes=STANDARD))
    whole = till.post(*lines, payer_id=INSURER).ids[0]
    parts = till.post(*lines, payer_id=INSURER).ids[0]
    total = bill_page(whole).header.amount
    one = adjust(till, whole, -total)
    many = [adjust(till, parts, -amount) for amount in (1, 999, 3333, total - 4333)]

    assert till.entries(one.header.id) == {
        account: -amount for account, amount in till.entries(whole).items()
    }
    for figure in ("net", "tax", "customer_share", "payer_share"):
        assert sum(getattr(note, figure) for note in many) == getattr(one, figure), figure
    assert [(tax.name, tax.amount) for tax in one.taxes] == [
        (tax.name, tax.amount) for tax in bill_page(whole).taxes
    ]
    assert (bill_page(parts).due, bill_page(parts).payer_due, bill_page(parts).status) == (0, 0, "paid")
    with pytest.raises(Refused, match="There is nothing left to credit"):
        adjust(till, parts, -1)


def test_a_credit_note_takes_off_what_is_owed_first_and_the_rest_is_credit(till: Shop) -> None:
    bill = till.post(line(), paid=7000).ids[0]
    note = adjust(till, bill, -3000)

    assert (bill_page(bill).due, note.due) == (0, -2000)
    assert balance(JANE) == Balance(-2000, 0, 2000)
    assert note.settles[0].amount == 1000


def test_a_debit_note_charges_the_customer_more_with_the_bills_tax(till: Shop) -> None:
    bill = till.post(line(payer=Share(percent=50_000)), payer_id=INSURER).ids[0]
    note = adjust(till, bill, 20_000)

    assert till.entries(note.header.id) == {"receivable": 20_000, "income": -16_807, "tax": -3193}
    assert (note.header.code, note.status, note.lines[0].description) == (
        "DN-2026-000001",
        "unpaid",
        "Discount agreed",
    )
    till.pay(24_000)
    assert (bill_page(note.header.id).status, bill_page(bill).due) == ("paid", 0)


def test_a_note_on_an_untaxed_bill_over_nothing_and_on_prices_without_tax(till: Shop) -> None:
    free = till.post(line(None, unit_price=0)).ids[0]
    assert till.entries(adjust(till, free, 500).header.id) == {"receivable": 500, "income": -500}
    till.rules(inclusive=False)
    bill = till.post(line()).ids[0]
    note = adjust(till, bill, -1190)
    assert (note.lines[0].unit_price, note.net, note.tax) == (1000, 1000, 190)


@pytest.mark.parametrize("steps", [(1, 1, 5_000, 333), (12_000,), ()], ids=["in parts", "at once", "all"])
def test_notes_take_off_the_base_of_every_tax_of_the_zero_rate_as_well(
    till: Shop, steps: tuple[int, ...]
) -> None:
    """The tax return tells the base of a rate of zero, too: what is credited is none of it any more (M2)."""
    zero = TaxClass("export", (Tax("VAT", 0),))
    goods = (line(), line(BANDAGE, taxes=REDUCED), line(None, taxes=zero, unit_price=4_000))
    bill = till.post(*goods, line(None, unit_price=901, taxes=UNTAXED)).ids[0]
    whole = bill_page(bill).header.amount
    for amount in (*steps, whole - sum(steps)):
        note = adjust(till, bill, -amount)
        untaxed = note.net - sum(tax.base for tax in note.taxes)
        # The smallest notes have a cent or none for it.
        assert 0 <= untaxed <= 1 + round(901 * amount / whole)
    left = select(
        "select t.name, t.rate, sum(t.base * case p.kind when 'credit_note' then -1 else 1 end), sum(t.amount"
        " * case p.kind when 'credit_note' then -1 else 1 end) from posting p join bill_line l"
        " on l.bill_id = p.id join line_tax t on t.line_id = l.id group by 1, 2 order by 2"
    )
    assert left == [("VAT", 0, 0, 0), ("VAT", 7_000, 0, 0), ("VAT", 19_000, 0, 0)]
    assert (figures_of(TODAY).rests.untaxed, figures_of(TODAY).rests.again) == (0, 0)


@pytest.mark.parametrize(("amount", "text", "why"), [(0, "x", "is nothing"), (5, " ", "is empty")])
def test_a_note_says_how_much_and_what_for(till: Shop, amount: int, text: str, why: str) -> None:
    bill = till.post(line()).ids[0]
    with pytest.raises(Invalid, match=why):
        adjust_bill(till.session, AdjustBill(bill, amount, text, "complaint"))


def test_only_a_standing_bill_of_a_customer_is_corrected(till: Shop) -> None:
    nobodys = till.post(line(), customer_id=None, paid=8000).ids
    with pytest.raises(Refused, match="no customer who could owe"):
        adjust(till, nobodys[0], 100)
    with pytest.raises(Refused, match="P-2026-000001 is a payment, not a bill"):
        adjust(till, nobodys[1], 100)
    with pytest.raises(Refused, match=r"more than the 80\.00 of S-2026-000002"):
        adjust(till, till.post(line()).ids[0], -8001)
    void(till, nobodys[0])
    with pytest.raises(Refused, match="S-2026-000001 was voided by V-2026-000001"):
        adjust(till, nobodys[0], 100)


# --- taking back ---------------------------------------------------------------------------------------


def test_taking_back_offers_the_void_of_what_was_posted_last(till: Shop) -> None:
    till.book("10:00")
    bill, payment = till.post(line(), paid=8000).ids
    with pytest.raises(
        Refused, match=r"S-2026-000001 was posted last.*Open S-2026-000001 and void it with x"
    ):
        undo(till.session, Undo())
    void(till, bill)
    last = reversal_of_last(till.session.key)
    assert last is not None
    assert (last.id, last.code) == (payment, "P-2026-000001")
    void(till, payment)
    assert reversal_of_last(till.session.key) is None
    assert undo(till.session, Undo()).says.startswith("Booking taken back")


def test_an_appointment_changed_after_the_posting_is_taken_back_as_ever(till: Shop) -> None:
    till.post(line())
    till.book("10:00")
    assert undo(till.session, Undo()).says.startswith("Booking taken back")
