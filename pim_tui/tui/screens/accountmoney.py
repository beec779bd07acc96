"""Taking money that is for no bill in particular: the oldest bills are settled first (M7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ...domain.money import read_amount, shown, written
from ...domain.paying import CREDIT, Bill, Payment, without_change
from ...domain.rights import Right
from ...domain.spread import Open
from ...domain.terms import terms_of
from ...errors import PimError, Refused
from ...queries.balances import Due, credits_of, dues, payer_credits, payer_dues
from ...services.payments import TakePayment, take_payment
from ...services.refunds import Owner
from ...services.work import Done
from ..base import PimScreen
from ..dialogs.pay import PayDialog
from ..dialogs.payaccount import AccountDialog
from ..dialogs.prompt import Prompt
from ..requests import new_request
from .papers import PrintKeys

if TYPE_CHECKING:
    from ...services.wanted import Wanted

    _Base = PimScreen
else:
    _Base = object


@dataclass(frozen=True, slots=True)
class Account:
    """Whose payment it is, what is owed and what there is to the credit, the oldest first."""

    owner: Owner
    name: str
    owing: tuple[Due, ...]
    credits: tuple[Due, ...]

    @property
    def owed(self) -> int:
        """On all open bills; minor units."""
        return sum(one.left for one in self.owing)

    @property
    def credit(self) -> int:
        """What is not used yet; minor units."""
        return sum(one.left for one in self.credits)


class AccountMoney(_Base):
    """A screen of somebody's account: a payment settles what is owed, or is credit where nothing is."""

    def take_on_account(self, owner: Owner, name: str) -> None:
        """Take a payment of the customer or payer ``owner``."""
        self.load(self._ask_on_account, owner, name, group="act")

    def spend_credit(self, owner: Owner, name: str) -> None:
        """Settle the oldest bills with what is to the credit of ``owner``."""
        self.load(self._ask_spending, owner, name, group="act")

    async def _ask_on_account(self, owner: Owner, name: str) -> None:
        account = await self._account(owner, name)
        if account.owing:
            self._ask_payment_of(account)
        else:
            self._ask_how_much(account)

    async def _ask_spending(self, owner: Owner, name: str) -> None:
        account = await self._account(owner, name)
        if not account.credit or not account.owing:
            missing = "owes nothing" if account.credit else "has no credit"
            raise Refused(f"{name} {missing}.", "There is nothing to settle with it.", rule="M7")
        usual = written(min(account.credit, account.owed), self._currency_of_clinic)
        self._ask_payment_of(account, {CREDIT: usual}, spends=True)

    async def _account(self, owner: Owner, name: str) -> Account:
        """The account as it is now. Refused to somebody who takes no payments."""
        self.pim.desk.session.needs(Right.TAKE_PAYMENT)
        if owner.payer_id is not None:
            owing, there = payer_dues, payer_credits
            return Account(
                owner, name, await self.fetch(owing, owner.payer_id), await self.fetch(there, owner.payer_id)
            )
        id_ = owner.customer_id or 0
        return Account(owner, name, await self.fetch(dues, id_), await self.fetch(credits_of, id_))

    @property
    def _currency_of_clinic(self) -> str:
        return self.pim.desk.session.currency

    # --- what is owed -----------------------------------------------------------------------------

    def _ask_payment_of(
        self,
        account: Account,
        typed: Mapping[str, str] | None = None,
        refusal: PimError | None = None,
        *,
        spends: bool = False,
    ) -> None:
        """Ask for the payment of what is owed; the credit there is is offered, not taken."""
        owner, request = account.owner, new_request()

        def answered(payment: Payment | None) -> None:
            if payment is None:
                return
            command = TakePayment(
                payment.tenders,
                owner.customer_id,
                payment.bills,
                owner.payer_id,
                request,
                payment.use_credit,
                payment.keep,
            )
            again = partial(self._ask_once_more, account, payment, spends=spends or payment.keep)
            self._submit(command, again)

        count = len(account.owing)
        told = "1 open bill" if count == 1 else f"{count} open bills, the oldest first"
        dialog = AccountDialog(
            "To pay",
            Bill(account.owed, terms_of(self.pim.desk.session), account.credit),
            [Open(one.id, one.code, one.left) for one in account.owing],
            about=f"{account.name} · {told}",
            typed=typed,
            refusal=refusal,
            spends=spends,
        )
        self.app.push_screen(dialog, answered)

    def _submit(self, command: TakePayment, again: Callable[[PimError], None]) -> None:
        def done(result: Done) -> None:
            self.taken(result, paid=bool(command.tenders))

        self.pim.submit(take_payment, command, done, again)

    def _ask_once_more(
        self, account: Account, payment: Payment, error: PimError, *, spends: bool = False
    ) -> None:
        """Ask again what was refused, with what was typed and the account as it is now."""

        async def ask() -> None:
            now = await self._account(account.owner, account.name)
            if now.owing:
                self._ask_payment_of(now, payment.typed, error, spends=spends)
            else:
                self.pim.tell(error)

        if self.is_attached:
            self.load(ask, group="act")
        else:
            self.pim.tell(error)

    def taken(self, done: Done, *, paid: bool) -> None:
        """Say what was done; ``paid`` when money came in, the first of the ids."""
        self.pim.say(done.says)

    # --- nothing is owed --------------------------------------------------------------------------

    def _ask_how_much(self, account: Account) -> None:
        """Where nothing is owed, say how much is paid ahead."""
        currency = self._currency_of_clinic

        def told(text: str) -> str:
            due = read_amount(text, currency, field="amount")
            return f"{shown(due, currency)} becomes credit of {account.name}."

        def answered(text: str | None) -> None:
            if text is not None:
                self._ask_ahead(account, read_amount(text, currency, field="amount"))

        hint = f"{account.name} owes nothing; it becomes credit."
        self.app.push_screen(Prompt("How much is paid on account?", told, hint=hint, limit=20), answered)

    def _ask_ahead(
        self,
        account: Account,
        due: int,
        typed: Mapping[str, str] | None = None,
        refusal: PimError | None = None,
    ) -> None:
        """How what is paid ahead is paid."""
        owner, terms, request = account.owner, terms_of(self.pim.desk.session), new_request()

        def answered(payment: Payment | None) -> None:
            if payment is None:
                return
            tenders = without_change(payment, due, terms)
            command = TakePayment(tenders, owner.customer_id, (), owner.payer_id, request)
            self._submit(command, lambda error: self._ask_ahead(account, due, payment.typed, error))

        about = f"{account.name} · becomes credit"
        dialog = PayDialog("To pay", Bill(due, terms), about=about, typed=typed, refusal=refusal)
        self.app.push_screen(dialog, answered)


class AccountPapers(AccountMoney, PrintKeys):
    """The same where papers are printed: the receipt of the payment taken last comes first, once."""

    _receipt: tuple[str, int] | None = None

    def taken(self, done: Done, *, paid: bool) -> None:
        """Say what was done, and that its receipt is a key away."""
        if paid and self.is_attached:
            self._receipt = (done.says.partition(" ")[0], done.ids[0])
            self.pim.say(f"{done.says.removesuffix('.')}; p prints the receipt.")
        else:
            super().taken(done, paid=paid)

    def papers_of_payment(self) -> list[tuple[str, Wanted]]:
        """The receipt, until the print menu was opened."""
        from ...services.wanted import PostingPaper

        return (
            [] if self._receipt is None else [(f"receipt {self._receipt[0]}", PostingPaper(self._receipt[1]))]
        )

    def action_print_menu(self) -> None:
        """Choose a paper, its size and where it goes."""
        super().action_print_menu()
        self._receipt = None
