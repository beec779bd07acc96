"""Waiting refunds by key: asked for, approved with a PIN, rejected, paid out; and the staff list."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pim_tui.config import Settings
from pim_tui.domain.money import figures
from pim_tui.domain.rights import Right
from pim_tui.domain.tender import Tender
from pim_tui.services.payments import TakePayment, take_payment
from pim_tui.services.returns import DecideReturn, decide_return
from pim_tui.tui.dialogs.pin import NewPin, NewPinDialog, PinDialog, Said
from pim_tui.tui.dialogs.returns import ReturnDialog
from pim_tui.tui.screens.calendar import CalendarScreen
from pim_tui.tui.screens.refunds import RefundsScreen
from pim_tui.tui.screens.staff import StaffScreen
from tests.tui.billstage import posted, sold
from tests.tui.refundstage import PIN, asked, bill, type_pin, with_refunds
from tests.tui.stage import Player, Stage, lines, playing
from tests.tui.tillstage import TABLETS


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    return with_refunds(tmp_path, monkeypatch)


async def opened(p: Player, stage: Stage, bill_id: int) -> None:
    """The dialog of a return, as the bill's page opens it; that is one key."""
    await p.press("ctrl+r")
    p.app.screen.return_items(bill_id)  # type: ignore[attr-defined]
    await p.press()
    p.keys = 1


async def test_one_item_is_asked_back_with_at_most_eight_keys(stage: Stage) -> None:
    async with playing(stage) as p:
        await opened(p, stage, bill(stage))
        assert isinstance(p.app.screen, ReturnDialog)
        await p.press("1", "enter", "1", "enter")
        assert p.keys <= 8
        assert "Return of S-2026-000001 asked for, 5.95 EUR; somebody else must approve it (1" in p.screen
        assert "1 waiting" in lines(p)[0]
        assert "as it was paid" in p.screen
    assert stage.rows("select reason, state, value from return_request") == [("not needed", "requested", 595)]


async def test_what_comes_back_and_its_worth_are_told_while_typing(stage: Stage) -> None:
    async with playing(stage) as p:
        await opened(p, stage, bill(stage, paid=False))
        assert "Nothing comes back yet." in p.screen
        await p.press("9")
        assert "3 of 3 can still come back." in p.screen
        await p.press("minus", "down", "2")
        assert "Worth 35.70 EUR" in p.screen
        assert "35.70 off what is owed" in p.screen
        assert "quarantine" in p.screen
        await p.press("g", "up", "g", "backspace", "a")
        assert "Worth 41.65 EUR" in p.screen
        await p.press("enter", "enter")
        assert "Type the reason" in p.screen
        await p.type("came too late")
        await p.press("tab", "right", "enter")
    rows = stage.rows("select r.quantity, r.disposition from return_line r order by r.line_id")
    assert rows == [(3, "quarantine"), (2, "scrap")]
    assert stage.rows("select reason, method from return_request") == [("came too late", "credit")]


@pytest.mark.walk
async def test_a_refused_return_comes_back_as_it_was_typed(stage: Stage) -> None:
    bill_id = bill(stage)
    async with playing(stage) as p:
        await opened(p, stage, bill_id)
        await p.press("2", "enter")
        asked(stage, bill_id, 2)
        await p.type("faulty seal")
        await p.press("enter")
        assert isinstance(p.app.screen, ReturnDialog)
        assert "2 asked for, 1 of 3 left to return" in " ".join(p.screen.split())
        assert "faulty seal" in p.screen
        await p.press("1", "tab", "enter")
    assert stage.rows("select count(*) from return_request") == [(2,)]


