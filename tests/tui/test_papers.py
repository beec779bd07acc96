"""The print menu and the look at a paper before it is printed, by key."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pim_tui.errors import Refused
from pim_tui.tui.dialogs.paperwork import PaperWork
from pim_tui.tui.longwork import Job, Progress, Stop
from pim_tui.tui.screens.preview import PreviewScreen
from pim_tui.tui.screens.profile import ProfileScreen
from tests.tui.stage import Player, Stage, playing, set_up


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Four visits of this week, one of them by hand of Dr Sato."""
    made = set_up(tmp_path)
    made.open_always()
    made.booked("Jane Doe", "2026-11-23 09:30", reason="Knee")
    made.booked("Jane Doe", "2026-11-24 10:30", staff="Dr Sato", reason="Knee")
    made.booked("José García", "2026-11-26 14:00")
    for day in range(1, 29):
        made.booked("Aaron Smith", f"2026-12-{day:02} 15:00")
    yield made
    made.book.close()


async def done(p: Player) -> None:
    """Printing works apart from everything else: wait until it is done."""
    await p.app.outside(int)
    await p.press()


def outbox(stage: Stage) -> list[str]:
    """The files that were made."""
    return sorted(path.name for path in stage.places.outbox.glob("*"))


@pytest.fixture(autouse=True)
def _no_printer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")


@pytest.mark.parametrize("key", ["P", "f8"])
async def test_the_week_is_looked_at_and_printed(stage: Stage, key: str) -> None:
    async with playing(stage) as p:
        await p.press(key)
        assert "week, the whole team" in p.screen
        await p.press("V")
        assert isinstance(p.app.screen, PreviewScreen)
        assert "Week sheet, Week 48 · 23 Nov 2026 to 29 Nov 2026 · lines 1-21 of" in p.screen
        assert "10:30-11:00" in p.screen
        assert outbox(stage) == []
        await p.press("p")
        await done(p)
        assert "The week sheet of 23 Nov 2026 to 29 Nov 2026 is in" in p.screen
    assert outbox(stage) == ["week-2026-11-23.pdf"]
    assert stage.rows("select kind from journal where action = 'print'") == [("week_sheet",)]


@pytest.mark.walk
async def test_a_long_paper_is_scrolled_to_both_its_ends(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("g")
        await p.type("1 dec 2026")
        await p.press("enter", "4", "P", "v")  # seven days of everybody
        first = p.screen
        assert "lines 1-21 of" in first
        await p.press("down")
        assert "lines 2-22 of" in p.screen
        await p.press("up", "up", "pageup")
        assert p.screen == first
        await p.press("pagedown")
        assert "lines 21-" in p.screen
        await p.press("end")
        bottom = p.screen
        assert "S scheduled · C completed" in bottom
        await p.press("pagedown", "down")
        assert p.screen == bottom
        await p.press("home")
        assert p.screen == first
        await p.press("escape")
        assert not isinstance(p.app.screen, PreviewScreen)
    assert outbox(stage) == []


async def test_the_filter_of_the_calendar_is_the_papers_and_is_told(stage: Stage) -> None:
    async with playing(stage, (100, 30)) as p:
        await p.press("f", "down", "space", "enter", "P", "v")
        assert "Jane" in p.screen
        assert "García" not in p.screen
        assert "only Dr Sato" in p.screen


async def test_the_card_of_the_customer_under_the_cursor(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("down", "P")
        assert "7   appointment card of Jane Doe" in p.screen
        await p.press("7", "v")
        assert "Appointment card" in p.screen
        assert "Jane Doe" in p.screen
        assert "Tuesday 24 November 2026, 10:30 · 30 min" in p.screen
        assert "Knee" not in p.screen


@pytest.mark.walk
async def test_the_profile_prints_the_card_and_the_list_as_filtered(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.app.push_screen(ProfileScreen(stage.customers["Jane Doe"]))
        await p.press("p", "enter")
        await done(p)
        assert "The appointment card of Jane Doe is in" in p.screen
        await p.press("f")
        await p.type("from 24 nov 2026")
        await p.press("enter", "P", "down", "tab", "right", "tab", "right", "v")
        assert "Only: Dates: from 24 Nov 2026" in p.screen
        assert "1 row" in p.screen
        await p.press("p")
        await done(p)
    id_ = stage.customers["Jane Doe"]
    assert outbox(stage) == [f"appointments-{id_}.txt", f"card-{id_}.pdf"]


@pytest.mark.walk
async def test_among_the_customers_f8_prints_the_card_of_the_one_under_the_cursor(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f3", "f8")
        assert "nothing to print here" in p.screen
        await p.type("garcia")
        await p.press("f8", "v")
        assert "José García" in p.screen
        assert "Thursday 26 November 2026, 14:00" in p.screen
        await p.press("escape", "P")
        assert "garciaP" in p.screen  # a letter there


async def test_a_printer_gets_what_the_preview_showed(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "lp"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" >{tmp_path}/said\necho "request id is q-1"\n', "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}/bin{os.pathsep}/usr/bin")
    async with playing(stage) as p:
        await p.press("P", "tab", "right", "v", "enter")  # on A5
        await done(p)
        assert "was sent to the printer" in p.screen
    said = (tmp_path / "said").read_text("utf-8")
    assert "-o media=A5" in said
    assert "-t Week sheet" in said
    assert "Doe" not in said


async def made(p: Player) -> None:
    """A long paper is made apart from everything else: wait until it is there."""
    await p.app.work.ended()
    await p.press()


@pytest.mark.walk
async def test_the_profile_prints_the_account_and_the_whole_record(stage: Stage) -> None:
    id_ = stage.customers["Jane Doe"]
    async with playing(stage) as p:
        await p.app.push_screen(ProfileScreen(id_))
        for number, name in (("3", "statement"), ("4", "ledger"), ("5", "record")):
            await p.press("P", number, "enter")
            await made(p)
            assert f"The {name} of Jane Doe is in" in p.screen
    found = outbox(stage)
    assert [name.split("-")[0] for name in found] == ["ledger", "record", "statement"]
    assert stage.rows("select kind, customer_id from paper") == [("statement", id_)]


async def test_a_long_paper_tells_how_far_it_is_and_stops(stage: Stage) -> None:
    started = threading.Event()

    def act(progress: Progress, stop: Stop) -> object:
        progress(1, 4)
        started.set()
        assert job.stopping.wait(10)
        assert stop()
        raise Refused("The paper was stopped before it was complete.", "Nothing was printed.")

    job = Job("Making the paper", act)
    async with playing(stage) as p:
        p.app.work.start(job, lambda ended: None)
        await asyncio.to_thread(started.wait, 10)
        p.app.push_screen(PaperWork(job))
        await p.press()
        assert "Making the paper: 25 %" in p.screen
        await p.press("escape")
        await made(p)
        assert not isinstance(p.app.screen, PaperWork)
        assert "was stopped" in str(job.error)


@pytest.mark.walk
async def test_a_second_long_paper_waits_for_the_first(stage: Stage) -> None:
    job = Job("Importing", lambda progress, stop: job.stopping.wait(10))
    async with playing(stage) as p:
        await p.app.push_screen(ProfileScreen(stage.customers["Jane Doe"]))
        p.app.work.start(job, lambda ended: None)
        await p.press("P", "4", "enter")
        assert "Importing is still under way" in p.screen
        job.stopping.set()
        await made(p)
    assert outbox(stage) == []
