"""People in the CSV layouts of other programs.

The layout is told by the header, whatever the order of its columns:

- **Synthea patients** (``patients.csv`` of the synthetic patient generator), with or without MIDDLE. The
  digits it glues to names are taken off for display; the name as written, with the birth date, is kept
  as a second external id. SSN, DRIVERS, PASSPORT, INCOME, RACE, ETHNICITY and the like are not read.
- **Google Contacts**, with the older headers (``Given Name``, ``Phone 1 - Type``) and the newer ones
  (``First Name``, ``Phone 1 - Label``). It gives no ids, so the contact's values make one: a digest.
  Several values in one cell are parted by ``:::``. Notes are kept as a note about the customer.

A row yields a :class:`Row`, or a refusal that names everything wrong with it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from ..domain.customer import (
    FIELD_TITLES,
    CustomerFields,
    EmailEntry,
    ExternalEntry,
    NewCustomer,
    PhoneEntry,
    read_fields,
)
from ..domain.names import PersonName, split_name, strip_glued_digits
from ..domain.people import read_sex
from ..domain.text import clean, tidy
from ..errors import Fault, FileProblem
from .csvfile import CsvFile
from .rows import Cells, Faults, RowFile, columns_of, id_faults

SYNTHEA = "synthea"
"""The system of external ids that Synthea gives."""
SYNTHEA_NAME = "synthea name"
"""The system of the names Synthea writes, digits and all."""
GOOGLE = "google contacts"

LONGEST_NAME_KEY = 120
LONGEST_NOTE = 8_000


@dataclass(frozen=True, slots=True)
class Row:
    """A customer as a file has it. The first external id is the key; ``own_id``: the source gave it.

    ``note`` is free text about the person, ``remarks`` what was left out.
    """

    line: int
    customer: NewCustomer
    own_id: bool = True
    note: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """The external id (system, value) by which the same row is recognised the next time."""
        return self.customer.external_ids[0]


@dataclass(frozen=True, slots=True)
class Draft:
    """A row before its check: the fields as text, and what else is wrong with it."""

    fields: CustomerFields
    own_id: bool = True
    note: str = ""
    remarks: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """A known layout: the columns that tell it, each by its possible names, and how a row is read."""

    title: str
    marks: tuple[tuple[str, ...], ...]
    read: Callable[[Cells], Draft]

    def missing(self, header: Sequence[str]) -> list[str]:
        """The columns that the header lacks, as the newest version of the program writes them."""
        present = set(columns_of(header))
        return [names[-1] for names in self.marks if present.isdisjoint(map(str.casefold, names))]


def layout_of(name: str, header: Sequence[str], layouts: Sequence[Layout]) -> Layout:
    """The first layout the header fits; :class:`FileProblem` naming what the nearest one lacks."""
    lacking = [(layout.missing(header), layout) for layout in layouts]
    missing, nearest = min(lacking, key=lambda pair: len(pair[0]) / len(pair[1].marks))
    if not missing:
        return nearest
    found = ", ".join(tidy(column, limit=30) for column in header[:8]) + (" ..." if len(header) > 8 else "")
    expected = ", ".join(names[-1] for names in nearest.marks)
    raise FileProblem(
        f"{name}: these columns are not known. Nearest is {nearest.title}, which needs {expected};"
        f" missing: {', '.join(missing)}. Found: {found}.",
        f"Known layouts: {', '.join(layout.title for layout in layouts)}.",
    )


def open_customers(path: Path, today: date, layouts: Sequence[Layout] = ()) -> RowFile[Row]:
    """A file of people in one of ``layouts`` (:data:`LAYOUTS`); :class:`FileProblem` when it is none.

    ``today`` tells which dates lie in the future.
    """
    csv = CsvFile(path)
    try:
        layout = layout_of(csv.name, csv.header, layouts or LAYOUTS)
    except FileProblem:
        csv.close()
        raise
    return RowFile(csv, partial(_row, layout, today))


def _row(layout: Layout, today: date, line: int, cells: Cells) -> Row | Faults:
    draft = layout.read(cells)
    customer, faults = read_fields(draft.fields, today=today, order="auto")
    if faults := (*draft.faults, *faults):
        return Faults(map(_titled, faults))
    if not draft.own_id:
        customer = replace(customer, external_ids=((GOOGLE, _digest(customer)),))
    return Row(line, customer, draft.own_id, draft.note, draft.remarks)


def _titled(fault: Fault) -> Fault:
    """The fault with its field as a person calls it."""
    field, _, place = fault.field.partition(" ")
    return Fault(f"{FIELD_TITLES.get(field, field)} {place}".rstrip(), fault.message)


def _digest(customer: NewCustomer) -> str:
    """A key made of who somebody is and how they are reached: the same for the same contact next time."""
    name = customer.name
    told = (
        name.first, name.middle, name.last, name.suffix, str(customer.birth_date or ""),
        *(value for _, value in (*customer.phones, *customer.emails)),
        customer.address, customer.city, customer.postal_code,
    )  # fmt: skip
    return hashlib.sha256("\x1f".join(told).encode()).hexdigest()[:32]


# --- Synthea -------------------------------------------------------------------------------------


def _synthea(cells: Cells) -> Draft:
    faults = tuple(id_faults(cells("id")))
    sex, remarks = _sex(cells("gender"))
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


def _sex(text: str) -> tuple[str, tuple[str, ...]]:
    """The sex, and a remark in place of one that is not understood."""
    if read_sex(text) is None:
        return "", (f"sex “{tidy(text, limit=20)}” is not understood and was left empty",)
    return text, ()


def postal_code(text: str) -> str:
    """A US ZIP as written on an envelope: ``00000`` stands for none, nine digits get their dash."""
    if not text.strip("0-"):
        return ""
    return f"{text[:5]}-{text[5:]}" if re.fullmatch("[0-9]{9}", text) else text


# --- Google Contacts -----------------------------------------------------------------------------

_PLACES = 10
"""The most phones, and e-mail addresses, that have columns of their own."""


def _google(cells: Cells) -> Draft:
    sex, remarks = _sex(cells("gender"))
    note, birthday = cells("notes"), cells("birthday")
    if birthday.startswith("--"):
        remarks += ("the birthday has no year and was left out",)
        birthday = ""
    if any(cells(f"address 2 - {part}") for part in ("formatted", "street")):
        remarks += ("the second address was left out",)
    if len(note) > LONGEST_NOTE:
        remarks += (f"the note was cut to {LONGEST_NOTE} characters",)
    name, maiden = _google_name(cells), cells("maiden name")
    fields = CustomerFields(
        name.prefix, name.first, name.middle, name.last, name.suffix, sex=sex, birth_date=birthday,
        address=_google_street(cells), city=cells("address 1 - city"), region=cells("address 1 - region"),
        postal_code=postal_code(cells("address 1 - postal code")), country=cells("address 1 - country"),
        phones=tuple(PhoneEntry(*pair) for pair in _numbered(cells, "phone")),
        emails=tuple(EmailEntry(*pair) for pair in _numbered(cells, "e-mail")),
        former_names=(maiden,) if maiden else (),
    )  # fmt: skip
    return Draft(fields, False, clean(note, limit=LONGEST_NOTE, lines=True), remarks)


def _google_name(cells: Cells) -> PersonName:
    """The parts of the name; where there is only the whole one, its likeliest parts."""
    first, last = cells("given name", "first name"), cells("family name", "last name")
    if not (first or last):
        return split_name(cells("name", "file as"))[0]
    middle = cells("additional name", "middle name")
    return PersonName(cells("name prefix"), first, middle, last, cells("name suffix"))


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


SYNTHEA_PATIENTS = Layout("Synthea patients", (("Id",), ("BIRTHDATE",), ("FIRST",), ("LAST",)), _synthea)
GOOGLE_CONTACTS = Layout(
    "Google Contacts", (("Given Name", "First Name"), ("Family Name", "Last Name"), ("Name Prefix",)), _google
)
LAYOUTS = (SYNTHEA_PATIENTS, GOOGLE_CONTACTS)
"""The layouts that are read, in the order in which they are tried."""
