"""The list of printers behind the print menus, one chosen for a print, and what is told afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pim_tui.config import Settings
from pim_tui.tui.dialogs.printers import PrintersDialog
from pim_tui.tui.printing import Printing
from tests.integrations.programs import LP, put_program
from tests.integrations.test_terminal_and_socket import listener
from tests.tui.stage import Player, Stage, playing, set_up

QUEUES = 'case "$*" in -e) echo Office;; *not-completed*) ;; *completed*) echo "Desk-7 root 1 x";;'
IDLE = f'{QUEUES} *) echo "printer Desk is idle.  enabled since y";; esac'
STOPPED = (
    'case "$*" in *not-completed*) echo "Desk-7 root 1 x";; *) echo "printer Desk disabled since y -";'
    ' echo "\tout of paper";; esac'
)


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A visit of today, and a CUPS that takes everything."""
    put_program(tmp_path, monkeypatch, "lp", LP)
    put_program(tmp_path, monkeypatch, "lpstat", IDLE)
    monkeypatch.setattr(Printing, "LOOKS", (0, 0))
    made = set_up(tmp_path)
    made.booked("Jane Doe", "2026-11-23 10:30")
    yield made
    made.book.close()


def known(port: int = 9, **more: Any) -> Settings:
    """A printer of each kind."""
    table = {"front": "cups:Desk", "till": f"socket:127.0.0.1:{port}", "here": "terminal:"}
    return Settings(clinic_name="Harbour Clinic", country="DE", printer="front", printers=table, **more)


async def settled(p: Player) -> None:
    """Wait until everything outside is done, and what follows from it was told."""
    for _ in range(3):
        await p.app.outside(int)
        if tasks := [*p.app.seat.writes, *p.app.printing._following]:
            await asyncio.wait(tasks)
        await p.press()


def noticed(p: Player) -> str:
    """The notices of the app."""
    return " ".join(notice.message for notice in p.app._notifications)


@pytest.mark.parametrize("key", ["p", pytest.param("P", marks=pytest.mark.walk)])
async def test_the_list_shows_what_there_is_and_one_is_taken_for_this_print(stage: Stage, key: str) -> None:
    with listener() as (port, taken):
        async with playing(stage, settings=known(port)) as p:
            await p.press(key, "f2")
            await settled(p)
            assert isinstance(p.app.screen, PrintersDialog)
            for told in ("front     ", "papers, recei", "till ", "here ", "Office ", "idle"):
                assert told in p.screen
            await p.press("down", "enter")
            assert "till" in "".join(p.screen.splitlines()[-3:])
            await p.press("enter")
            await settled(p)
            assert "was handed to till" in p.screen
    assert len(taken) == 1


async def test_a_queue_that_the_settings_do_not_name_is_taken_too(stage: Stage, tmp_path: Path) -> None:
    async with playing(stage, settings=known()) as p:
        await p.press("p", "f2")
        await settled(p)
        await p.press("end", "enter", "enter")
        await settled(p)
    assert "-d\nOffice\n" in (tmp_path / "lp").read_text()


async def test_a_test_page_is_printed_from_the_list_and_esc_goes_back(stage: Stage) -> None:
    with listener() as (port, taken):
        async with playing(stage, settings=known(port)) as p:
            await p.press("p", "f2", "down", "t")
            await settled(p)
            assert "The test page was handed to till" in noticed(p)
            await p.press("escape", "escape")
            assert "Day sheet of" not in p.screen
    assert b"Test page" in taken[0]


async def test_a_terminal_that_must_not_print_says_why(stage: Stage) -> None:
    async with playing(stage, settings=known()) as p:
        await p.press("p", "f2")
        await settled(p)
        await p.press("down", "down", "t")
        await settled(p)
        assert "terminal's own printer is off" in noticed(p)
    assert stage.rows("select count(*) from journal where action = 'print'") == [(0,)]


async def test_what_became_of_a_print_is_told_without_a_key(stage: Stage) -> None:
    async with playing(stage, settings=known()) as p:
        await p.press("p", "enter")
        await settled(p)
        assert "is printed (Desk-7 has left its queue)" in p.screen
        await p.press("exclamation_mark")
        assert "is printed (Desk-7 has left its queue)" in " ".join(p.screen.partition("told")[2].split())


async def test_a_stopped_queue_is_told_with_its_reason(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_program(tmp_path, monkeypatch, "lpstat", STOPPED)
    async with playing(stage, settings=known()) as p:
        await p.press("p", "enter")
        await settled(p)
        assert "is stopped (Desk-7): disabled: out of paper" in noticed(p)


async def test_a_print_is_not_followed_beyond_the_session(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Printing, "LOOKS", (60,))
    async with playing(stage, settings=known()) as p:
        await p.press("p", "enter")
        await p.app.outside(int)
        await p.press()
        (task,) = p.app.printing._following
    assert task.cancelled() or task.cancelling()


async def test_the_terminals_printer_gets_the_paper_between_two_pictures(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TMUX", "STY"):
        monkeypatch.delenv(name, raising=False)
    written: list[str] = []
    async with playing(stage, settings=known(media_copy="force")) as p:
        driver = p.app._driver
        assert driver is not None
        monkeypatch.setattr(driver, "write", written.append)
        await p.press("p", "tab", "right", "right", "right", "enter")
        await settled(p)
        assert "sent to your terminal's printer" in p.screen
    (paper,) = [text for text in written if "\x1b[5i" in text]
    assert paper.startswith("\x1b[5iHarbour Clinic")
    assert "Doe, Jane" in paper
    assert paper.endswith("\f\x1b[4i")
