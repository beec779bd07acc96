"""The customer's profile: who it is at a glance, and the tabs with their keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pim_tui.config import Settings
from pim_tui.domain.visit import Details
from pim_tui.services.booking import BookAppointment, book
from pim_tui.tui.screens.calendar import CalendarScreen
from pim_tui.tui.screens.profile import ProfileScreen
from tests.tui.people import HOSTILE, LONG, SHOWN, furnished, named, noted
from tests.tui.screentext import style_lines
from tests.tui.stage import Player, Stage, at, playing, set_up
from tests.walks import some, some_rows


def left(p: Player) -> list[str]:
    """The left panel, without its rule."""
    return [line.partition("│")[0].rstrip() for line in p.screen.split("\n")[1:-2]]


def right(p: Player) -> list[str]:
    return [line.partition("│")[2].rstrip() for line in p.screen.split("\n")[1:-2]]


async def opened(p: Player, customer_id: int = 1) -> None:
    """The profile, opened as other screens do it."""
    await p.app.push_screen(ProfileScreen(customer_id))
    await p.press()
    p.keys = 0


def states(stage: Stage) -> list[tuple[Any, ...]]:
    return stage.rows("select status, wall, minutes from appointment order by id")


# --- the person --------------------------------------------------------------------------------------


async def test_at_80x24_everything_important_is_in_26_columns(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    furnished(stage)
    stage.booked("Jane Doe", "2026-11-30 10:30", reason="Blood pressure review")
    async with playing(stage) as p:
        await opened(p)
        assert p.screen.split("\n")[0].startswith(" Mrs. Jane Doe-Smith · customer 1")
        assert left(p)[:20] == [
            "  ▟█▙  Mrs. Jane",
            " ▐▛▀▜▌ Doe-Smith",
            " ▟███▙ female, 42 years",
            " born 1 Mar 1984",
            " ! Allergic to penicillin",
            " ! Needs a wheelchair",
            " ramp",
            " Next  Mon 30 Nov 10:30",
            " Last  no visit yet",
            " Phone 030 5550101 mobile",
            " Phone +49 30 5550199",
            "       work",
            " Email jane.doe.smith@",
            "       example.org",
            " Home  12 Harbour Road",
            "       Flat 3",
            "       10115 Berlin",
            "       Germany",
            " Consent: email yes,",
            " SMS no, phone ?, post ?",
        ]
        assert left(p)[20] == " more: press e"
        assert all(len(line) <= 26 for line in left(p))


async def test_at_120x40_there_is_more_and_nothing_is_left_out(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    furnished(stage)
    stage.booked("Jane Doe", "2026-11-30 10:30", reason="Blood pressure review")
    async with playing(stage, (120, 40)) as p:
        await opened(p)
        assert " was Jane Doe" in left(p)
        assert " Phone +49 30 5550199 work" in left(p)
        assert "more" not in "".join(left(p))
        assert right(p)[1].split() == ["Date", "Time", "Type", "Staff", "Status"]
        assert right(p)[2].split() == "▶Mon 30 Nov 2026 10:30 Follow-up Dr Lee S Scheduled".split()  # noqa: SIM905


async def test_alerts_stand_out_with_and_without_colour(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    furnished(stage)
    for colour in ("ansi", "none"):
        settings = Settings(clinic_name="Harbour Clinic", country="DE", colour=colour)
        async with playing(stage, settings=settings) as p:
            await opened(p)
            at_line = p.screen.split("\n").index(
                next(line for line in p.screen.split("\n") if "! All" in line)
            )
            assert style_lines(p.app)[at_line][1:25] == "r" * 24


async def test_on_a_terminal_of_ascii_the_picture_and_the_rules_are_ascii(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    stage.booked("Jane Doe", "2026-11-30 10:30")
    settings = Settings(clinic_name="Harbour Clinic", country="DE", colour="none", symbols="ascii")
    async with playing(stage, settings=settings) as p:
        await opened(p)
        assert p.screen.split("\n")[1].startswith('  /"\\  Jane Doe          |Sale Income')
        assert ">Mon 30 Nov 2026" in p.screen
        assert all(line.isascii() for line in p.screen.split("\n")[1:])


@pytest.mark.walk
async def test_the_three_pictures_differ_in_shape(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    other = named(stage, "Kim", "Zebra", sex="X")
    drawn = set()
    async with playing(stage) as p:
        for id_ in (stage.customers["Jane Doe"], stage.customers["John Roe"], other):
            await opened(p, id_)
            drawn.add(tuple(line[:6] for line in left(p)[:3]))
    assert len(drawn) == 3


async def test_missed_visits_are_counted(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    stage.booked("Jane Doe", "2026-11-23 10:00")
    stage.clock[0] = at("2026-11-23 10:05")
    async with playing(stage) as p:
        await opened(p)
        await p.press("n")
        assert " missed 1 of 1" in left(p)
        assert "1 row: Missed 1" in right(p)[-2]


async def test_opening_reads_the_person_and_the_first_page_of_the_first_tab_only(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    async with playing(stage) as p:
        plain, asked = p.app.fetch_for, []

        async def counted(seat: Any, query: Any, *args: Any, **more: Any) -> Any:
            asked.append(query.__module__.rpartition(".")[2] + "." + query.__name__)
            return await plain(seat, query, *args, **more)

        p.app.fetch_for = counted  # type: ignore[method-assign]
        await opened(p)
        person = [
            "balances.balance", "contact.next_join", "customers.profile", "files.photo_of",
            "payers.coverage_of", "urgent.urgent_of", "waiting.waits_for",
        ]  # fmt: skip
        assert sorted(asked) == sorted(["appointments._page", "page.told", *person])
        await p.press("tab")
        assert asked[9:] == ["notes._page", "page.told"]
        await p.press("shift+tab", "shift+tab", "tab", "tab")
        assert asked[11:] == ["bills.page", "page.told"], "a tab that was read is not read again"


async def test_a_customer_who_is_gone_closes_the_screen_and_says_so(tmp_path: Path) -> None:
    async with playing(set_up(tmp_path)) as p:
        await opened(p, 999)
        assert isinstance(p.app.screen, CalendarScreen)
        assert "does not exist" in p.screen


# --- appointments ------------------------------------------------------------------------------------


async def test_a_key_of_another_tab_says_where_it_works(tmp_path: Path) -> None:
    async with playing(set_up(tmp_path)) as p:
        await p.app.push_screen(ProfileScreen(1))
        await p.press("tab", "m")
        assert "That key works in Appointment: Tab goes from tab to tab." in p.screen
        await p.press("h")
        assert "That key works in Borrow: Tab goes from tab to tab." in p.screen
        await p.press("y")
        assert "That key works in Sale, Income, Borrow, Dispense: Tab goes from tab to" in p.screen
        await p.press("K")
        assert "Nothing of this record is closed to you that you may open." in p.screen


async def test_a_follow_up_a_week_on_takes_nine_keys(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    stage.booked("Jane Doe", "2026-11-23 10:00")
    async with playing(stage) as p:
        await opened(p)
        await p.press("a")
        await p.type("7d 1030")
        await p.press("enter")
        assert p.keys <= 10
        assert right(p)[2].startswith("▶Mon 30 Nov 2026  10:30  Follow-up")
        assert "Booked: Jane Doe, Mon 30 Nov 2026 10:30-11:00, Dr Lee" in p.screen
        assert " Next  Mon 23 Nov 10:00" in left(p)
    assert states(stage)[1] == ("S", "10:30", 30)


async def test_what_the_columns_have_no_room_for_is_told_of_the_row_under_the_cursor(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    stage.booked("Jane Doe", "2026-11-30 10:30", reason="Blood pressure review", room_id=1)
    async with playing(stage) as p:
        await opened(p)
        assert " ".join(" ".join(right(p)[-4:-2]).split()) == (
            "30 min · Dr Lee · Room 1 · in person · Blood pressure review"
        )


@pytest.mark.walk
@pytest.mark.parametrize(
    ("keys", "typed", "state"),
    some_rows(
        [
            (("m",), "+1d 11:15", ("S", "11:15", 30)),
            (("right_square_bracket",), "", ("S", "10:45", 30)),
            (("left_square_bracket",), "", ("S", "10:15", 30)),
            (("plus",), "", ("S", "10:30", 45)),
            (("minus",), "", ("S", "10:30", 15)),
            (("greater_than_sign",), "", ("S", "10:45", 30)),
            (("x",), "has a cold", ("X", "10:30", 30)),
        ],
        2,
    ),
)
async def test_the_keys_of_the_calendar_work_on_the_row(
    tmp_path: Path, keys: tuple[str, ...], typed: str, state: tuple[str, str, int]
) -> None:
    stage = set_up(tmp_path)
    stage.booked("Jane Doe", "2026-11-24 10:30")
    async with playing(stage) as p:
        await opened(p)
        await p.press(*keys)
        if typed:
            await p.type(typed)
            await p.press("enter")
    assert states(stage) == [state]


async def test_completed_in_one_key_and_taken_back_in_another(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    stage.booked("Jane Doe", "2026-11-23 10:00")
    stage.clock[0] = at("2026-11-23 10:35")
    async with playing(stage) as p:
        await opened(p)
        await p.press("c")
        assert "C Completed" in right(p)[2]
        await p.press("u")
        assert "S Scheduled" in right(p)[2]


async def test_enter_opens_the_form_of_the_appointment(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    stage.booked("Jane Doe", "2026-11-30 10:30", reason="Blood pressure review")
    async with playing(stage) as p:
        await opened(p)
        await p.press("enter")
        assert "\n Day        Mon 30 Nov 2026" in p.screen
        await p.press("escape")
        assert isinstance(p.app.screen, ProfileScreen)


async def test_g_shows_the_appointment_in_the_calendar(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    stage.booked("Jane Doe", "2026-12-14 10:30")
    async with playing(stage) as p:
        await opened(p)
        await p.press("g")
        assert isinstance(p.app.screen, CalendarScreen)
        assert "Mon 14 Dec 2026" in p.screen.split("\n")[0]
        assert p.app.screen.chosen.customer == "Jane Doe"


async def test_a_booking_of_a_colleague_appears(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    async with playing(stage) as p:
        await opened(p)
        assert "No appointments yet." in p.screen
        done = book(stage.session, BookAppointment(Details(1, 2, at("2026-11-30 10:30"), 30, type_id=1)))
        p.app.announce(done)
        await p.press()
        assert right(p)[2].startswith("▶Mon 30 Nov 2026  10:30")
        assert " Next  Mon 30 Nov 10:30" in left(p)


async def test_without_a_row_the_keys_say_what_to_do(tmp_path: Path) -> None:
    async with playing(set_up(tmp_path)) as p:
        await opened(p)
        await p.press("m", "x", "c", "g", "enter")
        assert "Put the cursor on an appointment first" in p.screen


# --- filters -----------------------------------------------------------------------------------------


@pytest.mark.walk
async def test_one_line_filters_by_state_dates_type_and_text_and_escape_shows_all(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    stage.booked("Jane Doe", "2026-11-24 10:30", reason="knee")
    stage.booked("Jane Doe", "2026-12-14 10:30", reason="shoulder", type_id=2)
    stage.booked("Jane Doe", "2027-03-01 10:30", reason="knee")
    async with playing(stage) as p:
        await opened(p)
        await p.press("f")
        await p.type("this month knee")
        assert right(p)[2].strip() == "Dates: This month · Containing: knee"
        assert "1 row: Scheduled 1" in right(p)[-2]
        await p.press("enter", "f", "escape")
        assert "3 rows: Scheduled 3" in right(p)[-2]
        await p.press("f")
        await p.type("from 1 dec first missed")
        assert "Status: Missed · Dates: from 1 Dec 2026 · Type: First visit" in " ".join(
            line.strip() for line in right(p)[2:4]
        )
        assert any("Nothing found." in line for line in right(p))
        await p.press(*["backspace"] * 7, "down", "enter")
        assert "\n Reason     shoulder" in p.screen


# --- notes -------------------------------------------------------------------------------------------


@pytest.mark.walk
async def test_notes_are_written_changed_and_withdrawn_with_a_reason(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    async with playing(stage) as p:
        await opened(p)
        await p.press("tab", "a")
        await p.type("Called back")
        await p.press("enter")
        await p.type("wants Tuesday")
        await p.press("ctrl+s")
        assert right(p)[0].endswith("[Note]Document")
        assert right(p)[2].startswith("▶Mon 23 Nov 2026 09:20  Called back wants Tuesday")
        assert "1 row: Notes 1" in right(p)[-2]
        await p.press("enter")
        await p.type("!")
        await p.press("ctrl+s")
        assert stage.rows("select text, version from note") == [("Called back\nwants Tuesday!", 2)]
        await p.press("x")
        await p.type("wrong person")
        await p.press("enter")
        assert "No notes yet." in p.screen
    assert stage.rows("select withdrawn from note") == [(1,)]
    assert stage.rows("select reason from journal where reason <> ''") == [("wrong person",)]


@pytest.mark.walk
async def test_n_writes_a_note_among_notes_and_capital_n_everywhere(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    async with playing(stage) as p:
        await opened(p)
        await p.press("N")
        await p.type("one")
        await p.press("ctrl+s", "right", "n")
        await p.type("two")
        await p.press("ctrl+s")
    assert stage.rows("select text from note order by id") == [("one",), ("two",)]


@pytest.mark.walk
async def test_an_empty_note_is_refused_and_a_long_one_keeps_its_text(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    note_id = noted(stage, 1, "x" * 7_995)
    async with playing(stage) as p:
        await opened(p)
        await p.press("N", "ctrl+s")
        assert "Write something first, or press Esc." in p.screen
        await p.press("escape", "tab", "enter")
        await p.type("123456")
        await p.press("ctrl+s")
        assert "takes at most 8000 characters, and this has 8001" in p.screen
        await p.press("backspace", "ctrl+s")
    assert stage.rows("select length(text) from note where id = ?", note_id) == [(8_000,)]


@pytest.mark.walk
async def test_withdrawn_notes_are_seen_by_asking_and_no_longer_change(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    noted(stage, 1, "Fell on the stairs")
    async with playing(stage) as p:
        await opened(p)
        await p.press("tab", "x")
        await p.type("wrong person")
        await p.press("enter", "f")
        await p.type("withdrawn")
        assert any("Fell on the stairs" in line for line in right(p))
        await p.press("enter", "enter")
        assert "This note was withdrawn and stays as it is." in p.screen


# --- hostile text ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", some(HOSTILE[2:] + HOSTILE[:2]))
async def test_hostile_text_is_shown_as_it_is_everywhere(tmp_path: Path, text: str) -> None:
    stage = set_up(tmp_path)
    id_ = named(stage, text, "Zebra", alerts=(text,), city=text, former_names=(text,))
    noted(stage, id_, text)
    shown = SHOWN.get(text, text)
    async with playing(stage, (120, 40)) as p:
        await opened(p, id_)
        assert f"{shown} Zebra" in p.screen.split("\n")[0]
        assert f" ! {shown}" in left(p)
        assert f" Home  {shown}" in left(p)
        await p.press("tab")
        assert shown in right(p)[2]
        await p.press("enter")
        assert f"Note about {shown} Zebra" in p.screen
        await p.press("escape", "a")
        await p.type("y")
        await p.press("escape", "escape")
        assert isinstance(p.app.screen, CalendarScreen)


async def test_a_very_long_name_is_wrapped_whole(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    id_ = named(stage, LONG[:120].strip(), "山田太郎" * 25, alerts=("latex",))
    async with playing(stage) as p:
        await opened(p, id_)
        whole = "".join(line[7:] if n < 3 else line for n, line in enumerate(left(p))).replace(" ", "")
        assert LONG[:120].replace(" ", "") in whole
        assert whole.count("山田太郎") == 25
        assert any("! latex" in line for line in left(p))
        assert all("│" in line for line in p.screen.split("\n")[1:-2])
