"""Asking to pay out what is to the credit of a customer or a payer, by key."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ...errors import PimError
from ...queries.tillpeople import payers
from ...services.payouts import (
    Owner,
    RequestPayout,
    RequestReimbursement,
    payable,
    request_payout,
    request_reimbursement,
)
from ..base import PimScreen
from ..dialogs.find import FindDialog, Person
from ..dialogs.payout import Payout, PayoutDialog
from ..dialogs.pick import Pick
from ..requests import new_request

if TYPE_CHECKING:
    _Base = PimScreen
else:
    _Base = object


class PayoutKeys(_Base):
    """Whose credit, then how much of it."""

    def pay_somebody(self) -> None:
        """Find the customer first."""

        def found(person: Person | None) -> None:
            if person is not None:
                self.ask_payout(Owner(person.id), person.name)

        self.app.push_screen(FindDialog(newcomers=False), found)

    def pay_payer(self) -> None:
        """Choose the payer first."""
        self.load(self._choose_payer, group="payout")

    async def _choose_payer(self) -> None:
        names = {one.payer_id: one.name for one in await self.fetch(payers)}
        if not names:
            self.pim.say("There are no payers.")
            return

        def chosen(answer: tuple[object] | None) -> None:
            if answer is not None:
                id_ = int(str(answer[0]))
                self.ask_payout(Owner(None, id_), names[id_])

        self.app.push_screen(Pick("Which payer?", list(names.items())), chosen)

    def ask_payout(self, owner: Owner, name: str) -> None:
        """Ask how much of somebody's credit is paid out, and why."""
        self.load(self._ask_payout, owner, name, new_request(), None, None, group="payout")

    async def _ask_payout(
        self, owner: Owner, name: str, request: str, typed: Payout | None, refusal: PimError | None
    ) -> None:
        there = await self.fetch(payable, owner)
        if not there.free:
            self.pim.say(f"{name} has no credit that could be paid out.")
            return

        def answered(answer: Payout | None) -> None:
            if answer is not None:
                self._request_payout(owner, name, request, answer)

        currency = self.pim.desk.session.currency
        self.app.push_screen(PayoutDialog(name, there, currency, typed, refusal), answered)

    def _request_payout(self, owner: Owner, name: str, request: str, answer: Payout) -> None:
        again = partial(self._once_more, owner, name, request, answer)
        if owner.payer_id is not None:
            back = RequestReimbursement(owner.payer_id, answer.amount, answer.reason, answer.method, request)
            self.pim.submit(request_reimbursement, back, self.pim.said, again)
        elif owner.customer_id is not None:
            out = RequestPayout(owner.customer_id, answer.amount, answer.reason, answer.method, request)
            self.pim.submit(request_payout, out, self.pim.said, again)

    def _once_more(self, owner: Owner, name: str, request: str, answer: Payout, error: PimError) -> None:
        self.load(self._ask_payout, owner, name, request, answer, error, group="payout")
