"""Imports from the keyboard: a file chosen, looked at, tried, taken in, told about, and taken back."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.css.query import NoMatches

from pim_tui.domain.rights import Right
from pim_tui.services import importing, undoing_imports
from pim_tui.tui.screens.importfile import ImportFileScreen
from pim_tui.tui.screens.importreport import ImportReportScreen
from pim_tui.tui.screens.imports import ImportsScreen
from tests.services.imported import HEADER, contacts, many
from tests.tui.people import HOSTILE, SHOWN
from tests.tui.stage import Player, Stage, lines, playing, set_up
from tests.tui.test_exporting import finished

NAMES = ("Mia Moss", "Max Mohn", "Eva Echo")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A clinic, and a person with an inbox."""
    made = set_up(tmp_path)
    made.places.inbox.mkdir()
    return made


def line(p: Player, start: str) -> str:
    """The line of the screen that begins so, the cursor's mark aside."""
    return next(one for one in lines(p) if one.lstrip("▶ ").startswith(start))


async def work(p: Player) -> None:
    """Wait until the work under way has ended and is shown."""
    await p.app.work.ended()
    await p.press()


async def tried(p: Player) -> None:
    """From the calendar to the report of a dry run of the first file, as customers."""
    await p.press("f7", "enter")
    if not isinstance(p.app.screen, ImportFileScreen):
        await p.press("enter")
    await p.press("t")
    await work(p)


async def taken(p: Player) -> None:
    """The same, and the import after it."""
    await tried(p)
    await p.press("i")
    await work(p)


class Gate:
    """Holds an import before its third batch, off the event loop."""

    def __init__(self) -> None:
        self.reached, self.open = threading.Event(), threading.Event()
        self.batches = 0

    def pass_(self, *_: Any) -> None:
        """Called before each batch."""
        self.batches += 1
        if self.batches == 3:
            self.reached.set()
            assert self.open.wait(20)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """An import in batches of ten that waits in the middle."""
    made, take = Gate(), importing._take
    monkeypatch.setattr(importing, "BATCH", 10)
    monkeypatch.setattr(importing, "_take", lambda run, *more: (run.dry or made.pass_(), take(run, *more)))
    yield made
    made.open.set()


# --- choosing --------------------------------------------------------------------------------------


