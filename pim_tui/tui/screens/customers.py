"""The list of customers: type to find somebody, Enter opens the profile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.widgets import Input, Static

from ...domain.customer import named
from ...domain.news import News
from ...queries.search import Found, find
from ..base import PimScreen
from ..dialogs.people import COLUMNS, row_of
from ..messages import Changed
from ..requests import new_request
from ..stylesheets import sheet
from ..textsafe import show
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.linetable import FoundTable, LineTable
from .contactkeys import ContactKeys
from .foundkeys import FoundKeys
from .handing import Exports
from .papers import PrintKeys
from .recordacts import RecordActs

if TYPE_CHECKING:
    from ...services.wanted import Wanted

SHOWN = 50
HINT = "Type a name, phone digits, a birth date or a number. Ctrl+N creates a customer."


class CustomersScreen(FoundKeys, ContactKeys, Exports, PrintKeys, PimScreen):
    """The line on top keeps the keys; Up, Down, PgUp and PgDn move in the list below it."""

    scope = "customers"
    CSS_PATH = sheet("customers")

    def __init__(self, words: str = "") -> None:
        super().__init__()
        self.records = RecordActs(self)
        self._words = words
        self._people: dict[int, Found] = {}
        self._heard: list[News] = []

    def compose(self) -> ComposeResult:
        """Title, line, list, keys."""
        desk = self.pim.desk
        yield TitleBar(desk.settings.clinic_name, desk.session.name)
        yield Input(
            self._words,
            placeholder="name, phone, birth date or number",
            compact=True,
            max_length=100,
            select_on_focus=False,
        )
        yield FoundTable(COLUMNS, empty=HINT)
        yield Static("", classes="twins")
        yield KeyBar(self.offered())

    def on_mount(self) -> None:
        """Search what was typed before."""
        self.pim.dress(self)
        self.query_one(TitleBar).show("Customers")
        self.query_one(Input).focus()
        self.load(self._search, self._words)

    # --- finding ----------------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search with every letter."""
        self._words = event.value
        self.load(self._search, event.value, True)

    def on_changed(self, event: Changed) -> None:
        """Somebody changed a record that may be listed."""
        if event.kind not in ("", "customer", "appointment"):
            return
        if event.news:
            self._heard += event.news
            self.reload(self._search_again)
        else:
            self.load(self._search, self._words)

    async def _search_again(self) -> None:
        heard, self._heard = self._heard, []
        before = set(self._people)
        await self._search(self._words)
        listed = before | set(self._people)
        self.tell_news(one for one in heard if one.kind == "customer" and one.id in listed)

    async def _search(self, words: str, typed: bool = False) -> None:
        """List who is meant; after other words the cursor is on the best of them."""
        people: tuple[Found, ...] = ()
        if words.strip():
            people = await self.fetch(find, words, today=self.pim.today, limit=SHOWN, order=self.pim.order)
        self._people = {one.id: one for one in people}
        empty = f"Nobody found. Ctrl+N creates “{words.strip()}”." if words.strip() else HINT
        table = self.query_one(LineTable)
        table.show([row_of(one) for one in people], empty=empty)
        if typed and people:
            table.go_to(people[0].id)
        self.query_one(TitleBar).show(_counted(len(people)))
        twins = any(one.twin for one in people)
        told = "Near twins are listed: check the birth date before you act." if twins else ""
        self.query_one(".twins", Static).update(show(told))

    def begin_anew(self) -> None:
        """An empty line: whoever is looked for next is typed behind nobody else's name."""
        self.query_one(Input).value = ""

    # --- keys -------------------------------------------------------------------------------------

    def open_found(self) -> None:
        """The profile."""
        key = self.query_one(LineTable).cursor_key
        if isinstance(key, int):
            self.records.open_profile(key)

    def action_add(self) -> None:
        """Create a customer; what was typed to find somebody is filled in."""
        self.records.new_customer(named(self._words))

    @property
    def contacted(self) -> int | None:
        """The one under the cursor."""
        key = self.query_one(LineTable).cursor_key
        return key if isinstance(key, int) else None

    def action_payers(self) -> None:
        """Who else pays."""
        from .payers import PayersScreen

        self.app.push_screen(PayersScreen())

    def export(self) -> None:
        """Export everybody who is listed."""
        from ...domain.handout import CustomersWanted
        from ...services import exporting

        if not self._people:
            self.pim.say("Nobody is listed: type to find whom to export.")
            return
        wanted, count = CustomersWanted(tuple(self._people)), len(self._people)
        self.hand_out(
            "the customer listed" if count == 1 else f"the {count} customers listed",
            f"customers-{self.pim.today.isoformat()}",
            exporting.CUSTOMER_KINDS,
            exporting.export_customers,
            lambda form: exporting.ExportCustomers(wanted, form, new_request()),
        )

    def papers(self) -> Sequence[tuple[str, Wanted]]:
        """Papers of the one under the cursor."""
        from ...services.wanted import CardPaper, ListPaper

        key = self.query_one(LineTable).cursor_key
        one = self._people.get(key) if isinstance(key, int) else None
        if one is None:
            return ()
        return [
            (f"appointment card of {one.full}", CardPaper(one.id)),
            (f"list of appointments of {one.full}", ListPaper("appointments", one.id)),
        ]


def _counted(count: int) -> str:
    if count == 0:
        return "Customers"
    return (
        "Customers · 1 found" if count == 1 else f"Customers · {count}{'+' if count == SHOWN else ''} found"
    )
