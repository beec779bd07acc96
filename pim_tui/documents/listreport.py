"""Any list on paper: its titles on every page, its rows, its sums, and what it was narrowed by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ..lists.spec import Table
from .blocks import Letterhead, Total, letterhead, printed_foot, running_head, totals
from .fonts import Fonts
from .grid import Grid, GridColumn, cleaned, fitted, needed, squeezed, text_columns
from .ink import Style
from .paper import Paper, Printed
from .textpage import TextPage, as_text

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
        if self.left_out:
            return f"{count:,} of {count + self.left_out:,} rows"
        return "1 row" if count == 1 else f"{count:,} rows"

    def pdf(self, created: datetime, *, size: str = "A4", fonts: Fonts | None = None) -> Printed:
        """The list as PDF, upright where its columns fit, else on its side and smaller.

        Amounts, times and dates are never cut, long text is.
        """
        columns = grid_columns(self.table)
        paper, style, widths = _fitting(self, size, fonts or Fonts(), columns)
        paper.new_page()
        letterhead(paper, self.clinic, (self.table.title, self.about, self.counted))
        if self.narrowed:
            _narrowed(paper, self.narrowed)
        _rows(paper, self, columns, style, widths)
        _sums(paper, self.table)
        return paper.finish(created, foot=(printed_foot(self.printed_at, self.zone),))

    def text(self, *, width: int = 80, ascii_only: bool = False) -> str:
        """The list as text."""
        return as_text(_lines(TextPage(width, ascii_only), self))


def grid_columns(table: Table) -> tuple[GridColumn, ...]:
    """The columns of a list: numbers, and whatever is not free text, are never cut."""
    kinds = table.kinds or ("text",) * len(table.titles)
    return tuple(
        GridColumn(title, right or kind not in ("text", "lines"), right)
        for title, right, kind in zip(table.titles, table.to_the_right, kinds, strict=True)
    )


def _fitting(
    report: ListReport, size: str, fonts: Fonts, columns: Sequence[GridColumn]
) -> tuple[Paper, Style, list[float]]:
    """The paper, the style of its cells, and the columns' widths on it."""
    rows = cleaned(report.table.rows)
    for points, landscape in _SIZES:
        paper = Paper(size, title=report.title, fonts=fonts, landscape=landscape)
        style = paper.style(points)
        wanted = needed(paper, columns, rows, style)
        if (widths := fitted(paper, columns, wanted, paper.usable)) is not None:
            return paper, style, widths
    return paper, style, squeezed(wanted, paper.usable)


def _narrowed(paper: Paper, narrowed: str) -> None:
    style = paper.style(9)
    for line in paper.wrap(f"Only: {narrowed}", paper.usable, style, 3):
        paper.y += style.line_height
        paper.text(paper.left, paper.y, line, style)
    paper.y += 1.5


def _rows(
    paper: Paper,
    report: ListReport,
    columns: Sequence[GridColumn],
    style: Style,
    widths: Sequence[float],
) -> None:
    def next_page() -> None:
        paper.new_page()
        running_head(paper, f"{report.clinic.name} · {report.title}", report.about)

    Grid(paper, columns, report.table.rows, next_page, style=style, widths=widths).draw()


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
    yield from page.table(text_columns(grid_columns(table)), table.rows)
    yield "-" * page.width
    if table.sums:
        yield page.fit(" · ".join(f"{title} {value}" for title, value in table.sums))
    yield from page.foot(printed_foot(report.printed_at, report.zone))
