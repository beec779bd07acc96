"""A person's own rights: everything about them in one archive, and being forgotten (P5)."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from ...domain.rights import Right
from ...errors import PimError, Refused
from ...queries.erasing import ErasePreview, erase_preview
from ...services.work import Done
from ..base import PimScreen
from ..dialogs.customer import CustomerForm
from ..dialogs.erasing import erase_form
from ..dialogs.fields import FieldForm
from ..requests import new_request


class PrivacyActs:
    """Hands out everything about a person, and erases one; ``erased`` is called when that is done."""

    def __init__(self, screen: PimScreen, erased: Callable[[Done], object]) -> None:
        self.screen, self.pim, self._erased = screen, screen.pim, erased

    def hand_out(self, customer_id: int) -> None:
        """Write the archive into the outbox."""
        from ...services.leaving import Form
        from ...services.person_export import ExportPerson, export_person
        from ...services.printing import stationery

        pim = self.pim
        if not self.screen.allowed(Right.EXPORT):
            return
        name = f"person-{customer_id}-{pim.today.isoformat()}"
        form = Form("zip", pim.desk.new_outbox_file(name, "zip"), stationery(pim.desk.settings))
        pim.say("Writing…")
        command = ExportPerson(customer_id, form, new_request())
        pim.submit(export_person, command, pim.said, waits=False)

    def ask_erasing(self, customer_id: int) -> None:
        """Show what would go and what stays, and ask for the number."""
        if self.screen.allowed(Right.ERASE_CUSTOMER):
            self.screen.load(self._preview_erasing, customer_id, group="erase")

    async def _preview_erasing(self, customer_id: int) -> None:
        about = customer_id, self.pim.today, self.pim.desk.session.currency
        usual = await self.screen.fetch(erase_preview, *about)
        whole = await self.screen.fetch(erase_preview, *about, clinical=True)
        if usual.against:
            raise Refused(f"{usual.name} cannot be erased yet.", " ".join(usual.against), rule="P5")
        self._ask_number(usual, whole, {"clinical": False, "reason": "", "number": ""})

    def _ask_number(
        self,
        usual: ErasePreview,
        whole: ErasePreview,
        typed: dict[str, Hashable],
        refusal: PimError | None = None,
    ) -> None:
        def answered(answer: dict[str, Hashable] | None) -> None:
            if answer is not None:
                self._erase(usual, whole, answer)

        self.pim.push_screen(FieldForm(erase_form(usual, whole), typed, refusal), answered)

    def _erase(self, usual: ErasePreview, whole: ErasePreview, answer: dict[str, Hashable]) -> None:
        from ...services.erasing import EraseCustomer, erase_customer

        command = EraseCustomer(
            usual.id,
            usual.version,
            int(str(answer["number"])),
            str(answer["reason"]),
            bool(answer["clinical"]),
            new_request(),
        )

        def done(result: Done) -> None:
            self.pim.drop_draft(CustomerForm.FORM, str(usual.id))
            self.pim.say(result.says)
            self._erased(result)

        self.pim.submit(
            erase_customer, command, done, lambda error: self._ask_number(usual, whole, answer, error)
        )
