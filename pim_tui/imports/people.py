"""What every reader of people yields: a row of the file as a customer, or all that is wrong with it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ..domain.customer import (
    FIELD_TITLES,
    LIMITS,
    CustomerFields,
    EmailEntry,
    NewCustomer,
    PhoneEntry,
    read_fields,
)
from ..domain.names import PersonName, split_name
from ..domain.people import Order, read_birth_date, read_sex
from ..domain.text import clean, tidy
from ..errors import Fault
from .rows import LONGEST_ID, Faults

LONGEST_NOTE = 8_000
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Row:
    """A customer as a file has it. The first external id is the key; ``own_id``: the source gave it.

    ``note`` is free text about the person, ``remarks`` what was left out or guessed. ``photo`` is as it
    came, undecoded and not to be trusted; ``photo_type`` what the file calls it ("jpeg"). ``active``: whether
    they are still a customer.
    """

    line: int
    customer: NewCustomer
    own_id: bool = True
    note: str = ""
    remarks: tuple[str, ...] = ()
    photo: bytes = b""
    photo_type: str = ""
    active: bool = True

    @property
    def key(self) -> tuple[str, str]:
        """The external id (system, value) by which the same row is recognised the next time."""
        return self.customer.external_ids[0]


@dataclass(frozen=True, slots=True)
class Draft:
    """A row before its check: the fields as text, and what else is wrong with it.

    ``system`` names the external id that is made of the values when the source gives none.
    """

    fields: CustomerFields
    own_id: bool = True
    note: str = ""
    remarks: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    system: str = ""
    active: bool = True


def checked(line: int, draft: Draft, today: date, order: Order = "auto") -> Row | Faults:
    """The row a draft makes, or everything that is wrong with it. ``order`` is how its dates are read."""
    customer, faults = read_fields(draft.fields, today=today, order=order)
    if draft.faults or faults:
        return Faults(map(titled, (*draft.faults, *faults)))
    return row_of(line, draft, customer)


def row_of(line: int, draft: Draft, customer: NewCustomer) -> Row:
    """The row of a customer that was read, with a key made of the values when it has none of its own."""
    if not draft.own_id:
        key = (draft.system, digest(customer))
        customer = replace(customer, external_ids=(key, *customer.external_ids))
    remarks = draft.remarks
    if len(draft.note) > LONGEST_NOTE:
        remarks += (f"the note was cut to {LONGEST_NOTE} characters",)
    note = clean(draft.note, limit=LONGEST_NOTE, lines=True)
    return Row(line, customer, draft.own_id, note, remarks, active=draft.active)


_TIME = re.compile(r"[ T][0-9]{1,2}:[0-9]{2}.*$", re.DOTALL)


def settled_days(draft: Draft, today: date, order: Order) -> Draft:
    """*draft* with its dates as one day each, read in ``order``: a year of two digits is the latest possible.

    A time of day behind a date is left off, and ``0/0/00`` is none. What stays is refused by the check.
    """
    fields, remarks = draft.fields, draft.remarks
    changes: dict[str, Any] = {}
    for key in ("birth_date", "death_date"):
        if written := getattr(fields, key):
            settled, said = _settled(written, FIELD_TITLES[key], today, order)
            remarks += said
            if settled != written:
                changes[key] = settled
    return replace(draft, fields=replace(fields, **changes), remarks=remarks) if changes else draft


def _settled(written: str, title: str, today: date, order: Order) -> tuple[str, tuple[str, ...]]:
    text = _TIME.sub("", written.strip()) if ":" in written else written
    if not text.strip("0/.- "):
        return "", ()
    days = () if order == "auto" else read_birth_date(text, order=order, today=today)
    if len(days) > 1:
        day, other = max(days), min(days)
        return day.isoformat(), (f"{title} “{tidy(text, limit=20)}” is read as {day}, not {other.year}",)
    return text, ()


def titled(fault: Fault) -> Fault:
    """The fault with its field as a person calls it."""
    field, _, place = fault.field.partition(" ")
    return Fault(f"{FIELD_TITLES.get(field, field)} {place}".rstrip(), fault.message)


def digest(customer: NewCustomer) -> str:
    """A key made of who somebody is and how they are reached: the same for the same contact next time."""
    name = customer.name
    return short_digest(
        name.first,
        name.middle,
        name.last,
        name.suffix,
        str(customer.birth_date or ""),
        *(value for _, value in (*customer.phones, *customer.emails)),
        customer.address,
        customer.city,
        customer.postal_code,
    )


def short_digest(*told: str) -> str:
    """32 characters that stand for ``told``."""
    return hashlib.sha256("\x1f".join(told).encode()).hexdigest()[:32]


def usable_id(text: str) -> str:
    """``text`` as the value of an external id: one too long, or with characters nobody sees, as a digest."""
    return text if len(text) <= LONGEST_ID and tidy(text, limit=LONGEST_ID) == text else short_digest(text)


def name_in_one(text: str) -> tuple[PersonName, tuple[str, ...]]:
    """The parts of a name written in one piece, and a remark when they are a guess."""
    name, guessed = split_name(text)
    if not guessed:
        return name, ()
    told = ", ".join(
        f"{title} {part}"
        for title, part in (
            ("title", name.prefix),
            ("first name", name.first),
            ("middle names", name.middle),
            ("last name", name.last),
            ("suffix", name.suffix),
        )
        if part
    )
    return name, (f"the name “{tidy(text, limit=_SHOWN)}” is in one piece; its parts are a guess: {told}",)


def known_sex(text: str) -> tuple[str, tuple[str, ...]]:
    """The sex, and a remark in place of one that is not understood."""
    if read_sex(text) is None:
        return "", (f"sex “{tidy(text, limit=20)}” is not understood and was left empty",)
    return text, ()


# --- forgiving -----------------------------------------------------------------------------------


def forgiven(
    fields: CustomerFields, faults: Iterable[Fault]
) -> tuple[CustomerFields, tuple[str, ...], tuple[str, ...]]:
    """``fields`` without what is wrong with them, a remark for each, and the same as lines for the note.

    What no form would take is not lost: it stands in the note as it came.
    """
    remarks: list[str] = []
    lines: list[str] = []
    wrong: dict[str, set[int]] = {}
    changes: dict[str, Any] = {}
    for fault in faults:
        field, _, place = fault.field.partition(" ")
        title = FIELD_TITLES.get(field, field)
        if place.isdigit():
            wrong.setdefault(field, set()).add(int(place))
            continue
        value = str(getattr(fields, field))
        changes[field] = value[: LIMITS[field]] if field in LIMITS else ""
        remarks.append(f"{title}: {fault.message}; as it came it is in the note")
        lines.append(f"{title.capitalize()}: {value}")
    for field, places in wrong.items():
        entries = getattr(fields, field)
        changes[field] = tuple(one for place, one in enumerate(entries, 1) if place not in places)
        for number in sorted(places):
            entry, title = _entry(entries[number - 1]), FIELD_TITLES[field].removesuffix("s")
            remarks.append(f"{title} “{tidy(entry, limit=_SHOWN)}” cannot be kept as one; it is in the note")
            lines.append(f"{title.capitalize()}: {entry}")
    return replace(fields, **changes), tuple(remarks), tuple(lines)


def _entry(entry: PhoneEntry | EmailEntry | str) -> str:
    return entry if isinstance(entry, str) else " ".join(filter(None, entry))
