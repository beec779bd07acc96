"""The account of a customer: every posting with the balance behind it, and how old the balance is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from ...domain.dates import explain as explain_day
from ...domain.dates import read_day
from ...domain.dues import AGES
from ...domain.moments import short_day
from ...domain.money import figures
from ...errors import UsageError
from ...lists.ledger import LEDGER
from ...lists.periods import ANY, Period
from ...lists.spec import ListSpec, Scope
from ...queries.balances import Balance, balance
from ...queries.explain import balance_behind, explain
from ...queries.ledger import Ageing, LedgerRow, ageing_of, first_day
from ...services.refunds import Owner
from ..base import PimScreen
from ..dialogs.prompt import Prompt
from ..messages import Changed
from ..stylesheets import sheet
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.facts import JOINT
from ..widgets.listpane import ListPane, Remark
from .accountmoney import AccountPapers
from .billlists import BillLists
from .contactkeys import ContactKeys
from .explaining import Number, numbers_of_sums
from .moneyletters import MoneyLetters

if TYPE_CHECKING:
    from ...services.wanted import StatementPaper, Wanted

READ_AGAIN = ("", "posting", "allocation")


class LedgerScreen(ContactKeys, AccountPapers, MoneyLetters, BillLists, PimScreen, inherit_bindings=False):
    """One customer's ledger. The line under the title tells the balance by age, today or on another day."""

    scope = "ledger"
    CSS_PATH = sheet("ledger")

    def __init__(self, customer_id: int, name: str) -> None:
        super().__init__()
        self.customer_id = self.customer_shown = customer_id
        self._of = name
        self._as_of: date | None = None
        self._ageing: Ageing | None = None
        self._balance: Balance | None = None
        self._first: date | None = None

    def compose(self) -> ComposeResult:
        """Title, ages, rows, keys."""
        desk = self.pim.desk
        yield TitleBar(desk.settings.clinic_name, desk.session.name)
        yield Remark(id="ages")
        yield self.compose_lists(0)
        yield KeyBar(self.offered())

    def on_mount(self) -> None:
        """Read the ledger and the ages."""
        self.pim.dress(self)
        self.query_one(TitleBar).show(f"Ledger of {self._of}")
        self.show_list(0)
        self.load(self._read_ages, group="ages")

    async def _read_ages(self) -> None:
        self._ageing = await self.fetch(ageing_of, self.customer_id, self.as_of)
        self._balance = await self.fetch(balance, self.customer_id)
        self._first = await self.fetch(first_day, self.customer_id)
        self.query_one("#ages", Remark).show(self._told(self._ageing))

    def _told(self, found: Ageing) -> str:
        ages = [
            f"{title} days {figures(amount, self.currency)}".replace(" ", JOINT)
            for title, amount in zip(AGES, found.ages, strict=True)
        ]
        together = f"together {figures(found.balance, self.currency)} {self.currency}".replace(" ", JOINT)
        return f"Balance on {short_day(found.as_of)} by age: {' · '.join([*ages, together])}"

    @property
    def as_of(self) -> date:
        """The day whose evening the ages are told of."""
        return self._as_of or self.pim.today

    @property
    def currency(self) -> str:
        """The clinic's."""
        return self.pim.desk.session.currency

    # --- the list ---------------------------------------------------------------------------------

    @property
    def lists(self) -> Sequence[ListSpec[Any]]:
        """The ledger alone."""
        return (LEDGER,)

    @property
    def list_scope(self) -> Scope:
        """Of the customer."""
        return Scope(self.customer_id, self.zone, self.pim.today)

    @property
    def whose(self) -> str:
        """The customer's name."""
        return self._of

    def on_list_pane_opened(self, event: ListPane.Opened) -> None:
        """Enter opens the document."""
        self.open_row(event.row)

    def on_changed(self, event: Changed) -> None:
        """Something was posted or settled, here or at another desk."""
        mine = [one for one in event.news if one.customer_id in (None, self.customer_id)]
        if event.kind not in READ_AGAIN or (event.news and not mine):
            return
        (self.reload if event.news else self.load)(self._read_ages, group="ages")
        self.lists_changed(quiet=bool(event.news))
        self.tell_news(mine)

    # --- keys -------------------------------------------------------------------------------------

    @property
    def contacted(self) -> int | None:
        """Whose account it is."""
        return self.customer_id

    def action_receive(self) -> None:
        """Take a payment on account."""
        self.take_on_account(Owner(self.customer_id), self._of)

    def action_spend(self) -> None:
        """Settle the oldest bills with the customer's credit."""
        self.spend_credit(Owner(self.customer_id), self._of)

    def action_statement(self) -> None:
        """Send the statement of the days that are shown by email."""
        from ...services.account_mail import AccountLetter

        self.write_about(AccountLetter("statement", self.customer_id, self._statement))

    def action_notice(self) -> None:
        """Write to the customer about what is owed, the statement attached."""
        from ...services.account_mail import AccountLetter

        self.write_about(AccountLetter("payment_notice", self.customer_id, self._statement))

    @property
    def _statement(self) -> StatementPaper:
        """Of the days that are shown; without days from the first posting until today."""
        from ...services.wanted import StatementPaper

        period: Period = self.pane.chosen.get("days") or ANY
        last = min(period.last or self.pim.today, self.pim.today)
        first = period.first or self._first or last
        return StatementPaper(self.customer_id, min(first, last), last)

    def action_as_of(self) -> None:
        """Tell the ages of another day."""

        def told(text: str) -> str:
            day = self._read_day(text)
            if day is None:
                raise UsageError(explain_day(text) or "That is no day.")
            return f"Enter tells how old the balance was on the evening of {short_day(day)}."

        def answered(text: str | None) -> None:
            if text is not None:
                self._as_of = self._read_day(text)
                self.load(self._read_ages, group="ages")

        self.app.push_screen(
            Prompt("How old was the balance on which day?", told, hint="30 sep, -3m"), answered
        )

    def _read_day(self, text: str) -> date | None:
        return read_day(text, self.pim.today, self.pim.order, prefer="past")

    def numbers(self) -> Sequence[Number]:
        """The balance, its ages, the amounts of the row and the sums."""
        id_, currency, owed, ageing = self.customer_id, self.currency, self._balance, self._ageing
        found: list[Number] = []
        if owed is not None:
            found += [
                Number("Balance", owed.balance, currency, lambda: explain("balance", id_)),
                Number("Owed on open bills", owed.owed, currency, lambda: explain("owed", id_)),
                Number("Credit", owed.credit, currency, lambda: explain("credit", id_)),
            ]
        if ageing is not None:
            found += [
                Number(
                    f"{title} days old on {short_day(ageing.as_of)}",
                    amount,
                    currency,
                    partial(explain, f"age-{at}", id_, ageing.as_of),
                )
                for at, (title, amount) in enumerate(zip(AGES, ageing.ages, strict=True))
            ]
        page = self.summed.get(self.spec.key)
        return [
            *found,
            *self._behind(self.row),
            *numbers_of_sums(self.spec, self.list_scope, self.pane.chosen, page),
        ]

    def _behind(self, row: Any) -> list[Number]:
        """The balance behind a row."""
        if not isinstance(row, LedgerRow):
            return []
        read = partial(balance_behind, self.customer_id, row.id)
        return [Number(f"Balance behind {row.code}", row.balance, row.currency, read)]

    def papers(self) -> Sequence[tuple[str, Wanted]]:
        """The receipt of a payment just taken, the statement and the ledger of the days that are shown, the
        list itself, the row's document.

        Without days they begin with the first posting and end today.
        """
        from ...services.wanted import LedgerPaper, ListPaper

        chosen, id_, statement = self.pane.chosen, self.customer_id, self._statement
        return [
            *self.papers_of_payment(),
            ("statement", statement),
            ("ledger of the account", LedgerPaper(statement.first, statement.last, id_)),
            ("list as it is shown", ListPaper(LEDGER.key, id_, chosen)),
            *self.papers_of_row(),
        ]
