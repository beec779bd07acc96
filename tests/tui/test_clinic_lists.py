"""Appointments, notes and documents of the whole clinic on screen: opened, narrowed, handed out, printed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pim_tui.domain.rights import Right
from pim_tui.errors import Refused
from pim_tui.integrations.inbox import Inbox
from pim_tui.lists.documents import CLINIC_DOCUMENTS
from pim_tui.lists.notes import CLINIC_NOTES
from pim_tui.lists.spec import Scope
from pim_tui.services.exporting import ExportList, export_list
from pim_tui.services.files import AttachFile, attach_document
from pim_tui.services.leaving import Form
from pim_tui.services.notes import WithdrawNote, withdraw_note
from pim_tui.services.printing import stationery
from pim_tui.tui.dialogs.document import DocumentDialog
from pim_tui.tui.dialogs.note import NoteDialog
from pim_tui.tui.screens.calendar import CalendarScreen
from pim_tui.tui.screens.cliniclists import ListsScreen
from pim_tui.tui.screens.profile import ProfileScreen
from tests.tui.people import HOSTILE, SHOWN, named, noted
from tests.tui.stage import TODAY, ZONE, Player, Stage, playing, set_up

TO_VISITS, TO_NOTES, TO_DOCUMENTS = (("f10", *["tab"] * count) for count in (4, 5, 6))


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Two visits this month and one the next, a note each about Jane and John, one withdrawn, a consent."""
    stage = set_up(tmp_path)
    stage.booked("Jane Doe", "2026-11-24 10:30")
    stage.booked("John Roe", "2026-11-25 09:00", staff="Dr Sato")
    stage.booked("John Roe", "2026-12-01 09:00")
    noted(stage, stage.customers["Jane Doe"], "Knee is better")
    gone = noted(stage, stage.customers["John Roe"], "Wrong person")
    withdraw_note(stage.session, WithdrawNote(gone, 1, "mistaken"))
    noted(stage, stage.customers["John Roe"], "Slept badly")
    attached(stage, stage.customers["Jane Doe"], "consent.txt", TODAY)
    attached(stage, stage.customers["John Roe"], "letter.txt")
    return stage


def attached(stage: Stage, customer_id: int, name: str, expires_on: object = None) -> int:
    folder = stage.places.inbox
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"of {customer_id}: {name}", "utf-8")
    command = AttachFile(customer_id, Inbox(folder), name, "consent", expires_on)  # type: ignore[arg-type]
    return attach_document(stage.session, command).ids[0]


async def narrowed(p: Player, line: str) -> str:
    """What the screen shows with this filter line."""
    await p.press("f", "ctrl+u")
    await p.type(line)
    await p.press("enter")
    return p.screen


