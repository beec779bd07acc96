"""Goods and money come back by the rules R1-R5: asked for, approved by somebody else, paid as it came."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from threading import Barrier
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import IntegrityError

from pim_tui.db.connection import current, select
from pim_tui.domain.basket import Basket, Discount, Share
from pim_tui.domain.bills import PostingKind
from pim_tui.domain.pricing import Terms, price
from pim_tui.domain.rights import Right
from pim_tui.domain.tender import Tender
from pim_tui.errors import Forbidden, Invalid, NeedsAnswer, Refused
from pim_tui.models import CustomerMerge, PaymentPart, Staff
from pim_tui.queries.balances import balance, payer_credits
from pim_tui.queries.returns import returnable
from pim_tui.queries.timelines import timeline
from pim_tui.services import posting
from pim_tui.services.corrections import (
    AdjustBill,
    VoidPosting,
    WriteOff,
    adjust_bill,
    void_posting,
    write_off,
)
from pim_tui.services.payments import TakePayment, Unallocate, take_payment, unallocate_payment
from pim_tui.services.payouts import (
    Owner,
    Payable,
    PayRefund,
    RequestPayout,
    RequestReimbursement,
    pay_refund,
    payable,
    request_payout,
    request_reimbursement,
)
from pim_tui.services.pins import SetPin, set_pin
from pim_tui.services.posting import NewPosting, begin
from pim_tui.services.returns import RequestReturn, ReturnOf, request_return
from pim_tui.services.till import PostBill, post_bill
from pim_tui.services.work import Work
from tests.domain import test_documents_recorded as recorded
from tests.domain.bills import TERMS, baskets
from tests.services.clinic import ANNA, JANE, JOHN, LEE, NOW, SATO, broken_line
from tests.services.refunding import PINS, Counter, counter
from tests.services.shop import (
    BANDAGE,
    CRUTCHES,
    FIRST_PAIR,
    INSURER,
    LATER,
    MORPHINE,
    SOON,
    TABLETS,
    card,
    cash,
    line,
)

DAY = 24 * 3600


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Counter]:
    """The shop with staff who have PINs."""
    made = counter(tmp_path)
    yield made
    assert broken_line(made.store) is None
    made.store.close()


def sold(shop: Counter, quantity: int = 3, **more: object) -> int:
    """Three bandages for 17.85, paid in cash unless said otherwise."""
    more.setdefault("paid", 595 * quantity)
    return shop.post(line(BANDAGE, quantity), **more).ids[0]


# --- from asking to paying -----------------------------------------------------------------------------


def test_a_return_is_asked_for_approved_credited_and_paid_back_in_cash(shop: Counter) -> None:
    bill = sold(shop)
    asked = shop.ask(bill, 2)
    assert shop.request(asked.ids[0])["state"] == "requested"
    assert (shop.stock(BANDAGE), shop.back()) == (47, [])

    approved = shop.decide(asked)
    assert approved.says == "CN-2026-000001 posted, 11.90 EUR; 11.90 EUR can be paid out."
    assert shop.entries(shop.note(asked)) == {"receivable": -1190, "income": 1000, "tax": 190}
    assert (shop.stock(BANDAGE), shop.back()) == (49, [])

    paid = shop.pay_out(asked)
    assert paid.says == "R-2026-000001: 11.90 EUR (cash 11.90) paid back."
    assert shop.back() == [("cash", 1190)]
    assert shop.request(asked.ids[0])["state"] == "paid"
    assert shop.entries(shop.request(asked.ids[0])["refund_id"]) == {"cash": -1190, "receivable": 1190}
    assert balance(JANE).balance == 0
    assert [a for a in shop.actions() if a in ("request", "approve", "return", "refund", "pay")] == [
        "pay", "request", "return", "approve", "pay", "refund",
    ]  # fmt: skip


def test_nothing_is_paid_back_before_somebody_said_yes(shop: Counter) -> None:
    asked = shop.ask(sold(shop))
    with pytest.raises(Refused, match="still waits to be decided"):
        shop.pay_out(asked)
    rejected = shop.decide(asked, approve=False)
    assert rejected.says == "Rejected by Dr Lee."
    with pytest.raises(Refused, match="was rejected"):
        shop.pay_out(asked)
    assert (shop.stock(BANDAGE), shop.back(), shop.count("posting")) == (47, [], 2)


def test_what_was_rejected_or_withdrawn_can_be_asked_for_again(shop: Counter) -> None:
    bill = sold(shop)
    shop.decide(shop.ask(bill), approve=False)
    shop.withdraw(shop.ask(bill))
    shop.decide(asked := shop.ask(bill))
    with pytest.raises(Refused, match="0 of 3 left"):
        shop.ask(bill, 1)
    with pytest.raises(Refused, match="was approved already"):
        shop.withdraw(asked)


def test_more_than_was_sold_does_not_come_back_waiting_ones_counted(shop: Counter) -> None:
    bill = sold(shop)
    shop.ask(bill, 2)
    with pytest.raises(Refused, match="2 asked for, 1 of 3 left") as caught:
        shop.ask(bill, 2)
    assert caught.value.rule == "R1"


def test_a_return_cannot_be_returned_and_a_payment_neither(shop: Counter) -> None:
    bill, payment = shop.post(line(BANDAGE, 3), paid=1785).ids
    shop.decide(asked := shop.ask(bill, 1))
    for other in (shop.note(asked), payment):
        with pytest.raises(Refused, match="only what was sold can be returned"):
            shop.ask(other)


def test_a_voided_bill_has_nothing_left_to_return(shop: Counter) -> None:
    bill = sold(shop)
    void_posting(shop.session, VoidPosting(bill, "wrong customer"))
    with pytest.raises(Refused, match="was voided"):
        shop.ask(bill)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"reason": " "}, "needs a reason"),
        ({"method": "barter"}, "is not one of"),
        ({"method": "card"}, "Nothing of S-2026-000001 was paid by card"),
        ({"disposition": "eaten"}, "is not one of"),
    ],
)
def test_a_request_says_why_how_and_where_to(shop: Counter, more: dict[str, str], why: str) -> None:
    bill = sold(shop)
    with pytest.raises((Refused, Invalid), match=why):
        shop.ask(bill, **more)
    assert shop.count("return_request") == 0


# --- who says yes (R4) ---------------------------------------------------------------------------------


def test_the_approver_is_neither_who_asked_nor_who_took_the_money(shop: Counter) -> None:
    """Every requester, cashier and approver: only a third person's yes counts, in the tables as well."""
    people = (ANNA, LEE, SATO)
    wrong = []
    for cashier, requester, approver in product(people, people, people):
        bill = post_bill(
            shop.as_(cashier), PostBill(Basket("sale", (line(BANDAGE),), customer_id=JANE), (cash(595),))
        ).ids[0]
        asked = shop.ask(bill, by=requester)
        with suppress(Refused):
            shop.decide(asked, by=approver)
        said_yes = shop.request(asked.ids[0])["state"] == "approved"
        if said_yes != (approver not in (cashier, requester)):
            wrong.append((cashier, requester, approver))
        if not said_yes:
            with pytest.raises(IntegrityError, match=r"R4|(?i:check)"), shop.store.write_tx():
                shop.store.db.execute_sql(
                    "update return_request set version = 2, state = 'approved', decided_by_id = ?"
                    " where id = ?",
                    (approver, asked.ids[0]),
                )
    assert wrong == []


