"""Whatever a name, reason or note holds, every screen shows it and nothing obeys it.

The text is put into the tables as it is, past the cleaning at the door: a book that another program wrote.
"""

from __future__ import annotations

import json
import os
import pwd
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Static

from pim_tui.config import Settings
from pim_tui.errors import Refused
from pim_tui.models import Product
from pim_tui.paths import private_folder
from pim_tui.tui.dialogs.customer import CustomerForm
from pim_tui.tui.dialogs.refused import Choose
from tests.tui.hostile import (
    CONTROLS,
    FEW,
    FORBIDDEN,
    GROUPS,
    LONG,
    MARKUP,
    OWN,
    UNICODE,
    assert_harmless,
    painted,
    paste,
    press,
)
from tests.tui.ptyterm import PtyTerm
from tests.tui.stage import TODAY, Player, Stage, playing, set_up

ROOT = Path(__file__).resolve().parents[2]


# --- looking at what is painted -----------------------------------------------------------------------


async def test_the_control_leaks_through_a_plain_static() -> None:
    class Careless(App[None]):
        def compose(self) -> ComposeResult:
            yield Static(MARKUP[0])

    async with Careless().run_test() as pilot:
        await pilot.pause()
        assert any(segment.style and "@click" in segment.style.meta for segment in painted(pilot.app))


# --- a clinic full of it ------------------------------------------------------------------------------


def start(n: int, later: int = 0) -> str:
    """When the nth appointment of the day begins: far enough apart to be moved."""
    return "{:02}:{:02}".format(*divmod(8 * 60 + 75 * n + later, 60))


def poisoned(folder: Path, texts: Iterable[str], day: date = TODAY) -> Stage:
    """Every text is a customer, a member of staff, a room, a type, a reason and a note of its own."""
    texts = tuple(texts)
    people = tuple(("Jane", f"Doe{n}", "1984-03-01", f"030 55501{n:02}") for n in range(len(texts)))
    stage = set_up(folder, people=people)
    write = stage.book.db.execute_sql
    with stage.book.write_tx():
        write("delete from working_hours")  # there are more texts than half hours in a working day
    for n in range(len(texts)):
        stage.booked(f"Jane Doe{n}", f"{day} {start(n)}")
        stage.booked(f"Jane Doe{n}", f"{day} {start(n, 35)}", staff="Dr Sato", room_id=1)
    with stage.book.write_tx():
        for n, text in enumerate(texts):
            id_ = stage.customers[f"Jane Doe{n}"]
            write(
                "update customer set first_name = ?, last_name = ?, version = version + 1 where id = ?",
                (text[:120], text[:120], id_),
            )
            write(
                "update appointment set reason = ?, note = ?, version = version + 1 where customer_id = ?",
                (text[:200], text, id_),
            )
            for table, limit in (("staff", 120), ("room", 60), ("appointment_type", 60)):
                write(
                    f"update {table} set name = ?, version = version + 1 where id = ?", (text[:limit], n + 1)
                )
    return stage


async def look(player: Player, where: str, *keys: str, pasted: str = "") -> None:
    """Press keys, paste, and see that what is then shown is harmless."""
    await press(player, *keys, pasted=pasted)
    assert_harmless(player, where)


async def look_around(p: Player) -> None:
    """At everything that shows what the book holds, whatever is typed."""
    await look(p, "day")
    await look(p, "rooms", "s")
    await look(p, "week", "s", "2")
    await look(p, "month", "3")
    await look(p, "list", "4", "down", "down")
    await look(p, "help", "1", "f1")
    await look(p, "filter", "escape", "f", "down", "space")
    await look(p, "filtered", "enter")
    await look(p, "print", "f", "delete", "enter", "p", "right", "right")
    await look(p, "papers", "escape", "P", "left")
    await look(p, "preview", "v")
    await look(p, "preview, below", "pagedown", "end")
    await look(p, "find somebody", "escape", "escape", "slash", "5", "5", "5")
    await look(p, "quick line, found", "escape", "a", pasted="5550100 7d 10:30 - ")
    await look(p, "back on the day", "escape")


