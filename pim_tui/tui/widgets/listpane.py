"""Any list as a pane: a line to filter it, its rows, the row under the cursor in full, its sums.

The pane takes a :class:`~pim_tui.lists.spec.ListSpec` and knows nothing else of what it shows. It asks
for rows when it is first shown, when the filter changes and when the cursor nears the end of what
was read; whoever owns it reads them and hands them in with :meth:`ListPane.show`, and what they add up to,
which may take longer, with :meth:`ListPane.add_up`. What one more page costs does not depend on how many
there are already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, Static

from ...domain.dates import Order
from ...domain.moments import Zone
from ...lists.filterline import Narrowed, read_filter
from ...lists.spec import MONEY, Choice, Chosen, Kind, ListSpec
from ..textsafe import show
from .cells import Line, fit, shown
from .facts import JOINT, flowed
from .linedrawn import LineDrawn
from .linetable import Kind as TableKind
from .linetable import LineTable, TableColumn, TableRow, fitting

AHEAD = 20
"""How many rows before the end of those read the next ones are asked for."""
STATE_STYLES = {
    "S": "scheduled", "C": "completed", "M": "missed", "X": "canceled",
    "paid": "completed", "unpaid": "missed", "void": "canceled",
}  # fmt: skip
_KINDS: dict[Kind, TableKind] = {
    "minutes": "number", "number": "number", "size": "number", "money": "number", "side": "number",
    "day": "date",
    "date": "date", "moment": "date", "file": "file",
}  # fmt: skip


class FilterLine(Input):
    """The line that narrows a list; Enter and Down go back to the rows, Esc shows everything again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "leave", "Rows", show=False),
        Binding("escape", "clear", "All", show=False),
    ]

    class Left(Message):
        """The keys go back to the rows; ``cleared`` when the filter is given up."""

        def __init__(self, cleared: bool) -> None:
            super().__init__()
            self.cleared = cleared

    def action_leave(self) -> None:
        """Back to the rows, filtered as they are."""
        self.post_message(self.Left(False))

    def action_clear(self) -> None:
        """Back to all rows."""
        self.post_message(self.Left(True))


class Remark(LineDrawn, can_focus=False):
    """Lines of text that are wrapped at the joints between parts."""

    STYLE_PREFIX = "remark--"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"remark--text"}

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._text = ""

    def show(self, text: str) -> None:
        """Other text."""
        self._text = text
        self.redraw()

    def paint(self, width: int, height: int) -> Sequence[Line]:
        """As many lines as there is room for; an ellipsis where it goes on."""
        text = self._text.replace("·", "-") if self.ascii_only else self._text
        lines = flowed(text, lambda _: max(1, width - 2))
        if len(lines) > height:
            lines = [*lines[: height - 1], fit(" ".join(lines[height - 1 :]), width - 2, self.glyphs)]
        return [((fit(f" {line}", width, self.glyphs), "text"),) for line in lines]


