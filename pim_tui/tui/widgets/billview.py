"""A document in parts: each with columns of its own, and one cursor over everything it can point at.

It knows no bill: whoever owns it says what the rows are. Only the lines on screen are drawn. The cursor
belongs to a key, so that it stays with its row when somebody else has added others.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from rich.cells import cell_len, chop_cells
from textual.binding import Binding, BindingType
from textual.message import Message

from ...domain.layout import scrolled
from .cells import Line, fit, shown, wrapped
from .linedrawn import LineDrawn
from .linetable import TableColumn, TableRow, fitting, roomy, row_line

MOST = 6
"""Lines that one row takes at most."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows under ``columns``, whose titles are a line of their own where there are any.

    The cursor passes over rows whose key is None.
    """

    columns: tuple[TableColumn, ...]
    rows: tuple[TableRow, ...]

    @property
    def titled(self) -> bool:
        """Whether the columns have titles."""
        return any(column.title for column in self.columns)


class BillView(LineDrawn):
    """Parts under each other, scrolled by the cursor."""

    STYLE_PREFIX = "bill--"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"bill--{name}" for name in ("head", "loud", "strong", "dim", "warn", "cursor")
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", "Up", show=False, id="bill.up"),
        Binding("down", "step(1)", "Down", show=False, id="bill.down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="bill.page_up"),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False, id="bill.page_down"),
        Binding("home,ctrl+a", "edge(-1)", "First", show=False, id="bill.home"),
        Binding("end,ctrl+e", "edge(1)", "Last", show=False, id="bill.end"),
        Binding("enter", "choose", "Open", show=False, id="bill.choose"),
    ]

    class RowChosen(Message):
        """Enter on a row."""

        def __init__(self, view: BillView, key: Hashable) -> None:
            super().__init__()
            self.view, self.key = view, key

    class Moved(Message):
        """The cursor is on another row."""

        def __init__(self, view: BillView) -> None:
            super().__init__()
            self.view = view

    def __init__(self, *, quiet: bool = False, id: str | None = None) -> None:
        """A ``quiet`` one shows its cursor only while it has the keys: one of several on a screen."""
        super().__init__(id=id)
        self._quiet = quiet
        self._parts: tuple[Part, ...] = ()
        self._lines_of: list[tuple[Part, TableRow | None]] = []
        self._stops: list[int] = []
        self._ends: list[int] = []
        self._set_for = 0
        self._at = 0
        self._top = 0

    def show(self, parts: Sequence[Part]) -> None:
        """Other rows; the cursor stays with its key, or where it was when that is gone."""
        before = self.cursor_key
        self._parts = tuple(Part(roomy(part.columns, part.rows), part.rows) for part in parts)
        self._set(self.size.width or 80)
        at = self._place(before)
        self._at = at if at is not None else max(0, min(self._at, len(self._stops) - 1))
        self.redraw()

    def _set(self, width: int) -> None:
        """Set the parts in lines of this width; what can be pointed at stays in the same order."""
        self._set_for = width
        self._lines_of = [line for part in self._parts for line in _lines(part, width)]
        self._stops = [at for at, (_, row) in enumerate(self._lines_of) if row is not None and row.key]
        self._ends = [self._end_of(at) for at in self._stops]

    def _end_of(self, at: int) -> int:
        """The last line of what begins on line ``at``: what could not stand beside it belongs to it."""
        part = self._lines_of[at][0]
        below = range(at + 1, len(self._lines_of))
        end = next((n for n in below if not _goes_on(part, self._lines_of[n])), len(self._lines_of))
        return end - 1

    @property
    def cursor_key(self) -> Hashable | None:
        """What the cursor points at; None when there is nothing to point at."""
        if not self._stops:
            return None
        row = self._lines_of[self._stops[self._at]][1]
        return row.key if row else None

    def go_to(self, key: Hashable) -> bool:
        """Put the cursor on a row; whether it is there."""
        at = self._place(key)
        if at is not None:
            self._move_to(at)
        return at is not None

    def on_focus(self) -> None:
        """Show the cursor."""
        self.redraw()

    def on_blur(self) -> None:
        """A quiet one shows no cursor."""
        self.redraw()

    def action_step(self, down: int) -> None:
        """One row on."""
        self._move_to(self._at + down)

    def action_page(self, direction: int) -> None:
        """A screenful on, one line kept."""
        if self._stops:
            wanted = self._stops[self._at] + direction * max(1, self.size.height - 1)
            nearest = min(range(len(self._stops)), key=lambda at: abs(self._stops[at] - wanted))
            self._move_to(nearest if nearest != self._at else self._at + direction)

    def action_edge(self, direction: int) -> None:
        """The first or the last row."""
        self._move_to(0 if direction < 0 else len(self._stops) - 1)

    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        if (key := self.cursor_key) is not None:
            self.post_message(self.RowChosen(self, key))

    def paint(self, width: int, height: int) -> Sequence[Line]:
        """The lines in sight: with the first row what stands above it, with the last what is below."""
        if width != self._set_for:
            self._set(width)
        cursor = self._stops[self._at] if self._stops else 0
        total = len(self._lines_of)
        top = {0: 0, len(self._stops) - 1: total}.get(self._at, self._top)
        below = scrolled(top, self._ends[self._at] if self._stops else 0, height, total)
        self._top = scrolled(below, cursor, height, total)
        marked = cursor if self._stops and (not self._quiet or self.screen.focused is self) else -1
        seen = range(self._top, min(self._top + height, len(self._lines_of)))
        return [self._painted_line(at, width, at == marked) for at in seen]

    def _painted_line(self, at: int, width: int, on_cursor: bool) -> Line:
        part, row = self._lines_of[at]
        places = fitting(part.columns, width)
        if row is not None:
            return row_line(row, part.columns, places, on_cursor, self.glyphs)
        titles = TableRow(None, tuple(column.title for column in part.columns))
        text = "".join(text for text, _ in row_line(titles, part.columns, places, False, self.glyphs))
        return ((fit(text, width, self.glyphs), "head"),)

    def _place(self, key: Hashable | None) -> int | None:
        """Which of the stops has the key."""
        rows = (self._lines_of[line][1] for line in self._stops)
        return next((at for at, row in enumerate(rows) if row and row.key == key), None)

    def _move_to(self, at: int) -> None:
        at = max(0, min(at, len(self._stops) - 1))
        if at != self._at:
            self._at = at
            self.redraw()
            self.post_message(self.Moved(self))


def _goes_on(part: Part, line: tuple[Part, TableRow | None]) -> bool:
    """Whether a line belongs to a row of ``part`` above it."""
    return line[0] is part and line[1] is not None and line[1].key is None


def _lines(part: Part, width: int) -> Iterator[tuple[Part, TableRow | None]]:
    """The titles and the rows; what does not fit into the growing column goes on below it."""
    if part.titled:
        yield part, None
    places = dict(fitting(part.columns, width))
    grows = next((at for at, column in enumerate(part.columns) if column.grow), None)
    for row in part.rows:
        if grows is None or grows not in places or grows >= len(row.cells):
            yield part, row
            continue
        first, *rest = _wrapped(row.cells[grows], places[grows])[:MOST]
        yield part, replace(row, cells=(*row.cells[:grows], first, *row.cells[grows + 1 :]))
        for text in rest:
            yield part, TableRow(None, (*[""] * grows, text), row.style)


def _wrapped(text: str, width: int) -> list[str]:
    """In lines, between words; a word that fills more than a line, such as a file's name, is broken."""
    words = shown(text).split()
    pieces = [" ".join(chop_cells(word, width)) if cell_len(word) > width else word for word in words]
    return wrapped(" ".join(pieces), width)
