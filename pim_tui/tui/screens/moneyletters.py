"""Letters about money, from a bill, an account, or the list of who owes: read through, changed, sent (C8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...domain.letters import Letter
from ...errors import PimError
from ...services.usecase import Done
from ..base import PimScreen
from ..requests import new_request

if TYPE_CHECKING:
    from ...services.account_mail import AccountLetter

    _Base = PimScreen
else:
    _Base = object


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
        self._ask_letter_about(about, letter, known, new_request())

    def _ask_letter_about(
        self,
        about: AccountLetter,
        letter: Letter,
        known: Sequence[str],
        request: str,
        refusal: PimError | None = None,
    ) -> None:
        from ...services.account_mail import EmailAccount, email_account
        from ...services.printing import stationery
        from ..dialogs.email import EmailDialog

        paper = stationery(self.pim.desk.settings)

        def refused(error: PimError, typed: Letter) -> None:
            self._ask_letter_about(about, typed, known, request, error)

        def answered(answer: Letter | None) -> None:
            if answer is not None:
                command = EmailAccount(about, answer, paper, request)
                self.pim.submit(
                    email_account, command, self._letter_waits, lambda error: refused(error, answer)
                )

        title = about.kind.replace("_", " ").capitalize()
        self.app.push_screen(EmailDialog(title, letter, _enclosed(about), known, refusal), answered)

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
