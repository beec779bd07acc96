"""What a message says: words with named fields in braces that are filled in, and nothing else (S7).

A template is plain text. ``{date}`` is replaced by a date; there is no format, no attribute, no nesting, and
no field for the reason of a visit, which never stands in a message. What is filled in is not read again, so
that braces in a name stay braces.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from ..errors import Fault
from .moments import Zone, clock, day_label, wall
from .text import tidy

CHANNELS = {"email": "email", "sms": "SMS"}
SUBJECT_LIMIT, BODY_LIMIT = 200, 2000
AT_ONCE = 5
"""Wrong fields told at once: the next ones come when these are put right."""

FIELDS: Mapping[str, str] = {
    "clinic": "the clinic's name",
    "phone": "the clinic's telephone number",
    "address": "the clinic's address",
    "first_name": "the customer's first name",
    "last_name": "the customer's last name",
    "date": "the day of the visit",
    "time": "when it begins",
    "minutes": "how many minutes it takes",
    "staff": "whom it is with",
    "place": "room and address, or video or telephone",
    "link": "the link of a video visit",
    "more": "+11 where eleven further visits are told with it",
    "number": "the number of a bill",
    "owed": "what is left to pay, with its currency",
    "since": "the day of the bill, or the first day of a statement",
    "until": "the last day of a statement",
    "pay_by": "how to pay, as on the clinic's bills",
}
"""Every field there is, and what it becomes."""
_OF_ALL = ("clinic", "phone", "address", "first_name", "last_name")
_OF_VISITS = (*_OF_ALL, "date", "time", "minutes", "staff", "place", "link", "more")
_OF_MONEY: Mapping[str, tuple[str, ...]] = {
    "payment_notice": (*_OF_ALL, "number", "owed", "since", "pay_by"),
    "statement": (*_OF_ALL, "owed", "since", "until", "pay_by"),
}

_BRACES = re.compile(r"\{([^{}\n]*)\}|[{}]")


@dataclass(frozen=True, slots=True)
class Words:
    """A template, or what was made of one; a text message has no subject."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class House:
    """The clinic as its messages name it. ``email`` is the mailbox that they come from, ``sender`` the name
    beside it where that is another, ``video`` where the rooms of video visits are (empty: there are none).
    """

    clinic: str = ""
    phone: str = ""
    address: str = ""
    email: str = ""
    sender: str = ""
    video: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """The visit that a message is about. ``more`` counts further visits that are told with it."""

    first_name: str
    last_name: str
    starts_at: int
    minutes: int
    zone: Zone
    staff: str
    room: str = ""
    mode: str = "in_person"
    link: str = ""
    more: int = 0


def fields_of(kind: str) -> tuple[str, ...]:
    """The fields of :data:`FIELDS` that a message of that kind fills in; all others would stay empty."""
    return _OF_MONEY.get(kind, _OF_VISITS)


def faults_of(words: Words, channel: str, fields: Collection[str] = FIELDS) -> list[Fault]:
    """What is wrong with a template, each fault with its place in the text; of wrong fields the first few.

    ``fields`` are those that may stand in it, of :data:`FIELDS`.
    """
    found = []
    if channel == "email":
        if not words.subject.strip():
            found.append(Fault("subject", "is empty"))
        if "\n" in words.subject or len(words.subject) > SUBJECT_LIMIT:
            found.append(Fault("subject", f"takes one line of at most {SUBJECT_LIMIT} characters"))
        found += islice(_braces("subject", words.subject, fields), AT_ONCE)
    if not words.body.strip():
        found.append(Fault("body", "is empty"))
    if len(words.body) > BODY_LIMIT:
        found.append(Fault("body", f"takes at most {BODY_LIMIT} characters, and this has {len(words.body)}"))
    return [*found, *islice(_braces("body", words.body, fields), AT_ONCE)]


def _braces(field: str, text: str, fields: Collection[str]) -> Iterator[Fault]:
    for found in _BRACES.finditer(text):
        name = found[1]
        if name is None:
            yield Fault(field, f"a brace without its other one{_place(text, found.start())}")
        elif name not in FIELDS:
            yield Fault(
                field, f"{found[0][:40]} is no field{_place(text, found.start())}{_near(name, fields)}"
            )
        elif name not in fields:
            says = f"{found[0]} ({FIELDS[name]}) has nothing to say here{_place(text, found.start())}"
            yield Fault(field, says)


def _place(text: str, at: int) -> str:
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return f", line {line}, character {column}"


