"""Who may be in the book twice, compared and merged by key; and a person handed out or erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest

from pim_tui.domain.customer import NewCustomer
from pim_tui.domain.names import PersonName
from pim_tui.domain.rights import Right
from pim_tui.queries.duplicates import DuplicateFilter, duplicates
from pim_tui.services.customer_rows import insert_customers
from pim_tui.services.notes import AddNote, add_note
from pim_tui.tui.dialogs.fields import FieldForm
from pim_tui.tui.dialogs.merging import MergeDialog
from pim_tui.tui.screens.cliniclists import ListsScreen
from pim_tui.tui.screens.profile import ProfileScreen
from tests.tui.stage import Player, Stage, playing, set_up
from tests.tui.test_profile import left

BORN = date(1984, 3, 1)
TWICE = (
    NewCustomer(PersonName("", "Jane", "", "Doe", ""), "F", BORN, city="Berlin"),
    NewCustomer(PersonName("", "Amy", "", "Twin", ""), "F", BORN, phones=(("", "030 6660001"),)),
    NewCustomer(PersonName("", "Bea", "", "Twin", ""), "F", BORN, phones=(("", "030 6660001"),)),
    NewCustomer(PersonName("", "Carl", "", "Twin", ""), "M", date(2010, 1, 1), phones=(("", "030 6660001"),)),
    NewCustomer(PersonName("", "Jon", "", "Smith", ""), "M", None, emails=(("", "a@smith.example"),)),
    NewCustomer(PersonName("", "Jon", "", "Smith", ""), "M", None, emails=(("", "A@smith.example"),)),
)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    made = set_up(tmp_path)
    with made.book.write_tx():
        insert_customers(made.session, list(TWICE))
    return made


async def listed(p: Player) -> None:
    """The list, opened as the menu of the clinic's lists does."""
    p.app.push_screen(ListsScreen("duplicates"))
    await p.press()
    p.keys = 0


def test_sure_pairs_come_first_twins_are_told_and_families_left_alone(stage: Stage) -> None:
    page = duplicates()
    assert [(row.number, row.other_number, row.why, row.strong) for row in page.rows] == [
        (1, 5, "the same name and birth date", True),
        (9, 10, "the same name and email address", True),
        (6, 7, "perhaps twins: the same last name and birth date, another first name", False),
    ]
    assert page.sums == {"pairs": 3, "sure": 2}
    assert duplicates(DuplicateFilter("twin")).total == 1
    assert [row.number for row in duplicates(DuplicateFilter(sure=True), 1, 1).rows] == [9]


async def test_a_pair_is_compared_swapped_merged_and_parted(stage: Stage) -> None:
    async with playing(stage) as p:
        await listed(p)
        assert "▶Doe, Jane" in p.screen
        await p.press("enter")
        assert isinstance(p.app.screen, MergeDialog)
        assert "One person, two records" in p.screen
        assert "Moves: nothing." in p.screen
        assert "Fills: city Berlin." in p.screen
        await p.press("x")
        assert "Moves: 1 telephone number." in p.screen
        await p.press("x", "m")
        assert "Customer 5 is part of customer 1 now." in p.screen
        assert "Doe, Jane" not in p.screen
        await p.app.push_screen(ProfileScreen(5))
        await p.press()
        assert " ! Part of customer 1" in left(p)
        await p.press("M", "enter")
        assert "Customer 5 stands on its own again." in p.screen
    assert stage.rows("select state from customer_merge") == [("undone",)]


@pytest.mark.walk
async def test_from_a_profile_the_other_record_is_found_by_name(stage: Stage) -> None:
    add_note(stage.session, AddNote(5, "Asked for mornings."))
    async with playing(stage) as p:
        await p.app.push_screen(ProfileScreen(1))
        await p.press("tab", "M")
        await p.type("roe")
        await p.press("enter")
        assert "born on different days: look twice" in p.screen
        await p.press("escape", "M")
        await p.type("#1")
        await p.press("enter")
        assert "That is the record itself" in p.screen
        await p.press("M")
        await p.type("#5")
        await p.press("enter")
        assert "(m merges, x swaps them, Esc leaves)" in p.screen
        await p.press("m")
        assert "Customer 5 is part of customer 1 now." in p.screen
        assert "Asked for mornings." in p.screen
        await p.press("M")
        assert "merge with another record" in p.screen
        await p.press("down", "enter")
        assert "Customer 5 stands on its own again." in p.screen


async def test_whose_record_becomes_part_of_another_is_shown_the_one_that_stays(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.app.push_screen(ProfileScreen(5))
        await p.press("M")
        await p.type("#1")
        await p.press("enter", "x", "m")
        assert isinstance(p.app.screen, ProfileScreen)
        assert p.app.screen.customer_id == 1
        assert "Jane Doe · customer 1" in p.screen
        assert "Customer 5 is part of customer 1 now. This is the record that stays." in p.screen
        await p.press("M", "down", "enter")
        assert p.app.screen.customer_id == 1, "who parts two records stays where they are"
        await p.press("escape")
        assert not isinstance(p.app.screen, ProfileScreen), "the record that went is not behind it"


async def test_a_person_is_erased_by_typing_the_number_and_only_then(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.app.push_screen(ProfileScreen(9))
        await p.press("D")
        assert isinstance(p.app.screen, FieldForm)
        told = " ".join(p.screen.split())
        assert "Erase Jon Smith, customer 9" in told
        assert "Goes: name, birth date" in told
        assert "This cannot be taken back." in told
        await p.press("enter")
        await p.type("asked for it")
        await p.press("enter")
        await p.type("8")
        await p.press("enter")
        assert "type the number of Jon Smith" in " ".join(p.screen.split())
        await p.press("backspace")
        await p.type("9")
        await p.press("enter")
        assert "Customer 9 is erased." in p.screen
        assert "Erased 9" in p.screen
    assert stage.rows("select reason from erasure") == [("asked for it",)]


async def test_what_stands_against_erasing_is_said_before_anything_is_typed(stage: Stage) -> None:
    stage.booked("Jane Doe", "2026-11-30 10:30")
    async with playing(stage) as p:
        await p.app.push_screen(ProfileScreen(stage.customers["Jane Doe"]))
        await p.press("D")
        assert isinstance(p.app.screen, ProfileScreen)
        assert "cancel or mark first" in " ".join(p.screen.split())


async def test_everything_about_a_person_goes_to_the_outbox(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.app.push_screen(ProfileScreen(1))
        await p.press("S")
        await p.app.outside(int)
        await p.press()
        assert "1 person is in" in p.screen
    (file,) = stage.places.outbox.glob("*.zip")
    assert {"person.json", "record.pdf"} <= set(ZipFile(file).namelist())


async def test_without_the_rights_nothing_is_offered_to_be_done(stage: Stage) -> None:
    rights = {Right.MERGE_CUSTOMERS, Right.ERASE_CUSTOMER, Right.EXPORT}
    stage.session = replace(stage.session, rights=stage.session.rights - rights)
    async with playing(stage) as p:
        await p.app.push_screen(ProfileScreen(1))
        for key, what in (("D", "erase customers"), ("S", "export")):
            await p.press(key)
            assert f"You do not have the right to {what}. Who may:" in p.screen
        await listed(p)
        await p.press("enter")
        assert "You do not have the right to merge records of one person. Who may:" in p.screen
