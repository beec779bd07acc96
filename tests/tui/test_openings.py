"""The next opening by key: typed, chosen, booked or moved to."""

from __future__ import annotations

import pytest

from tests.tui.stage import Stage, at, on, playing


@pytest.mark.walk
async def test_a_typed_wish_lists_what_is_free_and_books_it_with_the_day_that_was_wished(
    stage: Stage,
) -> None:
    stage.booked("John Roe", "2026-12-07 08:00", 240)
    async with playing(stage) as p:
        await p.press("N")
        assert "Dr Lee · Follow-up · 30 min · any day" in p.screen
        assert "Mon 23 Nov 2026   09:30-10:00   Dr Lee" in p.screen
        await p.type("any fv 45m mon,thu morning from +2w")
        assert "anybody · First visit · 45 min · on Mon, Thu in the morning · from Mon 7 Dec" in p.screen
        assert "Mon 7 Dec 2026    08:00-08:45   Dr Sato" in p.screen
        await p.press("enter")
        await p.type("doe")
        await p.press("enter", "enter")
        await p.press("ctrl+s")
        assert "Booked: Jane Doe, Mon 7 Dec 2026 08:00-08:45, Dr Sato" in p.screen
    assert stage.rows("select wished_day from appointment where id = 2") == [(None,)]


@pytest.mark.walk
async def test_the_day_that_was_wished_is_kept_where_it_became_another(stage: Stage) -> None:
    stage.booked("John Roe", "2026-11-30 08:00", 540)
    async with playing(stage) as p:
        await p.press("slash")
        await p.type("doe")
        await p.press("enter", "w")
        assert "Next opening: Enter books · Jane Doe" in p.screen
        assert "▶Mon 23 Nov 2026   09:30-10:00   Dr Lee" in p.screen
        await p.type("lee fu 30 nov")
        assert "Tue 1 Dec 2026" in p.screen
        await p.press("enter", "ctrl+s")
        assert "Booked: Jane Doe, Tue 1 Dec 2026 08:00-08:30, Dr Lee" in p.screen
    assert stage.rows("select day, wished_day from appointment where id = 2") == [
        ("2026-12-01", "2026-11-30")
    ]


@pytest.mark.walk
async def test_an_appointment_is_moved_to_the_opening_that_is_taken(stage: Stage) -> None:
    mine = stage.booked("Jane Doe", "2026-11-23 10:00")
    stage.booked("Jane Doe", "2026-11-24 08:00", staff="Dr Sato")
    async with playing(stage) as p:
        await on(p, mine)
        await p.press("N")
        assert "Enter moves it, Ctrl+B books · Jane Doe, Mon 23 Nov 2026 10:00" in p.screen
        await p.type("sato tue")
        await p.press("enter")
        assert "Moved: Jane Doe, Tue 24 Nov 2026 08:30" in p.screen
        await p.press("g")
        await p.type("24 nov")
        await p.press("enter")
        await on(p, mine)
        await p.press("N", "ctrl+b")
        assert "Enter books, Ctrl+B moves it · Jane Doe, Tue" in p.screen
        await p.type("wed")
        await p.press("enter", "ctrl+s")
        assert "Booked: Jane Doe, Wed 25 Nov 2026 08:00-08:30, Dr Sato" in p.screen
    assert stage.rows("select starts_at, staff_id from appointment where id = ?", mine) == [
        (at("2026-11-24 08:30"), 3)
    ]
    assert stage.rows("select rebooked_from_id from appointment where id = 3") == [(mine,)]


async def test_the_form_takes_an_opening_and_an_empty_list_says_why(stage: Stage) -> None:
    stage.booked("Jane Doe", "2026-11-24 08:00", 60)
    async with playing(stage) as p:
        await p.press("A")
        await p.type("doe")
        await p.press("enter", "enter", "ctrl+n")
        await p.type("sun")
        assert "Dr Lee does not work on Sun until 23 Nov 2027." in p.screen
        await p.press("enter", "ctrl+u")
        await p.type("tue 3h")
        await p.press("down", "enter")
        await p.press("ctrl+s")
        assert "Booked: Jane Doe, Tue 24 Nov 2026 12:00-15:00, Dr Lee" in p.screen


async def test_of_a_line_typed_in_one_burst_only_the_last_letter_is_answered(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.pilot.press("N", *("space" if letter == " " else letter for letter in "sato fu 45m wed"))
        await p.app.turns.settled()
        assert "Dr Sato · Follow-up · 45 min · on Wed" in p.screen
        assert "▶Wed 25 Nov 2026   08:00-08:45   Dr Sato" in p.screen
        assert "Mon 23 Nov 2026   " not in p.screen
