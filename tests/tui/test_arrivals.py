"""The front desk: arrival by one key on every screen, walk-ins, the waiting room."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pim_tui.domain.news import News
from pim_tui.domain.states import Status
from pim_tui.queries import calendar
from pim_tui.services.arrivals import TakeStep, take_step
from pim_tui.services.booking import MarkAppointment, mark
from pim_tui.tui.dialogs.prompt import Prompt
from tests.tui.stage import NOW, TODAY, Player, Stage, at, on, playing

DAY = TODAY.isoformat()


def times(stage: Stage, id_: int = 1) -> tuple[Any, ...]:
    columns = "confirmed_at, arrived_at, seated_at, left_at"
    return stage.rows(f"select {columns} from appointment where id = ?", id_)[0]


async def test_one_key_for_each_step_in_the_day_and_the_list(stage: Stage) -> None:
    mine = stage.booked("Jane Doe", f"{DAY} 10:00")
    async with playing(stage) as p:
        await on(p, mine)
        await p.press("y", "i")
        assert times(stage) == (NOW, NOW, None, None)
        assert "S◦ Jane Doe w0│" in " ".join(p.screen.split())
        assert "Arrived: Jane Doe, Mon 23 Nov 2026 10:00-10:30, Dr Lee" in p.screen
        stage.clock[0] += 12 * 60
        await p.press("4")
        assert "S w12" in p.screen
        assert "Jane Doe" in next(line for line in p.screen.splitlines() if line.startswith("▶"))
        await p.press("h")
        assert "Seated after 12 min" in p.screen
        assert "S h" in p.screen
        await p.press("q")
        assert "Left, still Scheduled: c marks it Completed" in p.screen
        await p.press("q", "h", "i", "y")
        assert times(stage) == (None, None, None, None)
        await p.press("i", "u")
        assert "Arrival taken back: Jane Doe" in p.screen


async def test_a_wrong_minute_is_typed_anew_and_a_refusal_gives_it_back(stage: Stage) -> None:
    mine = stage.booked("Jane Doe", f"{DAY} 10:00")
    async with playing(stage) as p:
        await on(p, mine)
        await p.press("J")
        await p.type("9:30")
        await p.press("enter")
        assert "09:30 has not come yet." in p.screen
        await p.type("9:05")
        assert "arrived Mon 23 Nov 2026 09:05" in p.screen
        await p.press("enter")
        assert "Arrived at 09:05: Jane Doe" in p.screen
        await p.press("J")
        await p.type("seat 9:10")
        await p.press("enter")
    assert times(stage) == (None, at(f"{DAY} 09:05"), at(f"{DAY} 09:10"), None)


@pytest.mark.walk
async def test_in_the_profile_the_same_by_capitals(stage: Stage) -> None:
    stage.booked("Jane Doe", f"{DAY} 10:00")
    async with playing(stage) as p:
        await p.press("slash")
        await p.type("doe")
        await p.press("enter", "Y", "I", "H", "Q")
        assert "Left, still Scheduled: c marks it Completed: Jane Doe" in p.screen
        assert times(stage) == (NOW, NOW, NOW, NOW)


async def test_a_walk_in_is_here_now_with_the_staff_of_the_column(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("right", "I")
        assert "Here now, from 09:15: name, length, type - reason" in p.screen
        await p.type("doe fu - cough")
        await p.press("enter")
        assert "Here now: Jane Doe, Mon 23 Nov 2026 09:15-09:45, Dr Sato" in p.screen
    found = stage.rows("select starts_at, staff_id, arrived_at, status, reason from appointment")
    assert found == [(at(f"{DAY} 09:15"), 3, NOW, "S", "cough")]


async def test_a_walk_in_into_a_taken_time_is_offered_the_ways_out(stage: Stage) -> None:
    stage.booked("John Roe", f"{DAY} 09:00")
    async with playing(stage) as p:
        await p.press("home", "I")
        await p.type("doe fu")
        await p.press("enter")
        assert "Dr Lee is busy 09:00-09:30" in p.screen
        await p.press("escape")
        assert "doe fu" in p.screen, "the line is given back"
        await p.press("enter", "end", "enter")
        await p.type("in pain")
        await p.press("enter")
        assert "Here now: Jane Doe" in p.screen
    found = stage.rows("select overbook_reason, arrived_at from appointment where id = 2")
    assert found == [("in pain", NOW)]


async def heard(player: Player, *news: News) -> None:
    """Another desk has done that, and the screens have read what they show of it."""
    player.app.heard(news)
    await player.pilot.pause()
    screens: list[Any] = player.app.screen_stack
    await asyncio.gather(*(task for screen in screens for task in screen._loading.values()))
    await player.pilot.pause()


class Reads:
    """Counts what is read of the calendar: selects, and the rows that came of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.selects = self.rows = 0
        self._select = calendar.select
        monkeypatch.setattr(calendar, "select", self.counted)

    def counted(self, sql: str, params: Any = ()) -> list[tuple[Any, ...]]:
        found = self._select(sql, params)
        self.selects += 1
        self.rows += len(found)
        return found

    def since(self) -> tuple[int, int]:
        """Selects and rows since the last time this was asked."""
        found = self.selects, self.rows
        self.selects = self.rows = 0
        return found


