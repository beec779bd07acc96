"""A posted document is paid, settled with credit, or parted from what paid it (M7)."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial

from ...domain.money import read_amount, shown, written
from ...domain.paying import Bill, Payment
from ...domain.terms import terms_of
from ...errors import PimError, Refused
from ...queries.balances import Due, credits_of, dues, payer_credits, payer_dues
from ...queries.bills import BillPage
from ...services.corrections import standing
from ...services.payments import Allocate, Unallocate, allocate_payment, unallocate_payment
from ...services.settling import PayBill, pay_bill
from ..dialogs.pay import PayDialog
from ..dialogs.pick import Pick
from ..dialogs.typedlines import Field, Fields, Typed
from ..requests import new_request
from .onbill import OnBill, owed


class BillMoney(OnBill):
    """Money that comes in, and what it settles."""

    # --- money that comes in ----------------------------------------------------------------------

    def action_pay(self) -> None:
        """Take what the customer still owes on the bill."""
        self.on_bill(partial(self._ask_payment, of_payer=False), standing)

    def action_pay_payer(self) -> None:
        """Take what the payer still owes on the bill."""
        self.on_bill(partial(self._ask_payment, of_payer=True), standing)

    async def _ask_payment(
        self, page: BillPage, *, of_payer: bool, typed: Typed | None = None, refusal: PimError | None = None
    ) -> None:
        due = owed(page, of_payer=of_payer)
        credit = sum(one.left for one in await self._credits(page, of_payer=of_payer))
        bill = Bill(due, terms_of(self.pim.desk.session), min(credit, due))
        request = new_request()

        def answered(payment: Payment | None) -> None:
            if payment is None:
                return
            again = partial(self._ask_payment, of_payer=of_payer, typed=payment.typed)
            command = PayBill(page.header.id, payment.tenders, payment.use_credit, of_payer, due, request)
            self.pim.submit(
                pay_bill, command, self.done, lambda error: self.ask_once_more(page, again, error)
            )

        who = page.header.payer if of_payer else page.header.customer
        about = f"{page.header.code} · {who} · {_money(page, page.header.amount)} in all"
        dialog = PayDialog("Left to pay", bill, about=about, typed=typed, refusal=refusal)
        self.app.push_screen(dialog, answered)

    async def _credits(self, page: BillPage, *, of_payer: bool = False) -> tuple[Due, ...]:
        """What the one who pays has to their credit."""
        head = page.header
        if of_payer:
            return await self.fetch(payer_credits, head.payer_id) if head.payer_id is not None else ()
        return await self.fetch(credits_of, head.customer_id) if head.customer_id is not None else ()

    # --- credit -----------------------------------------------------------------------------------

    def action_credit(self) -> None:
        """Use the customer's credit for the bill; on a payment or note, use what is left of it for a bill."""
        self.on_bill(self._use_credit)

    async def _use_credit(self, page: BillPage) -> None:
        if page.due < 0 or page.payer_due < 0:
            await self._settle_with(page)
        else:
            page = await self.fetch(standing, page.header.id)
            await self._ask_credit(page)

    async def _ask_credit(
        self, page: BillPage, typed: Typed | None = None, refusal: PimError | None = None
    ) -> None:
        """How much of the customer's credit settles the bill; all that is needed stands there already."""
        due, there = owed(page), sum(one.left for one in await self._credits(page))
        if not there:
            raise Refused(f"{page.header.customer} has no credit.", "y takes a payment.", rule="M7")
        currency, request = page.header.currency, new_request()

        def told(now: Typed) -> str:
            amount = read_amount(now["amount"], currency, field="amount")
            return f"Credit there is {_money(page, there)}; then {_money(page, due - amount)} is left."

        def answered(now: Typed | None) -> None:
            if now is None:
                return
            amount = read_amount(now["amount"], currency)
            command = PayBill(page.header.id, (), amount, left=due, request=request)
            again = partial(self._ask_credit, typed=now)
            self.pim.submit(
                pay_bill, command, self.done, lambda error: self.ask_once_more(page, again, error)
            )

        line = Field("amount", "Amount", written(min(due, there), currency), 20)
        title = f"Use credit for {page.header.code}"
        self.app.push_screen(Fields(title, (line,), told, typed=typed, refusal=refusal), answered)

    async def _settle_with(self, page: BillPage) -> None:
        """Which bill is settled with what is left of a payment or note."""
        head, of_payer = page.header, page.due >= 0
        left = -page.payer_due if of_payer else -page.due
        whose = head.payer_id if of_payer else head.customer_id
        found = await self.fetch(payer_dues if of_payer else dues, whose) if whose is not None else ()
        if not found:
            raise Refused("Nothing is owed that this could settle.", "It stays to the credit.", rule="M7")
        amounts = {one.id: min(one.left, left) for one in found}

        def answered(answer: tuple[Hashable] | None) -> None:
            if answer is not None and isinstance(debit_id := answer[0], int):
                command = Allocate(head.id, debit_id, amounts[debit_id], new_request())
                self.pim.submit(allocate_payment, command, self.done)

        options: list[tuple[Hashable, str]] = [
            (one.id, f"{one.code}  {one.day.isoformat()}  {_money(page, one.left)} left") for one in found
        ]
        told = f"{_money(page, left)} of {head.code} is left. Enter settles the bill with it."
        self.app.push_screen(Pick("Which bill", options, found[0].id, told=told), answered)

    def action_unsettle(self) -> None:
        """Part a payment from the bill it settles: the one is credit again, the other owed."""
        self.on_bill(self._choose_parting)

    async def _choose_parting(self, page: BillPage) -> None:
        pairs = {row.id: (row.id, page.header.id, row) for row in page.payments}
        pairs |= {row.id: (page.header.id, row.id, row) for row in page.settles} if page.parts else {}
        if not pairs:
            raise Refused(f"No payment settles {page.header.code}.", "There is nothing to part.", rule="M7")

        def answered(answer: tuple[Hashable] | None) -> None:
            if answer is not None and isinstance(answer[0], int):
                credit_id, debit_id, _ = pairs[answer[0]]
                command = Unallocate(credit_id, debit_id, new_request())
                self.pim.submit(unallocate_payment, command, self.done)

        options: list[tuple[Hashable, str]] = [
            (id_, f"{row.code}  {row.day.isoformat()}  {_money(page, row.amount)}")
            for id_, (_, _, row) in pairs.items()
        ]
        told = "Enter parts it: the payment becomes credit, the bill is owed again."
        chosen = self.pointed_at(set(pairs))
        self.app.push_screen(Pick(f"Part from {page.header.code}", options, chosen, told=told), answered)

    def pointed_at(self, ids: set[int]) -> int | None:
        """Which of these documents has the cursor, if any."""
        return None


def _money(page: BillPage, amount: int) -> str:
    return shown(amount, page.header.currency)
