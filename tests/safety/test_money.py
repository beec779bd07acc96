"""The quick form of ``python -m tests.safety.money``."""

from __future__ import annotations

import pytest

from pim_tui.services import pins
from tests.safety import money


@pytest.mark.walk
def test_a_till_worked_at_random_adds_up_after_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pins, "COST", pins.COST)
    money.work(examples=4, steps=25)
