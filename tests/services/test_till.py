"""A basket becomes a bill: priced, numbered, taken from stock, entered and paid, all or nothing."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from peewee import IntegrityError

from pim_tui.db.connection import select
from pim_tui.domain.basket import Basket, Discount, Share
from pim_tui.domain.bills import PostingKind
from pim_tui.domain.rights import Right, rights_of
from pim_tui.domain.tender import Tender
from pim_tui.errors import Forbidden, Invalid, NotFound, Refused, Stale
from pim_tui.queries.balances import Balance, balance, draft_basket, drafts
from pim_tui.queries.bills import bill_page, find_posting
from pim_tui.services.merging import MergeCustomers, merge_customers
from pim_tui.services.posting import NewPosting, Side, begin, enter, finish
from pim_tui.services.till import DropDraft, ParkBill, PostBill, drop_draft, park_bill, post_bill
from pim_tui.services.work import Work
from tests.services.clinic import ANNA, JANE, JOHN, NOW, broken_line
from tests.services.shop import (
    BANDAGE,
    BANDAGES,
    CONSULTATION,
    CRUTCHES,
    EXPIRED,
    FIRST_PAIR,
    INSURER,
    LATER,
    SOON,
    STANDARD,
    TABLETS,
    Shop,
    card,
    cash,
    line,
)

DAY = "2026-11-23"


# --- what a bill is made of ----------------------------------------------------------------------------


def test_a_sale_has_number_lines_taxes_entries_stock_payment_and_journal(till: Shop) -> None:
    done = till.post(line(), line(BANDAGE, 2), paid=[cash(9190, 10000)])

    bill, payment = done.ids
    assert done.says == "S-2026-000001 posted, change 8.10."
    assert done.days == (DAY,)
    assert till.entries(bill) == {"receivable": 9190, "income": -7723, "tax": -1467}
    assert till.entries(payment) == {"cash": 9190, "receivable": -9190}
    page = bill_page(bill)
    assert [(row.description, row.net, row.tax, row.total, row.lot_id) for row in page.lines] == [
        ("Consultation", 6723, 1277, 8000, None),
        ("Bandage", 1000, 190, 1190, BANDAGES),
    ]
    assert [(tax.name, tax.rate, tax.base, tax.amount) for tax in page.taxes] == [("VAT", 19_000, 7723, 1467)]
    assert (page.due, till.stock(BANDAGE)) == (0, 48)
    assert till.actions() == ["post", "pay"]
    assert broken_line(till.store) is None


def test_numbers_run_by_kind_and_year_without_a_hole(till: Shop) -> None:
    for _ in range(2):
        till.post(line())
    till.post(line(), kind="income")
    with pytest.raises(Refused):
        till.post(line(BANDAGE, 51))
    till.post(line())
    till.clock[0] += 60 * 86_400
    till.post(line())

    kinds = ("sale", "income")
    rows = select("select kind, year, number from posting where kind in (?, ?) order by id", kinds)
    assert rows == [
        ("sale", 2026, 1), ("sale", 2026, 2), ("income", 2026, 1), ("sale", 2026, 3), ("sale", 2027, 1),
    ]  # fmt: skip


def test_the_payers_share_is_the_payers_and_the_rest_the_customers(till: Shop) -> None:
    bill = till.post(line(payer=Share(percent=80_000)), payer_id=INSURER, kind="income").ids[0]

    assert till.entries(bill) == {"receivable": 1600, "payer": 6400, "income": -6723, "tax": -1277}
    page = bill_page(bill)
    assert (page.due, page.payer_due, balance(JANE).balance) == (1600, 6400, 1600)


def test_what_the_basket_asks_for_is_kept_with_the_line(till: Shop) -> None:
    asked = line(TABLETS, 2, directions="one at night", unit_price=1000, discount=Discount(amount=100))
    row = bill_page(till.post(asked, discount=Discount(amount=50), note="see chart").ids[0]).lines[0]

    assert (row.list_price, row.unit_price, row.discount, row.bill_discount) == (1190, 1000, 100, 50)
    assert (row.total, row.directions, row.lot, row.quantity) == (1850, "one at night", "A7", 2)


def test_a_bill_over_nothing_is_posted_and_is_paid(till: Shop) -> None:
    page = bill_page(till.post(line(TABLETS, unit_price=0), kind="dispense").ids[0])

    assert (page.header.code, page.header.amount, page.status) == ("D-2026-000001", 0, "paid")


def test_everything_wrong_with_a_basket_is_told_at_once(till: Shop) -> None:
    wrong = Basket("borrow", (line(BANDAGE, 0, description=" "),), customer_id=JANE)
    with pytest.raises(Invalid) as caught:
        post_bill(till.session, PostBill(wrong))

    told = [(fault.field, fault.message) for fault in caught.value.faults]
    assert ("line 1 description", "is empty") in told
    assert ("line 1", "Bandage is not lent out; the catalogue says what is") in told
    assert any(field == "line 1 quantity" for field, _ in told)


@pytest.mark.parametrize(
    ("more", "error", "why"),
    [
        ({"customer_id": 99}, NotFound, "customer does not exist"),
        ({"payer_id": 99}, NotFound, "payer does not exist"),
        ({"appointment_id": 99}, Refused, "another customer's"),
        (
            {"lines": (line(product_id=CONSULTATION, description="x"), replace(line(), product_id=99))},
            NotFound,
            "product of this bill",
        ),
        ({"kind": "income", "lines": (line(BANDAGE),)}, Invalid, "has a stock; sell it as a sale"),
        ({"kind": "sale", "lines": ()}, Invalid, "lines: are missing"),
    ],
)
def test_what_does_not_exist_or_does_not_belong_is_refused(
    till: Shop, more: dict[str, Any], error: type[Exception], why: str
) -> None:
    basket = replace(Basket("sale", (line(),), customer_id=JANE), **more)
    with pytest.raises(error, match=why):
        post_bill(till.session, PostBill(basket))
    assert till.count("posting") == till.count("journal") == 0


def test_a_payer_who_left_and_a_record_that_was_merged_away_get_no_new_bills(till: Shop) -> None:
    old = till.post(line(payer=Share(percent=50_000)), payer_id=INSURER).ids[0]
    with till.store.write_tx():
        till.store.db.execute_sql(
            "update payer set active = 0, version = version + 1 where id = ?", (INSURER,)
        )
    merge_customers(till.session, MergeCustomers(JANE, JOHN, 1, 1))
    with pytest.raises(Refused, match="does not pay any more"):
        till.post(line(), payer_id=INSURER)
    till.pay([card(4000)], None, payer_id=INSURER)
    assert bill_page(old).payer_due == 0
    for act in (lambda: till.post(line(), customer_id=JOHN), lambda: till.pay(100, JOHN)):
        with pytest.raises(Refused, match="merged into another"):
            act()


def become(till: Shop, role: str) -> None:
    """Anna has another role from now on."""
    with till.store.write_tx():
        till.store.db.execute_sql("update staff set role = ?, version = version + 1 where id = 1", (role,))


def test_another_price_a_discount_and_a_payment_each_need_their_right(till: Shop) -> None:
    whole, cheap = till.session, line(unit_price=7000)
    till.session = till.as_(ANNA, Right.OVERRIDE_PRICE)
    with pytest.raises(Forbidden, match=r"costs 80.00, not 70.00.*charge another price"):
        till.post(cheap)
    due = date(2026, 12, 7)
    till.post(line(CRUTCHES, lot_id=FIRST_PAIR, due_on=due, unit_price=0), kind="borrow")
    till.session = till.as_(ANNA, Right.DISCOUNT)
    for given in ({"discount": Discount(amount=1)}, {"lines": (line(discount=Discount(percent=1)),)}):
        with pytest.raises(Forbidden, match="give discounts"):
            post_bill(till.session, PostBill(replace(Basket("sale", (line(),), customer_id=JANE), **given)))
    till.session = whole
    become(till, "receptionist")
    with pytest.raises(Forbidden, match="give discounts"):  # taken away since the session began
        till.post(line(), discount=Discount(amount=1))
    become(till, "owner")
    till.session = replace(whole, rights=rights_of("owner") - {Right.TAKE_PAYMENT})
    with pytest.raises(Forbidden, match="take payments"):
        till.post(line(), paid=8000)
    till.post(line())


# --- how it is paid ------------------------------------------------------------------------------------


def test_a_split_tender_a_part_and_too_much_are_told(till: Shop) -> None:
    split = till.post(line(), paid=[card(3000), cash(5000)])
    part = till.post(line(), paid=3000)
    over = till.post(line(), paid=[card(9000)])

    assert split.says == "S-2026-000001 posted."
    assert [row.by for row in bill_page(split.ids[0]).payments] == [(("card", 3000), ("cash", 5000))]
    assert part.says == "S-2026-000002 posted, 50.00 is owed."
    assert over.says == "S-2026-000003 posted, 10.00 to the credit."
    assert balance(JANE) == Balance(balance=4000, owed=5000, credit=1000)


def test_credit_settles_a_bill_only_when_asked_for(till: Shop) -> None:
    till.pay([card(5000)])
    left_alone = till.post(line())
    assert bill_page(left_alone.ids[0]).due == 8000

    asked = till.post(line(), use_credit=3000, paid=[cash(5000)])
    assert bill_page(asked.ids[0]).due == 0
    assert balance(JANE).credit == 2000
    with pytest.raises(Refused, match=r"30.00 of credit cannot be used: 20.00 can"):
        till.post(line(), use_credit=3000)
    with pytest.raises(Refused, match=r"0.00 can"):
        till.post(line(), use_credit=1, customer_id=JOHN)


@pytest.mark.parametrize(("paid", "why"), [((), "80.00 is left to pay"), ([card(9000)], "Too much is paid")])
def test_a_sale_without_a_customer_is_paid_exactly(till: Shop, paid: Any, why: str) -> None:
    with pytest.raises(Refused, match=why):
        till.post(line(), customer_id=None, paid=paid)
    done = till.post(line(), customer_id=None, paid=[cash(8000, 10000)])

    assert done.says == "S-2026-000001 posted, change 20.00."
    assert bill_page(done.ids[0]).status == "paid"


def test_cash_is_rounded_to_the_smallest_coin_in_a_part_of_its_own(till: Shop) -> None:
    till.rules(cash_step=5)
    bill, payment = till.post(line(None, unit_price=1002), paid=1000).ids

    assert till.entries(payment) == {"cash": 1000, "rounding": 2, "receivable": -1002}
    assert bill_page(bill).due == 0


def test_cash_goes_into_the_open_drawer_and_nothing_else_does(till: Shop) -> None:
    with till.store.write_tx():
        till.store.db.execute_sql(
            "insert into drawer (name, opened_at, opened_by_id, day, float_amount, version)"
            " values ('till', ?, ?, ?, 0, 1)",
            (NOW, ANNA, DAY),
        )
    payment = till.post(line(), paid=[card(3000), cash(5000)]).ids[1]

    assert [(part.method, part.drawer_id) for part in bill_page(payment).parts] == [
        ("card", None),
        ("cash", 1),
    ]


def test_the_same_request_is_posted_once(till: Shop) -> None:
    first = till.post(line(BANDAGE), paid=595, request="form-1")
    assert till.post(line(BANDAGE), paid=595, request="form-1") == first
    assert (till.count("posting"), till.stock(BANDAGE)) == (2, 49)


# --- stock ---------------------------------------------------------------------------------------------


def test_the_shortest_expiry_goes_out_first_and_never_what_is_past_it(till: Shop) -> None:
    page = bill_page(till.post(line(TABLETS, 12), line(TABLETS, 3)).ids[0])

    rows = select("select line_id, lot_id, quantity from stock_movement where kind = 'sale' order by id")
    first, second = (row.id for row in page.lines)
    assert rows == [(first, SOON, -10), (first, LATER, -2), (second, LATER, -3)]
    assert [row.lot_id for row in page.lines] == [None, LATER]
    assert [(row.lot, row.quantity) for row in page.lots] == [("A7", 10), ("B2", 2), ("B2", 3)]
    with pytest.raises(Refused, match=r"Tablets: 16 wanted, 15 left and 5 that expired"):
        till.post(line(TABLETS, 16))


def test_another_lot_needs_a_reason_and_an_expired_one_is_refused(till: Shop) -> None:
    with pytest.raises(Refused, match=r"lot A7 of Tablets expires earlier, on 31 Dec 2026"):
        till.post(line(TABLETS, lot_id=LATER))
    with pytest.raises(Refused, match=r"lot X0 of Tablets expired on 31 Oct 2026"):
        till.post(line(TABLETS, lot_id=EXPIRED, lot_reason="cheaper"))
    with pytest.raises(Refused, match="not of Tablets"):
        till.post(line(TABLETS, lot_id=BANDAGES))
    row = bill_page(till.post(line(TABLETS, lot_id=LATER, lot_reason="long journey")).ids[0]).lines[0]
    assert (row.lot, row.lot_reason) == ("B2", "long journey")


def test_everything_that_is_short_is_told_at_once_and_nothing_is_posted(till: Shop) -> None:
    with pytest.raises(Refused, match=r"Bandage: 60 wanted, 50 left; Tablets: 31 wanted, 30 left") as caught:
        till.post(line(BANDAGE, 60), line(TABLETS, 31))
    assert caught.value.rule == "K1"
    assert (till.stock(BANDAGE), till.count("posting")) == (50, 0)


def test_stock_goes_below_zero_only_where_the_house_allows_it_and_says_so(till: Shop) -> None:
    till.rules(below_zero=True)
    said = till.post(line(BANDAGE, 53), line(TABLETS, 3)).says
    assert said == "S-2026-000001 posted, 351.05 is owed, STOCK BELOW ZERO: Bandage."
    till.post(line(TABLETS, 29))

    rows = select("select on_hand, below_zero from stock_movement where kind = 'sale' order by id")
    assert (till.stock(BANDAGE), rows[0]) == (-3, (-3, 1))
    assert rows[-1] == (-2, 1)


def test_a_thing_with_a_serial_number_goes_out_by_itself_and_is_on_loan(till: Shop) -> None:
    due = date(2026, 12, 7)
    with pytest.raises(Refused, match="Choose the serial number"):
        till.post(line(CRUTCHES, due_on=due), kind="borrow")
    with pytest.raises(Refused, match="each item is a line of its own"):
        till.post(line(CRUTCHES, 2, due_on=due), kind="borrow")
    bill = till.post(line(CRUTCHES, lot_id=FIRST_PAIR, due_on=due, condition="new"), kind="borrow").ids[0]

    row = bill_page(bill).lines[0]
    assert (row.serial, row.due_on) == ("K-001", due)
    assert select("select line_id, customer_id, quantity, condition from loan") == [(row.id, JANE, 1, "new")]
    with pytest.raises(Refused, match=r"1 wanted, 0 left"):
        till.post(line(CRUTCHES, lot_id=FIRST_PAIR, due_on=due), kind="borrow")


def test_of_two_tills_selling_the_last_one_exactly_one_wins(till: Shop) -> None:
    till.post(line(BANDAGE, 49))
    said: list[str] = []
    ready = threading.Barrier(3)

    def desk(number: int) -> None:
        till.store.connect()
        ready.wait()
        try:
            session = till.as_(number, key=f"desk-{number}")
            said.append(post_bill(session, PostBill(Basket("sale", (line(BANDAGE),), customer_id=JANE))).says)
        except Refused as error:
            said.append(error.rule)
        till.store.close()

    desks = [threading.Thread(target=desk, args=(number,)) for number in (1, 2, 3)]
    for one in desks:
        one.start()
    for one in desks:
        one.join()
    assert sorted(said) == ["K1", "K1", "S-2026-000002 posted, 5.95 is owed."]
    assert till.stock(BANDAGE) == 0


# --- drafts --------------------------------------------------------------------------------------------


def test_a_parked_bill_is_taken_up_posted_and_gone_with_a_trace(till: Shop) -> None:
    basket = Basket("sale", (line(), line(BANDAGE, 2)), customer_id=JANE)
    parked = park_bill(till.session, ParkBill(basket, "waits for the card"))
    again = park_bill(
        till.session, ParkBill(replace(basket, note="x"), "later", parked.ids[0], parked.version)
    )

    assert [(one.label, one.amount, one.customer) for one in drafts(JANE)] == [("later", 9190, "Jane Doe")]
    assert (drafts(JOHN), drafts()) == ((), drafts(JANE))
    assert draft_basket(parked.ids[0]) is not None
    with pytest.raises(Stale, match="This draft"):
        till.post(line(), draft_id=parked.ids[0], draft_version=parked.version)
    till.post(line(), draft_id=parked.ids[0], draft_version=again.version)
    assert (drafts(), draft_basket(parked.ids[0])) == ((), None)
    with pytest.raises(NotFound, match="draft is gone"):
        drop_draft(till.session, DropDraft(parked.ids[0], again.version))


def test_a_dropped_draft_leaves_its_lines_in_the_journal(till: Shop) -> None:
    parked = park_bill(till.session, ParkBill(Basket("sale", (line(BANDAGE, 2),))))
    drop_draft(till.session, DropDraft(parked.ids[0], parked.version))

    ((kept,),) = select("select before from journal_values order by seq_id desc limit 1")
    assert json.loads(kept)["lines"] == [["Bandage", 2, 595]]
    assert till.actions() == ["park", "drop"]


def test_an_empty_basket_is_not_parked_and_an_unfinished_one_is(till: Shop) -> None:
    with pytest.raises(Invalid, match="are missing"):
        park_bill(till.session, ParkBill(Basket("sale")))
    with pytest.raises(NotFound, match="customer does not exist"):
        park_bill(till.session, ParkBill(Basket("sale", (line(),), customer_id=99)))
    park_bill(till.session, ParkBill(Basket("borrow", (line(CRUTCHES),))))
    assert drafts()[0].kind == "borrow"


# --- what the tables refuse when code forgets ----------------------------------------------------------


MOVE = (
    "insert into stock_movement (lot_id, place, kind, quantity, on_hand, below_zero, reason, at, day,"
    " staff_id) values ({}, 0, '', 1, '2026-11-23', 1)"
)
SETTLE = (
    "insert into allocation (credit_id, debit_id, account, amount, at, day, staff_id)"
    " values ({}, 'receivable', {}, 1, '2026-11-23', 1)"
)


@pytest.mark.parametrize(
    ("rule", "statement"),
    [
        ("M3", "update bill_line set total = total + 1, net = net + 1"),
        ("M3", "update posting set amount = amount + 1"),
        ("M3", "update entry set amount = amount + 1"),
        ("M3", "update allocation set amount = 1"),
        ("M3", "insert into entry (posting_id, account, amount, day) values (1, 'income', 5, '2026-11-23')"),
        ("A1", "delete from posting"),
        ("A1", "delete from entry"),
        ("A1", "delete from allocation"),
        ("M4", "update number_series set last = last + 2"),
        (
            "M4",
            "insert into posting (kind, year, number, state, at, day, staff_id, currency, amount,"
            " inclusive, reason, note)"
            " values ('sale', 2026, 7, 'open', 1, '2026-11-23', 1, 'EUR', 1, 1, '', '')",
        ),
        ("M7", SETTLE.format("2, 1", 6000)),
        ("M6", SETTLE.format("3, 1", 10)),
        ("K1", MOVE.format("1, 'shelf', 'sale', -50, -1")),
        ("K1", MOVE.format("1, 'shelf', 'receipt', 5, 99")),
        ("K2", MOVE.format("4, 'shelf', 'sale', -1, 4")),
    ],
)
def test_the_tables_refuse_what_code_would_forget(till: Shop, rule: str, statement: str) -> None:
    till.post(line(BANDAGE, 1), line(), paid=3000)
    till.pay(1000, customer_id=JOHN)
    with pytest.raises(IntegrityError, match=f"PIM {rule}"), till.store.write_tx():
        till.store.db.execute_sql(statement)


@pytest.mark.parametrize(
    ("new", "sides", "rule"),
    [
        (NewPosting(PostingKind.WRITE_OFF, 5, JANE, reason="gone"), [Side("written_off", 5)], "M5"),
        (NewPosting(PostingKind.SALE, 0, JANE), [], "M3"),
        (NewPosting(PostingKind.PAYMENT, 5, JANE), [Side("cash", 5), Side("receivable", -5, JANE)], "M2"),
    ],
)
def test_what_is_not_balanced_has_no_lines_or_no_parts_is_never_posted(
    till: Shop, new: NewPosting, sides: list[Side], rule: str
) -> None:
    work = Work(till.session, NOW)

    def act() -> None:
        with till.store.write_tx():
            opened = begin(work, new)
            enter(opened, sides)
            finish(work, opened, {})

    with pytest.raises(IntegrityError, match=f"PIM {rule}"):
        act()
    assert till.count("posting") == till.count("number_series") == 0


def test_a_bill_is_found_by_its_number(till: Shop) -> None:
    bill = till.post(line(None, taxes=STANDARD), paid=[Tender("transfer", 1000, reference="slip 7")]).ids[0]

    assert find_posting("s-2026-1") == bill
    with pytest.raises(NotFound, match="There is no S-2026-000002"):
        find_posting("S-2026-000002")
