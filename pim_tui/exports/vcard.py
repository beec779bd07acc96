"""Address cards for other programs: vCard 3.0 (RFC 2426), one customer after the other.

What a card has no property for is in ``X-PIM-`` properties, so that our own import makes the same customer
of it again.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

from ..domain.customer import NewCustomer
from ..domain.handout import PersonOut
from .lines import escaped, line, text_line
from .people import KNOWN, uid_of

_KINDS = {"mobile": "CELL", "home": "HOME", "work": "WORK", "fax": "FAX", "pager": "PAGER"}
"""What a card calls the usual labels; the others go out as written, as Apple and Google do it."""


def card(person: PersonOut, stamp: str, clinic: str, photo: bytes = b"") -> str:
    """The card of ``person``; ``stamp`` is when it was made, ``photo`` a JPEG."""
    return "".join(_lines(person, stamp, clinic, photo))


def _lines(person: PersonOut, stamp: str, clinic: str, photo: bytes) -> Iterator[str]:
    who = person.customer
    name = who.name
    yield "BEGIN:VCARD\r\nVERSION:3.0\r\n"
    yield text_line("UID", uid_of(person, clinic))
    yield text_line("FN", name.full)
    yield line("N", _parts(name.last, name.first, name.middle, name.prefix, name.suffix))
    yield from _reached(who)
    if who.birth_date:
        yield line("BDAY", who.birth_date.isoformat())
    if person.notes:
        yield text_line("NOTE", "\n\n".join(person.notes))
    if photo:
        yield line("PHOTO;ENCODING=b;TYPE=JPEG", b64encode(photo).decode("ascii"))
    yield from _own(person)
    yield f"REV:{stamp}\r\nEND:VCARD\r\n"


def _reached(who: NewCustomer) -> Iterator[str]:
    """Telephone numbers, addresses of both kinds; a label of the clinic's own stands in a group."""
    entries = [("TEL", *phone) for phone in who.phones]
    entries += [("EMAIL;TYPE=INTERNET", *email) for email in who.emails]
    for number, (kind, label, value) in enumerate(entries, 1):
        if label in _KINDS:
            yield text_line(f"{kind};TYPE={_KINDS[label]}", value)
        elif label:
            yield text_line(f"item{number}.{kind}", value)
            yield text_line(f"item{number}.X-ABLabel", label)
        else:
            yield text_line(kind, value)
    if any((who.address, who.city, who.region, who.postal_code, who.country)):
        place = _parts("", "", who.address, who.city, who.region, who.postal_code, who.country)
        yield line("ADR;TYPE=HOME", place)


def _own(person: PersonOut) -> Iterator[str]:
    """What only we know."""
    who = person.customer
    yield f"X-PIM-NUMBER:{person.number}\r\n"
    if not person.active:
        yield "X-PIM-ACTIVE:no\r\n"
    if who.sex:
        yield f"X-GENDER:{who.sex}\r\n"
    if who.death_date:
        yield line("DEATHDATE", who.death_date.isoformat())
    for former in who.former_names:
        yield text_line("X-PIM-FORMER-NAME", former)
    for alert in who.alerts:
        yield text_line("X-PIM-ALERT", alert)
    for entry in who.consents:
        given = entry.given_on.isoformat() if entry.given_on else ""
        yield line("X-PIM-CONSENT", _parts(entry.channel, entry.answer, given, entry.source))
    for system, value in who.external_ids:
        if system != KNOWN:
            yield line("X-PIM-ID", _parts(system, value))


def _parts(*parts: str) -> str:
    return ";".join(map(escaped, parts))
