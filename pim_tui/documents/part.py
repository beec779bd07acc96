"""A titled table, as several stand one below the other on a paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .grid import Grid, GridColumn, text_columns
from .paper import Paper
from .textpage import TextPage
from .tillblocks import Break, heading, paragraph


@dataclass(frozen=True, slots=True)
class Part:
    """A title and its rows as texts; the last ``sums`` of them are in bold."""

    title: str
    columns: tuple[GridColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    sums: int = 0

    def draw(self, paper: Paper, on_break: Break) -> None:
        """The part on paper; one without rows says so."""
        heading(paper, self.title, on_break, below=18)
        if not self.rows:
            paragraph(paper, "None.", paper.style(9.5), on_break)
            return
        strong = range(len(self.rows) - self.sums, len(self.rows))
        Grid(paper, self.columns, self.rows, on_break, strong=strong).draw()

    def lines(self, page: TextPage) -> Iterator[str]:
        """The part as text."""
        yield from ("", self.title)
        if not self.rows:
            yield "None."
            return
        yield from page.table(text_columns(self.columns), self.rows)