async def test_the_waiting_room_tells_who_is_where_and_its_keys_work(stage: Stage) -> None:
    stage.booked("Aaron Smith", f"{DAY} 09:00", staff="Dr Sato")
    first = stage.booked("Jane Doe", f"{DAY} 09:30", room_id=1)
    stage.booked("John Roe", f"{DAY} 10:00")
    stage.booked("José García", f"{DAY} 15:00")
    take_step(stage.session, TakeStep(first, 1, "arrived", at=NOW - 300))
    async with playing(stage) as p:
        await p.press("f5")
        assert p.screen.splitlines()[:5] == [
            " Mon 23 Nov 2026 · 1 waiting, longest 5 min · 0 seated · 1 due, 1 late Anna Be…",
            " Here       Time         Customer            Purpose       Staff        Room",
            "▶waits 5    09:30-10:00  Jane Doe            Follow-up     Dr Lee       Room 1",
            " late 20    09:00-09:30  Aaron Smith         Follow-up     Dr Sato",
            " due 40     10:00-10:30  John Roe            Follow-up     Dr Lee",
        ]
        await p.press("h")
        assert "▶seated 0   09:30-10:00  Jane Doe" in p.screen
        await p.press("down", "n")
        assert "Missed: Aaron Smith" in p.screen
        assert "late" not in p.screen
        await p.press("I")
        await p.type("garcia")
        await p.press("enter", "enter")
        assert "▶waits 0" in p.screen
        await p.press("o")
        assert "José García · customer" in p.screen
        await p.press("escape", "f5")
        assert "S◦ Jane Doe" in p.screen


async def test_the_waiting_room_reads_its_day_once_and_then_only_what_was_changed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    desks = (("Jane Doe", "Dr Lee"), ("John Roe", "Dr Sato"))
    ids = [
        stage.booked(who, f"{DAY} {hour:02}:00", staff=staff) for hour in range(9, 16) for who, staff in desks
    ]
    reads = Reads(monkeypatch)
    async with playing(stage) as p:
        await p.press("full_stop")  # the calendar below shows another day and reads nothing of this one
        reads.since()
        await p.press("f5")
        assert reads.since() == (3, len(ids) + 3 + 2), "the day, the staff, the rooms"

        take_step(stage.session, TakeStep(ids[2], 1, "arrived"))
        reads.since()
        says = "Dr Lee marked Jane Doe 10:00 arrived."
        await heard(p, News("appointment", ids[2], (DAY,), 1, "Dr Lee", says))
        assert "waits 0" in p.screen
        assert says in p.screen
        assert reads.since() == (1, 1)

        stage.clock[0] += 7 * 60
        p.app.screen.minute_over()  # type: ignore[attr-defined]
        await p.press("down", "up")
        assert "waits 7" in p.screen
        assert reads.since() == (0, 0), "minutes go on without reading"

        await heard(p, News("appointment", ids[5], (DAY,)), News("appointment", ids[6], (DAY,)))
        assert reads.since() == (1, 2)


async def test_minutes_are_counted_only_while_somebody_waits_and_somebody_looks(stage: Stage) -> None:
    mine = stage.booked("Jane Doe", f"{DAY} 10:00")
    async with playing(stage) as p:
        screen: Any = p.app.screen
        assert screen._minute is None, "nobody waits: nothing ticks"
        await on(p, mine)
        await p.press("i")
        assert screen._minute is not None
        stage.clock[0] += 60
        screen.minute_over()
        await p.press()
        assert "w1│" in p.screen
        assert "▶09:21" in p.screen
        await p.press("f3")
        stage.clock[0] += 60
        screen.minute_over()
        assert screen._minute is None, "another screen lies over it"
        await p.press("f2")
        assert "w2│" in p.screen
        assert screen._minute is not None
        await p.press("h")
        assert screen._minute is None


async def test_what_changes_below_another_screen_is_sent_when_that_one_is_gone(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f3")
        above: Any = p.app.screen
        sent: list[object] = []
        above.refresh = lambda *regions, **how: sent.append(regions)
        mine = stage.booked("Jane Doe", f"{DAY} 10:00")
        await heard(p, News("appointment", mine, (DAY,)))
        assert sent == []
        del above.refresh
        await p.press("f2")
        assert "S◦ Jane Doe" in p.screen


@pytest.mark.parametrize(("key", "says"), [
    ("J", "A Canceled appointment has no arrival times. Set it back to Scheduled first (r)."),
    ("m", "It is Canceled and no longer changes. Set it back to Scheduled first (r)."),
])  # fmt: skip
async def test_what_a_canceled_visit_cannot_have_is_not_asked_for(stage: Stage, key: str, says: str) -> None:
    mine = stage.booked("Jane Doe", f"{DAY} 10:00")
    mark(stage.session, MarkAppointment(mine, 1, Status.CANCELED, "ill", "customer"))
    async with playing(stage) as p:
        await on(p, mine)
        await p.press(key)
        assert not isinstance(p.app.screen, Prompt)
        assert says in " ".join(p.screen.split())
