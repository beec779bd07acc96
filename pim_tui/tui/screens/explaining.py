"""The key that explains a number, for every screen that shows some."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from ...domain.money import figures
from ...lists.explained import explain_sum
from ...lists.postings import ITSELF
from ...lists.spec import MONEY, Chosen, ListSpec, Scope
from ...queries.explain import OF_POSTING, Explained, explain
from ...queries.page import Page
from ...queries.stocklists import LotOnHand, StockRow
from .postingdoor import PostingDoor


class Number(NamedTuple):
    """A number on screen: what it is called, its value, and how its rows are read.

    Money is minor units of ``currency``, which is empty where items are counted.
    """

    title: str
    value: int
    currency: str
    read: Callable[[], Explained]

    @property
    def shown(self) -> str:
        """As the choice lists it."""
        if not self.currency:
            return f"{self.title}: {self.value:,}"
        return f"{self.title}: {figures(self.value, self.currency)} {self.currency}"


class Explains(PostingDoor):
    """A screen says which of its numbers can be explained, the likeliest first."""

    @abstractmethod
    def numbers(self) -> Sequence[Number]:
        """What can be explained here."""

    def action_explain(self) -> None:
        """Choose a number and look at the rows it is made of."""
        self.choose_number(self.numbers())

    def choose_number(self, numbers: Sequence[Number]) -> None:
        """Ask which of them, then show its rows."""
        from ..dialogs.pick import Pick

        offered = [one for one in numbers if one.value]
        if not offered:
            self.pim.say("There is no number here that is made of rows.")
            return

        def chosen(answer: tuple[Any] | None) -> None:
            if answer is not None:
                self.load(self._explain, offered[answer[0]], group="explain")

        choices = [(at, one.shown) for at, one in enumerate(offered)]
        self.app.push_screen(Pick("Explain which number?", choices, 0), chosen)

    async def _explain(self, number: Number) -> None:
        from ..dialogs.explain import ExplainDialog

        told = await self.fetch(number.read)

        def left(posting_id: int | None) -> None:
            if posting_id is not None:
                self.open_posting(posting_id)

        self.app.push_screen(ExplainDialog(number.title, number.value, told), left)


def numbers_of_row(spec: ListSpec[Any], row: Any | None) -> list[Number]:
    """The amounts of a row that can be explained."""
    if isinstance(row, StockRow):
        shelf = row.on_hand + row.expired
        return [Number(f"On the shelf: {row.name}", shelf, "", lambda: explain("stock", row.id))]
    if isinstance(row, LotOnHand):
        return [Number(f"On the shelf: {row.name}", row.shelf, "", lambda: explain("lot", row.id))]
    if not isinstance(row, ITSELF):
        return []
    return [
        Number(
            f"{column.title} of {row.code}",
            getattr(row, column.attribute),
            row.currency,
            partial(explain, column.attribute, row.id),
        )
        for column in spec.columns
        if column.kind in MONEY and column.attribute in OF_POSTING
    ]


def numbers_of_sums(
    spec: ListSpec[Any], scope: Scope, chosen: Chosen, page: Page[Any] | None
) -> list[Number]:
    """The sums of money under a list, of which ``page`` was read last."""
    if page is None:
        return []
    return [
        Number(
            f"{metric.title} of all rows shown",
            page.sums[metric.key],
            page.currency,
            partial(explain_sum, spec, scope, chosen, metric),
        )
        for metric in spec.metrics
        if metric.kind == "money" and hasattr(spec.row, metric.key)
    ]