async def type_everywhere(p: Player, text: str) -> None:
    """``text`` wherever one types, and in what the program says of it."""
    await look(p, "palette", "ctrl+p", pasted=text)
    await look(p, "go to", "escape", "g", pasted=text)
    await look(p, "find", "escape", "slash", pasted=text)
    await look(p, "quick line", "escape", "a", pasted=text)
    await look(p, "quick line, reason", "ctrl+u", pasted=f"5550100 7d 10:30 - {text}")
    await look(p, "quick line, collision", "ctrl+u", pasted=f"5550101 {TODAY} 9:15 - {text}")
    await look(p, "quick line, its ways", "enter", "down")
    await look(p, "form", "escape", "A", pasted=text)
    await look(p, "form, find", "enter")
    await look(p, "form, fields", "escape", "tab", pasted=text)
    await look(p, "form, more fields", "tab", "tab", "tab", "right", "tab", "right", "tab", "right", "tab",
    "tab",
               pasted=text)  # fmt: skip
    await look(p, "form, faults", "ctrl+s")
    p.app.say(text)
    p.app.tell(Refused(f"{text} is busy.", text))
    await look(p, "notices", "escape")
    await look(p, "the day again")


@pytest.mark.parametrize(
    ("group", "size"),
    [
        pytest.param("one", (80, 24), marks=pytest.mark.walk),
        pytest.param("other", (80, 24), marks=pytest.mark.walk),
        *(pytest.param(one, (160, 50), marks=pytest.mark.walk) for one in FEW),
    ],
)
async def test_no_screen_of_the_calendar_obeys_what_it_shows(
    tmp_path: Path, group: str, size: tuple[int, int]
) -> None:
    stage = poisoned(tmp_path, GROUPS[group])
    settings = Settings(clinic_name=GROUPS[group][0], country="DE")
    async with playing(stage, size, settings) as p:
        await look_around(p)
        for text in GROUPS[group][:: 1 if LONG else 4]:
            await type_everywhere(p, text)
        assert len(p.app.screen_stack) == 1
    untouched = stage.rows("select count(*), sum(version) from appointment")
    assert untouched == [(18, 36)]


@pytest.mark.walk
@pytest.mark.parametrize("group", GROUPS)
async def test_every_act_on_an_appointment_tells_of_it_literally(tmp_path: Path, group: str) -> None:
    texts = GROUPS[group]
    stage = poisoned(tmp_path, texts)
    async with playing(stage, (120, 40)) as p:
        for n in range(len(texts) - 1) if LONG else (0, 4, 5):
            text = texts[n]
            p.app.screen.grid.go_to(block_id=2 * n + 1)  # type: ignore[attr-defined]
            for where, keys in (
                ("edit", ("e",)), ("edit given up", ("escape",)), ("moved", ("right_square_bracket",)),
                ("back", ("left_square_bracket",)), ("longer", ("plus",)),
                ("next free", ("greater_than_sign",)),
                ("undone", ("u",)), ("again", ("b", "ctrl+s")), ("again given up", ("escape",)),
                ("move", ("m",)),
            ):  # fmt: skip
                await press(p, *keys)
                assert_harmless(p, where)
            await paste(p, text)
            assert_harmless(p, "move to nowhere")
            await press(p, "ctrl+u", pasted=start(n + 1))
            await press(p, "enter")
            assert isinstance(p.app.screen, Choose)
            assert_harmless(p, "collision")
            await press(p, "escape")
            assert_harmless(p, "back at what was typed")
            await press(p, "escape", "x")
            await paste(p, text)
            await press(p, "enter")
            assert_harmless(p, "canceled")
            await press(p, "o")
            assert_harmless(p, "profile")
            await press(p, "g")
            assert_harmless(p, "the day of a visit")
            await press(p, "t")


