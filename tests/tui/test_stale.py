"""Two people in one record: both values are shown, each field is chosen, nothing typed is lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pim_tui.domain.payer import PayerFields
from pim_tui.queries.payers import payer
from pim_tui.services.notes import ChangeNote, change_note
from pim_tui.services.payers import AddPayer, ChangePayer, add_payer, change_payer
from pim_tui.tui.dialogs.customer import CustomerForm
from pim_tui.tui.dialogs.fields import FieldForm
from pim_tui.tui.dialogs.note import NoteDialog
from pim_tui.tui.dialogs.stale import Kept, StaleDialog, merged
from pim_tui.tui.screens.payers import PayersScreen
from pim_tui.tui.screens.profile import ProfileScreen
from tests.tui.people import HOSTILE, SHOWN, change, noted, stored
from tests.tui.stage import Player, Stage, playing, set_up
from tests.walks import some


def inside(p: Player) -> list[list[str]]:
    """The dialog's lines as words."""
    return [part.split() for line in p.screen.split("\n") for part in line.split("│")]


async def editing(p: Player, **typed: str) -> None:
    """Jane's record in the form, with something typed into it."""
    await p.app.push_screen(ProfileScreen(1))
    await p.press("e")
    for field, text in typed.items():
        p.app.screen.query_one(f"#{field}").focus()
        await p.press("end", "ctrl+u")
        await p.type(text)


