"""Lines of plain text of a fixed width: what all papers in text are set with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ..domain.text import cell_width, clip, parted, to_ascii
from ..errors import UsageError
from .blocks import Letterhead
from .paper import printable

FORM_FEED: Final = "\f"
MIN_WIDTH: Final = 60
_NOTE_LINES: Final = 3
_GAP: Final = 2
_LEAST: Final = 10
"""A text column narrower than this tells nothing: it goes to another line."""


def as_text(lines: Iterable[str]) -> str:
    """The lines ended by newlines, nothing blank at their ends; a form feed stands alone."""
    return "".join(line if line == FORM_FEED else f"{line.rstrip()}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class TextColumn:
    """One column; what stands in a ``firm`` one is never cut."""

    title: str
    firm: bool = False
    to_the_right: bool = False


class TextPage:
    """Sets lines of at most ``width`` columns; every text in them is clean and clipped by its display width.

    ``ascii_only`` is for outputs that are not UTF-8: accents are dropped and what has no Latin form
    becomes ``?``. A width below 60 is refused.
    """

    def __init__(self, width: int = 80, ascii_only: bool = False) -> None:
        if width < MIN_WIDTH:
            raise UsageError(f"A paper does not fit into {width} columns.", f"Use {MIN_WIDTH} or more.")
        self.width = width
        self._ascii = ascii_only

    def head(self, clinic: Letterhead, facts: Sequence[str]) -> Iterator[str]:
        """The letterhead: the clinic on the left, what this paper is on the right, a rule below."""
        names = [clinic.name, *clinic.below]
        for number in range(max(len(names), len(facts))):
            left = names[number] if number < len(names) else ""
            right = self.clean(facts[number], self.width // 2) if number < len(facts) else ""
            space = self.width - cell_width(right) - (2 if right else 0)
            yield self.pad(left, space) + ("  " + right if right else "")
        yield "=" * self.width

    def foot(self, *lines: str) -> Iterator[str]:
        """A rule and the lines below it."""
        yield "=" * self.width
        yield from map(self.fit, lines)

    def table(
        self,
        columns: Sequence[TextColumn],
        rows: Sequence[Sequence[str]],
        below: Sequence[str] = (),
        *,
        whole: int = 1,
    ) -> Iterator[str]:
        """Rows in columns as wide as their content needs; a row takes as many lines as its columns do.

        ``below`` has what is told under each row, indented; empty for nothing. What a column that is not firm
        has no room for goes on below, on ``whole`` lines at most.
        """
        titles = [column.title for column in columns]
        cells = [[self.plain(cell) for cell in row] for row in (titles, *rows)]
        needed = [max(map(cell_width, column)) for column in zip(*cells, strict=True)]
        lines = _in_lines(needed, columns, self.width)
        for number, row in enumerate(cells):
            for line in lines:
                yield from self._beside(row, columns, line, whole)
            if not number:
                yield "-" * self.width
            elif below and below[number - 1]:
                yield from (f"    {one}" for one in self.wrapped(below[number - 1], self.width - 4, whole))

    def _beside(
        self, row: Sequence[str], columns: Sequence[TextColumn], line: Sequence[tuple[int, int]], whole: int
    ) -> Iterator[str]:
        """The cells that stand on one line of a row, and below them what they had no room for."""
        parts = [
            list(self.wrapped(row[at], width, whole)) or [""]
            if whole > 1 and not columns[at].firm
            else [row[at]]
            for at, width in line
        ]
        for number in range(max(map(len, parts))):
            yield "  ".join(
                self.pad(found[number] if number < len(found) else "", width, right=columns[at].to_the_right)
                for (at, width), found in zip(line, parts, strict=True)
            )

    def wrapped(self, text: str, width: int, most: int = _NOTE_LINES) -> Iterator[str]:
        """At most three lines, or ``most``, broken between words, or in one that is longer than a line; the
        last line is clipped."""
        words = self.plain(text, width * (most + 1)).split(" ")
        for number in range(1, most + 1):
            line = ""
            while words and number < most and cell_width(f"{line} {words[0]}".strip()) <= width:
                line = f"{line} {words.pop(0)}".strip()
            if number == most:
                line, words = " ".join(words), []
            elif words and not line:
                line, words[0] = parted(words[0], width)
            if line:
                yield self._shorten(line, width)

    def fit(self, text: str) -> str:
        """One line, clipped to the page."""
        return self.clean(text, self.width)

    def clean(self, text: str, width: int) -> str:
        """One line, clipped to ``width`` columns."""
        return self._shorten(self.plain(text), width)

    def pad(self, text: str, width: int, *, right: bool = False) -> str:
        """Exactly ``width`` columns, set left or right."""
        line = self.clean(text, width)
        blank = " " * (width - cell_width(line))
        return blank + line if right else line + blank

    def plain(self, text: str, limit: int = 300) -> str:
        """One line that is safe to print."""
        line = printable(text, limit)
        return to_ascii(line) if self._ascii else line

    def _shorten(self, text: str, width: int) -> str:
        if cell_width(text) <= width:
            return text
        return f"{text[: max(0, width - 1)]}~"[:width] if self._ascii else clip(text, width)


def _in_lines(needed: Sequence[int], columns: Sequence[TextColumn], room: int) -> list[list[tuple[int, int]]]:
    """Which columns stand on which line of a row, as (column, width); one line where they fit."""
    least = [
        width if column.firm else min(width, _LEAST) for width, column in zip(needed, columns, strict=True)
    ]
    lines: list[list[int]] = [[]]
    for at, width in enumerate(least):
        if lines[-1] and sum(least[other] + _GAP for other in lines[-1]) + width > room:
            lines.append([])
        lines[-1].append(at)
    return [_shared(line, needed, columns, room) for line in lines]


def _shared(
    line: Sequence[int], needed: Sequence[int], columns: Sequence[TextColumn], room: int
) -> list[tuple[int, int]]:
    """The columns of a line with their widths."""
    firm = [columns[at].firm for at in line]
    widths = shared_widths([needed[at] for at in line], firm, room - _GAP * (len(line) - 1))
    return [(at, min(int(width), room)) for at, width in zip(line, widths, strict=True)]


def shared_widths(needed: Sequence[float], firm: Sequence[bool], room: float) -> list[float]:
    """Columns as wide as they need; where that is too much, those that are not firm share the rest alike.

    Nobody gets more than it needs: what a narrow one leaves goes to the others.
    """
    left = room - sum(width for width, fixed in zip(needed, firm, strict=True) if fixed)
    soft = sorted(
        (width, at) for at, (width, fixed) in enumerate(zip(needed, firm, strict=True)) if not fixed
    )
    widths = list(needed)
    for number, (width, at) in enumerate(soft):
        widths[at] = min(width, max(0.0, left / (len(soft) - number)))
        left -= widths[at]
    return widths