@pytest.mark.walk
@pytest.mark.parametrize("group", FEW)
async def test_the_profile_and_the_list_of_customers_show_it_literally(tmp_path: Path, group: str) -> None:
    texts = GROUPS[group]
    stage = poisoned(tmp_path, texts)
    async with playing(stage, (120, 40)) as p:
        await press(p, "f3")
        await paste(p, "555010")
        assert_harmless(p, "customers")
        for text in texts[:: 1 if LONG else 4]:
            await press(p, "enter", "down")
            assert_harmless(p, "profile")
            await press(p, "N")
            await paste(p, f"{text}\n{text}")
            assert_harmless(p, "note")
            await press(p, "ctrl+s", "tab")
            assert_harmless(p, "notes")
            await press(p, "enter")
            assert_harmless(p, "note opened")
            await press(p, "escape", "x")
            await paste(p, text)
            await press(p, "enter")
            assert_harmless(p, "note withdrawn")
            await press(p, "f")
            await paste(p, text)
            await press(p, "enter")
            assert_harmless(p, "filtered")
            await press(p, "e")
            assert isinstance(p.app.screen, CustomerForm)
            assert_harmless(p, "record")
            for _ in range(4):
                await paste(p, text)
                await press(p, "tab")
            await press(p, "ctrl+s")
            assert_harmless(p, "record refused")
            await press(p, "f2", "escape", "escape", "f2", "f3", "ctrl+u")
            await paste(p, text)
            assert_harmless(p, "customers, typed")
            await press(p, "ctrl+n")
            assert_harmless(p, "new customer")
            await press(p, "escape", "ctrl+u")
            await paste(p, "555010")
            await press(p, "down")


@pytest.mark.walk
@pytest.mark.parametrize("group", FEW)
async def test_a_draft_of_it_is_offered_literally(tmp_path: Path, group: str) -> None:
    stage = set_up(tmp_path)
    for text in GROUPS[group]:
        async with playing(stage) as p:
            await press(p, "escape", "a")
            await paste(p, text)
            p.app.save_drafts()
        async with playing(stage) as p:
            assert "Typed and not saved" in p.screen
            assert_harmless(p, "offer")
            await press(p, "enter")
            assert_harmless(p, "restored")


async def test_markup_is_shown_letter_by_letter(tmp_path: Path) -> None:
    stage = poisoned(tmp_path, MARKUP)
    async with playing(stage, (200, 60)) as p:
        await press(p, "4")
        for text in MARKUP:
            assert text[:16] in p.screen
        await press(p, "slash")
        await p.type("555010")
        for text in MARKUP:
            assert text[:16] in p.screen


@pytest.mark.sqlite
async def test_controls_are_shown_as_pictures(tmp_path: Path) -> None:
    stage = poisoned(tmp_path, CONTROLS)
    async with playing(stage, (200, 60)) as p:
        await press(p, "4")
        for text in ("A␛]0;owned␇Z", "A␛]52;c;b3duZWQ=", "A␛[2J␛[31;5mZ", "A�2J�0;x�Z", "A␀␇␈␡"):
            assert text in p.screen


@pytest.mark.walk
async def test_clicking_on_it_does_nothing(tmp_path: Path) -> None:
    """Every cell of the day and of a dialog, with the mouse."""
    stage = poisoned(tmp_path, (MARKUP[0],) * 4)
    async with playing(stage) as p:
        for keys in ((), ("4",), ("slash", "5", "5", "5")):
            await press(p, *keys)
            for row in range(0, 24, 2):
                await p.pilot.click(offset=(12, row))
            assert p.app.is_running
            assert not p.app._exit
            await press(p, "escape", "escape")


@pytest.mark.walk
async def test_the_shared_naughty_strings(tmp_path: Path, shared: Path) -> None:
    texts = [
        one["text"] for one in json.loads((shared / "data/names/naughty_strings.json").read_text())["strings"]
    ]
    stage = set_up(tmp_path)
    async with playing(stage) as p:
        await press(p, "a")
        for text in texts:
            await press(p, "ctrl+u", pasted=text)
            assert_harmless(p, repr(text))
        await press(p, "escape", "slash")
        for text in texts[::4]:
            await press(p, "ctrl+u", pasted=text)
            assert_harmless(p, repr(text))
        await press(p, "escape")
        assert len(p.app.screen_stack) == 1