def test_nobody_approves_as_a_colleague_whose_pin_they_have_just_set(shop: Counter) -> None:
    asked = shop.ask(sold(shop))
    set_pin(shop.session, SetPin(LEE, "pebble-33"))
    set_pin(shop.as_(LEE), SetPin(LEE, "chosen by Anna", "pebble-33"))
    with pytest.raises(Refused, match="Anna Berg has just given Dr Lee their way in"):
        shop.decide(asked, by=LEE, pin="chosen by Anna")
    shop.decide(asked, by=SATO)


def test_whoever_asked_cannot_reject_either(shop: Counter) -> None:
    with pytest.raises(Refused, match="asked for this refund yourself"):
        shop.decide(shop.ask(sold(shop)), by=ANNA, approve=False)


def test_the_approvers_own_role_counts_not_the_desk(shop: Counter) -> None:
    with shop.store.write_tx():
        Staff.update(role="receptionist", version=Staff.version + 1).where(Staff.id == LEE).execute()
    asked = shop.ask(sold(shop))
    with pytest.raises(Forbidden, match=r"Dr Lee does not have the right to approve the refunds of others"):
        shop.decide(asked)
    shop.session = replace(shop.session, rights=shop.session.rights - {Right.APPROVE_RETURN})
    assert shop.decide(asked, by=SATO).says.startswith("CN-")


