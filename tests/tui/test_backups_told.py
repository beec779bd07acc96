"""Whoever may make backups is told when the last good one is too old, and nobody else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pim_tui.config import Settings
from pim_tui.domain.rights import Right
from tests.tui.stage import Stage, playing, set_up

DAYS = 5 * 24 * 3600
TOLD = "No good backup was made of this book yet."


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Five days after the book was made."""
    made = set_up(tmp_path)
    made.clock[0] += DAYS
    return made


async def test_the_footer_tells_and_so_does_the_close_of_the_day(stage: Stage) -> None:
    async with playing(stage) as player:
        assert TOLD in player.screen
        await player.press("f12")
        await player.press("Z")
        assert "No good backup was made of this book yet." in " ".join(player.screen.split())


async def test_not_whoever_may_make_none_nor_where_the_setting_is_off(stage: Stage) -> None:
    off = Settings(clinic_name="Harbour Clinic", country="DE", backup_warn_hours=0)
    async with playing(stage, settings=off) as player:
        assert TOLD not in player.screen
    stage.session = replace(stage.session, rights=stage.session.rights - {Right.BACK_UP})
    async with playing(stage) as player:
        assert TOLD not in player.screen
