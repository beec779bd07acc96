"""The close of the day by key at 80x24: one key for each item, a blind count, X and Z (M9, S4)."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from pim_tui.config import Settings
from pim_tui.domain.rights import Right
from pim_tui.integrations import printer
from pim_tui.queries.day_figures import figures_of
from pim_tui.queries.explain_day import report_figures
from pim_tui.services.day_close import CloseDay, close_day
from pim_tui.services.drawer import CloseDrawer, MoveCash, OpenDrawer, close_drawer, move_cash, open_drawer
from pim_tui.tui.dialogs.explain import ExplainDialog
from pim_tui.tui.dialogs.fields import FieldForm
from pim_tui.tui.dialogs.pin import PinDialog
from pim_tui.tui.keycaps import caps_of
from pim_tui.tui.screens.bill import BillScreen
from pim_tui.tui.screens.profile import ProfileScreen
from pim_tui.tui.screens.till import TillScreen
from tests.tui.billstage import SHARED, delivered, opened, posted, sold
from tests.tui.refundstage import asked, bill, type_pin, with_refunds
from tests.tui.stage import TODAY, Player, Stage, at, enter, lines, playing
from tests.tui.tillstage import CRUTCHES, GEL, TABLETS

LATE = TODAY - timedelta(days=2)


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr(printer, "available", lambda: False)
    return with_refunds(tmp_path, monkeypatch)


def lent(stage: Stage, due: date = LATE) -> int:
    """The two crutches, lent to Jane."""
    pair = (sold(CRUTCHES, lot_id=lot, due_on=due) for lot in (4, 5))
    return posted(stage, tuple(replace(line, unit_price=0) for line in pair), kind="borrow")


def full(stage: Stage) -> None:
    """A day with something in every section."""
    for customer, when in (("Jane Doe", "08:00"), ("John Roe", "08:30"), ("Aaron Smith", "09:00")):
        stage.booked(customer, f"2026-11-23 {when}")
    asked(stage, bill(stage))
    lent(stage)
    stage.clock[0] = at("2026-11-23 18:00")


def cursor(p: Player) -> str:
    """The line with the cursor."""
    return next((line for line in lines(p) if line.startswith(("▶", ">"))), "")


def works(p: Player) -> str:
    """The keys that the footer offers."""
    return lines(p)[-1]


@pytest.mark.walk
async def test_every_item_is_dealt_with_by_one_key_and_the_cursor_stays(stage: Stage) -> None:
    full(stage)
    async with playing(stage) as p:
        await p.press("f12")
        assert lines(p)[0].startswith(" Day close · Today · 6 open")
        assert "Jane Doe" in cursor(p)
        assert works(p).startswith("c Completed n No-show x Cancel")
        await p.press("c")
        assert "John Roe" in cursor(p)
        await p.press("n")
        assert "Aaron Smith" in cursor(p)
        await p.press("x")
        await p.type("ill")
        await p.press("enter")
        # What was completed is not billed yet: the cursor is on it now.
        assert cursor(p).split()[1:4] == ["Jane", "Doe", "Follow-up"]
        assert "no bill" in cursor(p)
        assert "Visits" in p.screen
        assert works(p).startswith("o Till")
        await p.press("tab")
        assert works(p).startswith("a Approve")
        await p.press("a")
        assert isinstance(p.app.screen, PinDialog)
        await type_pin(p)
        await p.press("enter")
        assert "pay out" in cursor(p)
        await p.press("tab")
        assert "2 days" in cursor(p)
        assert works(p).startswith("h Hand back e More time L Lost")
        await p.press("tab", "tab", "shift+tab")
        assert works(p).startswith("b Count f Float")
    assert stage.rows("select state from return_request") == [("approved",)]
    assert stage.rows("select status from appointment order by id") == [("C",), ("M",), ("X",)]


async def test_a_key_of_another_kind_of_row_says_on_what_it_works(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f12", "h")
        assert "That key works on an overdue loan: Tab goes from section to section." in p.screen


async def test_an_unbilled_visit_goes_to_the_till_with_it(stage: Stage) -> None:
    visit = stage.booked("Jane Doe", "2026-11-23 08:00")
    async with playing(stage) as p:
        await p.press("f12", "c")
        assert "no bill" in cursor(p)
        await p.press("o")
        assert isinstance(p.app.screen, TillScreen)
        assert (p.app.screen.basket.appointment_id, p.app.screen.basket.kind) == (visit, "income")
        assert "Jane Doe" in lines(p)[0]
        assert "23 Nov 2026 08:00 Follow-up" in p.screen


async def test_an_overdue_loan_comes_back_gets_time_or_is_lost(stage: Stage) -> None:
    lent(stage)
    async with playing(stage) as p:
        await p.press("f12")
        assert cursor(p).split()[:4] == ["▶2", "days", "Jane", "Doe"]
        await p.press("h")
        assert isinstance(p.app.screen, FieldForm)
        assert "1 of 1 back, nothing is out then." in p.screen
        await p.press("ctrl+s")
        assert "1 of Crutches (K-001) back: all returned." in p.screen
        await p.press("L")
        assert "49.00 EUR is charged" in p.screen
        await p.press("tab", "tab")
        await p.type("stolen")
        await p.press("enter")
        assert "1 of Crutches (K-002) lost: I-2026-000001 posted, 49.00 is owed." in p.screen
        assert "no loan is overdue" in p.screen


@pytest.mark.walk
async def test_more_time_that_is_none_is_asked_again_as_it_was_typed(stage: Stage) -> None:
    lent(stage)
    async with playing(stage) as p:
        await p.press("f12", "e")
        await p.type("21 nov 2026")
        await p.press("enter")
        await p.type("asked")
        await p.press("enter")
        assert isinstance(p.app.screen, FieldForm)
        assert "gives no time" in p.screen
        await p.press("end", *["backspace"] * 11)
        await p.type("+14d")
        await p.press("ctrl+s")
        assert "is due on 7 Dec 2026" in p.screen
    assert stage.rows("select kind, reason, due_on from loan_event") == [("extended", "asked", "2026-12-07")]


async def test_that_more_went_out_of_the_drawer_than_was_in_it_is_told_once_it_is_counted(
    stage: Stage,
) -> None:
    open_drawer(stage.session, OpenDrawer(5000))
    move_cash(stage.session, MoveCash("out", 20_000, "the bank"))
    async with playing(stage) as p:
        await p.press("f12")
        assert "-150.00" not in p.screen
        await p.press("b")
        await enter(p, "0")
        assert "expected -150.00 EUR" in p.screen
        assert "counted 0.00 by Anna Berg, difference 150.00, expected -150.00" in p.screen


async def test_of_two_drawers_the_count_of_the_one_under_the_cursor_is_corrected(stage: Stage) -> None:
    session = stage.session
    for drawer in (1, 2):
        open_drawer(session, OpenDrawer(5000))
        close_drawer(session, CloseDrawer(drawer, 1, 5000))
    async with playing(stage) as p:
        await p.press("f12")
        while "Drawer" not in cursor(p):
            await p.press("down")
        await p.press("enter")
        await p.type("50.00")
        await p.press("enter")
        await p.type("counted twice")
        await p.press("enter")
        assert "50.00 EUR were counted already." in p.screen
        await p.press("shift+tab")
        await p.press("ctrl+a", *["delete"] * 5)
        await p.type("49")
        assert "1.00 EUR fewer than the 50.00 EUR counted before." in p.screen
        await p.press("enter", "enter")
    assert stage.rows("select drawer_id, amount, reason from drawer_move") == [(1, -100, "counted twice")]


@pytest.mark.walk
async def test_the_drawer_is_counted_blindly_and_the_day_closed_with_its_report(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f12", "f")
        await p.type("100")
        await p.press("enter")
        posted(stage, [sold(GEL, 2)], paid=1190)
        await p.press("m")
        await p.type("-20")
        await p.press("enter")
        await p.type("stamps")
        await p.press("enter")
        await p.press("Z", "enter")
        assert "is not counted" in p.screen
        await p.press("b")
        await p.type("90.00")
        assert "91.90" not in p.screen
        await p.press("enter")
        assert "Counted 90.00 EUR, expected 91.90 EUR: 1.90 EUR missing." in p.screen
        await p.press("k")
        assert "Correct the count of the drawer of 09:20" in p.screen
        assert "90.00 EUR were counted. Type what was in it" in p.screen
        await p.type("91.90")
        assert "1.90 EUR more than the 90.00 EUR counted before." in p.screen
        await p.press("enter")
        await p.type("two coins under the tray")
        await p.press("enter")
        assert "corrected by 1.90 EUR to 91.90 EUR: no difference." in " ".join(p.screen.split())
        assert "counted 90.00 by Anna Berg, corrected by 1.90, no difference" in p.screen
        await p.press("X")
        assert "X report" in p.screen
        await p.press("escape", "Z")
        assert "Nothing of the day can be voided then" in p.screen
        await p.press("enter")
        await delivered(p)
        assert "closed, Z 000001" in lines(p)[0]
        assert "23 Nov 2026 is closed: Z 000001" in p.screen
        assert "The Z report of Mon 23 Nov 2026 is in" in " ".join(p.screen.split())
        await p.press("Z")
        assert "This day is closed: X shows its Z report." in p.screen
        await p.press("t")
        await delivered(p)
        assert "The day sheet of Tue 24 Nov 2026 is in" in p.screen
    assert stage.rows("select kind, about from paper") == [("day_close", "2026-11-23")]
    assert stage.rows("select number from day_close") == [(1,)]


async def test_a_day_that_is_closed_says_so_where_its_report_cannot_be_printed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printer, "available", lambda: True)
    # On a machine without the command as well.
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    async with playing(stage, settings=Settings(clinic_name="Harbour Clinic", printer="no such")) as p:
        await p.press("f12", "Z", "enter")
        await delivered(p)
        told = " ".join(p.screen.split())
        assert "23 Nov 2026 is closed: Z 000001" in told
        assert "Not printed: 'no such' is not the name of a printer queue." in told


async def test_what_to_do_about_a_report_that_was_not_printed_is_told_by_the_keys_of_the_terminal(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printer, "available", lambda: True)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(printer, "run", lambda *_: (1, "lp: Error - no default destination available."))
    async with playing(stage) as p:
        p.app.caps = caps_of("vt100")
        await p.press("f12", "Z", "enter")
        await delivered(p)
        assert "Choose one in the print menu (Esc 8, then PF2)" in " ".join(p.screen.split())


async def test_a_desk_that_comes_second_to_close_is_told_on_a_poor_terminal_too(stage: Stage) -> None:
    full(stage)
    poor = Settings(clinic_name="Harbour Clinic", country="DE", colour="none", symbols="ascii")
    async with playing(stage, settings=poor) as p:
        await p.press("f12")
        assert all(line.isascii() for line in lines(p)[1:])
        await p.press("Z")
        assert "Open: not marked 3, refunds 1, loans overdue 2." in p.screen
        assert "▶Not yet" in p.screen.replace(">", "▶")
        close_day(replace(stage.session, key="desk-2", name="Dr Lee", staff_id=2), CloseDay(TODAY))
        await p.press("up", "enter")
        assert "was closed by Dr Lee at 18:00" in p.screen
    assert stage.rows("select count(*) from day_close") == [(1,)]


@pytest.mark.walk
async def test_an_earlier_day_that_was_not_closed_is_reached_and_closed(stage: Stage) -> None:
    posted(stage, [sold(GEL)], paid=595)
    stage.clock[0] += 86_400
    async with playing(stage) as p:
        await p.press("f12")
        assert "Not closed" in cursor(p)
        await p.press("enter")
        assert "Day close · Mon 23 Nov 2026" in lines(p)[0]
        await p.press("Z", "enter")
        await delivered(p)
        await p.press("full_stop", "full_stop")
        assert "Day close · Today" in lines(p)[0]
        assert "Not closed" not in p.screen
    assert figures_of(TODAY).sales[0].amount == 595


async def test_without_the_right_nothing_is_closed(stage: Stage) -> None:
    stage.session = replace(stage.session, rights=frozenset(Right) - {Right.CLOSE_DAY, Right.USE_DRAWER})
    async with playing(stage) as p:
        await p.press("f12", "Z")
        assert "You do not have the right to close the day. Who may: owner, supervisor" in p.screen
        await p.press("f")
        assert "You do not have the right to open, count and close a cash drawer." in p.screen


# --- the same keys elsewhere ---------------------------------------------------------------------------


@pytest.mark.walk
async def test_loans_are_dealt_with_in_the_borrow_tab_and_on_the_page_of_the_bill(stage: Stage) -> None:
    bill_id = lent(stage)
    async with playing(stage) as p:
        p.app.push_screen(ProfileScreen(stage.customers["Jane Doe"]))
        await p.press()
        assert "h Hand back" not in works(p)
        for _ in range(5):
            await p.press("left" if "Borrow" in p.screen else "right")
            if "h Hand back" in works(p):
                break
        await p.press("h")
        assert "Which one?" in p.screen
        await p.press("enter", "ctrl+s")
        assert "1 of Crutches (K-001) back" in p.screen
        await opened(p, bill_id)
        assert isinstance(p.app.screen, BillScreen)
        assert "K-001 · all returned or lost" in p.screen
        assert "K-002 · back by 21 Nov 2026" in p.screen
        await p.press("h", "ctrl+s")
        assert "1 of Crutches (K-002) back: all returned." in p.screen
        assert "h Hand back" not in works(p)
        await p.press("end")
        assert "handed back" in p.screen
    assert stage.rows("select count(*) from loan_event") == [(2,)]


@pytest.mark.walk
async def test_loans_are_dealt_with_in_the_list_of_overdue_ones(stage: Stage) -> None:
    lent(stage)
    async with playing(stage) as p:
        await p.press("f10")
        assert "Hand back" not in works(p)
        await p.press("m")
        await p.press(*["down"] * 9, "enter")
        assert "Overdue loans" in lines(p)[0]
        await p.press("h", "ctrl+s")
        assert "all returned" in p.screen
        await p.press("e")
        assert "More time: Crutches (K-002)" in p.screen


async def test_a_label_is_printed_and_one_without_directions_is_told(stage: Stage) -> None:
    dispensed = (sold(TABLETS, directions="1 a day"), sold(GEL))
    bill_id = posted(stage, dispensed, kind="dispense")
    async with playing(stage) as p:
        await opened(p, bill_id)
        assert "B Label" in works(p)
        await p.press("B")
        assert "1 x Ultrasound gel: NO DIRECTIONS" in p.screen
        await p.press("enter")
        await delivered(p)
        assert "The label of Paracetamol 500 mg is in" in p.screen
        await p.press("B", "down", "enter")
        await delivered(p)
        assert "It has no directions. The label of Ultrasound gel is in" in p.screen
        await p.press("end")
        assert "label" in p.screen
    assert stage.rows("select kind, line_id from paper") == [("label", 1), ("label", 2)]


async def test_the_register_of_a_product_is_printed(stage: Stage) -> None:
    posted(stage, [sold(GEL, 2)], paid=1190)
    async with playing(stage) as p:
        from pim_tui.tui.screens.product import ProductScreen

        p.app.push_screen(ProductScreen(GEL))
        await p.press()
        await p.press("p", "enter")
        await delivered(p)
        assert "The register of Ultrasound gel is in" in p.screen


async def explained(p: Player, *keys: str) -> str:
    """What is shown after ``=`` and these keys, which choose the number."""
    await p.press("equals_sign", *keys)
    assert isinstance(p.app.screen, ExplainDialog)
    seen = p.screen
    await p.press("escape")
    return seen


@pytest.mark.walk
async def test_every_amount_of_the_close_is_explained_by_its_rows(stage: Stage) -> None:
    visit = stage.booked("Jane Doe", "2026-11-23 08:00")
    stage.clock[0] = at("2026-11-23 18:00")
    async with playing(stage) as p:
        await p.press("f12", "c", "f")
        await p.type("100")
        await p.press("enter")
        posted(stage, [sold(GEL, 2), sold(TABLETS, payer=SHARED)], paid=500, payer_id=1, appointment_id=visit)
        asked(stage, bill(stage), 2)
        await p.press("m")
        await p.type("-20")
        await p.press("enter")
        await p.type("stamps")
        await p.press("enter", "home")
        assert cursor(p).split()[-1] == "18.80"
        told = await explained(p, "enter")
        assert "Left to pay: 18.80 EUR" in told
        assert told.count("charged") == 2  # to the customer and to the payer
        assert "together 18.80 EUR" in told
        await p.press("tab")
        told = await explained(p, "enter")
        assert "2 of " in told
        assert "together 11.90 EUR" in told
        await p.press("tab", "equals_sign")
        assert "There is no number here that is made of rows." in p.screen  # blind until it is counted
        await p.press("b")
        await p.type("1")
        await p.press("enter")
        assert "together -" in await explained(p, "enter")
        told = await explained(p, "down", "enter")
        assert "float at opening" in told
        assert "stamps" in told
        await p.press("end", "up", "up")
        told = await explained(p, "enter")
        assert "Sales: Sale" in told
        assert "Jane Doe" in told
    for one in report_figures(TODAY):
        assert one.read().total == one.value, one.title
