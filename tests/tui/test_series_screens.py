"""The form of a series, its preview, and how far a change goes, driven with keys at 80x24 (T11)."""

from __future__ import annotations

from pathlib import Path

import pytest

from pim_tui.domain.moments import wall
from pim_tui.domain.waiting import Wish
from pim_tui.services.waiting import AddWaiting, add_waiting
from tests.tui.stage import ZONE, Player, Stage, at, playing, set_up


def local(stage: Stage, condition: str = "1 = 1") -> list[str]:
    rows = stage.rows(f"select starts_at, status from appointment where {condition} order by starts_at")
    return [f"{wall(when, ZONE):%m-%d %H:%M} {status}" for when, status in rows]


async def fill(player: Player, *texts: str) -> None:
    """Type into field after field; an empty text leaves one as it is."""
    for text in texts:
        if text:
            await player.press("ctrl+u")
            await player.type(text)
        await player.press("tab")


async def ask_for(player: Player, *texts: str) -> None:
    """Fill in the form of a new series of Jane Doe, from its first field on."""
    await player.press("R")
    await player.type("doe")
    await player.press("enter")
    assert "New series: Jane Doe" in player.screen
    await fill(player, *texts)


async def weekly(player: Player) -> None:
    """Have her booked on four Mondays from 23 Nov 2026, at 9:30."""
    await ask_for(player, "23 nov", "9:30", "", "", "", "4x")
    await player.press("ctrl+s", "ctrl+s")