def _near(name: str, fields: Collection[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name[:40], fields, 1)
    return f"; did you mean {{{near[0]}}}?" if near else ""


def filled(words: Words, values: Mapping[str, str]) -> Words:
    """The message; what is no field of :data:`FIELDS` stays as it is written.

    A line whose fields are all empty is left out: nobody is told to call a number that is not there.
    """
    subject = _filled(words.subject, values)
    lines = [_filled(line, values) for line in words.body.split("\n") if _says_something(line, values)]
    body = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n")
    return Words(tidy(subject, limit=4 * SUBJECT_LIMIT), body)


def _says_something(line: str, values: Mapping[str, str]) -> bool:
    named = [found[1] for found in _BRACES.finditer(line) if found[1] in FIELDS]
    return not named or any(values.get(name) for name in named)


def _filled(line: str, values: Mapping[str, str]) -> str:
    def field(found: re.Match[str]) -> str:
        name = found[1]
        return values.get(name, "") if name in FIELDS else found[0]

    return re.sub(" {2,}", " ", _BRACES.sub(field, line))


def values_of(told: Told, house: House, language: str = "en") -> dict[str, str]:
    """What each field becomes; every value is one plain line.

    A date has its weekday in English, and is written 2026-11-24 in other languages.
    """
    starts = wall(told.starts_at, told.zone)
    place, address = place_of(told.mode, told.room, house.address, told.link), _one_line(house.address)
    values = {
        "clinic": house.clinic,
        "phone": house.phone,
        "address": address,
        "first_name": told.first_name,
        "last_name": told.last_name,
        "time": clock(told.starts_at, told.zone),
        "date": day_label(starts.date()) if language == "en" else starts.date().isoformat(),
        "minutes": str(told.minutes),
        "staff": told.staff,
        "place": place,
        "link": told.link,
        "more": f"+{told.more}" if told.more else "",
    }
    return {name: tidy(value, limit=400) for name, value in values.items()}


def place_of(mode: str, room: str, address: str, link: str = "") -> str:
    """Where a visit is: room and address, telephone, or the link of a video visit."""
    there = ", ".join(filter(None, (room, _one_line(address))))
    return {"phone": "telephone", "virtual": link or "video"}.get(mode, there)


def _one_line(address: str) -> str:
    """An address as the settings write it, its lines one after the other."""
    return address.replace("\n", ", ").replace("\\n", ", ")


_LETTER = (
    "Dear {first_name} {last_name},\n\n",
    "\n\nKind regards\n{clinic}\n{phone}",
)
_VISIT = "\n\nWhen: {date} at {time} {more}\nWith: {staff}\nWhere: {place}\nLink: {link}\n\n"

BUILT_IN: Mapping[tuple[str, str], Words] = {
    ("invitation", "email"): Words(
        "{clinic}: your visit on {date}, {time}",
        f"{_LETTER[0]}your visit is booked.{_VISIT}If you cannot come, please tell us early.{_LETTER[1]}",
    ),
    ("reminder", "email"): Words(
        "{clinic}: reminder of your visit on {date}, {time}",
        f"{_LETTER[0]}we look forward to seeing you.{_VISIT}If you cannot come, please tell us.{_LETTER[1]}",
    ),
    ("reminder", "sms"): Words(
        "", "{clinic}: reminder of your visit on {date} at {time}, {staff}.\nCannot come? Call {phone}"
    ),
    ("cancellation", "email"): Words(
        "{clinic}: your visit on {date}, {time} is canceled",
        f"{_LETTER[0]}your visit on {{date}} at {{time}} with {{staff}} is canceled.{_LETTER[1]}",
    ),
    ("cancellation", "sms"): Words(
        "", "{clinic}: your visit on {date} at {time} is canceled.\nA new time? Call {phone}"
    ),
    ("offer", "email"): Words(
        "{clinic}: a free time on {date}, {time}",
        f"{_LETTER[0]}this time has become free.{_VISIT}Please tell us soon whether you take it.{_LETTER[1]}",
    ),
    ("offer", "sms"): Words("", "{clinic}: free on {date} at {time}, {staff}. Do you take it?\nCall {phone}"),
    ("payment_notice", "email"): Words(
        "{clinic}: {owed} is left to pay",
        f"{_LETTER[0]}perhaps it has escaped you: {{owed}} is left to pay.\n\nBill: {{number}} of {{since}}"
        f"\nHow to pay: {{pay_by}}\n\nIf you have paid meanwhile, please forget this letter.{_LETTER[1]}",
    ),
    ("statement", "email"): Words(
        "{clinic}: your statement up to {until}",
        f"{_LETTER[0]}with this email comes your statement from {{since}} to {{until}}.\n\n"
        f"Left to pay: {{owed}}\nHow to pay: {{pay_by}}{_LETTER[1]}",
    ),
}
"""The words that hold until the clinic writes its own, in English."""


def sample(now: int, zone: Zone) -> Told:
    """A made-up visit of the next day, for looking at a template."""
    return Told("Maria", "Example", now - now % 3600 + 86_400, 30, zone, "Dr Lee", "Room 2")
