"""The book on a small terminal, for looking up: somebody by name, their card, today, the next free times."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from textual.app import ComposeResult
from textual.widgets import Input

from ...domain.agenda import Block
from ...domain.moments import MINUTE, clock, day_label, day_of, short_day, span
from ...domain.openings import Wanted
from ...domain.rights import Right
from ...domain.states import Status, arrival_mark
from ...queries.boards import list_board
from ...queries.calendar import Filter, staff_columns
from ...queries.catalogue import catalogue
from ...queries.customers import AppointmentFilter, AppointmentRow, appointments_of
from ...queries.openings import How
from ...queries.openings import find as find_openings
from ...queries.search import Found, find
from ...services.arrivals import TakeStep, take_step
from ..dialogs.people import remark
from ..messages import Changed
from ..requests import new_request
from ..stylesheets import sheet
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.linetable import FoundTable, LineTable, TableColumn, TableRow
from .lookupcard import card_lines
from .toosmall import Cover

SHOWN = 40
"""People and openings that are listed."""
FREE_OF_EACH = 2
NOW = ("now", 0)
"""The key of the line that stands between what has begun and what is to come."""

PEOPLE = (
    TableColumn("Name", 18, rank=4, grow=2),
    TableColumn("Born", 11, rank=3),
    TableColumn("Phone", 13, rank=2),
    TableColumn("", 8, rank=1, grow=1),
)
VISITS = (
    TableColumn("Time", 5, rank=5),
    TableColumn("Who", 16, rank=4, grow=2),
    TableColumn("", 6, rank=3),
    TableColumn("With", 4, rank=2),
    TableColumn("What", 12, rank=1, grow=1),
)
FREE = (
    TableColumn("Day", 10, rank=3),
    TableColumn("Time", 11, rank=2),
    TableColumn("With", 8, rank=1, grow=1),
)
CARD = (TableColumn("Card", 20, rank=1, grow=1),)


class LookUp(Cover, inherit_bindings=False):
    """Letters find somebody, Enter opens the card of whoever is under the cursor, Tab goes to another list.

    Nothing is changed from here but that somebody has arrived.
    """

    scope = "small"
    CSS_PATH = sheet("lookup")

    def __init__(self) -> None:
        super().__init__()
        for binding in self.pim.keys.bindings(self.scope):
            self._bindings.bind(
                binding.key, binding.action, binding.description, show=False, priority=binding.priority
            )
        self._lists: tuple[str, ...] = ("all", "free")
        self._list = "all"
        self._person: int | None = None
        self._customers: dict[Hashable, int] = {}
        self._visits: dict[Hashable, Block] = {}
        """What is listed of today, by its key."""

    def compose(self) -> ComposeResult:
        """Title, line, list, keys."""
        yield TitleBar("")
        yield Input(
            placeholder="find: name, phone, born", compact=True, max_length=100, select_on_focus=False
        )
        yield FoundTable(VISITS)
        yield KeyBar([key for key in self.pim.keys.footer(self.scope) if key.scope == self.scope])

    async def on_mount(self) -> None:
        """Today: of whoever works here, where they take appointments."""
        self.pim.dress(self)
        self.query_one(Input).focus()
        if self.pim.desk.session.staff_id in {one.id for one in await self.fetch(staff_columns)}:
            self._lists, self._list = ("mine", "all", "free"), "mine"
        self.load(self._read, True)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search with every letter."""
        self._person = None
        self.load(self._read, True)

    def on_changed(self, event: Changed) -> None:
        """Somebody changed something that may be listed; the cursor stays where it is."""
        (self.reload if event.news else self.load)(self._read)

    # --- reading ----------------------------------------------------------------------------------

    async def _read(self, anew: bool = False) -> None:
        """Show what is asked for: a card, whoever the letters may mean, or one of the lists.

        What was said is of what was there before, and goes where one goes on.
        """
        if anew:
            self.query_one(KeyBar).say("")
        words = self.query_one(Input).value.strip()
        if self._person is not None:
            await self._show_card(self._person, anew)
        elif words:
            await self._show_found(words, anew)
        elif self._list == "free":
            await self._show_free(anew)
        else:
            await self._show_today(anew)

    async def _show_found(self, words: str, anew: bool) -> None:
        people = await self.fetch(find, words, today=self.pim.today, limit=SHOWN, order=self.pim.order)
        self._visits = {}
        self._customers = {one.id: one.id for one in people}
        rows = [_found(one) for one in people]
        self._show(
            f"{len(rows)} found", PEOPLE, rows, "Nobody found.", rows[0].key if rows and anew else None
        )

    async def _show_card(self, customer_id: int, anew: bool) -> None:
        width = self.app.size.width - 3
        name, told = await card_lines(self, customer_id, width)
        rows = [TableRow(place, (text,), style) for place, (text, style) in enumerate(told)]
        self._customers, self._visits = {}, {}
        self._show(name, CARD, rows, "", 0 if anew else None)

    async def _show_today(self, anew: bool) -> None:
        session, mine = self.pim.desk.session, self._list == "mine"
        shown = Filter(staff_ids=(session.staff_id,)) if mine else Filter()
        board = await self.fetch(list_board, self.pim.today, self.pim.today, session.zone, shown)
        initials = {one.id: one.initials for one in await self.fetch(staff_columns)}
        self._customers = {block.id: block.customer_id for block in board.blocks}
        self._visits = {block.id: block for block in board.blocks}
        now, rows = self.pim.now, list[TableRow]()
        for block in board.blocks:
            mark = arrival_mark(block.status, block.arrival, now)
            state = f"{Status(block.status).shape}{block.status} {mark}".strip()
            when, what = clock(block.starts_at, session.zone), block.reason or block.type_name
            cells = (when, block.customer, state, initials.get(block.staff_id, ""), what)
            rows.append(TableRow(block.id, cells, "dim" if block.status == Status.CANCELED else ""))
        ahead = next((place for place, one in enumerate(board.blocks) if one.starts_at > now), len(rows))
        rows.insert(ahead, TableRow(NOW, (clock(now, session.zone), "--- now ---"), "strong"))
        whose = "mine" if mine else "all"
        self._show(f"{day_label(self.pim.today)}, {whose}", VISITS, rows, "", NOW if anew else None)

    async def _show_free(self, anew: bool) -> None:
        names, session = await self.fetch(catalogue), self.pim.desk.session
        kind, taken = names.default_type, {one.id: one.name for one in names.staff}
        minutes = kind.minutes if kind else self.pim.desk.settings.default_minutes
        who = (session.staff_id,) if "mine" in self._lists else ()
        wanted = Wanted(minutes, who, kind.id if kind else None)
        how = How(SHOWN, None if who else FREE_OF_EACH, step=session.calendar.step, holder=session.key)
        answer = await self.fetch(find_openings, wanted, session.zone, self.pim.now, how)
        rows = [
            TableRow(
                (one.starts_at, one.staff_id),
                (
                    # Of the next months: the year would cut the names.
                    day_label(day_of(one.starts_at, session.zone)).rpartition(" ")[0],
                    span(one.starts_at, one.starts_at + minutes * MINUTE, session.zone),
                    taken.get(one.staff_id, ""),
                ),
            )
            for one in answer.openings
        ]
        self._customers, self._visits = {}, {}
        self._show(f"Free, {minutes} min", FREE, rows, answer.why, rows[0].key if rows and anew else None)

    def _show(
        self,
        title: str,
        columns: Sequence[TableColumn],
        rows: Sequence[TableRow],
        empty: str,
        at: Hashable | None,
    ) -> None:
        """Show a list; the cursor goes to ``at``, None leaves it with its record."""
        self.query_one(TitleBar).show(title)
        table = self.query_one(LineTable)
        table.show(rows, columns=columns, empty=empty)
        if at is not None:
            table.go_to(at)

    # --- keys -------------------------------------------------------------------------------------

    def action_step(self, down: int) -> None:
        """Move in the list while the line keeps the keys."""
        self.query_one(LineTable).action_step(down)

    def action_up(self) -> None:
        """One line up."""
        self.action_step(-1)

    def action_down(self) -> None:
        """One line down."""
        self.action_step(1)

    def action_page_up(self) -> None:
        """A screenful up."""
        self.query_one(LineTable).action_page(-1)

    def action_page_down(self) -> None:
        """A screenful down."""
        self.query_one(LineTable).action_page(1)

    def action_card(self) -> None:
        """The card of whoever is under the cursor."""
        customer_id = self._customers.get(self.query_one(LineTable).cursor_key)
        if customer_id is not None:
            self._person = customer_id
            self.load(self._read, True)

    def action_arrive(self) -> None:
        """They are here, or not after all: the visit under the cursor, or the only one of a person today."""
        if not self.allowed(Right.MARK_APPOINTMENT):
            return
        key = self.query_one(LineTable).cursor_key
        customer_id = self._customers.get(key) if self._person is None else self._person
        if key in self._visits:
            self._take(self._visits[key])
        elif customer_id is not None:
            self.load(self._arrive, customer_id, group="arrive")

    async def _arrive(self, customer_id: int) -> None:
        today = self.pim.today
        wanted = AppointmentFilter(statuses=(Status.SCHEDULED,), first=today, last=today)
        visits = (await self.fetch(appointments_of, customer_id, wanted)).rows
        if len(visits) == 1:
            self._take(visits[0])
        elif visits:
            self.pim.say("More than one visit today: Esc, and choose it.")
        else:
            self.pim.say("No visit today.")

    def _take(self, visit: Block | AppointmentRow) -> None:
        command = TakeStep(visit.id, visit.version, "arrived", new_request())
        self.pim.submit(take_step, command, self.pim.said)

    def action_view(self) -> None:
        """Today of everybody, one's own, the next free times; what was typed is cleared."""
        at = self._lists.index(self._list)
        if self._person is None and not self.query_one(Input).value:
            self._list = self._lists[(at + 1) % len(self._lists)]
        self._clear()

    def action_back(self) -> None:
        """From the card to the list it was opened in, from there to today."""
        if self._person is not None:
            self._person = None
            self.load(self._read, True)
        else:
            self._clear()

    def _clear(self) -> None:
        """Back to the list; where nothing was typed, it is read anew."""
        self._person = None
        line = self.query_one(Input)
        if line.value:
            line.value = ""
        else:
            self.load(self._read, True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the line."""
        self.action_card()


def _found(one: Found) -> TableRow:
    # Where there is room for one thing besides the name, it has to tell two of one name apart.
    born = short_day(one.birth_date) if one.birth_date else f"#{one.number}"
    name = f"~ {one.listed}" if one.sounds else one.listed  # In so little room there is none for its remark.
    return TableRow(one.id, (name, born, one.phone, remark(one)), "dim" if one.sounds else "")