@pytest.mark.walk
async def test_a_series_is_asked_for_looked_at_decided_and_written(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    for day, staff in (("12-01", "Dr Lee"), ("12-08", "Dr Lee"), ("12-15", "Dr Lee"), ("12-22", "Dr Lee")):
        stage.booked("John Roe", f"2026-{day} 10:00", staff=staff)
    async with playing(stage) as player:
        await ask_for(player, "24 nov", "10:00", "", "", "31", "6x")
        assert "weekdays, such as mon thu" in player.screen
        await player.press("shift+tab", "shift+tab")
        await fill(player, "tue", "6x")
        assert "every week on Tue, 6 times: Tue 24 Nov 2026" in player.screen
        await player.press("ctrl+s")
        assert "4 to decide · 6 visits · New series, Jane Doe: every week on Tue, 6 times" in player.screen
        assert "Dr Lee is busy 10:00-10:30 (John Roe, Follow-up)" in player.screen
        await player.press("ctrl+s")
        assert "4 still collide" in player.screen
        await player.press("escape")
        assert player.app.screen.entered()["ends"] == "6x"  # type: ignore[attr-defined]
        await player.press("ctrl+s", "s", "down", "o")
        await player.type("asked")
        await player.press("escape", "o")
        assert "3 to decide" in player.screen
        await player.type("asked for it")
        await player.press("enter")
        await player.press("down", "t")
        await player.type("14:00")
        await player.press("enter", "M")
        assert "Ctrl+S writes · 5 visits" in player.screen
        # Somebody takes a time while the preview is open: it comes back, and what was decided is kept.
        taken = stage.booked("Aaron Smith", "2026-11-24 10:00")
        await player.press("ctrl+s")
        assert "1 to decide · 5 visits" in player.screen
        assert "Aaron Smith" in player.screen
        assert stage.rows("select count(*) from series") == [(0,)]
        assert taken
        await player.press("s", "ctrl+s")
        assert "Series booked: every week on Tue, 6 times, 4 visits, 2 skipped, 2 moved" in player.screen
    jane = f"customer_id = {stage.customers['Jane Doe']}"
    assert local(stage, jane) == ["12-08 10:00 S", "12-15 14:00 S", "12-22 10:30 S", "12-29 10:00 S"]
    assert stage.rows("select overbook_reason from appointment where overbook_reason <> ''") == [
        ("asked for it",)
    ]


@pytest.mark.walk
async def test_a_change_of_one_asks_how_far_it_goes_and_its_series_is_looked_at(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    async with playing(stage) as player:
        await weekly(player)
        assert local(stage) == [f"{day} 09:30 S" for day in ("11-23", "11-30", "12-07", "12-14")]
        await player.press("right_square_bracket")
        assert "Jane Doe comes by a series: change" in player.screen
        await player.press("enter")
        assert local(stage)[0] == "11-23 09:45 S"
        await player.press("plus", "down", "enter")
        assert "Ctrl+S writes · 4 visits · Change, Jane Doe" in player.screen
        await player.press("ctrl+s")
        assert stage.rows("select distinct minutes from appointment") == [(45,)]
        await player.press("R")
        assert "Jane Doe · every week on Mon, 4 times · Dr Lee" in player.screen
        assert "moved" in player.screen
        await player.press("down", "l")
        assert "Change series: Jane Doe" in player.screen
        await fill(player, "", "11:00")
        await player.press("ctrl+s")
        assert "Mon 30 Nov 2026 11:00" in player.screen
        await player.press("ctrl+s")
        assert local(stage)[1:] == [f"{day} 11:00 S" for day in ("11-30", "12-07", "12-14")]
        add_waiting(stage.session, AddWaiting(stage.customers["John Roe"], Wish(30)))
        await player.press("R", "escape", "x")
        await player.type("moved away")
        await player.press("enter")
        assert "Jane Doe comes by a series: cancel" in player.screen
        await player.press("down", "enter")
        assert "Series ended. Free: Mon 23 Nov 09:45 Dr Lee 45m. 1 J. Roe." in player.screen
        assert at("2026-11-23 09:45") in [row[0] for row in stage.rows("select starts_at from appointment")]


async def test_a_series_moved_to_days_that_are_over_is_asked_about_like_one_visit(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    async with playing(stage) as player:
        await weekly(player)
        await player.press("m")
        await player.type("9 nov 2026")
        await player.press("enter", "down", "enter")
        assert "Ctrl+S writes · 4 visits · Change, Jane Doe" in player.screen
        await player.press("ctrl+s")
        assert "Mon 9 Nov 2026 was 14 days ago, and 1 more lies on a day that is over." in player.screen
        await player.press("escape")
        assert "Ctrl+S writes · 4 visits · Change, Jane Doe" in player.screen, (
            "it comes back as it was decided"
        )
        assert local(stage)[0] == "11-23 09:30 S"
        await player.press("ctrl+s", "enter")
        assert "Series changed" in player.screen
    assert local(stage) == [f"{day} 09:30 S" for day in ("11-09", "11-16", "11-23", "11-30")]


@pytest.mark.walk
async def test_a_form_that_was_never_written_is_offered_at_the_next_start(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    async with playing(stage) as player:
        await ask_for(player, "23 nov", "10:00", "", "", "mon", "6x")
        player.app.save_drafts()
    async with playing(stage) as player:
        assert "Typed and not saved" in player.screen
        await player.press("enter")
        assert "New series: Jane Doe" in player.screen
        assert "every week on Mon, 6 times: Mon 23 Nov 2026" in player.screen
        await player.press("ctrl+s", "ctrl+s")
        assert "Series booked: every week on Mon, 6 times" in player.screen
        player.app.screen.grid.go_to(block_id=1)  # type: ignore[attr-defined]
        await player.press("R", "l")
        assert "Change series: Jane Doe" in player.screen
        await fill(player, "", "11:15")
        player.app.save_drafts()
    async with playing(stage) as player:
        await player.press("enter")
        assert "Change series: Jane Doe" in player.screen
        assert "11:15" in player.screen
        await player.press("ctrl+s", "ctrl+s")
        assert {one[6:11] for one in local(stage)} == {"11:15"}
    async with playing(stage) as player:
        assert "Typed and not saved" not in player.screen
