"""The lock: nothing of the record stays painted, nothing typed is lost, and nobody acts as anybody else."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event

import pytest
from textual.widgets import Input

from pim_tui.config import Settings
from pim_tui.domain.session import Session
from pim_tui.domain.staying import AT_MOST, LOCKED, WARNED
from pim_tui.domain.text import words
from pim_tui.models import DeskSession, Staff
from pim_tui.services.notes import AddNote, add_note
from pim_tui.services.pins import SetPin, set_pin
from pim_tui.services.work import Done
from pim_tui.tui.base import PimScreen
from pim_tui.tui.dialogs.pick import Pick
from pim_tui.tui.messages import Changed
from pim_tui.tui.screens.door import DoorScreen
from pim_tui.tui.screens.toosmall import TooSmall
from tests.tui.lockstage import ANNA, LEE, PIN, SATO, at_work, given, lines, unlock, with_door, written
from tests.tui.screentext import style_lines
from tests.tui.stage import Player, Stage, key_event, playing

DOOR = "Harbour Clinic Name PIN Enter unlock Another name Up sign in on top what is locked stays as it"


def of_the_record(stage: Stage) -> set[str]:
    """Every word that the tables of the record hold."""
    rows = [
        *stage.rows("select first_name, last_name from customer"),
        *stage.rows("select reason, note from appointment"),
        *stage.rows("select name from staff where id > 1"),
        *stage.rows("select name from appointment_type"),
    ]
    return {word for row in rows for text in row for word in words(str(text)) if len(word) > 2}


async def test_the_lock_hides_the_whole_record_and_the_same_person_finds_all_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, door = at_work(tmp_path, monkeypatch)
    stage.booked("Jane Doe", "2026-11-23 10:30", reason="blood pressure review")
    async with playing(stage, door=door) as p:
        record = of_the_record(stage)
        assert record & set(words(p.screen))  # the control: the words are those that are shown
        await p.press("a")
        await p.type("jane doe 7d 10:3")
        before, where = p.screen, p.app.focused
        p.app.notify("Jane Doe was booked")
        p.app.copy_to_clipboard("Jane Doe")
        await p.press("ctrl+k")
        assert "Locked by Anna Berg at 09:20." in p.screen
        assert not (record - set(words(DOOR))) & set(words(p.screen))
        assert "jane" not in p.screen.lower()
        assert (p.app.clipboard, list(p.app._notifications)) == ("", [])
        await p.press("f2", "f3", "f12", "ctrl+p", "ctrl+l", "escape")
        assert isinstance(p.app.screen, DoorScreen)
        await unlock(p, PIN[ANNA])
        await p.until(lambda: p.screen == before)
        assert p.app.focused is where
        await p.type("0")
        assert "Mon 30 Nov 2026 10:30-11:00" in p.screen
    told = lines(stage, "lock", "unlock", "sign out")
    assert told == [("lock", ANNA, "key"), ("unlock", ANNA, ""), ("sign out", ANNA, "left")]


async def test_what_is_told_as_the_lock_comes_is_not_told_to_the_door(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, door = at_work(tmp_path, monkeypatch)
    async with playing(stage, door=door, notices=True) as p:
        await p.press("A")
        p.app.say("Jane Doe was booked")
        p.app.notify("John Roe was booked")
        p.app.seats.lock("idle")
        await p.press()
        await p.press()
        assert "was booked" not in p.screen
        assert list(p.app._notifications) == []
        await unlock(p, PIN[ANNA])
        await p.press("escape", "exclamation_mark")
        assert "John Roe was booked" in p.screen
        assert "Jane Doe was booked" in p.screen


@pytest.mark.walk
async def test_somebody_signs_in_on_top_and_the_first_screen_comes_back_for_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, door = at_work(tmp_path, monkeypatch)
    async with playing(stage, door=door) as p:
        await p.press("a")
        await p.type("jane doe 7d 10:3")
        await p.press("v", "ctrl+k")
        before = p.app.seat
        await unlock(p, PIN[LEE], "dr lee")
        assert p.app.desk.session.name == "Dr Lee"
        assert p.app.pinboard == {}
        assert "jane" not in p.screen.lower()
        assert p.screen.splitlines()[-1].endswith("Dr Lee")
        await p.press("a")
        await p.type("john roe 24 nov 11:00 30m dr lee")
        await p.press("enter")
        assert stage.rows("select staff_id from journal where kind = 'appointment'") == [(LEE,)]
        await p.press("u")
        assert "taken back" in p.screen.lower()
        await p.app.outside(lambda: p.app.desk.drafts.save_now())
        left = {who: p.app.desk.drafts.latest(who) for who in (ANNA, LEE)}
        assert [draft.fields["line"] for draft in left[ANNA]] == ["jane doe 7d 10:3v"]
        assert left[LEE] == []
        await p.press("ctrl+q")
        assert "Dr Lee has left." in p.screen
        assert "Locked by Anna Berg at 09:20." in p.screen
        await unlock(p, PIN[ANNA])
        await p.until(lambda: "jane doe 7d 10:3v" in p.screen)
        assert p.app.seat is before
        assert "Dr Lee" not in p.screen.splitlines()[-1]
    who = lines(stage, "sign in", "sign out")
    assert who == [
        ("sign in", ANNA, ""),
        ("sign in", LEE, ""),
        ("sign out", LEE, "left"),
        ("sign out", ANNA, "left"),
    ]


async def test_a_write_under_way_stays_its_own_persons_and_is_told_to_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, door = at_work(tmp_path, monkeypatch)
    may, told = Event(), []

    def slowly(session: Session, command: AddNote) -> Done:
        may.wait(10)
        return add_note(session, command)

    async with playing(stage, door=door) as p:
        note = AddNote(stage.customers["Jane Doe"], "late note")
        p.app.submit(slowly, note, lambda done: told.append(p.app.desk.session.name))
        p.app.turns.take(key_event("a"))
        lock = key_event("ctrl+k")
        p.app.turns.take(lock)
        p.app.seats.lock_anyway(lock)
        await p.press()
        assert "What was typed before that goes on when they are back." in written(p)
        assert isinstance(p.app.screen, DoorScreen)
        may.set()
        await unlock(p, PIN[LEE], "dl")
        assert p.app.desk.session.name == "Dr Lee"
        assert stage.rows("select staff_id from journal where kind = 'note'") == [(ANNA,)]
        assert told == []
        await p.press("ctrl+k")
        await unlock(p, PIN[ANNA], "anna berg")
        await p.press()
        assert told == ["Anna Berg"]
        assert p.app.screen.query(Input)  # the key that was typed before the lock


@pytest.mark.walk
async def test_what_one_does_at_the_terminal_is_news_to_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, watch: ThreadPoolExecutor
) -> None:
    stage, door = at_work(tmp_path, monkeypatch)
    loop = asyncio.get_running_loop()
    async with playing(stage, door=door) as p:
        look = partial(loop.run_in_executor, watch, p.app.live.look)
        await look()
        await p.press("ctrl+k")
        await unlock(p, PIN[LEE], "dl")
        assert await look() == ()
        await p.press("a")
        await p.type("john roe 24 nov 11:00 30m dr lee")
        await p.press("enter")
        assert await look() == ()
        await p.press("ctrl+k")
        assert await look() == ()
        await unlock(p, PIN[ANNA], "ab")
        news = await look()
        assert [(one.kind, one.who) for one in news if one.kind == "appointment"] == [
            ("appointment", "Dr Lee")
        ]


class Slow(PimScreen):
    """Reads for as long as ``may`` is not set; then it shows something."""

    def __init__(self, may: Event, *, at_once: bool) -> None:
        super().__init__()
        self.may, self.at_once = may, at_once

    async def on_mount(self) -> None:
        if self.at_once:
            await self.on_changed()

    async def on_changed(self) -> None:
        await self.fetch(self.may.wait, 10)
        self.app.push_screen(Pick("Jane Doe", [(1, "Jane Doe")]))
        self.pim.say("Jane Doe is here")


@pytest.mark.walk
@pytest.mark.parametrize("at_once", [True, False])
async def test_what_is_read_for_somebody_who_has_locked_is_shown_to_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: bool
) -> None:
    stage, door = at_work(tmp_path, monkeypatch)
    async with playing(stage, door=door) as p:
        anna, may = p.app.seat, Event()
        screen = Slow(may, at_once=at_once)
        p.app.push_screen(screen)
        if not at_once:
            await p.press()
            screen.post_message(Changed("customer", (), ()))
        for _ in range(20):
            await asyncio.sleep(0)
        p.app.seats.lock()
        may.set()
        await unlock(p, PIN[LEE], "dl")
        assert "Jane" not in p.screen
        assert p.app.desk.session.name == "Dr Lee"
        if at_once:
            await p.press("ctrl+k")
            await unlock(p, PIN[ANNA], "ab")
            assert isinstance(p.app.screen, Pick)
        else:
            p.app.seats.leave(anna, "idle", "")
            await p.app.seats.settled()
            await p.press("a")
            assert "Book:" in p.screen
    assert p.app.return_code is None


# --- the door --------------------------------------------------------------------------------------


async def test_before_anybody_has_signed_in_there_is_a_door_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, door = with_door(tmp_path, monkeypatch)
    stage.session = door.nobody()
    async with playing(stage, door=door) as p:
        assert "Sign in." in p.screen
        assert p.screen.splitlines()[-1].strip() == ""  # its sheet is read: the door stands in the middle
        assert not of_the_record(stage) & (set(words(p.screen)) - set(words(DOOR)))
        await p.press("tab", "tab")
        await p.type("anna")
        for name in ("nobody", "anna berg"):
            await unlock(p, "wrong-pin-1", name)
            assert "09:20 That name and that PIN do not belong together." in written(p)
        assert "wrong-pin" not in p.screen
        await unlock(p, PIN[ANNA], "ab")
        assert p.app.desk.session.name == "Anna Berg"
        await p.press("a")
        assert "Book:" in p.screen


@pytest.mark.walk
async def test_wrong_tries_at_a_locked_screen_have_to_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, door = at_work(tmp_path, monkeypatch)
    async with playing(stage, door=door) as p:
        await p.press("ctrl+k")
        for _ in range(5):
            await unlock(p, "not-it-99")
        assert "After 5 wrong tries, wait 30 seconds." in written(p)
        await unlock(p, PIN[ANNA])
        assert isinstance(p.app.screen, DoorScreen)
        stage.clock[0] += 31
        await unlock(p, PIN[ANNA])
        assert not p.app.seats.at_door


@pytest.mark.walk
async def test_whoever_comes_in_with_a_given_pin_sets_their_own_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, door = at_work(tmp_path, monkeypatch)
    given(stage, SATO, "given-to-you-1")
    async with playing(stage, door=door) as p:
        await p.press("ctrl+k")
        await unlock(p, "given-to-you-1", "dr sato")
        assert "Somebody else has given you this PIN." in p.screen
        await p.press("escape")
        await p.app.seats.settled()
        assert p.app.seats.at_door
        await unlock(p, "given-to-you-1", "dr sato")
        for pin in ("own-lantern-4", "own-lantern-4"):
            await p.type(pin)
            await p.press("enter")
        await p.app.seats.settled()
        await p.press()
        assert p.app.desk.session.name == "Dr Sato"
        assert p.app.desk.session.rights
    assert stage.rows("select given from staff_pin where staff_id = ?", SATO) == [(0,)]


@pytest.mark.walk
async def test_a_given_pin_brings_nobody_to_the_screens_of_somebody_who_has_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever gave it types it first; the owner gets their screens back with a PIN of their own."""
    stage, door = at_work(tmp_path, monkeypatch)
    async with playing(stage, door=door) as p:
        await p.press("a")
        await p.type("jane doe 7d 10:3")
        await p.press("ctrl+k")
        before = p.app.seat
        set_pin(replace(stage.session, staff_id=LEE, name="Dr Lee"), SetPin(ANNA, "given-to-you-1"))
        await unlock(p, "given-to-you-1")
        assert "Somebody else has given you this PIN." in p.screen
        await p.press("escape")
        await p.app.seats.settled()
        assert p.app.seats.at_door
        assert "jane" not in p.screen.lower()
        await unlock(p, "given-to-you-1")
        for pin in ("own-lantern-4", "own-lantern-4"):
            await p.type(pin)
            await p.press("enter")
        await p.app.seats.settled()
        await p.until(lambda: "jane doe 7d 10:3" in p.screen)
        assert p.app.seat is before
        assert len(p.app.seats.people) == 1
    assert lines(stage, "unlock") == []