async def test_approving_takes_at_most_three_keys_and_the_pin(stage: Stage) -> None:
    asked(stage, bill(stage))
    async with playing(stage) as p:
        await p.press("ctrl+r")
        assert lines(p)[0].startswith(" Waiting refunds · 1 waiting")
        for told in ("approve", "5.95", "S-2026-000001", "Jane Doe", "Anna Berg", "not needed"):
            assert told in p.screen
        p.keys = 0
        await p.press("a")
        assert isinstance(p.app.screen, PinDialog)
        assert "Approve refund of 5.95 EUR, S-2026-000001, Jane Doe" in p.screen
        assert "Dr Lee" in p.screen
        assert "Dr Sato" not in p.screen
        await type_pin(p)
        assert PIN not in p.screen
        await p.press("enter")
        assert p.keys <= 3
        assert "CN-2026-000001 posted, 5.95 EUR; 5.95 EUR can be paid out." in p.screen
        await p.press("p", "enter")
        assert "R-2026-000001: 5.95 EUR (cash 5.95) paid back." in p.screen
        assert "nothing waits" in lines(p)[0]
        await p.press("escape")
        assert isinstance(p.app.screen, CalendarScreen)


async def test_a_wrong_pin_is_asked_for_again_and_what_was_typed_else_stays(stage: Stage) -> None:
    asked(stage, bill(stage))
    async with playing(stage) as p:
        await p.press("ctrl+r", "x")
        await p.type("has used it")
        await p.press("enter")
        await type_pin(p, "lantern-3")
        await p.press("enter")
        assert "not the PIN of Dr Lee" in p.screen
        assert "has used it" in p.screen
        await type_pin(p)
        await p.press("enter")
        assert "Rejected by Dr Lee." in p.screen
    assert stage.rows("select state, decision from return_request") == [("rejected", "has used it")]


async def test_without_anybody_else_it_says_where_pins_are_set(stage: Stage) -> None:
    with stage.book.write_tx():
        stage.book.db.execute_sql("update staff set active = 0, version = version + 1 where id = 2")
    asked(stage, bill(stage))
    async with playing(stage) as p:
        await p.press("ctrl+r", "a")
        assert isinstance(p.app.screen, RefundsScreen)
        assert "set a PIN for somebody in the staff list" in p.screen


async def test_an_approval_that_ran_out_is_asked_for_once_more(stage: Stage) -> None:
    request = asked(stage, bill(stage))
    decide_return(stage.session, DecideReturn(request.ids[0], 1, True, 2, PIN))
    stage.clock[0] += 25 * 3600
    async with playing(stage) as p:
        await p.press("ctrl+r", "p", "enter")
        assert isinstance(p.app.screen, PinDialog)
        assert "older than a day" in p.screen
        await type_pin(p)
        await p.press("enter")
        assert "R-2026-000001: 5.95 EUR (cash 5.95) paid back." in p.screen


async def test_details_tell_everything_and_a_request_is_withdrawn(stage: Stage) -> None:
    asked(stage, bill(stage), 2)
    async with playing(stage) as p:
        await p.press("ctrl+r", "enter")
        for told in ("Refund of 11.90 EUR", "2 x Ultrasound gel (restock)", "Asked by", "Anna Berg"):
            assert told in p.screen
        await p.press("escape", "w")
        assert "The request is withdrawn." in p.screen
        assert "Nothing waits to be approved or paid out." in p.screen
        await p.press("a")
        await p.press("f")
        await p.type("withdrawn")
        await p.press("enter")
        assert "S-2026-000001" in p.screen
        await p.press("a")
        assert "past that: withdrawn" in p.screen


@pytest.mark.walk
async def test_a_customers_credit_is_asked_for_and_a_payers(stage: Stage) -> None:
    jane = stage.customers["Jane Doe"]
    take_payment(stage.session, TakePayment((Tender("card", 2500),), jane))
    async with playing(stage) as p:
        await p.press("ctrl+r", "c")
        await p.type("doe")
        await p.press("enter")
        assert "25.00 EUR can be paid out; it came by card 25.00" in p.screen
        await p.type("moves away")
        await p.press("shift+tab")
        await p.press(*["backspace"] * 5)
        await p.type("30")
        await p.press("enter", "enter")
        assert "25.00 EUR can be paid out, not 30.00 EUR" in " ".join(p.screen.split())
        await p.press("shift+tab")
        await p.press(*["backspace"] * 5)
        await p.type("20")
        await p.press("enter", "enter")
        assert "Payout of 20.00 EUR asked for" in p.screen
        assert "credit" in p.screen
        await p.press("y", "enter")
        assert "Good Health has no credit that could be paid out." in p.screen
    rows = stage.rows("select kind, value, reason, customer_id from return_request")
    assert rows == [("credit", 2000, "moves away", jane)]


