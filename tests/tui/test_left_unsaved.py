"""Esc at the wrong moment: the form is taken up again by one key, as it was typed."""

from __future__ import annotations

import pytest

from pim_tui.db.drafts import Draft
from pim_tui.tui.unsaved import Unsaved
from tests.tui.stage import NOW, Stage, playing

TOLD = "Not saved; U takes it up again."


async def test_a_line_left_with_escape_is_taken_up_and_booked(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("a", "escape")
        assert TOLD not in p.screen
        await p.press("a")
        await p.type("jane doe 7d 10:30 with dr lee")
        await p.press("escape")
        assert TOLD in p.screen
        await p.press("f3", "escape", "U")
        assert "jane doe 7d 10:30 with dr lee" in p.screen
        await p.press("escape", "U", "enter")
        assert "Booked: Jane Doe, Mon 30 Nov 2026 10:30-11:00, Dr Lee" in p.screen
        await p.press("U")
        assert "Nothing that was typed was left unsaved." in p.screen


@pytest.mark.walk
async def test_the_forms_of_an_appointment_and_of_a_customer_come_back_with_every_field(stage: Stage) -> None:
    jane = stage.booked("Jane Doe", "2026-11-23 10:30")
    async with playing(stage) as p:
        p.app.screen.grid.go_to(block_id=jane)  # type: ignore[attr-defined]
        await p.press("e")
        assert "Jane Doe · Scheduled" in p.screen
        await p.press("escape")
        assert TOLD not in p.screen
        await p.press("e", "ctrl+u")
        await p.type("tomorrow")
        await p.press("escape")
        assert TOLD in p.screen
        await p.press("U")
        assert "Jane Doe · Scheduled" in p.screen
        assert "tomorrow" in p.screen
        await p.press("ctrl+s")
        assert stage.rows("select day from appointment") == [("2026-11-24",)]
        await p.press("f3")
        await p.type("new person")
        await p.press("ctrl+n")
        await p.type("1990-05-14")
        await p.press("escape", "escape", "escape", "U")
        assert "1990-05-14" in p.screen


def test_nobody_takes_up_what_somebody_else_has_left() -> None:
    unsaved = Unsaved()
    for line in ("j", "jane"):
        unsaved.typed(Draft(1, "quick", "", 0, {"line": line}, NOW))
    assert unsaved.left(1, "quick", "")
    assert unsaved.take_up(2) is None
    taken = unsaved.take_up(1)
    assert taken is not None
    assert taken.fields == {"line": "jane"}
