"""A newer version arrives under a session that is open: nothing of it is mixed in, nothing typed is lost."""

from __future__ import annotations

import asyncio
import sys
from importlib import import_module
from pathlib import Path

import pytest

from pim_tui import program
from pim_tui.errors import ProgramReplaced
from tests.tui.stage import playing, set_up

LATE = "pim_tui.tui.screens.staff"
"""A module that is loaded when its screen is first opened."""


def updated(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the files are another version's, and the screen of the staff list was never opened."""
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    program.guard()
    monkeypatch.setattr(program, "_BEGAN_WITH", (1, 2, 3))
    monkeypatch.delitem(sys.modules, LATE, raising=False)


def test_a_module_of_another_version_is_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    updated(monkeypatch)
    with pytest.raises(ProgramReplaced, match="updated while it was open"):
        import_module(LATE)
    assert import_module("pim_tui.errors")
    assert import_module("colorsys")


def test_without_the_guard_it_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    updated(monkeypatch)
    monkeypatch.setattr(program, "replaced", lambda: False)
    assert import_module(LATE)


@pytest.mark.walk
async def test_a_key_that_needs_one_leaves_in_order_and_what_was_typed_is_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stage = set_up(tmp_path)
    async with playing(stage) as player:
        await player.press("A")
        await player.type("jane")
        updated(monkeypatch)
        player.app.call_next(player.app.action_staff)
        async with asyncio.timeout(30):
            while player.app.is_running:
                await asyncio.sleep(0.001)
    assert player.app.return_code == ProgramReplaced.exit_code
    assert "updated while it was open. Start it again" in " ".join(capsys.readouterr().err.split())
    monkeypatch.setattr(program, "replaced", lambda: False)
    async with playing(stage) as player:
        assert "Typed and not saved" in player.screen
