"""What a customer's record holds, as a form edits it and as the book keeps it.

:class:`CustomerFields` is text as typed; :func:`read_fields` makes a :class:`NewCustomer` of it and
names every fault at once; :func:`as_fields` is the way back into a form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from ..errors import Fault
from .names import PersonName, split_name
from .people import Answer, Channel, Identity, Order, age, read_birth_date, read_sex
from .phones import shortened
from .text import clean, digits, tidy

OLDEST = 130
"""Nobody has reached this age; an older birth date is a slip."""

LIMITS = {
    "prefix": 40, "first": 120, "middle": 120, "last": 120, "suffix": 40,
    "address": 300, "city": 120, "region": 120, "postal_code": 20, "country": 60,
}  # fmt: skip
"""The most characters each text field keeps."""
PHONE_LIMIT, EMAIL_LIMIT, LABEL_LIMIT, FORMER_LIMIT, ALERT_LIMIT = 60, 254, 40, 300, 200


class PhoneEntry(NamedTuple):
    """A telephone number as given, and what it is for ("mobile", "work")."""

    label: str
    number: str


class EmailEntry(NamedTuple):
    """An email address and what it is for."""

    label: str
    address: str


class ConsentEntry(NamedTuple):
    """The answer for one channel (P5): email, sms, phone or post; unknown, yes or no."""

    channel: str
    answer: str
    given_on: date | None = None
    source: str = ""


class ExternalEntry(NamedTuple):
    """What another program (``system``) calls this customer."""

    system: str
    value: str


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer ready to be stored: read, cleaned, nothing guessed.

    ``sex`` is F, M, X or empty; ``former_names`` are whole names; plain tuples of the same shape will
    do for the entries. ``emails`` and ``phones`` are in the order of their importance.
    """

    name: PersonName
    sex: str = ""
    birth_date: date | None = None
    death_date: date | None = None
    address: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    phones: tuple[tuple[str, str], ...] = ()
    emails: tuple[tuple[str, str], ...] = ()
    former_names: tuple[str, ...] = ()
    external_ids: tuple[tuple[str, str], ...] = ()
    consents: tuple[ConsentEntry, ...] = ()
    alerts: tuple[str, ...] = ()

    @property
    def identity(self) -> Identity:
        """What is compared to find out whether somebody is known already (P3)."""
        return Identity(
            self.name,
            self.former_names,
            self.birth_date,
            tuple(number for _, number in self.phones),
            tuple(address for _, address in self.emails),
        )


@dataclass(frozen=True, slots=True)
class CustomerFields:
    """A customer as a form holds it: text as typed. Dates coming from the book are ISO text."""

    prefix: str = ""
    first: str = ""
    middle: str = ""
    last: str = ""
    suffix: str = ""
    sex: str = ""
    birth_date: str = ""
    death_date: str = ""
    address: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    phones: tuple[PhoneEntry, ...] = ()
    emails: tuple[EmailEntry, ...] = ()
    former_names: tuple[str, ...] = ()
    external_ids: tuple[ExternalEntry, ...] = ()
    consents: tuple[ConsentEntry, ...] = ()
    alerts: tuple[str, ...] = ()


def named(words: str) -> CustomerFields:
    """A new record for what was typed to find somebody: a name, or a telephone number."""
    if words.strip() and not any(char.isalpha() for char in words):
        return CustomerFields(phones=(PhoneEntry("", words.strip()),))
    name, _ = split_name(words)
    spelled = _capital if words.islower() else str
    prefix, first, middle, last = map(spelled, (name.prefix, name.first, name.middle, name.last))
    return CustomerFields(prefix, first, middle, last, name.suffix)


def _capital(part: str) -> str:
    """A name typed in small letters: its last word, so that ``de la cruz`` becomes ``de la Cruz``, with what
    stands behind a hyphen or an ``o'``.
    """
    front, blank, last = part.rpartition(" ")
    return f"{front}{blank}{_BEGINS.sub(lambda begins: begins[0].upper(), last)}"


_BEGINS = re.compile(r"^(?:[^\W\d_]['’])?[^\W\d_](?!['’])|(?<=-)[^\W\d_]")


_LONGEST_LINE = 500
"""Characters that are read of somebody new; nobody has so many names."""


def newcomer(text: str, today: date, order: Order) -> CustomerFields:
    """Somebody new as one says who it is: ``jane doe 12.3.1980 030 5550101``, the pieces in any order.

    A birth date, as ISO text where it can be only one day; other figures are a telephone number, and what is
    left is the name. What only looks like a date is kept as one, so that it is told.
    """
    words = text[:_LONGEST_LINE].replace(",", " ").split()
    born, words = _born(words, today, order)
    if wrong := [word for word in words if _LIKE_A_DATE.fullmatch(word)]:
        born, words = " ".join(filter(None, (born, *wrong))), [word for word in words if word not in wrong]
    phone = [word for word in words if not any(map(str.isalpha, word)) and any(map(str.isdigit, word))]
    found = named(" ".join(word for word in words if word not in phone))
    entries = (PhoneEntry("", " ".join(phone)),) if phone else ()
    return replace(found, birth_date=born, phones=entries)


