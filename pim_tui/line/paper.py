"""Sentences set into lines for a paper or a terminal: folded at words, harmless, and a page at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..domain.text import cell_width, to_ascii, visible

WIDEST = 79
"""Columns of a line: one less than the narrowest terminal that is usual, so that none wraps it."""
NARROWEST = 20
_HUNG = "  "
"""Before what goes on on another line, so that the numbers of a list stand out."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What lines are set for: ``width`` columns, ``height`` lines at once (0: all), only ASCII or not."""

    width: int = WIDEST
    height: int = 0
    ascii_only: bool = False

    def lines(self, sentences: Iterable[str]) -> list[str]:
        """Every sentence on lines of its own, none wider than the paper.

        Whatever a name holds, no terminal takes it for a command: what is no printed character becomes one.
        """
        return [line for sentence in sentences for line in self._folded(self._plain(sentence))]

    def first_page(self, lines: list[str], besides: int = 0) -> int:
        """How many of the lines are said before somebody asks for more: ``besides`` are said in any case, and
        where some are left there is one that tells of them. No sentence is parted that fits on a page."""
        room = max(1, self.height - 1 - besides)
        if not self.height or len(lines) <= room:
            return len(lines)
        most = max(1, room - 1)
        return next((at for at in range(most, 0, -1) if not lines[at].startswith(_HUNG)), most)

    def _plain(self, text: str) -> str:
        plain = " ".join(visible(text).split())
        return to_ascii(plain) if self.ascii_only else plain

    def _folded(self, text: str) -> Iterator[str]:
        width, line = max(NARROWEST, min(self.width, WIDEST)), ""
        for word in text.split(" "):
            for piece in _cut(word, width - len(_HUNG)):
                longer = f"{line} {piece}" if line.strip() else line + piece
                if cell_width(longer) > width:
                    yield line
                    longer = _HUNG + piece
                line = longer
        yield line


def _cut(word: str, width: int) -> Iterator[str]:
    """A word in pieces that fit; marks stay with their letter, for they take no column."""
    if cell_width(word) <= width:
        yield word
        return
    piece, taken = "", 0
    for char in word:
        taken += (columns := cell_width(char))
        if taken > width:
            yield piece
            piece, taken = "", columns
        piece += char
    yield piece
