"""Reports on screen: the same numbers as in files and on paper, the visits behind each, and a way to stop."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from pim_tui.cli.reports import _as_json
from pim_tui.config import Settings
from pim_tui.domain.reports import Asked, Figures
from pim_tui.domain.rights import Right, rights_of
from pim_tui.domain.session import Session
from pim_tui.errors import Refused
from pim_tui.lists.reports import behind_list, figure_text
from pim_tui.lists.spec import Scope
from pim_tui.models import Clinic
from pim_tui.paths import Places
from pim_tui.services.exporting import ExportList, export_list
from pim_tui.services.exporting_reports import ExportReport, export_report
from pim_tui.services.leaving import Form
from pim_tui.services.printing import PrintPaper, print_paper, stationery
from pim_tui.services.report_papers import make_report
from pim_tui.services.wanted import ReportPaper
from pim_tui.tui.screens import reports as screen_of_reports
from pim_tui.tui.screens.behind import BehindScreen
from pim_tui.tui.screens.calendar import CalendarScreen
from pim_tui.tui.screens.reports import ReportsScreen
from pim_tui.tui.widgets.plotted import columns
from tests.db.book import new_book
from tests.queries.clinicdays import furnished
from tests.tui.stage import NOW, TODAY, ZONE, Stage, playing

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Two months of a clinic whose visits are thrown in at random."""
    opened, clock = new_book(tmp_path), [NOW]
    with opened.write_tx():
        Clinic.create(id=1, name="Harbour Clinic", zone=ZONE, created_at=NOW)
    furnished(opened, ZONE, [TODAY + timedelta(days=n) for n in range(-50, 14)], seed=5, visits=220)
    session = Session(1, "Dr Lee", ZONE, lambda: clock[0], rights_of("owner"), "desk-1", "DE")
    return Stage(opened, session, Places(tmp_path, tmp_path, tmp_path / "state"), clock)


