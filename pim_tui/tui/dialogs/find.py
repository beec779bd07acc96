"""Find a customer as you type."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from ...domain.moments import short_day
from ...domain.rights import Right
from ...queries.customers import record
from ...queries.search import Found, find
from ..textsafe import show
from ..widgets.linetable import FoundTable
from .found import FoundDialog
from .people import COLUMNS, NEWCOMER, NEWCOMER_ROW, row_of

SHOWN = 20


class Person(NamedTuple):
    """Who was found."""

    id: int
    name: str


class FindDialog(FoundDialog[Person]):
    """Letters narrow the list, Up and Down choose, Enter takes the one under the cursor.

    Where two of the list are near twins, the first Enter goes into the list, so that the birth
    date is looked at before anybody acts (P2). The last line enters somebody who is not in the book yet.
    """

    def __init__(self, words: str = "", *, newcomers: bool = True) -> None:
        """``newcomers``: whether it may be somebody who is not in the book yet."""
        super().__init__()
        self._words = words
        self._newcomers = newcomers and Right.CHANGE_CUSTOMER in self.pim.desk.session.rights
        self._people: dict[int, Found] = {}
        self._picked = False

    def compose(self) -> ComposeResult:
        """The line and the list under it."""
        with Vertical(classes="panel tall"):
            yield Static(show("Find: name, phone digits, birth date or number"), classes="heading")
            yield Input(self._words, compact=True, max_length=100, select_on_focus=False)
            yield FoundTable(COLUMNS)
            yield Static("", classes="reading")

    def on_mount(self) -> None:
        """Search what was typed before."""
        self.pim.dress(self)
        self.load(self._search, self._words)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search with every letter."""
        self._picked = False
        self.load(self._search, event.value)

    async def _search(self, words: str) -> None:
        order = self.pim.order
        people = (
            await self.fetch(find, words, today=self.pim.today, limit=SHOWN, order=order)
            if words.strip()
            else ()
        )
        self._people = {one.id: one for one in people}
        rows = [row_of(one) for one in people]
        if words.strip() and self._newcomers:
            rows.append(NEWCOMER_ROW)
        self.list_found(rows, "Nobody found." if words.strip() else "")
        twins = any(one.twin for one in people)
        self.query_one(".reading", Static).update(
            show("Near twins: check the birth date, then Enter." if twins else "")
        )

    def action_step(self, down: int) -> None:
        """Whoever moves in the list has looked at it."""
        self._picked = True
        super().action_step(down)

    def choose(self, key: Hashable | None, typed: str) -> None:
        """Take the one under the cursor; of near twins only once it was looked at."""
        if key == NEWCOMER:
            self._enter(typed)
        if not isinstance(key, int):
            return
        if self._people[key].twin and not self._picked:
            self._picked = True
            born = self._people[key].birth_date
            whom = f"born {short_day(born)}" if born else "without a birth date"
            told = f"Is it the one {whom}? Enter says yes; Up and Down choose another."
            self.query_one(".reading", Static).update(show(told))
            return
        self.dismiss(Person(key, self._people[key].full))

    def _enter(self, words: str) -> None:
        """Somebody new, named as typed; then they are who was found."""
        from ...domain.customer import named
        from .newcomer import Newcomer

        async def taken(customer_id: int) -> None:
            self.dismiss(Person(customer_id, (await self.fetch(record, customer_id)).customer.name.full))

        Newcomer(self, lambda customer_id, says: self.load(taken, customer_id)).ask(named(words))
