"""The next openings: one line that says what is wanted, and the list of what is free, as it is typed."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from ...domain.moments import MINUTE, day_label, day_of, span
from ...domain.openings import Opening, Wanted
from ...domain.quickline.wish import Wish, read_wish, told
from ...queries.catalogue import Catalogue, catalogue
from ...queries.openings import Answer, How, find
from ..messages import Changed
from ..textsafe import show
from ..widgets.linetable import LineTable, TableColumn, TableRow
from .found import PagedDialog

COLUMNS = (
    TableColumn("Day", 16, rank=3),
    TableColumn("Time", 12, rank=2),
    TableColumn("With", 16, rank=1, grow=1),
)
SHOWN = 30
OF_ONE, OF_EACH = 4, 2
"""Openings of one day: where one person is asked, and of each where several are."""
HINT = "lee follow-up 45m mon,thu morning from +2w | any | 9-12 | after 14"


@dataclass(frozen=True, slots=True)
class Known:
    """What a search knows without being told: the column, the appointment or the customer it began at.

    ``moving`` is the id of the appointment that Enter moves, None where it books; ``title`` says of whom
    or what. ``first`` is the earliest day, where that is not today.
    """

    title: str = ""
    customer_id: int | None = None
    staff_id: int | None = None
    room_id: int | None = None
    type_id: int | None = None
    minutes: int | None = None
    first: date | None = None
    equipment_ids: tuple[int, ...] | None = None
    moving: int | None = None
    line: str = ""
    """What the line begins with."""
    does: str = ""
    """What Enter does with the opening, where it neither books nor moves."""
    refused: str = ""
    """What was refused just now of an opening that was found by the line."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The opening that was taken, what it was found for, and the day that was wished.

    ``equipment`` and ``mode`` are what the form says of the type; ``moves`` is whether to move there;
    ``line`` is what was typed.
    """

    opening: Opening
    wanted: Wanted
    wished: date
    equipment: str
    mode: str
    moves: bool
    line: str


class OpeningsDialog(PagedDialog[Taken]):
    """Letters narrow the list, Up and Down choose, Enter takes the opening under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [("ctrl+b", "turn", "Move or book")]

    def __init__(self, known: Known) -> None:
        super().__init__()
        self._known = known
        self._moves = known.moving is not None
        self._names: Catalogue | None = None
        self._wanted: Wanted | None = None

    def compose(self) -> ComposeResult:
        """The line, what it means, the openings, and why there are none."""
        with Vertical(classes="panel tall"):
            yield Static(show(self._heading()), classes="heading")
            yield Input(
                self._known.line, placeholder=HINT, compact=True, max_length=200, select_on_focus=False
            )
            yield Static("", classes="reading", id="reading")
            yield Static("", classes="warning")
            yield LineTable(COLUMNS)

    def _heading(self) -> str:
        does = self._known.does or "Enter books"
        if self._known.moving is not None:
            does = "Enter moves it, Ctrl+B books" if self._moves else "Enter books, Ctrl+B moves it"
        return " · ".join(filter(None, (f"Next opening: {does}", self._known.title)))

    async def on_mount(self) -> None:
        """Search with what is known already."""
        self.pim.dress(self)
        self._names = await self.fetch(catalogue)
        self.load(self._search, self.query_one(Input).value)

    # --- searching --------------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search with every letter; an answer to an older line no longer counts."""
        if self._names is not None:
            self.load(self._search, event.value)

    def on_changed(self, event: Changed) -> None:
        """Another desk took or freed a time."""
        if event.news and self._names is not None:
            self.reload(self._search_again)

    async def _search_again(self) -> None:
        """The cursor stays on its opening, if that is still there."""
        await self._search(self.query_one(Input).value, anew=False)

    async def _search(self, line: str, *, anew: bool = True) -> None:
        assert self._names is not None
        wish = read_wish(line, self.spoken(self._names))
        self._wanted = wanted = self._complete(wish, self._names)
        self.query_one("#reading", Static).update(show(self._told(wish, wanted, self._names)))
        session = self.pim.desk.session
        each = OF_ONE if len(wanted.staff_ids) == 1 else OF_EACH
        how = How(limit=SHOWN, each=each, step=session.calendar.step, holder=session.key)
        self._show(await self.fetch(find, wanted, session.zone, self.pim.now, how), anew)

    def _complete(self, wish: Wish, names: Catalogue) -> Wanted:
        """The line, and what it does not say from where the search began."""
        known = self._known
        types = {one.id: one for one in names.types}
        type_id = wish.type or known.type_id or (names.default_type.id if names.default_type else None)
        usual = types[type_id].minutes if type_id in types else self.pim.desk.settings.default_minutes
        minutes = wish.minutes or (None if wish.type else known.minutes) or usual
        staff = wish.staff or ((known.staff_id,) if known.staff_id and not wish.anybody else ())
        elsewhere = (wish.staff or wish.anybody) and not self._moves
        room = wish.room or (None if elsewhere else known.room_id)  # whose room it is may be gone with them
        takes = names.takes.get(type_id, ()) if type_id else ()
        keeps = known.equipment_ids is not None and not wish.type
        return Wanted(
            minutes, staff, type_id, known.customer_id, room,
            (known.equipment_ids or ()) if keeps else takes, wish.weekdays, wish.from_minute, wish.to_minute,
            wish.first or known.first, known.moving if self._moves else None,
        )  # fmt: skip

    def _told(self, wish: Wish, wanted: Wanted, names: Catalogue) -> str:
        staff = " or ".join(one.name for one in names.staff if one.id in wanted.staff_ids) or "anybody"
        where = " · ".join(filter(None, (staff, names.room_name(wanted.room_id))))
        return told(wish, where, names.type_name(wanted.type_id), wanted.minutes)

    def _show(self, answer: Answer, anew: bool) -> None:
        assert self._names is not None
        staff = {one.id: one.name for one in self._names.staff}
        zone, length = self.pim.desk.session.zone, self._wanted.minutes * MINUTE if self._wanted else 0
        rows = [
            TableRow(
                (one.starts_at, one.staff_id),
                (
                    day_label(day_of(one.starts_at, zone)),
                    span(one.starts_at, one.starts_at + length, zone),
                    staff.get(one.staff_id, ""),
                ),
            )
            for one in answer.openings
        ]
        if anew:
            self.list_found(rows)
        else:
            self.table.show(rows)
        typed = self.query_one(Input).value
        told = answer.why or (self._known.refused if typed == self._known.line else "")
        self.table.display = bool(rows)
        self.warn(told)

    # --- answering --------------------------------------------------------------------------------

    def action_turn(self) -> None:
        """Move the appointment that the search began at, or book one more for its customer."""
        if self._known.moving is not None:
            self._moves = not self._moves
            self.query_one(".heading", Static).update(show(self._heading()))
            self.load(self._search_again)

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """A row that was clicked and chosen."""
        self.choose(event.key, self.query_one(Input).value)

    def choose(self, key: Hashable | None, typed: str) -> None:
        """Take the opening under the cursor."""
        wanted, names = self._wanted, self._names
        if key is None or wanted is None or names is None:
            return
        opening = Opening(*cast("tuple[int, int]", key))
        mode = next((one.mode for one in names.types if one.id == wanted.type_id), "in_person")
        equipment = names.equipment_called(wanted.equipment_ids)
        wished = wanted.first or self.pim.today
        self.dismiss(Taken(opening, wanted, wished, equipment, mode, self._moves, typed))