def test_a_small_refund_of_the_same_day_needs_nobody(shop: Counter) -> None:
    shop.rules(refund_limit=600)
    small = shop.ask(sold(shop), 1)
    assert small.says == "CN-2026-000001 posted, 5.95 EUR; 5.95 EUR can be paid out."
    assert shop.request(small.ids[0])["by_rule"] == "same day, up to 6.00 EUR"
    assert shop.request(shop.ask(sold(shop), 2).ids[0])["state"] == "requested"
    bill = sold(shop)
    shop.clock[0] += DAY
    assert shop.request(shop.ask(bill, 1).ids[0])["state"] == "requested"


def test_piece_by_piece_no_more_of_a_bill_is_refunded_alone_than_at_once(shop: Counter) -> None:
    shop.rules(refund_limit=1200)
    bill = sold(shop)
    asked = [shop.request(shop.ask(bill, 1).ids[0]) for _ in range(3)]
    assert [bool(one["by_rule"]) for one in asked] == [True, True, False]
    assert asked[2]["state"] == "requested"
    assert shop.request(shop.ask(sold(shop), 1).ids[0])["by_rule"], "of another bill it begins anew"


def test_the_rule_does_not_pass_by_an_earlier_request_nor_what_is_thrown_away(shop: Counter) -> None:
    shop.rules(refund_limit=600)
    bill = sold(shop)
    first = shop.ask(bill, 1, disposition="scrap")
    second = shop.ask(bill, 1)
    assert [shop.request(one.ids[0])["state"] for one in (first, second)] == ["requested"] * 2
    with pytest.raises(Refused, match="Request 1 for the same item was made earlier"):
        shop.decide(second)


def test_the_same_yes_sent_twice_is_answered_once(shop: Counter) -> None:
    asked = shop.ask(sold(shop))
    first = shop.decide(asked, request="yes-1", version=1)
    assert shop.decide(asked, request="yes-1", version=1) == first
    with pytest.raises(Refused, match="was approved already"):
        shop.decide(asked, version=1)


# --- the seal ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["pay", "part", "adjust", "write off"])
def test_a_bill_that_changed_since_is_not_approved_as_it_was(shop: Counter, change: str) -> None:
    shop.rules(write_off_limit=1000)
    bill, payment = shop.post(line(BANDAGE, 3), paid=600).ids
    asked = shop.ask(bill, 1)
    changed(shop, change, bill, payment)
    with pytest.raises(Refused, match="was changed since this was asked for"):
        shop.decide(asked)
    shop.decide(asked, approve=False)
    shop.decide(shop.ask(bill, 1))


def changed(shop: Counter, change: str, bill: int, payment: int) -> None:
    """Something happens to the bill."""
    match change:
        case "pay":
            shop.pay(100, bills=((bill, 100),))
        case "part":
            unallocate_payment(shop.session, Unallocate(payment, bill))
        case "adjust":
            adjust_bill(shop.session, AdjustBill(bill, -100, "goodwill", "late"))
        case "write off":
            write_off(shop.session, WriteOff(bill, 100, "cannot pay"))


def test_an_earlier_request_that_is_rejected_makes_the_later_one_another(shop: Counter) -> None:
    bill = shop.post(line(BANDAGE, 3, discount=Discount(amount=785)), paid=1000).ids[0]
    first, second = shop.ask(bill, 1), shop.ask(bill, 1)
    shop.decide(first, approve=False)
    with pytest.raises(Refused, match="was changed since"):
        shop.decide(second)


