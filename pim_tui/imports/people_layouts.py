"""The layouts in which other programs write people: which column says what.

- **Synthea patients** (``patients.csv`` of the synthetic patient generator), with or without MIDDLE. The
  digits it glues to names are taken off for display; the name as written, with the birth date, is kept
  as a second external id. SSN, DRIVERS, PASSPORT, INCOME, RACE, ETHNICITY and the like are not read.
- **Google Contacts**, with the older headers (``Given Name``, ``Phone 1 - Type``) and the newer ones
  (``First Name``, ``Phone 1 - Label``). It gives no ids, so the contact's values make one: a digest.
  Several values in one cell are parted by ``:::``. Notes are kept as a note about the customer, and behind
  them a line for each thing that has no field: firm, further addresses, relations, labels of one's own.
- **Outlook contacts**, as Outlook and other mail programs write them: see :mod:`.outlook`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from ..domain.customer import CustomerFields, EmailEntry, ExternalEntry, PhoneEntry
from ..domain.names import PersonName, strip_glued_digits
from ..domain.text import tidy
from .people import Draft, known_sex, name_in_one
from .rows import Cells, columns_of, id_faults

SYNTHEA = "synthea"
"""The system of external ids that Synthea gives."""
SYNTHEA_NAME = "synthea name"
"""The system of the names Synthea writes, digits and all."""
GOOGLE = "google contacts"

LONGEST_NAME_KEY = 120


@dataclass(frozen=True, slots=True)
class Layout:
    """A known layout: the columns that tell it, each by its possible names, and how a row is read.

    ``shown`` tells for a person which column is read as what, any number in its name written ``#``.
    ``dated`` are the columns whose dates may be written in any order. ``english`` is what a column is called
    there by what it is called elsewhere; the others go by the English names.
    """

    title: str
    marks: tuple[tuple[str, ...], ...]
    read: Callable[[Cells], Draft]
    shown: Mapping[str, str]
    dated: tuple[str, ...] = ()
    english: Mapping[str, str] = field(default_factory=dict)

    def places(self, header: Sequence[str]) -> dict[str, int]:
        """Where each column is, by its name in small letters and by the one it has in English."""
        places = columns_of(header)
        for name, place in list(places.items()):
            if name in self.english:
                places.setdefault(self.english[name], place)
        return places

    def missing(self, header: Sequence[str]) -> list[str]:
        """The columns that the header lacks, as the newest version of the program writes them."""
        present = self.places(header).keys()
        return [names[-1] for names in self.marks if present.isdisjoint(map(str.casefold, names))]

    def is_translated(self, header: Sequence[str]) -> bool:
        """Whether the header is this layout's only in other words than its own."""
        present = columns_of(header).keys()
        return any(present.isdisjoint(map(str.casefold, names)) for names in self.marks)

    def target_of(self, column: str) -> str:
        """What a column is read as; empty when it is not read."""
        name = column.strip().casefold()
        return self.shown.get(re.sub("[0-9]+", "#", self.english.get(name, name)), "")


# --- Synthea -------------------------------------------------------------------------------------


def _synthea(cells: Cells) -> Draft:
    faults = tuple(id_faults(cells("id")))
    sex, remarks = known_sex(cells("gender"))
    raw = [cells(part) for part in ("prefix", "first", "middle", "last", "suffix")]
    prefix, first, middle, last, suffix = raw
    maiden = strip_glued_digits(cells("maiden"))
    fields = CustomerFields(
        prefix, strip_glued_digits(first), strip_glued_digits(middle), strip_glued_digits(last), suffix,
        sex=sex, birth_date=cells("birthdate"), death_date=cells("deathdate"),
        address=cells("address"), city=cells("city"), region=cells("state"),
        postal_code=postal_code(cells("zip")),
        former_names=(maiden,) if maiden else (),
        external_ids=tuple(_synthea_ids(cells("id"), (first, middle, last, cells("birthdate")))),
    )  # fmt: skip
    return Draft(fields, remarks=remarks, faults=faults)


def _synthea_ids(id_: str, written: Sequence[str]) -> Iterator[ExternalEntry]:
    yield ExternalEntry(SYNTHEA, id_)
    name = tidy(" ".join(part for part in written if part), limit=LONGEST_NAME_KEY + 1)
    if re.search(r"[^\W\d_]\d", name) and len(name) <= LONGEST_NAME_KEY:
        yield ExternalEntry(SYNTHEA_NAME, name)


def postal_code(text: str) -> str:
    """A US ZIP as written on an envelope: ``00000`` stands for none, nine digits get their dash."""
    if not text.strip("0-"):
        return ""
    return f"{text[:5]}-{text[5:]}" if re.fullmatch("[0-9]{9}", text) else text


# --- Google Contacts -----------------------------------------------------------------------------

_PLACES = 10
"""The most phones, and e-mail addresses, that have columns of their own."""


