"""The screens of money and stock on poor, small and large terminals: all of it in plain characters."""

from __future__ import annotations

from pathlib import Path

import pytest

from pim_tui.config import Settings
from pim_tui.tui.screens.toosmall import Cover
from tests.tui.refundstage import asked, bill, with_refunds
from tests.tui.stage import Stage, playing, resized

SCREENS = {
    "till": (("f4", "g", "e", "l", "enter"), "Ultrasound gel"),
    "payment": (("f5",), "Cash"),
    "lists": (("escape", "f10"), "S-2026-000001"),
    "menu": (("m",), "Payments"),
    "refunds": (("escape", "ctrl+r"), "not needed"),
    "approval": (("a",), "PIN"),
    "staff": (("escape", "ctrl+l"), "Anna Berg"),
    "payers": (("f3", "f5"), "Good Health"),
    "products": (("f6",), "Crutches"),
    "taxes": (("f5",), "Standard"),
    "product": (("escape", "enter"), "on hand"),
    "receive": (("r",), "Receive Crutches"),
}
"""How each is reached from the one before, and what is to be seen on it."""

SPELLED = str.maketrans("·…“”", "-~''")
"""What a sentence may hold: the driver spells it otherwise where the terminal has no such character."""


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    stage = with_refunds(tmp_path, monkeypatch)
    asked(stage, bill(stage))
    return stage


@pytest.mark.walk
async def test_every_screen_is_whole_in_plain_characters_and_comes_through_any_size(stage: Stage) -> None:
    plain = Settings(clinic_name="Harbour Clinic", country="DE", colour="none", symbols="ascii")
    async with playing(stage, settings=plain) as p:
        for name, (keys, told) in SCREENS.items():
            await p.press(*keys)
            assert told in p.screen, name
            assert p.screen.translate(SPELLED).isascii(), name
            at = p.app.screen
            await resized(p, 40, 12)
            assert isinstance(p.app.screen, Cover), name
            await resized(p, 200, 60)
            assert p.app.screen is at, name
            assert told in p.screen, name
            await resized(p, 80, 24)
            assert told in p.screen, name