@pytest.mark.walk
async def test_a_terminal_may_shrink_and_grow_while_it_is_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, door = at_work(tmp_path, monkeypatch)
    async with playing(stage, door=door) as p:
        await p.press("a")
        await p.type("jane")
        for before, after in (((60, 20), (80, 24)), ((80, 24), (39, 20)), ((60, 20), (39, 20))):
            await p.pilot.resize_terminal(*before)
            await p.press("ctrl+k")
            await p.pilot.resize_terminal(*after)
            await p.press()
            assert isinstance(p.app.screen, TooSmall) == (after == (39, 20))
            await p.pilot.resize_terminal(80, 24)
            await p.press()
            await unlock(p, PIN[ANNA])
            await p.until(lambda: "\n jane" in p.screen)


@pytest.mark.walk
async def test_the_door_needs_no_colour_and_only_ascii(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stage, door = at_work(tmp_path, monkeypatch)
    async with playing(stage, door=door, settings=Settings(clinic_name="Harbour", symbols="ascii")) as p:
        await p.press("ctrl+k")
        assert p.screen.isascii(), p.screen
        assert set("".join(style_lines(p.app))) <= set(".bur"), style_lines(p.app)
        p.app.turns.take(key_event("x"))
        await p.press()
        assert "x" not in p.screen.split("PIN")[1].splitlines()[0]


# --- when nobody types -----------------------------------------------------------------------------


class Machine:
    """The seconds of the machine, set by hand for the app of a player."""

    def __init__(self, p: Player) -> None:
        self._p, self.now = p, p.app.seats.idling.clock()
        p.app.seats.idling.clock = lambda: self.now

    async def later(self, seconds: float) -> None:
        """Let the time go by, and have the timer look."""
        self.now += seconds
        self._p.app.seats.idling.set()
        await self._p.app.seats.settled()
        await self._p.press()


async def test_an_idle_screen_locks_itself_and_a_key_that_comes_too_late_is_nobodys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, door = at_work(tmp_path, monkeypatch)
    async with playing(stage, door=door) as p:
        machine = Machine(p)
        await p.press("a")
        await machine.later(299)
        await p.app.on_event(key_event("j"))
        await machine.later(299)
        assert not p.app.seats.at_door
        await machine.later(2)
        assert "Locked at 09:20: Anna Berg had typed nothing for 5 minutes." in p.screen
        await unlock(p, PIN[ANNA])
        machine.now += 301
        await p.app.on_event(key_event("k"))
        await p.press()
        assert p.app.seats.at_door
        assert p.app.screen.query_one("#pin", Input).value == ""
        await unlock(p, PIN[ANNA])
        assert p.app.screen.query_one(Input).value == "j"
    assert lines(stage, "lock") == [("lock", ANNA, "idle")] * 2


@pytest.mark.walk
async def test_whoever_chooses_no_pin_in_time_is_out_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, door = at_work(tmp_path, monkeypatch)
    given(stage, SATO, "given-to-you-1")
    async with playing(stage, door=door) as p:
        machine = Machine(p)
        await p.press("ctrl+k")
        await unlock(p, "given-to-you-1", "dr sato")
        await p.type("own-lan")
        await machine.later(299)
        assert "Somebody else has given you this PIN." in p.screen
        await machine.later(2)
        assert isinstance(p.app.screen, DoorScreen)
        assert "Dr Sato has chosen no PIN: sign in anew." in p.screen
        await unlock(p, PIN[ANNA], "ab")
        assert p.app.desk.session.name == "Anna Berg"
    assert ("sign out", SATO, "idle") in lines(stage, "sign out")


@pytest.mark.walk
async def test_somebody_without_a_pin_is_told_and_then_signed_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, door = at_work(tmp_path, monkeypatch, SATO)
    async with playing(stage, door=door) as p:
        assert "You have no PIN: set one, and Ctrl+K locks the screen" in p.screen
        machine = Machine(p)
        await p.press("a")
        await p.type("jane doe")
        await p.press("ctrl+k")
        assert not p.app.seats.at_door
        await machine.later(310)
        assert "you are signed out in one" in [*p.app._notifications][-1].message
        await machine.later(WARNED)
        assert p.app.return_code == 1
        assert p.app._exit_renderables  # says why, once the screen is gone
        (draft,) = p.app.desk.drafts.latest(SATO)
        assert draft.fields["line"] == "jane doe"
    assert lines(stage, "sign out") == [("sign out", SATO, "idle")]


@pytest.mark.walk
async def test_the_key_that_locks_signs_somebody_without_a_pin_out_after_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, door = at_work(tmp_path, monkeypatch, SATO)
    async with playing(stage, door=door) as p:
        await p.press("ctrl+k")
        assert "Ctrl+K again signs you out" in p.screen
        await p.press("down", "ctrl+k")
        assert p.app.return_code is None
        await p.press("ctrl+k")
        assert p.app.return_code == 0
    assert lines(stage, "sign out") == [("sign out", SATO, "left")]


async def test_a_lock_without_a_key_is_called_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, door = at_work(tmp_path, monkeypatch, SATO)
    keyless = Settings(clinic_name="Harbour Clinic", country="DE", keys={"app.lock": ""})
    async with playing(stage, settings=keyless, door=door) as p:
        assert "set one, and Lock, by its name, locks the screen" in p.screen
        await p.press("ctrl+p")
        await p.type("lock")
        await p.press("enter")
        assert "You have no PIN to unlock with: set one first." in p.screen


@pytest.mark.walk
async def test_a_session_ends_an_hour_after_the_lock_and_after_twelve_hours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, door = at_work(tmp_path, monkeypatch)
    async with playing(stage, door=door) as p:
        machine = Machine(p)
        await p.press("a")
        await p.type("jane")
        await p.press("ctrl+k")
        await unlock(p, PIN[LEE], "dl")
        for _ in range(LOCKED // 60):
            p.app.seats.idling.stir()
            await machine.later(60)
        assert [one.desk.session.name for one in p.app.seats.people] == ["Dr Lee"]
        assert "Dr Lee" not in p.screen.splitlines()[-1]
        assert [draft.fields["line"] for draft in p.app.desk.drafts.latest(ANNA)] == ["jane"]
        machine.now += AT_MOST - LOCKED - 120
        p.app.seats.idling.stir()
        await machine.later(0)
        assert "This session ends in five minutes" in written(p)
        p.app.seats.idling.stir()
        await machine.later(121)
        assert p.app.return_code == 1
    assert lines(stage, "sign out") == [("sign out", ANNA, "idle"), ("sign out", LEE, "idle")]


# --- how somebody stands ---------------------------------------------------------------------------


async def test_rights_that_change_hold_at_once_and_a_session_that_is_to_end_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, watch: ThreadPoolExecutor
) -> None:
    stage, door = at_work(tmp_path, monkeypatch)
    loop = asyncio.get_running_loop()

    async def look(p: Player) -> None:
        await loop.run_in_executor(watch, p.app.live.look)
        for key, how in await loop.run_in_executor(watch, p.app.live.standings):
            p.app.seats.stands(key, how)
        await p.app.seats.settled()
        await p.press()

    async with playing(stage, door=door) as p:
        await look(p)
        with stage.book.write_tx():
            Staff.update(role="cashier", version=Staff.version + 1).where(Staff.id == ANNA).execute()
        await look(p)
        assert "What you may do was changed: no longer book appointments, move and" in p.screen
        await p.press("ctrl+k")
        await unlock(p, PIN[LEE], "dl")
        with stage.book.write_tx():
            DeskSession.update(end_asked_by=SATO).where(DeskSession.staff == ANNA).execute()
        await look(p)
        assert [one.desk.session.name for one in p.app.seats.people] == ["Dr Lee"]
        with stage.book.write_tx():
            Staff.update(active=False, version=Staff.version + 1).where(Staff.id == LEE).execute()
        await look(p)
        assert p.app.return_code == 1
    assert lines(stage, "sign out") == [("sign out", ANNA, "asked"), ("sign out", LEE, "locked out")]
