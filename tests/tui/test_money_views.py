"""What the clinic sold and is owed, on screen: the tabs of bills, the ledger, the clinic's lists, and the
rows behind a number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pim_tui.config import Settings
from pim_tui.domain.bills import PostingKind
from pim_tui.lists.clinic import CLINIC_LISTS
from pim_tui.tui.screens.bill import BillScreen
from pim_tui.tui.screens.cliniclists import ListsScreen
from pim_tui.tui.screens.ledger import LedgerScreen
from pim_tui.tui.screens.profile import ProfileScreen
from pim_tui.tui.screens.till import TillScreen
from tests.services.desk import TODAY
from tests.services.posted import Posted, Sold, noon
from tests.tui.people import HOSTILE, SHOWN, named
from tests.tui.screentext import style_lines
from tests.tui.stage import Player, Stage, playing, set_up

JANE = 1
TO_SALE = ("shift+tab",) * 4
"""From the tab that opens first."""


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Jane owes on two sales, one void one is listed; John has paid on account."""
    stage = set_up(tmp_path)
    old, today = at(stage, 40), at(stage, 0)
    old.bill(JANE, Sold("Ointment", 900), paid=300)
    today.bill(JANE, Sold(), Sold("Visit", 3000, 2, payer=2000), kind=PostingKind.SALE, paid=190)
    today.void(today.bill(JANE, Sold("Soap", 300)))
    today.bill(JANE, Sold("Consultation", 800), kind=PostingKind.INCOME, paid=800)
    today.loan(JANE, TODAY - timedelta(days=3))
    today.payment(2, 500)
    return stage


def at(stage: Stage, days_ago: int) -> Posted:
    """Posting so many days ago, by the stage's own desk."""
    day = TODAY - timedelta(days=days_ago)
    return Posted(day, replace(stage.session, clock=lambda: noon(day)))


async def opened(p: Player, customer_id: int = JANE) -> None:
    await p.app.push_screen(ProfileScreen(customer_id))
    await p.press()


def right(p: Player) -> list[str]:
    return [line.partition("│")[2].rstrip() for line in p.screen.split("\n")[1:-2]]


# --- the profile -------------------------------------------------------------------------------------


async def test_the_profile_says_in_a_word_that_stands_out_what_is_owed(stage: Stage) -> None:
    async with playing(stage) as p:
        await opened(p)
        assert "owes 26.00 USD" in p.screen
        line = next(n for n, text in enumerate(p.screen.split("\n")) if "owes" in text)
        assert style_lines(p.app)[line][1:5] == "bbbb"
        await opened(p, 2)
        assert "credit 5.00 USD" in p.screen
        await opened(p, 3)
        assert "owes" not in p.screen
        assert "credit" not in p.screen


async def test_a_tab_of_bills_shows_what_is_left_and_what_the_rest_comes_to(stage: Stage) -> None:
    async with playing(stage) as p:
        await opened(p)
        assert right(p)[0] == "Sale Income Borrow Dispense[Appointment]Note Document"
        await p.press(*TO_SALE)
        lines = right(p)
        assert lines[0].startswith("[Sale]Income Borrow Dispense Appointment Note")
        assert [line.split()[-2:] for line in lines[2:5]] == [
            ["V", "Void"],
            ["Part", "paid"],
            ["Part", "paid"],
        ]
        assert lines[3].startswith(" 23 Nov 2026  Bandage, 2 x V")
        assert "20.00  H Part paid" in lines[3]
        told = " ".join(line.strip() for line in lines[-4:])
        assert "3 rows: Total 53.90 · Paid 4.90 · Left 26.00 · Payer 20.00" in told
        await p.press("f")
        await p.type("void")
        await p.press("enter")
        assert "1 row: Total 3.00 · Taken off 3.00" in " ".join(right(p)[-4:])


