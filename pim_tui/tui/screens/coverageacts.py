"""What payers pay for one customer: chosen, agreed, changed, ended."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import asdict

from ...db.drafts import Draft
from ...domain.payer import TITLES, CoverageFields
from ...errors import PimError
from ...queries.payers import Cover, coverage, coverages, payer, payers
from ...services.payers import (
    AddCoverage,
    ChangeCoverage,
    EndCoverage,
    add_coverage,
    change_coverage,
    end_coverage,
)
from ...services.work import Done
from ..base import PimScreen
from ..dialogs import payers as forms
from ..dialogs.fields import Answer, DraftName, FieldForm, fields_of_draft
from ..dialogs.pick import Pick
from ..dialogs.stale import merged
from ..requests import new_request
from .comparing import refused_over, take_up
from .formkeys import ask

_NEW, _AGREED = "new", "agreed"
"""What stands in a draft between the customer and the payer of a new agreement, or the agreement there is."""


class CoverageActs:
    """Carries out over ``screen`` what is agreed with payers."""

    def __init__(self, screen: PimScreen) -> None:
        self.screen, self.pim = screen, screen.pim

    def choose(self, customer_id: int, name: str) -> None:
        """Pick what is agreed to change it, or a payer to add one."""

        async def read() -> None:
            mine = [one for one in await self.screen.fetch(coverages, customer_id) if one.active]
            known = {one.payer_id for one in mine}
            others = [row for row in (await self.screen.fetch(payers)).rows if row.id not in known]
            options = [(("is", one.id), f"{one.says}  (change or end)") for one in mine]
            options += [(("new", row.id), f"{row.name}  (add)") for row in others]
            if not options:
                self.pim.say(self.screen.keyed("There are no payers yet: ", "F3, then F5, adds them."))
                return
            self.pim.push_screen(Pick(f"Who pays for {name}?", options), picked)

        def picked(answer: tuple[Hashable] | None) -> None:
            if answer is not None and isinstance(key := answer[0], tuple):
                (self._agreed if key[0] == "is" else opened)(key[1])

        def opened(payer_id: int) -> None:
            self._add(customer_id, payer_id, CoverageFields())

        self.screen.load(read, group="record")

    def _agreed(self, coverage_id: int) -> None:
        async def read() -> None:
            seen = await self.screen.fetch(coverage, coverage_id)
            options = (("change", "Change policy, share or last day"), ("end", "End it: no share any more"))
            self.pim.push_screen(Pick(seen.says, options), lambda answer: picked(seen, answer))

        def picked(seen: Cover, answer: tuple[Hashable] | None) -> None:
            if answer is not None and answer[0] == "end":
                command = EndCoverage(seen.id, seen.version, new_request())
                self.pim.submit(end_coverage, command, self.pim.said)
            elif answer is not None:
                self._change(seen, seen.fields)

        self.screen.load(read, group="record")

    def _add(
        self, customer_id: int, payer_id: int, typed: CoverageFields, refusal: PimError | None = None
    ) -> None:
        record = f"{customer_id} {_NEW} {payer_id}"

        async def read() -> None:
            who = await self.screen.fetch(payer, payer_id)
            spec = forms.coverage_form(f"{who.name} pays", self.pim.today, self.pim.order)
            form = FieldForm(spec, asdict(typed), refusal, DraftName(forms.COVERAGE, record))
            ask(self.screen, form, add)

        def add(answer: Answer) -> None:
            fields = forms.coverage_fields(answer)
            command = AddCoverage(customer_id, payer_id, fields, self.pim.order, new_request())
            self.pim.submit(
                add_coverage, command, self._covered(record),
                lambda error: self._add(customer_id, payer_id, fields, error),
            )  # fmt: skip

        self.screen.load(read, group="record")

    def _change(self, seen: Cover, typed: CoverageFields, refusal: PimError | None = None) -> None:
        draft = DraftName(forms.COVERAGE, f"{seen.customer_id} {_AGREED} {seen.id}", seen.version)
        spec = forms.coverage_form(f"{seen.payer} pays", self.pim.today, self.pim.order)
        form = FieldForm(spec, asdict(typed), refusal, draft)
        ask(self.screen, form, lambda answer: self._save(seen, forms.coverage_fields(answer)))

    def _save(self, seen: Cover, fields: CoverageFields) -> None:
        refused = refused_over(
            self.screen,
            TITLES,
            lambda: self.screen.fetch(coverage, seen.id),
            save=lambda now, choice: self._change(now, merged(fields, now.fields, choice)),
            anew=lambda: self._save(seen, fields),
            back=lambda error: self._change(seen, fields, error),
        )
        command = ChangeCoverage(seen.id, seen.version, seen.fields, fields, self.pim.order, new_request())
        record = f"{seen.customer_id} {_AGREED} {seen.id}"
        self.pim.submit(change_coverage, command, self._covered(record), refused)

    def _covered(self, record: str) -> Callable[[Done], None]:
        def covered(done: Done) -> None:
            self.pim.drop_draft(forms.COVERAGE, record)
            self.pim.say(done.says)

        return covered

    # --- drafts -----------------------------------------------------------------------------------

    def restore(self, draft: Draft) -> None:
        """Open the form that a draft was typed in, as it was."""
        self.screen.load(self._restore, draft, group="record")

    async def _restore(self, draft: Draft) -> None:
        customer_id, which, id_ = draft.record.split()
        if which == _NEW:
            typed = fields_of_draft(draft.fields, CoverageFields())
            self._add(int(customer_id), int(id_), typed)
            return
        now = await self.screen.fetch(coverage, int(id_))
        take_up(
            self.screen, f"What {now.payer} pays", (draft.version, now.version), now.fields,
            fields_of_draft(draft.fields, now.fields), TITLES, lambda kept: self._change(now, kept),
        )  # fmt: skip
