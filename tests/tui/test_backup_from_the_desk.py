"""A backup begun at a desk: behind its work, told of and stopped there, into the folder of the settings."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pim_tui.bootstrap import Clinic
from pim_tui.bootstrap import copier as copier_of
from pim_tui.config import Settings
from pim_tui.domain.rights import Right
from pim_tui.errors import PimError, Refused
from pim_tui.paths import Places
from pim_tui.services.backups import Copier, Taken, Told
from pim_tui.tui.dialogs.backup import BackupDialog
from tests.tui.stage import Player, Stage, playing


class Slow:
    """Makes what it is told to make, once it is let: half of it at once."""

    def __init__(self, folder: Path, error: PimError | None = None) -> None:
        self.folder, self.error = folder, error
        self.half, self.let = threading.Event(), threading.Event()

    def __call__(self) -> Copier:
        return Copier(self.folder, "clinic", self.make)

    def make(self, progress: Told, stop: Callable[[], bool]) -> Taken | None:
        progress(50, 100)
        self.half.set()
        while not stop() and not self.let.wait(0.01):
            pass
        if self.error is not None:
            raise self.error
        assert stop()
        return None


def really(stage: Stage, folder: Path) -> Callable[[], Copier]:
    """What makes them of the stage's book."""
    settings = Settings(database=stage.book.name, backup_folder=str(folder))
    clinic = Clinic(stage.book, stage.session, settings, Places(folder, folder, folder))
    return lambda: copier_of(clinic)


async def open_it(p: Player) -> None:
    """By its name in the palette."""
    await p.press("ctrl+p")
    await p.type("backup")
    await p.press("enter")
    assert isinstance(p.app.screen, BackupDialog)


async def ended(p: Player) -> None:
    await p.app.work.ended()
    await p.press()


def text(p: Player) -> str:
    return " ".join(p.screen.split())


@pytest.mark.walk
async def test_it_is_made_and_said_where_it_lies_and_when_the_last_one_was(
    stage: Stage, tmp_path: Path
) -> None:
    folder = tmp_path / "b"
    async with playing(stage, copier=really(stage, folder)) as p:
        await open_it(p)
        assert f"Goes to {folder}" in text(p)
        assert "none was ever made of this book" in text(p)
        await p.press("enter")
        await ended(p)
        (made,) = folder.iterdir()
        assert f"Last good Mon 23 Nov 2026 09:20: {made}"[:60] in text(p)
        assert "whole, 1 MB" in text(p)
        assert "The backup was made and found whole" in text(p)
        assert not p.app.screen.query_one(".warning").display
        await p.press("escape")
    assert stage.rows("select staff_id, action from journal where kind = 'backup'") == [(1, "back up")]


async def test_it_goes_on_behind_the_calendar_and_is_told_when_it_ends(stage: Stage, tmp_path: Path) -> None:
    slow = Slow(tmp_path / "b", Refused("The disk of backups is full.", "Free some space there."))
    async with playing(stage, copier=slow) as p:
        await open_it(p)
        await p.press("enter")
        slow.half.wait()
        await p.press("enter")
        assert "The backup: 50 %. s stops it; Esc leaves, and it goes on." in text(p)
        await p.press("escape", "f3")
        assert "The disk of backups" not in p.screen
        slow.let.set()
        await ended(p)
        assert "The disk of backups is full. Free some space there." in text(p)
        await open_it(p)
        await p.press("enter")
        await ended(p)
        assert "The disk of backups is full. Free some space there." in text(p)
        assert p.app.screen.query_one(".warning").display


async def test_it_is_stopped_by_a_key_and_a_refusal_stays_in_sight(stage: Stage, tmp_path: Path) -> None:
    slow = Slow(tmp_path / "b")
    async with playing(stage, copier=slow) as p:
        await open_it(p)
        await p.press("s", "enter")
        slow.half.wait()
        await p.press("s")
        await ended(p)
        assert "The backup was stopped; nothing of it is left." in text(p)
        slow.error = Refused("Another backup of this book is under way.", "Wait until it is done.")
        slow.let.set()
        await p.press("enter")
        await ended(p)
        assert "Another backup of this book is under way. Wait until it is done." in text(p)
        assert "Enter makes one now" in text(p)


async def test_one_that_is_left_and_opened_again_tells_how_it_ended(stage: Stage, tmp_path: Path) -> None:
    slow = Slow(tmp_path / "b")
    async with playing(stage, copier=slow) as p:
        await open_it(p)
        await p.press("enter")
        slow.half.wait()
        await p.press("escape")
        await open_it(p)
        assert "The backup: 50 %." in text(p)
        await p.press("s")
        await ended(p)
        assert "The backup was stopped; nothing of it is left." in text(p)
        assert "Enter makes one now" in text(p)


async def test_without_the_right_it_is_said_who_has_it(stage: Stage, tmp_path: Path) -> None:
    stage.session = replace(stage.session, rights=stage.session.rights - {Right.BACK_UP})
    async with playing(stage, copier=Slow(tmp_path)) as p:
        await p.press("ctrl+p")
        await p.type("backup")
        await p.press("enter")
        assert not isinstance(p.app.screen, BackupDialog)
        assert "back up and restore the book" in text(p)


async def test_where_none_is_made_from_a_desk_the_command_is_named(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("ctrl+p")
        await p.type("backup")
        await p.press("enter")
        assert "pim-tui backup makes one." in text(p)