# --- the bytes themselves -----------------------------------------------------------------------------


@pytest.fixture
def terminal_home(tmp_path: Path) -> Path:
    """A home for the real program, whose book holds every hostile text today."""
    folder = private_folder(tmp_path / "home" / "data")
    texts = (MARKUP[0], CONTROLS[0], CONTROLS[1], CONTROLS[3], CONTROLS[4], UNICODE[0])
    stage = poisoned(folder, texts)
    write = stage.book.db.execute_sql
    with stage.book.write_tx():
        login = pwd.getpwuid(os.geteuid()).pw_name
        write("update staff set login = ?, role = 'owner', version = version + 1 where id = 1", (login,))
        Product.create(
            code="GEL", name="Gel", sort_name="gel", price=595, currency="USD", active=True, created_at=0
        )
        write("update product set name = ?, version = version + 1", (CONTROLS[1],))
    stage.book.close()
    return tmp_path / "home"


def run(home: Path) -> PtyTerm:
    env = {"PIM_HOME": str(home), "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    return PtyTerm([sys.executable, "-m", "pim_tui"], env=env, size=(100, 40))


def to_the_day(terminal: PtyTerm) -> None:
    """Go to the day the texts are on: the program's clock is the real one."""
    terminal.wait_for("Add")
    terminal.feed(f"g{TODAY.isoformat()}\r")
    terminal.wait_for("23 Nov 2026 ·")


@pytest.mark.sqlite
@pytest.mark.walk
def test_no_byte_of_it_reaches_the_terminal(terminal_home: Path) -> None:
    with run(terminal_home) as terminal:
        to_the_day(terminal)
        for keys, shown in (
            ("4", "6 days on"),
            ("2", "Week"),
            ("3", "November"),
            ("1s", "No room"),
            ("s/555", "Find:"),
        ):
            terminal.feed(keys)
            terminal.wait_for(shown)
        terminal.wait_for("␛]52;c;")
        terminal.feed("\r")
        terminal.wait_for("· customer")
        terminal.feed("\x1bOSgel\r")
        terminal.wait_for("F5 Pay")
        assert "␛]52;c;" in terminal.text
        terminal.feed("\x11")
        assert terminal.wait_exit() == 0
        rest = OWN.sub(b"", bytes(terminal.raw)).replace(b"\r", b"").replace(b"\n", b"").decode()
        assert not FORBIDDEN.search(rest), FORBIDDEN.findall(rest)
        assert b"\x1b[2J" not in terminal.raw
        assert b"\x1b[31;5m" not in terminal.raw


BYTES = (
    b"\xe9", b"\xff\xfe", b"\xf0\x9f\x98", b"\xc3", b"\xed\xa0\x80", b"\x80\x9b2J", b"\x1b[99999999u",
    b"\x1b[200~\xe9",
    b"\x1b[201~",
)  # fmt: skip


@pytest.mark.walk
@pytest.mark.parametrize(("opens", "heading"), [("a", "Book"), ("A", "New appointment"), ("/", "Find:")])
def test_bad_bytes_and_giant_pastes_leave_every_field_usable(
    terminal_home: Path, opens: str, heading: str
) -> None:
    with run(terminal_home) as terminal:
        terminal.wait_for("Add")
        terminal.feed(opens)
        terminal.wait_for(heading)
        for data in BYTES:
            terminal.feed(data)
        terminal.feed(b"\x1b[200~" + b"jane \xe9\x1b]0;x\x07" * 7_000 + b"\x1b[201~")
        terminal.wait_for("jane")
        terminal.feed("\x15typed after")
        terminal.wait_for("typed after", 20)
        terminal.feed("\x11")
        assert terminal.wait_exit() == 0
        rest = OWN.sub(b"", bytes(terminal.raw)).replace(b"\r", b"").replace(b"\n", b"").decode()
        assert not FORBIDDEN.search(rest), FORBIDDEN.findall(rest)
