"""Typed ahead means the same as typed slowly; nothing in the background takes a keystroke or the focus."""

from __future__ import annotations

import asyncio
import gc
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Input

from pim_tui.services import booking
from pim_tui.services.work import Done
from pim_tui.tui import turns
from pim_tui.tui.dialogs import find, form, quick
from pim_tui.tui.screens import acts
from tests.tui.hostile import LONG
from tests.tui.stage import Player, Stage, at, playing, row, set_up
from tests.tui.tillstage import GEL_CODE, TABLETS_CODE, with_till
from tests.walks import some

NAMES = {
    " ": "space", ".": "full_stop", ":": "colon", "-": "minus", "+": "plus", "/": "slash",
    "[": "left_square_bracket", "]": "right_square_bracket", ">": "greater_than_sign",
}  # fmt: skip
TILL_TABLES = ("posting", "bill_line", "entry", "payment_part", "stock_movement", "allocation")
CHARACTERS = {name: character for character, name in NAMES.items()} | {"enter": "\r", "tab": "\t"}


@pytest.fixture(autouse=True)
def _nothing_fails_unseen() -> Iterator[None]:
    """A task that dies in the background fails the test it belongs to."""
    yield
    gc.collect()


def send(app: App[Any], *keys: str) -> None:
    """All the keys at once, as a terminal sends what was typed ahead; see :func:`spelled`."""
    assert app._driver is not None
    for name in spelled(*keys):
        character = CHARACTERS.get(name) or (name if len(name) == 1 else None)
        event = events.Key(NAMES.get(name, name), character)
        event.set_sender(app)
        app._driver.send_message(event)


def spelled(*keys: str) -> list[str]:
    """``type doe`` is three keys, everything else one."""
    return [name for key in keys for name in (key[5:] if key.startswith("type ") else [key])]


async def settled(player: Player) -> None:
    """Wait for everything; that it comes to an end is part of each test."""
    await player.pilot.pause()
    await asyncio.wait_for(player.app.turns.settled(), 30)
    await player.pilot.pause()


async def burst(player: Player, *keys: str) -> None:
    send(player.app, *keys)
    await settled(player)


async def until(true: Callable[[], object]) -> None:
    """Let the program run until something is so."""
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.001)


