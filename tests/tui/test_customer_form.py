"""The form of a customer's record: nothing typed is lost, nothing untouched is changed."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pim_tui.db.drafts import Draft
from pim_tui.domain.customer import ConsentEntry, CustomerFields, EmailEntry, PhoneEntry
from pim_tui.models import Email
from pim_tui.tui.dialogs.customer import CustomerForm, as_text, as_value, draft_of, fields_of_draft
from pim_tui.tui.screens.profile import ProfileScreen
from pim_tui.tui.screens.recordacts import reopen_record
from tests.tui.people import HOSTILE, SHOWN, change, furnished, stored
from tests.tui.stage import TODAY, Player, Stage, playing, set_up
from tests.walks import some


async def editing(p: Player) -> None:
    """Jane's record in the form."""
    await p.app.push_screen(ProfileScreen(1))
    await p.press("e")
    assert isinstance(p.app.screen, CustomerForm)


async def fill(p: Player, field: str, text: str) -> None:
    """Go to a field, empty it, type."""
    p.app.screen.query_one(f"#{field}").focus()
    await p.press("end", "ctrl+u")
    await p.type(text)


def drafts(stage: Stage) -> list[dict[str, str]]:
    with closing(sqlite3.connect(stage.places.drafts_file)) as connection, connection:
        return [json.loads(fields) for (fields,) in connection.execute("select fields from draft")]


# --- drawing -----------------------------------------------------------------------------------------


async def test_a_long_name_does_not_run_into_the_label_beside_it(tmp_path: Path) -> None:
    async with playing(set_up(tmp_path)) as p:
        await editing(p)
        await fill(p, "first", "Wolfeschlegelsteinhausenbergerdorff Hubert Blaine")
        assert "Blaine  Last name" in p.screen
        await p.press("home")
        assert "Wolfeschlegelsteinhausenber Last name" in p.screen


@pytest.mark.parametrize("size", some([(80, 24), (120, 40)]))
@pytest.mark.walk
async def test_every_field_is_in_sight_at_once(tmp_path: Path, size: tuple[int, int]) -> None:
    stage = set_up(tmp_path)
    furnished(stage)
    async with playing(stage, size) as p:
        await editing(p)
        for words in (
            "Change customer 1   (Ctrl+S saves, Esc leaves)",
            "First name Jane", "Last name  Doe-Smith", "Title      Mrs.",
            "Born       1984-03-01", "Sex        female",
            "Phones     mobile 030 5550101; work +49 30 5550199", "Emails     jane.doe.smith@example.org",
            "Street     12 Harbour Road", "Flat 3",
            "Alerts     Allergic to penicillin", "Needs a wheelchair ramp",
            "Postcode   10115", "City       Berlin", "Country    Germany", "Was called Jane Doe",
            "email yes", "SMS no", "phone ?", "post ?", "Old name   keep it as a former name",
            "Doe-Smith, Jane · born Thu 1 Mar 1984, 42 years",
        ):  # fmt: skip
            assert words in p.screen


# --- saving ------------------------------------------------------------------------------------------


