"""Cells: one character and its pen for each place of the screen.

A cell is a pair ``(text, pen)``. ``text`` is one character with its marks; a character two cells wide is
followed by a cell of the same pen with no text. The cells of a terminal are made once and shared, so that
rows are mostly compared by identity. Blanks are kept with the pen that a blank shows, `Pen.on_blanks`.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect
from collections.abc import Iterable
from typing import Final

from rich.cells import split_graphemes
from rich.segment import Segment
from rich.style import Style

from ..textsafe import one_line
from .letters import in_ascii
from .pens import Pen, Pens
from .profile import Profile

Cell = tuple[str, Pen]
Row = list[Cell]

_LIMIT: Final = 1024
"""Texts and pens that are remembered: a photo alone has hundreds of pens."""

_WIDE: Final = (
    0x1100, 0x1160, 0x2E80, 0x303F, 0x3041, 0x3248, 0x3250, 0x4DC0, 0x4E00, 0xA4D0, 0xA960, 0xA980,
    0xAC00, 0xD7A4, 0xF900, 0xFB00, 0xFE30, 0xFE70, 0xFF01, 0xFF61, 0xFFE0, 0xFFE7, 0x20000, 0x3FFFE,
)  # fmt: skip
"""Where the characters are that every terminal draws two cells wide: begins and ends in turn."""

_UNSURE: Final = (0x2600, 0x2700, 0x2B1B, 0x2B5A, 0xE000, 0xF900, 0x1F000, 0x20000, 0xF0000, 0x110000)
"""Signs and private characters that some fonts draw as pictures of two cells."""

_NO_PICTURES: Final = frozenset("✓✗")
"""Signs of visits that stand among these and are in no list of pictures: every font draws them as letters."""

_NO_LETTER: Final = frozenset(("Mn", "Mc", "Me", "Cf", "Cn", "Co"))


class Cells:
    """Makes cells of what Textual painted, as the terminal of ``profile`` can show them."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self.pens = Pens(profile)
        self._of_pens: dict[Pen, dict[str, Cell]] = {}
        self._known: dict[tuple[str, Style | None], tuple[Cell, ...]] = {}
        self._doubtful: set[str] = set()
        self.blank = self.cell(" ", self.pens.plain)
        """The cell of a screen that was cleared."""

    def of(self, segments: Iterable[Segment]) -> Row:
        """The cells of a strip."""
        row: Row = []
        known = self._known
        for text, style, control in segments:
            if not control and text:
                row += known.get((text, style)) or self._made(text, style)
        return row

    def cell(self, text: str, pen: Pen) -> Cell:
        """The one cell of this text and pen."""
        if text == " ":
            pen = pen.on_blanks
        mine = self._of_pens.get(pen)
        if mine is None:
            if len(self._of_pens) >= _LIMIT:
                self._of_pens = {self.pens.plain: self._of_pens[self.pens.plain]}
            mine = self._of_pens[pen] = {}
        return mine.get(text) or mine.setdefault(text, (text, pen))

    @property
    def doubts(self) -> bool:
        """Whether any character so far is doubtful."""
        return bool(self._doubtful)

    def is_doubtful(self, text: str) -> bool:
        """Whether terminals may disagree how many cells the character takes."""
        return text in self._doubtful

    def _made(self, text: str, style: Style | None) -> tuple[Cell, ...]:
        pen = self.pens.of(style)
        shown = one_line(text)
        cell = self.cell
        if shown.isascii():
            made = tuple([cell(character, pen) for character in shown])
        else:
            made = tuple([cell(character, pen) for character in self._characters(shown)])
        if len(self._known) >= _LIMIT:
            self._known.clear()
        self._known[text, style] = made
        return made

    def _characters(self, text: str) -> Iterable[str]:
        """One text for each cell. What stands alone and takes no cell is left out, as no cell has it."""
        for start, end, width in split_graphemes(text)[0]:
            character = text[start:end]
            if width and self._profile.ascii_only:
                yield from in_ascii(character, width)
            elif width:
                if not self._is_sure(character, width):
                    self._doubtful.add(character)
                yield character
                yield from ("",) * (width - 1)

    def _is_sure(self, character: str, width: int) -> bool:
        """Whether all terminals draw the character ``width`` cells wide."""
        code = ord(character[0])
        if len(character) > 1 or (bisect(_UNSURE, code) % 2 and character not in _NO_PICTURES):
            return False
        if width == 2:
            return bisect(_WIDE, code) % 2 == 1
        if self._profile.wide_ambiguous and unicodedata.east_asian_width(character) == "A":
            return is_line(character)
        return unicodedata.category(character) not in _NO_LETTER


def is_line(text: str) -> bool:
    """Whether a cell holds a piece of a line or a block: a frame, not something that is read."""
    return "\u2500" <= text <= "\u259f"


class Frame:
    """A picture: ``rows[y][x]`` is the cell of that place."""

    def __init__(self, width: int, height: int, blank: Cell) -> None:
        self.width = width
        self.height = height
        self._blank = blank
        self.rows: list[Row] = [[blank] * width for _ in range(height)]

    def place(self, x: int, y: int, cells: Row) -> None:
        """Put ``cells`` from column ``x`` of row ``y`` on. What is outside is left out, and of a wide
        character that is covered by half, the other half becomes blank."""
        if not 0 <= y < self.height or not 0 <= x < self.width:
            return
        row, end = self.rows[y], x + len(cells)
        if row[x:end] == cells:
            return
        if not row[x][0]:
            row[x - 1] = self._blank
        if end < self.width and not row[end][0]:
            row[end] = self._blank
        row[x:end] = cells
        del row[self.width :]
        if end > self.width and not cells[self.width - x][0]:
            row[-1] = self._blank