def _born(words: list[str], today: date, order: Order) -> tuple[str, list[str]]:
    """The longest run of words that is a birth date, and the words without it."""
    for size in (3, 2, 1):
        for at in range(len(words) - size + 1):
            text = " ".join(words[at : at + size])
            if _DATED.search(text) and len(days := read_birth_date(text, order=order, today=today)) == 1:
                return days[0].isoformat(), words[:at] + words[at + size :]
    return "", words


_LIKE_A_DATE = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}")
_DATED = re.compile(r"\d[./-]\d|[^\W\d]\D*\d{4}|\d{4}\D*[^\W\d]|\d\D+\d{4}")
"""What looks like a date: figures with a mark between, or a month in letters beside a year. Eight figures
alone are a telephone number."""


CONTENTS = " contents"
"""How the system of a key ends that an import made of what a row holds, where the row has none of its own."""


def given_ids(ids: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those of (system, value) that another program gave; keys that were made tell nobody anything."""
    return [one for one in ids if not one[0].endswith(CONTENTS)]


FIELD_TITLES = {
    "prefix": "title", "first": "first name", "middle": "middle names", "last": "last name",
    "suffix": "suffix",
    "sex": "sex", "birth_date": "birth date", "death_date": "date of death", "address": "address",
    "city": "city", "region": "region", "postal_code": "postal code", "country": "country",
    "phones": "phones", "emails": "emails", "former_names": "former names", "external_ids": "external ids",
    "consents": "consent", "alerts": "alerts",
}  # fmt: skip
"""What a form and a refusal call each field of :class:`CustomerFields`."""


def as_fields(customer: NewCustomer) -> CustomerFields:
    """The record as a form shows it."""
    name = customer.name
    return CustomerFields(
        name.prefix, name.first, name.middle, name.last, name.suffix,
        customer.sex, _iso(customer.birth_date), _iso(customer.death_date),
        customer.address, customer.city, customer.region, customer.postal_code, customer.country,
        tuple(PhoneEntry(*phone) for phone in customer.phones),
        tuple(EmailEntry(*email) for email in customer.emails),
        customer.former_names, tuple(ExternalEntry(*one) for one in customer.external_ids),
        customer.consents, customer.alerts,
    )  # fmt: skip


def field_text(entered: CustomerFields, field: str) -> str:
    """One field as a line of text, for comparing two versions of a record by eye."""
    value = getattr(entered, field)
    return value if isinstance(value, str) else "; ".join(map(_entry_text, value))


def read_fields(
    entered: CustomerFields, *, today: date, order: Order
) -> tuple[NewCustomer, tuple[Fault, ...]]:
    """The record *entered* means, and everything that is wrong with it; a faulty date reads as none.

    ``order`` is how a date of numbers alone is read. A fault is named after its field; an entry of a
    list also by its place, from 1: ``phones 2``.
    """
    faults: list[Fault] = []
    line = {
        key: _line(getattr(entered, key), key, limit, faults)
        for key, limit in LIMITS.items()
        if key != "address"
    }
    if not (line["first"] or line["last"]):
        faults.append(Fault("last", "a first or a last name is needed"))
    birth = _birth_date(entered.birth_date, today, order, faults)
    customer = NewCustomer(
        PersonName(*(line.pop(key) for key in ("prefix", "first", "middle", "last", "suffix"))),
        _sex(entered.sex, faults),
        birth,
        _death_date(entered.death_date, birth, today, order, faults),
        _address(entered.address, faults),
        phones=_phones(entered.phones, faults),
        emails=_emails(entered.emails, faults),
        former_names=_lines(entered.former_names, "former_names", FORMER_LIMIT, faults),
        external_ids=tuple(
            ExternalEntry(tidy(system, limit=40), tidy(value, limit=120))
            for system, value in entered.external_ids
            if value.strip()
        ),
        consents=_consents(entered.consents, faults),
        alerts=_lines(entered.alerts, "alerts", ALERT_LIMIT, faults),
        **line,
    )
    return customer, tuple(faults)


# --- one field each ------------------------------------------------------------------------------

_UNCUT = 1_000_000


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _entry_text(entry: object) -> str:
    if not isinstance(entry, tuple):
        return str(entry)
    parts = (part.isoformat() if isinstance(part, date) else str(part) for part in entry if part)
    return " ".join(parts)


def _line(text: str, field: str, limit: int, faults: list[Fault]) -> str:
    if not text:
        return ""
    whole = tidy(text, limit=_UNCUT)
    if len(whole) > limit:
        faults.append(Fault(field, f"takes at most {limit} characters, and this has {len(whole)}"))
    return whole[:limit].rstrip()


def _lines(texts: Iterable[str], field: str, limit: int, faults: list[Fault]) -> tuple[str, ...]:
    read = (_line(text, f"{field} {place}", limit, faults) for place, text in enumerate(texts, 1))
    return tuple(dict.fromkeys(text for text in read if text))


def _address(text: str, faults: list[Fault]) -> str:
    lines = (" ".join(line.split()) for line in clean(text, limit=_UNCUT, lines=True).split("\n"))
    whole = "\n".join(line for line in lines if line)
    if len(whole) > LIMITS["address"]:
        faults.append(
            Fault("address", f"takes at most {LIMITS['address']} characters, and this has {len(whole)}")
        )
    return whole[: LIMITS["address"]].rstrip()


def _sex(text: str, faults: list[Fault]) -> str:
    sex = read_sex(text)
    if sex is None:
        faults.append(Fault("sex", f"is F, M, X or empty, not “{tidy(text, limit=20)}”"))
    return sex.value if sex else ""


def _day(text: str, field: str, today: date, order: Order, faults: list[Fault]) -> date | None:
    """The one past day that *text* means; a fault when there is none, or more than one."""
    if not text.strip():
        return None
    past = read_birth_date(text, order=order, today=today)
    if len(past) == 1:
        return past[0]
    shown = tidy(text, limit=30)
    if past:
        faults.append(
            Fault(field, f"“{shown}” can mean {' or '.join(map(_iso, past))}; write the year in full")
        )
    elif read_birth_date(text, order=order):
        faults.append(Fault(field, f"“{shown}” lies in the future"))
    else:
        faults.append(Fault(field, f"“{shown}” is not a date; write it as in 1990-05-14 or 14 May 1990"))
    return None


def _birth_date(text: str, today: date, order: Order, faults: list[Fault]) -> date | None:
    birth = _day(text, "birth_date", today, order, faults)
    if birth and age(birth, today) > OLDEST:
        faults.append(Fault("birth_date", f"{birth} is more than {OLDEST} years ago"))
    return birth


def _death_date(text: str, birth: date | None, today: date, order: Order, faults: list[Fault]) -> date | None:
    death = _day(text, "death_date", today, order, faults)
    if death and birth and death < birth:
        faults.append(Fault("death_date", f"{death} is before the birth date {birth}"))
    return death


def _phones(entries: Iterable[tuple[str, str]], faults: list[Fault]) -> tuple[PhoneEntry, ...]:
    return tuple(dict.fromkeys(_phone_entries(entries, faults)))


def _phone_entries(entries: Iterable[tuple[str, str]], faults: list[Fault]) -> Iterator[PhoneEntry]:
    for place, (label, text) in enumerate(entries, 1):
        number = _line(text, f"phones {place}", PHONE_LIMIT, faults)
        if number and not digits(number):
            faults.append(Fault(f"phones {place}", f"“{number}” has no digits"))
        elif number and shortened(number):
            faults.append(Fault(f"phones {place}", f"“{number}” was shortened by a spreadsheet"))
        if number:
            yield PhoneEntry(tidy(label, limit=LABEL_LIMIT), number)


def _emails(entries: Iterable[tuple[str, str]], faults: list[Fault]) -> tuple[EmailEntry, ...]:
    return tuple(dict.fromkeys(_email_entries(entries, faults)))


def _email_entries(entries: Iterable[tuple[str, str]], faults: list[Fault]) -> Iterator[EmailEntry]:
    for place, (label, text) in enumerate(entries, 1):
        address = _line(text, f"emails {place}", EMAIL_LIMIT, faults)
        if address and not is_email(text.strip()):
            faults.append(
                Fault(
                    f"emails {place}", f"“{address}” is not an email address; it looks like name@example.org"
                )
            )
        if address:
            yield EmailEntry(tidy(label, limit=LABEL_LIMIT), address)


_NOT_IN_EMAIL = re.compile(r'[ <>()\[\],;:\\"]')


def is_email(text: str) -> bool:
    """Whether *text* has the shape of an address: one @ between two parts, no spaces or brackets."""
    name, at, host = text.partition("@")
    odd = not text.isprintable() or _NOT_IN_EMAIL.search(text)
    return bool(name and at and host) and "@" not in host and not odd and not host.startswith((".", "-"))


def _consents(entries: Iterable[ConsentEntry], faults: list[Fault]) -> tuple[ConsentEntry, ...]:
    """One answer per channel, the last one given; unknown needs no row."""
    kept: dict[str, ConsentEntry] = {}
    for place, entry in enumerate(entries, 1):
        if entry.channel not in set(Channel) or entry.answer not in set(Answer):
            faults.append(Fault(f"consents {place}", "is yes, no or unknown for email, sms, phone or post"))
            continue
        kept[entry.channel] = entry._replace(source=tidy(entry.source, limit=120))
    return tuple(
        kept[channel] for channel in Channel if channel in kept and kept[channel].answer != Answer.UNKNOWN
    )
