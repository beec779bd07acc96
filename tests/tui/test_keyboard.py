"""The keys of old and new terminals: what each sends means the same, in pieces, late, or in eight bits."""

from __future__ import annotations

import os
import pty
import termios
from collections.abc import Iterable, Sequence

import pytest
from textual import events
from textual.message import Message

from pim_tui.tui import keyboard
from pim_tui.tui.keyboard import DIGIT_WAIT, Answered, KeyboardParser, _forgiving_decoder, _line_modes
from pim_tui.tui.keycaps import EVERY, caps_of
from pim_tui.tui.lineend import LineEnd, line_end

F = [f"f{n}" for n in range(1, 13)]
ARROWS = dict(zip("ABCD", ("up", "down", "right", "left"), strict=True))
EDITING = ("home", "insert", "delete", "end", "pageup", "pagedown")


def tilde(numbers: Iterable[int], keys: Iterable[str], ending: str = "~") -> dict[str, str]:
    return {f"\x1b[{number}{ending}": key for number, key in zip(numbers, keys, strict=True)}


PF = {f"\x1bO{letter}": key for letter, key in zip("PQRS", F[:4], strict=True)}
VT220 = {**PF, **tilde((17, 18, 19, 20, 21, 23, 24), F[5:]), **tilde(range(1, 7), EDITING)}
TERMINALS = {
    "vt100": {
        **PF, **{f"\x1b[{end}": key for end, key in ARROWS.items()},
        **{f"\x1bO{end}": key for end, key in ARROWS.items()},
        **{f"\x1bO{end}": str(n) for n, end in enumerate("pqrstuvwxy")},
        "\x1bOM": "enter", "\x1bOm": "minus", "\x1bOl": "comma", "\x1bOn": "full_stop", "\x08": "backspace",
    },
    "vt220": {**VT220, "\x1b[28~": "f1", "\x1b[29~": "enter", "\x7f": "backspace"},
    "linux": {
        **{f"\x1b[[{letter}": key for letter, key in zip("ABCDE", F[:5], strict=True)},
        **tilde((17, 18, 19, 20, 21, 23, 24), F[5:]), **tilde(range(1, 7), EDITING), "\x1b\t": "shift+tab",
        "\x1b[G": "",
    },
    "xterm": {
        **PF, **tilde((15, 17, 18, 19, 20, 21, 23, 24), F[4:]), "\x1b[H": "home", "\x1b[F": "end",
        "\x1bOH": "home", "\x1bOF": "end", "\x1b[Z": "shift+tab", "\x1b[1;5C": "ctrl+right",
        "\x1b[1;2A": "shift+up", "\x1bO5A": "ctrl+up", "\x1bO2P": "shift+f1", "\x1b[15;5~": "ctrl+f5",
        "\x1b[3;5~": "ctrl+delete",
    },
    "rxvt": {
        **tilde((11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24), F), "\x1b[7~": "home", "\x1b[8~": "end",
        "\x1b[a": "shift+up", "\x1bOa": "ctrl+up", "\x1bOb": "ctrl+down", "\x1b[3$": "shift+delete",
        "\x1b[3^": "ctrl+delete", "\x1b[7^": "ctrl+home",
    },
    "tmux": {**PF, **tilde((15, 17, 18), F[4:7]), "\x1b[1~": "home", "\x1b[4~": "end"},
    "putty": {
        **tilde((11, 12, 13, 14, 15), F[:5]), "\x1b[1~": "home", "\x1b[H": "home", "\x1b[4~": "end",
        **{f"\x1bO{letter}": key for letter, key in zip("TUVWXYZ[", F[4:], strict=True)},
    },
    "sun": {
        **tilde(range(224, 236), F, "z"),
        **tilde((214, 216, 220, 222, 247), ("home", "pageup", "end", "pagedown", "insert"), "z"),
    },
    "gnome": {"\x1bO1;2P": "shift+f1", "\x1bO1;5S": "ctrl+f4"},
    "sco": {"\x1b[N": "f2", **{f"\x1b[{end}": key for end, key in zip("TUVWX", F[7:], strict=True)}},
}  # fmt: skip


def keys(messages: Iterable[Message]) -> list[str]:
    return [message.key for message in messages if isinstance(message, events.Key)]


@pytest.mark.parametrize("term", TERMINALS)
def test_each_key_of_a_terminal_is_that_key_whole_in_pieces_and_one_behind_the_other(term: str) -> None:
    sent = TERMINALS[term]
    for code, key in sent.items():
        expected = [key] if key else []
        assert keys(KeyboardParser().feed(code)) == expected, code
        parser = KeyboardParser()
        assert [*(found for one in code for found in keys(parser.feed(one)))] == expected, code
    both = "".join(sent) + "x"
    assert keys(KeyboardParser().feed(both)) == [*filter(None, sent.values()), "x"]


def test_a_keyboard_of_sco_sends_what_is_a_mouse_or_another_key_elsewhere() -> None:
    sent = {f"\x1b[{letter}": key for letter, key in zip("MNOPQRSTUVWX", F, strict=True)}
    sent |= {"\x1b[I": "pageup", "\x1b[G": "pagedown", "\x1b[L": "insert", "\x1b[H": "home", "\x1b[F": "end"}
    for term in ("putty-sco", "scoansi"):
        assert keys(KeyboardParser(caps=caps_of(term)).feed("".join(sent))) == list(sent.values())
    assert keys(KeyboardParser(caps=caps_of("putty")).feed("\x1b[P\x1b[I\x1b[M !!x")) == ["f1", "x"]


