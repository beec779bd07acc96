"""Hostile text is shown literally, commands nothing, and no byte from the keyboard ends the program."""

from __future__ import annotations

import random
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.text import Text
from textual import events
from textual.content import Content
from textual.strip import Strip
from textual.widgets import Digits, Input, Static

from pim_tui.tui import keyboard, textsafe
from pim_tui.tui.keyboard import PASTE_LIMIT, PASTE_SILENCE, Answered, KeyboardParser
from pim_tui.tui.safeapp import SafeApp
from tests.tui.demo import start
from tests.tui.ptyterm import PtyTerm
from tests.tui.terminal_demo import SECRET

LEAKS = ("\x1b]0;", "\x1b]52;", "\x07", "\x9b", "\u202e", "\x00", "\x1b[2JD")


def leaked(raw: bytes) -> list[str]:
    text = re.sub("\x1b]22;[a-z-]*(\x07|\x1b\\\\)", "", raw.decode())  # Textual's own: the pointer's shape
    return [leak for leak in LEAKS if leak in text]


def test_the_control_leaks_through_a_plain_static(tmp_path: Path) -> None:
    with start("leak", tmp_path) as terminal:
        terminal.wait_for(lambda: b"ready" in terminal.raw)
        assert "\x1b]0;" in leaked(bytes(terminal.raw))
        assert "\x1b]52;" in leaked(bytes(terminal.raw))


def test_no_sink_lets_hostile_text_reach_the_terminal_and_all_show_it(tmp_path: Path) -> None:
    """Header, Static, Label, table, options, button, tooltip, field, border title, notice, farewell."""
    with start("hostile", tmp_path, size=(100, 30)) as terminal:
        terminal.wait_for(lambda: terminal.text.count("[@click=app.quit]H") >= 10)
        before = terminal.text.count("]52;c;b3")
        row = next(n for n, line in enumerate(terminal.text.split("\n"), 1) if "▔▔▔" in line) + 4
        terminal.feed(f"\x1b[<35;20;{row}M")  # the mouse rests on the button: its tooltip
        terminal.wait_for(lambda: terminal.text.count("]52;c;b3") > before)
        terminal.feed(f"\x1b[<0;20;{row}M\x1b[<0;20;{row}m")  # and clicks it: [@click] must be dead
        terminal.feed("x")
        assert terminal.wait_exit() == 0
        assert "bye A␛]0;owned␇B" in terminal.raw.decode()
        assert leaked(bytes(terminal.raw)) == []


async def test_markup_in_a_name_is_literal_and_not_clickable() -> None:
    class Card(SafeApp[None]):
        def compose(self):  # type: ignore[no-untyped-def]
            yield Static(textsafe.show("[@click=app.quit]Jane[/] [b]Doe[/foo]"))

    app = Card(crash_folder=Path())
    async with app.run_test() as pilot:
        await pilot.click(Static, offset=(20, 0))
        await pilot.pause()
        assert app.is_running
        assert app.query_one(Static).render_line(0).text.startswith("[@click=app.quit]Jane[/] [b]Doe[/foo]")


def painted(strip: Strip) -> str:
    return strip.render(Console(file=sys.stderr, force_terminal=True))


@given(st.text(alphabet=st.characters(codec=None), max_size=60))
def test_nothing_a_terminal_obeys_passes_any_of_the_three_ways(text: str) -> None:
    textsafe.install()
    for shown in (
        textsafe.show(text).plain,
        textsafe.cell(text).plain,
        Content(text).plain.replace("\t", " "),
        Text(text).plain.replace("\t", " "),
        painted(Strip([Segment(text)])),
    ):
        assert not set(shown) & {*map(chr, range(9)), *map(chr, range(11, 32)), "\x7f", "\u202e", "\ufeff"}
        assert not any("\x80" <= c <= "\x9f" or "\ud800" <= c <= "\udfff" for c in shown)


def test_a_line_painted_by_a_widget_itself_keeps_its_layout() -> None:
    textsafe.install()
    assert painted(Strip([Segment("a\tb\nc\rd")])) == "a b c␍d"
    assert painted(Strip([Segment("plain é 漢 \u0646\u200c\u0645")])) == "plain é 漢 \u0646\u200c\u0645"


async def test_digits_which_pass_no_table_are_held_by_the_belt() -> None:
    class Till(SafeApp[None]):
        def compose(self):  # type: ignore[no-untyped-def]
            yield Digits("1\u202e2\x00")

    app = Till(crash_folder=Path())
    async with app.run_test():
        lines = [painted(app.query_one(Digits).render_line(y)) for y in range(3)]
        assert not any("\u202e" in line or "\x00" in line for line in lines)


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        ("textual.content", "_CONTROL_STRIP_TRANSLATE"),
        ("rich.control", "_CONTROL_STRIP_TRANSLATE"),
        ("textual.strip.Strip", "_render_cache"),
    ],
)
def test_it_refuses_loudly_when_a_private_name_has_vanished(
    monkeypatch: pytest.MonkeyPatch, owner: str, name: str
) -> None:
    monkeypatch.delattr(f"{owner}.{name}")
    with pytest.raises(textsafe.TextualChanged, match=name):
        textsafe.install()