async def test_what_goes_back_and_how_is_told_before_it_does(stage: Stage) -> None:
    """What is owed comes off first."""
    bill_id = posted(stage, [sold(TABLETS, 5)], paid=3000, by=3)
    request = asked(stage, bill_id, 4)
    decide_return(stage.session, DecideReturn(request.ids[0], 1, True, 2, PIN))
    ((left,),) = stage.rows("select sum(total) from bill_line where bill_id = ?", bill_id)
    ((worth,),) = stage.rows("select value from return_request")
    goes = figures(worth - (left - 3000), "EUR")
    async with playing(stage) as p:
        await p.press("ctrl+r", "p")
        assert f"Pay back {goes} EUR: cash {goes}" in p.screen
        await p.press("enter")
        assert f"R-2026-000001: {goes} EUR (cash {goes}) paid back." in p.screen


@pytest.mark.parametrize(("key", "told"), [("a", " (a)."), ("", ".")])
async def test_what_is_not_approved_yet_is_not_paid_out(stage: Stage, key: str, told: str) -> None:
    asked(stage, bill(stage))
    own = Settings(clinic_name="Harbour Clinic", country="DE", keys={"refunds.approve": key})
    async with playing(stage, settings=own) as p:
        await p.press("ctrl+r", "p")
        assert f"It has to be approved first{told}" in p.screen


async def test_paying_out_needs_its_right(stage: Stage) -> None:
    request = asked(stage, bill(stage))
    decide_return(stage.session, DecideReturn(request.ids[0], 1, True, 2, PIN))
    stage.session = replace(stage.session, rights=stage.session.rights - {Right.PAY_REFUND})
    async with playing(stage) as p:
        await p.press("ctrl+r", "p")
        assert "You do not have the right to pay refunds out. Who may:" in p.screen


async def test_nothing_of_a_pin_is_kept_as_a_draft(stage: Stage) -> None:
    asked(stage, bill(stage))
    async with playing(stage) as p:
        await p.press("ctrl+r", "a")
        await type_pin(p)
        p.app.save_drafts()
        await p.press("escape")
        await p.press("ctrl+l", "p")
        await type_pin(p)
        p.app.save_drafts()
    for file in stage.places.drafts_file.parent.iterdir():
        assert PIN.encode() not in file.read_bytes(), file
    assert PIN not in repr(Said(2, PIN, ""))
    assert PIN not in repr(NewPin(PIN, PIN))


# --- the staff list ------------------------------------------------------------------------------------


@pytest.mark.walk
async def test_staff_are_added_changed_and_given_a_pin(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("ctrl+l")
        assert isinstance(p.app.screen, StaffScreen)
        assert "Anna Berg" in p.screen
        await p.press("a")
        await p.type("Nora Vance")
        await p.press("ctrl+s")
        assert "Nora Vance is on the staff list. p gives them a PIN to come in with." in p.screen
        await p.press("e", "down", "tab")
        await p.type("hands")
        await p.press("ctrl+s")
        assert "Nora Vance: speciality changed." in p.screen
        await p.press("p")
        assert isinstance(p.app.screen, NewPinDialog)
        await type_pin(p, "111111")
        await p.press("enter")
        await type_pin(p, "111111")
        await p.press("enter")
        assert "repeats the same characters" in p.screen
        for _ in range(2):
            await type_pin(p, "pebble-33")
            await p.press("enter")
        assert "Nora Vance has a new PIN." in p.screen
    assert stage.rows("select s.name from staff_pin p join staff s on s.id = p.staff_id order by s.id") == [
        ("Anna Berg",),
        ("Dr Lee",),
        ("Nora Vance",),
    ]


async def test_without_the_right_the_staff_list_is_only_read(stage: Stage) -> None:
    stage.session = replace(stage.session, rights=stage.session.rights - {Right.CHANGE_STAFF})
    async with playing(stage) as p:
        await p.press("ctrl+l", "a")
        assert "You do not have the right to change the staff list. Who may:" in p.screen
        await p.press("p")
        assert "PIN now" in p.screen
