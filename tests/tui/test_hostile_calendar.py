"""Whatever staff, room, leave, wish or message holds, the screens of the calendar show it literally.

The book is one that another program wrote: its triggers and its limits of length are out of the way.
"""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from pim_tui.domain.news import JournalLine, news_of
from pim_tui.domain.reports import REPORTS, Asked
from pim_tui.lists.appointments import CLINIC_APPOINTMENTS
from pim_tui.lists.messages import MESSAGES
from pim_tui.lists.spec import Scope
from pim_tui.lists.waiting import WAITING
from pim_tui.services.downtime_files import KeepPack, keep_pack
from pim_tui.services.exporting import ExportList, export_list
from pim_tui.services.exporting_reports import ExportReport, export_report
from pim_tui.services.leaving import Form
from pim_tui.services.printing import PrintPaper, print_paper
from pim_tui.services.wanted import ReportPaper
from pim_tui.tui.screens.profile import ProfileScreen
from tests.services.paper import PAPER
from tests.tui.clinicstage import DUE, HERE, MISSED, SERIES, busy, poison
from tests.tui.hostile import AMOUNT, FORBIDDEN, FORMULAS, LONG, TEXTS, Walk, assert_harmless, press
from tests.tui.stage import TODAY, ZONE, playing


async def on(walk: Walk, id_: int) -> None:
    """Put the calendar's cursor on an appointment."""
    walk.p.app.screen.grid.go_to(block_id=id_)  # type: ignore[attr-defined]
    await press(walk.p)


async def day(walk: Walk) -> None:
    """Arrivals, walk-ins, holds, fees and what is picked up, on the day itself."""
    await walk.screen("day")
    await on(walk, DUE)
    for where, key in (("confirmed", "y"), ("seated", "h"), ("not confirmed", "y"), ("not seated", "h")):
        await walk.screen(where, key)
    await walk.dialog("adjust", "J", typed=walk.text)
    await walk.dialog("adjust refused", "enter")
    await walk.back()
    await walk.dialog("walk-in", "I", typed=walk.text)
    await walk.dialog("walk-in refused", "enter")
    await walk.asked("walk-in found", "ctrl+u", typed=f"5550101 - {walk.text}")
    await walk.screen("hold refused", "H")
    await walk.screen("picked up", "v")
    await on(walk, HERE)
    await walk.screen("two of them", "v")
    await walk.asked("put down", "V", typed="")
    await walk.screen("given back", "escape")
    await on(walk, MISSED)
    await walk.dialog("fee", "F")
    await walk.asked("waived", "down", "enter")
    await walk.screen("waiting room", "f5")
    await walk.screen("seated there", "h", "down", "i", "u")


async def hours(walk: Walk) -> None:
    """Working time of everybody, its forms, and what lies in leave."""
    await walk.screen("hours", "E")
    for where, key in (("week", "w"), ("leave", "l"), ("days", "d")):
        await press(walk.p, "down")
        await walk.dialog(where, key, typed=walk.text)
        await walk.asked(f"{where}, all of it", "tab", "tab", "tab")
        await walk.dialog(f"{where} refused", key, "ctrl+u", typed=walk.text)
        await walk.dialog(f"{where} refused", "ctrl+s")
        await walk.back()
    await press(walk.p, "home")
    await walk.screen("the clinic's days", "tab")
    await walk.asked("change", "e")
    await walk.screen("taken back", "x")
    await walk.screen("needs moving", "M")
    await walk.asked("move", "m")
    await walk.asked("edit", "e", "tab")
    await walk.screen("next free", "greater_than_sign", "escape")
    await press(walk.p, "g", pasted="26 nov")
    await walk.screen("a day of leave", "enter")
    await walk.screen("its week", "2")


async def things(walk: Walk) -> None:
    """Rooms, equipment and types, and the next openings by their names."""
    await walk.screen("rooms", "T")
    for kind in ("room", "equipment", "type"):
        await walk.dialog(f"change {kind}", "e", typed=walk.text)
        await walk.dialog(f"{kind}, a number", "tab", "tab", typed=walk.text)
        await walk.dialog(f"{kind} refused", "ctrl+s")
        await walk.back()
        await walk.screen(f"after {kind}", "tab")
    await walk.dialog("openings", "escape", "N", typed="any mon")
    await walk.dialog("found", "down", "down")
    await walk.dialog("typed", "ctrl+u", typed=walk.text)
    await walk.back()


