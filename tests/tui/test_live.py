"""Two desks on one book: what one changes the other sees, and keeps its cursor, its scroll and its typing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from threading import Event, current_thread
from typing import Any

import pytest
from textual.widgets import Input

from pim_tui import program
from pim_tui.db.connection import Book
from pim_tui.db.hearing import Looking
from pim_tui.domain.customer import CustomerFields
from pim_tui.domain.news import News
from pim_tui.domain.rights import rights_of
from pim_tui.domain.session import Session
from pim_tui.domain.tender import Tender
from pim_tui.errors import StoreError
from pim_tui.queries import boards
from pim_tui.queries.calendar import visit
from pim_tui.services import audit, booking
from pim_tui.services.customers import CreateCustomer, create_customer
from pim_tui.services.holds import HoldTime, ReleaseHold, hold_time, release
from pim_tui.services.notes import AddNote, add_note
from pim_tui.services.settling import PayBill, pay_bill
from pim_tui.tui import live
from pim_tui.tui.live import ANYTHING, Live
from pim_tui.tui.screens.bill import BillScreen
from pim_tui.tui.widgets.bars import KeyBar
from pim_tui.tui.widgets.linetable import LineTable
from tests.db.book import as_newer
from tests.tui.billstage import posted, sold
from tests.tui.people import change, named
from tests.tui.stage import Player, Stage, at, key_event, playing
from tests.tui.tillstage import VISIT, with_till


@pytest.fixture
def other(stage: Stage) -> Stage:
    """The same book at the desk of Dr Lee."""
    session = replace(stage.session, staff_id=2, name="Dr Lee", key="desk-2")
    return replace(stage, session=session)


class Desk(Player):
    """A player whose watcher is turned by hand."""

    pool: ThreadPoolExecutor

    async def look(self) -> tuple[News, ...]:
        """One look; what it heard is on the screens when this returns."""
        news = await asyncio.get_running_loop().run_in_executor(self.pool, self.app.live.look)
        self.app.heard(news)
        await self.read()
        return news

    async def read(self) -> None:
        """Wait for what the screens read again."""
        await self.pilot.pause()
        reading = [
            task for screen in self.app.screen_stack for task in getattr(screen, "_loading", {}).values()
        ]
        await asyncio.gather(*reading, return_exceptions=True)
        await self.pilot.pause()

    @property
    def says(self) -> str:
        """What the footer of the screen below all dialogs says."""
        bars = [bar for screen in self.app.screen_stack for bar in screen.query(KeyBar)]
        return " ".join(bars[-1]._says)

    @property
    def table(self) -> LineTable:
        return next(table for table in self.app.screen.query(LineTable) if table.has_focus or table.row_count)


@asynccontextmanager
async def at_desk(stage: Stage, watch: ThreadPoolExecutor) -> AsyncIterator[Desk]:
    async with playing(stage) as player:
        desk = Desk(player.app, player.pilot)
        desk.pool = watch
        await desk.look()
        yield desk
        watch.submit(stage.book.close).result()


def move(desk: Stage, id_: int, when: str, **more: Any) -> None:
    seen = visit(id_)
    details = replace(seen.details, starts_at=at(when), **more)
    booking.change(
        desk.session, booking.ChangeAppointment(id_, seen.version, seen.details, details, action="move")
    )


async def test_what_a_colleague_holds_is_drawn_and_told_and_gone_when_it_is_let_go(
    stage: Stage, other: Stage, watch: ThreadPoolExecutor
) -> None:
    async with at_desk(stage, watch) as desk:
        held = hold_time(other.session, HoldTime(2, None, at("2026-11-23 10:30"), 30)).ids[0]
        await desk.look()
        assert "H‖ DL until 09:25" in desk.screen
        assert desk.says == "Dr Lee holds Mon 23 Nov 10:30, Dr Lee."
        release(other.session, ReleaseHold(held))
        await desk.look()
        assert "H‖" not in desk.screen


# --- the calendar -------------------------------------------------------------------------------------


async def test_a_colleagues_move_is_drawn_and_told_and_the_cursor_stays(
    stage: Stage, other: Stage, watch: ThreadPoolExecutor
) -> None:
    jane = stage.booked("Jane Doe", "2026-11-23 10:00")
    mine = stage.booked("John Roe", "2026-11-23 11:00", staff="Dr Sato")
    async with at_desk(stage, watch) as desk:
        desk.app.screen.grid.go_to(block_id=mine)  # type: ignore[attr-defined]
        await desk.pilot.pause()
        move(other, jane, "2026-11-23 10:30")
        await desk.look()
        assert desk.says == "Dr Lee moved Jane Doe to 10:30."
        assert desk.app.screen.chosen.id == mine  # type: ignore[attr-defined]
        assert desk.app.screen._blocks[jane].starts_at == at("2026-11-23 10:30")  # type: ignore[attr-defined]
        move(other, jane, "2026-11-30 09:00")
        await desk.look()
        assert "Jane Doe" not in desk.screen.replace(desk.says, "")
        assert desk.says == "Dr Lee moved Jane Doe to Mon 30 Nov 09:00."


async def test_what_is_not_on_screen_is_neither_read_nor_told(
    stage: Stage, other: Stage, watch: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_desk(stage, watch) as desk:
        reads: list[object] = []
        real = boards.day_board
        monkeypatch.setattr(boards, "day_board", lambda *args: reads.append(args) or real(*args))
        other.booked("Jane Doe", "2026-12-07 10:00")
        add_note(other.session, AddNote(stage.customers["Jane Doe"], "called"))
        with stage.book.write_tx():
            audit.append(other.session, [audit.Change("export", "customer", None, None, {"rows": 5})])
        assert len(await desk.look()) == 2
        assert (reads, desk.says) == ([], "")
        stage.booked("John Roe", "2026-11-23 12:00")  # by this desk's own session
        assert await desk.look() == ()


async def test_nobody_hears_in_the_footer_of_whom_they_may_not_see(
    stage: Stage, other: Stage, watch: ThreadPoolExecutor
) -> None:
    stage.session = replace(stage.session, rights=rights_of("administrator"))
    async with at_desk(stage, watch) as desk:
        other.booked("John Roe", "2026-11-23 12:00")
        hold_time(other.session, HoldTime(2, None, at("2026-11-23 10:30"), 30))
        heard = await desk.look()
        assert any("John Roe" in one.says for one in heard)  # the control: it is told to others
        assert "Dr Lee" not in desk.says
        assert "John" not in desk.screen


@pytest.mark.parametrize(("key", "count"), [("2", "2 appointments"), ("3", "2 app"), ("4", "2 app")])
async def test_week_month_and_list_stay_where_they_are(
    stage: Stage, other: Stage, watch: ThreadPoolExecutor, key: str, count: str
) -> None:
    stage.booked("Jane Doe", "2026-11-25 10:00")
    async with at_desk(stage, watch) as desk:
        await desk.press(key, *(["down"] if key == "4" else ["right", "right"]))
        screen: Any = desk.app.screen
        before = screen.grid.cursor_day, screen.table.cursor_key if key == "4" else None
        other.booked("John Roe", "2026-11-24 09:00")
        await desk.look()
        assert count in desk.screen.split("\n")[0]
        assert desk.says == "Dr Lee booked John Roe, Tue 24 Nov 09:00."
        assert (screen.grid.cursor_day, screen.table.cursor_key if key == "4" else None) == before


async def test_a_key_on_its_way_does_not_act_on_what_took_the_place_under_the_cursor(
    stage: Stage, other: Stage, watch: ThreadPoolExecutor
) -> None:
    jane, john = stage.booked("Jane Doe", "2026-11-23 08:00"), stage.booked("John Roe", "2026-11-23 08:30")
    async with at_desk(stage, watch) as desk:
        await desk.press("4")
        assert desk.table.cursor_key == jane
        move(other, jane, "2026-12-14 08:00")
        await desk.look()
        await desk.press("c")
        assert desk.says == "It is John Roe under the cursor now. Press the key again to go on."
        assert stage.rows("select status from appointment where id = ?", john) == [("S",)]
        await desk.press("c")
        assert stage.rows("select status from appointment where id = ?", john) == [("C",)]


async def test_no_key_waits_for_what_only_others_changed_and_ones_own_page_comes_first(
    stage: Stage, other: Stage, watch: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_desk(stage, watch) as desk:
        gate, real = Event(), boards.day_board

        def held(*args: Any) -> boards.DayBoard:
            assert gate.wait(20)
            return real(*args)

        monkeypatch.setattr(boards, "day_board", held)
        other.booked("Jane Doe", "2026-11-23 12:00")
        loop = asyncio.get_running_loop()
        desk.app.heard(await loop.run_in_executor(watch, desk.app.live.look))
        before = desk.app.screen.grid.cursor_instant  # type: ignore[attr-defined]
        await desk.press("down")
        assert desk.app.screen.grid.cursor_instant == before + 15 * 60  # type: ignore[attr-defined]
        desk.app.turns.take(key_event("full_stop"))
        other.booked("John Roe", "2026-11-24 12:00")
        looking = loop.run_in_executor(watch, desk.app.live.look)
        gate.set()
        desk.app.heard(await looking)
        await desk.app.turns.settled()
        await desk.read()
        assert "Tue 24 Nov 2026 · 1 appointment" in desk.screen


async def test_what_was_refused_stays_in_sight(stage: Stage, other: Stage, watch: ThreadPoolExecutor) -> None:
    jane = stage.booked("Jane Doe", "2026-11-23 12:00")
    async with at_desk(stage, watch) as desk:
        desk.app.screen.grid.go_to(block_id=jane)  # type: ignore[attr-defined]
        await desk.press("c")
        refused = desk.says
        assert "before it has started" in refused
        other.booked("John Roe", "2026-11-23 14:00")
        await desk.look()
        assert desk.says == refused
        await desk.press("t")
        desk.app.say("Printed.")
        other.booked("Aaron Smith", "2026-11-23 15:00")
        await desk.look()
        assert desk.says == "Printed. · Dr Lee booked Aaron Smith, Mon 23 Nov 15:00."


async def test_a_burst_is_read_once_and_told_in_a_few_words(
    stage: Stage, other: Stage, watch: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST", 5)
    async with at_desk(stage, watch) as desk:
        with stage.book.write_tx():
            audit.append(other.session, [audit.Change("import", "customer", 1, None, {})] * 6)
        (one,) = await desk.look()
        assert (one.kind, desk.says) == ("", "Many changes by Dr Lee.")


# --- typing -------------------------------------------------------------------------------------------


async def test_the_quick_line_keeps_what_is_typed_and_tells_what_has_come_in_the_way(
    stage: Stage, other: Stage, watch: ThreadPoolExecutor
) -> None:
    async with at_desk(stage, watch) as desk:
        await desk.press("a")
        await desk.type("jane doe today 14:00 dr lee")
        line = desk.app.focused
        assert desk.app.screen.query_one("#warning").render().plain == ""  # type: ignore[attr-defined]
        other.booked("John Roe", "2026-11-23 14:00")
        await desk.look()
        await desk.type("!")
        assert isinstance(line, Input)
        assert (desk.app.focused, line.value) == (line, "jane doe today 14:00 dr lee!")
        assert "John Roe" in desk.app.screen.query_one("#warning").render().plain  # type: ignore[attr-defined]


@pytest.mark.walk
async def test_a_form_says_that_its_record_was_changed_and_saving_compares(
    stage: Stage, other: Stage, watch: ThreadPoolExecutor
) -> None:
    async with at_desk(stage, watch) as desk:
        await desk.press("slash")
        await desk.type("doe")
        await desk.press("enter", "e")
        await desk.type("x")
        focused = desk.app.focused
        change(other, "Jane Doe", city="Hamburg", first="Janet")
        await desk.look()
        assert "changed meanwhile by Dr Lee: saving will compare" in desk.screen
        assert desk.app.focused is focused
        await desk.press("ctrl+s")
        assert "Hamburg" in desk.screen or "Janet" in desk.screen


# --- customers ----------------------------------------------------------------------------------------


async def test_the_list_of_customers_keeps_its_words_its_cursor_and_its_scroll(
    stage: Stage, other: Stage, watch: ThreadPoolExecutor
) -> None:
    for n in range(40):
        named(stage, f"Name{n:02}", "Mueller")
    async with at_desk(stage, watch) as desk:
        await desk.press("f3")
        await desk.type("mueller")
        await desk.press(*["down"] * 30)
        table, key = desk.table, desk.table.cursor_key
        line = next(at for at, text in enumerate(desk.screen.split("\n")) if "▶" in text)
        added = create_customer(other.session, CreateCustomer(CustomerFields(first="Aaron", last="Mueller")))
        await desk.look()
        assert table.cursor_key == key
        assert "▶" in desk.screen.split("\n")[line]
        assert desk.app.screen.query_one(Input).value == "mueller"
        assert table.row_count == 41
        assert desk.says == "Dr Lee added Aaron Mueller."
        assert added.ids[0] in desk.app.screen._people  # type: ignore[attr-defined]


async def test_the_profile_shows_what_another_desk_booked_and_keeps_its_place(
    stage: Stage, other: Stage, watch: ThreadPoolExecutor
) -> None:
    stage.open_always()
    for n in range(1, 29):
        stage.booked("Jane Doe", f"2027-01-{n:02} 10:00", room_id=None)
    async with at_desk(stage, watch) as desk:
        await desk.press("slash")
        await desk.type("doe")
        await desk.press("enter", *["down"] * 20)
        key = desk.table.cursor_key
        line = next(at for at, text in enumerate(desk.screen.split("\n")) if "▶" in text)
        other.booked("Jane Doe", "2027-03-01 10:00")
        other.booked("John Roe", "2027-03-01 11:00")
        await desk.look()
        assert desk.table.cursor_key == key
        assert "▶" in desk.screen.split("\n")[line]
        assert desk.says == "Dr Lee booked Jane Doe, Mon 1 Mar 10:00."
        assert "29 rows" in desk.screen


@pytest.mark.walk
async def test_what_another_desk_is_paid_is_on_the_profile_and_on_the_bill_and_the_cursor_stays(
    tmp_path: Path, watch: ThreadPoolExecutor
) -> None:
    stage = with_till(tmp_path)
    first, *_, last = (posted(stage, [sold(VISIT)]) for _ in range(4))
    colleague = replace(stage.session, staff_id=2, name="Dr Lee", key="desk-2")
    async with at_desk(stage, watch) as desk:
        await desk.press("slash")
        await desk.type("doe")
        await desk.press("enter", *["shift+tab"] * 4, "down", "down")
        key = desk.table.cursor_key
        assert "owes 140.00 EUR" in desk.screen
        pay_bill(colleague, PayBill(last, (Tender("card", 1000),)))
        await desk.look()
        assert "owes 130.00 EUR" in desk.screen
        assert desk.table.cursor_key == key
        await desk.press("end", "enter")
        page = desk.app.screen
        assert isinstance(page, BillScreen)
        assert page.bill_id == first
        page.view.go_to(("number", "left"))
        pay_bill(colleague, PayBill(first, (Tender("card", 2000),)))
        await desk.look()
        assert "Left to pay 15.00" in " ".join(desk.screen.split())
        assert page.view.cursor_key == ("number", "left")
        await desk.press("escape")
        assert "owes 110.00 EUR" in desk.screen


# --- the watcher --------------------------------------------------------------------------------------


async def test_a_database_that_fails_makes_it_quiet_and_it_catches_up(
    stage: Stage, other: Stage, watch: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_desk(stage, watch) as desk:
        with monkeypatch.context() as broken:
            broken.setattr(live, "lines_between", lambda *_: (_ for _ in ()).throw(StoreError("gone")))
            other.booked("Jane Doe", "2026-11-23 12:00")
            assert await desk.look() == ()
        assert [one.says for one in await desk.look()] == ["Dr Lee booked Jane Doe, Mon 23 Nov 12:00."]
        assert "Jane Doe" in desk.screen


async def test_its_thread_tells_the_loop_and_ends_with_the_app(stage: Stage, other: Stage) -> None:
    heard: asyncio.Queue[Any] = asyncio.Queue()
    session: Session = stage.session
    watcher = Live(stage.book, session, heard.put_nowait, every=0.005)
    watcher.begin()
    watcher.start()
    try:
        other.booked("Jane Doe", "2026-11-23 12:00")
        (one,) = await asyncio.wait_for(heard.get(), 20)
        assert one.customer_id == stage.customers["Jane Doe"]
    finally:
        watcher.stop()
    assert watcher._thread is not None
    assert not watcher._thread.is_alive()


async def test_what_it_reads_it_reads_on_the_connection_of_the_screens(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: SimpleQueue[str] = SimpleQueue()
    read = live.last_line

    def told() -> int:
        threads.put(current_thread().name)
        return read()

    async with playing(stage) as player:
        monkeypatch.setattr(live, "last_line", told)
        player.app.live._every = 0.005
        player.app.live.start()
        try:
            assert (await asyncio.to_thread(threads.get, timeout=20)).startswith("read")
        finally:
            player.app.live.stop()


def test_a_server_that_was_away_makes_everybody_at_the_terminal_read_again(
    stage: Stage, other: Stage
) -> None:
    heard: list[object] = []
    watcher = Live(stage.book, stage.session, lambda news: heard.append([*news]))
    watcher.follow(other.session)
    watcher._hear(watcher._place, (ANYTHING,))
    assert heard == [[ANYTHING]]
    watcher.follow(stage.session)
    assert heard == [[ANYTHING], [ANYTHING]]
    watcher.follow(other.session)
    assert len(heard) == 2


async def test_whoever_comes_in_while_the_program_ends_stirs_nothing_that_has_ended(
    stage: Stage, other: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stirred: list[bool] = []

    class Ear(Looking):
        def stir(self) -> None:
            stirred.append(self._ended.is_set())

    monkeypatch.setattr(Book, "ear", lambda book, every: Ear(book.db, every))
    watcher = Live(stage.book, stage.session, lambda news: None)
    watcher.start()
    watcher.follow(other.session)
    watcher.stop()
    watcher.follow(stage.session)
    assert stirred == [False]


async def test_it_tells_once_that_a_newer_version_has_taken_over_the_book(stage: Stage, other: Stage) -> None:
    told: asyncio.Queue[str] = asyncio.Queue()
    watcher = Live(stage.book, stage.session, lambda news: None, every=0.005, overtaken=told.put_nowait)
    watcher.begin()
    watcher.start()
    try:
        with stage.book.write_tx():
            as_newer(stage.book)
        says = await asyncio.wait_for(told.get(), 20)
        assert "A newer version of pim-tui has taken over this book" in says
        assert "what you typed is kept" in says
    finally:
        watcher.stop()
    assert told.empty()


async def test_it_tells_that_the_program_was_updated(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    told: asyncio.Queue[str] = asyncio.Queue()
    watcher = Live(stage.book, stage.session, lambda news: None, every=0.005, overtaken=told.put_nowait)
    watcher.start()
    try:
        monkeypatch.setattr(program, "_BEGAN_WITH", None)
        assert "pim-tui was updated while it was open" in await asyncio.wait_for(told.get(), 20)
    finally:
        watcher.stop()