@pytest.mark.parametrize("why", ["older than a day", "bill was changed", "has since taken money"])
def test_an_approval_that_no_longer_holds_is_given_once_more(shop: Counter, why: str) -> None:
    bill, payment = shop.post(line(BANDAGE, 3), paid=1785).ids
    shop.decide(asked := shop.ask(bill, 1))
    if why == "older than a day":
        shop.clock[0] += DAY
    else:
        unallocate_payment(shop.session, Unallocate(payment, bill))
        by = LEE if "taken" in why else ANNA
        take_payment(shop.as_(by), TakePayment((cash(1785),), JANE, ((bill, 1785),)))
    with pytest.raises(NeedsAnswer, match=why) as caught:
        shop.pay_out(asked)
    assert (caught.value.question, shop.back()) == ("approval", [])
    for wrong in (ANNA, *([LEE] if "taken" in why else [])):
        with pytest.raises(Refused, match=r"yourself|You took"):
            shop.pay_out(asked, approver_id=wrong, pin=PINS[wrong])
    assert shop.pay_out(asked, approver_id=SATO, pin=PINS[SATO]).says.endswith("(cash 5.95) paid back.")
    assert "approve again" in shop.actions()


# --- the money (R2, R3, M6) ----------------------------------------------------------------------------


def test_it_first_reduces_what_is_owed_on_the_bill_then_goes_back_as_it_came_then_to_credit(
    shop: Counter,
) -> None:
    shop.pay(300)
    bill = shop.post(line(BANDAGE, 3), paid=(card(500), cash(200)), use_credit=300).ids[0]
    assert shop.left(bill) == 785
    shop.decide(asked := shop.ask(bill, 3))
    assert shop.left(bill) == 0
    paid = shop.pay_out(asked)
    assert paid.says == "R-2026-000001: 10.00 EUR (cash 3.00, card 5.00, cash 2.00) paid back."
    assert (shop.left(shop.note(asked)), balance(JANE).credit) == (0, 0)


def test_what_was_paid_with_a_credit_stays_credit(shop: Counter) -> None:
    shop.decide(first := shop.ask(sold(shop), method="credit"))
    assert shop.request(first.ids[0])["state"] == "credited"
    assert balance(JANE).credit == 1785
    bill = shop.post(line(BANDAGE, 3), use_credit=1785).ids[0]
    done = shop.decide(asked := shop.ask(bill))
    assert done.says == "CN-2026-000002 posted, 17.85 EUR: 17.85 EUR to the customer's credit."
    with pytest.raises(Refused, match="was credited already"):
        shop.pay_out(asked)
    assert (shop.back(), balance(JANE).credit) == ([], 1785)


def test_a_bill_nobody_paid_is_only_reduced(shop: Counter) -> None:
    bill = sold(shop, paid=())
    done = shop.decide(shop.ask(bill, 2))
    assert done.says == "CN-2026-000001 posted, 11.90 EUR: 11.90 EUR off the bill."
    assert balance(JANE).owed == 595


def test_no_method_gives_more_than_came_by_it(shop: Counter) -> None:
    bill = shop.post(line(BANDAGE, 3), paid=(card(1000), cash(785))).ids[0]
    shop.decide(one := shop.ask(bill, 2, method="card"))
    shop.pay_out(one)
    assert shop.back() == [("card", 1000)]
    assert balance(JANE).credit == 190
    shop.decide(rest := shop.ask(bill, 1))
    shop.pay_out(rest)
    assert shop.back() == [("card", 1000), ("cash", 595)]


def test_a_payment_for_two_bills_gives_each_only_its_own(shop: Counter) -> None:
    first, second = sold(shop, 1, paid=()), sold(shop, 2, paid=())
    shop.pay(1000, bills=((first, 595), (second, 405)))
    for bill in (second, first):
        shop.decide(asked := shop.ask(bill))
        shop.pay_out(asked)
    assert shop.back() == [("cash", 405), ("cash", 595)]
    assert balance(JANE).balance == 0


def test_a_sale_to_nobody_is_paid_back_and_never_credited(shop: Counter) -> None:
    bill = sold(shop, customer_id=None)
    with pytest.raises(Refused, match="no customer who could keep a credit"):
        shop.ask(bill, method="credit")
    shop.decide(asked := shop.ask(bill))
    shop.pay_out(asked)
    assert shop.back() == [("cash", 1785)]
    assert shop.left(shop.note(asked)) == 0


