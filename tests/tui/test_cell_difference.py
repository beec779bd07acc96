"""Whatever pictures follow each other, each terminal shows the last one: every character, every pen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style

from pim_tui.config import Settings
from pim_tui.tui.terminal import profile as profiles
from pim_tui.tui.terminal.cells import Cells, Frame, Row
from pim_tui.tui.terminal.difference import Shown, between
from pim_tui.tui.terminal.profile import Profile
from tests.tui.lineterm import NONE, LineTerm, wanted

WIDTH, HEIGHT = 16, 7
UNICODE = Settings(symbols="unicode")
PROFILES = {
    name: profiles.of(UNICODE, {"TERM": name, **env})
    for name, env in {
        "xterm-256color": {}, "xterm-direct": {"COLORTERM": "truecolor"}, "linux": {}, "vt100": {},
        "vt220": {}, "screen": {}, "xterm-kitty": {}, "putty": {}, "xterm": {"NO_COLOR": "1"}, "ansi": {},
    }.items()
}  # fmt: skip
PROFILES["ascii"] = replace(PROFILES["xterm-256color"], charset="ascii")
STYLES = [
    Style.parse(style)
    for style in (
        "none", "bold", "white on blue", "bold bright_white on blue", "bright_black", "reverse", "underline",
        "bold reverse", "#102030 on #405060", "italic strike", "color(200)", "on bright_red",
    )
]  # fmt: skip
TEXTS = [
    "",
    " ",
    "  ",
    "a",
    "ab",
    "─" * 6,
    " " * 9,
    "é",
    "伟李",
    "q\u0302",
    "☎",
    "😀",
    "x" * 12,
    "│",
    "ends.",
]

pieces = st.lists(st.tuples(st.sampled_from(TEXTS), st.sampled_from(STYLES)), max_size=6)
steps = st.one_of(
    st.tuples(st.just("row"), st.integers(0, HEIGHT - 1), pieces),
    st.tuples(st.just("scroll"), st.integers(-3, 3), pieces),
    st.tuples(st.just("part"), st.integers(0, HEIGHT - 1), pieces),
)
pictures = st.lists(st.lists(steps, min_size=1, max_size=HEIGHT + 2), min_size=2, max_size=4)
Steps = list[tuple[str, int, list[tuple[str, Style]]]]


class Screen:
    """A driver's two pictures and the terminal they are for; ``widths`` are those of `LineTerm`."""

    def __init__(self, profile: Profile, widths: Mapping[str, int] = NONE) -> None:
        self.profile, self.cells = profile, Cells(profile)
        self.frame = Frame(WIDTH, HEIGHT, self.cells.blank)
        self.shown = Shown()
        self.term = LineTerm(profile, WIDTH, HEIGHT, widths)
        self.term.take("\x1b[?7l")

    def change(self, what: str, where: int, parts: list[tuple[str, Style]]) -> None:
        """Draw into the picture that is wanted."""
        row = self.cells.of(Segment(text, style) for text, style in parts)
        if what == "scroll":
            rows = self.frame.rows
            self.frame.rows = [rows[(y + where) % HEIGHT].copy() for y in range(HEIGHT)]
            self.frame.place(0, 0, row)
        elif what == "row":
            self.frame.place(0, where, row + [self.cells.blank] * (WIDTH - len(row)))
        else:
            self.frame.place(where, where, row)

    def send(self) -> str:
        """Bring the terminal to the picture; answers what that took."""
        data = between(self.shown, self.frame, self.profile, self.cells, (WIDTH - 1, 2))
        self.term.take(data)
        return data

    def faults(self) -> list[object]:
        """Cells that do not look as they should."""
        shown = self.term.looks()
        return [
            (x, y, shown[y][x], wanted(cell))
            for y, row in enumerate(self.frame.rows)
            for x, cell in enumerate(row)
            if shown[y][x] != wanted(cell) and (self.profile.last_cell or not self.is_corner(x, y))
        ]

    def is_corner(self, x: int, y: int) -> bool:
        """Whether it is the last cell, or the other half of what would come into it."""
        wide = not self.frame.rows[-1][-1][0]
        return y == HEIGHT - 1 and x >= WIDTH - 1 - wide