@pytest.mark.walk
async def test_the_clinics_appointments_begin_with_this_month_and_lead_to_their_day(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press(*TO_VISITS)
        lines = p.screen.split("\n")
        assert lines[0].startswith(" Appointments · list 5 of ")
        assert lines[1] == " Dates: This month"
        assert lines[2].split() == ["Date", "Time", "Customer", "Type", "Staff", "Status"]
        assert lines[3].startswith("▶25 Nov 2026  09:00  John Roe")
        assert "2 rows: Scheduled 2 · Time 60 min" in p.screen
        assert "1 row: Scheduled 1" in await narrowed(p, "dr sato")
        assert "Staff: Dr Sato" in p.screen
        assert "3 rows" in await narrowed(p, "any time")
        assert "1 row" in await narrowed(p, "jane")
        await p.press("o")
        assert isinstance(p.app.screen, ProfileScreen)
        assert "Jane Doe" in p.screen
        await p.press("escape", "enter")
        assert isinstance(p.app.screen, CalendarScreen)
        assert "Tue 24 Nov" in p.screen
        assert p.app.screen.chosen.customer == "Jane Doe"  # type: ignore[union-attr]


@pytest.mark.walk
async def test_a_key_of_another_list_says_where_it_works(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press(*TO_NOTES, "h")
        assert "That key works in Borrow bills, Overdue loans: m chooses a list." in p.screen
        await p.app.push_screen(ListsScreen("stock"))
        await p.press("o")
        assert "This is no list of customers: nobody is under the cursor." in p.screen


async def test_a_note_of_the_clinic_is_opened_and_changed_where_it_is_listed(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press(*TO_NOTES)
        lines = p.screen.split("\n")
        assert lines[2].split() == ["Written", "Customer", "By", "Note"]
        assert "2 rows: Notes 2" in p.screen
        assert "Wrong person" not in p.screen
        await p.press("enter")
        assert isinstance(p.app.screen, NoteDialog)
        assert "Note about John Roe, by Anna Berg" in p.screen
        await p.type(" again")
        await p.press("ctrl+s")
        assert isinstance(p.app.screen, ListsScreen)
        assert "Slept badly again" in p.screen
        assert "3 rows: Notes 2 · Withdrawn 1" in await narrowed(p, "withdrawn too")
        await p.press("down", "enter")
        assert "This note was withdrawn and stays as it is." in p.screen


@pytest.mark.walk
async def test_what_runs_out_is_found_among_all_documents_and_looked_at(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press(*TO_DOCUMENTS)
        lines = p.screen.split("\n")
        assert lines[1].split() == ["Name", "Customer", "Kind", "Good", "until", "Type", "Size"]
        assert "2 rows: Documents 2 · EXPIRED or soon 1" in p.screen
        assert "1 row: Documents 1" in await narrowed(p, "expired")
        assert "SOON 23 Nov 2026" in p.screen
        await p.press("enter")
        assert isinstance(p.app.screen, DocumentDialog)
        assert "Of       Jane Doe" in p.screen
        await p.press("x")
        await p.type("old")
        await p.press("enter")
        assert "Nothing found." in p.screen


async def test_what_is_listed_is_exported_and_printed(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press(*TO_VISITS)
        await narrowed(p, "dr sato")
        await p.press("f9")
        await p.press("right", "right", "enter")
        await p.app.outside(int)
        await p.press("p")
        assert "list: appointments" in p.screen
        await p.press("escape", "tab", "f9", "enter")
        await p.app.outside(int)
        await p.press()
    made = {file.name: file.read_text("utf-8-sig") for file in stage.places.outbox.iterdir()}
    assert made["all-appointments-2026-11-23.ics"].count("BEGIN:VEVENT") == 1
    assert [line.split(",")[1] for line in made["all-notes-2026-11-23.csv"].splitlines()] == [
        '"customer"',
        '"John Roe"',
        '"Jane Doe"',
    ]


async def test_who_may_not_see_customers_has_neither_notes_nor_documents(stage: Stage) -> None:
    rights = frozenset(Right) - {Right.SEE_CUSTOMER, Right.SEE_NOTE}
    stage.session = replace(stage.session, rights=rights)
    async with playing(stage) as p:
        await p.press("f10", "m")
        assert "Appointments" in p.screen
        assert "Notes" not in p.screen
        assert "Documents" not in p.screen
    for spec in (CLINIC_NOTES, CLINIC_DOCUMENTS):
        form = Form("csv", "-", stationery(p.app.desk.settings))
        with pytest.raises(Refused):
            export_list(stage.session, ExportList(spec, Scope(None, ZONE, TODAY), {}, form))


async def test_hostile_names_and_texts_are_shown_as_they_are(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    for at, text in enumerate(HOSTILE):
        who = named(stage, text)
        stage.customers[text] = who
        stage.booked(text, f"2026-11-24 {at + 8:02}:00", reason=text)
        noted(stage, who, text)
        id_ = attached(stage, who, f"file{at}.txt")
        with stage.book.write_tx():
            stage.book.db.execute_sql("update attachment set name = ?, version = 2 where id = ?", (text, id_))
    async with playing(stage, (160, 24)) as p:
        for keys in (TO_VISITS, ("tab",), ("tab",)):
            await p.press(*keys)
            for text in HOSTILE:
                assert p.screen.count(SHOWN.get(text, text)[:12]) >= 2, (keys, text)
        await p.press("enter")
        assert f"Of       {SHOWN.get(HOSTILE[-1], HOSTILE[-1])[:4]}" in p.screen
