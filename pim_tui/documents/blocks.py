"""What most documents are made of: the letterhead, a table of lines, a row of totals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .ink import Picture, Style
from .paper import Align, Paper

_LOGO_WIDTH, _LOGO_HEIGHT = 45.0, 17.0
"""The box a logo is fitted into, in millimetres on A4."""


LINE_GAP = 1.6
"""Millimetres between two columns of a :class:`LineTable`, counted with the one on the left."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who issues the document. ``tax_number``, and how to ``pay_by``, stand on papers about money only."""

    name: str
    address: tuple[str, ...] = ()
    phone: str = ""
    logo: Picture | None = None
    tax_number: str = ""
    pay_by: str = ""

    @property
    def below(self) -> tuple[str, ...]:
        """The lines under the name."""
        tax = f"Tax number {self.tax_number}" if self.tax_number else ""
        return tuple(line for line in (*self.address[:4], self.phone, tax) if line)


def printed_foot(printed_at: str, zone: str, *more: str) -> str:
    """The line at the foot of a paper: when it was printed, in whose time it tells times, and what else."""
    return " · ".join(filter(None, (f"Printed {printed_at}", f"times in {zone}", *more)))


@dataclass(frozen=True, slots=True)
class Total:
    """A label and the number or amount beside it, ready to print."""

    label: str
    value: str


def letterhead(paper: Paper, who: Letterhead, facts: Sequence[str]) -> None:
    """The head of a document: the clinic on the left, what this paper is on the right.

    The first fact is the document's name, set as large as the clinic's.
    """
    plain = paper.style(11.5)
    half = paper.usable * 0.58
    low = max(
        issuer(paper, who, paper.left, paper.y, half - 3),
        _facts(paper, facts, paper.left + half, paper.usable - half, plain),
    )
    paper.y = low + 2.6
    paper.across(paper.y, weight=0.5)
    paper.y += 1.5


def issuer(paper: Paper, who: Letterhead, x: float, y: float, width: float) -> float:
    """Logo, name, address and telephone in a box ``width`` wide; the height at which they end."""
    big, small = paper.style(15, bold=True), paper.style(9, grey=40)
    top, foot = y, y
    if who.logo:
        wide, tall = _LOGO_WIDTH * paper.scale, _LOGO_HEIGHT * paper.scale
        used = paper.picture(x, y, who.logo, min(wide, width * 0.35), tall)
        x, width = x + used + 3, width - used - 3
        foot = y + min(tall, used * who.logo.height / who.logo.width)
    y = top + big.line_height * 0.8
    paper.text(x, y, who.name, big, width=width)
    for line in who.below:
        y += small.line_height
        paper.text(x, y, line, small, width=width)
    return max(y, foot)


def _facts(paper: Paper, facts: Sequence[str], x: float, width: float, style: Style) -> float:
    """What this paper is, to the right; the height at which it ends."""
    big = paper.style(15, bold=True)
    y = paper.y + big.line_height * 0.8
    for title in facts[:1]:
        paper.text(x, y, title, big, width=width, align="R")
    for line in facts[1:4]:
        y += style.line_height
        paper.text(x, y, line, style, width=width, align="R")
    return y


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
        self._gap = LINE_GAP

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
    """Totals from left to right, small label and bold value, on as many lines as they need."""
    label, value = paper.style(8.5, grey=60), paper.style(9.5, bold=True)
    baseline = paper.y + value.line_height
    x = paper.left
    for total in found:
        needed = paper.measure(total.label, label) + paper.measure(total.value, value) + 1.4
        if x > paper.left and x + needed > paper.right:
            x, baseline = paper.left, baseline + value.line_height
        x += paper.text(x, baseline, total.label, label) + 1.4
        x += paper.text(x, baseline, total.value, value) + 6
    paper.y = baseline + 2.5
