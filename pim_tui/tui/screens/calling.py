"""Somebody calls a customer: the number, then how it went."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from ...domain import dates
from ...domain.contact import Outcome, Person
from ...domain.moments import day_label
from ...domain.people import Answer, Channel
from ...domain.rights import Right
from ...errors import Fault, PimError
from ...queries.contact import Contact
from ...services.contact import NOTE_LIMIT, LogCall, log_call
from ..base import PimScreen
from ..dialogs.call import CallDialog, Called
from ..dialogs.fields import Field, FieldForm, FormSpec, Values
from ..requests import new_request


class Calling:
    """Calls one customer, on top of ``screen``."""

    def __init__(self, screen: PimScreen) -> None:
        self._screen = screen
        self._pim = screen.pim

    def call(self, found: Contact) -> None:
        person = found.person
        refused = person.answer(Channel.PHONE) == Answer.NO
        warning = f"{person.name} does not want calls." if refused else ""

        def answered(answer: Called | None) -> None:
            if answer is not None and self._screen.allowed(Right.CALL, "write down calls"):
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

        def answered(answer: dict[str, Hashable] | None) -> None:
            if answer is not None:
                self._log(found, called, answer, request)

        spec = self._call_form(found.person, called)
        self._pim.push_screen(FieldForm(spec, typed or {"day": "", "note": ""}, refusal), answered)

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
            found.person.id, called.number, called.outcome, str(answer["note"]), day,
            self._pim.desk.settings.opens_at, found.visit.id if found.visit else None, request,
        )  # fmt: skip
        self._pim.submit(
            log_call, command, lambda done: self._pim.say(done.says),
            lambda error: self._note(found, called, request, answer, error),
        )  # fmt: skip
