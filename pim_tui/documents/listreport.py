"""Any list on paper: its titles on every page, its rows, its sums, and what it was narrowed by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pim_tui.documents.blocks import Letterhead, Total, letterhead, running_head, totals
from pim_tui.documents.fonts import Fonts
from pim_tui.documents.ink import Style
from pim_tui.documents.paper import Align, Paper, Printed, printable
from pim_tui.documents.textpage import TextColumn, TextPage, as_text, shared_widths
from pim_tui.lists.spec import Table

_GAP: Final = 2.0
_LEAST: Final = 18.0
"""Millimetres below which a column of text tells nothing."""
_TEXT_LINES: Final = 2
_FIRM_LINES: Final = 4
_SIZES: Final = ((9.0, False), (9.0, True), (8.0, True), (7.0, True), (6.0, True))
"""Font sizes, and whether the paper lies on its side: the first that holds all columns is taken."""


@dataclass(frozen=True, slots=True)
class ListReport:
    """A list on paper.

    ``about`` says whose list it is, ``narrowed`` what was filtered by ("Status: Missed"), ``left_out``
    how many rows the paper does not have.
    """

    clinic: Letterhead
    table: Table
    printed_at: str
    zone: str
    about: str = ""
    narrowed: str = ""
    left_out: int = 0

    @property
    def title(self) -> str:
        """What it is; names nobody."""
        return self.table.title

    @property
    def counted(self) -> str:
        """How many rows, and whether there are more."""
        count = len(self.table.rows)
        rows = "1 row" if count == 1 else f"{count:,} rows"
        return f"{rows}; {self.left_out:,} more are not on this paper" if self.left_out else rows

    def pdf(self, created: datetime, *, size: str = "A4", fonts: Fonts | None = None) -> Printed:
        """The list as PDF, upright where its columns fit, else on its side and smaller.

        Amounts, times and dates are never cut, long text is.
        """
        columns = firm_columns(self.table)
        paper, style, widths = _fitting(self, size, fonts or Fonts(), columns)
        paper.new_page()
        letterhead(paper, self.clinic, (self.table.title, self.about, self.counted))
        if self.narrowed:
            _narrowed(paper, self.narrowed)
        _Rows(paper, self, style, widths, columns).draw()
        _sums(paper, self.table)
        return paper.finish(created, foot=(f"Printed {self.printed_at} · times in {self.zone}",))

    def text(self, *, width: int = 80, ascii_only: bool = False) -> str:
        """The list as text."""
        return as_text(_lines(TextPage(width, ascii_only), self))


def firm_columns(table: Table) -> tuple[bool, ...]:
    """Which columns are never cut: numbers, and whatever is not free text."""
    kinds = table.kinds or ("text",) * len(table.titles)
    return tuple(
        right or kind not in ("text", "lines") for right, kind in zip(table.to_the_right, kinds, strict=True)
    )


def _fitting(
    report: ListReport, size: str, fonts: Fonts, firm: Sequence[bool]
) -> tuple[Paper, Style, list[float]]:
    """The paper, the style of its cells, and the columns' widths on it."""
    for points, landscape in _SIZES:
        paper = Paper(size, title=report.title, fonts=fonts, landscape=landscape)
        style = paper.style(points)
        needed = _needed(paper, report.table, style)
        least = sum(
            width if fixed else min(width, _LEAST * paper.scale)
            for width, fixed in zip(needed, firm, strict=True)
        )
        if least <= paper.usable:
            return paper, style, shared_widths(needed, firm, paper.usable)
    shrunk = paper.usable / sum(needed)
    return paper, style, [width * shrunk for width in needed]  # cells of firm columns are broken, not cut


def _needed(paper: Paper, table: Table, style: Style) -> list[float]:
    """The width each column would like, its gap included."""
    title = paper.style(style.size / paper.scale - 1, bold=True)
    columns = zip(*table.rows, strict=True) if table.rows else ((),) * len(table.titles)
    return [
        max(
            paper.measure(printable(name), title),
            max((paper.measure(printable(cell), style) for cell in set(cells)), default=0.0),
        )
        + _GAP
        for name, cells in zip(table.titles, columns, strict=True)
    ]


def _narrowed(paper: Paper, narrowed: str) -> None:
    style = paper.style(9)
    for line in paper.wrap(f"Only: {narrowed}", paper.usable, style, 3):
        paper.y += style.line_height
        paper.text(paper.left, paper.y, line, style)
    paper.y += 1.5


class _Rows:
    """The rows in columns, the titles on every page."""

    def __init__(
        self, paper: Paper, report: ListReport, style: Style, widths: Sequence[float], firm: Sequence[bool]
    ) -> None:
        self._paper, self._report, self._style = paper, report, style
        aligns: list[Align] = ["R" if right else "L" for right in report.table.to_the_right]
        x, self._columns = paper.left, list[tuple[float, float, Align, int]]()
        for width, align, fixed in zip(widths, aligns, firm, strict=True):
            self._columns.append((x, width - _GAP, align, _FIRM_LINES if fixed else _TEXT_LINES))
            x += width

    def draw(self) -> None:
        """All rows; one that finds no room begins the next page."""
        paper, style = self._paper, self._style
        self._titles()
        step = style.line_height
        for row in self._report.table.rows:
            lines = [self._lines(cell, at) for at, cell in enumerate(row)]
            tall = step * max(map(len, lines)) + 0.9
            if tall > paper.room:
                paper.new_page()
                running_head(paper, f"{self._report.clinic.name} · {self._report.title}", self._report.about)
                self._titles()
            for (x, width, align, _), cell in zip(self._columns, lines, strict=True):
                y = paper.y + step * 0.9
                for line in cell:
                    paper.line(x, y, line, style, width, align)
                    y += step
            paper.y += tall
            paper.across(paper.y, weight=0.1, grey=180)

    def _lines(self, cell: str, at: int) -> tuple[str, ...]:
        """A cell's lines; most are one and take no breaking."""
        text = printable(cell)
        _, width, _, most = self._columns[at]
        if self._paper.measure(text, self._style) <= width + 0.01:
            return (text,)
        return self._paper.wrap(text, width, self._style, most)

    def _titles(self) -> None:
        paper = self._paper
        style = paper.style(self._style.size / paper.scale - 1, bold=True, grey=60)
        baseline = paper.y + style.line_height
        for (x, width, align, _), title in zip(self._columns, self._report.table.titles, strict=True):
            paper.text(x, baseline, title, style, width=width + 0.01, align=align)
        paper.y = baseline + 1.3
        paper.across(paper.y, weight=0.3)


def _sums(paper: Paper, table: Table) -> None:
    if not table.sums:
        return
    if paper.room < 9:
        paper.new_page()
    totals(paper, [Total(title, value) for title, value in table.sums])


def _lines(page: TextPage, report: ListReport) -> Iterator[str]:
    table = report.table
    yield from page.head(report.clinic, (table.title, report.about, report.counted))
    if report.narrowed:
        yield from page.wrapped(f"Only: {report.narrowed}", page.width)
    yield ""
    fixed = firm_columns(table)
    columns = [
        TextColumn(title, firm, right)
        for title, firm, right in zip(table.titles, fixed, table.to_the_right, strict=True)
    ]
    yield from page.table(columns, table.rows)
    yield "-" * page.width
    if table.sums:
        yield page.fit(" · ".join(f"{title} {value}" for title, value in table.sums))
    yield from page.foot(f"Printed {report.printed_at} · times in {report.zone}")