def test_it_refuses_loudly_when_the_table_is_no_longer_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textual.content._CONTROL_STRIP_TRANSLATE", {})
    monkeypatch.setattr("textual.content._strip_control_codes", lambda text: text)
    with pytest.raises(textsafe.TextualChanged):
        textsafe.install()


@pytest.mark.parametrize("name", ["getincrementaldecoder", "XTermParser"])
def test_it_refuses_loudly_when_the_keyboard_cannot_be_guarded(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delattr(f"textual.drivers.linux_driver.{name}")
    with pytest.raises(textsafe.TextualChanged, match=name):
        keyboard.install()


# --- keyboard -----------------------------------------------------------------------------------


def test_the_control_dies_of_one_latin_1_byte(tmp_path: Path) -> None:
    with start("bare", tmp_path) as terminal:
        terminal.wait_for("ready")
        terminal.feed(b"\xe9xx")
        terminal.wait_exit(10)
        assert b"UnicodeDecodeError" in terminal.raw


def test_bytes_that_are_no_text_are_shown_as_such_and_typing_goes_on(tmp_path: Path) -> None:
    with start("form", tmp_path) as terminal:
        terminal.wait_for("ready")
        terminal.feed(b"\xe9a\xffb\xe2\x82c")
        terminal.wait_for("<\ufffda\ufffdb\ufffdc>")
        terminal.feed(b"\x1b[99999999u\x1b[1:1;1u\x1b[55296;1;55296u")
        terminal.feed(b"\x1b[48;99999;99999;1;1t\x1b[<9;99999999999;1M")
        terminal.feed(b"d")
        terminal.wait_for("c" + "d>")


PIECES = [b"\x1b", b"[", b"O", b"<", b";", b"200~", b"201~", b"M", b"u", b"~", b"\xe9", b"\xff", b"9" * 9]


def takes_what_is_typed(terminal: PtyTerm) -> bool:
    """Empty the field and type a word, as somebody does who waits until nothing moves: on a busy machine some
    of the noise may still be under way, and Textual runs a burst's backspaces after its letters."""
    for typed in (b"\x05" + b"\x7f" * 25, b"end"):
        while terminal.pump(0.4):
            pass
        terminal.feed(typed)
    while "end>" not in terminal.text and terminal.pump(1):
        pass
    return "end>" in terminal.text


@pytest.mark.walk
def test_noise_from_the_keyboard_leaves_it_alive(tmp_path: Path) -> None:
    chance = random.Random(20261123)
    noise = b"".join(
        chance.choice(PIECES) if chance.random() < 0.6 else bytes([chance.randrange(256)])
        for _ in range(3000)
    )
    with start("form", tmp_path) as terminal:
        terminal.wait_for("ready")
        terminal.feed(noise)
        # any paste over, the window focused, the field too
        terminal.feed(b"\x1b[201~\x1b[201~\x1b[I\x1b[<0;5;3M\x1b[<0;5;3m")
        assert any(takes_what_is_typed(terminal) for _ in range(40)), terminal.text
        assert not (tmp_path / "crashes").exists()


TYPED = st.one_of(st.sampled_from([p.decode("latin-1") for p in PIECES]), st.text(min_size=1, max_size=3))


@given(st.lists(TYPED))
def test_the_parser_survives_any_input(pieces: list[str]) -> None:
    parser = KeyboardParser()
    for piece in pieces:
        list(parser.feed(piece))
    list(parser.tick())


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def pastes(messages: object) -> list[str]:
    return [m.text for m in messages if isinstance(m, events.Paste)]  # type: ignore[attr-defined]


def keys(messages: object) -> list[str]:
    return [m.key for m in messages if isinstance(m, events.Key)]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("\x1bo", ["escape", "o"]), ("\x1b5", ["escape", "5"]), ("\x1b\r", ["escape", "enter"]),
        ("\x1b\x1bx", ["escape", "escape", "x"]), ("\x1b/doe", ["escape", "slash", "d", "o", "e"]),
        ("\x1b\t", ["shift+tab"]), ("\x1bb", ["ctrl+left"]), ("\x1b[A", ["up"]), ("\x1bOS", ["f4"]),
    ],
)  # fmt: skip
def test_escape_and_the_key_after_it_are_two_keys_even_when_they_are_read_at_once(
    typed: str, meant: list[str]
) -> None:
    assert keys(KeyboardParser(now=Clock()).feed(typed)) == meant


