"""The till driven by keys: found, scanned, changed, paid, parked, refused, kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from pim_tui.domain.rights import Right
from pim_tui.domain.tender import Tender
from pim_tui.errors import Refused
from pim_tui.models import Product
from pim_tui.services.payments import TakePayment, take_payment
from pim_tui.services.till import PostBill, post_bill
from pim_tui.tui.dialogs.pay import PayDialog
from pim_tui.tui.dialogs.prompt import Prompt
from pim_tui.tui.keycaps import caps_of
from pim_tui.tui.screens.calendar import CalendarScreen
from pim_tui.tui.screens.profile import ProfileScreen
from pim_tui.tui.screens.till import TillScreen
from tests.tui.billstage import opened
from tests.tui.people import HOSTILE, SHOWN
from tests.tui.refundstage import type_pin, with_refunds
from tests.tui.stage import Player, Stage, enter, key_event, playing
from tests.tui.tillstage import GEL, GEL_CODE, TABLETS_CODE, with_till


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return with_till(tmp_path)


async def scan(p: Player, code: str) -> None:
    """What a scanner sends, all at once."""
    for letter in (*code, "enter"):
        p.app.turns.take(key_event(letter))
    await p.press()


async def for_jane(p: Player) -> None:
    await p.press("ctrl+g")
    await enter(p, "doe")


def till(p: Player) -> TillScreen:
    assert isinstance(p.app.screen, TillScreen), p.app.screen
    return p.app.screen


def till_below(p: Player) -> TillScreen:
    """The till under a dialog."""
    return next(screen for screen in p.app.screen_stack if isinstance(screen, TillScreen))


def lines(p: Player) -> list[tuple[str, int, int]]:
    """(item, quantity, total) of every line of the bill."""
    priced = till(p).priced
    assert priced is not None
    return [(one.line.description, one.line.quantity, one.total) for one in priced.lines]


def posted(stage: Stage) -> list[tuple[object, ...]]:
    return stage.rows("select kind, number, customer_id, amount from posting order by id")


def parts(stage: Stage) -> list[tuple[object, ...]]:
    return stage.rows("select method, amount from payment_part order by payment_id, position")


# --- finding ----------------------------------------------------------------------------------------


async def test_a_scan_adds_one_and_the_same_again_raises_the_quantity(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        assert "F5 Pay" not in p.screen
        for code in (GEL_CODE, GEL_CODE, TABLETS_CODE, f"0{GEL_CODE}"):
            await scan(p, code)
        assert "F5 Pay" in p.screen
        assert lines(p) == [("Ultrasound gel", 3, 1785), ("Paracetamol 500 mg", 1, 1190)]
        assert till(p).line.value == ""


@pytest.mark.walk
async def test_a_thing_whose_tax_has_no_class_says_that_it_is_sold_untaxed(stage: Stage) -> None:
    with stage.book.write_tx():
        stage.book.db.execute_sql(
            "update product set tax = '5.5%', tax_class_id = null, version = version + 1 where id = ?", (GEL,)
        )
    async with playing(stage) as p:
        await p.press("f4")
        await scan(p, GEL_CODE)
        assert "untaxed: no tax class for “5.5%”" in p.screen


async def test_an_unknown_code_loses_nothing_and_the_next_scan_is_typed_over_it(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        await scan(p, GEL_CODE)
        await scan(p, "4006381333932")
        assert "No product has the barcode 4006381333932, and its last digit should be 1" in p.screen
        assert lines(p) == [("Ultrasound gel", 1, 595)]
        await scan(p, TABLETS_CODE)
        assert [item for item, _, _ in lines(p)] == ["Ultrasound gel", "Paracetamol 500 mg"]


async def test_part_of_a_longer_code_is_nobodys_code(stage: Stage) -> None:
    """Eight digits that begin another product's barcode add nothing."""
    async with playing(stage) as p:
        await p.press("f4")
        await scan(p, GEL_CODE[:8])
        assert lines(p) == []
        assert f"No product has the barcode {GEL_CODE[:8]}" in p.screen


