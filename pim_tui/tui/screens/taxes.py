"""The list of tax classes."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

from ...domain.taxline import taxes_text
from ...errors import PimError, Stale
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
from ..dialogs.fields import FieldForm, Values
from ..dialogs.goods import tax_form
from ..dialogs.stale import Kept
from ..requests import new_request
from ..widgets.listpane import ListPane
from .comparing import compare
from .listscreen import ListScreen

Answer = dict[str, Hashable]
TITLES = {"name": "Name", "taxes": "Taxes"}
EMPTY: Values = {"name": "", "taxes": ""}


class TaxesScreen(ListScreen):
    """Enter and e change the class under the cursor; bills keep the taxes they were made with."""

    scope: ClassVar[str] = "taxes"
    listed = TAXES
    kinds = frozenset(("tax_class", "product"))

    def action_add(self) -> None:
        """Add a class."""
        self._new(EMPTY)

    def action_edit(self) -> None:
        """Change the class under the cursor."""
        if isinstance(row := self.pane.row, TaxLine):
            self._edit(row, {"name": row.name, "taxes": row.taxes})

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
        self.pim.submit(match_taxes, MatchTaxes(new_request()), lambda done: self.pim.say(done.says))

    # --- forms ------------------------------------------------------------------------------------

    def _new(self, typed: Values, refusal: PimError | None = None) -> None:
        def answered(answer: Answer | None) -> None:
            if answer is not None:
                command = AddTaxClass(str(answer["name"]), str(answer["taxes"]), new_request())
                self.pim.submit(add_tax_class, command, self._done, lambda error: self._new(answer, error))

        self.app.push_screen(FieldForm(tax_form("New tax class", self._currency), typed, refusal), answered)

    def _edit(self, seen: TaxLine, typed: Values, refusal: PimError | None = None) -> None:
        def answered(answer: Answer | None) -> None:
            if answer is not None:
                self._change(seen, answer)

        form = FieldForm(tax_form(f"Change {seen.name}", self._currency), typed, refusal)
        self.app.push_screen(form, answered)

    def _change(self, seen: TaxLine, answer: Answer) -> None:
        def refused(error: PimError) -> None:
            if isinstance(error, Stale):
                self._compare(seen, answer, error)
            else:
                self._edit(seen, answer, error)

        command = ChangeTaxClass(
            seen.id, seen.version, (seen.name, seen.taxes), str(answer["name"]), str(answer["taxes"]),
            new_request(),
        )  # fmt: skip
        self.pim.submit(change_tax_class, command, self._done, refused)

    def _compare(self, seen: TaxLine, answer: Answer, error: Stale) -> None:
        async def read() -> TaxLine:
            row = await self.fetch(tax_class, seen.id)
            line = taxes_text(row.taxes, self._currency)
            return TaxLine(row.id, row.version, row.name, line, row.products, row.active)

        def kept(now: TaxLine, choice: Kept) -> None:
            theirs = {"name": now.name, "taxes": now.taxes}
            self._edit(now, {**answer, **{name: theirs[name] for name in choice.theirs}})

        compare(
            self, error, TITLES, read, save=kept,
            anew=lambda: self._change(seen, answer), back=lambda: self._edit(seen, answer),
        )  # fmt: skip

    def _done(self, done: Done) -> None:
        self.aim(done.ids[0])
        self.pim.say(done.says)

    @property
    def _currency(self) -> str:
        return self.pim.desk.session.currency
