"""Working time by key: the week, leave, closed days, and the list of what needs moving."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from pim_tui.domain.worktime import Absence
from pim_tui.services.leave import AddLeave, add_leave
from pim_tui.tui.screens.hours import HoursScreen
from pim_tui.tui.screens.moving import MovingScreen
from tests.tui.stage import Stage, playing
from tests.tui.test_live import at_desk


async def test_a_week_is_typed_and_told_back_and_begins_on_its_day(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("E", "down", "down")
        assert isinstance(p.app.screen, HoursScreen)
        assert "Working time · Dr Lee" in p.screen
        assert "Fri         08:00-17:00" in p.screen
        await p.press("w", "ctrl+u")
        await p.type("nine")
        assert "Mon: is not understood. Write 9-12:30" in p.screen
        await p.press("ctrl+u")
        await p.type("9-12:30 & 1:30 to 5")
        await p.press("tab", "tab", "tab", "tab", "tab", "tab", "tab", "ctrl+u")
        await p.type("tue")
        assert "From Tue 24 Nov 2026: Mon 09:00-12:30, 13:30-17:00 · Tue-Fri 08:00-17:00" in p.screen
        await p.press("enter")
        assert "Dr Lee: new hours from Tue 24 Nov 2026." in p.screen
        assert "from        Tue 24 Nov 2026" in p.screen
        assert "            Tue-Fri 08:00-17:00" in p.screen


@pytest.mark.walk
async def test_new_leave_opens_what_lies_in_it_until_nothing_is_left(stage: Stage) -> None:
    stage.booked("Jane Doe", "2026-11-24 10:30")
    stage.booked("John Roe", "2026-11-24 11:30")
    async with playing(stage) as p:
        await p.press("E", "down", "down", "l")
        await p.type("tueday")
        assert "First day: “tueday” is not a day." in p.screen
        await p.press("backspace", "backspace", "backspace", "tab", "tab")
        await p.type("10-12")
        assert "\n Tue 24 Nov 2026: Leave 10:00-12:00" in p.screen
        await p.press("ctrl+s")
        assert isinstance(p.app.screen, MovingScreen)
        assert "Dr Lee: Leave 10:00-12:00. 2 appointments need moving." in p.screen
        assert "Needs moving · 2" in p.screen
        assert "Tue 24 Nov  10:30-11:00  Jane Doe" in p.screen
        await p.press("greater_than_sign")
        assert "Moved: Jane Doe, Tue 24 Nov 2026 12:00-12:30, Dr Lee" in p.screen
        assert "Needs moving · 1" in p.screen
        await p.press("f2")
        assert "1 to move" in p.screen
        await p.press("M", "x")
        await p.type("Leave")
        await p.press("enter")
        assert "Nothing needs moving." in p.screen
        await p.press("escape")
        assert "to move" not in p.screen


async def test_a_closed_day_is_drawn_with_its_reason_and_taken_back(stage: Stage) -> None:
    add_leave(stage.session, AddLeave(2, Absence(date(2026, 11, 25), date(2026, 11, 27))))
    async with playing(stage) as p:
        await p.press("E", "d", "ctrl+u")
        await p.type("+1d")
        await p.press("tab", "tab", "tab")
        await p.type("Staff outing")
        await p.press("enter")
        assert "The clinic: closed on Tue 24 Nov 2026, Staff outing." in p.screen
        await p.press("escape", "full_stop")
        assert "Tue 24 Nov 2026 · Closed: Staff outing" in p.screen
        assert p.screen.count("Closed: Staff outing") > 1
        assert "   C   C   C" in p.screen
        await p.press("full_stop")
        assert "Leave to 27 Nov" in p.screen
        assert "   L   L   L" in p.screen
        await p.press("2")
        assert "leave" in p.screen
        await p.press("E", "tab", "x")
        assert "Tue 24 Nov 2026 is a day like any other again." in p.screen


async def test_what_others_do_to_leave_is_told_and_drawn(stage: Stage) -> None:
    other = replace(stage.session, name="Dr Sato", staff_id=3, key="desk-2")
    stage.booked("Jane Doe", "2026-11-24 10:30")
    with ThreadPoolExecutor(1) as watch:
        async with at_desk(stage, watch) as desk:
            add_leave(other, AddLeave(2, Absence(date(2026, 11, 24), date(2026, 11, 24))))
            await desk.look()
            await desk.read()
            assert desk.says == "Dr Sato wrote down leave of Dr Lee."
            assert "1 to move" in desk.screen


async def test_a_draft_of_leave_comes_back_as_it_was_typed(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("E", "down", "down", "l", "ctrl+u")
        await p.type("next mon")
        p.app.save_drafts()
    async with playing(stage) as p:
        await p.press("enter")
        assert "Leave of Dr Lee" in p.screen
        assert "next mon" in p.screen
        await p.press("ctrl+s")
    rows = stage.rows("select staff_id, first_day, last_day from leave")
    assert rows == [(2, "2026-11-30", "2026-11-30")]
