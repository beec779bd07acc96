"""What is known of a terminal by its name, and that exactly the modes it has are taken and given back."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from pim_tui.config import Settings
from pim_tui.tui.terminal import profile as profiles
from pim_tui.tui.terminal.profile import TRUE_COLOUR, Profile

UNICODE = Settings(symbols="unicode", mouse="on")
MODES = re.compile(r"\x1b\[\?([0-9]+)([hl])")


def known(term: str, **env: str) -> Profile:
    return profiles.of(UNICODE, {"TERM": term, **env})


@pytest.mark.parametrize("term", ["xterm-256color", "linux", "vt100", "screen", "putty", "ansi", "foot", ""])
def test_whatever_is_switched_on_is_switched_off_again(term: str) -> None:
    profile = known(term)
    on, off = dict(MODES.findall(profile.enter)), dict(MODES.findall(profile.leave))
    assert on.keys() == off.keys()
    assert all(on[mode] != off[mode] for mode in on)
    assert ("\x1b[>" in profile.enter) == ("\x1b[<u" in profile.leave)


def test_it_is_taken_once_more_without_counting_what_a_terminal_counts() -> None:
    kitty = known("xterm-kitty")
    assert MODES.findall(kitty.again) == MODES.findall(kitty.enter)
    assert (kitty.enter.count("\x1b[>"), kitty.leave.count("\x1b[<")) == (1, 1)
    assert "\x1b[>" not in kitty.again


def test_no_link_stays_open_behind_the_program() -> None:
    assert "\x1b]8;;\x1b\\" in replace(known("xterm-kitty"), links=True).leave
    assert "\x1b]" not in known("vt100").leave


def test_old_terminals_are_sent_no_mode_that_they_do_not_have() -> None:
    for term in ("vt100", "unknown", "network"):
        assert profiles.of(Settings(), {"TERM": term}).enter == "\x1b[?7l"
    assert "?1049" in known("xterm").enter
    assert "?2004" not in known("linux").enter + known("vt220").enter
    assert not [mode for term in ("screen", "putty", "linux") if ">" in (mode := known(term).enter)]


def test_where_there_is_no_other_screen_no_record_stays_on_the_one_there_is() -> None:
    assert "\x1b[H\x1b[J" in known("linux").leave
    assert "\x1b[J" not in known("xterm").leave


@pytest.mark.parametrize(
    ("term", "env", "colours"),
    [
        ("xterm-256color", {}, 256), ("xterm", {}, 16), ("xterm", {"NO_COLOR": "1"}, 0), ("vt220", {}, 0),
        ("xterm-256color", {"COLORTERM": "truecolor"}, TRUE_COLOUR), ("linux", {"COLORTERM": "24bit"}, 8),
        ("screen", {}, 16), ("xterm", {"NO_COLOR": ""}, 16), ("", {}, 0),
    ],
)  # fmt: skip
def test_colours_are_those_of_the_terminal_unless_nobody_wants_any(
    term: str, env: dict[str, str], colours: int
) -> None:
    assert known(term, **env).colours == colours


def test_the_settings_have_the_last_word() -> None:
    env = {"TERM": "xterm-256color", "NO_COLOR": "1"}
    assert profiles.of(Settings(colour="ansi"), env).colours == 16
    assert profiles.of(Settings(colour="none"), {"TERM": "xterm"}).mono
    assert profiles.of(Settings(terminal="vt100"), env).name == "vt100"
    assert not profiles.of(Settings(terminal="vt100"), env).alt_screen
    assert profiles.of(Settings(symbols="ascii"), env).ascii_only


def test_only_what_is_known_to_repeat_characters_is_asked_to() -> None:
    """Mosh, which calls itself xterm, does not."""
    assert [term for term in ("xterm-kitty", "foot", "xterm-256color", "tmux") if known(term).repeat] == [
        "xterm-kitty",
        "foot",
    ]


def test_where_east_asian_fonts_are_lines_may_be_two_cells_wide() -> None:
    assert known("xterm", LANG="ja_JP.UTF-8").wide_ambiguous
    assert not known("xterm", LANG="ja_JP.UTF-8", LC_ALL="C.UTF-8").wide_ambiguous
