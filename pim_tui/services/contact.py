"""A person at the desk writes to a customer, or writes down how a call went (C2, C8, A10).

Both are rows of the outbox: a message waits there as every other one does, a call stands there with its
outcome, and whoever is to be called back is a call that a person still has to make.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ..domain.contact import SETTLES, Outcome, Person, call_told, message_faults
from ..domain.jsontext import to_json
from ..domain.moments import at_minute
from ..domain.people import Answer, Channel, may_write
from ..domain.rights import Right
from ..domain.text import clean, tidy
from ..errors import Fault, Invalid, NeedsAnswer, Refused
from ..models import Outbox
from ..queries.contact import person_of
from ..queries.merging import erased
from .consents import answer_is
from .usecase import use_case
from .work import Done, Work

KINDS = {Channel.EMAIL: "email", Channel.SMS: "text"}
"""What a message that somebody wrote is called in the outbox."""
CALL = "call"
NOTE_LIMIT = 120
"""Characters of what is noted about a call."""


@dataclass(frozen=True, slots=True)
class WriteMessage:
    """An email or SMS as it was seen before it was sent: named fields are filled in already.

    ``to`` is an address or number of the record; ``agreed``: the customer was asked and has said yes;
    ``urgent`` waits for nobody to take it back. ``appointment_id`` is the visit that it is about.
    """

    customer_id: int
    channel: Channel
    to: str
    subject: str
    text: str
    appointment_id: int | None = None
    agreed: bool = False
    urgent: bool = False
    request: str = ""


@dataclass(frozen=True, slots=True)
class LogCall:
    """How a call went. ``number`` is what was dialled; ``back_on`` is the day to call again, from the minute
    ``back_from`` after midnight on.
    """

    customer_id: int
    number: str
    outcome: Outcome
    note: str = ""
    back_on: date | None = None
    back_from: int = 8 * 60
    appointment_id: int | None = None
    request: str = ""


@use_case(Right.SEND_MESSAGE)
def write_message(work: Work, command: WriteMessage) -> Done:
    """Put the message into the outbox.

    Raises Invalid with every fault, Refused for who said no or is written to no more, and NeedsAnswer
    ``consent`` where nobody knows: a yes is written down with the message (P5).
    """
    person = person_of(command.customer_id)
    _require_open(person)
    faults = message_faults(command.channel, command.to, command.subject, command.text)
    faults += _address_faults(person, command)
    if faults:
        raise Invalid(faults, "Correct it, then send it.")
    _require_consent(work, person, command)
    wait = 0 if command.urgent else work.session.calendar.delay * 60
    kind, number = KINDS[command.channel], _dialled(person, command)
    payload = {"to": number or command.to, "subject": command.subject.strip(), "text": command.text}
    id_ = int(
        Outbox.insert(
            kind=kind,
            channel=str(command.channel),
            customer=person.id,
            appointment=command.appointment_id,
            window=_once(work, command.request),
            payload=to_json(payload),
            due_at=work.now + wait,
            created_at=work.now,
        ).execute()
    )
    work.changed("write", "outbox", id_, None, _about(kind, person, "waiting"))
    waits = "goes out at once" if command.urgent else "waits to be sent"
    # The journal keeps what is said here, and does not forget it with the person: so nobody is named.
    return Done("outbox", (id_,), says=f"The {command.channel.word} {waits}.")


def _require_open(person: Person) -> None:
    if person.closed:
        raise Refused(
            f"Nobody writes to {person.name}: {person.closed}.", "Look at the record first.", rule="P5"
        )


def _address_faults(person: Person, command: WriteMessage) -> list[Fault]:
    """Only what stands in the record: an address typed by a slip is a stranger's."""
    if command.channel is Channel.EMAIL:
        known = command.to in person.emails
        return [] if known or not command.to else [Fault("to", "is not an address of the record")]
    number = next((one for one in person.texted if command.to in (one.number, one.e164)), None)
    return [] if number else [Fault("to", "is not a number of the record that takes SMS")]


def _dialled(person: Person, command: WriteMessage) -> str:
    """The number in E.164; empty for an email."""
    if command.channel is Channel.EMAIL:
        return ""
    return next(one.e164 for one in person.texted if command.to in (one.number, one.e164))