class ListPane(Vertical):
    """One list. Its messages bubble to the screen that owns it."""

    class Wanted(Message):
        """Rows from ``offset`` on are needed, narrowed by ``pane.chosen``.

        ``again``: as many as were shown already, so that the cursor finds its row; ``quiet``: nobody at
        this desk asked for them.
        """

        def __init__(self, pane: ListPane, offset: int, again: bool = False, quiet: bool = False) -> None:
            super().__init__()
            self.pane, self.offset, self.again, self.quiet = pane, offset, again, quiet

    class Pointed(Message):
        """The cursor is on a row, or what is known of the row was read again."""

        def __init__(self, pane: ListPane) -> None:
            super().__init__()
            self.pane = pane

    class Opened(Message):
        """Enter on a row."""

        def __init__(self, pane: ListPane, row: Any) -> None:
            super().__init__()
            self.pane, self.row = pane, row

    def __init__(self, spec: ListSpec[Any], zone: Zone, today: date, order: Order) -> None:
        super().__init__(id=f"list-{spec.key}")
        self.spec = spec
        self._zone, self._today, self._order = zone, today, order
        self._found: list[Any] = []
        self._places: dict[Any, int] = {}
        self._more = False
        self._asked = False
        self._choices: Mapping[str, Sequence[Choice]] = {}
        self._narrowed = self._reading("")
        self._table_columns = tuple(
            TableColumn(
                column.title, column.width, _KINDS.get(column.kind, "text"), column.rank, int(column.grow)
            )
            for column in spec.columns
        )

    def compose(self) -> ComposeResult:
        """Filter, what it means, rows, the row in full, sums."""
        titles = ", ".join(one.title.lower() for one in self.spec.filters)
        yield FilterLine(placeholder=f"{titles} (Esc: all)", compact=True, max_length=120)
        yield Static(show(" · ".join(self._narrowed.told)), classes="narrowed")
        yield LineTable(self._table_columns, snug=True)  # Nothing is said of rows that were not read yet.
        yield Remark(id="detail")
        yield Remark(id="sums")

    def on_mount(self) -> None:
        """The filter line shows when it is asked for."""
        self.query_one(FilterLine).display = False
        self.query_one(".narrowed").display = bool(self.spec.usual)

    # --- what is shown ----------------------------------------------------------------------------

    @property
    def chosen(self) -> Chosen:
        """What the filter line lets through."""
        return self._narrowed.chosen

    @property
    def count(self) -> int:
        """How many rows were read so far."""
        return len(self._found)

    @property
    def reach(self) -> int:
        """How many rows are to be read again: those down to the cursor, and a page."""
        at = self._places.get(self.table.cursor_key, 0)
        return min(self.count, at + self.spec.page_size)

    @property
    def last(self) -> Any | None:
        """The last row that was read."""
        return self._found[-1] if self._found else None

    @property
    def row(self) -> Any | None:
        """The row under the cursor; None as well while the pane is being made."""
        at = self._places.get(next((table.cursor_key for table in self.query(LineTable)), None))
        return None if at is None else self._found[at]

    @property
    def table(self) -> LineTable:
        """The rows."""
        return self.query_one(LineTable)

    def ready(self) -> None:
        """It is on screen: ask for rows unless they are there."""
        if not self._asked:
            self._want(0, True)

    def stale(self, quiet: bool = False) -> None:
        """Somebody changed something: ask again, at once or when it is next on screen.

        ``quiet`` when it was at another desk.
        """
        self._asked = False
        if self.display:
            self._want(0, True, quiet)

    def show(self, rows: Sequence[Any], offset: int = 0, *, more: bool = False, empty: str = "") -> None:
        """Rows that were asked for: from 0 on they replace the others, else they follow them.

        ``more``: there may be others behind them. ``empty`` is said where there are none, instead of the
        list's own words.
        """
        self._more = more
        if not offset:
            self._found, self._places = [], {}
        # What was added at the top meanwhile may have moved some down that are there already.
        fresh = [row for row in rows if row.id not in self._places]
        self._places |= {row.id: at for at, row in enumerate(fresh, len(self._found))}
        self._found += fresh
        empty = empty or (
            "Nothing found. Press f to change the filter; Esc in it shows everything."
            if self.query_one(FilterLine).value.strip()
            else self.spec.empty
        )
        lines = [self._table_row(row) for row in fresh]
        if offset:
            self.table.go_on(lines)
        else:
            self.table.show(lines, empty=empty)
        self._detail()

    def add_up(self, total: int, sums: Sequence[tuple[str, str]]) -> None:
        """How many rows there are in all, and what they come to."""
        self.query_one("#sums", Remark).show(self._summed(total, sums))

    def add_up_later(self) -> None:
        """That is being worked out; what stood there is of other rows."""
        self.query_one("#sums", Remark).show("...")

    def _want(self, offset: int, again: bool = False, quiet: bool = False) -> None:
        self._asked = True
        self.post_message(self.Wanted(self, offset, again, quiet))

    def _table_row(self, row: Any) -> TableRow:
        style = STATE_STYLES.get(
            str(getattr(row, "status", "")), "dim" if getattr(row, "withdrawn", False) else ""
        )
        return TableRow(row.id, self.spec.cells(row, self._zone), style)

    def _summed(self, total: int, sums: Sequence[tuple[str, str]]) -> str:
        shown_sums = [(title, value) for title, value in sums if not _is_nothing(value)]
        told = " · ".join(f"{title} {value}".replace(" ", JOINT) for title, value in shown_sums)
        rows = "1 row" if total == 1 else f"{total} rows"
        return f"{rows}: {told}" if told else rows

    def _detail(self) -> None:
        """What of the row under the cursor the columns cannot show."""
        self.post_message(self.Pointed(self))
        row = self.row
        remark = self.query_one("#detail", Remark)
        if row is None:
            remark.show("")
            return
        places = dict(fitting(self.table.columns, self.table.size.width or 1))
        cells = self.spec.cells(row, self._zone)
        hidden = [
            f"{column.title} {text}" if column.kind in MONEY else text
            for at, (column, text) in enumerate(zip(self.spec.columns, cells, strict=True))
            if text
            and cell_len(shown(text)) > places.get(at, 0)
            and not (column.kind in MONEY and _is_nothing(text))
        ]
        remark.show(" · ".join(hidden))

    def on_resize(self) -> None:
        """Other columns fit, so others have to be told."""
        self._detail()

    # --- filtering --------------------------------------------------------------------------------

    def open_filter(self, choices: Mapping[str, Sequence[Choice]]) -> None:
        """Show the filter line and give it the keys. ``choices`` are those the clinic makes itself."""
        self._choices = choices
        line = self.query_one(FilterLine)
        line.display = True
        self.query_one(".narrowed").display = True
        line.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow with every letter."""
        event.stop()
        before = self.chosen
        self._narrowed = self._reading(event.value)
        self.query_one(".narrowed", Static).update(show(" · ".join(self._narrowed.told)))
        if self.chosen != before:
            self._want(0)

    def _reading(self, line: str) -> Narrowed:
        """What the line means; where it says nothing of dates, the list keeps to its usual ones."""
        typed = self._read(line)
        usual = self._read(self.spec.usual)
        if not usual.chosen or usual.chosen.keys() <= typed.chosen.keys():
            return typed
        return Narrowed({**usual.chosen, **typed.chosen}, (*typed.told, *usual.told))

    def _read(self, line: str) -> Narrowed:
        return read_filter(line, self.spec.filters, self._choices, today=self._today, order=self._order)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: to the rows."""
        event.stop()
        self._close_filter(cleared=not event.value.strip())

    def on_filter_line_left(self, event: FilterLine.Left) -> None:
        """Down or Esc: to the rows."""
        event.stop()
        self._close_filter(event.cleared)

    def _close_filter(self, cleared: bool) -> None:
        line = self.query_one(FilterLine)
        if cleared:
            line.value = ""
        line.display = not cleared
        self.query_one(".narrowed").display = bool(self.spec.usual) or not cleared
        self.table.focus()

    # --- choosing ---------------------------------------------------------------------------------

    def on_line_table_row_highlighted(self, event: LineTable.RowHighlighted) -> None:
        """Tell the rest of the row, and read on before the end is reached."""
        event.stop()
        self._detail()
        if self._more and self._places.get(event.key, 0) + AHEAD >= len(self._found):
            self._want(len(self._found))

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Enter on a row."""
        event.stop()
        if (row := self.row) is not None:
            self.post_message(self.Opened(self, row))


def _is_nothing(value: str) -> bool:
    """Whether a number says that there is none: ``0``, ``0 min``, ``0.00``."""
    number = value.partition(" ")[0]
    return not number.strip("0.,")
