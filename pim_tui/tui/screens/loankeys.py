"""What is done with loans by key, the same in the Borrow tab, in the clinic's lists and on a bill's page.

A refusal brings the form back as it was typed; a PIN is typed anew.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, NamedTuple

from ...domain.money import written
from ...errors import PimError, Refused
from ...queries.billlists import BillRow
from ...queries.loanlists import LoanRow
from ...queries.loans import LoanRecord, loan_record, loans_of_bill
from ...queries.stock import witnesses
from ...services.loans import ExtendLoan, HandBack, LoanLost, extend_loan, hand_back, lose_loan
from ..base import PimScreen
from ..dialogs import loans as forms
from ..dialogs.fields import Answer, FieldForm, FormSpec, Values
from ..dialogs.pick import Pick
from ..requests import new_request
from .formkeys import ask

if TYPE_CHECKING:
    _Base = PimScreen
else:
    _Base = object

ON_LOANS = frozenset(("hand_back", "extend", "lost"))
"""The keys of this module."""


class Opened(NamedTuple):
    """A loan, and who may look on where it is of something controlled (K5)."""

    loan: LoanRecord
    staff: tuple[tuple[int, str], ...]


Asking = Callable[[Opened, "Values | None", "PimError | None"], None]


class LoanKeys(_Base):
    """A screen says which loan, or which borrow bill, is under the cursor."""

    @property
    @abstractmethod
    def row(self) -> Any | None:
        """A row of loans or of bills; None where there is nothing lent."""

    def action_hand_back(self) -> None:
        """Items are back."""
        self.on_loan(self._ask_back)

    def action_extend(self) -> None:
        """More time."""
        self.on_loan(self._ask_time)

    def action_lost(self) -> None:
        """Items will not come back."""
        self.on_loan(self._ask_lost)

    # --- which loan -------------------------------------------------------------------------------

    def on_loan(self, ask: Asking) -> None:
        """Ask about the loan under the cursor."""
        row = self.row
        if isinstance(row, LoanRow):
            self.load(self._read_loan, row.id, ask, None, None, group="act")
        elif isinstance(row, BillRow) and row.kind == "borrow":
            self.on_loans_of(row.id, ask)
        else:
            self.pim.say("Put the cursor on something that is lent first.")

    def on_loans_of(self, bill_id: int, ask: Asking, line_id: int | None = None) -> None:
        """The loan of a bill that something is out of; of several, one is chosen or ``line_id`` is it."""
        self.load(self._of_bill, bill_id, ask, line_id, group="act")

    async def _of_bill(self, bill_id: int, ask: Asking, line_id: int | None) -> None:
        loans = [loan for loan in await self.fetch(loans_of_bill, bill_id) if loan.out]
        if not loans:
            raise Refused("Nothing of this bill is out.", "All of it is back or lost.", rule="K3")
        mine = [loan for loan in loans if loan.line_id == line_id] or loans
        if len(mine) == 1:
            await self._read_loan(mine[0].id, ask, None, None)
            return

        def chosen(answer: tuple[Hashable] | None) -> None:
            if answer is not None and isinstance(answer[0], int):
                self.load(self._read_loan, answer[0], ask, None, None, group="act")

        options: list[tuple[Hashable, str]] = [
            (loan.id, f"{loan.called}, {loan.out} out, due {loan.due_on.isoformat()}") for loan in mine
        ]
        self.app.push_screen(Pick("Which one?", options, mine[0].id), chosen)

    async def _read_loan(
        self, loan_id: int, ask: Asking, typed: Values | None, refusal: PimError | None
    ) -> None:
        loan = await self.fetch(loan_record, loan_id)
        me = self.pim.desk.session.staff_id
        ask(Opened(loan, await self.fetch(witnesses, me) if loan.controlled else ()), typed, refusal)

    # --- what is asked ----------------------------------------------------------------------------

    def _ask_back(self, found: Opened, typed: Values | None, refusal: PimError | None) -> None:
        loan = found.loan

        def act(answer: Answer) -> None:
            quantity = forms.quantity_of(answer, loan, [])
            command = HandBack(
                loan.id,
                quantity,
                str(answer["condition"]),
                str(answer.get("disposition") or ""),
                *_witness(answer),
                request=new_request(),
            )
            self.pim.submit(
                hand_back, command, self.pim.said, self._reopened_with(loan, self._ask_back, answer)
            )

        self._ask(forms.back_form(loan, found.staff), typed or {}, refusal, act)

    def _ask_time(self, found: Opened, typed: Values | None, refusal: PimError | None) -> None:
        loan, today, order = found.loan, self.pim.today, self.pim.order

        def act(answer: Answer) -> None:
            if (day := forms.due_of(answer, today, order, [])) is not None:
                command = ExtendLoan(loan.id, day, str(answer["reason"]), new_request())
                self.pim.submit(
                    extend_loan, command, self.pim.said, self._reopened_with(loan, self._ask_time, answer)
                )

        self._ask(forms.time_form(loan, today, order), typed or {}, refusal, act)

    def _ask_lost(self, found: Opened, typed: Values | None, refusal: PimError | None) -> None:
        loan, currency = found.loan, self.pim.desk.session.currency

        def act(answer: Answer) -> None:
            price, quantity = forms.price_of(answer, currency, []), forms.quantity_of(answer, loan, [])
            if price is not None:
                command = LoanLost(
                    loan.id, quantity, price, str(answer["reason"]), *_witness(answer), request=new_request()
                )
                self.pim.submit(
                    lose_loan, command, self.pim.said, self._reopened_with(loan, self._ask_lost, answer)
                )

        values = typed or {"price": written(loan.price, currency) if loan.price else ""}
        self._ask(forms.lost_form(loan, currency, found.staff), values, refusal, act)

    def _ask(
        self, spec: FormSpec, values: Values, refusal: PimError | None, act: Callable[[Answer], None]
    ) -> None:
        kept = {key: value for key, value in values.items() if key != "pin"}
        ask(self, FieldForm(spec, kept, refusal), act)

    def _reopened_with(self, loan: LoanRecord, ask: Asking, answer: Answer) -> Callable[[PimError], None]:
        return lambda error: self.load(self._read_loan, loan.id, ask, answer, error, group="act")


def _witness(answer: Answer) -> tuple[int | None, str]:
    """Who looked on, and the PIN."""
    who = answer.get("witness")
    return (who if isinstance(who, int) else None), str(answer.get("pin") or "")
