"""The keys that say which report, of which days, divided by what and narrowed to whom."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from ...domain.reports import REPORTS, Asked, By, report_kind
from ...errors import PimError, UsageError
from ...lists.filterline import Narrowed, read_filter
from ...lists.periods import Period, periods
from ...lists.reportviews import FILTERS, narrowed_choices
from ...lists.spec import Choice
from ..base import PimScreen
from ..dialogs.pick import Pick
from ..dialogs.prompt import Prompt

if TYPE_CHECKING:
    _Base = PimScreen
else:
    _Base = object

_OFFERED = ("month", "last_month", "quarter", "year")


class ReportKeys(_Base):
    """What the screen is asked for is ``_asked``; it counts what :meth:`ask` is given."""

    _asked: Asked

    @abstractmethod
    def ask(self, asked: Asked) -> None:
        """Count another report."""

    @property
    def place(self) -> int:
        """Which one of them it is."""
        return [one.name for one in REPORTS].index(self._asked.name)

    def action_menu(self) -> None:
        """Choose another report."""

        def chosen(answer: tuple[object] | None) -> None:
            if answer is not None:
                self._turn_to(str(answer[0]))

        options = [(one.name, one.title) for one in REPORTS]
        self.app.push_screen(Pick("Which report?", options, self._asked.name), chosen)

    def action_next_report(self) -> None:
        """The next one, round and round."""
        self._turn_to(REPORTS[(self.place + 1) % len(REPORTS)].name)

    def action_previous_report(self) -> None:
        """The one before."""
        self._turn_to(REPORTS[self.place - 1].name)

    def _turn_to(self, name: str) -> None:
        self.ask(replace(self._asked, name=name, by=report_kind(name).by[0]))

    def action_divide(self) -> None:
        """The next way to divide it."""
        ways = report_kind(self._asked.name).by
        by: By = ways[(ways.index(self._asked.by) + 1) % len(ways)]
        if by == self._asked.by:
            self.pim.say("This report is divided in one way only.")
        else:
            self.ask(replace(self._asked, by=by))

    def action_period(self) -> None:
        """Another period."""

        def chosen(answer: tuple[object] | None) -> None:
            if answer is not None:
                self.ask(over(self._asked, offered[str(answer[0])]))

        offered = {one.key: one for one in periods(self.pim.today) if one.key in _OFFERED}
        options = [(key, one.title) for key, one in offered.items()]
        told = "f takes any other: from 1 oct to 15 oct."
        self.app.push_screen(Pick("Which period?", options, told=told), chosen)

    def action_filter(self) -> None:
        """Dates, staff, types and rooms, as typed."""
        self.load(self._open_filter, group="filter")

    async def _open_filter(self) -> None:
        choices = await self.fetch(narrowed_choices)

        def told(text: str) -> str:
            found = self._read(text, choices)
            return "; ".join(found.told)

        def answered(text: str | None) -> None:
            if text is not None:
                self._narrow(self._read(text, choices))

        hint = "last month, from 1 oct to 15 oct, dr lee, follow-up, room 2; any time: nothing narrowed"
        self.app.push_screen(Prompt("Which days, staff, types, rooms?", told, hint=hint), answered)

    def _read(self, text: str, choices: dict[str, Sequence[Choice]]) -> Narrowed:
        """What was typed; :class:`UsageError` for what is not understood."""
        found = read_filter(text, FILTERS, choices, today=self.pim.today, order=self.pim.order)
        if found.told and found.told[-1].startswith("not understood"):
            raise UsageError(f"{found.told[-1].capitalize()}.", "Type dates, or names of the clinic.")
        return found

    def _narrow(self, found: Narrowed) -> None:
        ids = {key: tuple(map(int, found.chosen.get(key, ()))) for key in ("staff", "type", "room")}
        asked = replace(self._asked, staff_ids=ids["staff"], type_ids=ids["type"], room_ids=ids["room"])
        try:
            self.ask(over(asked, found.chosen.get("days")))
        except PimError as error:
            self.pim.tell(error)


def usual_report(today: date) -> Asked:
    """What is shown first: the no-shows of this month."""
    month = next(one for one in periods(today) if one.key == "month")
    return over(Asked("no-shows", today, today, "staff"), month)


def over(asked: Asked, period: Period | None) -> Asked:
    """The same over another period; what is open on one side goes to the end of its month, or today."""
    if period is None:
        return asked
    first = period.first or (period.last.replace(day=1) if period.last else None)
    if first is None:
        return asked
    return replace(asked, first=first, last=period.last or max(asked.last, first))