@given(name=st.sampled_from(sorted(PROFILES)), pictures=pictures)
@settings(max_examples=30)
def test_the_terminal_shows_what_is_wanted(name: str, pictures: list[Steps]) -> None:
    screen = Screen(PROFILES[name])
    for picture in pictures:
        for step in picture:
            screen.change(*step)
        screen.send()
        assert screen.faults() == []
        assert (screen.term.cursor.x, screen.term.cursor.y) == (WIDTH - 1, 2)
        assert screen.send() == "", "nothing is left to send"


@given(pictures=pictures, widths=st.sampled_from([{"☎": 2}, {"😀": 1}, {"☎": 2, "😀": 1}]))
@settings(max_examples=10)
def test_a_terminal_that_counts_cells_otherwise_puts_the_rest_where_it_belongs(
    pictures: list[Steps], widths: Mapping[str, int]
) -> None:
    """What terminals disagree about is damaged at most itself, and what it covers."""
    screen = Screen(PROFILES["xterm-kitty"], widths)
    for picture in pictures:
        for step in picture:
            screen.change(*step)
        screen.send()
        disputed = {
            (x, y)
            for y, row in enumerate(screen.frame.rows)
            for start, (text, _) in enumerate(row)
            if text in widths
            for x in range(start, behind(row, start))
        }
        assert [fault for fault in screen.faults() if fault[:2] not in disputed] == []


def behind(row: Row, x: int) -> int:
    """Where something stands again after the words that begin at ``x``: words are parted by one blank."""
    blanks = [text == " " for text, _ in row]
    return next((at for at in range(x + 3, WIDTH) if blanks[at - 2 : at + 1] == [True, True, False]), WIDTH)


def after(screen: Screen, *texts: str) -> str:
    """What the last of some pictures takes, each of them one text in the second row."""
    data = ""
    for text in texts:
        screen.change("row", 1, [(text, STYLES[0])])
        data = screen.send()
    return data


def test_somebody_else_has_written_and_the_next_picture_is_whole() -> None:
    screen = Screen(PROFILES["vt100"])
    after(screen, "one", "two")
    screen.term.take("\x1b[3;2H\x1b[7mbroadcast message\x1b[5;6r")
    screen.shown.forget()
    screen.send()
    assert screen.faults() == []


def test_one_letter_takes_little_more_than_itself() -> None:
    assert len(after(Screen(PROFILES["xterm-256color"]), "name: jan", "name: jane")) <= 16


def test_a_row_fed_at_the_end_is_not_sent_with_all_others() -> None:
    screen = Screen(PROFILES["vt220"])
    for y in range(HEIGHT):
        screen.change("row", y, [(f"a row, {y}", STYLES[0])])
    screen.send()
    screen.change("scroll", 1, [])
    screen.change("row", HEIGHT - 1, [("another one", STYLES[0])])
    data = screen.send()
    assert screen.faults() == []
    assert len(data) < 40
    assert "a row" not in data


def test_the_row_that_had_the_cursor_moves_with_the_others() -> None:
    screen = Screen(PROFILES["vt220"])
    for at in (0, 1):
        for y in range(HEIGHT - 1):
            cursor, name = STYLES[5 if y == HEIGHT - 2 else 0], "ABCDEFG"[y + at]
            screen.change("row", y, [(f"{name}:", cursor), (f" {name}.{name}.{name}.{name}", STYLES[0])])
        data = screen.send()
        assert screen.faults() == []
    assert "G.G" in data
    assert "F.F" not in data


def test_a_screen_that_has_little_of_the_one_before_is_begun_anew() -> None:
    screen = Screen(PROFILES["vt100"])
    for y in range(HEIGHT):
        screen.change("row", y, [(f"{y} " * 8, STYLES[0])])
    screen.send()
    for y in range(HEIGHT):
        screen.change("row", y, [("    ", STYLES[0]), ("ab", STYLES[0])])
    data = screen.send()
    assert screen.faults() == []
    assert data.count("\x1b[J") == 1
    assert "\x1b[K" not in data