async def series(walk: Walk) -> None:
    """Its form, its preview with what collides, its page and how far a change goes."""
    await walk.dialog("whose", "R", typed="5550102")
    await walk.dialog("form", "enter")
    for text in ("23 nov", "9:00", "", "", walk.text, walk.text, walk.text):
        await walk.dialog("filled", *(["ctrl+u"] if text else []), typed=text)
        await press(walk.p, "tab")
    await walk.dialog("form refused", "ctrl+s")
    for text in ("mon", "5x"):
        await press(walk.p, "ctrl+u", pasted=text)
        await press(walk.p, "tab")
    await walk.dialog("preview", "ctrl+s")
    await walk.dialog("skipped", "s")
    await walk.dialog("reason", "o", typed=walk.text)
    await walk.dialog("overbooked", "enter")
    await walk.dialog("typed", "t", typed=walk.text)
    await walk.back()
    await press(walk.p, "g", pasted="24 nov")
    await walk.screen("its day", "enter")
    await on(walk, SERIES)
    await walk.dialog("how far", "plus")
    await walk.back()
    await walk.dialog("page", "R")
    await walk.asked("all of it", "c")


async def waiting(walk: Walk) -> None:
    """The list, its words, a time found and offered, what a freed time says."""
    await walk.screen("waiting list", "W")
    await walk.dialog("wishes", "e", "end", typed=walk.text)
    await walk.dialog("wishes refused", "enter")
    await walk.back()
    await walk.asked("off", "x")
    await walk.asked("answer", "enter", typed="")
    await walk.screen("narrowed", "f", typed=walk.text)
    await press(walk.p, "escape", "escape")
    await on(walk, DUE)
    await press(walk.p, "x", pasted=walk.text)
    await walk.screen("freed", "enter")
    await walk.dialog("offer", "enter")
    await walk.screen("left open", "l")


async def messages(walk: Walk) -> None:
    """Templates with their preview, and what waits to be sent to somebody."""
    await walk.screen("what goes out", "G")
    await walk.screen("templates", "t")
    await walk.dialog("words", "e", typed="{" + walk.text)
    await walk.dialog("words refused", "ctrl+s")
    await walk.asked("body", "tab")
    await walk.dialog("language", "a", "enter", typed=walk.text)
    await walk.dialog("language refused", "enter")
    await walk.back()
    walk.p.app.push_screen(ProfileScreen(1))
    await walk.screen("messages", "G")
    for _ in range(5):
        await walk.asked("read", "enter", typed="")
        await press(walk.p, "down")
    await walk.screen("withdrawn", "x")
    await walk.screen("narrowed", "f", typed=walk.text)


async def reports(walk: Walk) -> None:
    """Each report by each of its divisions, its filter, and what is behind a number."""
    await walk.screen("reports", "Y")
    for one in REPORTS:
        for _ in one.by if LONG else one.by[:1]:
            await press(walk.p, "b" if LONG else "right")
            assert_harmless(walk.p, one.name)
        await press(walk.p, "tab")
    await walk.screen("behind", "enter")
    await walk.dialog("filter", "escape", "f", typed=walk.text)
    await walk.screen("narrowed to somebody called that", "enter")
    await walk.dialog("not understood", "f", typed=f"nowhere {TEXTS[1]}")
    await walk.dialog("filter refused", "enter")
    await walk.back()
    await walk.asked("export", "f9", typed="")


async def keyback(walk: Walk) -> None:
    """Lines written by hand, understood and not."""
    await walk.screen("key back", "K", typed=walk.text)
    for line in ("9:00 came", f"14:00 note {walk.text}", "9:00 moved 14:00", "11:20 5550103 walk-in", "8:00"):
        await walk.screen(line, "ctrl+u", typed=line)
        await walk.screen(f"{line}, applied", "enter")
        await walk.back()


