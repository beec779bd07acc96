"""Products, stock, taxes and payers by key, at 80x24."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pim_tui.domain.productfields import ProductFields
from pim_tui.queries.payers import coverage_of
from pim_tui.queries.product_records import product_record
from pim_tui.queries.stock import OnHand, lots_of, on_hand
from pim_tui.services import pins
from pim_tui.services.catalogue import AddProduct, ChangeProduct, add_product, change_product
from pim_tui.services.payers import AddPayer, PayerFields, add_payer
from pim_tui.services.receiving import Received, ReceiveStock, receive_stock
from pim_tui.services.stock import AdjustStock, ChangeLot, adjust_stock, change_lot
from pim_tui.services.tax_classes import AddTaxClass, add_tax_class
from pim_tui.tui.dialogs.fields import FieldForm
from pim_tui.tui.dialogs.stale import StaleDialog
from pim_tui.tui.screens.product import ProductScreen
from pim_tui.tui.screens.products import ProductsScreen
from pim_tui.tui.screens.profile import ProfileScreen
from tests.tui.stage import TODAY, Player, Stage, playing


def gauze(stage: Stage, **more: object) -> int:
    fields = {"name": "Gauze", "code": "G10", "price": "4.50", "tracked": True, **more}
    return add_product(stage.session, AddProduct(ProductFields(**fields))).ids[0]  # type: ignore[arg-type]


def received(stage: Stage, product_id: int, quantity: int, **more: object) -> None:
    line = Received(product_id, quantity, **more)  # type: ignore[arg-type]
    receive_stock(stage.session, ReceiveStock((line,)))


async def opened(p: Player) -> None:
    """The one product of the clinic, on its own screen."""
    await p.press("f6", "enter")
    assert isinstance(p.app.screen, ProductScreen)


@pytest.mark.walk
async def test_a_product_is_added_under_what_was_typed_and_shown(stage: Stage) -> None:
    add_tax_class(stage.session, AddTaxClass("Standard", "VAT 19%"))
    async with playing(stage) as p:
        await p.press("f6")
        await p.type("Cough syrup")
        await p.press("ctrl+n")
        assert "New product" in p.screen
        await p.type("CS1")
        await p.press("tab")
        await p.type("4014400400008")
        assert "7 would be right" in p.screen
        await p.press("tab", "tab", "tab")
        await p.type("7.20")
        await p.press("tab", "right", "tab", "tab", "tab", "tab", "tab", "right", "ctrl+s")
        assert isinstance(p.app.screen, ProductScreen)
        for told in ("Cough syrup · CS1", "7.20 USD · Standard: VAT 19%", "0 on hand", "Cough syrup added."):
            assert told in p.screen
    kept = product_record(1).fields
    assert (kept.tax_class, kept.lots, kept.tracked) == ("Standard", True, True)


@pytest.mark.walk
async def test_what_is_wrong_is_told_where_it_was_typed_and_nothing_is_lost(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f6", "ctrl+n")
        await p.press("tab", "tab")
        await p.type("12")
        await p.press("ctrl+s")
        assert "Name: is empty" in p.screen
        assert "Barcode: “12” is no barcode of 8 to 14 digits" in p.screen
        await p.type("Gel")
        await p.press("tab", "tab", "backspace", "backspace", "ctrl+s")
        assert isinstance(p.app.screen, ProductScreen)


async def test_of_money_without_decimals_it_is_said_what_to_write(stage: Stage) -> None:
    stage.session = replace(stage.session, currency="JPY")
    async with playing(stage) as p:
        await p.press("f6", "ctrl+n")
        await p.type("Gel")
        await p.press(*["tab"] * 5)
        await p.type("1200.50")
        await p.press("ctrl+s")
        assert "Price: JPY has no decimals: write 1200" in p.screen


@pytest.mark.walk
async def test_goods_are_received_counted_set_aside_and_thrown_away_by_key(stage: Stage) -> None:
    id_ = gauze(stage)
    async with playing(stage) as p:
        await opened(p)
        assert "Nothing in stock. Press r" in p.screen
        await p.press("r", "1", "0", "enter")
        await p.type("1.20")
        await p.press("enter")
        await p.type("note 7")
        await p.press("enter")
        assert "10 of Gauze taken in: 10 on the shelf." in p.screen
        await p.press("c", "8")
        assert "Differs: on hand -2" in p.screen
        await p.press("enter", "enter")
        assert "This needs a reason." in p.screen
        assert isinstance(p.app.screen, FieldForm)
        await p.press("tab")
        await p.type("shelf count")
        await p.press("enter")
        assert "Gauze counted: on hand -2." in p.screen
        await p.press("q", "3", "tab", "tab")
        await p.type("recalled")
        await p.press("enter")
        assert "5 on hand · 3 in quarantine" in p.screen
        await p.press("x", "1", "tab", "right", "tab")
        await p.type("broken")
        await p.press("enter")
        await p.press("j", "minus", "1", "tab", "tab")
        await p.type("lost")
        await p.press("enter")
        assert on_hand(id_, TODAY) == OnHand(4, 0, 2)
        await p.press("tab")
        for told in ("[Register]", "put right", "thrown away", "counted", "received", "+10", "6 rows: Came"):
            assert told in p.screen
        await p.press("enter")
        assert isinstance(p.app.screen, ProductsScreen)


async def test_of_a_service_no_stock_is_taken_in_or_counted(stage: Stage) -> None:
    gauze(stage, name="Consultation", kind="service", tracked=False)
    async with playing(stage) as p:
        await opened(p)
        assert "Receive" not in p.screen
        await p.press("c")
        assert "No stock is kept of Consultation. Press e to change that." in p.screen


async def test_the_register_runs_on_from_balance_to_balance(stage: Stage) -> None:
    id_ = gauze(stage, lots=True)
    received(stage, id_, 5, lot="A1")
    received(stage, id_, 7, lot="B2")
    async with playing(stage) as p:
        await opened(p)
        await p.press("tab")
        table = [line for line in p.screen.split("\n") if "2026" in line and "·" not in line]
        rows = [line.split() for line in table if "received" in line]
        assert [(row[5:8]) for row in rows] == [["received", "+7", "12"], ["received", "+5", "5"]]
        await p.press("f")
        await p.type("a1")
        assert "1 row: Came 5" in p.screen


@pytest.mark.walk
async def test_a_difference_of_a_controlled_product_asks_for_a_second_person(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pins, "COST", pins.Cost(memory=64, passes=1))
    lee = stage.staff["Dr Lee"]
    pins.set_pin(replace(stage.session, staff_id=lee), pins.SetPin(lee, "480217"))
    id_ = gauze(stage, name="Morphine", controlled=True)
    received(stage, id_, 10)
    async with playing(stage) as p:
        await opened(p)
        await p.press("c", "9", "tab")
        await p.type("ampoule broken")
        await p.press("tab", "right", "tab")
        await p.type("480218")
        assert "480218" not in p.screen
        await p.press("enter")
        assert "That is not the PIN of Dr Lee." in p.screen
        await p.press("tab", "tab", "tab")
        await p.type("480217")
        await p.press("enter")
        assert "Morphine counted: on hand -1." in p.screen
    assert on_hand(id_, TODAY) == OnHand(9)


@pytest.mark.walk
async def test_two_who_change_one_product_see_both_values(stage: Stage) -> None:
    id_ = gauze(stage)
    was = product_record(id_).fields
    async with playing(stage) as p:
        await opened(p)
        await p.press("e")
        change_product(
            stage.session, ChangeProduct(id_, 1, was, ProductFields(**{**_all(was), "price": "5"}))
        )
        await p.press("end")
        await p.type(" sterile")
        await p.press("ctrl+s")
        assert isinstance(p.app.screen, StaleDialog)
        assert "5.00" in p.screen
        await p.press("enter")
        assert "Gauze sterile: name changed." in p.screen
    assert product_record(id_).fields.price == "5.00"


def _all(fields: ProductFields) -> dict[str, object]:
    return {name: getattr(fields, name) for name in ProductFields.__slots__}


@pytest.mark.walk
async def test_a_product_out_of_use_says_so_and_comes_back(stage: Stage) -> None:
    gauze(stage)
    async with playing(stage) as p:
        await opened(p)
        await p.press("o")
        assert "OUT OF USE" in p.screen
        await p.press("o")
        assert "Gauze is in use again." in p.screen


@pytest.mark.walk
async def test_what_was_typed_about_a_product_is_offered_at_the_next_start(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f6", "ctrl+n")
        await p.type("Half a product")
        await p.press("ctrl+q")
    async with playing(stage) as p:
        assert "Half a product" in p.screen
        await p.press("enter")
        assert "New product" in p.screen
        assert "Half a product" in p.screen


@pytest.mark.walk
async def test_a_count_that_was_broken_off_is_offered_at_the_next_start(stage: Stage) -> None:
    received(stage, gauze(stage), 10)
    async with playing(stage) as p:
        await opened(p)
        await p.press("c", "7", "ctrl+q")
    async with playing(stage) as p:
        await p.press("enter")
        assert "Count Gauze" in p.screen
        assert "Differs: on hand -3" in p.screen
        await p.press("escape")
        assert isinstance(p.app.screen, ProductScreen)


@pytest.mark.walk
async def test_who_counts_while_somebody_takes_some_sees_both_numbers(stage: Stage) -> None:
    id_ = gauze(stage)
    received(stage, id_, 10)
    async with playing(stage) as p:
        await opened(p)
        await p.press("c", "9", "enter")
        await p.type("count")
        (row,) = lots_of(id_)
        adjust_stock(stage.session, AdjustStock(row.id, -1, "taken", 10))
        await p.press("enter")
        assert "on hand: 9 now, 10 when you began." in p.screen
        await p.press("ctrl+s")
        assert "Gauze counted: the book agrees." in p.screen


@pytest.mark.walk
async def test_tax_classes_are_added_and_changed_by_key(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f6", "f5", "a")
        await p.type("Standard")
        await p.press("tab")
        await p.type("VAT")
        await p.press("enter")
        assert "“VAT” has no rate" in p.screen
        await p.type(" 19%")
        await p.press("enter")
        assert "Tax class Standard added." in p.screen
        await p.press("enter", "tab", "backspace", "backspace", "backspace")
        await p.type("20%")
        await p.press("enter")
        assert "VAT 20%" in p.screen
        await p.press("x")
        assert "Tax class Standard is out of use." in p.screen


@pytest.mark.walk
async def test_payers_are_listed_and_pay_a_share_that_the_profile_shows(stage: Stage) -> None:
    jane = stage.customers["Jane Doe"]
    async with playing(stage) as p:
        await p.press("f3", "f5", "a")
        await p.type("Health Fund")
        await p.press("ctrl+s")
        assert "Health Fund added." in p.screen
        p.app.push_screen(ProfileScreen(jane))
        await p.press("C", "enter")
        await p.type("A-1")
        await p.press("tab")
        await p.type("80")
        assert "pays 80 %" in p.screen
        await p.press("enter", "enter")
        assert "Health Fund 80 %" in p.screen
        await p.press("C", "enter", "down", "enter")
        assert "pays no share any more" in p.screen
    assert coverage_of(jane, TODAY) == ()


@pytest.mark.walk
async def test_taxes_and_what_a_payer_pays_come_back_when_the_terminal_was_lost(stage: Stage) -> None:
    add_payer(stage.session, AddPayer(PayerFields("Health Fund")))
    jane = stage.customers["Jane Doe"]
    async with playing(stage) as p:
        await p.press("f6", "f5", "a")
        await p.type("Standard")
        await p.press("tab")
        await p.type("VAT 19")
        await p.press("ctrl+q")
    async with playing(stage) as p:
        assert "tax class" in p.screen
        await p.press("enter")
        assert "New tax class" in p.screen
        await p.press("tab", "end")
        await p.type("%")
        await p.press("enter")
        assert "Tax class Standard added." in p.screen
        p.app.push_screen(ProfileScreen(jane))
        await p.press("C", "enter")
        await p.type("A-1")
        await p.press("ctrl+q")
    async with playing(stage) as p:
        await p.press("enter")
        assert "Health Fund pays" in p.screen
        assert "A-1" in p.screen
        await p.press("tab")
        await p.type("80")
        await p.press("ctrl+s")
        assert "Health Fund 80 %" in p.screen
        await p.press("C", "enter", "enter", "tab", "ctrl+u")
        await p.type("70")
        await p.press("ctrl+q")
    async with playing(stage) as p:
        await p.press("enter", "ctrl+s")
        assert "Health Fund 70 %" in p.screen
    assert [one.share for one in coverage_of(jane, TODAY)] == [70_000]
    async with playing(stage) as p:
        assert "Typed and not saved" not in p.screen


@pytest.mark.walk
async def test_what_was_typed_about_a_lot_comes_back_and_what_is_there_by_now_is_said(stage: Stage) -> None:
    id_ = gauze(stage, lots=True)
    received(stage, id_, 10, lot="L1")
    async with playing(stage) as p:
        await opened(p)
        await p.press("l", "tab")
        await p.type("shelf by the door")
        await p.press("ctrl+q")
    async with playing(stage) as p:
        await p.press("enter")
        assert "Gauze, L1" in p.screen
        assert "shelf by the door" in p.screen
        await p.press("tab", "tab")
        await p.type("tidied")
        await p.press("enter")
        assert "changed." in p.screen
        await p.press("x", "2", "tab", "tab")
        await p.type("wet")
        await p.press("ctrl+q")
    (row,) = lots_of(id_)
    adjust_stock(stage.session, AdjustStock(row.id, -1, "taken", 10))
    async with playing(stage) as p:
        assert "stock" in p.screen
        await p.press("enter")
        assert "Throw away: Gauze" in p.screen
        assert "on the shelf: 9 now, 10 when you began." in p.screen
        await p.press("ctrl+s")
        assert "7 left." in p.screen
    async with playing(stage) as p:
        assert "Typed and not saved" not in p.screen


async def test_of_a_lot_that_two_people_change_both_values_are_shown(stage: Stage) -> None:
    id_ = gauze(stage, lots=True)
    received(stage, id_, 10, lot="L1")
    async with playing(stage) as p:
        await opened(p)
        await p.press("l", "tab")
        await p.type("mine")
        (row,) = lots_of(id_)
        change_lot(stage.session, ChangeLot(row.id, row.version, date(2027, 5, 31), "theirs", "label"))
        await p.press("tab")
        await p.type("noted")
        await p.press("enter")
        assert isinstance(p.app.screen, StaleDialog)
        assert "2027-05-31" in p.screen
        assert "theirs" in p.screen
        await p.press("enter", "ctrl+s")
        assert "changed." in p.screen
    (row,) = lots_of(id_)
    assert (row.expires_on, row.note) == (date(2027, 5, 31), "mine")


async def test_hostile_names_of_payers_and_lots_are_shown_as_written(stage: Stage) -> None:
    add_payer(stage.session, AddPayer(PayerFields("[red]\x1b]0;x\x07Fund[/]")))
    id_ = gauze(stage, lots=True)
    received(stage, id_, 1, lot="[b]\x1b[31mL1")
    async with playing(stage) as p:
        await p.press("f3", "f5")
        assert "[red]␛]0;x␇Fund[/]" in p.screen
        await p.press("escape", "escape")
        await opened(p)
        assert "[b]␛[31mL1" in p.screen
