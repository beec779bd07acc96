"""Figures in lines and columns with a cursor on one of them; and the chart of some of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.message import Message

from ...domain.layout import scrolled
from .cells import Line, Piece, fit, shown
from .linedrawn import LineDrawn
from .plotted import ASCII_MARKERS, MARKERS, columns

_LEAST_LABEL = 10
_GAP = 2


class FigureRow(NamedTuple):
    """A line: its label, its cells, and how full each is, 0 to 4, where that is shown as a shade."""

    label: str
    cells: tuple[str, ...]
    shades: tuple[int, ...] = ()


class FigureTable(LineDrawn):
    """Labels stay in sight; columns that find no room come when the cursor goes there."""

    STYLE_PREFIX = "figures--"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"figures--{name}" for name in ("head", "total", "empty", "cursor", "row", "s1", "s2", "s3", "s4")
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1, 0)", "Up", show=False, id="figures.up"),
        Binding("down", "step(1, 0)", "Down", show=False, id="figures.down"),
        Binding("left", "step(0, -1)", "Left", show=False, id="figures.left"),
        Binding("right", "step(0, 1)", "Right", show=False, id="figures.right"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="figures.page_up"),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False, id="figures.page_down"),
        Binding("home,ctrl+a", "edge(-1)", "First", show=False, id="figures.home"),
        Binding("end,ctrl+e", "edge(1)", "Last", show=False, id="figures.end"),
    ]

    class Moved(Message):
        """The cursor is on another figure."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._heading, self._titles = "", tuple[str, ...]()
        self._rows: Sequence[FigureRow] = ()
        self._total = False
        self._empty = ""
        self._row = self._column = self._top = self._left = 0

    def show(
        self,
        heading: str,
        titles: Sequence[str],
        rows: Sequence[FigureRow],
        *,
        total: bool,
        column: int = 0,
        empty: str = "",
    ) -> None:
        """Other figures; with ``total`` the last row is that of all. The cursor goes to the first row."""
        self._heading, self._titles, self._rows = heading, tuple(titles), rows
        self._total, self._empty = total, empty
        self._row = self._top = self._left = 0
        self._column = column if column < len(self._titles) else 0
        self.redraw()
        self.post_message(self.Moved())

    @property
    def at(self) -> tuple[int, int] | None:
        """Row and column of the cursor; None where there is nothing."""
        return (self._row, self._column) if self._rows and self._titles else None

    def go_to(self, row: int, column: int) -> None:
        """Put the cursor there, or as near as there is."""
        row = max(0, min(row, len(self._rows) - 1))
        column = max(0, min(column, len(self._titles) - 1))
        if (row, column) != (self._row, self._column):
            self._row, self._column = row, column
            self.redraw()
            self.post_message(self.Moved())

    def action_step(self, down: int, right: int) -> None:
        """One figure on."""
        self.go_to(self._row + down, self._column + right)

    def action_page(self, direction: int) -> None:
        """A screenful on."""
        self.go_to(self._row + direction * max(1, self.size.height - 2), self._column)

    def action_edge(self, direction: int) -> None:
        """The first or last row."""
        self.go_to(0 if direction < 0 else len(self._rows) - 1, self._column)

    def paint(self, width: int, height: int) -> Sequence[Line]:
        """Titles and the rows that fit."""
        if not self._rows:
            return [((fit(f" {self._empty}", width, self.glyphs), "empty"),)]
        widths = [
            max(cell_len(shown(title)), *(cell_len(row.cells[at]) for row in self._rows))
            for at, title in enumerate(self._titles)
        ]
        label = self._label_width(width, widths)
        places = self._fitting(widths, width - label - 1)
        room = max(1, height - 1)
        self._top = scrolled(self._top, self._row, room, len(self._rows))
        heads = [(self._titles[at], widths[at], "head") for at in places]
        lines = [self._line(" ", self._heading, label, heads, "head", width)]
        for at in range(self._top, min(self._top + room, len(self._rows))):
            lines.append(self._row_line(at, label, places, widths, width))
        return lines

    def _label_width(self, width: int, widths: Sequence[int]) -> int:
        """What the labels would like, as far as the columns leave it; never nothing."""
        wanted = max(cell_len(shown(text)) for text in (self._heading, *(row.label for row in self._rows)))
        left = width - 1 - sum(one + _GAP for one in widths)
        return min(wanted, max(_LEAST_LABEL, left))

    def _fitting(self, widths: Sequence[int], room: int) -> list[int]:
        """The columns in sight, the cursor's among them."""
        self._left = min(self._left, self._column)
        while (
            self._left < self._column
            and sum(one + _GAP for one in widths[self._left : self._column + 1]) > room
        ):
            self._left += 1
        found: list[int] = []
        for at in range(self._left, len(widths)):
            if found and sum(widths[one] + _GAP for one in (*found, at)) > room:
                break
            found.append(at)
        return found

    def _row_line(
        self, at: int, label: int, places: Sequence[int], widths: Sequence[int], width: int
    ) -> Line:
        row, on = self._rows[at], at == self._row
        style = "total" if self._total and at == len(self._rows) - 1 else "row"
        cells = []
        for place in places:
            shade = row.shades[place] if place < len(row.shades) else 0
            names = "cursor" if on and place == self._column else f"s{shade}" if shade else style
            cells.append((row.cells[place], widths[place], names))
        return self._line(self.glyphs.pointer if on else " ", row.label, label, cells, style, width)

    def _line(
        self,
        mark: str,
        label: str,
        label_width: int,
        cells: Sequence[tuple[str, int, str]],
        style: str,
        width: int,
    ) -> Line:
        line: list[Piece] = [(mark, style), (fit(label, label_width, self.glyphs), style)]
        for text, wide, names in cells:
            line += [(" " * _GAP, style), (fit(text, wide, self.glyphs, right=True), names)]
        used = 1 + label_width + sum(wide + _GAP for _, wide, _ in cells)
        return (*line, (" " * (width - used), style))


class Chart(LineDrawn, can_focus=False):
    """Bars over short labels, with a line that says what they are."""

    STYLE_PREFIX = "chart--"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"chart--bars", "chart--legend"}

    def __init__(self) -> None:
        super().__init__()
        self._labels: tuple[str, ...] = ()
        self._series: tuple[tuple[str, tuple[float, ...]], ...] = ()
        self._at = 0

    def show(
        self, labels: Sequence[str], series: Sequence[tuple[str, tuple[float, ...]]], at: int = 0
    ) -> None:
        """Other bars: a title and a value per label for each series; ``at`` is to be in sight."""
        self._labels, self._series, self._at = tuple(labels), tuple(series), at
        self.redraw()

    def paint(self, width: int, height: int) -> Sequence[Line]:
        """The legend and the bars; as many as there is room for, those around the one in sight."""
        if not self._series or not self._labels:
            return []
        most = max(1, (width - 10) // (len(self._series) + 3))
        first = max(0, min(self._at - most // 2, len(self._labels) - most))
        part = slice(first, first + most)
        bars = tuple(values[part] for _, values in self._series)
        drawn = columns(self._labels[part], bars, width, height - 1, self.ascii_only)
        markers = ASCII_MARKERS if self.ascii_only else MARKERS
        told = [f"{mark} {title}" for mark, (title, _) in zip(markers, self._series, strict=False)]
        legend = ((fit(f" {'   '.join(told)}", width, self.glyphs), "legend"),)
        return [legend, *(((line, "bars"),) for line in drawn)]
