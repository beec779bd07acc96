"""The numbers of a day's close, and the rows that each of them is made of (C7)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from ...domain.rounding import Rounding
from ...queries import explain_day
from ...queries.daywalk import DayWalk
from ...queries.drawers import DrawerRow
from ...queries.explain import Explained
from ...queries.returns import RequestRow
from ...queries.visitlists import UnpaidRow
from .explaining import Explains, Number


class DayNumbers(Explains):
    """What the row under the cursor comes to; of the report each of its figures."""

    _day: date
    _walk: DayWalk | None

    @property
    @abstractmethod
    def item(self) -> Any | None:
        """The row under the cursor, where it is an item."""

    @property
    @abstractmethod
    def report_chosen(self) -> bool:
        """Whether the cursor is on the report of the day."""

    def action_explain(self) -> None:
        """The figures of a report are read first: the screen shows them on another page."""
        if self.report_chosen:
            self.load(self._explain_report, group="explain")
        else:
            super().action_explain()

    async def _explain_report(self) -> None:
        figures = await self.fetch(explain_day.report_figures, self._day)
        currency = self.pim.desk.session.currency
        self.choose_number([Number(one.title, one.value, currency, one.read) for one in figures])

    def numbers(self) -> Sequence[Number]:
        """The amounts of the row."""
        row = self.item
        if isinstance(row, UnpaidRow):
            return [Number("Left to pay", row.left, row.currency, lambda: explain_day.left_of_visit(row.id))]
        if isinstance(row, RequestRow):
            rounding = Rounding(self.pim.desk.session.house.rounding)
            value = explain_day.value_of_request
            return [Number("Value", row.value, row.currency, lambda: value(row.id, rounding))]
        return self._of_drawer(row) if isinstance(row, DrawerRow) else []

    def _of_drawer(self, row: DrawerRow) -> list[Number]:
        """What was expected is told once it is counted: the count is a blind one (M9)."""
        walk = self._walk
        if walk is None or row.id not in walk.expected:
            return []
        currency = self.pim.desk.session.currency
        difference, expected = walk.differences[row.id], walk.expected[row.id]
        told: list[tuple[str, int, Callable[[int, str], Explained]]] = [
            ("Difference", difference, explain_day.difference_in),
            ("Expected", expected, explain_day.expected_in),
            ("Counted", expected + difference, explain_day.counted_in),
        ]
        return [
            Number(title, value, currency, partial(read, row.id, currency)) for title, value, read in told
        ]
