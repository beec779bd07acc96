"""Two records of one person: compared, merged, and parted again."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from ...domain.moments import day_of, short_day
from ...domain.rights import Right
from ...queries.merging import Pointer, merged_into, pointer
from ...services.merging import MergeCustomers, UnmergeCustomers, merge_customers, unmerge_customers
from ...services.work import Done
from ..base import PimScreen, stay
from ..dialogs.find import FindDialog, Person
from ..dialogs.merging import MergeAnswer, MergeDialog
from ..dialogs.pick import Pick
from ..requests import new_request

FIND = 0
"""Stands for a record that is looked for, among merges to take back."""


class MergeActs:
    """Merges and parts over ``screen``.

    ``merged`` is called when two records have become one, with the ids of the one that stays and the one that
    went, and ``parted`` when two have been parted again.
    """

    def __init__(
        self,
        screen: PimScreen,
        merged: Callable[[Done], object] = stay,
        parted: Callable[[Done], object] = stay,
    ) -> None:
        self.screen, self.pim, self._merged, self._parted = screen, screen.pim, merged, parted

    def compare(self, survivor_id: int, loser_id: int) -> None:
        """Show both records; what is chosen is merged."""

        def answered(answer: MergeAnswer | None) -> None:
            if answer is not None:
                self.pim.submit(merge_customers, MergeCustomers(*answer, new_request()), self._said_merged)

        if self.screen.allowed(Right.MERGE_CUSTOMERS):
            self.pim.push_screen(MergeDialog(survivor_id, loser_id), answered)

    def choose(self, customer_id: int) -> None:
        """Find the other record; or take back what was merged before."""
        self.screen.load(self._read_merges, customer_id, group="merge")

    async def _read_merges(self, customer_id: int) -> None:
        elsewhere = await self.screen.fetch(pointer, customer_id)
        if elsewhere is not None:
            told = f"It is part of customer {elsewhere.survivor_number} {elsewhere.survivor}"
            self._offer_merges(told, [elsewhere], None)
            return
        before = await self.screen.fetch(merged_into, customer_id)
        if before:
            self._offer_merges("What became part of it", list(before), customer_id)
        else:
            self._find_other(customer_id)

    def _offer_merges(self, told: str, merges: list[Pointer], customer_id: int | None) -> None:
        zone = self.pim.desk.session.zone
        choices: list[tuple[Hashable, str]] = []
        for one in merges:
            day = short_day(day_of(one.at, zone))
            choices.append((one.merge_id, f"part customer {one.survivor_number} {one.survivor} again, {day}"))
        if customer_id is not None:
            choices.insert(0, (FIND, "merge with another record"))

        def chosen(answer: tuple[Hashable] | None) -> None:
            if answer is None:
                return
            if answer[0] == FIND and customer_id is not None:
                self._find_other(customer_id)
                return
            found = next(one for one in merges if one.merge_id == answer[0])
            command = UnmergeCustomers(found.merge_id, found.version, new_request())
            self.pim.submit(unmerge_customers, command, self._said_parted)

        self.pim.push_screen(Pick("Merge", choices, told=told), chosen)

    def _find_other(self, customer_id: int) -> None:
        def found(person: Person | None) -> None:
            if person is not None and person.id == customer_id:
                self.pim.say("That is the record itself: M again finds the other one.")
            elif person is not None:
                self.compare(customer_id, person.id)

        self.pim.push_screen(FindDialog(newcomers=False), found)

    def _said_merged(self, done: Done) -> None:
        self.pim.say(done.says)
        self._merged(done)

    def _said_parted(self, done: Done) -> None:
        self.pim.say(done.says)
        self._parted(done)
