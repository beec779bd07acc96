"""The lock: nothing of the record stays painted, nothing typed is lost, and nobody acts as anybody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from pim_tui.domain.text import words
from tests.tui.lockstage import ANNA, PIN, at_work, lines, unlock
from tests.tui.stage import playing


async def test_the_lock_hides_every_word_and_the_same_person_finds_all_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, door = at_work(tmp_path, monkeypatch)
    stage.booked("Jane Doe", "2026-11-23 10:30", reason="blood pressure review")
    async with playing(stage, door=door) as p:
        await p.press("a")
        await p.type("jane doe 7d 10:3")
        before, where = p.screen, p.app.focused
        p.app.notify("Jane Doe was booked")
        p.app.copy_to_clipboard("Jane Doe")
        await p.press("ctrl+k")
        seen = set(words(p.screen))
        told = {*words("Harbour Clinic Anna Berg Locked by at"), "09", "20", "09:20"}
        assert not (set(words(before)) - told) & (seen - set(words(DOOR))), p.screen
        assert "Locked by Anna Berg at 09:20." in p.screen
        assert "Jane" not in p.screen and p.app.clipboard == ""
        assert len(p.screen.splitlines()) <= 24 and max(map(len, p.screen.splitlines())) <= 80
        await unlock(p, PIN[ANNA])
        await p.until(lambda: p.screen == before)
        assert p.app.focused is where
        await p.type("0")
        assert "10:30" in p.screen
    assert [line[0] for line in lines(stage, "lock", "unlock", "sign out")] == ["lock", "unlock", "sign out"]


DOOR = "Name PIN Enter: unlock. Another name (Up): sign in on top; what is locked stays as it is."