def _google(cells: Cells) -> Draft:
    sex, remarks = known_sex(cells("gender"))
    note, birthday = cells("notes"), cells("birthday")
    if birthday.startswith("--"):
        remarks += ("the birthday has no year and was left out",)
        birthday = ""
    name, said = _google_name(cells)
    maiden = cells("maiden name")
    fields = CustomerFields(
        name.prefix, name.first, name.middle, name.last, name.suffix, sex=sex, birth_date=birthday,
        address=_google_street(cells), city=cells("address 1 - city"), region=cells("address 1 - region"),
        postal_code=postal_code(cells("address 1 - postal code")), country=cells("address 1 - country"),
        phones=tuple(PhoneEntry(*pair) for pair in _numbered(cells, "phone")),
        emails=tuple(EmailEntry(*pair) for pair in _numbered(cells, "e-mail")),
        former_names=(maiden,) if maiden else (),
    )  # fmt: skip
    lines = "\n".join(filter(None, (note, *_google_lines(cells))))
    return Draft(fields, False, lines, (*said, *remarks), system=GOOGLE)


def _google_name(cells: Cells) -> tuple[PersonName, tuple[str, ...]]:
    """The parts of the name; where there is only the whole one, its likeliest parts and a remark."""
    first, last = cells("given name", "first name"), cells("family name", "last name")
    if not (first or last):
        return name_in_one(cells("name", "file as"))
    middle = cells("additional name", "middle name")
    return PersonName(cells("name prefix"), first, middle, last, cells("name suffix")), ()


_GOOGLE_LINES = {
    "Nickname": ("nickname",), "Occupation": ("occupation",),
    "Organization": ("organization name", "organization 1 - name"),
    "Job title": ("organization title", "organization 1 - title"),
    "Department": ("organization department", "organization 1 - department"),
}  # fmt: skip
_GOOGLE_LISTS = {
    "website": "Web", "relation": "Relation", "event": "Event", "im": "Messenger", "custom field": "Further",
}  # fmt: skip
"""Columns that become lines of the note; of a numbered one the label stands before its value."""


def _google_lines(cells: Cells) -> Iterator[str]:
    for title, columns in _GOOGLE_LINES.items():
        if text := cells(*columns):
            yield f"{title}: {text}"
    for place in range(2, _PLACES + 1):
        if address := _google_address(cells, place):
            what = cells(f"address {place} - label", f"address {place} - type").removeprefix("*").strip()
            yield f"Address ({what}): {address}" if what else f"Address: {address}"
    for kind, title in _GOOGLE_LISTS.items():
        for label, value in _numbered(cells, kind):
            yield f"{label or title}: {value}"
    labels = cells("labels", "group membership").split(":::")
    if kept := ", ".join(label.strip() for label in labels if label.strip(" *") and "*" not in label):
        yield f"Labels: {kept}"


def _google_address(cells: Cells, place: int) -> str:
    """A further address on one line."""
    part = partial(f"address {place} - {{}}".format)
    names = ("street", "extended address", "po box", "city", "region", "postal code", "country")
    told = ", ".join(filter(None, (cells(part(name)) for name in names))) or cells(part("formatted"))
    return told.replace("\n", ", ")


def _google_street(cells: Cells) -> str:
    part = partial("address 1 - {}".format)
    lines = [cells(part(name)) for name in ("street", "extended address", "po box")]
    return "\n".join(line for line in lines if line) or (
        "" if cells(part("city")) else cells(part("formatted"))
    )


def _numbered(cells: Cells, kind: str) -> Iterator[tuple[str, str]]:
    """(label, value) of ``Phone 1 - Value`` and so on; a label that begins with ``*`` is the main one's."""
    for place in range(1, _PLACES + 1):
        label = cells(f"{kind} {place} - label", f"{kind} {place} - type").removeprefix("*").strip()
        for value in cells(f"{kind} {place} - value").split(":::"):
            if value.strip():
                yield label, value.strip()


_SYNTHEA_SHOWN = {
    "id": "id", "prefix": "prefix", "first": "first", "middle": "middle", "last": "last", "suffix": "suffix",
    "maiden": "former", "gender": "sex", "birthdate": "birth_date", "deathdate": "death_date",
    "address": "address", "city": "city", "state": "region", "zip": "postal_code",
}  # fmt: skip
_GOOGLE_SHOWN = {
    "name prefix": "prefix", "given name": "first", "first name": "first", "additional name": "middle",
    "middle name": "middle", "family name": "last", "last name": "last", "name suffix": "suffix",
    "name": "name", "file as": "name", "maiden name": "former", "gender": "sex", "birthday": "birth_date",
    "notes": "note", "phone # - value": "phone", "e-mail # - value": "email",
    "address # - street": "address", "address # - city": "city", "address # - region": "region",
    "address # - postal code": "postal_code", "address # - country": "country",
    **dict.fromkeys(
        ("nickname", "occupation", "organization name", "organization title", "organization department",
         "organization # - name", "organization # - title", "organization # - department", "labels",
         "website # - value", "relation # - value", "event # - value", "im # - value",
         "custom field # - value", "group membership"), "note",
    ),
}  # fmt: skip

SYNTHEA_PATIENTS = Layout(
    "Synthea patients", (("Id",), ("BIRTHDATE",), ("FIRST",), ("LAST",)), _synthea, _SYNTHEA_SHOWN
)
GOOGLE_CONTACTS = Layout(
    "Google Contacts",
    (("Given Name", "First Name"), ("Family Name", "Last Name"), ("Name Prefix",)),
    _google,
    _GOOGLE_SHOWN,
    ("birthday",),
)
