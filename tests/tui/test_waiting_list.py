"""The waiting list on screen: put on, changed, offered from the footer of a freed time, answered by a key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from pim_tui.domain.waiting import Slot, Wish
from pim_tui.queries.waiting import entry
from pim_tui.services.offers import OfferTime, offer_time
from pim_tui.services.waiting import AddWaiting, ChangeWaiting, add_waiting, change_waiting
from pim_tui.tui.screens.waitinglist import Known, WaitingScreen
from tests.tui.stage import ZONE, Player, Stage, at, key_event, playing, set_up


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return set_up(tmp_path)


def wait(stage: Stage, customer: str, appointment: int | None = None, **wish: object) -> None:
    stage.clock[0] += 1
    command = AddWaiting(stage.customers[customer], Wish(30, **wish), "", appointment)  # type: ignore[arg-type]
    add_waiting(stage.session, command)


async def cancel(player: Player, id_: int) -> None:
    """Cancel the appointment, which is under the cursor then."""
    player.app.screen.grid.go_to(block_id=id_)  # type: ignore[attr-defined]
    await player.press("x", "o", "k", "enter")


@pytest.mark.walk
async def test_a_draft_over_wishes_that_were_changed_since_says_so_before_it_is_saved(
    stage: Stage,
) -> None:
    wait(stage, "John Roe")
    async with playing(stage) as p:
        await p.app.push_screen(WaitingScreen())
        await p.press("e", "end")
        await p.type(" mon")
        p.app.save_drafts()
    seen = entry(1, ZONE)
    wish = replace(seen.wish, urgency=2)
    change_waiting(stage.session, ChangeWaiting(1, seen.version, seen.line, wish))
    async with playing(stage) as p:
        await p.press("enter", "ctrl+s")
        assert "was changed by somebody else" in p.screen
        assert entry(1, ZONE).wish == wish
        await p.press("ctrl+s")
    assert entry(1, ZONE).weekdays == "0"


@pytest.mark.walk
async def test_somebody_is_put_on_the_list_in_one_line_changed_and_taken_off(stage: Stage) -> None:
    jane = stage.booked("Jane Doe", "2026-11-24 14:00")
    wait(stage, "John Roe")
    async with playing(stage) as p:
        await p.press("full_stop")
        p.app.screen.grid.go_to(block_id=jane)  # type: ignore[attr-defined]
        await p.press("W")
        assert "Waiting list · a adds Jane Doe" in p.screen
        assert "John Roe" in p.screen
        await p.press("A")
        assert "Find: name, phone digits" in p.screen
        await p.press("escape", "a")
        assert "Jane Doe waits for an earlier time" in p.screen
        await p.type("asap monn")
        assert "“monn” was not understood" in p.screen
        await p.press("backspace", "enter", "enter")
        assert "On the waiting list: Jane Doe, urgent 30m Follow-up Mon" in p.screen
        assert "has Tue 24 Nov 14:00" in p.screen
        lines = [line for line in p.screen.splitlines() if "Doe" in line or "Roe" in line]
        assert lines[1].lstrip("▶ ").split()[:3] == ["U", "Jane", "Doe"]
        await p.press("e", "end")
        await p.type("mornings")
        await p.press("tab", "o", "k", "enter")
        assert "Changed: Jane Doe, urgent 30m Follow-up Mon mornings" in p.screen
        await p.press("x")
        await p.press("o", "k", "enter")
        assert "Jane Doe" not in p.screen.splitlines()[2]
    rows = stage.rows("select state, appointment_id, note from waiting_entry order by id")
    assert rows == [("waiting", None, ""), ("withdrawn", jane, "ok")]


async def test_a_freed_time_names_who_fits_and_enter_offers_it_to_the_first(stage: Stage) -> None:
    freed = stage.booked("Aaron Smith", "2026-11-23 10:30")
    wait(stage, "John Roe")
    wait(stage, "Jane Doe", urgency=2)
    wait(stage, "José García", staff_id=3)
    async with playing(stage) as p:
        await cancel(p, freed)
        assert "Free: Mon 23 Nov 10:30 Dr Lee 30m." in p.screen
        assert "1 J. Doe urgent, 2 J. Roe." in p.screen
        assert "José" not in p.screen
        assert "Canceled" in p.screen
        await p.press("enter")
        assert "Offer Mon 23 Nov 10:30 Dr Lee 30m to Jane Doe · urgent" in p.screen
        assert "╭─╮" in p.screen  # the number, in large figures
        assert "By telephone: Harbour Clinic: free on Mon 23 Nov 2026 at 10:30" in p.screen
        assert stage.rows("select entry_id from hold") == [(2,)]
        await p.press("d")
        assert "to John Roe" in p.screen
        await p.press("a")
        assert "Booked: John Roe, Mon 23 Nov 2026 10:30-11:00, Dr Lee" in p.screen
    assert stage.rows("select state from waiting_entry order by id") == [
        ("booked",),
        ("waiting",),
        ("waiting",),
    ]


@pytest.mark.walk
async def test_any_other_key_does_what_it_always_does_and_ends_the_offer(stage: Stage) -> None:
    first = stage.booked("Aaron Smith", "2026-11-23 10:30")
    second = stage.booked("Aaron Smith", "2026-11-23 11:30")
    wait(stage, "Jane Doe")
    wait(stage, "John Roe")
    async with playing(stage) as p:
        await cancel(p, first)
        await p.press("down", "enter")
        assert "Aaron Smith · Canceled" in p.screen
        await p.press("escape")
        assert stage.rows("select 1 from waiting_offer") == []
        await cancel(p, second)
        await p.press("2", "l")
        assert "Offered to John Roe" in p.screen
        await p.press("W", "down", "enter")
        assert "Offer Mon 23 Nov 11:30 Dr Lee 30m to John Roe" in p.screen
        await p.press("a")
    assert stage.rows("select customer_id, status from appointment order by id desc limit 1") == [(2, "S")]


async def test_keys_typed_ahead_are_no_answer_to_what_could_not_be_seen_yet(stage: Stage) -> None:
    freed = stage.booked("Aaron Smith", "2026-11-23 09:00")
    wait(stage, "Jane Doe")
    async with playing(stage) as p:
        p.app.screen.grid.go_to(block_id=freed)  # type: ignore[attr-defined]
        await p.press()
        for key in ("n", "enter"):
            p.app.turns.take(key_event(key))
        await p.press()
        assert "Aaron Smith · Missed" in p.screen
        assert stage.rows("select 1 from waiting_offer") == []


async def test_a_move_frees_its_time_and_the_profile_says_who_waits(stage: Stage) -> None:
    jane = stage.booked("Jane Doe", "2026-11-24 10:30")
    wait(stage, "John Roe", urgency=1)
    wait(stage, "Jane Doe", jane)
    async with playing(stage) as p:
        await p.press("slash", "d", "o", "e", "enter")
        assert "waits: 30m" in p.screen
        await p.press("m", "1", "5", "enter")
        assert "Moved. Free: Tue 24 Nov 10:30 Dr Lee 30m. 1 J. Roe soon. Enter offers it" in p.screen
        await p.press("enter", "a")
        assert "Booked: John Roe" in p.screen


async def test_several_times_that_one_change_frees_are_told_shortly_and_the_first_is_offered(
    stage: Stage,
) -> None:
    for hour in ("10:00", "10:30"):
        stage.booked("Aaron Smith", f"2026-11-23 {hour}")
    wait(stage, "John Roe")
    async with playing(stage) as p:
        for id_ in (1, 2):
            p.app.screen.grid.go_to(block_id=id_)  # type: ignore[attr-defined]
            await p.press("v")
        p.app.screen.grid.go_to(instant=at("2026-11-23 14:00"), column_id=2)  # type: ignore[attr-defined]
        await p.press("V", "enter")
        assert "Free: Mon 23 Nov 10:00 Dr Lee 30m and 1 more. 1 J. Roe." in " ".join(p.screen.split())
        await p.press("enter")
        assert "Offer Mon 23 Nov 10:00 Dr Lee 30m to John Roe" in p.screen
        await p.press("d")


async def test_a_time_is_found_for_an_entry_by_its_wishes_and_offered(stage: Stage) -> None:
    stage.booked("Aaron Smith", "2026-11-24 08:00", staff="Dr Sato")
    wait(stage, "Jane Doe", staff_id=3, weekdays="1", to_minute=720)
    async with playing(stage) as p:
        await p.press("W", "enter")
        assert "Enter offers it · Jane Doe" in p.screen
        assert "30m Tue mornings with Dr Sato" in p.screen
        await p.press("down", "enter")
        assert "Offer Tue 24 Nov 09:00 Dr Sato 30m to Jane Doe" in p.screen
        await p.press("l")
        assert "offered Tue 24 Nov 09:00 Dr Sato" in p.screen
        await p.press("enter", "a")
        assert "Booked: Jane Doe, Tue 24 Nov 2026 09:00-09:30, Dr Sato" in p.screen


@pytest.mark.walk
async def test_whoever_is_slower_with_somebody_who_waits_keeps_what_was_typed(stage: Stage) -> None:
    other = replace(stage.session, staff_id=3, name="Dr Sato", key="desk-2")
    wait(stage, "Jane Doe")
    async with playing(stage) as p:
        await p.press("W", "enter")
        await p.press("end")
        await p.type("mon with lee")
        offer_time(other, OfferTime(1, Slot(2, None, at("2026-11-24 09:00"), 30)))
        await p.press("enter")
        assert "Dr Sato was faster: Jane Doe was offered Tue 24 Nov 09:00 Dr Lee 30m" in " ".join(
            p.screen.replace("│", " ").split()
        )
        assert p.app.screen.query_one(Input).value == "30m mon with lee"
        assert stage.rows("select count(*) from waiting_offer") == [(1,)]
        await p.press("escape", "escape")
    async with playing(stage) as p:
        p.app.push_screen(WaitingScreen(Known(stage.customers["John Roe"], "John Roe", None, "")))
        await p.press("a")
        await p.type("asap mon mornings")
        wait(stage, "John Roe")
        await p.press("tab", "enter")
        assert "The customer waits for that already" in p.screen
        assert "asap mon mornings" in p.screen