@pytest.fixture(autouse=True)
def _however_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys wait for a report however long a busy machine takes to count it."""
    monkeypatch.setattr(screen_of_reports, "_SHORT", 60.0)


def texts(found: Figures) -> list[list[str]]:
    """Every cell of every line, as staff read it."""
    kinds = [one.kind for one in found.figures]
    return [list(map(figure_text, line.values, kinds)) for line in (*found.lines, found.total)]


@pytest.mark.walk
async def test_screen_csv_pdf_text_and_json_tell_the_same(stage: Stage, tmp_path: Path) -> None:
    async with playing(stage, size=(100, 40)) as p:
        await p.press("Y")
        for name, by in (("no-shows", "staff"), ("use", "staff"), ("reasons", "reason"), ("lead", "type")):
            while p.app.screen._asked.name != name:  # type: ignore[attr-defined]
                await p.press("tab")
            asked = Asked(name, FIRST, LAST, by)  # type: ignore[arg-type]
            found = make_report(stage.session, asked)
            told = texts(found)
            assert len(told) > 2
            lines = p.screen.split("\n")[3 : 3 + len(told)]
            for line, cells in zip(lines, told, strict=True):
                assert line.rstrip().endswith(cells[-1])
                assert " ".join(line.split()).endswith(" ".join(cells))
            assert cells_of(stage, asked, tmp_path, "csv") == [
                [line.label if line.label[:1] != "=" else f"'{line.label}", *map(plain, cells)]
                for line, cells in zip((*found.lines, found.total), told, strict=True)
            ]
            as_json = _as_json(found)
            assert [list(map(str, list(one.values())[1:])) for one in as_json["lines"]] == [
                [plain(cell) or "None" for cell in cells] for cells in told[:-1]
            ]
            for kind in ("pdf", "txt") if name != "use" else ():
                paper = paper_of(stage, asked, tmp_path, kind)
                for cells in told:
                    assert " ".join(cells) in paper, (name, kind)
        assert "\x1b" not in p.screen


def plain(cell: str) -> str:
    """A cell as a program reads it."""
    return "" if cell == "-" else cell.removesuffix(" %").replace(",", "")


def cells_of(stage: Stage, asked: Asked, folder: Path, kind: str) -> list[list[str]]:
    form = Form(kind, str(folder / f"{asked.name}.{kind}"), stationery(Settings()))
    export_report(stage.session, ExportReport(asked, form))
    text = (folder / f"{asked.name}.{kind}").read_text("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


def paper_of(stage: Stage, asked: Asked, folder: Path, kind: str) -> str:
    file = folder / f"printed.{kind}"
    print_paper(stage.session, PrintPaper(ReportPaper(asked), stationery(Settings()), str(file)))
    if kind == "txt":
        return " ".join(file.read_text("utf-8").split())
    return " ".join(" ".join(page.extract_text() for page in PdfReader(file).pages).split())


def test_what_is_behind_a_number_goes_out_as_a_calendar_of_just_that(stage: Stage, tmp_path: Path) -> None:
    found = make_report(stage.session, Asked("no-shows", FIRST, LAST, "weekday"))
    line, figure = found.lines[1], found.figures[found.at("missed")]
    form = Form("ics", str(tmp_path / "behind.ics"), stationery(Settings()))
    scope = Scope(None, ZONE, TODAY)
    done = export_list(stage.session, ExportList(behind_list(found.asked, line, figure), scope, {}, form))
    assert done.rows == line.values[found.at("missed")]
    assert (tmp_path / "behind.ics").read_text("utf-8").count("BEGIN:VEVENT") == done.rows > 0


@pytest.mark.walk
async def test_a_number_opens_its_visits_and_the_week_is_a_map(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("Y", "right", "right", "left", "left")
        found = make_report(stage.session, Asked("no-shows", FIRST, LAST, "staff"))
        assert f" Dr Lee · Missed {found.lines[0].values[1]}" in p.screen
        assert "█ Missed   ▒ Late" in p.screen
        await p.press("enter")
        assert isinstance(p.app.screen, BehindScreen)
        assert f"{found.lines[0].values[1]} rows: Missed" in p.screen
        await p.press("escape", "b", "b", "g")
        assert "by weekday" in p.screen
        assert "█ Missed" not in p.screen
        await p.press("tab", "left", "enter")
        assert isinstance(p.app.screen, ReportsScreen)
        assert "Working is not made of visits: there is no list behind it." in p.screen
        await p.press("tab", "g")
        assert "by hour of the week" in p.screen
        assert "█ Monday: booked %" in p.screen
        await p.press("f")
        await p.type("from 1 oct to 15 oct dr sato")
        await p.press("enter")
        assert "1 Oct 2026 to 15 Oct 2026 · by hour of the week · % booked · Staff: Dr Sato" in p.screen
        await p.press("escape")
        assert isinstance(p.app.screen, CalendarScreen)


async def test_a_long_report_tells_how_far_it_is_and_esc_stops_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = threading.Event()

    def slow(session: Session, asked: Asked, watched: Any) -> Figures:
        watched.progress(3, 10)
        stop: Callable[[], bool] = watched.stop
        while not stop():
            stopped.wait(0.001)
        stopped.set()
        raise Refused("The report was stopped.", "Take a shorter period.")

    monkeypatch.setattr(screen_of_reports, "make_report", slow)
    monkeypatch.setattr(screen_of_reports, "_SHORT", 0.01)
    async with playing(stage) as p:
        await p.press("Y")
        await p.until(lambda: "Counting no-shows and late cancels: 30 %. Esc stops it." in p.screen)
        await p.press("escape")
        await p.app.work.ended()
        await p.press()
        assert stopped.is_set()
        assert "The report was stopped." in p.screen
        await p.press("escape")
        assert isinstance(p.app.screen, CalendarScreen)


async def test_without_the_right_there_are_no_reports(stage: Stage) -> None:
    less = stage.session.rights - {Right.SEE_REPORT}
    stage.session = Session(1, "Dr Lee", ZONE, lambda: NOW, less, "desk-1", "DE")
    async with playing(stage) as p:
        await p.press("Y")
        assert "You do not have the right to see reports. Who may:" in p.screen
        assert isinstance(p.app.screen, CalendarScreen)


HOSTILE = ("Mon", "日本語", "\x1b[31mred\x1b]0;x\x07", "[b]bold", "a\nb\tc", "\u202eabc", "")


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=8),
    st.integers(1, 2),
    st.integers(24, 120),
    st.integers(5, 20),
    st.booleans(),
)
def test_a_chart_is_harmless_whatever_it_is_given(
    labels: list[str], count: int, width: int, height: int, ascii_only: bool
) -> None:
    series = tuple(tuple(float(n * (one + 1)) for n in range(len(labels))) for one in range(count))
    lines = columns(tuple(labels), series, width, height, ascii_only)
    assert 0 < len(lines) <= height
    allowed = "─│┌┐└┘├┤┬┴┼█▒"
    for line in lines:
        assert len(line) <= width
        assert all(" " <= char <= "~" or (char in allowed and not ascii_only) for char in line)


def test_a_taller_bar_stands_over_the_greater_number() -> None:
    lines = columns(("a", "b", "c"), ((1.0, 4.0, 8.0),), 60, 12, True)
    tall = [sum(line[at] == "#" for line in lines) for at in (15, 32, 48)]
    assert tall == sorted(tall)
    assert tall[0] < tall[2]
    assert columns((), ((),), 60, 12, True) == ()
    assert columns(("a",), ((1.0,),), 10, 12, True) == ()
