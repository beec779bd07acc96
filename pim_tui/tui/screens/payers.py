"""The list of payers, and what they pay for a customer."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import asdict
from typing import TYPE_CHECKING, ClassVar

from ...db.drafts import Draft
from ...domain.payer import TITLES, CoverageFields, PayerFields
from ...errors import PimError, Stale
from ...lists.stock import PAYERS
from ...queries.payers import Cover, PayerRow, coverage, coverages, payer, payers
from ...services.payers import (
    AddCoverage,
    AddPayer,
    ChangeCoverage,
    ChangePayer,
    EndCoverage,
    RetirePayer,
    add_coverage,
    add_payer,
    change_coverage,
    change_payer,
    end_coverage,
    retire_payer,
)
from ...services.usecase import Done
from ..base import PimScreen
from ..dialogs import payers as forms
from ..dialogs.fields import DraftName, FieldForm
from ..dialogs.pick import Pick
from ..dialogs.stale import Kept, StaleDialog, merged
from ..requests import new_request
from ..widgets.listpane import ListPane
from .listscreen import ListScreen

if TYPE_CHECKING:
    _Base = PimScreen
else:
    _Base = object

Answer = dict[str, Hashable]
NEW = PayerFields()


class PayersScreen(ListScreen):
    """Enter and e change the payer under the cursor, a adds one, x takes one out of use or back."""

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

    def on_list_pane_opened(self, event: ListPane.Opened) -> None:
        """Enter changes it."""
        self.action_edit()

    def action_retire(self) -> None:
        """Take the payer out of use, or back."""
        if isinstance(row := self.pane.row, PayerRow):
            command = RetirePayer(row.id, row.version, not row.active, "", new_request())
            self.pim.submit(retire_payer, command, lambda done: self.pim.say(done.says))

    # --- forms ------------------------------------------------------------------------------------

    def new_payer(self, typed: PayerFields = NEW, refusal: PimError | None = None) -> None:
        """Open the form, perhaps with what was refused."""

        def answered(answer: Answer | None) -> None:
            if answer is None:
                self.pim.drop_draft(forms.PAYER)
                return
            fields = forms.payer_fields(answer)
            self.pim.submit(
                add_payer, AddPayer(fields, new_request()), self._saved(""),
                lambda error: self.new_payer(fields, error),
            )  # fmt: skip

        form = FieldForm(forms.payer_form("New payer"), asdict(typed), refusal, DraftName(forms.PAYER))
        self.app.push_screen(form, answered)

    def _edit(self, seen: PayerRow, typed: PayerFields, refusal: PimError | None = None) -> None:
        record = str(seen.id)

        def answered(answer: Answer | None) -> None:
            if answer is None:
                self.pim.drop_draft(forms.PAYER, record)
            else:
                self._change(seen, forms.payer_fields(answer))

        draft = DraftName(forms.PAYER, record, seen.version)
        form = FieldForm(forms.payer_form(f"Change {seen.name}"), asdict(typed), refusal, draft)
        self.app.push_screen(form, answered)

    def _change(self, seen: PayerRow, fields: PayerFields) -> None:
        def refused(error: PimError) -> None:
            if isinstance(error, Stale):
                self._compare(seen, fields, error)
            else:
                self._edit(seen, fields, error)

        command = ChangePayer(seen.id, seen.version, seen.fields, fields, new_request())
        self.pim.submit(change_payer, command, self._saved(str(seen.id)), refused)

    def _compare(self, seen: PayerRow, fields: PayerFields, error: Stale) -> None:
        def kept(choice: Kept | None) -> None:
            if choice is None:
                self._edit(seen, fields)
            else:
                self.load(again, choice, group="record")

        async def again(choice: Kept) -> None:
            now = await self.fetch(payer, seen.id)
            self._change(now, merged(fields, now.fields, choice))

        self.app.push_screen(StaleDialog(error, TITLES), kept)

    def _saved(self, record: str) -> Callable[[Done], None]:
        def saved(done: Done) -> None:
            self.pim.drop_draft(forms.PAYER, record)
            self.aim(done.ids[0])
            self.pim.say(done.says)

        return saved

    # --- drafts -----------------------------------------------------------------------------------

    def restore_draft(self, draft: Draft) -> None:
        """Open the form that a draft was typed in, as it was."""
        self.load(self._restore, draft, group="record")

    async def _restore(self, draft: Draft) -> None:
        typed = PayerFields(**{key: draft.fields.get(key, "") for key in asdict(NEW)})
        if draft.record:
            self._edit(await self.fetch(payer, int(draft.record)), typed)
        else:
            self.new_payer(typed)


class CoverageKeys(_Base):
    """What payers pay for one customer: chosen, agreed, changed, ended; for the screen of that customer."""

    def choose_coverage(self, customer_id: int, name: str) -> None:
        """Pick what is agreed to change it, or a payer to add one."""

        async def read() -> None:
            mine = [one for one in await self.fetch(coverages, customer_id) if one.active]
            known = {one.payer_id for one in mine}
            others = [row for row in (await self.fetch(payers)).rows if row.id not in known]
            options = [(("is", one.id), f"{one.says}  (change or end)") for one in mine]
            options += [(("new", row.id), f"{row.name}  (add)") for row in others]
            if not options:
                self.pim.say("There are no payers yet: F3, then F5, adds them.")
                return
            self.app.push_screen(Pick(f"Who pays for {name}?", options), picked)

        def picked(answer: tuple[Hashable] | None) -> None:
            if answer is not None and isinstance(key := answer[0], tuple):
                (self._agreed if key[0] == "is" else opened)(key[1])

        def opened(payer_id: int) -> None:
            self._add_coverage(customer_id, payer_id, CoverageFields())

        self.load(read, group="record")

    def _agreed(self, coverage_id: int) -> None:
        async def read() -> None:
            seen = await self.fetch(coverage, coverage_id)
            options = (("change", "Change policy, share or last day"), ("end", "End it: no share any more"))
            self.app.push_screen(Pick(seen.says, options), lambda answer: picked(seen, answer))

        def picked(seen: Cover, answer: tuple[Hashable] | None) -> None:
            if answer is not None and answer[0] == "end":
                command = EndCoverage(seen.id, seen.version, new_request())
                self.pim.submit(end_coverage, command, lambda done: self.pim.say(done.says))
            elif answer is not None:
                self._change_coverage(seen, seen.fields)

        self.load(read, group="record")

    def _add_coverage(
        self, customer_id: int, payer_id: int, typed: CoverageFields, refusal: PimError | None = None
    ) -> None:
        async def read() -> None:
            who = await self.fetch(payer, payer_id)
            spec = forms.coverage_form(f"{who.name} pays", self.pim.today, self.pim.order)
            self.app.push_screen(FieldForm(spec, asdict(typed), refusal), answered)

        def answered(answer: Answer | None) -> None:
            if answer is None:
                return
            fields = forms.coverage_fields(answer)
            command = AddCoverage(customer_id, payer_id, fields, self.pim.order, new_request())
            self.pim.submit(
                add_coverage, command, lambda done: self.pim.say(done.says),
                lambda error: self._add_coverage(customer_id, payer_id, fields, error),
            )  # fmt: skip

        self.load(read, group="record")

    def _change_coverage(self, seen: Cover, typed: CoverageFields, refusal: PimError | None = None) -> None:
        def answered(answer: Answer | None) -> None:
            if answer is None:
                return
            fields = forms.coverage_fields(answer)
            command = ChangeCoverage(
                seen.id, seen.version, seen.fields, fields, self.pim.order, new_request()
            )
            self.pim.submit(
                change_coverage, command, lambda done: self.pim.say(done.says),
                lambda error: self._refused_coverage(seen, fields, error),
            )  # fmt: skip

        spec = forms.coverage_form(f"{seen.payer} pays", self.pim.today, self.pim.order)
        self.app.push_screen(FieldForm(spec, asdict(typed), refusal), answered)

    def _refused_coverage(self, seen: Cover, fields: CoverageFields, error: PimError) -> None:
        if not isinstance(error, Stale):
            self._change_coverage(seen, fields, error)
            return

        def kept(choice: Kept | None) -> None:
            if choice is None:
                self._change_coverage(seen, fields)
            else:
                self.load(again, choice, group="record")

        async def again(choice: Kept) -> None:
            now = await self.fetch(coverage, seen.id)
            self._change_coverage(now, merged(fields, now.fields, choice))

        self.app.push_screen(StaleDialog(error, TITLES), kept)