@pytest.mark.parametrize("size", some([(80, 24), (120, 40)]))
async def test_fields_that_only_one_of_both_touched_are_both_kept(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    stage = set_up(tmp_path)
    async with playing(stage, size) as p:
        await editing(p, city="Potsdam")
        change(stage, "Jane Doe", region="Brandenburg")
        await p.press("ctrl+s")
        assert isinstance(p.app.screen, StaleDialog)
        assert "Jane Doe was changed by somebody else while you were editing." in p.screen
        assert ["▶region", "theirs", "Brandenburg", "(empty)"] in inside(p)
        await p.press("enter")
        assert isinstance(p.app.screen, ProfileScreen)
        assert "Jane Doe: city changed." in p.screen
    after = stored(stage, "Jane Doe")
    assert (after.city, after.region) == ("Potsdam", "Brandenburg")


@pytest.mark.walk
@pytest.mark.parametrize(
    ("keys", "city"), [((), "Potsdam"), (("left",), "Berlin"), (("left", "space"), "Potsdam")]
)
async def test_of_a_field_both_touched_either_value_is_chosen(
    tmp_path: Path, keys: tuple[str, ...], city: str
) -> None:
    stage = set_up(tmp_path)
    async with playing(stage) as p:
        await editing(p, city="Potsdam", country="Germany")
        change(stage, "Jane Doe", city="Berlin")
        await p.press("ctrl+s")
        assert ["▶city", "yours", "Berlin", "Potsdam"] in inside(p)
        assert ["Before:", "(empty)"] in inside(p)
        await p.press(*keys)
        await p.press("enter")
    after = stored(stage, "Jane Doe")
    assert (after.city, after.country) == (city, "Germany")


@pytest.mark.walk
async def test_each_field_is_chosen_by_itself(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    async with playing(stage) as p:
        await editing(p, city="Potsdam", country="Germany")
        change(stage, "Jane Doe", city="Vienna", country="Austria")
        await p.press("ctrl+s", "down", "left", "enter")
    after = stored(stage, "Jane Doe")
    assert (after.city, after.country) == ("Potsdam", "Austria")


@pytest.mark.walk
async def test_escape_goes_back_to_the_form_with_everything_that_was_typed(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    async with playing(stage) as p:
        await editing(p, city="Potsdam", birth_date="2 mar 84")
        change(stage, "Jane Doe", city="Berlin")
        await p.press("ctrl+s", "escape")
        assert isinstance(p.app.screen, CustomerForm)
        assert "City       Potsdam" in p.screen
        assert "Born       2 mar 84" in p.screen
        await p.press("ctrl+s")
        assert isinstance(p.app.screen, StaleDialog), "going back does not make the other change unseen"
        assert stored(stage, "Jane Doe").city == "Berlin"


@pytest.mark.walk
async def test_theirs_everywhere_leaves_the_record_as_it_is(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    async with playing(stage) as p:
        await editing(p, city="Potsdam")
        change(stage, "Jane Doe", city="Berlin")
        await p.press("ctrl+s", "left", "enter")
        assert isinstance(p.app.screen, ProfileScreen)
        assert "Nothing was left to save: the record stays as it is." in p.screen
    assert stage.rows("select version from customer where id = 1") == [(2,)]


@pytest.mark.walk
async def test_a_third_change_while_choosing_is_shown_as_well(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    async with playing(stage) as p:
        await editing(p, city="Potsdam")
        change(stage, "Jane Doe", city="Berlin")
        await p.press("ctrl+s")
        change(stage, "Jane Doe", region="Brandenburg")
        await p.press("enter")
        assert ["▶city", "yours", "Berlin", "Potsdam"] in inside(p)
        assert ["region", "theirs", "Brandenburg", "(empty)"] in inside(p)
        await p.press("enter")
        assert isinstance(p.app.screen, ProfileScreen)
    after = stored(stage, "Jane Doe")
    assert (after.city, after.region) == ("Potsdam", "Brandenburg")


@pytest.mark.walk
async def test_a_note_shows_both_texts_whole(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    id_ = noted(stage, 1, "Called.")
    async with playing(stage) as p:
        await p.app.push_screen(ProfileScreen(1))
        await p.press("tab", "enter")
        await p.type(" Wants Tuesday, " + "or a day later " * 6)
        change_note(stage.session, ChangeNote(id_, 1, "Called.", "Called twice.\nNo answer."))
        await p.press("ctrl+s")
        assert isinstance(p.app.screen, StaleDialog)
        words = [word for line in inside(p) for word in line]
        assert "Before: Called." in " ".join(words)
        assert "Now in the book: Called twice. No answer." in " ".join(words)
        assert words.count("later") >= 6
        await p.press("escape")
        assert isinstance(p.app.screen, NoteDialog)
        await p.press("ctrl+s", "enter")
        assert isinstance(p.app.screen, ProfileScreen)
    assert stage.rows("select text like 'Called. Wants Tuesday%', version from note") == [(1, 3)]


@pytest.mark.walk
async def test_the_other_persons_note_may_stay(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    id_ = noted(stage, 1, "Called.")
    async with playing(stage) as p:
        await p.app.push_screen(ProfileScreen(1))
        await p.press("tab", "enter")
        await p.type("!")
        change_note(stage.session, ChangeNote(id_, 1, "Called.", "Called twice."))
        await p.press("ctrl+s", "left", "enter")
        assert "The note stays as the other person wrote it." in p.screen
    assert stage.rows("select text, version from note") == [("Called twice.", 2)]


@pytest.mark.walk
@pytest.mark.parametrize("text", some(HOSTILE[1:] + HOSTILE[:1]))
async def test_hostile_values_are_shown_as_they_are(tmp_path: Path, text: str) -> None:
    stage = set_up(tmp_path)
    async with playing(stage, (120, 40)) as p:
        await editing(p, city="Potsdam")
        change(stage, "Jane Doe", city=text)
        await p.press("ctrl+s")
        assert f"Now in the book: {SHOWN.get(text, text)}" in p.screen


def test_merging_takes_theirs_where_chosen_and_yours_elsewhere() -> None:
    @dataclass(frozen=True)
    class Two:
        a: int
        b: int

    assert merged(Two(1, 2), Two(10, 20), Kept(frozenset({"b"}))) == Two(1, 20)


# --- a payer: the same on a screen whose forms are told as data -----------------------------------------


def fund(stage: Stage) -> int:
    return add_payer(stage.session, AddPayer(PayerFields("Fund"))).ids[0]


def change_fund(stage: Stage, id_: int, **fields: str) -> None:
    now = payer(id_)
    change_payer(stage.session, ChangePayer(id_, now.version, now.fields, replace(now.fields, **fields)))


async def test_what_was_changed_while_values_were_compared_is_not_overwritten_unseen(
    tmp_path: Path,
) -> None:
    stage = set_up(tmp_path)
    id_ = fund(stage)
    async with playing(stage) as p:
        await p.app.push_screen(PayersScreen())
        await p.press("e", "end")
        await p.type(" East")
        change_fund(stage, id_, address="Main Street 1")
        await p.press("ctrl+s")
        assert isinstance(p.app.screen, StaleDialog)
        change_fund(stage, id_, phone="030 1234567")
        await p.press("enter")
        assert isinstance(p.app.screen, StaleDialog), "the third change is shown as well"
        assert "030 1234567" in p.screen
        await p.press("enter")
        assert "Fund East: name changed." in p.screen
    assert payer(id_).fields == PayerFields("Fund East", "Main Street 1", "030 1234567")


async def test_a_draft_over_a_record_that_was_changed_since_shows_where_they_differ(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    id_ = fund(stage)
    async with playing(stage) as p:
        await p.app.push_screen(PayersScreen())
        await p.press("e", "end")
        await p.type(" East")
        p.app.save_drafts()
    change_fund(stage, id_, phone="030 1234567")
    async with playing(stage) as p:
        await p.press("enter")
        assert isinstance(p.app.screen, StaleDialog)
        await p.press("down", "left", "enter", "ctrl+s")
        assert "Fund East: name changed." in p.screen
    assert payer(id_).fields == PayerFields("Fund East", phone="030 1234567")


async def test_a_form_comes_back_with_what_was_refused_and_from_a_comparison_as_it_was_typed(
    tmp_path: Path,
) -> None:
    stage = set_up(tmp_path)
    id_ = fund(stage)
    async with playing(stage) as p:
        await p.app.push_screen(PayersScreen())
        await p.press("e", "ctrl+s")
        assert isinstance(p.app.screen, FieldForm)
        assert "Nothing was changed." in p.screen
        await p.press("end")
        await p.type(" East")
        change_fund(stage, id_, name="Fund West")
        await p.press("ctrl+s", "escape")
        assert isinstance(p.app.screen, FieldForm)
        assert "Fund East" in p.screen
        assert not p.app.screen.query_one(".warning").display, "what is in the way was told and seen"
        await p.press("ctrl+s")
        assert isinstance(p.app.screen, StaleDialog), "going back does not make the other change unseen"


async def test_a_row_that_was_saved_is_under_the_cursor_and_has_no_draft(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    fund(stage)
    async with playing(stage) as p:
        await p.app.push_screen(PayersScreen())
        await p.press("a")
        await p.type("Sea Health")
        p.app.save_drafts()
        assert [draft.form for draft in p.app.desk.drafts.latest(1)] == ["payer"]
        await p.press("ctrl+s")
        assert p.app.desk.drafts.latest(1) == []
        assert "Sea Health added." in p.screen
        await p.press("e")
        assert "Change Sea Health" in p.screen
