"""What was written by hand is keyed back line by line; what cannot be done leaves the line as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.stage import at, playing, set_up


@pytest.mark.walk
async def test_a_morning_written_by_hand_is_keyed_back(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    stage.booked("Jane Doe", "2026-11-23 09:30")
    stage.booked("John Roe", "2026-11-23 10:00")
    stage.booked("Aaron Smith", "2026-11-23 10:00", staff="Dr Sato")
    stage.booked("Aaron Smith", "2026-11-23 12:00")
    stage.clock[0] = at("2026-11-23 13:00")

    def rows() -> list[tuple[object, ...]]:
        return stage.rows("select id, status, wall, reason, cancel_reason from appointment order by id")

    async with playing(stage) as p:
        await p.press("K")
        assert "Key back what was written by hand: Mon 23 Nov 2026" in p.screen
        await p.type("9:30 came")
        assert "Jane Doe, 09:30-10:00, Dr Lee: Completed" in p.screen
        await p.press("enter")
        await p.type("10:00 missed")
        assert "Which one: John Roe 10:00-10:30 (Dr Lee), Aaron Smith 10:00-10:30" in p.screen
        await p.press("enter")
        assert "10:00 missed" in p.screen
        await p.press("ctrl+u")
        await p.type("10:00 sato missed")
        await p.press("enter")
        await p.type("10 roe canceled by us doctor ill")
        await p.press("enter")
        await p.type("12:00 moved 14:30")
        assert "moved to Mon 23 Nov 2026 14:30" in p.screen
        await p.press("enter")
        await p.type("11:20 doe jane walk in 15m cough")
        assert "Walk-in: Jane Doe, 11:20-11:35, Dr Lee, cough" in p.screen
        await p.press("enter")
        await p.type("9:30 note afraid of needles")
        await p.press("enter")
        assert "Jane Doe: Note saved." in p.screen
        await p.type("9:30 came")
        assert "It is Completed already." in p.screen
    assert rows() == [
        (1, "C", "09:30", "", ""),
        (2, "X", "10:00", "", "doctor ill"),
        (3, "M", "10:00", "", ""),
        (4, "S", "14:30", "", ""),
        (5, "C", "11:20", "cough", ""),
    ]
    assert stage.rows("select customer_id, text from note") == [(1, "afraid of needles")]


async def test_a_walk_in_that_overlapped_is_overbooked_with_a_reason(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    stage.booked("Jane Doe", "2026-11-23 09:30")
    stage.clock[0] = at("2026-11-23 13:00")
    async with playing(stage) as p:
        await p.press("K")
        await p.type("9:40 john roe with lee walk-in 10m bee sting")
        await p.press("enter")
        assert "Dr Lee is busy 09:30-10:00" in p.screen
        await p.press("end", "enter")
        await p.type("emergency")
        await p.press("enter")
        assert "Booked: John Roe" in p.screen
        await p.type("13:30 nobody came")
        assert "fits “13:30 nobody”" in p.screen
        await p.press("ctrl+u")
        await p.type("9:30 canceled")
        assert "Why was it canceled?" in p.screen
        await p.press("enter", "pageup")
        assert "Sun 22 Nov 2026" in p.screen
        assert "9:30 canceled" in p.screen
    assert stage.rows("select status, overbook_reason from appointment where id = 2") == [("C", "emergency")]


async def test_a_walk_in_of_the_day_that_is_keyed_in_is_booked_though_it_is_over(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    async with playing(stage) as p:
        await p.press("comma", "comma", "comma", "K")
        assert "Key back what was written by hand: Fri 20 Nov 2026" in p.screen
        await p.type("11:20 doe jane dr lee walk in 15m cough")
        await p.press("enter")
        assert "Booked: Jane Doe, Fri 20 Nov 2026 11:20-11:35" in p.screen
    assert stage.rows("select day, status from appointment") == [("2026-11-20", "C")]
