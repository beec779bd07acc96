"""What most documents are made of: the letterhead, a table of lines, a row of totals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pim_tui.documents.paper import Align, Paper, Style


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who issues the document."""

    name: str
    address: tuple[str, ...] = ()
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """A label and the number or amount beside it, ready to print."""

    label: str
    value: str


def letterhead(paper: Paper, who: Letterhead, facts: Sequence[str]) -> None:
    """The head of a document: the clinic on the left, what this paper is on the right.

    The first fact is the document's name, set as large as the clinic's.
    """
    big, plain, small = paper.style(15, bold=True), paper.style(11.5), paper.style(9, grey=40)
    half = paper.usable * 0.58
    y = paper.y + big.line_height * 0.8
    paper.text(paper.left, y, who.name, big, width=half - 3)
    for title in facts[:1]:
        paper.text(paper.left + half, y, title, big, width=paper.usable - half, align="R")
    left = [*who.address[:4], *([who.phone] if who.phone else [])]
    for line in left:
        y += small.line_height
        paper.text(paper.left, y, line, small, width=half - 3)
    low, y = y, paper.y + big.line_height * 0.8
    for line in facts[1:4]:
        y += plain.line_height
        paper.text(paper.left + half, y, line, plain, width=paper.usable - half, align="R")
    paper.y = max(low, y) + 2.6
    paper.across(paper.y, weight=0.5)
    paper.y += 1.5


def running_head(paper: Paper, left: str, right: str) -> None:
    """The one-line head of a page that continues the one before."""
    style = paper.style(8.5, grey=40)
    y = paper.y + style.line_height * 0.8
    half = paper.usable / 2
    paper.text(paper.left, y, left, style, width=half - 2)
    paper.text(paper.left + half, y, right, style, width=half, align="R")
    paper.y = y + 1.8
    paper.across(paper.y, weight=0.3)
    paper.y += 1.2


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a line table, ``width`` in millimetres."""

    title: str
    width: float
    align: Align = "L"


@dataclass(frozen=True, slots=True)
class TickBox:
    """A cell that is ticked with a pen, or already is."""

    ticked: bool = False


Cell = tuple[tuple[str, Style], ...] | TickBox
"""The lines of a cell from top to bottom, each in its style; or a box to tick."""


class LineTable:
    """Rows of cells in columns of fixed width, a thin rule under each, the titles on every page.

    ``on_break`` is called for each page after the first: it begins the page and writes its head.
    """

    def __init__(self, paper: Paper, columns: Sequence[Column], on_break: Callable[[], None]) -> None:
        self._paper = paper
        self._columns = tuple(columns)
        self._on_break = on_break
        self._gap = 1.6

    def titles(self) -> None:
        """The column titles, ruled off."""
        paper, style = self._paper, self._paper.style(7.5, bold=True, grey=60)
        baseline = paper.y + style.line_height
        for x, column in self._placed():
            width = column.width - self._gap
            paper.text(x, baseline, column.title, style, width=width, align=column.align)
        paper.y = baseline + 1.3
        paper.across(paper.y, weight=0.3)

    def row(self, cells: Sequence[Cell]) -> None:
        """One row, never split over two pages."""
        height = self.height(cells)
        if height > self._paper.room:
            self._on_break()
            self.titles()
        for (x, column), cell in zip(self._placed(), cells, strict=True):
            self._cell(x, column, cell)
        self._paper.y += height
        self._paper.across(self._paper.y, weight=0.1, grey=140)

    def height(self, cells: Sequence[Cell]) -> float:
        """The millimetres the row will take."""
        return max(_cell_height(cell) for cell in cells) + 2.6

    def _cell(self, x: float, column: Column, cell: Cell) -> None:
        y = self._paper.y + 1.1
        if isinstance(cell, TickBox):
            side = 3.6 * self._paper.scale
            left = x + (column.width - self._gap - side) / 2
            self._paper.tick_box(left, y + 0.3, side, ticked=cell.ticked)
            return
        for text, style in cell:
            y += style.line_height
            baseline = y - style.line_height * 0.2
            width = column.width - self._gap
            self._paper.text(x, baseline, text, style, width=width, align=column.align)

    def _placed(self) -> list[tuple[float, Column]]:
        x, placed = self._paper.left, []
        for column in self._columns:
            placed.append((x, column))
            x += column.width
        return placed


def _cell_height(cell: Cell) -> float:
    return 4.0 if isinstance(cell, TickBox) else sum(style.line_height for _text, style in cell)


def totals(paper: Paper, found: Sequence[Total]) -> None:
    """A row of totals: small label, bold value, from left to right as far as they fit."""
    label, value = paper.style(8.5, grey=60), paper.style(9.5, bold=True)
    baseline = paper.y + value.line_height
    x = paper.left
    for total in found:
        needed = paper.measure(total.label, label) + paper.measure(total.value, value) + 1.4
        if x + needed > paper.right:
            break
        x += paper.text(x, baseline, total.label, label) + 1.4
        x += paper.text(x, baseline, total.value, value) + 6
    paper.y = baseline + 2.5
