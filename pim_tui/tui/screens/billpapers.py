"""A posted document leaves the house: on paper, as a file of the outbox, by email."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from ...domain.letters import Letter
from ...errors import PimError, Refused
from ...lists.onebill import one_bill
from ...lists.spec import Scope
from ...queries.bills import BillPage
from ...services.work import Done
from ..dialogs.typedlines import Typed
from ..requests import new_request
from .billfixes import FORM, BillFixes
from .handing import Exports
from .moneyletters import Begun, MoneyLetters
from .papers import PrintKeys

if TYPE_CHECKING:
    from ...services.wanted import Wanted

    _Base = BillFixes
else:
    _Base = object


EMAIL = "email"
"""What a draft says that is a letter."""


class BillPapers(Exports, PrintKeys, MoneyLetters, _Base):
    """Prints, sends and exports the document that the keys work on."""

    # --- paper ------------------------------------------------------------------------------------

    def papers(self) -> Sequence[tuple[str, Wanted]]:
        """The document as it was issued, a copy of it, and the labels of what was dispensed."""
        from ...services.wanted import LabelPaper, PostingPaper

        page = self.page
        if page is None:
            return []
        code = page.header.code
        labels = [
            (f"label: {line.description}", LabelPaper(line.id)) for line in page.lines if line.directions
        ]
        papers: list[tuple[str, Wanted]] = [
            (f"{code} as it was issued", PostingPaper(page.header.id)),
            (f"{code} as a copy", PostingPaper(page.header.id, again=True)),
        ]
        return [*papers, *labels]

    @property
    @abstractmethod
    def page(self) -> BillPage | None:
        """The document as it was read last."""

    def action_print(self) -> None:
        """Print it the usual way; without a printer it goes into a file."""
        self._print(again=False)

    def action_copy(self) -> None:
        """Print it again; the paper says COPY and which one."""
        self._print(again=True)

    def _print(self, *, again: bool) -> None:
        from ...services.printing import stationery
        from ...services.wanted import PostingPaper

        if (id_ := self.bill_id) is not None:
            wanted, paper = PostingPaper(id_, again), stationery(self.pim.desk.settings)
            self.send_paper(wanted, paper, self.pim.printing.usual_place(wanted))

    # --- email ------------------------------------------------------------------------------------

    def action_email(self) -> None:
        """Write to the customer, the document attached."""
        self.on_bill(self._write_letter)

    def action_notice(self) -> None:
        """Write to the customer about what is left to pay, the bill attached."""
        self.on_bill(self._write_notice)

    async def _write_notice(self, page: BillPage) -> None:
        from ...services.account_mail import AccountLetter
        from ...services.wanted import PostingPaper

        head = page.header
        if head.customer_id is None:
            raise Refused("This bill is nobody's.", "There is nobody to be reminded.")
        self.write_about(AccountLetter("payment_notice", head.customer_id, PostingPaper(head.id)))

    async def _write_letter(self, page: BillPage) -> None:
        begun = await self._letter_begun(page)
        await self._ask_letter(page, begun, begun.proposed)

    async def _letter_begun(self, page: BillPage) -> Begun:
        from ...services.bill_mail import compose_email
        from ...services.printing import stationery

        session, paper = self.pim.desk.session, stationery(self.pim.desk.settings)
        return Begun(*(await self.fetch(compose_email, session, page.header.id, paper)), new_request())

    async def _ask_letter(
        self, page: BillPage, begun: Begun, letter: Letter, refusal: PimError | None = None
    ) -> None:
        from ...services.bill_mail import EmailBill, email_bill
        from ...services.printing import stationery
        from ..dialogs.email import EmailDialog

        code, paper = page.header.code, stationery(self.pim.desk.settings)
        record = str(page.header.id)

        def keep(now: Letter) -> None:
            fields = {"what": f"Email {code}", "act": EMAIL, **begun.kept(now)}
            self.pim.keep_draft(FORM, fields, record)

        def done(result: Done) -> None:
            self.pim.drop_draft(FORM, record)
            self.done(result)
            self.load(self._carry_newest, group="carry")

        def answered(answer: Letter | None) -> None:
            if answer is None:
                self.pim.drop_draft(FORM, record)
                return
            again = partial(self._ask_letter, begun=begun, letter=answer)
            command = EmailBill(page.header.id, answer, paper, begun.request)
            self.pim.submit(email_bill, command, done, lambda error: self.ask_once_more(page, again, error))

        dialog = EmailDialog(f"Email {code}", letter, f"{code}.pdf", begun.known, refusal, keep)
        self.app.push_screen(dialog, answered)

    def restore_typed(self, fields: Typed) -> None:
        """Go on with a letter that was not finished, or with another form."""
        if fields.get("act") != EMAIL:
            super().restore_typed(fields)
            return
        self.on_bill(partial(self._take_up_bill_letter, fields=fields))

    async def _take_up_bill_letter(self, page: BillPage, fields: Typed) -> None:
        begun = await self._letter_begun(page)

        def ask(letter: Letter, told: PimError | None) -> None:
            self.load(partial(self._ask_letter, page, begun, letter, told), group="act")

        begun.go_on(self, fields, ask)

    # --- files ------------------------------------------------------------------------------------

    def export(self) -> None:
        """Write everything on the page to a file."""
        from ...services import exporting

        if (page := self.page) is None:
            return
        head, zone = page.header, self.pim.desk.session.zone
        spec, scope = one_bill(head.id, head.code), Scope(head.customer_id, zone, self.pim.today)
        self.hand_out(
            head.code,
            head.code,
            exporting.kinds_of(spec),
            exporting.export_list,
            lambda form: exporting.ExportList(
                spec, scope, {"posting": head.id}, form, head.customer, new_request()
            ),
        )
