"""A series to look at: its rule in words, its visits, and what is done to it."""

from __future__ import annotations

from typing import ClassVar, Literal, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from ...domain.moments import moment_label
from ...domain.series import Member
from ...domain.states import Status
from ...queries.series_plan import Page, page
from ..base import PimDialog
from ..messages import Changed
from ..textsafe import show
from ..widgets.linetable import LineTable, TableColumn, TableRow

Act = Literal["all", "later", "end", "go"]
COLUMNS = (
    TableColumn("Visit", 22, rank=3),
    TableColumn("State", 11, rank=2),
    TableColumn("", 20, rank=1, grow=1),
)
KEYS = "c change all that are not over · l change this and later ones · x end it here · Enter show the day"


class Asked(NamedTuple):
    """What is to be done, from which visit on."""

    act: Act
    visit: Member


class SeriesPage(PimDialog[Asked]):
    """The cursor begins at the visit it was opened from; Esc leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss_none", "Back"),
        ("c", "act('all')", "Change"),
        ("l", "act('later')", "Later ones"),
        ("x", "act('end')", "End"),
    ]

    def __init__(self, found: Page, appointment_id: int, now: int) -> None:
        super().__init__()
        self._page, self._at, self._now = found, appointment_id, now

    def compose(self) -> ComposeResult:
        """The rule, the visits, the keys."""
        with Vertical(classes="panel tall"):
            yield Static("", classes="heading")
            yield LineTable(COLUMNS)
            yield Static(show(KEYS), classes="reading")

    def on_mount(self) -> None:
        """List the visits."""
        self.pim.dress(self)
        table = self.query_one(LineTable)
        self._show()
        table.go_to(self._at)
        table.focus()

    def on_changed(self, event: Changed) -> None:
        """Another desk changed one of them."""
        if event.news and event.kind in ("", "appointment", "series", "customer", "staff"):
            self.reload(self._read_again)

    async def _read_again(self) -> None:
        self._page = await self.fetch(page, self._at)
        self._show()

    def _show(self) -> None:
        here = self._page.here
        told = f"{here.customer} · {self._page.words} · {here.staff}"
        self.query_one(".heading", Static).update(show(told))
        self.query_one(LineTable).show([self._row(one) for one in self._page.visits])

    def _row(self, visit: Member) -> TableRow:
        zone, status = self._page.here.zone, Status(visit.status)
        over = visit.settled(self._now)
        cells = (moment_label(visit.details.starts_at, zone), status.word, self._page.own(visit))
        return TableRow(visit.id, cells, "dim" if over else "")

    def action_act(self, act: Act) -> None:
        """Return what is to be done with the visit under the cursor."""
        key = self.query_one(LineTable).cursor_key
        found = next((one for one in self._page.visits if one.id == key), None)
        if found is not None:
            self.dismiss(Asked(act, found))

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Enter shows the visit's day."""
        self.action_act("go")