class Gate:
    """A query or service that waits where the test says so; ``calls`` counts who came to it."""

    def __init__(self) -> None:
        self._open = Event()
        self.calls = 0

    def open(self) -> None:
        self._open.set()

    def around(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            assert self._open.wait(20), "the gate was never opened"
            return act(*args, **kwargs)

        return guarded


@contextmanager
def slow(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> Iterator[Gate]:
    """Hold ``module.name`` until the gate is opened."""
    gate = Gate()
    monkeypatch.setattr(module, name, gate.around(getattr(module, name)))
    try:
        yield gate
    finally:
        gate.open()


async def on(player: Player, id_: int) -> None:
    player.app.screen.grid.go_to(block_id=id_)  # type: ignore[attr-defined]
    await settled(player)


def text_of(player: Player, where: str = "Input") -> str:
    return player.app.screen.query_one(where, Input).value


# --- typed ahead ------------------------------------------------------------------------------------


async def test_the_control_reorders_what_is_typed_in_one_burst() -> None:
    """Textual as it comes: letters overtake the keys that are bindings, so Backspace takes the wrong one."""

    class Bare(App[None]):
        def compose(self) -> ComposeResult:
            yield Input()

    async with Bare().run_test() as pilot:
        send(pilot.app, "type jx", "backspace", "type ane")
        await pilot.pause()
        assert pilot.app.query_one(Input).value != "jane"


@pytest.mark.parametrize("opens", some(["a", "A", "/", "g"], 2))
async def test_no_letter_is_lost_while_a_form_opens(stage: Stage, opens: str) -> None:
    async with playing(stage) as p:
        await burst(p, opens, "type jane doe 7d 10:30")
        assert text_of(p) == "jane doe 7d 10:30"


@pytest.mark.parametrize(
    ("module", "name", "opens"),
    [(quick, "catalogue", "a"), (form, "catalogue", "A"), (find, "find", "/"), (quick, "propose", "a")],
)
async def test_no_letter_is_lost_while_what_the_form_reads_is_slow(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, module: object, name: str, opens: str
) -> None:
    with slow(monkeypatch, module, name) as gate:
        async with playing(stage) as p:
            send(p.app, opens, "type jane", "backspace", "backspace", "type ne")
            await until(lambda: gate.calls)
            gate.open()
            await settled(p)
            assert text_of(p) == "jane"


async def test_letters_show_while_a_query_is_slow(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting is for keys that act, not for typing."""
    with slow(monkeypatch, find, "find") as gate:
        async with playing(stage) as p:
            send(p.app, "/", "type jane", "backspace", "left", "type x")
            await until(lambda: text_of(p) == "jaxn" if p.app.screen.query(Input) else False)
            gate.open()


async def test_backspaces_keep_their_place_in_a_burst(stage: Stage) -> None:
    async with playing(stage) as p:
        await burst(
            p, "a", "type jx", "backspace", "type anr", "backspace", "type e dox", "backspace", "type e"
        )
        assert text_of(p) == "jane doe"
        await burst(p, "home", "type mrs. ", "end", "type  7d", "left", "left", "backspace", "type  1")
        assert text_of(p) == "mrs. jane doe 17d"


@pytest.mark.walk
async def test_a_form_filled_in_one_burst_is_the_form_filled_slowly(stage: Stage) -> None:
    async with playing(stage) as p:
        await burst(
            p, "A", "type jane doe", "enter", "enter", "ctrl+u", "type 7d", "enter", "ctrl+u", "type 10:30",
            "enter",
            "ctrl+u", "type 45", "enter", "type first", "enter", "type sato", "enter", "type 2", "enter",
            "type ph",
            "enter", "type knee", "tab", "type left one", "ctrl+s",
        )  # fmt: skip
        assert "Booked: Jane Doe, Mon 30 Nov 2026 10:30-11:30, Dr Sato" in p.screen
    columns = "starts_at, type_id, staff_id, room_id, mode, reason, note"
    assert row(stage, 1, columns) == (at("2026-11-30 10:30"), 2, 3, 2, "phone", "knee", "left one")


@pytest.mark.walk
async def test_a_sale_typed_in_one_burst_is_the_sale_typed_slowly(tmp_path: Path) -> None:
    """Two scans, the customer, a split payment, and the receipt of it; then the next customer's sale."""
    keys = (
        "f4", f"type {GEL_CODE}", "enter", "type 2x", f"type {TABLETS_CODE}", "enter",
        "ctrl+g", "type doe", "enter", "enter", "type 10", "k", "enter",
        f"type {GEL_CODE}", "enter", "enter", "enter",
    )  # fmt: skip
    outcomes = []
    for way in ("burst", "slow"):
        (tmp_path / way).mkdir()
        stage = with_till(tmp_path / way)
        async with playing(stage) as p:
            for some in (keys,) if way == "burst" else zip(keys):
                await burst(p, *some)
            assert p.screen.count("S-2026-000002 posted") == 1
        outcomes.append([stage.rows(f"select * from {table} order by 1") for table in TILL_TABLES])
    assert outcomes[0] == outcomes[1]
    assert [row[1] for row in outcomes[0][0]] == ["sale", "payment", "sale", "payment"]
    sums = "select sum(amount), group_concat(method) from payment_part"
    assert stage.rows(sums) == [(595 + 2975, "card,cash,cash")]


async def test_a_paste_keeps_its_place_between_keys(stage: Stage) -> None:
    async with playing(stage) as p:
        send(p.app, "a", "type jane ")
        assert p.app._driver is not None
        p.app._driver.send_message(events.Paste("\ndoe \n 7d\n"))
        await burst(p, "type  1030", "enter")
        assert "Booked: Jane Doe, Mon 30 Nov 2026 10:30-11:00" in p.screen


# --- Enter acts on what was typed before it -----------------------------------------------------------


async def test_enter_takes_the_result_of_the_whole_word_not_of_the_letter_before(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``o`` finds several, ``doe`` finds Jane: the answer to every letter comes late."""
    with slow(monkeypatch, find, "find") as gate:
        async with playing(stage) as p:
            send(p.app, "/", "type roe", "backspace", "backspace", "backspace", "type doe", "enter", "f3")
            await until(lambda: gate.calls)
            for _ in range(50):
                await asyncio.sleep(0)
            assert "Find: name" in p.screen
            gate.open()
            await settled(p)
            assert [type(screen).__name__ for screen in p.app.screen_stack][1:] == [
                "ProfileScreen",
                "CustomersScreen",
            ]
            await burst(p, "escape")
            assert "Jane Doe · customer" in p.screen


async def test_enter_books_what_the_line_says_once_it_was_read(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with slow(monkeypatch, quick, "propose") as gate:
        async with playing(stage) as p:
            send(p.app, "a", "type doe 7d 1030", "backspace", "type 5", "enter")
            await until(lambda: gate.calls)
            assert stage.rows("select count(*) from appointment") == [(0,)]
            gate.open()
            await settled(p)
    assert row(stage, 1, "starts_at") == (at("2026-11-30 10:35"),)


async def test_a_key_that_reads_first_holds_the_keys_for_what_it_opens(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = stage.booked("Jane Doe", "2026-11-23 10:00")
    with slow(monkeypatch, acts, "visit") as gate:
        async with playing(stage) as p:
            await on(p, mine)
            send(p.app, "m", "type +7d", "enter", "2")
            await until(lambda: gate.calls)
            gate.open()
            await settled(p)
            assert "Week 48" in p.screen
    assert row(stage, mine, "starts_at, version") == (at("2026-11-30 10:00"), 2)


# --- while something is written -----------------------------------------------------------------------


async def test_keys_typed_while_a_write_is_under_way_act_on_what_it_made(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = stage.booked("Jane Doe", "2026-11-23 10:00")
    with slow(monkeypatch, booking, "change") as gate:
        async with playing(stage) as p:
            await on(p, mine)
            send(p.app, "]", "]", "+", "]", "a", "type roe 7d 1030", "enter")
            await until(lambda: gate.calls)
            assert gate.calls == 1
            gate.open()
            await settled(p)
    assert row(stage, mine, "starts_at, minutes, version") == (at("2026-11-23 10:45"), 45, 5)
    assert row(stage, 2, "customer_id, starts_at") == (stage.customers["John Roe"], at("2026-11-30 10:30"))


async def test_undo_typed_behind_a_slow_write_takes_back_that_write(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = stage.booked("Jane Doe", "2026-11-23 09:00")
    with slow(monkeypatch, booking, "mark") as gate:
        async with playing(stage) as p:
            await on(p, mine)
            send(p.app, "c", "u")
            await until(lambda: gate.calls)
            gate.open()
            await settled(p)
    assert row(stage, mine, "status, version") == ("S", 3)


async def test_enter_pressed_twice_books_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with slow(monkeypatch, booking, "book") as gate:
        async with playing(stage) as p:
            send(p.app, "a", "type doe 7d 1030", "enter", "enter", "escape")
            await until(lambda: gate.calls)
            gate.open()
            await settled(p)
    assert stage.rows("select count(*) from appointment") == [(1,)]


async def test_a_refusal_brings_the_line_back_before_the_next_key_is_taken(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with slow(monkeypatch, booking, "book") as gate:
        async with playing(stage) as p:
            send(p.app, "a", "type doe 7d 1030", "enter", "end", "backspace", "backspace", "type 45", "enter")
            await until(lambda: gate.calls)
            seen = stage.rows("select count(*) from appointment")
            assert seen == [(0,)]
            monkeypatch.undo()
            stage.booked("John Roe", "2026-11-30 10:15")
            gate.open()
            await settled(p)
    assert row(stage, 2, "customer_id, starts_at") == (stage.customers["Jane Doe"], at("2026-11-30 10:45"))


# --- nothing in the background ------------------------------------------------------------------------


@pytest.mark.walk
@pytest.mark.parametrize("opens", some(["a", "A", "/", "g", "f3"], 2))
async def test_a_change_by_another_desk_and_a_notice_take_neither_focus_nor_key(
    stage: Stage, opens: str
) -> None:
    async with playing(stage) as p:
        await burst(p, opens, "type ja")
        focused = p.app.focused
        for _ in range(3):
            p.app.announce(Done("appointment", (1,), ("2026-11-23",)))
            p.app.announce(Done("customer", (1,)))
            p.app.notify("the disk is nearly full", severity="error")
            p.app.say("a sentence")
        send(p.app, "type n")
        p.app.announce(Done("appointment", (1,), ("2026-11-23",)))
        await burst(p, "type e")
        assert p.app.focused is focused
        assert text_of(p) == "jane"


async def test_a_notice_from_another_thread_does_not_disturb_typing(stage: Stage) -> None:
    async with playing(stage) as p:
        send(p.app, "a", "type jan")
        await asyncio.to_thread(p.app.desk.drafts._say, "What you type is not kept as a draft.")
        await burst(p, "type e")
        assert text_of(p) == "jane"
        assert [notice.message for notice in p.app._notifications] == [
            "What you type is not kept as a draft."
        ]


async def test_the_cursor_stays_with_its_appointment_when_another_desk_books(stage: Stage) -> None:
    mine = stage.booked("Jane Doe", "2026-11-23 11:00")
    async with playing(stage) as p:
        await on(p, mine)
        other = stage.booked("John Roe", "2026-11-23 10:00")
        p.app.announce(Done("appointment", (other,), ("2026-11-23",)))
        await burst(p, "]")
    assert row(stage, mine, "starts_at") == (at("2026-11-23 11:15"),)
    assert row(stage, other, "starts_at") == (at("2026-11-23 10:00"),)


# --- screens that come and go -------------------------------------------------------------------------


@pytest.mark.walk
async def test_a_dialog_left_in_the_middle_gets_nothing_more(stage: Stage) -> None:
    async with playing(stage) as p:
        await burst(p, "a", "type doe", "escape", "2", "A", "type roe", "escape", "g", "escape", "3")
        assert "November 2026" in p.screen
        assert len(p.app.screen_stack) == 1
    assert stage.rows("select count(*) from appointment") == [(0,)]


@pytest.mark.walk
async def test_keys_go_to_each_screen_of_a_quick_walk(stage: Stage) -> None:
    async with playing(stage) as p:
        await burst(
            p, "/", "type doe", "enter", "a", "type 7d 1030 dr lee", "enter", "f3", "type roe", "enter", "a",
            "type 8d 9:00 dr sato", "enter", "f2", "g", "type +7d", "enter",
        )  # fmt: skip
        assert "Mon 30 Nov 2026 · 1 appointment" in p.screen
    customers = stage.customers["Jane Doe"], stage.customers["John Roe"]
    booked = stage.rows("select customer_id, staff_id, starts_at from appointment order by id")
    assert booked == [
        (customers[0], stage.staff["Dr Lee"], at("2026-11-30 10:30")),
        (customers[1], stage.staff["Dr Sato"], at("2026-12-01 09:00")),
    ]


@pytest.mark.walk
async def test_no_key_ever_waits_for_a_widget_that_is_gone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Patience is for what hangs; closing a dialog must not cost it."""
    late: list[object] = []
    real = asyncio.wait_for

    async def watched(waiting: Any, timeout: float | None) -> Any:
        try:
            return await real(waiting, timeout)
        except TimeoutError:
            late.append(timeout)
            raise

    monkeypatch.setattr(asyncio, "wait_for", watched)
    async with playing(stage) as p:
        await burst(
            p, "a", "escape", "A", "escape", "/", "type doe", "enter", "escape", "f1", "escape", "f", "enter"
        )
        await burst(
            p, "p", "escape", "g", "type 7d", "enter", "f3", "escape", "a", "type doe 8d 10", "enter", "f2"
        )
    assert late == []


async def test_a_widget_that_never_answers_does_not_hold_the_keys_for_ever(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    async with playing(stage) as p:
        hung = asyncio.Event()
        grid = p.app.screen.grid  # type: ignore[attr-defined]
        grid.call_later(hung.wait)
        send(p.app, "down", "down")
        await until(lambda: not p.app.turns._waiting)
        p.app.screen.set_focus(None)
        send(p.app, "g")
        await until(lambda: "Go to" in p.screen)
        await asyncio.wait_for(p.app.turns.settled(), 30)
        hung.set()
        await settled(p)


@pytest.mark.walk
async def test_a_terminal_made_small_and_large_again_keeps_what_is_open(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dialog of a slow key opens while the terminal is too small: nothing may stay covered."""
    mine = stage.booked("Jane Doe", "2026-11-23 10:00")
    with slow(monkeypatch, acts, "visit") as gate:
        async with playing(stage) as p:
            await on(p, mine)
            send(p.app, "m")
            await until(lambda: gate.calls)
            await p.pilot.resize_terminal(40, 10)
            gate.open()
            await settled(p)
            await p.pilot.resize_terminal(80, 24)
            await burst(p, "type +7d", "enter", "2")
            assert "Week 48" in p.screen
    assert row(stage, mine, "starts_at") == (at("2026-11-30 10:00"),)


async def test_keys_typed_on_a_covered_screen_do_nothing(stage: Stage) -> None:
    mine = stage.booked("Jane Doe", "2026-11-23 09:00")
    async with playing(stage) as p:
        await on(p, mine)
        await p.pilot.resize_terminal(40, 10)
        await burst(p, "c", "x", "]", "a", "type doe", "enter")
        await p.pilot.resize_terminal(80, 24)
        await settled(p)
        assert "S◦ Jane Doe" in p.screen
    assert row(stage, mine, "status, version") == ("S", 1)


async def test_leaving_in_the_middle_of_a_burst_leaves_quietly(stage: Stage) -> None:
    complaints: list[dict[str, Any]] = []
    async with playing(stage) as p:
        asyncio.get_running_loop().set_exception_handler(lambda _, what: complaints.append(what))
        send(p.app, "a", "escape", "ctrl+q", "a", "type doe", "enter", "/", "f3")
        await until(lambda: not p.app.is_running)
    gc.collect()
    assert complaints == []
    assert p.app.return_code == 0


async def test_waiting_until_all_is_settled_ends_after_the_app_has_left(stage: Stage) -> None:
    async with playing(stage) as p:
        send(p.app, "ctrl+q", "a", "type doe")
        await until(lambda: not p.app.is_running)
        await asyncio.wait_for(p.app.turns.settled(), 30)


async def test_a_query_that_fails_frees_the_keys(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    from pim_tui.errors import Refused

    def refused(*args: object, **kwargs: object) -> None:
        raise Refused("The day cannot be read.", "Try again.")

    from pim_tui.queries import boards

    async with playing(stage) as p:
        monkeypatch.setattr(boards, "week_board", refused)
        await burst(p, "2")
        assert "The day cannot be read. Try again." in " ".join(p.screen.split())
        await burst(p, "1", "a", "type jane")
        assert text_of(p) == "jane"


# --- any script: ahead or slowly, the same --------------------------------------------------------------

PIECES: tuple[tuple[str, ...], ...] = (
    ("a", "type doe 7d 1030 fu", "enter"), ("a", "type jan", "escape"), ("a",), ("A",), ("escape",),
    ("escape",),
    ("A", "type doe", "enter", "enter"), ("ctrl+s",), ("enter",), ("tab",), ("down",), ("up",), ("left",),
    ("right",),
    ("/", "type doe", "enter"), ("/", "type roe", "down", "enter"), ("m", "type +7d", "enter"),
    ("m", "type 11:00"),
    ("]",), ("[",), (">",), ("+",), ("-",), ("c",), ("n",), ("u",), ("r",), ("e",), ("b", "ctrl+s"), ("o",),
    ("f1",),
    ("x", "type flu", "enter"), ("g", "type tue", "enter"), ("t",), ("1",), ("2",), ("3",), ("4",), ("s",),
    ("p", "escape"),
    ("f", "down", "space", "enter"), ("f", "delete", "enter"), ("f2",), ("f3", "type roe"), ("backspace",),
    ("N", "type a note", "ctrl+s"), ("type jan",), ("type 7d 9:15",), ("home",), ("end",), ("pagedown",),
    ("space",),
    ("d", "backspace", "backspace", "e"), ("delete",),
)  # fmt: skip


def script(seed: int, length: int) -> list[str]:
    """A walk through the program that nobody thought of."""
    chance = random.Random(seed)
    keys: list[str] = []
    while len(keys) < length:
        keys += spelled(*chance.choice(PIECES))
    return keys


@asynccontextmanager
async def with_three_booked(folder: Path) -> AsyncIterator[tuple[Stage, Player]]:
    folder.mkdir()
    stage = set_up(folder)
    for customer, when, staff in (
        ("Jane Doe", "2026-11-23 09:00", "Dr Lee"),
        ("John Roe", "2026-11-23 10:00", "Dr Lee"),
        ("Aaron Smith", "2026-11-23 09:30", "Dr Sato"),
    ):
        stage.booked(customer, when, staff=staff)
    async with playing(stage) as p:
        yield stage, p


def state(stage: Stage, player: Player) -> tuple[object, ...]:
    """What is on screen, where the keys go, and what the book holds."""
    focused = player.app.focused
    columns = "customer_id, staff_id, starts_at, minutes, status, version, reason"
    return (
        player.screen,
        [type(screen).__name__ for screen in player.app.screen_stack],
        focused and (type(focused).__name__, focused.id),
        stage.rows(f"select {columns} from appointment order by id"),
        stage.rows("select text from note order by id"),
    )


@pytest.mark.parametrize("seed", some(range(60 if LONG else 5), 60 if LONG else 2))
@pytest.mark.walk
async def test_any_script_typed_ahead_ends_where_it_ends_typed_slowly(tmp_path: Path, seed: int) -> None:
    keys = script(seed, 30)
    async with with_three_booked(tmp_path / "slowly") as (stage, p):
        for key in keys:
            await burst(p, key)
        slowly = state(stage, p)
    async with with_three_booked(tmp_path / "ahead") as (stage, p):
        await burst(p, *keys)
        assert state(stage, p) == slowly, keys
