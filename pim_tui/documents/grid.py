"""Rows in columns as wide as their content needs, whatever is in them; the titles on every page.

What stands in a *firm* column - an amount, a time, a number - is never cut: other columns give way, then
the letters become smaller, then the paper is laid on its side, and at the very end the cell is broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from .ink import Style
from .paper import Align, Paper, printable
from .textpage import TextColumn, shared_widths

GAP: Final = 2.0
"""Millimetres between two columns, counted with the one on the left: the last has its gap in the margin."""
_LEAST: Final = 18.0
"""Millimetres below which a column of text tells nothing."""
_TEXT_LINES: Final = 2
_FIRM_LINES: Final = 4
_SIZES: Final = (9.0, 8.0, 7.0, 6.0)
_TOLD_EVERY: Final = 50
_AIR: Final = 3.0
"""Millimetres that a column gets beyond its gap where there is room."""

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class GridColumn:
    """One column; free text takes ``lines`` at most, what is ``firm`` is never cut."""

    title: str
    firm: bool = False
    to_the_right: bool = False
    lines: int = _TEXT_LINES

    @property
    def align(self) -> Align:
        """Numbers end on the right."""
        return "R" if self.to_the_right else "L"


def free(title: str, lines: int = _TEXT_LINES) -> GridColumn:
    """A column of text."""
    return GridColumn(title, lines=lines)


def firm(title: str) -> GridColumn:
    """A column of days, times or numbers that are no amounts."""
    return GridColumn(title, firm=True)


def amount(title: str) -> GridColumn:
    """A column of amounts."""
    return GridColumn(title, firm=True, to_the_right=True)


def text_columns(columns: Sequence[GridColumn]) -> list[TextColumn]:
    """The same columns, for paper in text."""
    return [TextColumn(one.title, one.firm, one.to_the_right) for one in columns]


def cleaned(rows: Sequence[Row]) -> list[tuple[str, ...]]:
    """The rows as they may be printed: each text is cleaned once, however often it is measured."""
    return [tuple(map(printable, row)) for row in rows]


def needed(paper: Paper, columns: Sequence[GridColumn], rows: Sequence[Row], style: Style) -> list[float]:
    """The width each column would like, its gap included; the rows are :func:`cleaned`."""
    title = _title_style(paper, style)
    cells = zip(*rows, strict=True) if rows else ((),) * len(columns)
    return [
        max(
            paper.measure(printable(column.title), title),
            max((paper.measure(cell, style) for cell in set(texts)), default=0.0),
        )
        + GAP
        for column, texts in zip(columns, cells, strict=True)
    ]


def fitted(
    paper: Paper, columns: Sequence[GridColumn], wanted: Sequence[float], usable: float
) -> list[float] | None:
    """The columns' widths in ``usable`` millimetres; None where they find no room."""
    soft = [not column.firm for column in columns]
    least = sum(
        min(width, _LEAST * paper.scale) if gives else width
        for width, gives in zip(wanted, soft, strict=True)
    )
    if least > usable:
        return None
    return shared_widths(wanted, [column.firm for column in columns], usable)


class Grid:
    """A table of texts on a paper that is there already. ``strong`` are the places of rows in bold,
    ``span`` is how far its rules go, where that is not the whole width.

    ``on_break`` is called for each page after the first: it begins the page and writes its head.
    """

    def __init__(
        self,
        paper: Paper,
        columns: Sequence[GridColumn],
        rows: Sequence[Row],
        on_break: Callable[[], None],
        *,
        style: Style | None = None,
        widths: Sequence[float] = (),
        strong: Iterable[int] = (),
        span: float = 0.0,
    ) -> None:
        self._paper, self._rows, self._on_break = paper, cleaned(rows), on_break
        self._titles = tuple(column.title for column in columns)
        self._strong = frozenset(strong)
        self._end = paper.left + (span or paper.usable)
        if style is None:
            style, widths = _chosen(paper, columns, self._rows, self._strong)
        self._style = style
        self._bold = Style(style.size, True, style.grey)
        x, self._columns = paper.left, list[tuple[float, float, Align, int]]()
        for width, column in zip(widths, columns, strict=True):
            most = _FIRM_LINES if column.firm else column.lines
            self._columns.append((x, width - GAP, column.align, most))
            x += width

    def draw(self) -> None:
        """All rows; one that finds no room begins the next page."""
        paper, step = self._paper, self._style.line_height
        self._heads()
        for number, row in enumerate(self._rows):
            style = self._bold if number in self._strong else self._style
            lines = [self._lines(cell, at, style) for at, cell in enumerate(row)]
            tall = step * max(map(len, lines)) + 0.9
            if tall > paper.room:
                self._on_break()
                self._heads()
            for (x, width, align, _), cell in zip(self._columns, lines, strict=True):
                y = paper.y + step * 0.9
                for line in cell:
                    paper.line(x, y, line, style, width, align)
                    y += step
            paper.y += tall
            paper.rule(paper.left, paper.y, self._end, paper.y, weight=0.1, grey=180)
            if not number % _TOLD_EVERY:
                paper.watch.laid_out(number, len(self._rows))

    def _lines(self, cell: str, at: int, style: Style) -> tuple[str, ...]:
        """A cell's lines; most are one and take no breaking."""
        _, width, _, most = self._columns[at]
        if self._paper.measure(cell, style) <= width + 0.01:
            return (cell,)
        return self._paper.wrap(cell, width, style, most)

    def _heads(self) -> None:
        paper, style = self._paper, _title_style(self._paper, self._style)
        baseline = paper.y + style.line_height
        for (x, width, align, _), title in zip(self._columns, self._titles, strict=True):
            paper.text(x, baseline, title, style, width=width + 0.01, align=align)
        paper.y = baseline + 1.3
        paper.rule(paper.left, paper.y, self._end, paper.y, weight=0.3)


def _title_style(paper: Paper, style: Style) -> Style:
    return paper.style(style.size / paper.scale - 1, bold=True, grey=60)


def _chosen(
    paper: Paper, columns: Sequence[GridColumn], rows: Sequence[Row], strong: frozenset[int]
) -> tuple[Style, list[float]]:
    """The largest letters in which every column fits into this paper's width."""
    for points in _SIZES:
        style = paper.style(points)
        wanted = needed(paper, columns, rows, style)
        if strong:
            bold = needed(paper, columns, [rows[at] for at in strong], Style(style.size, bold=True))
            wanted = [max(pair) for pair in zip(wanted, bold, strict=True)]
        if (widths := fitted(paper, columns, wanted, paper.usable + GAP)) is not None:
            return style, spread(widths, columns, paper.usable + GAP)
    return style, squeezed(wanted, paper.usable + GAP)


def spread(widths: Sequence[float], columns: Sequence[GridColumn], usable: float) -> list[float]:
    """What is left of the width: a little for every column, the rest for those of text."""
    spare = usable - sum(widths)
    each = min(_AIR, spare / len(columns))
    soft = sum(not column.firm for column in columns)
    rest = (spare - each * len(columns)) / max(1, soft)
    return [width + each + (0 if one.firm else rest) for width, one in zip(widths, columns, strict=True)]


def squeezed(wanted: Sequence[float], usable: float) -> list[float]:
    """All columns narrower in proportion: cells of firm columns are broken then, not cut."""
    return [width * usable / sum(wanted) for width in wanted]