def test_a_payers_share_reduces_what_the_payer_owes_and_never_reaches_the_customer(shop: Counter) -> None:
    half = Share(percent=50_000)
    bill = shop.post(line(BANDAGE, 2, payer=half), payer_id=INSURER, paid=595).ids[0]
    shop.decide(asked := shop.ask(bill, 1))
    assert shop.entries(shop.note(asked)) == {"receivable": -297, "payer": -298, "income": 500, "tax": 95}
    assert shop.left(bill, "payer") == 297
    assert shop.pay_out(asked).says.startswith("R-2026-000001: 2.97 EUR")

    shop.pay((Tender("transfer", 297),), None, payer_id=INSURER)
    shop.decide(rest := shop.ask(bill, 1))
    shop.pay_out(rest)
    assert shop.back() == [("cash", 297), ("cash", 298)]
    assert (balance(JANE).balance, sum(one.left for one in payer_credits(INSURER))) == (0, 297)


def test_a_payer_is_reimbursed_by_the_way_they_paid(shop: Counter) -> None:
    bill = shop.post(line(BANDAGE, 2, payer=Share(percent=100_000)), payer_id=INSURER).ids[0]
    shop.pay((Tender("transfer", 1190),), None, payer_id=INSURER)
    assert shop.decide(shop.ask(bill)).says.endswith("the customer paid nothing for it.")
    for method, amount in (("cash", 100), ("original", 1191)):
        with pytest.raises(Refused, match="can be paid out"):
            request_reimbursement(shop.session, RequestReimbursement(INSURER, amount, "x", method))
    asked = request_reimbursement(shop.session, RequestReimbursement(INSURER, 1000, "paid too much"))
    shop.decide(asked)
    assert shop.pay_out(asked).says == "R-2026-000001: 10.00 EUR (transfer 10.00) paid back."
    assert shop.entries(shop.request(asked.ids[0])["refund_id"]) == {"transfer": -1000, "payer": 1000}
    assert [one.left for one in payer_credits(INSURER)] == [190]


def test_a_customers_credit_is_paid_out_as_it_came_in_after_a_yes(shop: Counter) -> None:
    take_payment(shop.as_(LEE), TakePayment((card(1000), cash(500)), JANE))
    shop.decide(shop.ask(sold(shop), method="credit"), by=SATO)
    assert balance(JANE).credit == 3285
    for amount in (0, 3286):
        with pytest.raises(Refused, match=r"32\.85 EUR can be paid out"):
            request_payout(shop.session, RequestPayout(JANE, amount, "moves away"))
    asked = request_payout(shop.session, RequestPayout(JANE, 2000, "moves away"))
    with pytest.raises(Refused, match=r"12\.85 EUR can be paid out"):
        request_payout(shop.session, RequestPayout(JANE, 1286, "moves away"))
    with pytest.raises(Refused, match="You took a payment"):
        shop.decide(asked)
    shop.decide(asked, by=SATO)
    shop.pay_out(asked)
    assert shop.back() == [("card", 1000), ("cash", 500), ("cash", 500)]
    assert balance(JANE).credit == 1285


def test_a_payout_that_was_not_paid_yet_can_be_withdrawn(shop: Counter) -> None:
    shop.pay(1000)
    shop.decide(asked := request_payout(shop.session, RequestPayout(JANE, 1000, "moves away")), by=LEE)
    shop.post(line(BANDAGE), use_credit=595)
    with pytest.raises(Refused, match=r"Only 4\.05 EUR of that credit"):
        shop.pay_out(asked)
    shop.withdraw(asked)
    assert shop.request(asked.ids[0])["state"] == "withdrawn"


def test_coins_that_do_not_exist_come_back_as_they_were_rounded(shop: Counter) -> None:
    shop.rules(cash_step=5)
    bill = shop.post(line(None, 3, unit_price=334), paid=1000).ids[0]
    for _ in range(3):
        shop.decide(asked := shop.ask(bill, 1))
        shop.pay_out(asked)
    parts = shop.back()
    assert [amount for method, amount in parts if method == "cash"] == [335, 335, 330]
    assert sum(amount for _, amount in parts) == 1002
    assert balance(JANE).balance == 0


