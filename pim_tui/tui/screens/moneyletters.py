"""Letters about money, from a bill, an account, or the list of who owes: read through, changed, sent (C8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

from ...db.drafts import Draft
from ...domain.letters import Letter
from ...errors import PimError
from ...services.work import Done
from ..base import PimScreen
from ..requests import new_request

if TYPE_CHECKING:
    from ...services.account_mail import AccountLetter
    from ..app import PimApp

    _Base = PimScreen
else:
    _Base = object


FORM = "money_letter"
"""What a draft says that is such a letter."""


class MoneyLetters(_Base):
    """A screen that sends payment notices and statements."""

    def write_about(self, about: AccountLetter) -> None:
        """Propose the letter, and send it once it was read through."""
        self.load(self._propose_letter, about, group="act")

    async def _propose_letter(self, about: AccountLetter) -> None:
        from ...services.account_mail import compose_account
        from ...services.printing import stationery

        session, paper = self.pim.desk.session, stationery(self.pim.desk.settings)
        letter, known = await self.fetch(compose_account, session, about, paper)
        self.ask_letter(about, letter, known, new_request())

    def ask_letter(
        self,
        about: AccountLetter,
        letter: Letter,
        known: Sequence[str],
        request: str,
        refusal: PimError | None = None,
    ) -> None:
        """Show the letter, which is kept as it is typed; Enter sends it."""
        from ...services.account_mail import EmailAccount, email_account
        from ...services.printing import stationery
        from ..dialogs.email import EmailDialog

        paper, record = stationery(self.pim.desk.settings), f"{about.kind} {about.customer_id}"
        title = about.kind.replace("_", " ").capitalize()

        def keep(now: Letter) -> None:
            self.pim.keep_draft(FORM, {"what": title, **_told(about), **asdict(now)}, record)

        def refused(error: PimError, typed: Letter) -> None:
            self.ask_letter(about, typed, known, request, error)

        def waits(done: Done) -> None:
            self.pim.drop_draft(FORM, record)
            self._letter_waits(done)

        def answered(answer: Letter | None) -> None:
            if answer is None:
                self.pim.drop_draft(FORM, record)
                return
            command = EmailAccount(about, answer, paper, request)
            self.pim.submit(email_account, command, waits, lambda error: refused(error, answer))

        self.app.push_screen(EmailDialog(title, letter, _enclosed(about), known, refusal, keep), answered)

    def _letter_waits(self, done: Done) -> None:
        """It goes in a few minutes: this session may see it go."""
        self.pim.say(done.says)
        self.load(self._carry_newest, group="carry")

    async def _carry_newest(self) -> None:
        from ...queries.delivery import newest_waiting

        if (found := await self.fetch(newest_waiting, "email", self.pim.now)) is not None:
            self.pim.errands.carry(*found)


def _enclosed(about: AccountLetter) -> str:
    from ...services.wanted import PostingPaper

    return "the bill" if isinstance(about.enclosed, PostingPaper) else "the statement"


def _told(about: AccountLetter) -> dict[str, str]:
    """What a draft keeps of what the letter is about."""
    from ...services.wanted import PostingPaper

    told = {"kind": about.kind, "customer": str(about.customer_id)}
    if isinstance(about.enclosed, PostingPaper):
        return {**told, "posting": str(about.enclosed.posting_id)}
    return {**told, "first": about.enclosed.first.isoformat(), "last": about.enclosed.last.isoformat()}


def _about(fields: Mapping[str, str]) -> AccountLetter:
    """The inverse of :func:`_told`."""
    from ...services.account_mail import AccountLetter
    from ...services.wanted import PostingPaper, StatementPaper

    whose = int(fields["customer"])
    if "posting" in fields:
        return AccountLetter("payment_notice", whose, PostingPaper(int(fields["posting"])))
    days = date.fromisoformat(fields["first"]), date.fromisoformat(fields["last"])
    if fields["kind"] == "statement":
        return AccountLetter("statement", whose, StatementPaper(whose, *days))
    return AccountLetter("payment_notice", whose, StatementPaper(whose, *days))


def reopen_letter(pim: PimApp, draft: Draft) -> None:
    """Show the letter that was not finished, on the page of what it is about."""
    from .bill import BillScreen

    about, fields = _about(draft.fields), draft.fields
    letter = Letter(fields.get("to", ""), fields.get("subject", ""), fields.get("text", ""))
    if "posting" in fields:
        bill = BillScreen(int(fields["posting"]))
        pim.push_then(bill, lambda: bill.ask_letter(about, letter, (), new_request()))
    elif isinstance(pim.screen, PimScreen):
        pim.screen.load(_open_ledger, pim, about, letter, group="draft")


async def _open_ledger(pim: PimApp, about: AccountLetter, letter: Letter) -> None:
    from ...queries.customers import record
    from .ledger import LedgerScreen

    found = await pim.fetch(record, about.customer_id)
    ledger = LedgerScreen(about.customer_id, found.customer.name.full)
    pim.push_then(ledger, lambda: ledger.ask_letter(about, letter, (), new_request()))