def _require_consent(work: Work, person: Person, command: WriteMessage) -> None:
    answer = person.answer(command.channel)
    if answer == Answer.NO:
        raise Refused(
            f"{person.name} does not want {command.channel.word}.",
            "If the answer has changed, enter it in the record: o, then e.",
            rule="P5",
        )
    if may_write(answer, work.session.calendar.unknown):
        return
    if not command.agreed:
        raise NeedsAnswer(
            f"{person.name} was never asked about {command.channel.word}.",
            "Ask now, and write down what was said.",
            question="consent",
            rule="P5",
        )
    answer_is(work, person.id, str(command.channel), Answer.YES, f"asked by {work.session.name}")


@dataclass(frozen=True, slots=True)
class NoteRefusal:
    """A customer who was asked about a channel and has said no."""

    customer_id: int
    channel: Channel
    request: str = ""


@use_case(Right.SEND_MESSAGE)
def note_refusal(work: Work, command: NoteRefusal) -> Done:
    """Write down that they do not want it (P5). Raises NotFound; Refused where the record is closed."""
    person = person_of(command.customer_id)
    _require_open(person)
    if not answer_is(work, person.id, str(command.channel), Answer.NO, f"asked by {work.session.name}"):
        raise Refused(f"{person.name} has said so before.", "Nothing was changed.", rule="P5")
    says = f"Written down: {person.name} does not want {command.channel.word}. Nothing was sent."
    return Done("customer", (person.id,), says=says)


# --- calls ------------------------------------------------------------------------------------------


@use_case(Right.CALL)
def log_call(work: Work, command: LogCall) -> Done:
    """Write down how a call went; a day to call back makes a call that waits for a person.

    A call that reached somebody settles those that were to be made. Raises Invalid for a call back without
    its day, NotFound, Refused for a record that was erased.
    """
    person = person_of(command.customer_id)
    if erased(person.id):
        raise Refused("This record was erased.", "Search again.", rule="P5")
    back_on = command.back_on if command.outcome is Outcome.BACK else None
    if command.outcome is Outcome.BACK and back_on is None:
        raise Invalid([Fault("back_on", "is empty: say on which day")], "Type a day, such as fri or 14 dec.")
    note = tidy(command.note, limit=NOTE_LIMIT)
    if command.outcome in SETTLES:
        _settle(work, person.id)
    told = call_told(command.outcome, note, back_on)
    id_ = _call(work, person, command, "sent", told, work.now)
    if back_on is not None:
        due = at_minute(back_on, command.back_from, work.session.zone)
        _call(work, person, command, "draft", f"to be made: {note}" if note else "to be made", due)
    settled = call_told(command.outcome, "", back_on)
    return Done("outbox", (id_,), says=f"The call is written down: {settled}.")


def _call(work: Work, person: Person, command: LogCall, state: str, why: str, due: int) -> int:
    """A row of the outbox: a call that was made, or one that is to be made."""
    made = state == "sent"
    payload = {"to": tidy(command.number, limit=60), "text": why, "outcome": str(command.outcome)}
    id_ = int(
        Outbox.insert(
            kind=CALL,
            channel=str(Channel.PHONE),
            customer=person.id,
            appointment=command.appointment_id,
            window=f"{_once(work, command.request)[:34]} {state}",
            payload=to_json(payload),
            due_at=due,
            state=state,
            why=clean(why, limit=Outbox.why.limit),
            created_at=work.now,
            sent_at=work.now if made else None,
        ).execute()
    )
    work.changed("call" if made else "plan", "outbox", id_, None, _about(CALL, person, state))
    return id_


def _settle(work: Work, customer_id: int) -> None:
    """Calls that were to be made to the customer are made by this one."""
    open_ = [
        row.id
        for row in Outbox.select(Outbox.id).where(
            Outbox.customer == customer_id, Outbox.kind == CALL, Outbox.state == "draft"
        )
    ]
    for id_ in open_:
        Outbox.update(state="withdrawn", why="called since").where(Outbox.id == id_).execute()
        told = {"kind": CALL, "customer_id": customer_id}
        work.changed("withdraw", "outbox", id_, {**told, "state": "draft"}, {**told, "state": "withdrawn"})


def _about(kind: str, person: Person, state: str) -> dict[str, object]:
    """What the journal keeps: nothing of what was written or said."""
    return {"kind": kind, "customer_id": person.id, "state": state}


def _once(work: Work, request: str) -> str:
    """What tells this one from others about the same visit."""
    return request[:40] or str(work.now)
