"""Holding a time at one desk: drawn at every desk, booked by the holder, gone by itself or by key."""

from __future__ import annotations

from dataclasses import replace

from textual.widgets import Input

from pim_tui.services.holds import HoldTime, hold_time
from tests.tui.stage import Player, Stage, at, playing


async def on(player: Player, when: str, staff: int = 2) -> None:
    """The cursor on a time of Dr Lee's."""
    player.app.screen.grid.go_to(instant=at(f"2026-11-23 {when}"), column_id=staff)  # type: ignore[attr-defined]
    await player.press()


async def test_a_held_time_is_drawn_let_go_by_esc_and_by_the_same_key_and_goes_with_the_program(
    stage: Stage,
) -> None:
    stage.booked("Jane Doe", "2026-11-23 11:00")
    async with playing(stage) as p:
        await on(p, "10:30")
        await p.press("H")
        assert "H‖ AB until 09:25" in p.screen
        assert "Held until 09:25: Mon 23 Nov 2026 10:30-11:00, Dr Lee." in p.screen
        assert stage.rows("select starts_at, ends_at - starts_at, expires_at from hold") == [
            (at("2026-11-23 10:30"), 1800, stage.clock[0] + 300)
        ]
        await p.press("escape")
        assert "H‖" not in p.screen
        assert "the time is free again" in p.screen
        await p.press("H", "H")
        assert stage.rows("select 1 from hold") == []
        await p.press("H", "down", "down", "down", "down", "H")
        assert p.screen.count("until 09:25") == 2  # drawn once, told once
        await p.press("escape", "up", "up", "up", "H")  # a quarter of an hour is free before Jane Doe's
        assert stage.rows("select (ends_at - starts_at) / 60 from hold") == [(15,)]
    assert stage.rows("select 1 from hold") == []


async def test_the_quick_line_and_the_form_know_the_held_time_and_booking_ends_it(stage: Stage) -> None:
    async with playing(stage) as p:
        await on(p, "10:30")
        await p.press("H", "A")
        assert "Mon 23 Nov 2026 10:30 · held for you until 09:25" in p.screen
        await p.press("escape", "a")
        await p.type("doe fu")
        assert "Mon 23 Nov 2026 10:30-11:00" in p.screen
        await p.press("enter")
        assert "Booked: Jane Doe" in p.screen
        assert "H‖" not in p.screen
    assert stage.rows("select starts_at, staff_id from appointment") == [(at("2026-11-23 10:30"), 2)]


async def test_what_another_desk_holds_is_drawn_refused_and_gone_at_its_end(stage: Stage) -> None:
    other = replace(stage.session, staff_id=3, name="Dr Sato", key="desk-2")
    hold_time(other, HoldTime(2, None, at("2026-11-23 10:30"), 30))
    async with playing(stage) as p:
        assert "H‖ DS until 09:25" in p.screen
        await on(p, "10:30")
        await p.press("H")
        assert "Dr Lee is busy 10:30-11:00 (held by DS until 09:25)" in p.screen
        await p.press("a")
        await p.type("doe 10:30 today fu")
        assert "held by DS" in p.screen
        await p.press("escape")
        stage.clock[0] += 300
        p.app.screen.hold_ended()  # type: ignore[attr-defined]
        await p.press()
        assert "H‖" not in p.screen


async def test_whoever_is_slower_with_a_hold_keeps_the_line_as_it_was_typed(
    stage: Stage,
) -> None:
    other = replace(stage.session, staff_id=3, name="Dr Sato", key="desk-2")
    async with playing(stage) as p:
        await on(p, "10:30")
        await p.press("a")
        await p.type("doe 10:30 today fu knee")
        hold_time(other, HoldTime(2, None, at("2026-11-23 10:30"), 30))
        await p.press("enter")
        assert "held by DS" in p.screen
        assert p.app.screen.query_one(Input).value == "doe 10:30 today fu knee"
        assert stage.rows("select 1 from appointment") == []
