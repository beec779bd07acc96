"""A payment for everything somebody owes, by key: what it settles is told before, credit is offered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pim_tui.domain.rights import Right
from pim_tui.domain.tender import Tender
from pim_tui.models import Payer
from pim_tui.queries.balances import balance, dues, payer_dues
from pim_tui.services.payments import TakePayment, take_payment
from pim_tui.tui.dialogs.papers import PrintMenu
from pim_tui.tui.dialogs.payaccount import AccountDialog
from pim_tui.tui.screens.ledger import LedgerScreen
from pim_tui.tui.screens.profile import ProfileScreen
from tests.tui.billstage import SHARED, posted, sold
from tests.tui.people import HOSTILE
from tests.tui.stage import Player, Stage, playing
from tests.tui.tillstage import GEL, VISIT, with_till

JANE = 1


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return with_till(tmp_path)


def three_bills(stage: Stage) -> tuple[int, ...]:
    """35.00, 5.95 and 70.00, in the order in which they were posted."""
    return tuple(posted(stage, [line]) for line in (sold(VISIT), sold(GEL), sold(VISIT, 2)))


async def profile(p: Player) -> None:
    p.app.push_screen(ProfileScreen(JANE))
    await p.press()


def told(p: Player) -> str:
    """The screen with the frame of the dialog and runs of blanks taken out."""
    return " ".join(p.screen.replace("│", " ").split())


def left() -> list[int]:
    return [one.left for one in dues(JANE)]


@pytest.mark.walk
async def test_the_profile_takes_a_payment_and_tells_what_it_settles_before(stage: Stage) -> None:
    three_bills(stage)
    async with playing(stage) as p:
        await profile(p)
        await p.press("dollar_sign")
        assert "To pay: 110.95 EUR" in p.screen
        assert "Jane Doe · 3 open bills, the oldest first" in p.screen
        assert "Settles S-2026-000001 35.00, S-2026-000002 5.95, S-2026-000003 70.00" in told(p)
        await p.type("36")
        assert "Settles S-2026-000001 35.00, S-2026-000002 1.00" in told(p)
        await p.press("enter", "enter")
        assert "P-2026-000001 36.00 paid; p prints the receipt." in told(p)
        assert "owes 74.95 EUR" in told(p)
        await p.press("p")
        assert isinstance(p.app.screen, PrintMenu)
        assert "receipt P-2026-000001" in p.screen
        await p.press("escape", "p")
        assert "receipt P-2026-000001" not in p.screen
    assert left() == [495, 7000]


@pytest.mark.walk
async def test_bills_are_chosen_by_their_last_digits(stage: Stage) -> None:
    three_bills(stage)
    async with playing(stage) as p:
        await profile(p)
        await p.press("l", "dollar_sign", "b")
        assert isinstance(p.app.screen, AccountDialog)
        await p.type("3 9")
        assert "“9” is no open bill" in told(p)
        await p.press("backspace", "2")
        assert "To pay: 75.95 EUR" in p.screen
        assert "Settles S-2026-000003 70.00, S-2026-000002 5.95" in told(p)
        await p.press("k")
        assert p.app.screen.focused is not None
        assert p.app.screen.focused.id == "bills"
        await p.press("backspace", "up", "up", "up", "up", "up", "enter")
        assert isinstance(p.app.screen, LedgerScreen)
    assert left() == [3500]
    assert stage.rows("select method, amount from payment_part") == [("card", 7595)]


async def test_what_is_too_much_in_cash_is_change_or_on_account_credit(stage: Stage) -> None:
    posted(stage, [sold(VISIT)])
    async with playing(stage) as p:
        await profile(p)
        await p.press("dollar_sign", "5", "0")
        assert "Change 15.00 EUR" in told(p)
        await p.press("a")
        assert "Settles S-2026-000001 35.00, 15.00 to the credit" in told(p)
        await p.press("enter")
        assert "15.00 to the credit" in told(p)
    assert balance(JANE).balance == -1500
    assert stage.rows("select amount, tendered from payment_part") == [(5000, 5000)]


async def test_credit_is_offered_and_spent_only_when_asked_for(stage: Stage) -> None:
    take_payment(stage.session, TakePayment((Tender("card", 4000),), JANE))
    three_bills(stage)
    async with playing(stage) as p:
        await profile(p)
        await p.press("dollar_sign")
        assert "Credit there is 40.00 EUR" in told(p)
        assert "Credit used" not in told(p)
        await p.press("escape", "k")
        assert "Settles S-2026-000001 35.00, S-2026-000002 5.00" in told(p)
        await p.press("enter")
        assert "40.00 of credit used." in told(p)
        await p.press("k")
        assert "Jane Doe has no credit." in told(p)
    assert left() == [95, 7000]
    assert stage.rows("select count(*) from posting where kind = 'payment'") == [(1,)]


async def test_a_payment_that_is_refused_comes_back_with_what_was_typed(stage: Stage) -> None:
    first, *_ = three_bills(stage)
    async with playing(stage) as p:
        await profile(p)
        await p.press("dollar_sign", "t")
        await p.type("110.95")
        await p.press("r")
        await p.type("ab7")
        other = TakePayment((Tender("cash", 500),), JANE, ((first, 500),))
        take_payment(replace(stage.session, key="desk-2"), other)
        await p.press("enter")
        assert isinstance(p.app.screen, AccountDialog)
        for said in ("S-2026-000001: 35.00 is asked for", "To pay: 105.95 EUR", "t Transfer 110.95", "ab7"):
            assert said in told(p)
        await p.press("enter", "enter")
    assert balance(JANE).balance == -500


async def test_without_the_right_no_payment_is_asked_for(stage: Stage) -> None:
    three_bills(stage)
    stage.session = replace(stage.session, rights=stage.session.rights - {Right.TAKE_PAYMENT})
    async with playing(stage) as p:
        await profile(p)
        await p.press("dollar_sign")
        assert isinstance(p.app.screen, ProfileScreen)
        assert "You do not have the right to" in told(p)
        assert "Who may: owner, supervisor, receptionist, cashier." in told(p)


async def test_a_payer_whose_name_is_hostile_pays_and_what_is_too_much_is_its_credit(stage: Stage) -> None:
    with stage.book.write_tx():
        Payer.update(name=HOSTILE[0], version=Payer.version + 1).execute()
    posted(stage, [sold(VISIT, payer=SHARED)], payer_id=1)
    async with playing(stage) as p:
        await p.press("f3", "f5", "y", "t")
        assert f"{HOSTILE[0]} · 1 open bill" in p.screen
        await p.type("30")
        assert "Settles S-2026-000001 28.00, 2.00 to the credit" in told(p)
        await p.press("enter")
        posted(stage, [sold(VISIT, payer=SHARED)], payer_id=1)
        await p.press("k")
        assert "Settles S-2026-000002 2.00" in told(p)
        await p.press("enter")
        assert "2.00 of credit used." in told(p)
    assert [one.left for one in payer_dues(1)] == [2600]
    assert balance(JANE).balance == 1400
