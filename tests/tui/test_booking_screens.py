"""Booking, moving and marking by key, on the real screens."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pim_tui.config import Settings
from pim_tui.domain.quickline import Start
from pim_tui.domain.states import Status
from pim_tui.errors import Refused
from pim_tui.services.booking import MarkAppointment, mark
from pim_tui.services.special_days import SetSpecialDays, set_special_days
from pim_tui.tui.dialogs.prompt import Prompt
from pim_tui.tui.dialogs.quick import QuickLine
from tests.tui.stage import Stage, at, on, playing, row, set_up


async def test_the_workflow_of_the_founding_request(tmp_path: Path) -> None:
    """Open Appointments, add, Mrs. Jane Doe, seven days from today, 10:30 AM, 30 minutes, save."""
    stage = set_up(tmp_path)
    async with playing(stage) as p:
        await p.press("f2", "A")
        await p.type("mrs. jane doe")
        await p.press("enter", "enter")
        await p.press("ctrl+u")
        await p.type("7d")
        await p.press("enter", "ctrl+u")
        await p.type("10:30 am")
        await p.press("enter", "ctrl+u")
        await p.type("30")
        await p.press("enter", "enter", "enter", "enter", "enter")
        await p.type("blood pressure review")
        await p.press("ctrl+s")
        assert "Booked: Jane Doe, Mon 30 Nov 2026 10:30-11:00" in p.screen
        await p.press("g")
        await p.type("+7d")
        await p.press("enter")
        assert "S◦ Jane Doe" in p.screen
        assert "30m Follow-up - bloo" in p.screen
        await p.press("slash")
        await p.type("doe")
        await p.press("enter")
        assert "Mon 30 Nov 2026  10:30  Follow-up" in p.screen
        assert "30 min" in p.screen


@pytest.mark.walk
@pytest.mark.parametrize(
    "line",
    [
        "jane doe 7d 10:30 30m follow-up - blood pressure review",
        "10:30am mon 30 nov fu doe jane 30m -- blood pressure review",
        "7d 1030 jane doe - blood pressure review",
    ],
)
async def test_the_quick_line_books_in_any_order(stage: Stage, line: str) -> None:
    async with playing(stage) as p:
        await p.press("a")
        await p.type(line)
        assert "Jane Doe, born 1 Mar 1984 · Mon 30 Nov 2026 10:30-11:00 · Follow-up" in p.screen
        await p.press("enter")
        assert "Booked: Jane Doe, Mon 30 Nov 2026 10:30-11:00, Dr Lee" in p.screen
    assert row(stage, 1, "starts_at, minutes, reason, status") == (
        at("2026-11-30 10:30"),
        30,
        "blood pressure review",
        "S",
    )


async def test_everything_typed_ahead_in_one_burst_still_books(stage: Stage) -> None:
    """No key waits for the screen: the form is still opening when the line is already typed."""
    async with playing(stage) as p:
        line = "a" + "doe jane 7d 1030"
        await p.pilot.press(*(("space" if c == " " else c) for c in line), "enter")
        await p.app.turns.settled()
        assert "Booked: Jane Doe, Mon 30 Nov 2026 10:30-11:00" in p.screen


async def test_the_quick_line_says_what_is_missing_and_keeps_the_line(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("a")
        await p.type("jane doe 10:30")
        await p.press("enter")
        assert "jane doe 10:30" in p.screen
        assert "day" in p.screen.lower()
        await p.type(" 7d")
        await p.press("enter")
        assert "Booked: Jane Doe" in p.screen


async def test_why_it_was_refused_stays_until_another_line_is_typed(stage: Stage) -> None:
    async with playing(stage) as p:
        line = QuickLine(Start(text="jane doe 7d 10:30"), Refused("Somebody else was faster.", "Try again."))
        p.app.push_screen(line)
        await p.press()
        line.load(line._read, "jane doe 7d 10:30")
        await p.press()
        assert "Somebody else was faster." in p.screen
        await p.press("5")
        assert "Somebody else was faster." not in p.screen


@pytest.mark.walk
async def test_a_collision_is_told_while_typing_and_the_nearest_times_are_a_key_away(stage: Stage) -> None:
    stage.booked("John Roe", "2026-11-30 10:30")
    async with playing(stage) as p:
        await p.press("a")
        await p.type("jane doe 7d 10:30")
        assert "Dr Lee is busy 10:30-11:00 (John Roe, Follow-up)" in p.screen
        assert "Take 11:00" in p.screen
        await p.press("enter", "enter")
        assert "Booked: Jane Doe, Mon 30 Nov 2026 11:00-11:30, Dr Lee" in p.screen
        await p.press("a")
        await p.type("aaron smith 7d 10:30")
        await p.press("enter", "end", "enter")
        assert "Dr Lee is busy 10:30-11:00 (John Roe, Follow-up)" in p.screen
        await p.type("in pain")
        await p.press("escape", "enter", "enter")
        assert "Booked: Aaron Smith, Mon 30 Nov 2026 10:30-11:00, Dr Lee" in p.screen
        set_special_days(stage.session, SetSpecialDays(date(2026, 12, 1), date(2026, 12, 1), None, ()))
        await p.press("a")
        await p.type("jane doe 8d 10:30")
        assert "The clinic is closed on Tue 1 Dec 2026" in p.screen
        assert "Overbook" not in p.screen


async def test_two_people_of_one_name_are_told_apart_before_anything_is_booked(tmp_path: Path) -> None:
    people = (("Jane", "Doe", "1984-03-01", "030 111111"), ("Jane", "Doe", "1951-09-09", "030 222222"))
    stage = set_up(tmp_path, people=people)
    async with playing(stage) as p:
        await p.press("a")
        await p.type("jane doe 7d 10:30 with lee")
        await p.press("enter")
        assert "1984-03-01" in p.screen
        assert "1951-09-09" in p.screen
        assert stage.rows("select count(*) from appointment") == [(0,)]
        wanted = next(line for line in p.screen.splitlines() if "1951-09-09" in line)
        await p.press(*(["down"] if not wanted.lstrip("│ ").startswith("▶") else []), "enter")
        born = stage.rows("select c.birth_date from appointment a join customer c on c.id = a.customer_id")
        assert born == [("1951-09-09",)]


async def test_losing_the_slot_meanwhile_gives_the_line_back_with_the_nearest_times(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("a")
        await p.type("jane doe 7d 10:30")
        stage.booked("John Roe", "2026-11-30 10:30")
        await p.press("enter")
        assert "jane doe 7d 10:30" in p.screen
        assert "Dr Lee is busy 10:30-11:00 (John Roe, Follow-up)" in p.screen
        await p.press("down", "enter")
        assert "Booked: Jane Doe, Mon 30 Nov 2026 11:00-11:30" in p.screen


async def test_a_move_that_is_refused_gives_back_what_was_typed(stage: Stage) -> None:
    jane = stage.booked("Jane Doe", "2026-11-23 10:30")
    async with playing(stage) as p:
        await on(p, jane)
        await p.press("m")
        await p.type("tue 9")
        assert "Tue 24 Nov 2026 09:00" in p.screen
        set_special_days(stage.session, SetSpecialDays(date(2026, 11, 24), date(2026, 11, 24), None, ()))
        await p.press("enter")
        assert "The clinic is closed on Tue 24 Nov 2026" in p.screen
        await p.press("escape")
        assert "\n tue 9" in p.screen
        await p.press("ctrl+u")
        await p.type("wed 9")
        await p.press("enter")
    assert row(stage, jane, "day, wall") == ("2026-11-25", "09:00")


async def test_the_form_reports_all_faults_at_once_and_keeps_what_was_typed(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("A")
        await p.type("jane")
        await p.press("tab", "ctrl+u")
        await p.type("someday")
        await p.press("tab", "ctrl+u")
        await p.type("25:99")
        await p.press("ctrl+s")
        for text in ("someday", "25:99", "Customer:", "Day:", "Time:"):
            assert text in p.screen
    assert stage.rows("select count(*) from appointment") == [(0,)]


async def test_overbooking_needs_a_reason_which_holds_when_more_is_asked(stage: Stage) -> None:
    stage.booked("John Roe", "2026-11-23 11:00")
    stage.booked("Jane Doe", "2026-11-23 11:00", staff="Dr Sato")
    mine = stage.booked("Jane Doe", "2026-11-23 10:30")
    async with playing(stage) as p:
        await on(p, mine)
        await p.press("m")
        await p.type("11:00")
        await p.press("enter")
        assert "Dr Lee is busy 11:00-11:30 (John Roe, Follow-up)" in p.screen
        assert "Overbook, with a reason" in p.screen
        assert "Take Mon 23 Nov 2026 10:30" not in p.screen
        await p.press("end", "enter")
        await p.type("in pain")
        await p.press("enter")
        assert "The customer is already booked 11:00-11:30" in p.screen
        assert "Do it all the same" in p.screen
        await p.press("enter")
        assert "Moved: Jane Doe, Mon 23 Nov 2026 11:00-11:30" in p.screen
    assert row(stage, mine, "overbooked_by_id, overbook_reason") == (1, "in pain")


async def test_one_slot_later_and_longer_follow_the_appointment(stage: Stage) -> None:
    mine = stage.booked("Jane Doe", "2026-11-23 10:00")
    async with playing(stage) as p:
        await on(p, mine)
        await p.press("right_square_bracket", "plus", "right_square_bracket", "minus", "left_square_bracket")
        assert "Moved: Jane Doe, Mon 23 Nov 2026 10:15-10:45" in p.screen
    assert row(stage, mine, "starts_at, minutes, version") == (at("2026-11-23 10:15"), 30, 6)


async def test_next_free_skips_what_is_taken(stage: Stage) -> None:
    mine = stage.booked("Jane Doe", "2026-11-23 10:00")
    stage.booked("John Roe", "2026-11-23 10:30")
    async with playing(stage) as p:
        await on(p, mine)
        await p.press("greater_than_sign")
        assert "Moved: Jane Doe, Mon 23 Nov 2026 11:00-11:30" in p.screen


async def test_undo_takes_back_step_by_step(stage: Stage) -> None:
    mine = stage.booked("Jane Doe", "2026-11-23 08:00")
    async with playing(stage) as p:
        await on(p, mine)
        await p.press("c")
        assert row(stage, mine, "status") == ("C",)
        await p.press("u")
        assert row(stage, mine, "status") == ("S",)
        await p.press("u")
        assert row(stage, mine, "status, cancel_reason") == ("X", "booked by mistake")
        await p.press("u")
        assert "nothing of yours to take back" in p.screen


async def test_a_booking_is_told_whole_however_long_the_name_is(tmp_path: Path) -> None:
    long = ("Wolfeschlegelsteinhausenbergerdorff Hubert Blaine", "zu Hohenlohe-Waldenburg-Bartenstein")
    stage = set_up(tmp_path, people=((*long, "1950-01-02", "030 5550199"),))
    async with playing(stage) as p:
        await p.press("a")
        await p.type("wolfe 7d 10:30")
        await p.press("enter")
        assert "Booked: Wolfe" in p.screen
        assert "Mon 30 Nov 2026 10:30-11:00, Dr Lee" in " ".join(p.screen.split())


@pytest.mark.walk
async def test_missed_canceled_and_reopened(stage: Stage) -> None:
    past = stage.booked("Jane Doe", "2026-11-23 08:00")
    coming = stage.booked("John Roe", "2026-11-23 11:00")
    async with playing(stage) as p:
        await on(p, past)
        await p.press("n")
        assert "M✗ Jane Doe" in p.screen
        await on(p, coming)
        await p.press("n")
        assert "cannot be Missed before it has started" in p.screen
        await p.press("x", "enter")
        assert "Type the reason first" in p.screen
        await p.type("has the flu")
        await p.press("enter")
        assert row(stage, coming, "status, cancel_reason, cancelled_by") == ("X", "has the flu", "customer")
        await on(p, past)
        await p.press("r")
        assert row(stage, past, "status") == ("S",)


async def test_book_again_like_this_one_is_a_week_on_and_remembers_where_from(stage: Stage) -> None:
    mine = stage.booked("Jane Doe", "2026-11-23 10:00", 45, reason="wound check", room_id=1)
    async with playing(stage) as p:
        await on(p, mine)
        await p.press("b", "ctrl+s")
        assert "Booked: Jane Doe, Mon 30 Nov 2026 10:00-10:45" in p.screen
    assert row(stage, 2, "rebooked_from_id, reason, room_id, minutes") == (mine, "wound check", 1, 45)


@pytest.mark.walk
async def test_an_appointment_changed_by_another_desk_shows_both_values(stage: Stage) -> None:
    from dataclasses import replace

    from pim_tui.queries.calendar import visit
    from pim_tui.services.booking import ChangeAppointment, change

    mine = stage.booked("Jane Doe", "2026-11-23 10:00")
    async with playing(stage) as p:
        await on(p, mine)
        await p.press("e")
        seen = visit(mine).details
        change(stage.session, ChangeAppointment(mine, 1, seen, replace(seen, reason="from the other desk")))
        for _ in range(7):
            await p.press("tab")
        await p.type("mine")
        await p.press("ctrl+s")
        assert "changed by somebody else" in p.screen
        assert "from the other desk" in p.screen
        assert "mine" in p.screen


async def test_hostile_text_in_a_line_is_shown_and_kept_literally(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("a")
        await p.type("jane doe 7d 10:30 - [red]x[/] [@click=app.quit]y[/]")
        await p.press("enter")
    assert row(stage, 1, "reason") == ("[red]x[/] [@click=app.quit]y[/]",)


async def test_a_time_that_does_not_exist_offers_the_next_one(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    stage.open_always()
    async with playing(stage) as p:
        await p.press("a")
        await p.type("jane doe 2027-03-28 02:30 with lee")
        assert "does not exist" in p.screen
        await p.press("enter", "enter")
        assert "Booked: Jane Doe, Sun 28 Mar 2027 03:00-03:30" in p.screen


@pytest.mark.walk
async def test_a_time_that_comes_twice_asks_which(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    stage.open_always()
    async with playing(stage) as p:
        await p.press("a")
        await p.type("jane doe 2027-10-31 02:30 with lee")
        assert "UTC+02:00" in p.screen
        assert "UTC+01:00" in p.screen
        await p.press("down", "down", "enter")
    assert row(stage, 1, "starts_at") == (at("2027-10-31 01:30") + 7200,)


async def test_what_is_canceled_is_not_asked_where_it_moves_to(stage: Stage) -> None:
    mine = stage.booked("Jane Doe", "2026-11-23 10:30")
    mark(stage.session, MarkAppointment(mine, 1, Status.CANCELED, "has the flu", "customer"))
    async with playing(stage) as p:
        await on(p, mine)
        await p.press("m")
        assert "It is Canceled and no longer changes. Set it back to Scheduled first (r)." in p.screen
        assert not isinstance(p.app.screen, Prompt)


async def test_what_is_to_be_done_first_is_told_with_the_key_that_does_it(stage: Stage) -> None:
    mine = stage.booked("Jane Doe", "2026-11-23 08:00")
    mark(stage.session, MarkAppointment(mine, 1, Status.MISSED))
    async with playing(stage, settings=Settings(country="DE", keys={"calendar.reopen": "z"})) as p:
        await on(p, mine)
        await p.press("c")
        told = (
            "Missed cannot become Completed directly. Set it back to Scheduled first (z), then to Completed."
        )
        assert told in " ".join(p.screen.split())
        await p.press("x")
        assert "Set it back to Scheduled first (z)." in p.screen
        drawer = Refused("No drawer is open.", "Open it with a counted float first.", step="dayclose.float")
        p.app.tell(drawer)
        await p.press()
        assert "No drawer is open. Open it with a counted float first (F12, then f)." in p.screen
        await p.press("f12")
        p.app.tell(drawer)
        await p.press()
        assert "Open it with a counted float first (f)." in p.screen


# --- days that are over ---------------------------------------------------------------------------


async def test_a_form_for_a_day_that_is_over_asks_once_and_a_yes_books(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("A")
        await p.type("jane doe")
        await p.press("enter", "enter", "ctrl+u")
        await p.type("16 nov 2025")
        await p.press("tab", "ctrl+u")
        await p.type("10:30")
        assert "Sun 16 Nov 2025 was 372 days ago" in p.screen
        await p.press("shift+tab", "ctrl+u")
        await p.type("fri 20 nov 2026")
        await p.press("ctrl+s")
        assert "Fri 20 Nov 2026 was 3 days ago. Do it all the same, or give another day." in p.screen
        assert stage.rows("select count(*) from appointment") == [(0,)]
        await p.press("enter")
        assert "Booked: Jane Doe, Fri 20 Nov 2026 10:30-11:00, Dr Lee" in p.screen
    assert row(stage, 1, "day, status") == ("2026-11-20", "S")


async def test_a_yes_to_one_day_that_is_over_is_none_to_another(stage: Stage) -> None:
    stage.booked("Jane Doe", "2026-11-19 10:30", staff="Dr Sato")
    async with playing(stage) as p:
        await p.press("A")
        await p.type("jane doe")
        await p.press("enter", "enter", "ctrl+u")
        await p.type("19 nov 2026")
        await p.press("tab", "ctrl+u")
        await p.type("10:30")
        await p.press("ctrl+s", "enter")
        assert "The customer is already booked 10:30-11:00" in p.screen
        await p.press("enter")
        assert "Booked: Jane Doe, Thu 19 Nov 2026 10:30-11:00" in p.screen, "both were answered"
        await p.press("A")
        await p.type("john roe")
        await p.press("enter", "enter", "ctrl+u")
        await p.type("18 nov 2026")
        await p.press("tab", "ctrl+u")
        await p.type("10:30")
        await p.press("ctrl+s")
        assert "Wed 18 Nov 2026 was 5 days ago." in p.screen
        await p.press("shift+tab", "ctrl+u")
        p.app.screen.query_one("#day").focus()
        await p.press("ctrl+u")
        await p.type("18 nov 2025")
        await p.press("ctrl+s")
        assert "Tue 18 Nov 2025 was 370 days ago. Do it" in " ".join(p.screen.split())
    assert stage.rows("select count(*) from appointment where customer_id = ?", 2) == [(0,)]


async def test_earlier_today_is_booked_without_a_question(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("a")
        await p.type("jane doe today 8:00")
        assert "08:00 today has passed, it is 09:20" in " ".join(p.screen.split())
        await p.press("enter")
        assert "Booked: Jane Doe, Mon 23 Nov 2026 08:00-08:30, Dr Lee" in p.screen


async def test_a_quick_line_for_yesterday_says_so_and_asks_once(stage: Stage) -> None:
    stage.open_always()
    async with playing(stage) as p:
        await p.press("a")
        await p.type("jane doe yesterday 10:30")
        assert "Sun 22 Nov 2026 was yesterday" in p.screen
        await p.press("enter")
        assert "Sun 22 Nov 2026 was yesterday." in p.screen
        assert "Do it all the same" in p.screen
        await p.press("escape")
        assert "jane doe yesterday 10:30" in p.screen, "the line is given back"
        assert stage.rows("select count(*) from appointment") == [(0,)]
        await p.press("enter", "enter")
        assert "Booked: Jane Doe, Sun 22 Nov 2026 10:30-11:00, Dr Lee" in p.screen


async def test_a_taken_time_on_a_day_that_is_over_tells_both_and_asks_both(stage: Stage) -> None:
    stage.booked("Jane Doe", "2026-11-20 10:00")
    stage.booked("John Roe", "2026-11-20 10:00", staff="Dr Sato")
    async with playing(stage) as p:
        await p.press("a")
        await p.type("john roe 20.11.2026 10:00 dr lee")
        told = " ".join(p.screen.split())
        assert "Fri 20 Nov 2026 was 3 days ago · Dr Lee is busy 10:00-10:30 (Jane Doe, Follow-up)" in told
        await p.press("enter")
        assert "Fri 20 Nov 2026 was 3 days ago" in p.screen, "it is told as long as one chooses"
        await p.press("end", "enter")
        assert "Fri 20 Nov 2026 was 3 days ago." in p.screen
        await p.press("enter")
        assert "Dr Lee is busy 10:00-10:30" in p.screen
        await p.type("urgent")
        await p.press("enter")
        assert "The customer is already booked 10:00-10:30" in p.screen
        await p.press("enter")
        assert "Booked: John Roe, Fri 20 Nov 2026 10:00-10:30, Dr Lee" in p.screen


async def test_a_move_to_a_day_that_is_over_is_asked_about_and_one_within_it_is_not(stage: Stage) -> None:
    mine = stage.booked("Jane Doe", "2026-11-23 10:30")
    async with playing(stage) as p:
        await on(p, mine)
        await p.press("m")
        await p.type("23 nov 2025")
        await p.press("enter")
        assert "closed on Sun 23 Nov 2025" not in p.screen, "the day is what is asked about first"
        assert "Sun 23 Nov 2025 was 365 days ago." in p.screen
        await p.press("escape")
        assert "\n 23 nov 2025" in p.screen, "what was typed is given back"
        await p.press("ctrl+u")
        await p.type("fri 20 nov 2026")
        await p.press("enter")
        assert "Fri 20 Nov 2026 was 3 days ago." in p.screen
        await p.press("enter")
        assert "Moved: Jane Doe, Fri 20 Nov 2026 10:30-11:00" in p.screen
        await p.press("comma", "comma", "comma")
        await on(p, mine)
        await p.press("right_square_bracket")
        assert "Moved: Jane Doe, Fri 20 Nov 2026 10:45-11:15" in p.screen
        await p.press("u", "u")
    assert row(stage, mine, "day, wall") == ("2026-11-23", "10:30")