@pytest.mark.walk
async def test_a_quantity_stands_before_a_name_or_code_or_is_set_by_itself(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        for typed in ("3* para", "2x paracetamol", "3x4014400400007"):
            await enter(p, typed)
        assert lines(p) == [("Paracetamol 500 mg", 8, 9520)]
        await enter(p, "2*")
        assert lines(p) == [("Paracetamol 500 mg", 2, 2380)]
        await enter(p, "0*gel")
        assert "line 2 quantity: is not between 1 and" in p.screen
        assert till(p).line.value == "0*gel"


async def test_down_chooses_among_what_is_found_and_on_the_empty_line_goes_to_the_lines(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        await p.type("p")
        await p.press("down", "down", "enter")
        assert lines(p) == [("Physiotherapy 30 min", 1, 3500)]
        await p.press("down", "4", "enter", "up")
        assert lines(p) == [("Physiotherapy 30 min", 4, 14000)]
        await p.press("escape")
        assert isinstance(p.app.screen, CalendarScreen)


async def test_a_scan_on_a_line_is_added_and_is_no_quantity(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        await scan(p, GEL_CODE)
        await p.press("tab")
        await scan(p, TABLETS_CODE)
        assert lines(p) == [("Ultrasound gel", 1, 595), ("Paracetamol 500 mg", 1, 1190)]


async def test_what_has_no_price_asks_for_one_at_once(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        await enter(p, "insulin")
        assert "Price of Insulin pen" in p.screen
        await p.press("ctrl+a", *["delete"] * 4)
        await enter(p, "49")
        assert lines(p) == [("Insulin pen", 1, 4900)]


# --- changing ---------------------------------------------------------------------------------------


async def test_price_and_discounts_are_taken_off_and_the_list_price_is_kept(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        await enter(p, "2*phy")
        await p.press("tab", "p", "ctrl+u")
        await enter(p, "30")
        await p.press("d")
        await enter(p, "10%")
        await p.press("b")
        await enter(p, "4")
        priced = till(p).priced
        assert priced is not None
        assert (priced.gross, priced.discount, priced.total) == (6000, 1000, 5000)
        assert till(p).basket.lines[0].list_price == 3500
        assert "list price 35.00" in p.screen
        row = next(line for line in p.screen.splitlines() if "Physiotherapy" in line)
        assert "-10.00" in row, "2 * 30.00 - 10.00 = 50.00: the row adds up (M2)"
        await p.press("escape", "enter", "enter")
    assert stage.rows("select list_price, discount, bill_discount, total from bill_line") == [
        (3500, 600, 400, 5000)
    ]


async def test_beyond_the_limit_somebody_else_agrees_to_a_discount_with_their_pin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = with_refunds(tmp_path, monkeypatch, discount_limit=10)
    stage.session = replace(stage.session, rights=stage.session.rights - {Right.OVERRIDE_PRICE})
    async with playing(stage) as p:
        await p.press("f4")
        await scan(p, GEL_CODE)
        await p.press("tab", "d")
        await p.type("10%")
        assert "somebody else agrees" not in p.screen
        await p.press("enter", "b")
        await p.type("1%")
        assert "1% off the whole bill; more than 10%, so somebody else agrees" in p.screen
        await p.press("enter", "escape", "enter", "enter")
        assert "10.9% off is more than the 10%" in p.screen
        await p.press("escape")
        assert "Nothing was posted" in p.screen
        assert lines(p) == [("Ultrasound gel", 1, 530)]
        await p.press("enter", "enter")
        await type_pin(p, "wrong-9")
        await p.press("enter")
        assert "That is not the PIN of Dr Lee." in p.screen
        assert posted(stage) == []
        await type_pin(p)
        await p.press("enter")
        assert "S-2026-000001 posted" in p.screen
        await opened(p, 1)
        await p.press("t")
        assert "23 Nov 2026 09:20 Dr Lee discount agreed to: 10.9%" in " ".join(p.screen.split())
    assert posted(stage)[0] == ("sale", 1, None, 530)


async def test_a_discount_that_nobody_else_here_can_agree_to_is_refused(stage: Stage) -> None:
    rules = replace(stage.session.house, discount_limit=0)
    rights = stage.session.rights - {Right.OVERRIDE_PRICE}
    stage.session = replace(stage.session, rights=rights, house=rules)
    async with playing(stage) as p:
        await p.press("f4")
        await scan(p, GEL_CODE)
        await p.press("tab", "d")
        await enter(p, "5")
        await p.press("escape", "enter", "enter")
        assert "Nobody else here can agree: give less." in " ".join(p.screen.split())
        assert lines(p) == [("Ultrasound gel", 1, 95)]
    assert posted(stage) == []


@pytest.mark.walk
async def test_without_the_right_no_price_is_changed_but_the_new_one_of_the_catalogue_is_taken(
    stage: Stage,
) -> None:
    stage.session = replace(stage.session, rights=stage.session.rights - {Right.OVERRIDE_PRICE})
    async with playing(stage) as p:
        await p.press("f4")
        await scan(p, GEL_CODE)
        await p.press("tab", "p", "ctrl+u")
        await enter(p, "1")
        assert "charge another price" in p.screen
        await p.press("escape", "escape")
        with stage.book.write_tx():
            Product.update(price=695, version=2).where(Product.id == GEL).execute()
        await p.press("enter")
        assert "Ultrasound gel costs 6.95 now, not 5.95." in p.screen
        assert lines(p) == [("Ultrasound gel", 1, 595)]
        await p.press("tab", "p", "enter", "escape", "enter", "enter")
    assert posted(stage)[0] == ("sale", 1, None, 695)


async def test_a_line_is_counted_up_and_down_and_taken_out(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        await scan(p, GEL_CODE)
        await p.press("tab", "plus", "plus", "minus")
        assert lines(p) == [("Ultrasound gel", 2, 1190)]
        await p.press("delete")
        assert lines(p) == []
        assert p.app.focused is till(p).line


@pytest.mark.walk
async def test_a_later_lot_needs_a_reason(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        await scan(p, TABLETS_CODE)
        assert "lot A7 until 31 Dec 2026" in p.screen
        await p.press("tab", "l", "down", "down", "enter")
        assert "A7 expires earlier. Why B2?" in p.screen
        await enter(p, "A7 is for the ward")
        await p.press("escape", "enter", "enter")
    assert stage.rows("select lot_id, lot_reason from bill_line") == [(3, "A7 is for the ward")]


@pytest.mark.walk
async def test_a_payers_share_is_offered_not_taken_and_stands_on_the_bill(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        await enter(p, "phy")
        await for_jane(p)
        assert "Good Health pays 80 % for Jane Doe" in p.screen
        assert till(p).basket.payer_id is None
        await p.press("tab", "y", "enter")
        await p.press("escape")
        await scan(p, GEL_CODE)
        await p.press("tab", "s", "ctrl+u")
        await enter(p, "0")
        assert "Good Health pays nothing of " in p.screen, "in place of what was said of it before"
        await p.press("escape", "enter")
        assert "Good Health pays 28.00" in p.screen
        await p.press("enter")
    entries = stage.rows("select account, amount from entry where posting_id = 1 order by id")
    assert entries == [("receivable", 1295), ("payer", 2800), ("income", -3441), ("tax", -654)]


# --- paying -----------------------------------------------------------------------------------------


async def test_cash_gives_change_and_the_till_is_ready_for_the_next(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        await scan(p, GEL_CODE)
        await p.press("enter")
        await p.type("10")
        assert "Change" in p.screen
        assert "4.05 EUR" in p.screen
        await p.press("enter")
        assert "S-2026-000001 posted, change 4.05" in p.screen
        assert lines(p) == []
        assert till(p).basket.customer_id is None
        await p.press("ctrl+y")
        assert "S-2026-000001" in p.screen.split("\n")[0]
    assert parts(stage) == [("cash", 595)]
    assert stage.rows("select on_hand from stock_movement order by id desc limit 1") == [(4,)]


@pytest.mark.walk
async def test_a_payment_is_split_with_the_number_of_the_slip(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        await enter(p, "2*phy")
        await p.press("enter", "k")
        await p.type("50")
        await p.press("r")
        await p.type("slip 17")
        await p.press("c", "up")
        assert "Card" in p.screen
        await p.press("escape", "enter", "k")
        await p.type("50")
        await p.press("c", "enter")
    assert parts(stage) == [("card", 5000), ("cash", 2000)]


@pytest.mark.walk
async def test_part_of_it_stays_on_account_only_when_said_twice(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        await enter(p, "phy")
        await for_jane(p)
        await p.press("enter")
        await enter(p, "20")
        assert "15.00 EUR stays on account: Enter once more leaves it there." in p.screen
        await p.press("enter")
        assert "15.00 is owed" in p.screen
        await enter(p, "phy")
        await for_jane(p)
        assert "owes 15.00" in p.screen
        await p.press("enter", "a", "enter")
        assert "35.00 is owed" in p.screen
    assert parts(stage) == [("cash", 2000)]


@pytest.mark.walk
async def test_nobody_owes_nothing_is_left_and_the_customer_is_asked_for(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        await enter(p, "phy")
        await p.press("enter")
        await enter(p, "20")
        assert "15.00 EUR is missing, and there is nobody to owe it." in p.screen
        await p.press("a")
        assert "say who the customer is" in p.screen
        assert isinstance(p.app.screen, PayDialog)
    assert posted(stage) == []


@pytest.mark.walk
async def test_a_scan_into_the_payment_is_no_amount(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        await scan(p, GEL_CODE)
        await p.press("enter")
        await scan(p, GEL_CODE)
        assert "is a barcode" in p.screen
        assert isinstance(p.app.screen, PayDialog)
    assert posted(stage) == []


@pytest.mark.walk
async def test_credit_is_offered_and_used_only_when_asked_for(stage: Stage) -> None:
    take_payment(stage.session, TakePayment((Tender("cash", 1200),), stage.customers["Jane Doe"]))
    async with playing(stage) as p:
        await p.press("f4")
        await enter(p, "phy")
        await for_jane(p)
        assert "credit 12.00" in p.screen
        await p.press("enter")
        assert "Credit there is" in p.screen
        assert "Credit used" not in p.screen
        await p.type("30")
        await p.press("u")
        assert "Credit used               5.00 EUR" in p.screen
        await p.press("ctrl+u", "c", "ctrl+u", "u")
        assert "Credit used              12.00 EUR" in p.screen
        await p.press("enter")
        assert "posted" in p.screen
    assert parts(stage)[1:] == [("cash", 2300)]


async def test_cash_is_rounded_to_the_coin_on_a_line_of_its_own(tmp_path: Path) -> None:
    stage = with_till(tmp_path, cash_step=10)
    async with playing(stage) as p:
        await p.press("f4")
        await scan(p, GEL_CODE)
        assert "Cash rounding" in p.screen
        assert "6.00 EUR" in p.screen
        await p.press("enter", "enter")
    assert parts(stage) == [("cash", 600), ("rounding", -5)]


async def test_keys_typed_ahead_mean_the_same(stage: Stage) -> None:
    """A scan, the payment and the next customer's scan, faster than any screen."""
    async with playing(stage) as p:
        keys = ("f4", *GEL_CODE, "enter", "enter", *"10", "enter", *TABLETS_CODE, "enter")
        for key in keys:
            p.app.turns.take(key_event(key))
        await p.press()
        assert lines(p) == [("Paracetamol 500 mg", 1, 1190)]
    assert posted(stage)[0] == ("sale", 1, None, 595)


# --- refused ----------------------------------------------------------------------------------------


@pytest.mark.walk
async def test_what_was_sold_meanwhile_keeps_the_bill_and_points_to_the_line(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        await enter(p, "phy")
        await enter(p, "5*gel")
        other = replace(stage.session, key="desk-2")
        basket = replace(till(p).basket, lines=till(p).basket.lines[1:])
        await p.press("enter")
        post_bill(other, PostBill(basket, (Tender("cash", 2975),)))
        await p.press("enter")
        assert "Ultrasound gel: 5 wanted, 0 left" in p.screen
        assert lines(p) == [("Physiotherapy 30 min", 1, 3500), ("Ultrasound gel", 5, 2975)]
        assert till(p).at == 1
        assert "0 in stock" in p.screen
        await p.press("tab", "delete", "escape", "enter", "enter")
        assert "posted" in p.screen
    assert [amount for _, _, _, amount in posted(stage)] == [2975, 2975, 3500, 3500]


@pytest.mark.walk
async def test_what_another_desk_sells_is_seen_on_the_line_before_it_is_refused(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        await enter(p, "4*gel")
        await for_jane(p)
        other = replace(stage.session, key="desk-2")
        basket = replace(till(p).basket, lines=(replace(till(p).basket.lines[0], quantity=3),))
        post_bill(other, PostBill(basket))
        p.app.heard(await p.app.outside(p.app.live.look))
        await p.press()
        assert "4!" in p.screen
        assert "2 in stock" in p.screen
        assert "owes 17.85" in p.screen
        assert "Anna Berg posted S-2026-000001 for Jane Doe." in p.screen


async def test_without_the_right_the_till_stays_shut(stage: Stage) -> None:
    stage.session = replace(stage.session, rights=stage.session.rights - {Right.POST_BILL})
    async with playing(stage) as p:
        await p.press("f4")
        assert isinstance(p.app.screen, CalendarScreen)
        assert "right to post bills" in p.screen


async def test_hostile_names_are_shown_as_they_are_written(stage: Stage) -> None:
    with stage.book.write_tx():
        for at, name in enumerate(HOSTILE):
            Product.create(
                code=f"h{at}", name=name, sort_name=f"hostile {at}", price=100, currency="EUR", active=True,
                created_at=0,
            )  # fmt: skip
    async with playing(stage, (120, 40)) as p:
        await p.press("f4")
        for at in range(len(HOSTILE)):
            await enter(p, f"h{at}")
        for name in HOSTILE:
            assert SHOWN.get(name, name) in p.screen
        assert len(lines(p)) == len(HOSTILE)


# --- kinds ------------------------------------------------------------------------------------------


@pytest.mark.walk
async def test_what_is_lent_has_a_day_a_serial_and_a_condition(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4", "f4", "f4")
        assert "Till · Borrow" in p.screen
        await enter(p, "gel")
        assert "Ultrasound gel is not lent out" in p.screen
        await p.press("ctrl+a", *["delete"] * 3)
        await enter(p, "crutches")
        assert "K-001" in p.screen
        await p.press("down", "enter")
        await p.press("tab")
        assert "F5 Pay Tab Type t Back by o Condition l Lot" in p.screen
        await p.press("t", "ctrl+u")
        await enter(p, "+7d")
        await p.press("o")
        await enter(p, "worn grip")
        await p.press("escape", "enter")
        assert "customer: is missing" in p.screen
        await for_jane(p)
        await p.press("enter", "enter")
        assert "B-2026-000001 posted" in p.screen
    loan = stage.rows("select quantity, due_on, condition from loan")
    assert loan == [(1, "2026-11-30", "worn grip")]
    assert stage.rows("select lot_id from bill_line") == [(5,)]


@pytest.mark.walk
async def test_what_is_dispensed_has_directions(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4", *["f4"] * 3)
        await scan(p, TABLETS_CODE)
        assert "1 tablet three" in p.screen
        await p.press("tab", "i", "ctrl+u")
        await enter(p, "2 at night")
        await p.press("escape")
        await for_jane(p)
        assert "Till · Dispense" in p.screen
        await p.press("enter", "enter")
        assert "Till · Sale" in p.screen
    rows = stage.rows("select p.kind, l.directions from bill_line l join posting p on p.id = l.bill_id")
    assert rows == [("dispense", "2 at night")]


# --- kept -------------------------------------------------------------------------------------------


async def test_a_bill_is_parked_taken_up_and_posted_once(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        await scan(p, GEL_CODE)
        await p.press("ctrl+s", "ctrl+u")
        await enter(p, "the lady in red")
        assert lines(p) == []
        await scan(p, TABLETS_CODE)
        await p.press("ctrl+o")
        assert "the lady in red" in p.screen
        await p.press("enter")
        assert "There is a bill on the till already." in p.screen
        await p.press("ctrl+n", "down", "enter", "ctrl+o", "enter")
        assert lines(p) == [("Ultrasound gel", 1, 595)]
        assert "parked: the lady in red" in p.screen
        await p.press("enter", "enter")
        assert "posted" in p.screen
    assert stage.rows("select count(*) from draft_bill") == [(0,)]
    assert len(posted(stage)) == 2


async def test_keys_are_called_as_on_the_terminal_in_what_is_told_as_well(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        p.app.caps = caps_of("vt100")
        await scan(p, GEL_CODE)
        await p.press("ctrl+s", "enter", "ctrl+o")
        assert "(Enter goes on with it, Backspace twice drops it, Esc leaves)" in p.screen
        await p.press("backspace")
        assert "Backspace once more drops" in p.screen
        await p.press("escape")
        await scan(p, GEL_CODE)
        await p.press("f5", "enter")
        assert "posted. Enter prints it, Esc 8 asks how." in p.screen
        p.app.tell(Refused("That cannot be.", "F8 asks how."))
        assert "That cannot be. Esc 8 asks how." in p.screen


@pytest.mark.walk
async def test_a_parked_bill_is_dropped_only_when_said_twice(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        await scan(p, GEL_CODE)
        await p.press("ctrl+s", "enter", "ctrl+o", "delete")
        assert "Del once more drops" in p.screen
        assert stage.rows("select count(*) from draft_bill") == [(1,)]
        await p.press("delete")
    assert stage.rows("select count(*) from draft_bill") == [(0,)]


@pytest.mark.walk
async def test_a_bill_that_is_left_comes_back_with_the_till(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        await scan(p, GEL_CODE)
        await p.press("f2")
        assert isinstance(p.app.screen, CalendarScreen)
        await p.press("f4")
        assert lines(p) == [("Ultrasound gel", 1, 595)]
        assert "The bill that was not finished is back." in p.screen


async def test_a_bill_that_is_left_comes_back_whosever_it_has_become(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        await scan(p, GEL_CODE)
        await for_jane(p)
        await p.press("escape")
        assert "The bill is kept: F4 goes on with it." in p.screen
        await p.press("f4")
        assert "Till · Sale · Jane Doe" in p.screen
        assert lines(p) == [("Ultrasound gel", 1, 595)]
        await p.press("f2")
        await p.app.push_screen(ProfileScreen(1))
        await p.press("f4")
        assert lines(p) == [("Ultrasound gel", 1, 595)], "hers, from her profile as well"
        await p.press("f2", "f4")
        assert lines(p) == [], "a bill of one person is not somebody else's who comes next"


async def test_after_a_crash_the_bill_is_offered(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        await for_jane(p)
        await scan(p, GEL_CODE)
        p.app.save_drafts()
    async with playing(stage) as p:
        assert "Sale, Jane Doe, 1 line, 5.95" in p.screen
        await p.press("enter")
        assert "Till · Sale · Jane Doe" in p.screen
        assert lines(p) == [("Ultrasound gel", 1, 595)]


async def test_a_bill_whose_answer_was_lost_with_the_line_is_not_posted_again(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        await scan(p, GEL_CODE)
        work = till(p).work
        p.app.save_drafts()
    post_bill(stage.session, PostBill(work.basket, (Tender("cash", 595),), request=work.request))
    async with playing(stage) as p:
        assert "Sale, no customer, 1 line, 5.95" in p.screen
        await p.press("enter")
        assert "S-2026-000001 posted" in p.screen
        assert lines(p) == []
        await p.press("escape", "f4")
        assert lines(p) == []
    assert len(posted(stage)) == 2


async def test_what_has_no_price_is_asked_for_one_and_none_is_taken_for_it(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        await scan(p, "PEN")
        assert "It has no price yet: say what one costs." in p.screen
        await p.press("enter")
        assert isinstance(p.app.screen, Prompt)
        await p.type("1234.5")
        assert "1,234.50 for one" in p.screen
        await p.press("enter")
        assert lines(p) == [("Insulin pen", 1, 123_450)]
        await p.press("tab", "p")
        assert "1,234.50 instead of 1,234.50" in p.screen


@pytest.mark.walk
async def test_opened_for_a_customer_it_stays_with_them_and_goes_back(stage: Stage) -> None:
    jane = stage.customers["Jane Doe"]
    visit = stage.booked("Jane Doe", "2026-11-23 08:30")
    async with playing(stage) as p:
        p.app.push_screen(TillScreen("income", jane))
        await p.press()
        assert "Till · Income · Jane Doe" in p.screen
        await p.press("insert")
        await enter(p, "room hire 12345678.90")
        await p.press("enter", "tab", "v", "enter", "n")
        await enter(p, "three hours")
        assert "Mon 23 Nov 2026 08:30 Follow-up · three hours" in p.screen
        assert "12,345,678.90" in p.screen.split("\n")[3]
        await p.press("escape", "enter", "a", "enter")
        assert "Till · Income · Jane Doe · owes 12,345,678.90" in p.screen
        await p.press("escape")
        assert isinstance(p.app.screen, CalendarScreen)
    assert stage.rows("select kind, appointment_id, note from posting") == [("income", visit, "three hours")]


@pytest.mark.walk
async def test_a_bill_is_gone_on_with_in_one_till_only(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f4")
        await scan(p, GEL_CODE)
        first = till(p)
        p.app.push_screen(TillScreen())
        await p.press()
        assert lines(p) == [("Ultrasound gel", 1, 595)]
        assert first.basket.lines == ()
        await p.press("enter", "enter", "escape")
        assert till(p) is first
        assert lines(p) == []
        await p.press("f3", "f4")
        assert till(p) is first


@pytest.mark.walk
async def test_credit_that_is_gone_brings_the_payment_back_as_it_was_typed(stage: Stage) -> None:
    jane = stage.customers["Jane Doe"]
    take_payment(stage.session, TakePayment((Tender("cash", 1200),), jane))
    async with playing(stage) as p:
        await p.press("f4")
        await enter(p, "phy")
        await for_jane(p)
        await p.press("enter", "u", "k")
        await p.type("23")
        other = replace(stage.session, key="desk-2")
        post_bill(other, PostBill(replace(till_below(p).basket, note="other desk"), use_credit=1200))
        await p.press("enter")
        assert isinstance(p.app.screen, PayDialog)
        assert "12.00 of credit cannot be used" in p.screen
        await p.press("enter")
        assert isinstance(p.app.screen, PayDialog)
        assert p.app.screen.query_one("#card", Input).value == "23"
