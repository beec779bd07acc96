"""What is done to a posted document: paid, settled with credit, adjusted, written off, voided.

Each key reads the document anew, so that nobody acts on what was on the screen a while ago. What is refused
keeps what was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Hashable
from functools import partial
from typing import TYPE_CHECKING, Any

from ...domain.money import read_amount, read_signed, shown, written
from ...domain.paying import Bill, Payment
from ...domain.terms import terms_of
from ...errors import PimError, Refused
from ...queries.balances import Due, credits_of, dues, payer_credits, payer_dues
from ...queries.bills import BillPage, bill_page
from ...services.corrections import AdjustBill, WriteOff, adjust_bill, standing, write_off
from ...services.payments import Allocate, Unallocate, allocate_payment, unallocate_payment
from ...services.settling import PayBill, pay_bill
from ...services.usecase import Done
from ...services.voiding import VoidPosting, check_void, void_posting
from ..base import PimScreen
from ..dialogs.pay import PayDialog
from ..dialogs.pick import Pick
from ..dialogs.typedlines import Field, Fields, Typed
from ..requests import new_request

if TYPE_CHECKING:
    _Base = PimScreen
else:
    _Base = object

Acting = Callable[[BillPage], Coroutine[Any, Any, None]]
FORM = "bill"
"""The name of the drafts of what is typed here; their record is the posting."""
REASON = Field("reason", "Reason", limit=400)


class BillKeys(_Base):
    """A screen says which document its keys work on."""

    @property
    def bill_id(self) -> int | None:
        """The posting under the hand; None when there is none."""
        raise NotImplementedError

    def on_bill(self, act: Acting, read: Callable[[int], BillPage] = bill_page) -> None:
        """Read the document, then act on it; without one say so."""
        if (id_ := self.bill_id) is None:
            self.pim.say("Put the cursor on a bill first.")
        else:
            self.load(self._on_bill, id_, act, read, group="act")

    async def _on_bill(self, id_: int, act: Acting, read: Callable[[int], BillPage]) -> None:
        await act(await self.fetch(read, id_))

    def done(self, result: Done) -> None:
        """Say what was done."""
        self.pim.say(result.says)

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
        due = _owed(page, of_payer=of_payer)
        credit = sum(one.left for one in await self._credits(page, of_payer=of_payer))
        bill = Bill(due, terms_of(self.pim.desk.session), min(credit, due))
        request = new_request()

        def answered(payment: Payment | None) -> None:
            if payment is None:
                return
            again = partial(self._ask_payment, of_payer=of_payer, typed=payment.typed)
            command = PayBill(page.header.id, payment.tenders, payment.use_credit, of_payer, request)
            self.pim.submit(pay_bill, command, self.done, lambda error: self.ask_once_more(again, error))

        who = page.header.payer if of_payer else page.header.customer
        about = f"{page.header.code} · {who} · {self._money(page, page.header.amount)} in all"
        dialog = PayDialog("Left to pay", bill, about=about, typed=typed, refusal=refusal)
        self.app.push_screen(dialog, answered)

    def ask_once_more(self, ask: Callable[..., Coroutine[Any, Any, None]], error: PimError) -> None:
        """Ask once more what was refused, with what was typed and with the document as it is now."""
        if self.is_attached:
            self.on_bill(partial(ask, refusal=error))
        else:
            self.pim.tell(error)

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
        due, there = _owed(page), sum(one.left for one in await self._credits(page))
        if not there:
            raise Refused(f"{page.header.customer} has no credit.", "Y takes a payment.", rule="M7")
        currency, request = page.header.currency, new_request()

        def told(now: Typed) -> str:
            amount = read_amount(now["amount"], currency, field="amount")
            return (
                f"Credit there is {self._money(page, there)}; then {self._money(page, due - amount)} is left."
            )

        def answered(now: Typed | None) -> None:
            if now is None:
                return
            command = PayBill(page.header.id, (), read_amount(now["amount"], currency), request=request)
            again = partial(self._ask_credit, typed=now)
            self.pim.submit(pay_bill, command, self.done, lambda error: self.ask_once_more(again, error))

        amount = Field("amount", "Amount", written(min(due, there), currency), 20)
        title = f"Use credit for {page.header.code}"
        self.app.push_screen(Fields(title, (amount,), told, typed=typed, refusal=refusal), answered)

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
            (one.id, f"{one.code}  {one.day.isoformat()}  {self._money(page, one.left)} left")
            for one in found
        ]
        told = f"{self._money(page, left)} of {head.code} is left. Enter settles the bill with it."
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
            (id_, f"{row.code}  {row.day.isoformat()}  {self._money(page, row.amount)}")
            for id_, (_, _, row) in pairs.items()
        ]
        told = "Enter parts it: the payment becomes credit, the bill is owed again."
        chosen = self.pointed_at(set(pairs))
        self.app.push_screen(Pick(f"Part from {page.header.code}", options, chosen, told=told), answered)

    def pointed_at(self, ids: set[int]) -> int | None:
        """Which of these documents has the cursor, if any."""
        return None

    # --- corrections ------------------------------------------------------------------------------

    def action_adjust(self) -> None:
        """Charge more, or take something off: a debit note or a credit note."""
        self.on_bill(self._ask_adjustment, standing)

    async def _ask_adjustment(
        self, page: BillPage, typed: Typed | None = None, refusal: PimError | None = None
    ) -> None:
        head = page.header

        def told(now: Typed) -> str:
            if not now["amount"].strip():
                return "Below zero takes off (a credit note): -5; above zero charges more (a debit note): 5."
            amount = read_signed(now["amount"], head.currency)
            way = "Charges" if amount > 0 else "Takes off"
            return f"{way} {self._money(page, abs(amount))} with tax, in the proportion of {head.code}."

        fields = (Field("amount", "Amount", "", 20), Field("description", "What for"), REASON)
        self._ask_typed(
            page, f"Adjust {head.code}", fields, told,
            lambda now, request: (
                adjust_bill,
                AdjustBill(
                    head.id, read_signed(now["amount"], head.currency), now["description"], now["reason"],
                    request,
                ),
            ),
            self._ask_adjustment, typed, refusal,
        )  # fmt: skip

    def action_write_off(self) -> None:
        """Give up what is left to pay."""
        self.on_bill(self._ask_write_off, standing)

    async def _ask_write_off(
        self, page: BillPage, typed: Typed | None = None, refusal: PimError | None = None
    ) -> None:
        head, of_payer = page.header, page.due <= 0 < page.payer_due
        due = _owed(page, of_payer=of_payer)
        whose = head.payer if of_payer else head.customer

        def told(now: Typed) -> str:
            amount = read_amount(now["amount"], head.currency, field="amount")
            return f"Gives up {self._money(page, amount)} that {whose} owes on {head.code}."

        fields = (Field("amount", "Amount", written(due, head.currency), 20), REASON)
        self._ask_typed(
            page, f"Write off of {head.code}", fields, told,
            lambda now, request: (
                write_off,
                WriteOff(
                    head.id, read_amount(now["amount"], head.currency), now["reason"], of_payer, request
                ),
            ),
            self._ask_write_off, typed, refusal,
        )  # fmt: skip

    def action_void(self) -> None:
        """Take the whole document back, on the day it was posted."""
        self.on_bill(self._check_void)

    async def _check_void(self, page: BillPage) -> None:
        await self.fetch(check_void, self.pim.desk.session, page.header.id)
        await self._ask_void(page)

    async def _ask_void(
        self, page: BillPage, typed: Typed | None = None, refusal: PimError | None = None
    ) -> None:
        head = page.header
        told = f"Takes back all of it, {self._money(page, head.amount)}; the number stays, marked VOID."
        self._ask_typed(
            page, f"Void {head.code}", (REASON,), lambda now: told,
            lambda now, request: (void_posting, VoidPosting(head.id, now["reason"], request)),
            self._ask_void, typed, refusal,
        )  # fmt: skip

    def _ask_typed(
        self,
        page: BillPage,
        title: str,
        fields: tuple[Field, ...],
        told: Callable[[Typed], str],
        act: Callable[[Typed, str], tuple[Callable[..., Done], Any]],
        again: Callable[..., Coroutine[Any, Any, None]],
        typed: Typed | None,
        refusal: PimError | None,
    ) -> None:
        """Ask for a few lines and carry out what they mean; ``again`` asks once more after a refusal."""
        record, request = str(page.header.id), new_request()

        def keep(now: Typed) -> None:
            self.pim.keep_draft(FORM, {**now, "what": title, "act": again.__name__}, record)

        def answered(now: Typed | None) -> None:
            if now is None:
                self.pim.drop_draft(FORM, record)
                return

            def done(result: Done) -> None:
                self.pim.drop_draft(FORM, record)
                self.done(result)

            service, command = act(now, request)
            self.pim.submit(
                service, command, done, lambda error: self.ask_once_more(partial(again, typed=now), error)
            )

        self.app.push_screen(Fields(title, fields, told, typed=typed, refusal=refusal, keep=keep), answered)

    def restore_typed(self, fields: Typed) -> None:
        """Ask again what a draft was typed into."""
        asks = (self._ask_adjustment, self._ask_write_off, self._ask_void)
        for ask in asks:
            if ask.__name__ == fields.get("act"):
                self.on_bill(partial(ask, typed=fields))

    def _money(self, page: BillPage, amount: int) -> str:
        return shown(amount, page.header.currency)


def _owed(page: BillPage, *, of_payer: bool = False) -> int:
    """What is left to pay by the customer, or by the payer. Refused when it is nothing."""
    head = page.header
    due, other = (page.payer_due, page.due) if of_payer else (page.due, page.payer_due)
    if due > 0:
        return due
    who = (head.payer or "a payer") if of_payer else (head.customer or "anybody")
    hint = "Nothing is left to pay."
    if other > 0:
        hint = f"{'y takes what the customer' if of_payer else 'Y takes what the payer'} owes."
    raise Refused(f"Nothing is left to pay on {head.code} by {who}.", hint, rule="M7")