async def test_an_empty_inbox_says_where_files_go(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f7")
        # A long path goes on below, wherever the line ends.
        assert f"Put files into {stage.places.inbox}".replace(" ", "") in "".join(lines(p)[1:4]).replace(
            " ", ""
        )
        assert "Put a file there, then press r." in p.screen
        assert "Nothing was imported so far." in p.screen
        contacts(stage.places.inbox / "people.csv", NAMES)
        (stage.places.inbox / "holiday.jpg").write_bytes(b"x")
        (stage.places.inbox / "link.csv").symlink_to("/etc/passwd")
        await p.press("r")
        assert line(p, "people.csv").split()[1:3] == ["285", "B"]
        assert "holiday" not in p.screen
        assert "link" not in p.screen


async def test_the_file_says_what_it_holds_or_the_person_does(stage: Stage) -> None:
    (stage.places.inbox / "cards.vcf").write_text("BEGIN:VCARD\nVERSION:3.0\nN:A;B\nEND:VCARD\n")
    os.utime(contacts(stage.places.inbox / "people.csv", NAMES), (0, 0))
    async with playing(stage) as p:
        await p.press("f7", "enter")
        assert lines(p)[0].startswith(" Customers from cards.vcf")
        await p.press("escape", "down", "enter")
        assert "What does the file hold?" in p.screen
        await p.press("escape")
        assert isinstance(p.app.screen, ImportsScreen)


async def test_a_file_that_is_gone_says_so_each_time_and_is_read_when_it_is_back(stage: Stage) -> None:
    file = contacts(stage.places.inbox / "people.csv", NAMES)
    async with playing(stage) as p:
        await p.press("f7")
        file.rename(stage.places.inbox / "hidden")
        for keys in (("enter", "enter"), ("t",)):
            await p.press(*keys)
            assert "people.csv cannot be taken from the inbox" in p.screen
        (stage.places.inbox / "hidden").rename(file)
        await p.press("t")
        assert "cannot be taken" not in p.screen
        assert "first name" in line(p, "First Name")


async def test_a_list_that_is_left_while_it_is_read_ends_nothing(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f7")
        screen = p.app.screen
        assert isinstance(screen, ImportsScreen)
        gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        gone.set_exception(NoMatches("no files"))
        await p.press("escape")
        screen._reloaded(gone)
        assert "Dr Lee" in p.screen


# --- what each column is ---------------------------------------------------------------------------


async def test_columns_are_shown_and_can_be_changed_and_what_was_chosen_is_kept(stage: Stage) -> None:
    contacts(stage.places.inbox / "people.csv", NAMES)
    async with playing(stage) as p:
        await p.press("f7", "enter", "enter")
        assert line(p, "First Name").split() == ["▶First", "Name", "first", "name", "Mia"]
        assert "Google Contacts" in p.screen
        await p.press("home", "enter")
        assert "First Name is read as" in p.screen
        await p.press("home", "enter")
        assert line(p, "First Name").split() == ["▶First", "Name", "not", "read", "Mia"]
        await p.press("escape", "enter", "enter")
        assert line(p, "First Name").split() == ["▶First", "Name", "not", "read", "Mia"]
        await p.press("enter", "down", "enter")
        assert "not read" not in line(p, "First Name")


async def test_without_the_columns_it_needs_nothing_is_tried(stage: Stage) -> None:
    (stage.places.inbox / "odd.csv").write_text("Alpha,Beta\n1,2\n")
    async with playing(stage) as p:
        await p.press("f7", "enter", "enter", "t")
        assert isinstance(p.app.screen, ImportFileScreen)
        assert p.screen.count("hoose a column for") == 2
        await p.press("enter", *["down"] * 6, "enter")
        assert p.screen.count("hoose a column for") < 2, "what was refused is not said when it is over"


async def test_a_calendar_asks_with_whom_and_what_to_do_with_strangers(stage: Stage) -> None:
    (stage.places.inbox / "visits.csv").write_text(
        "Subject,Start Date,Start Time,End Date,End Time\nCheck,11/30/2026,10:00 AM,11/30/2026,10:30 AM\n"
    )
    async with playing(stage) as p:
        await p.press("f7", "enter", "down", "enter")
        assert "With, where the file does not say: -" in p.screen
        await p.press("s", "down", "enter", "k", "end", "enter", "d")
        assert "With, where the file does not say: Dr Lee" in p.screen
        assert "People who are not in the book: refuse the row" in p.screen
        assert "Entries without a time: taken" in p.screen
        await p.press("escape", "enter", "down", "enter")
        assert "People who are not in the book: refuse the row" in p.screen


async def test_who_takes_appointments_and_imports_is_whom_they_are_with(stage: Stage) -> None:
    (stage.places.inbox / "visits.ics").write_text("BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n")
    stage.session = replace(stage.session, staff_id=stage.staff["Dr Sato"], name="Dr Sato")
    async with playing(stage) as p:
        await p.press("f7", "enter")
        assert "With, where the file does not say: Dr Sato" in p.screen
        await p.press("s")
        assert "▶Dr Sato" in p.screen
        await p.press("up", "enter")
        assert "With, where the file does not say: Dr Lee" in p.screen


# --- dry run, import, report -----------------------------------------------------------------------


async def test_a_dry_run_tells_every_refusal_and_writes_nothing_and_i_imports(stage: Stage) -> None:
    file = contacts(stage.places.inbox / "people.csv", NAMES)
    file.write_text(file.read_text() + "Bad,Date,,1999-13-45,,,\n")
    before = stage.rows("select count(*) from customer")
    async with playing(stage) as p:
        await tried(p)
        assert lines(p)[0].startswith(" Dry run of people.csv: nothing was written")
        assert lines(p)[1].startswith(" customers: 3 added, 0 already here, 1 refused")
        assert line(p, "5  refused").split()[:2] == ["▶", "5"]
        assert " people.csv:5: birth date: “1999-13-45” is not a date" in p.screen
        assert stage.rows("select count(*) from customer") == before
        await p.press("i")
        await work(p)
        assert lines(p)[0].startswith(" Import 1 of people.csv")
        assert stage.rows("select count(*) from customer") == [(before[0][0] + 3,)]
        await p.press("escape", "escape", "tab")
        assert line(p, "1  23 Nov 2026 09:20").split()[-4:] == ["people.csv", "3", "1", "done"]
        await p.press("enter")
        assert "birth date: “1999-13-45” is not a date" in p.screen


async def test_everything_that_is_wrong_with_a_row_is_told_whole(stage: Stage) -> None:
    file = contacts(stage.places.inbox / "people.csv", NAMES)
    file.write_text(file.read_text() + "Bad,Date,,1999-13-45,,this is not an email address,\n")
    async with playing(stage) as p:
        await tried(p)
        told = " ".join(p.screen.split())
        assert "birth date: “1999-13-45” is not a date; write it as in 1990-05-14 or 14 May 1990;" in told
        assert "is not an email address; it looks like name@example.org" in told


@pytest.mark.walk
async def test_the_same_file_twice_adds_nothing_and_says_so(stage: Stage) -> None:
    contacts(stage.places.inbox / "people.csv", NAMES)
    async with playing(stage) as p:
        await taken(p)
        await p.press("f2")
        await tried(p)
        assert "This very file was imported on 23 Nov 2026 09:20 by Anna Berg (import 1)" in p.screen
        assert "customers: 0 added, 3 already here, 0 refused" in p.screen


async def test_the_report_goes_into_the_outbox_as_a_table_or_as_text(stage: Stage) -> None:
    file = contacts(stage.places.inbox / "people.csv", NAMES)
    file.write_text(file.read_text() + "Bad,Date,,=1+2,,,\n")
    async with playing(stage) as p:
        await taken(p)
        await p.press("e", "enter")
        await finished(p)
        assert "The report is in" in p.screen
        await p.press("e", "end", "enter")
        await finished(p)
    table, text = sorted(stage.places.outbox.iterdir())
    assert table.read_text().splitlines()[1].startswith('"refused","people.csv","5","birth date: “=1+2”')
    assert "customers: 3 added, 0 already here, 1 refused" in text.read_text()
    assert stage.rows("select count(*) from journal where action = 'export report'") == [(2,)]


@pytest.mark.walk
@pytest.mark.parametrize("name", [HOSTILE[1], HOSTILE[2], HOSTILE[4]])
async def test_hostile_names_of_files_and_cells_are_shown_as_they_are(stage: Stage, name: str) -> None:
    safe = name.replace("/", "")
    (stage.places.inbox / f"{safe}.csv").write_text(f'{HEADER}\n"{name}",Case,,no date,,,\n', "utf-8")
    shown = SHOWN.get(name, safe)
    async with playing(stage) as p:
        await p.press("f7")
        assert f"▶{shown}.csv" in p.screen
        await p.press("enter", "enter")
        assert SHOWN.get(name, name)[:20] in line(p, "First Name")
        await p.press("t")
        await work(p)
        assert f"Dry run of {shown}.csv" in lines(p)[0]
        assert "1 refused" in p.screen


# --- under way -------------------------------------------------------------------------------------


@pytest.mark.walk
async def test_other_screens_work_while_it_runs_and_the_footer_says_when_it_ended(
    stage: Stage, gate: Gate
) -> None:
    contacts(stage.places.inbox / "people.csv", many(40))
    async with playing(stage) as p:
        await tried(p)
        await p.press("i")
        await p.app.outside(gate.reached.wait, 20)
        await p.press()
        assert "Importing people.csv" in lines(p)[0]
        assert "Esc stops it." in p.screen
        await p.press("f2", "f3")
        await p.type("doe")
        await p.press("enter", "N")
        await p.type("Called.")
        await p.press("ctrl+s")
        assert stage.rows("select text from note order by id desc limit 1") == [("Called.",)]
        gate.open.set()
        await work(p)
        assert "Importing people.csv has ended: customers: 40 added" in p.screen
        await p.press("f7")
        assert isinstance(p.app.screen, ImportReportScreen)
        assert lines(p)[0].startswith(" Import 1 of people.csv")


async def test_escape_asks_and_stops_after_the_batch_and_what_is_stored_stays(
    stage: Stage, gate: Gate
) -> None:
    contacts(stage.places.inbox / "people.csv", many(40))
    before = stage.rows("select count(*) from customer")[0][0]
    async with playing(stage) as p:
        await tried(p)
        await p.press("i")
        await p.app.outside(gate.reached.wait, 20)
        assert "F9 Export" not in p.screen, "there is no report yet"
        await p.press("escape")
        assert "Importing people.csv is under way" in p.screen
        assert "Stop; what is stored stays" in p.screen
        await p.press("end", "enter")
        assert "Stopping after the batch under way." in p.screen
        gate.open.set()
        await work(p)
        assert "It ended before the end of the file" in p.screen
        assert stage.rows("select count(*) from customer") == [(before + 30,)]
        await p.press("escape", "t")
        await work(p)
        assert "10 added, 30 already here" in p.screen


@pytest.mark.walk
async def test_only_one_thing_at_a_time(stage: Stage, gate: Gate) -> None:
    contacts(stage.places.inbox / "people.csv", many(40))
    async with playing(stage) as p:
        await tried(p)
        await p.press("i")
        await p.app.outside(gate.reached.wait, 20)
        await p.press("escape", "down", "enter", "t")
        assert "Importing people.csv is still under way" in p.screen
        await p.press("escape", "down", "enter", "tab", "x", "down", "enter")
        assert "Importing people.csv is still under way" in p.screen
        gate.open.set()
        await work(p)


@pytest.mark.walk
async def test_leaving_the_program_ends_it_after_the_batch(stage: Stage, gate: Gate) -> None:
    contacts(stage.places.inbox / "people.csv", many(40))
    async with playing(stage) as p:
        await tried(p)
        await p.press("i")
        await p.app.outside(gate.reached.wait, 20)
        threading.Timer(0.05, gate.open.set).start()
        p.app.exit()
    assert stage.rows("select state from import_run") == [("stopped",)]


@pytest.mark.walk
async def test_f7_shows_a_report_nobody_has_looked_at_and_comes_back_from_elsewhere(
    stage: Stage, gate: Gate
) -> None:
    contacts(stage.places.inbox / "people.csv", many(40))
    async with playing(stage) as p:
        await tried(p)
        await p.press("i")
        await p.app.outside(gate.reached.wait, 20)
        await p.press("escape", "down", "enter", "escape", "down", "enter")
        assert lines(p)[0].startswith(" Imports")
        gate.open.set()
        await work(p)
        assert "F7 shows the report." in " ".join(p.screen.split())
        await p.press("f7")
        assert lines(p)[0].startswith(" Import 1 of people.csv")
        await p.press("f6", "f7")
        assert lines(p)[0].startswith(" Import 1 of people.csv")
        await p.press("f7", "escape")
        assert lines(p)[0].startswith(" Imports")


@pytest.mark.walk
async def test_how_far_it_is_does_not_stay_in_the_footer(stage: Stage, gate: Gate) -> None:
    contacts(stage.places.inbox / "people.csv", many(40))
    async with playing(stage) as p:
        await tried(p)
        await p.press("i")
        await p.app.outside(gate.reached.wait, 20)
        await p.press("escape", "down", "enter")
        assert p.app.work.job is not None
        p.app.work._tell(p.app.work.job)
        await p.press()
        assert "Esc stops it." in p.screen
        await p.press("f6")
        gate.open.set()
        await work(p)
        await p.press("escape")
        assert "Esc stops it." not in p.screen


@pytest.mark.walk
async def test_a_stopped_dry_run_does_not_say_that_anything_stays(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    contacts(stage.places.inbox / "people.csv", NAMES)
    async with playing(stage) as p:
        await tried(p)
        assert p.app.work.job is not None
        p.app.work.job.result = replace(p.app.work.job.result, stopped=True)
        await p.press("f2", "f7", "enter", "enter")
        p.app.push_screen(ImportReportScreen(job=p.app.work.job))
        await p.press()
        assert "It was stopped before the end of the file" in p.screen
        assert "goes on" not in p.screen


@pytest.mark.walk
async def test_an_import_that_broke_off_has_no_report(stage: Stage) -> None:
    contacts(stage.places.inbox / "people.csv", NAMES)
    async with playing(stage) as p:
        await taken(p)
        with stage.book.write_tx():
            stage.book.db.execute_sql("update import_run set state = 'running', report = '{}'")
        await p.press("f2", "f7", "tab", "enter")
        assert "under way at another desk, or it broke off" in p.screen
        assert "There is no report." in p.screen


# --- taking back -----------------------------------------------------------------------------------


async def test_x_asks_and_takes_the_whole_import_back(stage: Stage) -> None:
    contacts(stage.places.inbox / "people.csv", NAMES)
    before = stage.rows("select count(*) from customer")
    async with playing(stage) as p:
        await taken(p)
        await p.press("escape", "escape")
        assert line(p, "people.csv").startswith("▶"), "the list with the keys alone shows its cursor"
        assert not line(p, "1  23 Nov").startswith("▶")
        await p.press("tab")
        assert line(p, "1  23 Nov").startswith("▶")
        assert not line(p, "people.csv").startswith("▶")
        await p.press("x")
        assert "Take back import 1, people.csv?" in p.screen
        await p.press("enter")
        assert stage.rows("select state from import_run") == [("done",)]
        await p.press("x", "down", "enter")
        await work(p)
        assert "Import 1 (people.csv) is taken back: 6 records." in p.screen
        assert line(p, "1  23 Nov").endswith("taken back")
        assert "Anna Berg" in line(p, "1  23 Nov")
        assert stage.rows("select count(*) from customer") == before
        await p.press("x")
        assert "Import 1 was taken back. There is nothing of it left." in p.screen


@pytest.mark.walk
async def test_what_depends_on_it_is_listed_and_it_stays(stage: Stage) -> None:
    contacts(stage.places.inbox / "people.csv", NAMES)
    async with playing(stage) as p:
        await taken(p)
        stage.customers["Mia Moss"] = stage.rows("select id from customer where first_name = 'Mia'")[0][0]
        stage.booked("Mia Moss", "2026-11-24 10:00")
        await p.press("x", "down", "enter")
        await work(p)
        row = next(one for one in lines(p) if "Mia Moss (5)" in one)
        assert "has an appointment from elsewhere" in row
        await p.press("escape")
        assert "Esc stops it." not in p.screen
        assert stage.rows("select state from import_run") == [("done",)]


async def test_without_the_right_nothing_opens(stage: Stage) -> None:
    contacts(stage.places.inbox / "people.csv", NAMES)
    stage.session = type(stage.session)(
        1, "Anna Berg", stage.session.zone, stage.session.clock, frozenset(Right) - {Right.IMPORT}, "desk-1"
    )
    async with playing(stage) as p:
        await p.press("f7")
        assert "You do not have the right to import files." in p.screen
        assert not isinstance(p.app.screen, ImportsScreen)


@pytest.mark.walk
async def test_an_undo_that_was_broken_off_can_be_taken_up_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing_imports, "BATCH", 2)
    contacts(stage.places.inbox / "people.csv", NAMES)
    async with playing(stage) as p:
        await taken(p)
        undoing_imports.undo_import(stage.session, 1, stop=iter((False, False, True)).__next__)
        await p.press("f2", "f7", "tab")
        assert line(p, "1  23 Nov").endswith("partly back")
        await p.press("x", "down", "enter")
        await work(p)
        assert line(p, "1  23 Nov").endswith("taken back")