def test_what_becomes_blank_is_erased_with_whatever_pen_is_at_hand() -> None:
    screen = Screen(PROFILES["vt220"])
    screen.change("row", 1, [("abcdefghijkl", STYLES[1])])
    screen.send()
    screen.change("row", 1, [("ab", STYLES[1])])
    data = screen.send()
    assert screen.faults() == []
    assert "\x1b[K" in data
    assert "\x1b[m" not in data


def test_what_lies_between_two_changes_is_written_where_that_is_shorter_than_a_way_around() -> None:
    screen = Screen(PROFILES["vt220"])
    for letter in "xy":
        screen.change("row", 1, [(letter, STYLES[1]), ("-", STYLES[1]), (letter, STYLES[1])])
        data = screen.send()
    assert "y-y" in data
    for letter in "vw":
        screen.change("row", 1, [(letter, STYLES[1]), ("-", STYLES[5]), (letter, STYLES[1])])
        data = screen.send()
    assert screen.faults() == []
    assert "w\x1b[Cw" in data


def test_a_wide_character_is_never_left_by_half() -> None:
    screen = Screen(PROFILES["xterm-256color"])
    for texts in (("a伟李b", "ab伟李"), ("伟李", " 伟李", "x伟"), ("ab伟李", "abc")):
        after(screen, *texts)
        assert screen.faults() == []
    screen.change("row", 1, [("伟李伟", STYLES[0])])
    screen.frame.place(3, 1, [screen.cells.cell("x", screen.cells.pens.plain)])
    assert [text for text, _ in screen.frame.rows[1][:6]] == ["伟", "", " ", "x", "伟", ""]
    screen.send()
    assert screen.faults() == []


def test_where_the_last_cell_moves_the_screen_nothing_comes_into_it_not_even_by_half() -> None:
    screen = Screen(PROFILES["ansi"])
    for text in ("x" * WIDTH, "x" * (WIDTH - 2) + "伟", "伟" * (WIDTH // 2)):
        screen.change("row", HEIGHT - 1, [(text, STYLES[0])])
        screen.send()
        last = "".join(look[0] for look in screen.term.looks()[-1])
        assert last.rstrip() == text[: -1 if text.endswith("伟") else WIDTH - 1]


def test_a_name_that_a_terminal_draws_longer_is_shown_whole() -> None:
    """The vowels take no cell here and one each there; what stands behind the name stays in its place."""
    for row, shown in (
        ("नीना    │x", "नीना  │x"),
        ("12345678 नीना", "12345678 नीना"),
        ("a नीना, b", "a नीना, b"),
    ):
        screen = Screen(PROFILES["xterm-256color"], {"ी": 1, "ा": 1})
        after(screen, "12345678 another", row)
        cells = [screen.term.buffer[1][x].data for x in range(WIDTH)]
        assert "".join(cells).rstrip() == shown


def test_where_there_is_only_ascii_no_other_byte_leaves_whatever_was_drawn() -> None:
    screen = Screen(PROFILES["ascii"])
    screen.change("row", 1, [("│伟 é●…नी€", STYLES[0])])
    data = screen.send()
    assert data.isascii()
    assert "|?? e*~nE" in data


def test_without_colours_no_colour_leaves_and_what_had_a_background_is_reversed() -> None:
    screen = Screen(PROFILES["vt100"])
    screen.change("row", 1, [("a", STYLES[2]), ("b", STYLES[4]), ("c", STYLES[10])])
    data = screen.send()
    assert not re.search(r"\x1b\[[0-9;]*[34][0-9]", data)
    assert [flags.reverse for flags in (screen.term.buffer[1][x] for x in range(3))] == [True, False, False]


def test_pictures_of_more_colours_than_are_remembered_are_right_all_the_same() -> None:
    screen = Screen(PROFILES["xterm-direct"])
    for shade in range(0, 2400, 6):
        colours = [Style.parse(f"#{shade + x:06x} on #{shade * 7 + x:06x}") for x in range(6)]
        screen.change("row", shade // 6 % HEIGHT, [("▄", colour) for colour in colours])
        screen.send()
    assert screen.faults() == []
    assert len(screen.cells.pens._kept) < 3000