@pytest.mark.parametrize("code", ["\x1b[99~", "\x1b[?1;2c", "\x1b[5;7z", "\x1b]52;c;AA\x07",
                                  "\x1bP1$r0m\x1b\\", "\x1b[M !!", "\x00", "\x1b[27;99;99$x"])  # fmt: skip
def test_what_no_key_sends_does_nothing_and_types_nothing(code: str) -> None:
    assert keys(KeyboardParser().feed(f"{code}x")) == ["x"]


def test_one_byte_may_open_a_sequence_on_a_line_of_eight_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    for decoded in ("\x9bA", "\x8fP", "\x9b15~"):
        assert keys(KeyboardParser().feed(decoded)) == keys(
            KeyboardParser().feed(decoded.replace("\x9b", "\x1b[").replace("\x8f", "\x1bO"))
        )
    assert _forgiving_decoder("utf-8")().decode(b"\x9bA\xff\xc3\xa9") == "\x9bA\ufffdé"
    monkeypatch.setattr(keyboard, "written_in", lambda: "iso8859-1")
    assert _forgiving_decoder("utf-8")().decode(b"\xe9\x9bA") == "é\x9bA"


def test_the_terminals_answer_is_no_key() -> None:
    found = list(KeyboardParser().feed("\x1b[0n"))
    assert [type(one) for one in found] == [Answered]


# --- time -------------------------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that Textual's parser reads, in the first place."""
    now = [0.0]
    monkeypatch.setattr("textual._parser.get_time", lambda: now[0])
    return now


def typed(parser: KeyboardParser, clock: list[float], *pieces: tuple[float, str]) -> list[str]:
    """The keys of pieces that come some seconds after each other, and of the silence after them."""
    found: list[str] = []
    for pause, piece in (*pieces, (5.0, "")):
        until = clock[0] + pause
        while clock[0] < until:
            clock[0] += 0.01
            found += keys(parser.tick())
        found += keys(parser.feed(piece)) if piece else []
    return found


@pytest.mark.parametrize(
    ("baud", "apart"), [(9600, 0.09), (300, 0.15), (110, 0.26)], ids=["9600 baud", "300 baud", "110 baud"]
)
def test_a_key_that_comes_apart_on_a_slow_line_is_still_one_key(
    clock: list[float], baud: int, apart: float
) -> None:
    wait = LineEnd(baud).wait(0.1)
    pieces = [(apart, byte) for byte in "\x1b[15~"]
    assert typed(KeyboardParser(wait=wait), clock, *pieces) == ["f5"]
    assert wait < 0.3
    assert LineEnd(115_200).wait(0.1) < 0.101
    assert typed(KeyboardParser(wait=wait), clock, (0, "\x1b")) == ["escape"]


@pytest.mark.parametrize(
    ("pieces", "meant"),
    [
        (((0, "\x1b5"),), ["f5"]),
        (((0, "\x1b"), (DIGIT_WAIT - 0.1, "0")), ["f10"]),
        (((0, "\x1b"), (DIGIT_WAIT + 0.1, "5")), ["escape", "5"]),
        (((0, "\x1b"), (0.3, "b")), ["escape", "b"]),
        (((0, "\x1b"), (0.3, "\x1b"), (0.3, "9")), ["escape", "f9"]),
        (((0, "\x1b"), (0.3, "\x1b[A")), ["escape", "up"]),
        (((0, "\x1bo"),), ["escape", "o"]),
    ],
)
def test_escape_and_a_figure_are_a_function_key_where_there_is_none(
    clock: list[float], pieces: Sequence[tuple[float, str]], meant: list[str]
) -> None:
    assert typed(KeyboardParser(caps=caps_of("vt100")), clock, *pieces) == meant


def test_a_lone_escape_waits_for_a_figure_only_there(clock: list[float]) -> None:
    for caps, seconds in ((EVERY, 0.1), (caps_of("vt100"), DIGIT_WAIT)):
        parser, since = KeyboardParser(caps=caps), clock[0]
        found = keys(parser.feed("\x1b"))
        while not found:
            clock[0] += 0.01
            found = keys(parser.tick())
        assert found == ["escape"]
        assert clock[0] - since == pytest.approx(seconds, abs=0.02)


@pytest.mark.parametrize("typed_ahead", ["]]\r", "P\r", "[", "O", "]\x1b[A", "^", "X"])
def test_what_is_typed_after_escape_is_not_lost_when_it_looks_like_a_sequence(
    clock: list[float], typed_ahead: str
) -> None:
    after = typed(KeyboardParser(), clock, (0, typed_ahead))
    assert typed(KeyboardParser(), clock, (0, f"\x1b{typed_ahead}")) == ["escape", *after]


# --- the line ---------------------------------------------------------------------------------------


def test_ctrl_s_and_ctrl_q_are_the_lines_own_only_where_a_line_is_stopped_with_them() -> None:
    terminal, other = pty.openpty()
    modes = termios.tcgetattr(other)
    assert modes[0] & termios.IXON, "as the system makes them"
    assert line_end(other) == LineEnd(38400, flow=False)
    modes[4] = modes[5] = termios.B9600
    termios.tcsetattr(other, termios.TCSANOW, modes)
    assert line_end(other) == LineEnd(9600, flow=True)
    assert _line_modes(True, modes[0]) & termios.IXON
    assert not _line_modes(False, modes[0]) & termios.IXON
    modes[0] &= ~termios.IXON
    termios.tcsetattr(other, termios.TCSANOW, modes)
    assert line_end(other) == LineEnd(9600, flow=False)
    os.close(terminal)
    os.close(other)