async def test_the_borrow_tab_says_what_is_overdue(stage: Stage) -> None:
    async with playing(stage) as p:
        await opened(p)
        await p.press("shift+tab", "shift+tab")
        assert right(p)[1].split() == ["Items", "Due", "Loan", "Left"]
        assert right(p)[2].split()[:2] == ["▶Crutches", "20"]
        assert "Overdue" in right(p)[2]
        await p.press("f")
        await p.type("returned")
        assert "Nothing found." in p.screen


@pytest.mark.walk
async def test_keys_of_a_bill_work_on_the_row_and_only_there(stage: Stage) -> None:
    async with playing(stage) as p:
        await opened(p)
        await p.press("y", "j")
        assert isinstance(p.app.screen, ProfileScreen)
        await p.press("shift+tab", "shift+tab", "shift+tab", "a")
        assert isinstance(p.app.screen, TillScreen)
        assert "Jane Doe" in p.screen
        await p.press("escape", "shift+tab", "down", "enter")
        assert isinstance(p.app.screen, BillScreen)
        assert "S-2026-000002" in p.screen
        await p.press("escape", "y")
        assert "Left to pay" in p.screen
        await p.press("escape", "x")
        assert "S-2026-000002" in p.screen
        await p.press("escape", "p")
        assert "document S-2026-000002" in p.screen


async def test_a_colleague_who_takes_a_payment_is_seen_at_once(stage: Stage) -> None:
    async with playing(stage) as p:
        await opened(p)
        await p.press(*TO_SALE)
        other = Posted(TODAY, replace(stage.session, key="desk-2", name="Bo", clock=lambda: noon(TODAY)))
        p.app.live.begin()
        other.payment(JANE, 2000, bill_id=3)
        p.app.heard(p.app.live.look())
        await p.until(lambda: "owes 6.00 USD" in p.screen)
        assert "Left 6.00" in " ".join(right(p)[-4:])


# --- the rows behind a number ------------------------------------------------------------------------


async def test_any_amount_is_explained_by_its_rows_and_leads_to_their_documents(stage: Stage) -> None:
    async with playing(stage) as p:
        await opened(p)
        await p.press("equals_sign")
        assert "▶Balance: 26.00 USD" in p.screen
        await p.press("enter")
        assert "Balance: 26.00 USD" in p.screen
        assert "8 rows · together 26.00 USD" in p.screen
        await p.press("escape", *TO_SALE, "down", "equals_sign")
        assert "Left of S-2026-000002: 20.00 USD" in p.screen
        await p.press("down", "down", "down", "enter")
        assert "Left of S-2026-000002: 20.00 USD" in p.screen
        assert "charged" in p.screen
        assert "2 rows · together 20.00 USD" in p.screen
        await p.press("down", "enter")
        assert isinstance(p.app.screen, BillScreen)
        assert "P-2026-000002" in p.screen


async def test_where_nothing_is_owed_there_is_nothing_to_explain(stage: Stage) -> None:
    async with playing(stage) as p:
        await opened(p, 3)
        await p.press("equals_sign")
        assert "There is no number here that is made of rows." in p.screen


# --- the ledger --------------------------------------------------------------------------------------


async def test_the_ledger_has_the_balance_behind_every_row_and_its_age(stage: Stage) -> None:
    async with playing(stage) as p:
        await opened(p)
        await p.press("l")
        assert isinstance(p.app.screen, LedgerScreen)
        lines = p.screen.split("\n")
        assert "by age: 0-30 days 20.00 · 31-60 days 6.00" in lines[1]
        rows = [line.split() for line in lines[4:]]
        assert [row[-1] for row in rows[:4]] == ["26.00", "34.00", "26.00", "29.00"]
        assert "Balance 26.00" in p.screen
        await p.press("f")
        await p.type("payment")
        await p.press("enter")
        assert "3 rows" in p.screen
        await p.press("d")
        await p.type("1 nov")
        await p.press("enter")
        assert "Balance on 1 Nov 2026 by age: 0-30 days 6.00" in p.screen
        await p.press("equals_sign")
        assert "0-30 days old on 1 Nov 2026: 6.00 USD" in p.screen
        await p.press("escape", "p")
        assert "statement" in p.screen
        await p.press("escape", "enter")
        assert isinstance(p.app.screen, BillScreen)


