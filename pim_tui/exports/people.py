"""Customers as rows of a table and as documents.

The table has the columns of Google Contacts, which address books and our own import know; what Google has
no column for stands behind them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..domain.customer import ConsentEntry
from ..domain.handout import PersonOut, joined, of_clinic
from .visits import Value

_NAME = ("Name Prefix", "First Name", "Middle Name", "Last Name", "Name Suffix")
_PLACE = tuple(f"Address 1 - {part}" for part in ("Street", "City", "Region", "Postal Code", "Country"))
_OWN = (
    "Uid", "Customer Number", "Date of Death", "Former Names", "Alerts", "Consents", "Other Ids", "Active",
)  # fmt: skip
KNOWN = "vcard"
"""The system of external ids that hold the uid a customer came with."""
PLACES = 10
"""The most phones, and e-mail addresses, that have columns of their own; more share the last one."""


def columns(phones: int, emails: int) -> tuple[str, ...]:
    """The header, with columns for so many phones and e-mail addresses."""
    return (
        *_NAME,
        "Birthday",
        "Gender",
        "Notes",
        *_numbered("E-mail", emails),
        *_numbered("Phone", phones),
        *_PLACE,
        *_OWN,
    )


def rows(people: Iterable[PersonOut], phones: int, emails: int, clinic: str) -> Iterator[tuple[Value, ...]]:
    """The values of each customer, in the order of :func:`columns`; ``clinic`` makes their uid unique."""
    for person in people:
        number, active, who, notes = person.number, person.active, person.customer, person.notes
        name = who.name
        yield (
            name.prefix, name.first, name.middle, name.last, name.suffix,
            who.birth_date.isoformat() if who.birth_date else "", who.sex, "\n\n".join(notes),
            *_spread(who.emails, emails), *_spread(who.phones, phones),
            who.address, who.city, who.region, who.postal_code, who.country,
            uid_of(person, clinic), number, who.death_date.isoformat() if who.death_date else "",
            joined(who.former_names), joined(who.alerts), joined(list(map(_told, who.consents))),
            joined([f"{system}: {value}" for system, value in who.external_ids if system != KNOWN]),
            "yes" if active else "no",
        )  # fmt: skip


def documents(people: Iterable[PersonOut]) -> Iterator[Mapping[str, object]]:
    """Each customer as a document: lists stay lists, dates are ISO text."""
    for number, active, who, notes in ((one.number, one.active, one.customer, one.notes) for one in people):
        name = who.name
        yield {
            "number": number, "active": active, "prefix": name.prefix, "first_name": name.first,
            "middle_name": name.middle, "last_name": name.last, "suffix": name.suffix, "sex": who.sex,
            "birth_date": who.birth_date.isoformat() if who.birth_date else None,
            "death_date": who.death_date.isoformat() if who.death_date else None,
            "phones": [{"label": label, "number": value} for label, value in who.phones],
            "emails": [{"label": label, "address": value} for label, value in who.emails],
            "address": who.address, "city": who.city, "region": who.region,
            "postal_code": who.postal_code, "country": who.country,
            "former_names": who.former_names, "alerts": who.alerts, "notes": notes,
            "consents": [
                {
                    "channel": one.channel, "answer": one.answer, "source": one.source,
                    "given_on": one.given_on.isoformat() if one.given_on else None,
                }
                for one in who.consents
            ],
            "external_ids": [{"system": system, "value": value} for system, value in who.external_ids],
        }  # fmt: skip


def uid_of(person: PersonOut, clinic: str) -> str:
    """The uid the customer came with, else one that stays the same in every file of this clinic."""
    known = (value for system, value in person.customer.external_ids if system == KNOWN)
    return next(known, "") or of_clinic("customer", person.id, clinic)


def _numbered(kind: str, count: int) -> Iterator[str]:
    for place in range(1, min(count, PLACES) + 1):
        yield from (f"{kind} {place} - Label", f"{kind} {place} - Value")


def _spread(entries: Sequence[tuple[str, str]], count: int) -> Iterator[str]:
    """Label and value of each entry, and nothing in the columns that are left."""
    places = min(count, PLACES)
    for at in range(places):
        here = entries[at:] if at == places - 1 else entries[at : at + 1]
        yield here[0][0] if here else ""
        yield joined([value for _, value in here])


def _told(entry: ConsentEntry) -> str:
    given = entry.given_on.isoformat() if entry.given_on else ""
    return "; ".join((entry.channel, entry.answer, given, entry.source))
