"""The pinboard: picked up on one day, put down on another; nothing moves until it is put down."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pim_tui.domain.news import News
from pim_tui.queries.calendar import visit
from pim_tui.services import booking
from tests.tui.stage import Player, Stage, at, playing, set_up


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    made = set_up(tmp_path)
    made.booked("Jane Doe", "2026-11-23 10:00", room_id=1)
    made.booked("John Roe", "2026-11-23 11:00", minutes=45)
    return made


async def on(player: Player, **where: Any) -> None:
    """Put the cursor somewhere in the day shown."""
    player.app.screen.grid.go_to(**where)  # type: ignore[attr-defined]
    await player.press()


def starts(stage: Stage) -> list[tuple[Any, ...]]:
    return stage.rows("select starts_at, staff_id, room_id from appointment order by id")


BEFORE = [(at("2026-11-23 10:00"), 2, 1), (at("2026-11-23 11:00"), 2, None)]


async def test_one_is_picked_up_taken_to_another_day_and_person_and_put_down(stage: Stage) -> None:
    async with playing(stage) as p:
        await on(p, block_id=1)
        await p.press("v")
        assert "On the pinboard (1): Jane Doe 30m · V puts down, Esc gives back" in p.screen
        assert "▌S◦ Jane Doe ^│" in " ".join(p.screen.split())
        assert starts(stage) == BEFORE, "it stays booked where it was"
        await p.press("2", "f3", "f2", "1", "full_stop", "full_stop")
        assert "On the pinboard (1): Jane Doe 30m" in p.screen
        await on(p, instant=at("2026-11-25 14:00"), column_id=3)
        await p.press("V")
        assert "Moved: Jane Doe, Wed 25 Nov 2026 14:00-14:30, Dr Sato" in p.screen
        assert "On the pinboard" not in p.screen
        assert starts(stage)[0] == (at("2026-11-25 14:00"), 3, 1)
        await p.press("u")
        assert starts(stage) == BEFORE


async def test_esc_gives_everything_back_and_the_same_key_one(stage: Stage) -> None:
    async with playing(stage) as p:
        await on(p, block_id=1)
        await p.press("v", "v")
        assert "Put back: Jane Doe" in p.screen
        assert "On the pinboard" not in p.screen
        await p.press("v")
        await on(p, block_id=2)
        await p.press("v")
        assert "On the pinboard (2): Jane Doe 30m, John Roe 45m" in p.screen
        await p.press("escape")
        assert "Given back: nothing was moved." in p.screen
        assert "^" not in p.screen
        await p.press("V")
        assert "Nothing is on the pinboard" in p.screen
    assert starts(stage) == BEFORE


async def test_several_are_previewed_with_what_is_in_the_way_and_go_down_together(stage: Stage) -> None:
    stage.booked("Aaron Smith", "2026-11-24 09:45")
    async with playing(stage) as p:
        for id_ in (1, 2):
            await on(p, block_id=id_)
            await p.press("v")
        await p.press("full_stop")
        await on(p, instant=at("2026-11-24 09:00"), column_id=2)
        await p.press("V")
        assert "Put down on Tue 24 Nov 2026" in p.screen
        assert "09:00-09:30  Jane Doe" in p.screen
        assert "Dr Lee is busy 09:45-10:15" in p.screen
        await p.press("enter")
        assert starts(stage)[:2] == BEFORE, "while one does not fit none goes down"
        await p.press("enter")
        assert "10:15-11:00" in p.screen
        assert "Enter puts all of them down" in p.screen
        await p.press("enter")
        assert "Moved 2 to Tue 24 Nov 2026, Dr Lee: Jane Doe 09:00, John Roe 10:15" in p.screen
        assert "On the pinboard" not in p.screen
        assert starts(stage)[:2] == [(at("2026-11-24 09:00"), 2, 1), (at("2026-11-24 10:15"), 2, None)]
        await p.press("u")
        assert "2 moves taken back: Jane Doe, John Roe" in p.screen
    assert starts(stage)[:2] == BEFORE


async def test_what_does_not_fit_stays_on_the_board(stage: Stage) -> None:
    async with playing(stage) as p:
        await on(p, block_id=1)
        await p.press("v")
        await on(p, block_id=2)
        await p.press("V")
        assert "Dr Lee is busy 11:00-11:45" in p.screen
        await p.press("escape")
        assert "On the pinboard (1): Jane Doe 30m" in p.screen
    assert starts(stage) == BEFORE


async def test_another_desks_change_of_what_is_on_the_board_is_told_and_read_afresh(stage: Stage) -> None:
    theirs = replace(stage.session, staff_id=2, name="Dr Lee", key="desk-2")

    def change(id_: int, minutes: int) -> None:
        seen = visit(id_)
        was = seen.details
        booking.change(
            theirs, booking.ChangeAppointment(id_, seen.version, was, replace(was, minutes=minutes))
        )

    async with playing(stage) as p:
        for id_ in (1, 2):
            await on(p, block_id=id_)
            await p.press("v")
        change(1, 20)
        p.app.heard([News("appointment", 1, ("2026-11-23",))])
        await p.press()
        assert "On the pinboard (2): Jane Doe 20m, John Roe 45m" in p.screen
        assert "Jane Doe on the pinboard was changed" in p.screen
        change(2, 15)
        await on(p, instant=at("2026-11-23 14:00"), column_id=2)
        await p.press("V")
        assert "John Roe was changed meanwhile" in p.screen
        assert starts(stage) == BEFORE
        cancel = booking.MarkAppointment(1, visit(1).version, booking.Status.CANCELED, "ill", "customer")
        booking.mark(theirs, cancel)
        p.app.heard([News("appointment", 1, ("2026-11-23",))])
        await p.press()
        assert "On the pinboard (1): John Roe 15m" in p.screen


async def test_several_are_not_put_down_on_a_day_that_is_over_and_one_is_asked_about(stage: Stage) -> None:
    async with playing(stage) as p:
        for id_ in (1, 2):
            await on(p, block_id=id_)
            await p.press("v")
        await p.press("comma", "comma", "comma")
        await on(p, instant=at("2026-11-20 14:00"), column_id=2)
        await p.press("V")
        assert "Fri 20 Nov 2026 was 3 days ago. No other time is near" in " ".join(p.screen.split())
        await p.press("enter", "escape", "escape")
        assert starts(stage) == BEFORE
        await p.press("full_stop", "full_stop", "full_stop")
        await on(p, block_id=1)
        await p.press("v", "comma", "comma", "comma")
        await on(p, instant=at("2026-11-20 14:00"), column_id=2)
        await p.press("V")
        assert "Fri 20 Nov 2026 was 3 days ago." in p.screen
        await p.press("enter")
        assert "Moved: Jane Doe, Fri 20 Nov 2026 14:00-14:30, Dr Lee" in p.screen
