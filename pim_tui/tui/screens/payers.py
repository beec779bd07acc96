"""The list of payers."""

from __future__ import annotations

from dataclasses import asdict
from typing import ClassVar

from ...db.drafts import Draft
from ...domain.payer import TITLES, PayerFields
from ...errors import PimError
from ...lists.payers import PAYERS
from ...queries.payers import PayerRow, payer
from ...services.payers import AddPayer, ChangePayer, RetirePayer, add_payer, change_payer, retire_payer
from ...services.refunds import Owner
from ..dialogs import payers as forms
from ..dialogs.fields import Answer, DraftName, FieldForm, fields_of_draft
from ..dialogs.stale import merged
from ..requests import new_request
from ..widgets.listpane import ListPane
from .accountmoney import AccountMoney
from .comparing import refused_over, take_up
from .formkeys import ask
from .listscreen import ListScreen

NEW = PayerFields()


class PayersScreen(AccountMoney, ListScreen):
    """Enter and e change the payer under the cursor, a adds one, x takes one out of use or back, y takes what
    one pays."""

    scope: ClassVar[str] = "payers"
    listed = PAYERS
    kinds = frozenset(("payer", "coverage", "customer", "posting"))

    # --- keys -------------------------------------------------------------------------------------

    def action_add(self) -> None:
        """Add a payer."""
        self.new_payer()

    def action_edit(self) -> None:
        """Change the payer under the cursor."""
        if isinstance(row := self.pane.row, PayerRow):
            self._edit(row, row.fields)

    def action_receive(self) -> None:
        """Take what the payer under the cursor pays."""
        if isinstance(row := self.pane.row, PayerRow):
            self.take_on_account(Owner(None, row.id), row.name)

    def action_spend(self) -> None:
        """Settle the payer's oldest bills with what it has paid too much."""
        if isinstance(row := self.pane.row, PayerRow):
            self.spend_credit(Owner(None, row.id), row.name)

    def on_list_pane_opened(self, event: ListPane.Opened) -> None:
        """Enter changes it."""
        self.action_edit()

    def action_retire(self) -> None:
        """Take the payer out of use, or back."""
        if isinstance(row := self.pane.row, PayerRow):
            command = RetirePayer(row.id, row.version, not row.active, "", new_request())
            self.pim.submit(retire_payer, command, self.pim.said)

    # --- forms ------------------------------------------------------------------------------------

    def new_payer(self, typed: PayerFields = NEW, refusal: PimError | None = None) -> None:
        """Open the form, perhaps with what was refused."""

        def add(answer: Answer) -> None:
            fields = forms.payer_fields(answer)
            self.pim.submit(
                add_payer,
                AddPayer(fields, new_request()),
                self.row_saved(forms.PAYER),
                lambda error: self.new_payer(fields, error),
            )

        form = FieldForm(forms.payer_form("New payer"), asdict(typed), refusal, DraftName(forms.PAYER))
        ask(self, form, add)

    def _edit(self, seen: PayerRow, typed: PayerFields, refusal: PimError | None = None) -> None:
        draft = DraftName(forms.PAYER, str(seen.id), seen.version)
        form = FieldForm(forms.payer_form(f"Change {seen.name}"), asdict(typed), refusal, draft)
        ask(self, form, lambda answer: self._change(seen, forms.payer_fields(answer)))

    def _change(self, seen: PayerRow, fields: PayerFields) -> None:
        refused = refused_over(
            self,
            TITLES,
            lambda: self.fetch(payer, seen.id),
            save=lambda now, choice: self._change(now, merged(fields, now.fields, choice)),
            anew=lambda: self._change(seen, fields),
            back=lambda error: self._edit(seen, fields, error),
        )
        command = ChangePayer(seen.id, seen.version, seen.fields, fields, new_request())
        self.pim.submit(change_payer, command, self.row_saved(forms.PAYER, str(seen.id)), refused)

    # --- drafts -----------------------------------------------------------------------------------

    def restore_draft(self, draft: Draft) -> None:
        """Open the form that a draft was typed in, as it was."""
        self.load(self._restore, draft, group="record")

    async def _restore(self, draft: Draft) -> None:
        if not draft.record:
            self.new_payer(fields_of_draft(draft.fields, NEW))
            return
        now = await self.fetch(payer, int(draft.record))
        typed = fields_of_draft(draft.fields, now.fields)
        versions = draft.version, now.version
        take_up(self, now.name, versions, now.fields, typed, TITLES, lambda kept: self._edit(now, kept))