async def news(walk: Walk) -> None:
    """What colleagues do, in the footer of this desk."""
    after = {"name": walk.text, "day": walk.text, "hours": walk.text, "kind": walk.text, "starts_at": 1}
    for kind in ("hold", "leave", "special_hours", "working_hours", "waiting_entry", "waiting_offer", "room",
                 "equipment", "appointment_type", "message_template", "series", "appointment"):  # fmt: skip
        for action in ("create", "offer", "withdraw"):
            line = JournalLine(TEXTS[1], action, kind, 1, {}, after, 1, TEXTS[2])
            walk.p.app.screen.tell_news([news_of(line, ZONE)])  # type: ignore[attr-defined]
            assert_harmless(walk.p, f"news of {kind}")


PLACES = (day, hours, things, series, waiting, messages, reports, keyback, news)


@pytest.mark.walk
@pytest.mark.parametrize("first", range(len(TEXTS) if LONG else 1))
async def test_no_screen_of_the_calendar_in_depth_obeys_what_it_shows(tmp_path: Path, first: int) -> None:
    stage = busy(tmp_path)
    poison(stage, (*TEXTS[first:], *TEXTS[:first]))
    async with playing(stage) as p:
        walk = Walk(p, TEXTS[first])
        for place in PLACES:
            await place(walk)
            await walk.back()
            await press(p, "f2", "t", "1")
            assert len(p.app.screen_stack) == 1


@pytest.mark.sqlite
def test_no_file_of_the_calendar_hands_a_spreadsheet_a_formula(tmp_path: Path) -> None:
    stage = busy(tmp_path)
    poison(stage, FORMULAS)
    found = set[str]()
    for spec, whose in ((WAITING, None), (CLINIC_APPOINTMENTS, None), (MESSAGES, 1)):
        scope = Scope(whose, ZONE, TODAY)
        form = written(tmp_path)
        export_list(stage.session, ExportList(spec, scope, {}, form))
        found |= cells(form)
    for name, by in ((one.name, by) for one in REPORTS for by in one.by):
        form = written(tmp_path)
        asked = Asked(name, date(2026, 11, 1), date(2026, 11, 30), by)
        export_report(stage.session, ExportReport(asked, form))
        found |= cells(form)
    for cell in found:
        armed = cell.lstrip().startswith(tuple("=+-@|\t\r\n＝"))
        assert not armed or cell == "-" or AMOUNT.fullmatch(cell), cell
    disarmed = {text for text in FORMULAS if any(cell.startswith(f"'{text[:9]}") for cell in found)}
    assert disarmed == set(FORMULAS)


def written(folder: Path) -> Form:
    """A spreadsheet in the folder, which replaces the one before."""
    file = folder / "list.csv"
    file.unlink(missing_ok=True)
    return Form("csv", str(file), PAPER)


def cells(form: Form) -> set[str]:
    """Every cell of the file, as a spreadsheet finds it."""
    text = Path(form.to).read_text("utf-8-sig")
    return {cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row}


@pytest.mark.sqlite
def test_no_paper_of_the_calendar_obeys_what_it_holds(tmp_path: Path) -> None:
    stage = busy(tmp_path)
    poison(stage, TEXTS)
    keep_pack(stage.session, KeepPack(TODAY, str(tmp_path), PAPER))
    asked = Asked("no-shows", date(2026, 11, 1), date(2026, 11, 30), "staff")
    for kind in ("pdf", "txt"):
        print_paper(stage.session, PrintPaper(ReportPaper(asked), PAPER, str(tmp_path / f"report.{kind}")))
    for name in (f"downtime-{TODAY.isoformat()}", "report"):
        text = (tmp_path / f"{name}.txt").read_text("utf-8")
        pages = [page.extract_text() for page in PdfReader(tmp_path / f"{name}.pdf").pages]
        # A glyph that stands for no letter is read back as NUL, which is not in the file.
        read = "\n".join(pages).replace("\0", "")
        for line in (*text.replace("\f", "").split("\n"), *read.split("\n")):
            assert not FORBIDDEN.search(line), line
        assert "[@click=app.l" in text
