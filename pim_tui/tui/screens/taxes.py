"""The list of tax classes."""

from __future__ import annotations

from dataclasses import asdict
from typing import ClassVar

from ...db.drafts import Draft
from ...domain.taxline import taxes_text
from ...errors import PimError
from ...lists.taxes import TAXES, TaxLine
from ...queries.tax_classes import tax_class
from ...services.tax_classes import (
    AddTaxClass,
    ChangeTaxClass,
    MatchTaxes,
    RetireTaxClass,
    add_tax_class,
    change_tax_class,
    match_taxes,
    retire_tax_class,
)
from ...services.work import Done
from ..dialogs.fields import Answer, DraftName, FieldForm, fields_of_draft
from ..dialogs.goods import TAX, TAX_TITLES, TaxFields, tax_fields, tax_form
from ..dialogs.stale import merged
from ..requests import new_request
from ..widgets.listpane import ListPane
from .comparing import refused_over, take_up
from .formkeys import ask
from .listscreen import ListScreen

NEW = TaxFields()


class TaxesScreen(ListScreen):
    """Enter and e change the class under the cursor; bills keep the taxes they were made with."""

    scope: ClassVar[str] = "taxes"
    listed = TAXES
    kinds = frozenset(("tax_class", "product"))

    def action_add(self) -> None:
        """Add a class."""
        self._new()

    def action_edit(self) -> None:
        """Change the class under the cursor."""
        if isinstance(row := self.pane.row, TaxLine):
            self._edit(row, _fields(row))

    def on_list_pane_opened(self, event: ListPane.Opened) -> None:
        """Enter changes it."""
        self.action_edit()

    def action_retire(self) -> None:
        """Take the class out of use, or back."""
        if isinstance(row := self.pane.row, TaxLine):
            command = RetireTaxClass(row.id, row.version, row.withdrawn, new_request())
            self.pim.submit(retire_tax_class, command, self._done)

    def action_match(self) -> None:
        """Give products that came from a table the class that their text means."""
        self.pim.submit(match_taxes, MatchTaxes(new_request()), self.pim.said)

    # --- forms ------------------------------------------------------------------------------------

    def _new(self, typed: TaxFields = NEW, refusal: PimError | None = None) -> None:
        def add(answer: Answer) -> None:
            fields = tax_fields(answer)
            command = AddTaxClass(fields.name, fields.taxes, new_request())
            self.pim.submit(
                add_tax_class, command, self.row_saved(TAX), lambda error: self._new(fields, error)
            )

        spec = tax_form("New tax class", self._currency)
        ask(self, FieldForm(spec, asdict(typed), refusal, DraftName(TAX)), add)

    def _edit(self, seen: TaxLine, typed: TaxFields, refusal: PimError | None = None) -> None:
        spec = tax_form(f"Change {seen.name}", self._currency)
        form = FieldForm(spec, asdict(typed), refusal, DraftName(TAX, str(seen.id), seen.version))
        ask(self, form, lambda answer: self._change(seen, tax_fields(answer)))

    def _change(self, seen: TaxLine, fields: TaxFields) -> None:
        refused = refused_over(
            self,
            TAX_TITLES,
            lambda: self._line(seen.id),
            save=lambda now, choice: self._edit(now, merged(fields, _fields(now), choice)),
            anew=lambda: self._change(seen, fields),
            back=lambda error: self._edit(seen, fields, error),
        )
        command = ChangeTaxClass(
            seen.id, seen.version, (seen.name, seen.taxes), fields.name, fields.taxes, new_request()
        )
        self.pim.submit(change_tax_class, command, self.row_saved(TAX, str(seen.id)), refused)

    async def _line(self, class_id: int) -> TaxLine:
        row = await self.fetch(tax_class, class_id)
        taxes = taxes_text(row.taxes, self._currency)
        return TaxLine(row.id, row.version, row.name, taxes, row.products, row.active)

    def _done(self, done: Done) -> None:
        self.aim(done.ids[0])
        self.pim.say(done.says)

    # --- drafts -----------------------------------------------------------------------------------

    def restore_draft(self, draft: Draft) -> None:
        """Open the form that a draft was typed in, as it was."""
        self.load(self._restore, draft, group="record")

    async def _restore(self, draft: Draft) -> None:
        if not draft.record:
            self._new(fields_of_draft(draft.fields, NEW))
            return
        now = await self._line(int(draft.record))
        base, versions = _fields(now), (draft.version, now.version)
        typed = fields_of_draft(draft.fields, base)
        take_up(self, now.name, versions, base, typed, TAX_TITLES, lambda kept: self._edit(now, kept))

    @property
    def _currency(self) -> str:
        return self.pim.desk.session.currency


def _fields(row: TaxLine) -> TaxFields:
    """As the form holds it."""
    return TaxFields(row.name, row.taxes)
