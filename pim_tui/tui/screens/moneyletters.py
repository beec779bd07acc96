"""Letters about money, from a bill, an account, or the list of who owes: read through, changed, sent (C8)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING

from ...db.drafts import OVER, Draft
from ...domain.letters import Letter, renewed
from ...domain.versions import meanwhile
from ...errors import PimError, Refused
from ...services.work import Done
from ..base import PimScreen
from ..dialogs.stale import merged
from ..requests import new_request
from .comparing import ask_which_stays

if TYPE_CHECKING:
    from ...services.account_mail import AccountLetter
    from ..app import PimApp

    _Base = PimScreen
else:
    _Base = object


FORM = "money_letter"
"""What a draft says that is such a letter."""


TITLES = {"to": "To", "subject": "Subject", "text": "Text"}


@dataclass(frozen=True, slots=True)
class Begun:
    """What a letter begins with: as it is proposed, all addresses of the customer, and its request."""

    proposed: Letter
    known: tuple[str, ...]
    request: str

    def kept(self, typed: Letter) -> dict[str, str]:
        """What a draft keeps of a letter: as it was ``typed``, and what it was typed over."""
        return {**asdict(typed), OVER: json.dumps(asdict(self.proposed))}

    def go_on(
        self,
        screen: PimScreen,
        fields: Mapping[str, str],
        ask: Callable[[Letter, PimError | None], object],
    ) -> None:
        """Go on with what a draft kept: ``ask`` opens the letter, and says what there is to say.

        What is proposed otherwise by now, an amount that was paid since, is written anew; where that was
        typed over, both are shown and it is asked which stays.
        """
        typed, now = _letter(fields), self.proposed
        anew = renewed(typed, _letter(json.loads(fields[OVER])), now) if OVER in fields else None
        if anew is None:
            ask_which_stays(
                screen, "What this letter is about", 0, meanwhile(typed, now, typed), TITLES,
                lambda choice: ask(merged(typed, now, choice), None),
            )  # fmt: skip
        else:
            ask(anew, None if anew == typed else Refused(*_CHANGED))


_CHANGED = "What this letter says has changed since you began it.", "It is written anew: read it through."


def _letter(fields: Mapping[str, str]) -> Letter:
    return Letter(fields.get("to", ""), fields.get("subject", ""), fields.get("text", ""))


class MoneyLetters(_Base):
    """A screen that sends payment notices and statements."""

    def write_about(self, about: AccountLetter) -> None:
        """Propose the letter, and send it once it was read through."""
        self.load(self._propose_letter, about, group="act")

    async def _propose_letter(self, about: AccountLetter) -> None:
        begun = await self._begun(about)
        self.ask_letter(about, begun, begun.proposed)

    async def _begun(self, about: AccountLetter) -> Begun:
        from ...services.account_mail import compose_account
        from ...services.printing import stationery

        session, paper = self.pim.desk.session, stationery(self.pim.desk.settings)
        return Begun(*(await self.fetch(compose_account, session, about, paper)), new_request())

    def ask_letter(
        self, about: AccountLetter, begun: Begun, letter: Letter, refusal: PimError | None = None
    ) -> None:
        """Show the letter, which is kept as it is typed; Enter sends it."""
        from ...services.account_mail import EmailAccount, email_account
        from ...services.printing import stationery
        from ..dialogs.email import EmailDialog

        paper, record = stationery(self.pim.desk.settings), f"{about.kind} {about.customer_id}"
        title = about.kind.replace("_", " ").capitalize()

        def keep(now: Letter) -> None:
            self.pim.keep_draft(FORM, {"what": title, **_told(about), **begun.kept(now)}, record)

        def waits(done: Done) -> None:
            self.pim.drop_draft(FORM, record)
            self._letter_waits(done)

        def answered(answer: Letter | None) -> None:
            if answer is None:
                self.pim.drop_draft(FORM, record)
                return
            command = EmailAccount(about, answer, paper, begun.request)
            self.pim.submit(
                email_account, command, waits, lambda error: self.ask_letter(about, begun, answer, error)
            )

        dialog = EmailDialog(title, letter, _enclosed(about), begun.known, refusal, keep)
        self.app.push_screen(dialog, answered)

    def take_up_letter(self, about: AccountLetter, fields: Mapping[str, str]) -> None:
        """Go on with a letter that was not finished: it says what is owed by now."""

        async def read() -> None:
            begun = await self._begun(about)
            begun.go_on(self, fields, lambda letter, told: self.ask_letter(about, begun, letter, told))

        self.load(read, group="act")

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
    if "posting" in fields:
        bill = BillScreen(int(fields["posting"]))
        pim.push_then(bill, lambda: bill.take_up_letter(about, fields))
    elif isinstance(pim.screen, PimScreen):
        pim.screen.load(_open_ledger, pim, about, fields, group="draft")


async def _open_ledger(pim: PimApp, about: AccountLetter, fields: Mapping[str, str]) -> None:
    from ...queries.customers import record
    from .ledger import LedgerScreen

    found = await pim.fetch(record, about.customer_id)
    ledger = LedgerScreen(about.customer_id, found.customer.name.full)
    pim.push_then(ledger, lambda: ledger.take_up_letter(about, fields))
