"""A table drawn line by line, for the list view, the pick list and the tabs.

Only the rows on screen are drawn, so ten thousand cost what twenty do. The cursor belongs to a key,
not to a position: when rows are replaced it stays with its record.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message

from ...domain.layout import scrolled
from .cells import Glyphs, Line, Piece, fit, marked, shown, wrapped
from .linedrawn import LineDrawn

Kind = Literal["text", "number", "date", "file"]
_GAP = 2
CURSOR_CELLS = 24
"""How much of a row the cursor turns over: enough to be seen, little enough for a slow line."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """``width`` is the least number of cells; ``grow`` shares out what is left over.

    Columns of low ``rank`` are dropped first when the terminal is narrow. Numbers stand right, names of files
    are cut in their middle, for what tells them apart is often at their end.
    """

    title: str
    width: int
    kind: Kind = "text"
    rank: int = 0
    grow: int = 0


@dataclass(frozen=True, slots=True)
class TableRow:
    """Cells already formatted, one per column; ``style`` and ``cell_styles`` name component classes.

    Known names: dim, strong, warn, scheduled, completed, missed, canceled.
    """

    key: Hashable
    cells: tuple[str, ...]
    style: str = ""
    cell_styles: tuple[str, ...] = ()


def roomy(columns: Sequence[TableColumn], rows: Sequence[TableRow]) -> tuple[TableColumn, ...]:
    """The columns, those of numbers as wide as their widest: half an amount is a wrong amount."""
    return tuple(
        replace(column, width=wide) if column.kind == "number" and wide > column.width else column
        for column, wide in zip(columns, _widest(columns, rows), strict=True)
    )


def snug(columns: Sequence[TableColumn], rows: Sequence[TableRow]) -> tuple[TableColumn, ...]:
    """The columns, those of numbers no wider than these rows need: what they leave is for names."""
    if not rows:
        return tuple(columns)
    return tuple(
        replace(column, width=max(wide, cell_len(column.title))) if column.kind == "number" else column
        for column, wide in zip(columns, _widest(columns, rows), strict=True)
    )


def _widest(columns: Sequence[TableColumn], rows: Sequence[TableRow]) -> list[int]:
    """The cells that the widest text of each column takes."""
    return [
        max((len(row.cells[at]) for row in rows if at < len(row.cells)), default=0)
        for at in range(len(columns))
    ]


def fitting(columns: Sequence[TableColumn], width: int) -> list[tuple[int, int]]:
    """Index and cells of the columns that fit: lowest rank dropped first, the rest shared out.

    One column always stays, cut to the width. Of equal ranks the one on the right goes first.
    """
    kept = list(range(len(columns)))
    while len(kept) > 1 and _needed(columns, kept) > width:
        kept.remove(min(kept, key=lambda i: (columns[i].rank, -i)))
    if not kept:
        return []
    spare = max(0, width - _needed(columns, kept))
    shares = sum(columns[i].grow for i in kept)
    result = []
    for i in kept:
        grow = columns[i].grow
        extra = spare * grow // shares if shares else 0
        spare, shares = spare - extra, shares - grow
        result.append((i, min(columns[i].width + extra, width)))
    return result


def _needed(columns: Sequence[TableColumn], kept: Sequence[int]) -> int:
    return sum(columns[i].width for i in kept) + _GAP * (len(kept) - 1) + 1


class LineTable(LineDrawn):
    """Rows under titles, with a cursor; sums at the bottom when there are any."""

    STYLE_PREFIX = "table--"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"table--{name}"
        for name in (
            *("head", "sums", "empty", "dim", "strong", "warn", "cursor"),
            *("scheduled", "completed", "missed", "canceled"),
        )
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", "Up", show=False, id="table.up"),
        Binding("down", "step(1)", "Down", show=False, id="table.down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="table.page_up"),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False, id="table.page_down"),
        Binding("home,ctrl+a", "edge(-1)", "First", show=False, id="table.home"),
        Binding("end,ctrl+e", "edge(1)", "Last", show=False, id="table.end"),
        Binding("enter", "choose", "Open", show=False, id="table.choose"),
    ]

    class RowChosen(Message):
        """Enter on a row."""

        def __init__(self, table: LineTable, key: Hashable) -> None:
            super().__init__()
            self.table, self.key = table, key

        @property
        def control(self) -> LineTable:
            """The table that sent it."""
            return self.table

    class RowHighlighted(Message):
        """The cursor is on another record; None when there are no rows."""

        def __init__(self, table: LineTable, key: Hashable | None) -> None:
            super().__init__()
            self.table, self.key = table, key

        @property
        def control(self) -> LineTable:
            """The table that sent it."""
            return self.table

    def __init__(
        self,
        columns: Sequence[TableColumn] = (),
        *,
        empty: str = "",
        quiet: bool = False,
        snug: bool = False,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """A table without rows. ``empty`` is shown while there are none.

        A ``quiet`` one shows its cursor only while it has the keys: one of several on a screen. In a ``snug``
        one columns of numbers are no wider than they have to be.
        """
        super().__init__(name=name, id=id, classes=classes)
        self._given = self._columns = tuple(columns)
        self._rows: Sequence[TableRow] = ()
        self._sums: tuple[str, ...] = ()
        self._empty = empty
        self._quiet, self._snug = quiet, snug
        self._cursor = 0
        self._top = 0

    def show(
        self,
        rows: Sequence[TableRow],
        *,
        columns: Sequence[TableColumn] | None = None,
        sums: Sequence[str] = (),
        empty: str | None = None,
    ) -> None:
        """Replace the rows. ``sums`` has one text per column and may be empty.

        The cursor stays with its key, and its row on its line of the screen unless the first row is in
        sight; when the key is gone, the cursor stays on its line.
        """
        before = self.cursor_key
        self._rows, self._sums = rows, tuple(sums)
        self._given = self._given if columns is None else tuple(columns)
        self._columns = (snug if self._snug else roomy)(self._given, rows)
        self._empty = self._empty if empty is None else empty
        at = min(self._cursor, max(0, len(rows) - 1))
        if before is not None and not (rows and rows[at].key == before):
            at = next((i for i, row in enumerate(rows) if row.key == before), at)
            self._top = max(0, self._top + at - self._cursor) if self._top else 0
        self._cursor = at
        if self.styles.is_auto_height:
            self.refresh(layout=True)
        self.redraw()
        if self.cursor_key != before:
            self.post_message(self.RowHighlighted(self, self.cursor_key))

    def go_on(self, rows: Sequence[TableRow]) -> None:
        """Further rows behind those shown, which are not looked at again."""
        self._rows = [*self._rows, *rows]
        self._columns = roomy(self._columns, rows)
        self.redraw()

    def on_focus(self) -> None:
        """Show the cursor."""
        self.redraw()

    def on_blur(self) -> None:
        """A quiet table shows no cursor."""
        self.redraw()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as there are to show, where the sheet leaves the height to the table."""
        return 1 + max(1, len(self._rows)) + bool(self._sums)

    @property
    def cursor_key(self) -> Hashable | None:
        """The key of the row under the cursor."""
        return self._rows[self._cursor].key if self._rows else None

    @property
    def at_top(self) -> bool:
        """Whether there is no row above the cursor."""
        return self._cursor == 0

    @property
    def columns(self) -> tuple[TableColumn, ...]:
        """The columns, as wide as the rows need them."""
        return self._columns

    @property
    def row_count(self) -> int:
        """How many rows there are, on screen or not."""
        return len(self._rows)

    def go_to(self, key: Hashable) -> bool:
        """Put the cursor on a record; whether it is there."""
        at = next((i for i, row in enumerate(self._rows) if row.key == key), None)
        if at is not None:
            self._move_to(at)
        return at is not None

    def action_step(self, down: int) -> None:
        """One row on."""
        self._move_to(self._cursor + down)

    def action_page(self, direction: int) -> None:
        """A screenful on, one row kept."""
        self._move_to(self._cursor + direction * max(1, self._shown(self.size.height) - 1))

    def action_edge(self, direction: int) -> None:
        """The first or last row."""
        self._move_to(0 if direction < 0 else len(self._rows) - 1)

    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        if self._rows:
            self.post_message(self.RowChosen(self, self._rows[self._cursor].key))

    def paint(self, width: int, height: int) -> Sequence[Line]:
        """Titles, the rows that fit, and the sums on the last line."""
        places = fitting(self._columns, width)
        lines: list[Line] = [self._plain_line([c.title for c in self._columns], places, width, "head")]
        room = self._shown(height)
        self._top = scrolled(self._top, self._cursor, room, len(self._rows))
        cursor = -1 if self._quiet and self.screen.focused is not self else self._cursor
        for at in range(self._top, min(self._top + room, len(self._rows))):
            lines.append(row_line(self._rows[at], self._columns, places, at == cursor, self.glyphs))
        if not self._rows:
            told = wrapped(shown(self._empty), width - 2)[: self._shown(height)]
            lines += [((fit(f" {text}", width, self.glyphs), "empty"),) for text in told]
        if self._sums:
            lines += [()] * (height - 1 - len(lines))
            lines.append(self._plain_line(self._sums, places, width, "sums"))
        return lines

    def _plain_line(
        self, cells: Sequence[str], places: Sequence[tuple[int, int]], width: int, style: str
    ) -> Line:
        """Titles or sums: one style over the whole width."""
        row = TableRow(None, tuple(cells))
        text = "".join(text for text, _ in row_line(row, self._columns, places, False, self.glyphs))
        return ((fit(text, width, self.glyphs), style),)

    def _shown(self, height: int) -> int:
        return max(1, height - 1 - bool(self._sums))

    def _move_to(self, at: int) -> None:
        at = max(0, min(at, len(self._rows) - 1))
        if at != self._cursor and self._rows:
            self._cursor = at
            self.redraw()
            self.post_message(self.RowHighlighted(self, self.cursor_key))


def row_line(
    row: TableRow,
    columns: Sequence[TableColumn],
    places: Sequence[tuple[int, int]],
    on_cursor: bool,
    glyphs: Glyphs,
) -> Line:
    """One row. The cursor turns over its first cells only."""
    line: list[Piece] = [(glyphs.pointer if on_cursor else " ", row.style)]
    for n, (i, width) in enumerate(places):
        text = row.cells[i] if i < len(row.cells) else ""
        styles = f"{row.style} {row.cell_styles[i] if i < len(row.cell_styles) else ''}".strip()
        kind = columns[i].kind
        line.append((fit(text, width, glyphs, right=kind == "number", middle=kind == "file"), styles))
        if n < len(places) - 1:
            line.append((" " * _GAP, row.style))
    return tuple(marked(line, CURSOR_CELLS, "cursor") if on_cursor else line)


class FoundTable(LineTable, can_focus=False):
    """Rows that follow a line one types in: the line keeps the keys, Tab does not take them from it."""
