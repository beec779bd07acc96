"""A posted document is corrected: adjusted, written off, voided; each with a reason (M3, M8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from ...domain.money import read_amount, read_signed, shown, written
from ...errors import PimError
from ...queries.bills import BillPage
from ...services.corrections import (
    AdjustBill,
    WriteOff,
    adjust_bill,
    check_write_off,
    standing,
    write_off,
)
from ...services.voiding import VoidPosting, check_void, void_posting
from ...services.work import Done
from ..dialogs.typedlines import Field, Fields, Typed
from ..requests import new_request
from .onbill import Asks, OnBill, owed

FORM = "bill"
"""The name of the drafts of what is typed here; their record is the posting."""
REASON = Field("reason", "Reason", limit=400)


@dataclass(frozen=True, slots=True)
class Form:
    """A few lines about a document: what they would do, and the ``command`` for ``service`` that does it.

    ``again`` asks the same once more after a refusal.
    """

    title: str
    fields: tuple[Field, ...]
    told: Callable[[Typed], str]
    service: Callable[..., Done]
    command: Callable[[Typed, str], Any]
    again: Asks


class BillFixes(OnBill):
    """Corrections. A reason that was not finished is kept as a draft."""

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
            return f"{way} {shown(abs(amount), head.currency)} with tax, in the proportion of {head.code}."

        def command(now: Typed, request: str) -> AdjustBill:
            amount = read_signed(now["amount"], head.currency)
            return AdjustBill(head.id, amount, now["description"], now["reason"], request)

        fields = (Field("amount", "Amount", "", 20), Field("description", "What for"), REASON)
        form = Form(f"Adjust {head.code}", fields, told, adjust_bill, command, self._ask_adjustment)
        self._ask_typed(page, form, typed, refusal)

    def action_write_off(self) -> None:
        """Give up what is left to pay."""
        self.on_bill(self._check_write_off)

    async def _check_write_off(self, page: BillPage) -> None:
        await self.fetch(check_write_off, self.pim.desk.session, page.header.id)
        await self._ask_write_off(page)

    async def _ask_write_off(
        self, page: BillPage, typed: Typed | None = None, refusal: PimError | None = None
    ) -> None:
        head, of_payer = page.header, page.due <= 0 < page.payer_due
        due = owed(page, of_payer=of_payer)
        whose = head.payer if of_payer else head.customer

        def told(now: Typed) -> str:
            amount = read_amount(now["amount"], head.currency, field="amount")
            return f"Gives up {shown(amount, head.currency)} that {whose} owes on {head.code}."

        def command(now: Typed, request: str) -> WriteOff:
            amount = read_amount(now["amount"], head.currency, field="amount")
            return WriteOff(head.id, amount, now["reason"], of_payer, request)

        fields = (Field("amount", "Amount", written(due, head.currency), 20), REASON)
        form = Form(f"Write off of {head.code}", fields, told, write_off, command, self._ask_write_off)
        self._ask_typed(page, form, typed, refusal)

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
        says = f"Takes back all of it, {shown(head.amount, head.currency)}; the number stays, marked VOID."

        def command(now: Typed, request: str) -> VoidPosting:
            return VoidPosting(head.id, now["reason"], request)

        form = Form(f"Void {head.code}", (REASON,), lambda _: says, void_posting, command, self._ask_void)
        self._ask_typed(page, form, typed, refusal)

    # --- asking -----------------------------------------------------------------------------------

    def _ask_typed(self, page: BillPage, form: Form, typed: Typed | None, refusal: PimError | None) -> None:
        """Ask for the lines and carry out what they mean."""
        record, request = str(page.header.id), new_request()

        def keep(now: Typed) -> None:
            self.pim.keep_draft(FORM, {**now, "what": form.title, "act": form.again.__name__}, record)

        def done(result: Done) -> None:
            self.pim.drop_draft(FORM, record)
            self.done(result)

        def answered(now: Typed | None) -> None:
            if now is None:
                self.pim.drop_draft(FORM, record)
                return
            again = partial(form.again, typed=now)
            self.pim.submit(
                form.service,
                form.command(now, request),
                done,
                lambda error: self.ask_once_more(page, again, error),
            )

        dialog = Fields(form.title, form.fields, form.told, typed=typed, refusal=refusal, keep=keep)
        self.app.push_screen(dialog, answered)

    def restore_typed(self, fields: Typed) -> None:
        """Ask again what a draft was typed into."""
        for ask in (self._ask_adjustment, self._ask_write_off, self._ask_void):
            if ask.__name__ == fields.get("act"):
                self.on_bill(partial(ask, typed=fields))
