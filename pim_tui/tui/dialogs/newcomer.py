"""Somebody who is not in the book yet: entered from the list, or from where they are to be booked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ...domain.customer import CustomerFields, read_fields
from ...domain.phones import e164
from ...errors import NeedsAnswer, PimError
from ...queries.customers import LookAlike, look_alikes
from ...services.customers import CreateCustomer, create_customer
from ...services.work import Done
from ..requests import new_request
from .customer import CustomerAnswer, CustomerForm
from .duplicates import Decision, Duplicates

if TYPE_CHECKING:
    from ..base import Reads

NEW = CustomerFields()


class Newcomer:
    """Opens the form over ``screen``, asks about duplicates and stores.

    ``then`` is called with the id of the record, also where it was there already, and with what is said
    of it. Esc leads back to ``screen`` as it was left.
    """

    def __init__(self, screen: Reads, then: Callable[[int, str], None]) -> None:
        self._screen, self._then = screen, then

    def ask(self, typed: CustomerFields = NEW, refusal: PimError | None = None) -> None:
        """Open the form, perhaps with what was refused."""

        def answered(answer: CustomerAnswer | None) -> None:
            if answer is None:
                self._screen.pim.leave_draft(CustomerForm.FORM)
            else:
                self._create(answer)

        self._screen.pim.push_screen(CustomerForm("New customer", typed, None, refusal), answered)

    def _create(self, answer: CustomerAnswer, seen: bool = False) -> None:
        pim = self._screen.pim

        def done(result: Done) -> None:
            pim.drop_draft(CustomerForm.FORM)
            self._then(result.ids[0], result.says)

        def refused(error: PimError) -> None:
            if asks_about_duplicates(error):
                ask_about_duplicates(
                    self._screen, answer.fields, None, "Create anyway", self._decided(answer)
                )
            else:
                self.ask(answer.fields, error)

        command = CreateCustomer(answer.fields, seen, pim.order, new_request())
        pim.submit(create_customer, command, done, refused)

    def _decided(self, answer: CustomerAnswer) -> Callable[[Decision | None], None]:
        def decided(decision: Decision | None) -> None:
            if decision is None:
                self.ask(answer.fields)
            elif decision.customer_id is None:
                self._create(answer, seen=True)
            else:
                self._then(decision.customer_id, "")

        return decided


def asks_about_duplicates(error: PimError) -> bool:
    """Whether somebody who may be the same person is in the book (P3)."""
    return isinstance(error, NeedsAnswer) and error.question == "duplicate"


def ask_about_duplicates(
    screen: Reads,
    fields: CustomerFields,
    own_id: int | None,
    saves: str,
    decided: Callable[[Decision | None], None],
) -> None:
    """Show who may be the same person; ``own_id`` is the record's own, ``saves`` what saving anyway does."""

    async def ask() -> None:
        name, alike = await screen.fetch(_look_alikes, screen, fields, own_id)
        screen.pim.push_screen(Duplicates(name, alike, saves), decided)

    screen.load(ask, group="record")


def _look_alikes(
    screen: Reads, fields: CustomerFields, own_id: int | None
) -> tuple[str, tuple[LookAlike, ...]]:
    customer, _ = read_fields(fields, today=screen.pim.today, order=screen.pim.order)
    country = screen.pim.desk.session.country
    numbers = [number for phone in customer.phones if (number := e164(phone[1], country))]
    return customer.name.full, look_alikes(customer, numbers, besides=own_id)
