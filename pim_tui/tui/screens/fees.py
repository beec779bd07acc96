"""The key of the fee: what was canceled late or missed is charged at the till, or waived (S5)."""

from __future__ import annotations

from collections.abc import Hashable

from ...domain.fees import Fee, fee_of
from ...domain.money import figures
from ...domain.rights import Right
from ...errors import Refused
from ...queries.fees import NotKeptVisit, Service, bill_of_visit, not_kept_visit, service_by_code
from ...services.fees import WaiveFee, waive_fee
from ..base import PimScreen
from ..dialogs.pick import Pick
from ..dialogs.prompt import Prompt
from ..requests import new_request


class Fees:
    """Asks what becomes of a fee, on top of ``screen``."""

    def __init__(self, screen: PimScreen) -> None:
        self._screen = screen
        self._pim = screen.pim

    def ask(self, appointment_id: int) -> None:
        """Charge the fee of that visit, or waive it."""
        self._screen.load(self._ask, appointment_id, group="fee")

    async def _ask(self, appointment_id: int) -> None:
        visit = await self._screen.fetch(not_kept_visit, appointment_id)
        fee = fee_of(visit.status, visit.late, self._pim.desk.session.calendar)
        if fee is None:
            hint = "Only a late cancelation by the customer and a missed visit are charged."
            raise Refused(f"Nothing is charged for this visit of {visit.customer}.", hint, rule="S5")
        if (bill := await self._screen.fetch(bill_of_visit, appointment_id)) is not None:
            self._open(bill.id)
            return
        if visit.waived:
            raise Refused(f"The fee is waived: {visit.waived}.", "Nothing is to be done.", rule="S5")
        service = await self._service(fee)
        self._offer(visit, fee, service)

    async def _service(self, fee: Fee) -> Service:
        """What the fee is charged by; Refused where it is not set or not there."""
        if not fee.code:
            raise Refused(
                f"Nothing is charged for a {fee.what}: the setting {fee.setting} is empty.",
                f"Set {fee.setting} to the code of a service.",
            )
        service = await self._screen.fetch(service_by_code, fee.code)
        if service is None:
            raise Refused(
                f"The setting {fee.setting} names {fee.code}, and no product in use has that code.",
                "Correct the setting, or add the service: F6.",
            )
        return service

    def _offer(self, visit: NotKeptVisit, fee: Fee, service: Service) -> None:
        price = "" if service.price is None else f" {figures(service.price, service.currency)}"
        options: list[tuple[Hashable, str]] = [
            ("charge", f"charge {service.name}{price}"),
            ("waive", "waive it, with a reason"),
        ]

        def answered(answer: tuple[Hashable] | None) -> None:
            if answer == ("charge",):
                self._charge(visit, service)
            elif answer == ("waive",):
                self._waive(visit, fee)

        title = f"{fee.what.capitalize()} of {visit.customer}"
        self._screen.app.push_screen(Pick(title, options, "charge"), answered)

    def _charge(self, visit: NotKeptVisit, service: Service) -> None:
        from .till import TillScreen

        if not self._screen.allowed(Right.POST_BILL):
            return
        self._screen.app.push_screen(
            TillScreen("income", visit.customer_id, visit_id=visit.id, product_id=service.id)
        )

    def _waive(self, visit: NotKeptVisit, fee: Fee) -> None:
        if not self._screen.allowed(Right.WAIVE_FEE):
            return

        def given(reason: str | None) -> None:
            if reason:
                command = WaiveFee(visit.id, visit.version, reason, new_request())
                self._pim.submit(waive_fee, command, lambda done: self._pim.say(done.says))

        hint = f"Nothing is charged for the {fee.what}; the reason stays with the visit."
        self._screen.app.push_screen(Prompt("Why is the fee waived?", lambda text: text, hint=hint), given)

    def _open(self, posting_id: int) -> None:
        """The fee is billed: its bill is where it is paid, voided or credited."""
        from .bill import BillScreen

        self._screen.app.push_screen(
            BillScreen(posting_id, "The fee is billed. y takes what is left to pay.")
        )