@pytest.mark.parametrize("step", [1, 2, 5, 7, 100])
def test_a_paste_arrives_whole_wherever_the_reads_part_it(step: int) -> None:
    data = "a\x1b[200~one\r\ntwo\x1b]0;x\x07\x1b[201~b"
    parser = KeyboardParser(now=Clock())
    messages = [m for n in range(0, len(data), step) for m in parser.feed(data[n : n + step])]
    assert pastes(messages) == ["one\ntwo␛]0;x␇"]
    assert keys(messages) == ["a", "b"]


def test_what_a_terminal_answers_is_no_key_nor_part_of_what_it_pastes() -> None:
    parser = KeyboardParser(now=Clock())
    typed = list(parser.feed("a\x1b[0nb"))
    assert [type(message) for message in typed] == [events.Key, Answered, events.Key]
    pasted = list(parser.feed("\x1b[200~one\x1b[0n two\x1b[201~"))
    assert isinstance(pasted[0], Answered)
    assert pastes(pasted) == ["one two"]


def test_a_paste_whose_end_is_lost_ends_after_two_seconds_and_keys_work_again() -> None:
    clock = Clock()
    parser = KeyboardParser(now=clock)
    assert list(parser.feed("\x1b[200~pasted text")) == []
    for _ in range(int(PASTE_SILENCE / 0.2)):  # somebody types on, seeing nothing
        clock.now += 0.2
        assert list(parser.feed("k")) == []
    clock.now += 0.2
    assert pastes(parser.tick()) == ["pasted textkkkkkkkkkk"]
    assert keys(parser.feed("x")) == ["x"]


def test_a_slow_paste_is_not_cut_short() -> None:
    clock = Clock()
    parser = KeyboardParser(now=clock)
    list(parser.feed("\x1b[200~"))
    for _ in range(400):
        clock.now += 0.01
        assert [*parser.feed("ab"), *parser.tick()] == []
    assert pastes(parser.feed("\x1b[201~")) == ["ab" * 400]


def test_a_giant_paste_is_cut() -> None:
    parser = KeyboardParser(now=Clock())
    data = "\x1b[200~" + "x" * 2_000_000 + "\x1b[201~y"
    messages = [m for n in range(0, len(data), 4096) for m in parser.feed(data[n : n + 4096])]
    assert pastes(messages) == ["x" * PASTE_LIMIT]
    assert keys(messages) == ["y"]


def test_enter_typed_before_the_terminal_was_taken_over_is_enter() -> None:
    """Until then the terminal makes a line end of it, and hands it over later."""
    parser = KeyboardParser(now=Clock())
    assert keys(parser.feed("a\nb\r")) == ["a", "enter", "b", "enter"]


# --- the app ------------------------------------------------------------------------------------


async def test_a_paste_over_the_fields_length_is_cut_to_fit() -> None:
    class Field(SafeApp[None]):
        def compose(self):  # type: ignore[no-untyped-def]
            yield Input("ab", max_length=5)

    app = Field(crash_folder=Path())
    async with app.run_test() as pilot:
        app.post_message(events.Paste("cdefgh\nnext"))
        await pilot.pause()
        assert app.query_one(Input).value == "cdefg"  # the field selects its text when focused
        assert app.query_one(Input).cursor_blink is False


async def test_the_host_is_out_of_reach(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("webbrowser.open", lambda *_: pytest.fail("a browser was started"))
    app: SafeApp[None] = SafeApp(crash_folder=tmp_path)
    async with app.run_test(notifications=True) as pilot:
        app.open_url("https://example.org/[b]")
        await app.run_action("screenshot('x.svg', '.')")
        app.save_screenshot("y.svg", ".")
        app.deliver_text("/etc/passwd")
        await app.run_action("suspend_process")
        await pilot.pause()
        notices = [notice.message for notice in app._notifications]
        assert notices[0] == "https://example.org/[b]"
        assert len(notices) == 4
    assert list(tmp_path.iterdir()) == []


@pytest.mark.walk
def test_a_crash_names_nobody_and_says_what_to_do(tmp_path: Path) -> None:
    with start("crash", tmp_path) as terminal:
        terminal.wait_for("ready")
        terminal.feed("Jane!")
        assert terminal.wait_exit() == 70
        left = terminal.raw.decode().rpartition("\x1b[?1049l")[2]
    assert "Start it again" in left
    assert "Jane" not in left
    [log] = (tmp_path / "crashes").iterdir()
    assert log.stat().st_mode & 0o777 == 0o600
    report = log.read_text()
    assert "builtins.ValueError" in report
    assert "terminal_demo.py:" in report
    assert SECRET not in report
    assert "cannot book" not in report
    with start("form", tmp_path) as terminal:
        terminal.wait_for("draft: Jane!")
