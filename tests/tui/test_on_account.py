"""Money for no bill in particular, by key: from the ledger of a customer, and from a payer."""

from __future__ import annotations

from pathlib import Path

import pytest

from pim_tui.domain.paying import Payment, without_change
from pim_tui.domain.pricing import Terms
from pim_tui.domain.tender import Tender
from pim_tui.queries.balances import balance, payer_dues
from pim_tui.tui.screens.ledger import LedgerScreen
from tests.tui.billstage import SHARED, posted, sold
from tests.tui.stage import Player, Stage, playing
from tests.tui.tillstage import GEL, VISIT, with_till


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return with_till(tmp_path)


async def ledger(p: Player, stage: Stage) -> None:
    p.app.push_screen(LedgerScreen(stage.customers["Jane Doe"], "Jane Doe"))
    await p.press()
    assert "y Pay" in p.screen


def left(stage: Stage) -> list[tuple[int, ...]]:
    return stage.rows("select debit_id, sum(amount) from allocation group by debit_id order by 1")


async def test_a_payment_on_account_settles_the_oldest_bills_first(stage: Stage) -> None:
    first, second = posted(stage, [sold(VISIT)]), posted(stage, [sold(GEL)])
    async with playing(stage) as p:
        await ledger(p, stage)
        await p.press("y")
        assert "To pay: 40.95 EUR" in p.screen
        assert "Jane Doe · 2 open bills, the oldest first" in p.screen
        await p.type("36")
        await p.press("enter")
        assert "4.95 EUR stays on account" in p.screen
        await p.press("enter")
        assert "P-2026-000001" in p.screen
        assert "4.95" in p.screen.split("\n")[1]
    assert left(stage) == [(first, 3500), (second, 100)]


async def test_more_cash_than_is_owed_is_change_and_more_by_card_is_credit(stage: Stage) -> None:
    posted(stage, [sold(VISIT)])
    async with playing(stage) as p:
        await ledger(p, stage)
        await p.press("y", "5", "0", "enter")
        assert balance(stage.customers["Jane Doe"]).credit == 0
        posted(stage, [sold(GEL)])
        await p.press("y", "k", "1", "0", "enter")
    assert balance(stage.customers["Jane Doe"]).credit == 405
    assert stage.rows("select method, amount from payment_part") == [("cash", 3500), ("card", 1000)]


async def test_where_nothing_is_owed_the_amount_is_asked_and_becomes_credit(stage: Stage) -> None:
    async with playing(stage) as p:
        await ledger(p, stage)
        await p.press("y")
        assert "Jane Doe owes nothing; it becomes credit." in p.screen
        await p.press("2", "0", "enter", "5", "0", "enter")
    assert balance(stage.customers["Jane Doe"]).credit == 2000
    assert stage.rows("select amount, tendered from payment_part") == [(2000, 5000)]


async def test_what_a_payer_pays_settles_only_what_the_payer_owes(stage: Stage) -> None:
    posted(stage, [sold(VISIT, payer=SHARED)], payer_id=1)
    async with playing(stage) as p:
        await p.press("f3", "f5", "y")
        assert "To pay: 28.00 EUR" in p.screen
        assert "Good Health · 1 open bill" in p.screen
        await p.press("t", "enter")
        assert "P-2026-000001" in p.screen
    assert payer_dues(1) == ()
    assert balance(stage.customers["Jane Doe"]).balance == 700


def test_what_is_kept_of_a_payment_ahead_is_what_it_was_due_at() -> None:
    payment = Payment((Tender("card", 600), Tender("cash", 1000)))
    assert without_change(payment, 1000, Terms("EUR", True)) == (
        Tender("card", 600),
        Tender("cash", 400, 1000),
    )
