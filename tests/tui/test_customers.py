"""The list of customers: found while typing, opened, created, and never twice by accident."""

from __future__ import annotations

from pathlib import Path

import pytest

from pim_tui.models import Appointment
from pim_tui.tui.screens.customers import CustomersScreen
from pim_tui.tui.screens.profile import ProfileScreen
from tests.tui.people import HOSTILE, LONG, SHOWN, named
from tests.tui.stage import at, lines, playing, set_up
from tests.walks import some

SIZES = [(80, 24), (120, 40)]


@pytest.mark.parametrize("size", some(SIZES))
async def test_typing_narrows_the_list_to_age_birth_date_and_last_visit(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    stage = set_up(tmp_path)
    seen = stage.booked("José García", "2026-11-23 09:30")
    with stage.book.write_tx():
        Appointment.update(status="C", marked_at=at("2026-11-23 10:00"), version=2).where(
            Appointment.id == seen
        ).execute()
    async with playing(stage, size) as p:
        await p.press("f3")
        await p.type("gar jo")
        shown = lines(p)
        assert shown[0].startswith(" Customers · 1 found")
        assert shown[2].split() == ["Name", "Born", "Age", "Phone", "Last", "visit"]
        assert shown[3].split("  ")[0] == "▶García, José"
        assert shown[3].split()[2:] == ["2001-12-24", "24", "030", "5550104", "2026-11-23"]


async def test_enter_opens_the_one_under_the_cursor_and_escape_comes_back_to_the_same_list(
    tmp_path: Path,
) -> None:
    async with playing(set_up(tmp_path)) as p:
        await p.press("f3")
        await p.type("0305550")
        await p.press("down", "down", "up", "enter")
        assert isinstance(p.app.screen, ProfileScreen)
        assert lines(p)[0].startswith(" José García")
        await p.press("escape")
        assert isinstance(p.app.screen, CustomersScreen)
        assert lines(p)[1].strip() == "0305550"
        assert lines(p)[4].startswith("▶García, José")


async def test_a_customer_is_found_within_seven_keys(tmp_path: Path) -> None:
    async with playing(set_up(tmp_path)) as p:
        await p.press("f3")
        await p.type("smi")
        await p.press("enter")
        assert lines(p)[0].startswith(" Aaron Smith")
        assert p.keys <= 7


async def test_escape_clears_the_line_first_and_then_goes_back(tmp_path: Path) -> None:
    async with playing(set_up(tmp_path)) as p:
        await p.press("f3")
        await p.type("doe")
        await p.press("escape")
        assert "Type a name, phone digits" in p.screen
        await p.press("escape")
        assert not isinstance(p.app.screen, CustomersScreen)


@pytest.mark.walk
async def test_nobody_found_says_which_key_creates_and_fills_the_name_in(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    async with playing(stage) as p:
        await p.press("f3")
        await p.type("mrs maria de la cruz")
        assert "Nobody found. Ctrl+N creates “mrs maria de la cruz”." in p.screen
        await p.press("ctrl+n")
        assert "First name Maria" in p.screen
        assert "Last name  de la Cruz" in p.screen
        await p.type("24.12.2001")
        assert "de la Cruz, Maria · born Mon 24 Dec 2001, 24 years" in p.screen
        await p.press("ctrl+s")
        assert isinstance(p.app.screen, ProfileScreen)
        assert "Maria de la Cruz · customer 5" in lines(p)[0]
        assert "Mrs Maria de la Cruz added." in p.screen
    assert stage.rows("select first_name, last_name, birth_date from customer where number = 5") == [
        ("Maria", "de la Cruz", "2001-12-24")
    ]


async def test_digits_that_find_nobody_become_the_telephone_number(tmp_path: Path) -> None:
    async with playing(set_up(tmp_path)) as p:
        await p.press("f3")
        await p.type("0171 99")
        await p.press("insert")
        assert "\n Phones     0171 99" in p.screen


async def test_a_duplicate_is_shown_before_anything_is_saved_and_can_be_opened(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    async with playing(stage) as p:
        await p.press("f3")
        await p.type("Jane Doe")
        await p.press("ctrl+n")
        await p.type("1984-03-01")
        await p.press("ctrl+s")
        assert "Jane Doe may be in the book already. Nothing is saved yet." in p.screen
        row = next(line for line in lines(p) if line.startswith(" ▶Doe, Jane"))
        assert "1984-03-01" in row
        assert "the same name and birth date" in row
        await p.press("enter")
        assert " Jane Doe · customer 1 " in lines(p)[0]
    assert stage.rows("select count(*) from customer") == [(4,)]


@pytest.mark.walk
async def test_two_people_of_one_name_are_created_anyway_and_escape_returns_to_the_form(
    tmp_path: Path,
) -> None:
    stage = set_up(tmp_path)
    async with playing(stage) as p:
        await p.press("f3")
        await p.type("Jane Doe")
        await p.press("ctrl+n")
        await p.type("1984-03-01")
        await p.press("ctrl+s", "escape")
        assert "\n Born       1984-03-01" in p.screen
        await p.press("ctrl+s", "end", "enter")
        assert "Jane Doe · customer 5" in lines(p)[0]
    assert stage.rows("select count(*) from customer where last_name = 'Doe'") == [(2,)]


@pytest.mark.parametrize("name", some(HOSTILE))
async def test_hostile_names_are_listed_as_they_are(tmp_path: Path, name: str) -> None:
    stage = set_up(tmp_path)
    named(stage, name, "Zebra")
    async with playing(stage, (120, 40)) as p:
        await p.press("f3")
        await p.type("zebra")
        assert f"▶Zebra, {SHOWN.get(name, name)}" in p.screen
        await p.press("enter")
        assert SHOWN.get(name, name) in lines(p)[0]


async def test_a_very_long_name_does_not_push_the_birth_date_aside(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    named(stage, LONG[:120].strip(), "Zebra")
    async with playing(stage) as p:
        await p.press("f3")
        await p.type("zebra")
        assert lines(p)[3] == "▶Zebra, Wolfeschleg…  ?"


async def test_f3_in_the_list_begins_with_an_empty_line(tmp_path: Path) -> None:
    async with playing(set_up(tmp_path)) as p:
        await p.press("f3")
        await p.type("doe")
        await p.press("enter", "escape")
        assert "\n doe" in p.screen
        await p.press("f3")
        await p.type("roe")
        assert "Roe, John" in p.screen
        assert "doeroe" not in p.screen
