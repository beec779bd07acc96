"""Somebody calls a customer: the number, then how it went."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING

from ...domain import dates
from ...domain.contact import Outcome, Person
from ...domain.moments import day_label
from ...domain.people import Answer, Channel
from ...domain.rights import Right
from ...errors import Fault, PimError
from ...queries.contact import Contact, contact
from ...services.contact import NOTE_LIMIT, LogCall, log_call
from ...services.work import Done
from ..base import PimScreen
from ..dialogs.call import CallDialog, Called
from ..dialogs.fields import DraftName, Field, FieldForm, FormSpec, Values
from ..requests import new_request

if TYPE_CHECKING:
    from ...db.drafts import Draft
    from ..app import PimApp

FORM = "call"
"""The name of the draft."""


class Calling:
    """Calls one customer, on top of ``screen``."""

    def __init__(self, screen: PimScreen) -> None:
        self._screen = screen
        self._pim = screen.pim

    def call(self, found: Contact) -> None:
        """Show the number; whoever has called says how it went."""
        person = found.person
        refused = person.answer(Channel.PHONE) == Answer.NO
        warning = f"{person.name} does not want calls." if refused else ""

        def answered(answer: Called | None) -> None:
            if answer is not None and self._screen.allowed(Right.CALL):
                self._note(found, answer, new_request())

        self._pim.push_screen(CallDialog(f"Call {person.name}", person.phones, warning), answered)

    def _note(
        self,
        found: Contact,
        called: Called,
        request: str,
        typed: Values | None = None,
        refusal: PimError | None = None,
    ) -> None:
        """What else is to be said about the call."""

        record = _record(found, called)

        def answered(answer: dict[str, Hashable] | None) -> None:
            if answer is None:
                self._pim.drop_draft(FORM, record)
            else:
                self._log(found, called, answer, request)

        spec = self._call_form(found.person, called)
        values: Values = typed or {"day": "", "note": ""}
        self._pim.push_screen(FieldForm(spec, values, refusal, DraftName(FORM, record)), answered)

    def _call_form(self, person: Person, called: Called) -> FormSpec:
        day = ((Field("day", "Again on", limit=40),),) if called.outcome is Outcome.BACK else ()

        def reads(values: Values) -> tuple[str, Sequence[Fault]]:
            if "day" not in values:
                return "", ()
            read = dates.read_day(str(values["day"]), self._pim.today, self._pim.order)
            if read is None:
                return "", [Fault("day", "is empty: say on which day, such as fri, +2d or 14 dec")]
            return f"Is on the list of calls from {day_label(read)} on.", ()

        lines = (*day, (Field("note", "Note", limit=NOTE_LIMIT),))
        return FormSpec(f"Call to {person.name}: {called.outcome}", lines, reads)

    def _log(self, found: Contact, called: Called, answer: Mapping[str, Hashable], request: str) -> None:
        day = dates.read_day(str(answer.get("day", "")), self._pim.today, self._pim.order)
        command = LogCall(
            found.person.id,
            called.number,
            called.outcome,
            str(answer["note"]),
            day,
            self._pim.desk.settings.opens_at,
            found.visit.id if found.visit else None,
            request,
        )

        def done(result: Done) -> None:
            self._pim.drop_draft(FORM, _record(found, called))
            self._pim.say(result.says)

        self._pim.submit(
            log_call, command, done, lambda error: self._note(found, called, request, answer, error)
        )

    def restore(self, draft: Draft) -> None:
        """Open the form about a call again, as it was."""
        customer_id, visit_id, outcome, number = draft.record.split(" ", 3)
        called = Called(number, Outcome[outcome])
        self._screen.load(
            self._restore,
            int(customer_id),
            int(visit_id) or None,
            called,
            dict(draft.fields),
            group="contact",
        )

    async def _restore(self, customer_id: int, visit_id: int | None, called: Called, typed: Values) -> None:
        found = await self._screen.fetch(contact, customer_id, visit_id, self._pim.now)
        self._note(found, called, new_request(), typed)


def _record(found: Contact, called: Called) -> str:
    """What tells the drafts about calls apart."""
    return f"{found.person.id} {found.visit.id if found.visit else 0} {called.outcome.name} {called.number}"


def reopen_call(pim: PimApp, draft: Draft) -> None:
    """Go to the customer and open the form about the call there."""
    from .profile import ProfileScreen

    screen = ProfileScreen(int(draft.record.split(" ", 1)[0]))
    pim.push_then(screen, lambda: Calling(screen).restore(draft))
