"""Whatever pictures follow each other, each terminal shows the last one: every character, every pen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style

from pim_tui.config import Settings
from pim_tui.tui.terminal import profile as profiles
from pim_tui.tui.terminal.cells import Cells, Frame, Row
from pim_tui.tui.terminal.difference import Shown, between
from pim_tui.tui.terminal.profile import Profile
from tests.tui.lineterm import LineTerm, wanted

WIDTH, HEIGHT = 16, 7
UNICODE = Settings(symbols="unicode")
PROFILES = {
    name: profiles.of(UNICODE, {"TERM": name, **env})
    for name, env in {
        "xterm-256color": {}, "xterm-direct": {"COLORTERM": "truecolor"}, "linux": {}, "vt100": {},
        "vt220": {}, "screen": {}, "tmux-256color": {}, "putty": {}, "xterm": {"NO_COLOR": "1"}, "ansi": {},
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


class Screen:
    """A driver's two pictures and the terminal between them."""

    def __init__(self, profile: Profile, **widths: int) -> None:
        self.profile, self.cells = profile, Cells(profile)
        self.frame = Frame(WIDTH, HEIGHT, self.cells.blank)
        self.shown = Shown()
        self.term = LineTerm(profile, WIDTH, HEIGHT, widths)
        self.term.take(profile.enter.partition("\x1b[?7l")[1])

    def change(self, what: str, where: int, parts: list[tuple[str, Style]]) -> None:
        """Draw into the picture that is wanted."""
        row = self.row(parts)
        if what == "scroll":
            rows = self.frame.rows
            self.frame.rows = [rows[(y + where) % HEIGHT].copy() for y in range(HEIGHT)]
            self.frame.place(0, 0, row)
        elif what == "row":
            self.frame.place(0, where, row + [self.cells.blank] * (WIDTH - len(row)))
        else:
            self.frame.place(where, where, row)

    def row(self, parts: list[tuple[str, Style]]) -> Row:
        return self.cells.of(Segment(text, style) for text, style in parts)

    def send(self, cursor: tuple[int, int] | None = None) -> str:
        """Bring the terminal to the picture; answers what that took."""
        data = between(self.shown, self.frame, self.profile, self.cells, cursor)
        self.term.take(data)
        return data

    def faults(self) -> list[object]:
        """Cells that do not look as they should."""
        shown = self.term.looks()
        last = [] if self.profile.last_cell else [(WIDTH - 1, HEIGHT - 1)]
        return [
            (x, y, shown[y][x], wanted(cell))
            for y, row in enumerate(self.frame.rows)
            for x, cell in enumerate(row)
            if shown[y][x] != wanted(cell) and (x, y) not in last
        ]


@pytest.mark.parametrize("name", PROFILES)
@given(pictures=pictures)
@settings(max_examples=int(__import__("os").environ.get("EX", "12")))
def test_the_terminal_shows_what_is_wanted(name: str, pictures: list[list[tuple[str, int, list]]]) -> None:
    screen = Screen(PROFILES[name])
    for picture in pictures:
        for step in picture:
            screen.change(*step)
        screen.send((WIDTH - 1, 2))
        assert screen.faults() == []
        assert (screen.term.cursor.x, screen.term.cursor.y) == (WIDTH - 1, 2)
        assert screen.send((WIDTH - 1, 2)) == ""
