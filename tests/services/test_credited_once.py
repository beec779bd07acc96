"""Nothing of a bill is credited twice, whichever ways of taking it off come together (R2, R3, M3, M6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pim_tui.db.connection import select
from pim_tui.domain.basket import Share
from pim_tui.domain.moments import day_of
from pim_tui.domain.money import MOST
from pim_tui.domain.taxes import UNTAXED
from pim_tui.errors import Invalid, Refused
from pim_tui.queries.balances import balance, payer_credits
from pim_tui.queries.day_figures import figures_of
from pim_tui.queries.money_checks import LOOKS, refunds, stock
from pim_tui.services.corrections import (
    AdjustBill,
    VoidPosting,
    WriteOff,
    adjust_bill,
    void_posting,
    write_off,
)
from pim_tui.services.day_close import CloseDay, close_day
from pim_tui.services.payments import Unallocate, unallocate_payment
from pim_tui.services.payouts import RequestPayout, request_payout
from pim_tui.services.receiving import Received, ReceiveStock, receive_stock
from tests.services.clinic import JANE
from tests.services.refunding import Counter, counter
from tests.services.shop import BANDAGE, INSURER, cash, line


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Counter]:
    """The shop with staff who have PINs; everything may be written off."""
    made = counter(tmp_path)
    made.rules(write_off_limit=100_000)
    yield made
    assert [(code, *found) for code, _, look in LOOKS for found in look()] == []
    made.store.close()


def adjust(shop: Counter, bill: int, amount: int) -> int:
    """Charge more or less; the note."""
    return adjust_bill(shop.session, AdjustBill(bill, amount, "put right", "agreed")).ids[0]


def credited(bill: int, account: str) -> int:
    """What credit notes took off in one account."""
    ((amount,),) = select(
        "select coalesce(sum(e.amount), 0) from entry e join posting p on p.id = e.posting_id"
        " where p.corrects_id = ? and p.kind = 'credit_note' and e.account = ?",
        [bill, account],
    )
    return int(amount)


def test_a_return_of_what_is_untaxed_leaves_no_more_tax_than_there_is_left_to_credit(shop: Counter) -> None:
    goods = line(BANDAGE, 2, unit_price=5950), line(None, unit_price=10_000, taxes=UNTAXED)
    bill = shop.post(*goods, paid=21_900).ids[0]
    adjust(shop, bill, -11_800)
    shop.decide(shop.ask(bill, 0, 1))
    adjust(shop, bill, -100)
    assert (credited(bill, "tax"), credited(bill, "income")) == (1900, 20_000)
    rests = figures_of(day_of(shop.session.clock(), shop.session.zone)).rests
    assert (rests.untaxed, rests.again) == (0, 0)


def test_what_was_written_off_is_not_credited_as_well(shop: Counter) -> None:
    bill = shop.post(line(BANDAGE, 3), paid=1000).ids[0]
    write_off(shop.session, WriteOff(bill, 785, "moved away"))
    with pytest.raises(Refused, match=r"17\.85 is more than the 10\.00 .* written off nor asked back"):
        adjust(shop, bill, -1785)
    adjust(shop, bill, -1000)
    assert balance(JANE).balance == -1000


def test_what_was_credited_is_not_written_off_once_its_payment_is_parted(shop: Counter) -> None:
    bill, payment = shop.post(line(BANDAGE, 3), paid=1785).ids
    adjust(shop, bill, -1785)
    unallocate_payment(shop.session, Unallocate(payment, bill))
    with pytest.raises(Refused, match=r"0\.00 is owed on S-2026-000001\. Nothing is left to give up"):
        write_off(shop.session, WriteOff(bill, 1785, "moved away"))


def test_a_note_after_a_return_credits_the_share_that_is_left_to_the_one_who_had_it(shop: Counter) -> None:
    of_payer = line(None, unit_price=10_000, payer=Share(100_000), taxes=UNTAXED)
    bill = shop.post(of_payer, line(None, unit_price=11_900), payer_id=INSURER).ids[0]
    shop.decide(shop.ask(bill, 1, 0))
    for amount in (-5000, -6900):
        adjust(shop, bill, amount)

    assert (credited(bill, "payer"), credited(bill, "receivable")) == (-10_000, -11_900)
    assert (balance(JANE).balance, payer_credits(INSURER)) == (0, ())


def test_all_notes_together_give_back_exactly_the_tax_of_the_bill(shop: Counter) -> None:
    lines = (line(None, unit_price=11_900), line(None, unit_price=10_000, taxes=UNTAXED))
    bill, other = (shop.post(*lines).ids[0] for _ in range(2))
    shop.decide(shop.ask(bill, 1, 0))
    adjust(shop, bill, -10_000)
    assert credited(bill, "tax") == 1900

    adjust(shop, other, -10_000)
    with pytest.raises(Refused, match=r"10\.32 EUR of tax is left .* would give back 19\.00 EUR"):
        shop.ask(other, 1, 0)
    adjust(shop, other, -11_900)
    assert credited(other, "tax") == 1900


def test_a_note_that_is_void_takes_nothing_from_a_return(shop: Counter) -> None:
    bill = shop.post(line(BANDAGE, 3), paid=1785).ids[0]
    note = adjust(shop, bill, -500)
    void_posting(shop.session, VoidPosting(note, "mistyped"))
    shop.decide(shop.ask(bill))
    assert balance(JANE).balance == -1785


def test_a_bill_in_another_currency_and_a_note_beyond_any_amount_are_not_adjusted(shop: Counter) -> None:
    bill = shop.post(line(BANDAGE, 3)).ids[0]
    with pytest.raises(Invalid, match="larger than any amount"):
        adjust(shop, bill, MOST + 1)
    shop.session = replace(shop.session, currency="USD")
    with pytest.raises(Refused, match="is in EUR, and this clinic now counts in USD"):
        adjust(shop, bill, 500)


def test_one_payment_for_two_bills_is_paid_out_in_any_parts(shop: Counter) -> None:
    bills = [shop.post(line(BANDAGE)).ids[0] for _ in range(2)]
    shop.pay([cash(1190)])
    for bill in bills:
        shop.decide(shop.ask(bill, method="credit"))
    for amount in (700, 490):
        asked = request_payout(shop.session, RequestPayout(JANE, amount, "moves away"))
        shop.decide(asked)
        shop.pay_out(asked)
    assert balance(JANE).balance == 0
    assert shop.back() == [("cash", 700), ("cash", 490)]


def test_a_day_close_tells_what_a_wrong_clock_dated_before_it(shop: Counter) -> None:
    today = day_of(shop.clock[0], shop.session.zone)
    close_day(shop.session, CloseDay(today))
    shop.clock[0] -= 2 * 86_400
    shop.post(line(BANDAGE))
    shop.clock[0] += 2 * 86_400
    told = figures_of(today + timedelta(days=1)).late
    assert [(one.code, one.amount) for one in told] == [("S-2026-000001", 595)]


def test_goods_that_come_in_below_zero_are_no_fault_of_the_book(shop: Counter) -> None:
    shop.rules(below_zero=True)
    shop.post(line(BANDAGE, 80))
    receive_stock(shop.session, ReceiveStock((Received(BANDAGE, 5, ""),), "note 7"))
    assert shop.stock(BANDAGE) == -25
    assert list(stock()) == []


def test_a_refund_of_rounded_cash_is_no_fault_of_the_book(shop: Counter) -> None:
    shop.rules(cash_step=5)
    bill, payment = shop.post(line(None, unit_price=1002), paid=1000).ids
    assert shop.entries(payment) == {"cash": 1000, "rounding": 2, "receivable": -1002}
    asked = shop.ask(bill)
    shop.decide(asked)
    shop.pay_out(asked)
    assert shop.back() == [("cash", 1000), ("rounding", 2)]
    assert list(refunds()) == []