def test_the_tables_refuse_what_goes_back_another_way_or_is_more(shop: Counter) -> None:
    payment = shop.post(line(BANDAGE, 3), paid=(card(1000), cash(785))).ids[1]
    ((by_card,), _) = select("select id from payment_part where payment_id = ? order by id", [payment])

    def paid_back(method: str, amount: int, refunds: int | None) -> None:
        with shop.store.write_tx():
            refund = begin(Work(shop.session, shop.clock[0]), NewPosting(PostingKind.REFUND, amount, JANE))
            PaymentPart.create(payment=refund.id, position=1, method=method, amount=amount, refunds=refunds)

    for method, amount, refunds in (("cash", 100, by_card), ("card", 1001, by_card), ("card", 100, None)):
        with pytest.raises(IntegrityError, match="R3"):
            paid_back(method, amount, refunds)


def test_no_more_is_credited_than_the_bill_comes_to(shop: Counter) -> None:
    shop.rules(write_off_limit=1000)
    bill = sold(shop, paid=1000)
    write_off(shop.session, WriteOff(bill, 785, "cannot pay"))
    with pytest.raises(Refused, match=r"it comes to 10\.00 EUR now, and this would be 11\.90 EUR") as caught:
        shop.ask(bill, 2)
    assert caught.value.rule == "R2"
    shop.decide(shop.ask(bill, 1))


# --- n partial returns are one full one ----------------------------------------------------------------