async def test_a_change_stores_what_was_changed_and_keeps_the_rest_as_it_was(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    furnished(stage)
    before = stored(stage, "Jane Doe")
    async with playing(stage) as p:
        await editing(p)
        await fill(p, "city", "Potsdam")
        await p.press("ctrl+s")
        assert isinstance(p.app.screen, ProfileScreen)
        assert "Mrs. Jane Doe-Smith: city changed." in p.screen
        assert "10115 Potsdam" in p.screen
    after = stored(stage, "Jane Doe")
    assert after.city == "Potsdam"
    assert {name: value for name, value in _parts(before).items() if name != "city"} == {
        name: value for name, value in _parts(after).items() if name != "city"
    }


def _parts(fields: CustomerFields) -> dict[str, object]:
    return {name: getattr(fields, name) for name in CustomerFields.__slots__}


@pytest.mark.walk
@pytest.mark.parametrize(("slip", "former"), [(False, ("Jane Doe",)), (True, ())])
async def test_another_name_leaves_the_old_one_findable_unless_it_was_a_slip(
    tmp_path: Path, slip: bool, former: tuple[str, ...]
) -> None:
    stage = set_up(tmp_path)
    async with playing(stage) as p:
        await editing(p)
        await fill(p, "last", "Roe")
        if slip:
            p.app.screen.query_one("#keep_former").focus()
            await p.press("right")
        await p.press("ctrl+s")
    assert stored(stage, "Jane Doe").former_names == former
    assert stored(stage, "Jane Doe").last == "Roe"


async def test_consent_entered_here_has_a_date_and_a_source(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    furnished(stage)
    async with playing(stage) as p:
        await editing(p)
        p.app.screen.query_one("#consent-phone").focus()
        await p.press("right", "ctrl+s")
    assert stored(stage, "Jane Doe").consents == (
        ConsentEntry("email", "yes", TODAY, "form"),
        ConsentEntry("sms", "no", TODAY, "form"),
        ConsentEntry("phone", "yes", TODAY, "asked at the desk"),
    )


async def test_enter_walks_through_the_fields(tmp_path: Path) -> None:
    async with playing(set_up(tmp_path)) as p:
        await p.press("f3", "ctrl+n")
        await p.type("Ada")
        await p.press("enter")
        await p.type("Lovelace")
        assert p.app.focused is not None
        assert p.app.focused.id == "last"


@pytest.mark.walk
async def test_nothing_changed_is_refused_and_the_form_stays(tmp_path: Path) -> None:
    async with playing(set_up(tmp_path)) as p:
        await editing(p)
        await p.press("ctrl+s")
        assert isinstance(p.app.screen, CustomerForm)
        assert "Nothing was changed. Change something, or press Escape." in p.screen


# --- refusals ----------------------------------------------------------------------------------------


@pytest.mark.walk
async def test_every_fault_is_told_at_once_and_nothing_typed_is_lost(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    async with playing(stage) as p:
        await editing(p)
        await fill(p, "first", "")
        await fill(p, "last", "")
        await fill(p, "birth_date", "31 feb 1990")
        await fill(p, "phones", "mobile 030 1; none")
        await fill(p, "emails", "jane at home")
        await p.press("ctrl+s")
        warned = [line.strip("│ ") for line in p.screen.split("\n")]
        assert "last name: a first or a last name is needed" in warned
        assert "birth date: “31 feb 1990” is not a date; write it as in 1990-05-14 or 14 May" in " ".join(
            warned
        )
        assert "phones 2: “none” has no digits" in warned
        assert any(line.startswith("emails 1: “jane at home” is not an email address") for line in warned)
        assert p.app.focused is not None
        assert p.app.focused.id == "last"
        assert "\n Born       31 feb 1990" in p.screen
        await p.type("Doe")
        await fill(p, "birth_date", "1 mar 1984")
        await fill(p, "phones", "mobile 030 1")
        await fill(p, "emails", "")
        await p.press("ctrl+s")
        assert isinstance(p.app.screen, ProfileScreen)
    assert stored(stage, "Jane Doe").phones == (PhoneEntry("mobile", "030 1"),)


@pytest.mark.walk
async def test_a_refusal_by_the_book_brings_the_form_back_as_typed(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    async with playing(stage) as p:
        await editing(p)
        await fill(p, "phones", "030 5550102")
        await fill(p, "first", "John")
        await fill(p, "last", "Roe")
        await fill(p, "birth_date", "15.7.90")
        await p.press("ctrl+s")
        assert "John Roe may be in the book already. Nothing is saved yet." in p.screen
        assert "Save anyway" in p.screen
        await p.press("escape")
        assert "\n Born       15.7.90" in p.screen
        assert "\n Phones     030 5550102" in p.screen
        await p.press("ctrl+s", "end", "enter")
        assert isinstance(p.app.screen, ProfileScreen)
    assert stored(stage, "Jane Doe").birth_date == "1990-07-15"


@pytest.mark.walk
async def test_a_fault_that_was_there_before_does_not_stand_in_the_way(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    with stage.book.write_tx():
        Email.create(customer=1, position=0, label="", address="odd", folded="odd")
    async with playing(stage) as p:
        await editing(p)
        await fill(p, "city", "Potsdam")
        await p.press("ctrl+s")
        assert isinstance(p.app.screen, ProfileScreen)


# --- drafts ------------------------------------------------------------------------------------------


async def test_what_is_typed_is_kept_as_a_draft_until_it_is_saved_or_given_up(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    async with playing(stage) as p:
        await editing(p)
        await fill(p, "city", "Potsdam")
        p.app.save_drafts()
        assert [draft["city"] for draft in drafts(stage)] == ["Potsdam"]
        await p.press("escape")
        await p.app.outside(p.app.save_drafts)
        assert drafts(stage) == []


@pytest.mark.walk
async def test_opening_and_leaving_the_form_keeps_no_draft(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    async with playing(stage) as p:
        await editing(p)
        await p.press("tab", "tab")
        p.app.save_drafts()
        assert drafts(stage) == []


@pytest.mark.walk
async def test_a_draft_opens_the_form_as_it_was_typed(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    typed = CustomerFields(
        first="Ada", last="Lovelace", birth_date="10 dec 90", phones=(PhoneEntry("", "030 9"),)
    )
    async with playing(stage) as p:
        reopen_record(p.app, Draft(1, "customer", "", 0, draft_of(typed), 0))
        await p.press()
        assert "New customer" in p.screen
        assert "\n Born       10 dec 90" in p.screen
        await p.press("ctrl+s")
    assert stage.rows("select last_name from customer where number = 5") == [("Lovelace",)]


@pytest.mark.walk
async def test_a_draft_over_a_record_that_was_changed_meanwhile_shows_both_values(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    draft = Draft(1, "customer", "1", 1, {**draft_of(stored(stage, "Jane Doe")), "city": "Potsdam"}, 0)
    change(stage, "Jane Doe", city="Berlin")
    async with playing(stage) as p:
        reopen_record(p.app, draft)
        await p.press()
        row = next(line for line in p.screen.split("\n") if "▶city" in line)
        assert row.split() == ["▶city", "yours", "Berlin", "Potsdam"]
        await p.press("enter")
        assert "City       Potsdam" in p.screen


@pytest.mark.walk
async def test_a_draft_of_a_note_opens_where_it_was_written(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    fields = {"customer_id": "1", "name": "Jane Doe", "text": "Half a sen"}
    async with playing(stage) as p:
        reopen_record(p.app, Draft(1, "note", "new 1", 0, fields, 0))
        await p.press()
        assert "Half a sen" in p.screen
        await p.type("tence")
        await p.press("ctrl+s")
    assert stage.rows("select text from note") == [("Half a sentence",)]


# --- hostile text ------------------------------------------------------------------------------------


@pytest.mark.walk
@pytest.mark.parametrize("text", some(HOSTILE))
async def test_hostile_text_is_filled_in_as_it_is_and_not_changed_by_saving(
    tmp_path: Path, text: str
) -> None:
    stage = set_up(tmp_path)
    change(stage, "Jane Doe", city=text, alerts=(text,), region="")
    before = stored(stage, "Jane Doe")
    shown = SHOWN.get(text, text)
    async with playing(stage, (120, 40)) as p:
        await editing(p)
        assert f"City       {shown}" in p.screen
        assert f"Alerts     {shown}" in p.screen
        await fill(p, "region", "North")
        await p.press("ctrl+s")
        assert isinstance(p.app.screen, ProfileScreen)
    after = stored(stage, "Jane Doe")
    assert (after.city, after.alerts, after.region) == (before.city, before.alerts, "North")


# --- text of fields ----------------------------------------------------------------------------------

LABELS = st.sampled_from(("", "mobile", "work", "home 2", "Anna (sister)", "büro"))
NUMBERS = st.from_regex(r"\+?[0-9][0-9 ()/-]{2,12}[0-9]", fullmatch=True)
PHONES = st.lists(st.builds(PhoneEntry, LABELS, NUMBERS), max_size=3).map(tuple)
EMAILS = st.lists(
    st.builds(EmailEntry, st.sampled_from(("", "work", "at home")), st.sampled_from(("a@b.org", "x.y@z.de"))),
    max_size=3,
).map(tuple)
LINES = st.lists(st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1), max_size=3).map(tuple)


@pytest.mark.walk
@given(PHONES, EMAILS, LINES)
def test_a_list_reads_back_as_it_is_shown(
    phones: tuple[PhoneEntry, ...], emails: tuple[EmailEntry, ...], lines: tuple[str, ...]
) -> None:
    fields = CustomerFields(phones=phones, emails=emails, alerts=lines, former_names=lines)
    text = as_text(fields)
    assert as_value("phones", text["phones"]) == phones
    assert as_value("emails", text["emails"]) == emails
    assert as_value("alerts", text["alerts"]) == lines


def test_a_pasted_line_of_blanks_is_read_at_once() -> None:
    begun = process_time()
    assert as_value("phones", f"{' ' * 299}x") == (PhoneEntry("", "x"),)
    assert process_time() - begun < 0.1
    assert as_value("phones", "  mobile   030 5550101;(030) 1") == (
        PhoneEntry("mobile", "030 5550101"),
        PhoneEntry("", "(030) 1"),
    )


@pytest.mark.walk
@given(PHONES, LINES, st.sampled_from(("", "F", "X")))
def test_a_draft_reads_back_as_it_was_kept(
    phones: tuple[PhoneEntry, ...], lines: tuple[str, ...], sex: str
) -> None:
    consents = (ConsentEntry("sms", "no", date(2026, 11, 23), "asked at the desk"),)
    typed = CustomerFields(first="Ada", sex=sex, phones=phones, alerts=lines, consents=consents)
    assert fields_of_draft(draft_of(typed), CustomerFields(), date(2026, 11, 23)) == typed
