"""What is done with returns and refunds by key, the same on a bill's page and in the list of waiting ones.

Each step is a question that keeps what was typed when the answer is refused; a PIN is typed anew.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ...domain.money import figures, shown
from ...domain.rights import Right
from ...domain.rounding import Rounding
from ...errors import NeedsAnswer, PimError
from ...queries.returns import RequestRow, request_page, returnable, waiting_of
from ...services.approvals import may_say_yes
from ...services.payouts import PayRefund, going_back, pay_refund
from ...services.returns import (
    DecideReturn,
    RequestReturn,
    WithdrawReturn,
    decide_return,
    request_return,
    withdraw_return,
)
from ..base import PimScreen
from ..dialogs.pick import Pick
from ..dialogs.pin import PinDialog, Said
from ..dialogs.request import RequestDialog
from ..dialogs.returns import ReturnAnswer, ReturnDialog
from ..requests import new_request

if TYPE_CHECKING:
    _Base = PimScreen
else:
    _Base = object

NOBODY = "Nobody else here can approve this: set a PIN for somebody in the staff list (Ctrl+L)."
NO_WAY = "Nothing goes back the way it came: keep it as credit"


class RefundKeys(_Base):
    """Asks for returns, lets somebody else decide, pays out."""

    # --- asking -----------------------------------------------------------------------------------

    def return_items(self, bill_id: int) -> None:
        """Choose what of a bill comes back and ask for it."""
        self.load(self._return_items, bill_id, new_request(), None, None, group="return")

    async def _return_items(
        self, bill_id: int, request: str, typed: ReturnAnswer | None, refusal: PimError | None
    ) -> None:
        bill = await self.fetch(returnable, bill_id)
        if refusal is None and not (bill.comes_back and any(line.left for line in bill.lines)):
            self.pim.say(f"Nothing of {bill.code} can be returned{' any more' if bill.comes_back else ''}.")
            return

        def answered(answer: ReturnAnswer | None) -> None:
            if answer is not None:
                command = RequestReturn(bill_id, answer.lines, answer.reason, answer.method, request)
                again = partial(self._ask_again, bill_id, request, answer)
                self.pim.submit(request_return, command, self.pim.said, again)

        rounding = Rounding(self.pim.desk.session.house.rounding)
        self.app.push_screen(ReturnDialog(bill, rounding, typed, refusal), answered)

    def _ask_again(self, bill_id: int, request: str, answer: ReturnAnswer, error: PimError) -> None:
        self.load(self._return_items, bill_id, request, answer, error, group="return")

    # --- the request of a bill --------------------------------------------------------------------

    def waiting_refund(self, bill_id: int) -> None:
        """What a bill's request waits for: somebody's yes, or to be paid out; of several, chosen first."""
        self.load(self._waiting_refund, bill_id, group="return")

    async def _waiting_refund(self, bill_id: int) -> None:
        rows = await self.fetch(waiting_of, bill_id)
        if not rows:
            self.pim.say("No refund of this bill waits.")
        elif len(rows) == 1:
            self.go_on(rows[0])
        else:
            by_id = {row.id: row for row in rows}
            options = [(row.id, f"{row.next_step}: {row.about}, {row.reason}") for row in rows]

            def chosen(answer: tuple[object] | None) -> None:
                if answer is not None:
                    self.go_on(by_id[int(str(answer[0]))])

            self.app.push_screen(Pick("Which one?", options), chosen)

    def go_on(self, row: RequestRow) -> None:
        """The next step of a request."""
        if row.state == "requested":
            self.decide(row, True)
        else:
            self.pay_out(row)

    def show_request(self, row: RequestRow) -> None:
        """All of a request."""

        async def read() -> None:
            self.app.push_screen(RequestDialog(await self.fetch(request_page, row.id)))

        self.load(read, group="return")

    # --- deciding ---------------------------------------------------------------------------------

    def decide(self, row: RequestRow, approve: bool) -> None:
        """Somebody else says yes or no with their PIN."""
        if row.state != "requested":
            self.pim.say(f"This request is past that: {row.next_step}.")
            return
        self.load(self._decide, row, approve, new_request(), None, None, group="return")

    async def _decide(
        self, row: RequestRow, approve: bool, request: str, was: Said | None, refusal: PimError | None
    ) -> None:
        def said(answer: Said) -> None:
            command = DecideReturn(
                row.id, row.version, approve, answer.staff_id, answer.pin, answer.reason, request
            )

            def again(error: PimError) -> None:
                self.load(self._decide, row, approve, request, answer, error, group="return")

            self.pim.submit(decide_return, command, self.pim.said, again)

        title = f"{'Approve' if approve else 'Reject'} {row.about}"
        await self._ask_pin(row, title, said, reason=not approve, was=was, refusal=refusal)

    async def _ask_pin(
        self,
        row: RequestRow,
        title: str,
        said: object,
        *,
        reason: bool = False,
        was: Said | None = None,
        refusal: PimError | None = None,
    ) -> None:
        people = [(one.id, one.name) for one in await self.fetch(may_say_yes, row.id)]
        if not people:
            self.pim.say(NOBODY)
            return

        def answered(answer: Said | None) -> None:
            if answer is not None and callable(said):
                said(answer)

        about = f"Asked for by {row.asked_by}: {row.reason}"
        before = (was.staff_id, was.reason) if was else None
        self.app.push_screen(
            PinDialog(title, people, about=about, reason=reason, refusal=refusal, was=before), answered
        )

    # --- paying -----------------------------------------------------------------------------------

    def pay_out(self, row: RequestRow) -> None:
        """Pay what was approved, after one more look."""
        if row.state != "approved":
            way = self.pim.keys.way(self.scope, "refunds.approve")
            first = f"It has to be approved first{f' ({way})' if way else ''}."
            ended = f"Nothing is left to pay out: the request is {row.next_step}."
            self.pim.say(first if row.state == "requested" else ended)
        elif self.allowed(Right.PAY_REFUND):
            self.load(self._pay_out, row, group="return")

    async def _pay_out(self, row: RequestRow) -> None:
        told = f"Approved by {row.decided_by or f'the rule “{row.by_rule}”'}; money goes back: {row.way}"
        goes = await self.fetch(going_back, self.pim.desk.session, row.id)
        ways = ", ".join(f"{method} {figures(amount, row.currency)}" for method, amount in goes.ways)
        pay = f"Pay back {shown(goes.free, row.currency)}: {ways}" if ways else NO_WAY
        options = [(True, pay), (False, "Not now")]

        def chosen(answer: tuple[object] | None) -> None:
            if answer is not None and answer[0]:
                self._pay(row, PayRefund(row.id, row.version, request=new_request()))

        self.app.push_screen(Pick(f"Pay out {row.about}", options, True, told=told), chosen)

    def _pay(self, row: RequestRow, command: PayRefund) -> None:
        def refused(error: PimError) -> None:
            if isinstance(error, NeedsAnswer) or command.approver_id is not None:
                self.load(self._approve_again, row, command, error, group="return")
            else:
                self.pim.tell(error)

        self.pim.submit(pay_refund, command, self.pim.said, refused)

    async def _approve_again(self, row: RequestRow, command: PayRefund, error: PimError) -> None:
        def said(answer: Said) -> None:
            self._pay(row, PayRefund(row.id, row.version, answer.staff_id, answer.pin, command.request))

        await self._ask_pin(row, f"Approve again: {row.about}", said, refusal=error)

    def withdraw(self, row: RequestRow) -> None:
        """Take a request back."""
        command = WithdrawReturn(row.id, row.version, "", new_request())
        self.pim.submit(withdraw_return, command, self.pim.said)