def returned_whole(shop: Counter, bill: int, steps: int) -> None:
    """Return a bill line by line in about so many steps and compare what was posted with the bill (R2)."""
    left = dict(select("select id, quantity from bill_line where bill_id = ? order by position", [bill]))
    while any(left.values()):
        back = []
        for id_, quantity in left.items():
            units = min(quantity, max(1, quantity // steps))
            left[id_] -= units
            back += [ReturnOf(id_, units)] if units else []
        asked = request_return(shop.session, RequestReturn(bill, tuple(back), "not needed"))
        shop.decide(asked)
    for what, whose in FIGURES:
        assert select(what.format("b.id = ?"), [bill]) == select(what.format(whose), [bill]), what


FIGURES = (
    ("select sum(l.net), sum(l.tax), sum(l.total), sum(l.customer_share), sum(l.payer_share) from bill_line l"
     " join posting b on b.id = l.bill_id where {}", "b.corrects_id = ?"),
    ("select t.name, t.rate, sum(t.base), sum(t.amount) from line_tax t join bill_line l on l.id = t.line_id"
     " join posting b on b.id = l.bill_id where {} group by t.name, t.rate order by 1, 2",
     "b.corrects_id = ?"),
    ("select e.account, abs(sum(e.amount)) from entry e join posting b on b.id = e.posting_id where {}"
     " group by e.account order by 1", "b.corrects_id = ?"),
)  # fmt: skip


@given(basket=baskets(), terms=TERMS, steps=st.integers(1, 4))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.walk
def test_many_small_returns_post_what_one_large_one_does(
    shop: Counter, basket: Basket, terms: Terms, steps: int
) -> None:
    post_and_return(shop, basket, terms, steps)


def post_and_return(shop: Counter, basket: Basket, terms: Terms, steps: int) -> None:
    """Post a basket of Jane's on these terms, paid by nobody, and take everything back."""
    shop.session = replace(shop.session, currency=terms.currency)
    shop.rules(inclusive=terms.inclusive, tax_per=terms.tax_per, rounding=terms.rounding.value)
    payer = INSURER if any(line.payer != Share() for line in basket.lines) else None
    # One book for all of them, whatever their currency is.
    with mock.patch.object(posting, "require_one_currency"):
        bill = post_bill(shop.session, PostBill(replace(basket, customer_id=JANE, payer_id=payer))).ids[0]
        returned_whole(shop, bill, steps)
    assert (shop.left(bill), shop.left(bill, "payer")) == (0, 0)


@pytest.mark.walk
def test_every_recorded_bill_comes_back_to_the_cent(
    shop: Counter, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bills that other shops recorded, each returned unit by unit."""
    seen: list[tuple[Basket, Terms]] = []
    monkeypatch.setattr(
        recorded, "price", lambda basket, terms: seen.append((basket, terms)) or price(basket, terms)
    )
    for case in json.loads((shared / "data/money/documents.json").read_text())["cases"]:
        recorded.SHOPS[case["source"]](case)
    whole = [one for one in seen if one[0].lines and all(line.quantity <= 50 for line in one[0].lines)]
    assert len(whole) >= 30
    for basket, terms in whole:
        post_and_return(shop, basket, terms, 1000)


def test_what_cost_nothing_comes_back_for_nothing_after_a_yes(shop: Counter) -> None:
    shop.rules(refund_limit=600)
    bill = shop.post(line(BANDAGE, 2, unit_price=0)).ids[0]
    asked = shop.ask(bill)
    assert shop.request(asked.ids[0])["state"] == "requested"
    shop.decide(asked)
    assert (shop.request(asked.ids[0])["state"], shop.stock(BANDAGE)) == ("credited", 50)


def test_a_credit_note_is_priced_as_its_bill_was(shop: Counter) -> None:
    bill = sold(shop)
    shop.rules(inclusive=False)
    shop.decide(asked := shop.ask(bill, 2))
    assert select("select inclusive from posting where id = ?", [shop.note(asked)]) == [(1,)]
    line_ = select(
        "select quantity * unit_price - discount, total from bill_line where bill_id = ?", [shop.note(asked)]
    )
    assert line_ == [(1190, 1190)]


def test_one_payment_is_not_given_back_twice_for_two_notes_of_a_bill(shop: Counter) -> None:
    shop.decide(shop.ask(sold(shop, 2), method="credit"))
    bill = shop.post(line(BANDAGE, 4), paid=(card(1190),), use_credit=1190).ids[0]
    shop.pay(500)
    for _ in range(2):
        shop.decide(shop.ask(bill, 2, method="credit"))
    assert balance(JANE).credit == 2880
    assert payable(Owner(JANE)) == Payable(1690, (("cash", 500), ("card", 1190)))


def test_a_payout_that_waits_goes_along_when_two_records_become_one(shop: Counter) -> None:
    shop.pay(1000)
    asked = request_payout(shop.session, RequestPayout(JANE, 1000, "moves away")).ids[0]
    moved = "update return_request set customer_id = ?, version = version + 1 where id = ?"
    with pytest.raises(IntegrityError, match="R4"), shop.store.write_tx():
        shop.store.db.execute_sql(moved, (JOHN, asked))
    with shop.store.write_tx():
        CustomerMerge.create(survivor=JOHN, loser=JANE, at=NOW, staff=ANNA)
        shop.store.db.execute_sql(moved, (JOHN, asked))
    assert shop.request(asked)["customer_id"] == JOHN


# --- the goods (R5, K4) --------------------------------------------------------------------------------


def test_goods_go_where_was_said_and_back_to_their_own_lot(shop: Counter) -> None:
    bill = shop.post(line(TABLETS, 12), paid=14280).ids[0]
    assert shop.stock(TABLETS) == 23
    shop.decide(shop.ask(bill, 3))
    assert (shop.stock(TABLETS), shop.stock(TABLETS, "quarantine")) == (23, 3)
    shop.decide(shop.ask(bill, 8, disposition="restock"))
    assert (shop.stock(TABLETS), shop.stock(TABLETS, "quarantine")) == (31, 3)
    assert lots_back(shop) == [(SOON, 3), (SOON, 7), (LATER, 1)]
    shop.decide(shop.ask(bill, 1, disposition="scrap"))
    assert (shop.stock(TABLETS), shop.stock(TABLETS, "quarantine")) == (31, 3)


def lots_back(shop: Counter) -> list[tuple[int, int]]:
    return select("select lot_id, quantity from stock_movement where kind = 'return' order by id")


def test_medicine_goes_back_on_the_shelf_only_by_right(shop: Counter) -> None:
    bill = shop.post(line(TABLETS, 2), paid=2380, kind="dispense").ids[0]
    keep = shop.session
    shop.session = replace(keep, rights=keep.rights - {Right.RESTOCK_MEDICINE})
    with pytest.raises(Forbidden, match="not sold again"):
        request_return(shop.session, RequestReturn(bill, (ReturnOf(1, 1, "restock"),), "wrong item"))
    shop.session = keep
    shop.decide(shop.ask(bill, 1))
    assert shop.stock(TABLETS, "quarantine") == 1


def test_whatever_was_dispensed_is_not_restocked_by_itself(shop: Counter) -> None:
    bill = shop.post(line(BANDAGE, 2), paid=1190, kind="dispense").ids[0]
    assert returnable(bill).lines[0].usual == "quarantine"


def test_money_alone_comes_back_and_a_service_has_no_goods(shop: Counter) -> None:
    shop.decide(shop.ask(sold(shop), disposition="none"))
    assert (shop.stock(BANDAGE), shop.count("return_request")) == (47, 1)
    bill = shop.post(line(), paid=8000).ids[0]
    shop.decide(shop.ask(bill, disposition="restock"))
    assert select("select distinct disposition from return_line") == [("none",)]


def test_the_fee_of_what_was_lent_comes_back_and_the_goods_by_being_handed_back(shop: Counter) -> None:
    lent = line(CRUTCHES, unit_price=2000, lot_id=FIRST_PAIR, due_on=date(2026, 12, 1))
    bill = shop.post(lent, kind="borrow", paid=2000).ids[0]
    shop.decide(asked := shop.ask(bill, disposition="restock"))
    shop.pay_out(asked)
    assert (shop.back(), shop.stock(CRUTCHES)) == ([("cash", 2000)], 1)


def test_controlled_goods_are_thrown_away_before_two_people(shop: Counter) -> None:
    bill = shop.post(line(MORPHINE, 2), paid=5000, kind="dispense").ids[0]
    shop.decide(shop.ask(bill, 1, disposition="scrap"))
    (row,) = select("select staff_id, witness_id, on_hand from stock_movement where kind = 'scrap'")
    assert row == (ANNA, LEE, 0)
    asked = shop.ask(bill, 1, disposition="scrap")
    shop.session = shop.as_(SATO)
    shop.decide(asked, by=SATO)
    assert select("select staff_id, witness_id from stock_movement where kind = 'scrap'")[1] == (SATO, ANNA)


# --- two at once ---------------------------------------------------------------------------------------


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run each on a thread and connection of its own; what each answered, sorted."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        current().connect()
        start.wait()
        try:
            act()
        except Refused as refused:
            return refused.rule
        finally:
            current().close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_two_tills_at_the_same_line_one_wins(shop: Counter) -> None:
    bill = sold(shop)
    assert at_once(*[lambda: shop.ask(bill, 2)] * 3) == ["R1", "R1", "done"]


def test_two_who_approve_or_pay_the_same_request_one_wins(shop: Counter) -> None:
    asked = shop.ask(sold(shop))
    acts = [lambda by=by: shop.decide(asked, by=by, version=1) for by in (LEE, SATO, LEE)]
    assert at_once(*acts) == ["R4", "R4", "done"]
    assert at_once(*[lambda: pay_refund(shop.session, PayRefund(asked.ids[0], 2))] * 3) == [
        "R4",
        "R4",
        "done",
    ]
    assert shop.back() == [("cash", 1785)]


# --- the timeline (R4) ---------------------------------------------------------------------------------


def test_every_step_is_in_the_bills_timeline(shop: Counter) -> None:
    bill = sold(shop)
    shop.withdraw(shop.ask(bill, 1))
    shop.decide(shop.ask(bill, 1), approve=False)
    shop.decide(shop.ask(bill, 1, method="credit"))
    shop.decide(asked := shop.ask(bill, 1))
    shop.clock[0] += DAY
    shop.pay_out(asked, approver_id=SATO, pin=PINS[SATO])
    told = [(event.what, event.who, event.note) for event in timeline(bill)]
    assert [what for what, _, _ in told].count("return asked for") == 4
    for step in (
        ("withdrawn", "Anna Berg", ""),
        ("rejected", "Dr Lee", "looked at it"),
        ("approved", "Dr Lee", "looked at it"),
        ("not paid back", "Anna Berg", "5.95 EUR to the customer's credit"),
        ("approved once more", "Anna Berg", "by Dr Sato"),
        ("paid back", "Anna Berg", ""),
    ):
        assert step in told
