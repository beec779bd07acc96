"""The calendar, driven by keys, read as text."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from pim_tui.config import Settings
from pim_tui.domain.states import Status
from pim_tui.services.booking import MarkAppointment, mark
from pim_tui.tui.terminal import profile
from tests.tui.stage import Player, Stage, playing, set_up
from tests.walks import some

SIZES = [(80, 24), (120, 40)]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    made = set_up(tmp_path)
    made.booked("Jane Doe", "2026-11-23 10:00", reason="blood pressure review")
    made.booked("John Roe", "2026-11-23 10:15", staff="Dr Sato", minutes=45)
    made.booked("Aaron Smith", "2026-11-25 11:00")
    return made


def line_with(player: Player, text: str) -> str:
    """The first line of the screen that holds ``text``."""
    found = [line for line in player.screen.splitlines() if text in line]
    assert found, f"{text!r} is not on the screen:\n{player.screen}"
    return found[0]


@pytest.mark.parametrize("size", some(SIZES))
async def test_the_day_shows_each_appointment_with_state_customer_length_and_purpose(
    stage: Stage, size: tuple[int, int]
) -> None:
    async with playing(stage, size) as p:
        assert line_with(p, "Mon 23 Nov 2026 · 2 appointments · Harbour Clinic · Anna Berg")
        assert "Dr Lee" in line_with(p, "Nurse Ito")
        assert "S◦ Jane Doe" in line_with(p, "10:00")
        assert "30m Follow-up - bloo" in p.screen
        assert line_with(p, "09:20").lstrip().startswith("▶")


async def test_week_month_and_list_show_the_same_appointments(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("2")
        assert "1 ▆" in line_with(p, "Dr Lee")
        assert "8h30" in p.screen
        await p.press("3")
        assert "November 2026 · 3 appointments" in p.screen
        assert "25h45 free" in p.screen or "25h45" in p.screen
        await p.press("4")
        assert "Wed 25 Nov" in line_with(p, "Aaron Smith")


async def test_each_view_counts_the_same_appointments(stage: Stage) -> None:
    off = stage.booked("José García", "2026-11-23 14:00")
    mark(stage.session, MarkAppointment(off, 1, Status.CANCELED, "ill", "customer"))
    async with playing(stage) as p:
        assert "23 Nov 2026 · 2 appointments" in p.screen
        await p.press("2")
        assert "29 Nov 2026 · 3 appointments" in p.screen
        await p.press("3")
        assert "November 2026 · 3 appointments" in p.screen
        await p.press("4")
        assert "and 6 days on · 3 appointments" in p.screen


async def test_views_without_columns_say_what_the_others_have_now(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("3", "s")
        assert "Day and week have a column for each room now." in p.screen
        await p.press("4", "s")
        assert "Day and week have a column for each staff member now." in p.screen


async def test_who_works_here_is_told_whole_where_the_clinic_does_not_fit(stage: Stage) -> None:
    long = Settings(clinic_name="Harbour Clinic for Children, Adults and the Aged", country="DE")
    async with playing(stage, settings=long) as p:
        assert line_with(p, "Mon 23 Nov 2026 · 2 appointments · Anna Berg")
        assert "Harbour" not in p.screen
        await p.press("4")
        assert line_with(p, "and 6 days on · 3 appointments").rstrip().endswith("Anna Berg")
        await p.press("f3")
        assert p.screen.splitlines()[0].rstrip().endswith("Anna Berg")


async def test_enter_on_a_day_of_the_month_opens_it(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("3", "right", "right", "enter")
        assert "Wed 25 Nov 2026 · 1 appointment" in p.screen


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("+7d", "Mon 30 Nov 2026"),
        ("next tue", "Tue 1 Dec 2026"),
        ("14 dec", "Mon 14 Dec 2026"),
        ("2027-01-05", "Tue 5 Jan 2027"),
        ("-1w", "Mon 16 Nov 2026"),
        ("mon 30 nov 2026", "Mon 30 Nov 2026"),
    ],
)
async def test_go_to_takes_dates_as_people_type_them(stage: Stage, typed: str, shown: str) -> None:
    async with playing(stage) as p:
        await p.press("g")
        await p.type(typed)
        assert shown in p.screen
        await p.press("enter")
        assert line_with(p, shown).startswith(f" {shown}")


async def test_a_date_that_is_none_is_refused_and_stays_to_be_corrected(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("g")
        await p.type("31 feb")
        await p.press("enter")
        assert "31 feb" in p.screen
        assert "is not a day" in p.screen or "no such day" in p.screen or "not" in p.screen
        await p.press("escape")
        assert "Mon 23 Nov 2026 · 2 appointments" in p.screen


async def test_paging_and_today_keep_the_time_under_the_cursor(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("full_stop", "full_stop")
        assert "Wed 25 Nov 2026" in p.screen
        await p.press("comma")
        assert "Tue 24 Nov 2026" in p.screen
        await p.press("t")
        assert "Mon 23 Nov 2026" in p.screen
        assert "▶09:20│ 09:15" in p.screen


async def test_columns_by_room_and_back(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("s")
        assert "Room 1" in line_with(p, "No room")
        await p.press("s")
        assert "Dr Sato" in line_with(p, "Dr Lee")


async def test_a_filter_leaves_only_what_is_marked_and_says_so(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f", "down", "space", "enter")
        assert "1 appointment · filtered" in p.screen
        assert "Jane Doe" not in p.screen
        assert "John Roe" in p.screen
        await p.press("f", "delete", "enter")
        assert "2 appointments · Harbour" in p.screen


async def test_help_lists_every_key_of_the_screen_and_its_id(stage: Stage) -> None:
    async with playing(stage, (120, 40)) as p:
        await p.press("f1")
        for text in ("calendar.move", "mark it Missed"):
            assert text in p.screen
        await p.press("end")
        for text in ("app.undo", "Ctrl+Q"):
            assert text in p.screen
        await p.press("escape")
        assert "Dr Lee" in p.screen


async def test_a_terminal_without_colour_or_unicode_still_tells_everything(stage: Stage) -> None:
    plain = Settings(clinic_name="Harbour Clinic", colour="none", symbols="ascii")
    async with playing(stage, settings=plain) as p:
        body = "\n".join(p.screen.splitlines()[1:])
        assert "So Jane Doe" in body
        assert body.isascii()
        await p.press("3")
        assert "\n".join(p.screen.splitlines()[1:]).isascii()
        await p.press("f9")
        assert "\n".join(p.screen.splitlines()[1:]).isascii(), "the frame of a dialog too"


def test_the_encoding_the_screen_is_written_in_decides_about_characters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for encoding, ascii_only in (("ascii", True), ("utf-8", False)):
        monkeypatch.setattr(sys, "__stderr__", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
        assert profile.of(Settings(), {"TERM": "xterm"}).ascii_only is ascii_only


async def test_keys_can_be_given_to_other_actions_by_the_settings(stage: Stage) -> None:
    own = Settings(clinic_name="Harbour Clinic", keys={"calendar.goto": "j"})
    async with playing(stage, settings=own) as p:
        await p.press("j")
        assert "Go to" in p.screen


@pytest.mark.parametrize("size", [(20, 6), (40, 10), (39, 23)])
async def test_a_terminal_that_is_too_small_says_so_and_comes_back(
    stage: Stage, size: tuple[int, int]
) -> None:
    async with playing(stage, size) as p:
        assert "at least 80x24" in " ".join(p.screen.split())
        await p.pilot.resize_terminal(80, 24)
        await p.press("t")
        assert "Jane Doe" in p.screen


async def test_the_palette_finds_a_command_by_its_name(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("ctrl+p")
        await p.type("month load")
        assert "month view" in p.screen
        await p.press("enter")
        assert "November 2026" in p.screen
        await p.press("ctrl+p")
        await p.type("close")
        assert "▶Day close" in p.screen
        await p.press("ctrl+u")
        await p.type("typewriter")
        assert "No command is called so here." in p.screen
