"""How somebody is reached: what each way would use, what they said about it (P5), and what it lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from ..errors import Fault
from . import links
from .customer import ConsentEntry
from .letters import Letter, text_faults
from .letters import faults_of as letter_faults
from .messages import House, Told, Words, values_of
from .people import Answer, Channel, may_write

TEXT_LIMIT = 1600
"""Characters of a text message: what every service takes."""


class Number(NamedTuple):
    """A telephone number as given, what it is for, in E.164, empty where that is not clear, and whether it
    may be one that takes text messages.
    """

    label: str
    number: str
    e164: str
    texts: bool = False

    @property
    def told(self) -> str:
        """With what it is for."""
        return f"{self.number} {self.label}".strip()


@dataclass(frozen=True, slots=True)
class Person:
    """Who is to be reached. ``closed`` says why nobody writes to them or calls any more, empty where one may.

    ``consents`` are the answers by channel; what is not there is unknown.
    """

    id: int
    number: int
    name: str
    first_name: str
    last_name: str
    phones: tuple[Number, ...]
    emails: tuple[str, ...]
    address: tuple[str, ...]
    consents: Mapping[str, ConsentEntry]
    closed: str = ""

    def answer(self, channel: Channel) -> Answer:
        """What they said about a channel."""
        found = self.consents.get(channel)
        return Answer(found.answer) if found else Answer.UNKNOWN

    @property
    def texted(self) -> tuple[Number, ...]:
        """The numbers that a text message can go to."""
        return tuple(one for one in self.phones if one.e164 and one.texts)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach somebody: what it would use, what they said, what it lacks (empty where it can be
    used), and the link that stands for it, empty where there is none.
    """

    key: str
    uses: str = ""
    says: str = ""
    lacks: str = ""
    link: str = ""


def ways(
    person: Person, join: str, no_video: str, unset: Mapping[str, Sequence[str]], *, unknown: bool
) -> tuple[Way, ...]:
    """Email, SMS, call and video, in this order.

    ``join`` is the address of the meeting, ``no_video`` says why there is none. ``unset`` are the settings
    that a channel still needs; ``unknown``: who was never asked is written to all the same.
    """
    address = person.emails[0] if person.emails else ""
    texted = person.texted[0] if person.texted else Number("", "", "")
    called = person.phones[0] if person.phones else Number("", "", "")
    return (
        Way(
            "email", address, consent_told(person, Channel.EMAIL, unknown),
            _lack(person, Channel.EMAIL, address, unset), links.mailto(address),
        ),
        Way(
            "sms", texted.told, consent_told(person, Channel.SMS, unknown),
            _lack(person, Channel.SMS, texted.number, unset), links.sms(texted.e164),
        ),
        Way(
            "call", called.told, consent_told(person, Channel.PHONE, unknown=True),
            _lack(person, Channel.PHONE, called.number, unset), links.tel(called.e164),
        ),
        Way("video", join, "", "" if join else no_video, links.meeting(join)),
    )  # fmt: skip


_RECORD = {
    Channel.EMAIL: "no email address in the record",
    Channel.SMS: "no number in the record that takes SMS",
    Channel.PHONE: "no telephone number in the record",
}
_WORD = {Channel.EMAIL: "email", Channel.SMS: "SMS", Channel.PHONE: "calls"}


def _lack(person: Person, channel: Channel, uses: str, unset: Mapping[str, Sequence[str]]) -> str:
    """Why a way cannot be used; who does not want calls may still be called by a person who knows why."""
    if person.closed:
        return person.closed
    if not uses:
        return _RECORD[channel]
    if channel is not Channel.PHONE and person.answer(channel) == Answer.NO:
        return f"does not want {_WORD[channel]}"
    missing = unset.get(channel, ())
    return f"not set: {', '.join(missing)}" if missing else ""


def consent_told(person: Person, channel: Channel, unknown: bool) -> str:
    """What somebody said about a channel, and when (P5)."""
    found, answer = person.consents.get(channel), person.answer(channel)
    when = f" {found.given_on.isoformat()}" if found and found.given_on else ""
    if answer == Answer.YES:
        return f"agreed{when}"
    if answer == Answer.NO:
        return f"said no{when}"
    return "never asked" if may_write(answer, unknown) else "never asked: it is asked first"


def message_faults(channel: str, to: str, subject: str, text: str) -> list[Fault]:
    """Everything that is wrong with a message; of an SMS also that it is too long to be taken."""
    if channel == "email":
        return letter_faults(Letter(to, subject, text))
    return list(text_faults(text, TEXT_LIMIT))


# --- words -------------------------------------------------------------------------------------------

OWN = {
    Channel.EMAIL: Words("{clinic}", "Dear {first_name} {last_name},\n\n\n\nKind regards\n{clinic}\n{phone}"),
    Channel.SMS: Words("", "{clinic}: "),
}
"""What stands there at first where somebody writes in their own words."""
_OF_VISITS = ("date", "time", "minutes", "staff", "place", "link", "more")


def values_for(person: Person, told: Told | None, house: House, language: str) -> dict[str, str]:
    """What each named field becomes for somebody; those of a visit are empty where there is none."""
    nobody = Told(person.first_name, person.last_name, 0, 0, "UTC", "")
    values = values_of(told or nobody, house, language)
    return values if told else {**values, **dict.fromkeys(_OF_VISITS, "")}


# --- calls ------------------------------------------------------------------------------------------


class Outcome(StrEnum):
    """How a call went."""

    REACHED = "reached"
    NO_ANSWER = "no answer"
    MESSAGE = "left a message"
    WRONG = "wrong number"
    BACK = "call back"


SETTLES = (Outcome.REACHED, Outcome.WRONG, Outcome.BACK)
"""After these nobody has to call as was agreed before; without an answer it stays to be done."""


def call_told(outcome: Outcome, note: str, back_on: date | None) -> str:
    """A call in one line."""
    told = f"{outcome} on {back_on.isoformat()}" if outcome is Outcome.BACK and back_on else str(outcome)
    return f"{told}: {note}" if note else told