# --- the clinic's lists ------------------------------------------------------------------------------


@pytest.mark.walk
async def test_the_clinics_lists_begin_with_this_month_and_lead_everywhere(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f10")
        assert isinstance(p.app.screen, ListsScreen)
        lines = p.screen.split("\n")
        assert lines[0].startswith(f" Sale bills · list 1 of {len(CLINIC_LISTS)}")
        assert lines[1] == " Dates: This month"
        assert lines[2].split() == ["Number", "Date", "Customer", "Items", "Left", "Status"]
        assert lines[3].startswith("▶S-2026-000003  23 Nov 2026  Jane Doe")
        assert "2 rows: Total 44.90" in p.screen
        await p.press("f")
        await p.type("void")
        assert "Status: Void · Dates: This month" in p.screen
        await p.press("ctrl+u")
        await p.type("any time")
        assert "Dates: Any time" in p.screen
        assert "3 rows: Total 53.90" in p.screen
        await p.press("escape")
        assert "2 rows: Total 44.90" in p.screen
        await p.press("down", "enter")
        assert isinstance(p.app.screen, BillScreen)
        await p.press("escape", "o")
        assert isinstance(p.app.screen, ProfileScreen)
        await p.press("escape", "m")
        assert "▶Sale bills" in p.screen
        await p.press(*["down"] * 7, "enter")
        assert p.screen.startswith(" Payments · list 8 of ")
        assert "Cash 14.90" in p.screen
        await p.press("equals_sign", "down", "enter")
        assert "Together of all rows shown: 14.90 USD" in p.screen
        await p.press("escape", "tab", "tab", "enter")
        assert isinstance(p.app.screen, BillScreen)
        await p.press("escape", "escape")
        assert not isinstance(p.app.screen, ListsScreen)


@pytest.mark.walk
async def test_every_list_of_the_clinic_is_shown_on_a_poor_terminal(stage: Stage) -> None:
    settings = Settings(clinic_name="Harbour Clinic", country="DE", colour="none", symbols="ascii")
    async with playing(stage, settings=settings) as p:
        await p.press("ctrl+t")
        titles = []
        for spec in CLINIC_LISTS:
            assert ("o Customer" in p.screen) == hasattr(spec.row, "customer_id")
            titles.append(p.screen.split("\n")[0].partition(" ·")[0].strip())
            assert all(line.isascii() for line in p.screen.split("\n")[1:]), titles[-1]
            await p.press("tab")
        assert titles == [spec.title for spec in CLINIC_LISTS]
        assert p.screen.split("\n")[0].strip().startswith("Sale bills")


@pytest.mark.walk
async def test_a_list_of_the_clinic_is_exported_and_printed_as_it_is_narrowed(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f10", "f")
        await p.type("void")
        await p.press("enter", "f9", "enter")
        await p.app.outside(int)
        await p.press()
        assert "1 row is in" in p.screen
        file = stage.places.outbox / "all-sale-2026-11-23.csv"
        assert (
            file.read_text("utf-8-sig").splitlines()[1].startswith('"S-2026-000003","2026-11-23","Jane Doe"')
        )
        assert '"3.00","0.00","0.00"' in file.read_text("utf-8")
        await p.press("p")
        assert "list: sale bills" in p.screen


@pytest.mark.walk
async def test_hostile_items_and_names_are_shown_as_they_are(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    for text in HOSTILE:
        at(stage, 0).bill(named(stage, text), Sold(text, 900))
    async with playing(stage, (160, 24)) as p:
        await p.press("f10")
        for text in HOSTILE:
            assert p.screen.count(SHOWN.get(text, text)[:12]) >= 2, text
        await p.press("equals_sign", "enter")
        assert "together" in p.screen
        await p.press("escape", "o", "l")
        assert SHOWN.get(HOSTILE[-1], HOSTILE[-1])[:4] in p.screen
