"""Somebody who calls for the first time: entered in the middle of a booking, and nothing is typed twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pim_tui.domain.rights import Right
from pim_tui.tui.dialogs.find import FindDialog
from pim_tui.tui.dialogs.quick import QuickLine
from pim_tui.tui.screens.profile import ProfileScreen
from tests.tui.stage import Stage, playing

LINE = "peter stone 7d 10:30 30m follow-up with dr lee - fever"


async def test_the_quick_line_enters_who_is_not_in_the_book_yet_and_books_them(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("a")
        await p.type(LINE)
        assert "Enter twice enters somebody new." in p.screen
        assert "▶New customer" in p.screen
        await p.press("enter", "enter")
        assert "First name Peter                       Last name  Stone" in p.screen
        await p.type("1990-05-14")
        await p.press("ctrl+s")
        assert "Booked: Peter Stone, Mon 30 Nov 2026 10:30-11:00, Dr Lee" in p.screen
    assert stage.rows(
        "select first_name, birth_date, a.reason from appointment a join customer c on c.id = a.customer_id"
    ) == [("Peter", "1990-05-14", "fever")]


async def test_leaving_the_form_of_a_newcomer_leads_back_to_the_line_as_it_was(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("a")
        await p.type(LINE)
        await p.press("enter", "enter", "escape")
        assert isinstance(p.app.screen, QuickLine)
        assert LINE in p.screen
    assert stage.rows("select count(*) from customer") == [(4,)]


@pytest.mark.walk
async def test_a_newcomer_who_turns_out_to_be_known_is_booked_as_they_are_known(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("a")
        await p.type("jayne dough 7d 10:30 with dr lee")
        await p.press("down", "end", "enter")
        await p.press("shift+tab", "shift+tab", "shift+tab", "ctrl+u")
        await p.type("Doe")
        await p.press("shift+tab", "ctrl+u")
        await p.type("Jane")
        await p.press("tab", "tab", "tab", "tab")
        await p.type("1984-03-01")
        await p.press("ctrl+s", "enter")
        assert "Booked: Jane Doe, Mon 30 Nov 2026 10:30-11:00" in p.screen
    assert stage.rows("select count(*) from customer") == [(4,)]


@pytest.mark.walk
async def test_the_last_line_of_who_is_found_is_for_somebody_else(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("slash")
        await p.type("doe")
        assert "▶Doe, Jane" in p.screen
        await p.press("down")
        assert "▶New customer" in p.screen
        await p.press("enter")
        assert "First name Doe" in p.screen
        await p.press("escape")
        assert isinstance(p.app.screen, FindDialog)
        await p.press("enter")
        await p.type("Stone")
        await p.press("ctrl+s")
        assert isinstance(p.app.screen, ProfileScreen)
        assert "Doe Stone · customer 5" in p.screen


async def test_who_may_not_add_customers_is_not_offered_to(stage: Stage) -> None:
    stage.session = replace(stage.session, rights=stage.session.rights - {Right.CHANGE_CUSTOMER})
    async with playing(stage) as p:
        await p.press("slash")
        await p.type("stone")
        assert "Nobody found." in p.screen
        await p.press("escape", "a")
        await p.type(LINE)
        assert "New customer" not in p.screen


async def test_whoever_is_found_comes_before_somebody_new(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("a")
        await p.type("janex")
        assert "▶New customer" in p.screen
        await p.press("backspace")
        await p.type(" doe or")
        await p.press(*["backspace"] * 3)
        await p.type(" 7d 10:30 with dr lee")
        await p.press("enter")
        assert "Booked: Jane Doe" in p.screen
