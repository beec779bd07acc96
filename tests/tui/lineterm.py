"""A terminal that does what a `Profile` says it can, and no more; what else comes is a fault of the driver.

It is pyte's screen, which knows nothing of the driver: with what pyte lacks (repeated characters), without
what this terminal lacks (erasing in colour, taking one attribute back), and, where wanted, counting the cells
of some characters otherwise than the program does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pyte
from pyte import screens

from pim_tui.tui.terminal.pens import BOLD, ITALIC, REVERSE, STRIKE, UNDERLINE, Pen
from pim_tui.tui.terminal.profile import Profile
from tests.tui.ptyterm import Repeating, RepeatStream

NAMES = ("black", "red", "green", "brown", "blue", "magenta", "cyan", "white")
NONE: Mapping[str, int] = {}
Look = tuple[str, str, str, bool, bool, bool, bool, bool]
"""Text, letters' colour, background, bold, italic, underlined, struck, reversed."""


class LineTerm(Repeating):
    """``widths`` has the cells that characters take here, where they take others than pyte thinks."""

    def __init__(self, profile: Profile, columns: int, rows: int, widths: Mapping[str, int] = NONE) -> None:
        self._profile = profile
        self._widths = widths
        super().__init__(columns, rows)
        self._stream = RepeatStream(self)

    def take(self, text: str) -> None:
        """What the driver sends."""
        encoded = text.encode("ascii" if self._profile.ascii_only else "utf-8")
        self._stream.feed(encoded)

    def looks(self) -> list[list[Look]]:
        """Every cell as it is seen."""
        return [[look(self.buffer[y][x]) for x in range(self.columns)] for y in range(self.lines)]

    def draw(self, data: str) -> None:
        """As pyte does, but half of a wide character that was covered does not stay, and no mark is lost."""
        row = self.buffer[self.cursor.y]
        if data.isascii() and all(char.data for char in row.values()):
            super().draw(data)
            return
        for character in data:
            if self._widths.get(character, screens.wcwidth(character)):
                self._draw_one(row, character)
            else:
                base = self.cursor.x - (1 if row[self.cursor.x - 1].data else 2)
                row[base] = row[base]._replace(data=row[base].data + character)

    def _draw_one(self, row: dict[int, screens.Char], character: str) -> None:
        x, real = self.cursor.x, screens.wcwidth
        if 0 < x < self.columns and not row[x].data:
            row[x - 1] = row[x - 1]._replace(data=" ")
        screens.wcwidth = lambda character: self._widths.get(character, real(character))
        try:
            super().draw(character)
        finally:
            screens.wcwidth = real
        x = self.cursor.x
        if x < self.columns and not row[x].data:
            row[x] = row[x]._replace(data=" ")

    def repeat(self, count: int | None = None) -> None:
        assert self._profile.repeat
        super().repeat(count)

    def erase_characters(self, count: int | None = None) -> None:
        assert self._profile.erase_chars
        self._erase(super().erase_characters, count)

    def erase_in_line(self, how: int = 0, private: bool = False) -> None:
        self._erase(super().erase_in_line, how, private)

    def erase_in_display(self, how: int = 0, *args: Any, **options: Any) -> None:
        self._erase(super().erase_in_display, how, *args, **options)

    def set_margins(self, top: int | None = None, bottom: int | None = None) -> None:
        assert self._profile.scroll_region
        super().set_margins(top, bottom)
        self.cursor_position()

    def select_graphic_rendition(self, *attrs: int) -> None:
        if not self._profile.attributes_off:
            attrs = tuple(attr for attr in attrs if not 21 <= attr <= 29)
        assert self._profile.colours or not any(attr >= 30 for attr in attrs)
        super().select_graphic_rendition(*attrs)

    def _erase(self, erase: Callable[..., object], *args: Any, **options: Any) -> None:
        attrs, here = self.cursor.attrs, self._profile.back_colour_erase
        self.cursor.attrs = self.default_char._replace(bg=attrs.bg if here else "default")
        erase(*args, **options)
        self.cursor.attrs = attrs


def look(char: screens.Char) -> Look:
    """A cell as it is seen: of a blank the letters' colour and weight are not."""
    lines = (char.underscore, char.strikethrough, char.reverse)
    if char.data == " " and not any(lines):
        return (" ", "default", char.bg, False, False, False, False, False)
    return (char.data, char.fg, char.bg, char.bold, char.italics, *lines)


def wanted(cell: tuple[str, Pen]) -> Look:
    """How a cell of the driver is to look."""
    text, pen = cell
    flags = pen.flags
    return look(
        screens.Char(
            text, _name(pen.fore), _name(pen.back), bool(flags & BOLD), bool(flags & ITALIC),
            bool(flags & UNDERLINE), bool(flags & STRIKE), bool(flags & REVERSE),
        )
    )  # fmt: skip


def _name(colour: int) -> str:
    if colour < 0:
        return "default"
    if colour < 16:
        return NAMES[colour] if colour < 8 else f"bright{NAMES[colour - 8]}"
    return pyte.graphics.FG_BG_256[colour] if colour < 256 else f"{colour - (1 << 24):06x}"
