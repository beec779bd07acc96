"""Taking money that is for no bill in particular: the oldest bills are settled first (M7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...domain.money import read_amount, shown
from ...domain.paying import Bill, Payment, without_change
from ...domain.terms import terms_of
from ...errors import PimError
from ...queries.balances import Due, dues, payer_dues
from ...services.payments import TakePayment, take_payment
from ...services.refunds import Owner
from ..base import PimScreen
from ..dialogs.pay import PayDialog
from ..dialogs.prompt import Prompt
from ..requests import new_request

if TYPE_CHECKING:
    _Base = PimScreen
else:
    _Base = object


class AccountMoney(_Base):
    """A screen of somebody's account: a payment settles what is owed, or is credit where nothing is."""

    def take_on_account(self, owner: Owner, name: str) -> None:
        """Take a payment of the customer or payer ``owner``."""
        self.load(self._ask_on_account, owner, name, group="act")

    async def _ask_on_account(
        self,
        owner: Owner,
        name: str,
        typed: Mapping[str, str] | None = None,
        refusal: PimError | None = None,
    ) -> None:
        owing = await self._owing(owner)
        if owing:
            due = sum(one.left for one in owing)
            self._ask_payment_of(owner, name, owing, due, typed, refusal)
        else:
            self._ask_how_much(owner, name, refusal)

    async def _owing(self, owner: Owner) -> tuple[Due, ...]:
        if owner.customer_id is not None:
            return await self.fetch(dues, owner.customer_id)
        return await self.fetch(payer_dues, owner.payer_id) if owner.payer_id is not None else ()

    def _ask_how_much(self, owner: Owner, name: str, refusal: PimError | None = None) -> None:
        """Where nothing is owed, say how much is paid ahead."""
        currency = self.pim.desk.session.currency

        def told(text: str) -> str:
            amount = read_amount(text, currency, field="amount")
            return f"{shown(amount, currency)} becomes credit of {name}."

        def answered(text: str | None) -> None:
            if text is not None:
                due = read_amount(text, currency, field="amount")
                self._ask_payment_of(owner, name, (), due)

        hint = str(refusal) if refusal is not None else f"{name} owes nothing; it becomes credit."
        self.app.push_screen(Prompt("How much is paid on account?", told, hint=hint, limit=20), answered)

    def _ask_payment_of(
        self,
        owner: Owner,
        name: str,
        owing: tuple[Due, ...],
        due: int,
        typed: Mapping[str, str] | None = None,
        refusal: PimError | None = None,
    ) -> None:
        terms, request = terms_of(self.pim.desk.session), new_request()
        bills = tuple((one.id, one.left) for one in owing)

        def answered(payment: Payment | None) -> None:
            if payment is None:
                return
            tenders = payment.tenders if bills else without_change(payment, due, terms)
            command = TakePayment(tenders, owner.customer_id, bills, owner.payer_id, request)
            self.pim.submit(
                take_payment, command, lambda done: self.pim.say(done.says),
                lambda error: self.load(
                    self._ask_on_account, owner, name, payment.typed, error, group="act"
                ),
            )  # fmt: skip

        count = "1 open bill" if len(bills) == 1 else f"{len(bills)} open bills, the oldest first"
        about = f"{name} · {count if bills else 'becomes credit'}"
        dialog = PayDialog("To pay", Bill(due, terms), about=about, typed=typed, refusal=refusal)
        self.app.push_screen(dialog, answered)
