"""The desk with a queue before it: what a receptionist types is where it belongs, and says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from pim_tui.tui.dialogs.quick import QuickLine
from tests.tui.stage import TODAY, Stage, playing
from tests.tui.tillstage import with_till

DAY = TODAY.isoformat()


def fill(stage: Stage) -> None:
    """Dr Lee has nothing free today."""
    stage.booked("John Roe", f"{DAY} 08:00", 540)


async def test_somebody_who_is_here_is_read_at_this_time_before_the_name_is_known(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("I")
        await p.type("xaver new 20m - sore throat")
        assert "xaver new · Mon 23 Nov 2026 09:15-09:35" in p.screen
        assert "day?" not in p.screen
        await p.press("escape", "U")
        assert "Here now, from 09:15" in p.screen
        assert "xaver new · Mon 23 Nov 2026 09:15-09:35" in p.screen


async def test_on_a_full_day_overbooking_and_the_next_openings_are_offered(stage: Stage) -> None:
    fill(stage)
    async with playing(stage) as p:
        await p.press("a")
        await p.type("jane doe today 10:00 dr lee - cough")
        assert "▶Look for the next openings" in p.screen
        await p.press("down", "down", "enter")
        await p.type("in pain")
        await p.press("enter")
        assert "Booked: Jane Doe, Mon 23 Nov 2026 10:00-10:30, Dr Lee" in p.screen


@pytest.mark.walk
async def test_the_next_opening_is_booked_with_all_that_was_typed(stage: Stage) -> None:
    fill(stage)
    async with playing(stage) as p:
        await p.press("a")
        await p.type("jane doe today 10:00 dr lee - cough")
        await p.press("enter", "enter", "enter")
        assert "Booked: Jane Doe, Tue 24 Nov 2026 08:00-08:30, Dr Lee" in p.screen
    assert stage.rows("select reason from appointment where customer_id = 1") == [("cough",)]


@pytest.mark.walk
async def test_a_walk_in_on_a_full_day_is_overbooked_with_a_reason(stage: Stage) -> None:
    fill(stage)
    async with playing(stage) as p:
        await p.press("I")
        await p.type("jane doe 20m dr lee - sore throat")
        await p.press("enter")
        assert "▶Overbook, with a reason" in p.screen
        await p.press("enter")
        await p.type("in pain")
        await p.press("enter")
        assert "Jane Doe, Mon 23 Nov 2026 09:15-09:35, Dr Lee" in p.screen


@pytest.mark.walk
async def test_a_move_into_a_full_day_can_be_overbooked(stage: Stage) -> None:
    fill(stage)
    mine = stage.booked("Jane Doe", "2026-11-24 10:00")
    async with playing(stage) as p:
        await p.press("full_stop")
        p.app.screen.grid.go_to(block_id=mine)  # type: ignore[attr-defined]
        await p.press("m")
        await p.type("today")
        await p.press("enter")
        assert "▶Overbook, with a reason" in p.screen
        await p.press("escape")
        assert "Move Jane Doe to\n" in "\n".join(map(str.rstrip, p.screen.splitlines()))
        assert "Dr Lee is busy" in p.screen
        await p.type("w")
        assert "Dr Lee is busy" not in p.screen


async def test_letters_typed_in_the_list_go_on_with_the_line(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("a")
        await p.type("xaver 7d 10:30")
        await p.press("enter")
        await p.type(" 45m")
        assert "xaver 7d 10:30 45m" in p.screen
        await p.press("down", "backspace")
        assert "xaver 7d 10:30 45\n" in p.screen
        await p.press("down", "up")
        await p.type("m")
        assert "xaver 7d 10:30 45m" in p.screen


async def test_whoever_was_chosen_stays_while_the_time_is_typed_anew(stage: Stage) -> None:
    stage.booked("John Roe", f"{DAY} 10:00")
    async with playing(stage) as p:
        await p.press("a")
        await p.type("j today 10 dr lee")
        assert "Which one?" in p.screen
        await p.press("enter", "enter")
        assert "Dr Lee is busy" in p.screen
        who = next(line for line in p.screen.split("\n") if ", born " in line).partition(" · ")[0].strip()
        for _ in "10 dr lee":
            await p.press("backspace")
        await p.type("14 dr lee")
        assert f"{who} · Mon 23 Nov 2026 14:00" in p.screen
        assert "Which one?" not in p.screen
        await p.press("home", "delete")
        await p.type("jo")
        assert "Which one?" in p.screen


async def test_after_the_form_of_a_newcomer_one_types_on(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("a")
        await p.type("jane doe sore throat")
        assert "A reason stands behind a dash: - sore throat." in p.screen
        await p.press("enter", "enter", "escape")
        assert isinstance(p.app.screen, QuickLine)
        await p.press("ctrl+u")
        await p.type("jane doe 7d 10:30")
        assert "Jane Doe, born 1 Mar 1984 · Mon 30 Nov 2026 10:30-11:00" in p.screen


async def test_a_choice_begins_where_the_text_of_other_fields_begins(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("A")
        rows = [line for line in p.screen.splitlines() if line.startswith((" Day ", " Type ", " Staff "))]
        assert len({len(line) - len(line[10:].lstrip()) for line in rows}) == 1, rows


@pytest.mark.walk
async def test_a_drawer_asks_for_what_was_counted_and_names_its_lines(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f12", "m")
        assert "No drawer is open. f opens it with a counted float." in p.screen
        await p.press("f")
        assert "What was counted into it, such as 150." in p.screen
        await p.press("enter")
        assert "Float: type it first." in p.screen
        await p.type("x")
        assert "Float: “x” is not an amount" in p.screen


@pytest.mark.walk
async def test_from_a_profile_the_till_opens_for_that_customer(tmp_path: Path) -> None:
    async with playing(with_till(tmp_path)) as p:
        await p.press("slash")
        await p.type("doe")
        await p.press("enter", "f4")
        assert "Till · Sale · Jane Doe" in p.screen


async def test_what_is_taken_back_has_the_cursor_again(stage: Stage) -> None:
    mine = stage.booked("Jane Doe", f"{DAY} 10:00")
    async with playing(stage) as p:
        p.app.screen.grid.go_to(block_id=mine)  # type: ignore[attr-defined]
        await p.press("m")
        await p.type("14:00")
        await p.press("enter", "u")
        assert "Move taken back: Jane Doe, Mon 23 Nov 2026 10:00-10:30" in p.screen
        assert p.app.screen.chosen is not None  # type: ignore[attr-defined]
        assert p.app.screen.chosen.id == mine  # type: ignore[attr-defined]


@pytest.mark.walk
async def test_a_visit_of_a_series_that_fits_is_not_moved_to_where_it_is(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("R")
        await p.type("doe")
        await p.press("enter", "ctrl+u")
        await p.type("24 nov")
        await p.press("ctrl+s", "m")
        assert "Nothing is in the way of this visit; t moves it to a time of your own." in p.screen
        assert "moved" not in p.screen
