"""Payment notices and statements by key: from the bill, the ledger, the list of who owes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pim_tui.domain.tender import Tender
from pim_tui.models import Consent, Email
from pim_tui.services.payments import TakePayment, take_payment
from pim_tui.tui.dialogs.email import EmailDialog
from pim_tui.tui.dialogs.stale import StaleDialog
from pim_tui.tui.screens.ledger import LedgerScreen
from tests.tui.billstage import opened, shared_bill
from tests.tui.stage import Stage, playing
from tests.tui.tillstage import with_till


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Jane owes 9.28 of a bill, and may be written to."""
    made = with_till(tmp_path)
    jane = made.customers["Jane Doe"]
    with made.book.write_tx():
        Email.create(customer=jane, address="jane@example.org", folded="jane@example.org")
        Consent.create(customer=jane, channel="email", answer="yes")
    return made


async def test_a_notice_is_sent_from_the_bill_and_not_once_more(stage: Stage) -> None:
    async with playing(stage) as p:
        await opened(p, shared_bill(stage))
        await p.press("n")
        assert "Attached: the bill" in p.screen
        assert "9.28 EUR is left to pay" in p.screen
        await p.press("enter")
        assert "Payment notice to jane@example.org waits to be sent." in p.screen
        assert p.keys == 2
        await p.press("n")
        assert "Jane Doe was written to on 23 Nov 2026." in " ".join(p.screen.split())
    assert stage.rows("select kind, state from outbox") == [("payment_notice", "waiting")]


async def test_a_statement_is_sent_from_the_ledger_with_what_was_typed(stage: Stage) -> None:
    shared_bill(stage)
    async with playing(stage) as p:
        await p.app.push_screen(LedgerScreen(stage.customers["Jane Doe"], "Jane Doe"))
        await p.press("e")
        assert "Attached: the statement" in p.screen
        await p.press("tab", "end", *" 2", "enter")
        assert "Statement to jane@example.org waits to be sent." in p.screen
    ((kind, payload),) = stage.rows("select kind, payload from outbox")
    assert (kind, json.loads(payload)["subject"][-2:]) == ("statement", " 2")


@pytest.mark.walk
async def test_who_owes_is_listed_and_written_to(stage: Stage) -> None:
    shared_bill(stage)
    async with playing(stage) as p:
        await p.press("f10", "m", *["down"] * 11, "enter")
        assert "Who owes" in p.screen
        assert "Jane Doe" in p.screen
        await p.press("n", "enter")
        assert "Payment notice to jane@example.org waits to be sent." in p.screen
        await p.press("tab", "shift+tab", "n")
        assert "was written to on 23 Nov 2026" in " ".join(p.screen.split())


@pytest.mark.walk
async def test_a_letter_that_was_not_finished_is_offered_at_the_next_start(stage: Stage) -> None:
    bill = shared_bill(stage)
    async with playing(stage) as p:
        await opened(p, bill)
        await p.press("n", "tab", "end", *"!!")
    async with playing(stage) as p:
        assert "Typed and not saved" in p.screen
        await p.press("enter")
        assert "left to pay!!" in p.screen
        await p.press("enter")
        assert "Payment notice to jane@example.org waits to be sent." in p.screen
    async with playing(stage) as p:
        assert "Typed and not saved" not in p.screen
        await p.app.push_screen(LedgerScreen(stage.customers["Jane Doe"], "Jane Doe"))
        await p.press("e", "tab", "end", *"??")
    async with playing(stage) as p:
        await p.press("enter")
        assert "Ledger of Jane Doe" in p.screen
        assert "??" in p.screen


def pays(stage: Stage, bill: int, amount: int) -> None:
    """Jane pays at another desk."""
    tenders = (Tender("cash", amount),)
    take_payment(stage.session, TakePayment(tenders, stage.customers["Jane Doe"], ((bill, amount),)))


async def test_a_draft_of_a_letter_says_what_is_owed_by_now(stage: Stage) -> None:
    bill = shared_bill(stage)
    async with playing(stage) as p:
        await opened(p, bill)
        await p.press("n", "tab", "tab", "ctrl+end")
        await p.type("Please call.")
        assert "9.28 EUR" in p.screen
    pays(stage, bill, 428)
    async with playing(stage) as p:
        await p.press("enter")
        assert "5.00 EUR" in p.screen
        assert "9.28" not in p.screen
        assert "Please call." in p.screen
        assert "It is written anew: read it through." in " ".join(p.screen.split())
        await p.press("ctrl+s")
        assert "waits to be sent." in p.screen
    ((payload,),) = stage.rows("select payload from outbox")
    assert "5.00 EUR" in json.loads(payload)["text"]
    assert "9.28" not in payload


async def test_where_the_amount_was_typed_over_both_letters_are_shown(stage: Stage) -> None:
    bill = shared_bill(stage)
    async with playing(stage) as p:
        await opened(p, bill)
        await p.press("n", "tab", "ctrl+u")
        await p.type("Only 9.28 EUR")
    pays(stage, bill, 428)
    async with playing(stage) as p:
        await p.press("enter")
        assert isinstance(p.app.screen, StaleDialog)
        assert "Only 9.28 EUR" in p.screen
        assert "5.00 EUR" in p.screen
        await p.press("left", "down", "left", "enter")
        assert "Only 9.28 EUR" not in p.screen
        assert "9.28" not in p.screen


async def test_a_draft_of_a_letter_about_what_was_paid_is_told_of_and_not_opened(stage: Stage) -> None:
    bill = shared_bill(stage)
    async with playing(stage) as p:
        await opened(p, bill)
        await p.press("n", "tab", "end", *"!!")
    pays(stage, bill, 928)
    async with playing(stage) as p:
        await p.press("enter")
        assert "Nothing is left to pay for Jane Doe." in " ".join(p.screen.split())
        assert not isinstance(p.app.screen, EmailDialog)


async def test_the_letter_with_a_bill_says_what_is_left_by_now_as_well(stage: Stage) -> None:
    bill = shared_bill(stage)
    async with playing(stage) as p:
        await opened(p, bill)
        await p.press("e", "tab", "tab", "ctrl+end")
        await p.type(" Thank you.")
        assert "9.28 EUR is left to pay." in p.screen
    pays(stage, bill, 428)
    async with playing(stage) as p:
        await p.press("enter")
        assert "5.00 EUR is left to pay." in p.screen
        assert "Thank you." in p.screen
