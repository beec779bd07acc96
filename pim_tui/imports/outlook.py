"""People as Outlook and other mail programs export them: one column for each of many kinds of number.

The home address is the customer's, else the business one, else the other; those that are left become
lines of the note, as does all that has no field here (company, spouse, web page). ``0/0/00`` is no date.
The columns may be called as in another language (see :mod:`.outlook_words`). Thunderbird parts the birth
date into three columns, and gives a whole name where a contact has no other. An address of an Exchange
server (``/o=...``) is no email address outside of it and is told as left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..domain.customer import CustomerFields, EmailEntry, PhoneEntry
from ..domain.names import PersonName
from . import outlook_words
from .people import Draft, known_sex, name_in_one
from .people_layouts import Layout, postal_code
from .rows import Cells

OUTLOOK = "outlook contacts"
"""The system of the keys made for contacts that have no id."""
THUNDERBIRD = "thunderbird contacts"
"""The same for Thunderbird's."""

_PHONES = {
    "mobile phone": "mobile", "primary phone": "", "home phone": "home", "home phone 2": "home",
    "business phone": "work", "business phone 2": "work", "company main phone": "company",
    "other phone": "other", "car phone": "car", "radio phone": "radio", "assistant's phone": "assistant",
    "callback": "callback", "tty/tdd phone": "text telephone", "pager": "pager", "home fax": "home fax",
    "business fax": "work fax", "other fax": "other fax",
}  # fmt: skip
"""Columns in the order of their importance, and the label of each."""
_EMAILS = ("e-mail address", "e-mail 2 address", "e-mail 3 address")
_PLACES = {"home": "home", "business": "work", "other": "other"}
_LINES = {
    "nickname": "Nickname", "company": "Company", "department": "Department", "job title": "Job title",
    "profession": "Profession", "office location": "Office", "organizational id number": "Organizational id",
    "location": "Location", "web page": "Web", "personal web page": "Web", "anniversary": "Anniversary",
    "spouse": "Spouse", "children": "Children", "manager's name": "Manager",
    "assistant's name": "Assistant", "referred by": "Referred by", "hobby": "Hobby", "language": "Language",
    "account": "Account", "billing information": "Billing", "government id number": "Government id",
    "keywords": "Keywords", "categories": "Categories", "user 1": "User 1", "user 2": "User 2",
    "user 3": "User 3", "user 4": "User 4",
}  # fmt: skip
"""Columns that become lines of the note."""
_NO_VALUE = {
    "unspecified", "normal", "none", "keine angabe", "non spécifié", "sin especificar", "non specificato",
    "niet opgegeven",
}  # fmt: skip


def _outlook(cells: Cells) -> Draft:
    sex, remarks = known_sex(_told(cells("gender")))
    places = [place for place in _PLACES if any(_place(cells, place))]
    street, city, region, code, country = _place(cells, places[0]) if places else ("",) * 5
    emails = [cells(column) for column in _EMAILS]
    if any(text.startswith("/") for text in emails):
        remarks += ("an address of an Exchange server was left out",)
    name, said = _name(cells)
    fields = CustomerFields(
        name.prefix, name.first, name.middle, name.last, name.suffix, sex=sex, birth_date=cells("birthday"),
        address=street, city=city, region=region, postal_code=postal_code(code), country=country,
        phones=tuple(_phones(cells)),
        emails=tuple(EmailEntry("", text) for text in emails if text and not text.startswith("/")),
    )  # fmt: skip
    return Draft(fields, False, "\n".join(_note(cells, places[1:])), (*said, *remarks), system=OUTLOOK)


def _name(cells: Cells) -> tuple[PersonName, tuple[str, ...]]:
    """The name by its parts, else as it is shown, whose parts are a guess and said to be one."""
    name = PersonName(
        *(cells(part) for part in ("title", "first name", "middle name", "last name", "suffix"))
    )
    return (name, ()) if name.first or name.last else name_in_one(cells("display name"))


def _told(text: str) -> str:
    """*text*, unless it says that there is nothing: ``Unspecified``, ``0/0/00``, ``0.0.00``."""
    return "" if text.casefold() in _NO_VALUE or not text.strip("0/.- ") else text


def _phones(cells: Cells) -> Iterator[PhoneEntry]:
    """Each number once, under the most telling of its columns."""
    numbers: dict[str, str] = {}
    for column, label in _PHONES.items():
        if number := cells(column):
            numbers[number] = numbers.get(number) or label
    return (PhoneEntry(label, number) for number, label in numbers.items())


def _place(cells: Cells, kind: str) -> tuple[str, str, str, str, str]:
    """Street, town, region, code and country of the home, business or other address."""
    streets = [cells(f"{kind} {part}") for part in ("street", "street 2", "street 3", "address po box")]
    city, region, code, country = (
        cells(f"{kind} city"),
        cells(f"{kind} state"),
        cells(f"{kind} postal code"),
        cells(f"{kind} country", f"{kind} country/region"),
    )
    street = "\n".join(filter(None, streets)) or ("" if city else cells(f"{kind} address"))
    return street, city, region, code, country


def _note(cells: Cells, places: list[str]) -> Iterator[str]:
    if note := cells("notes"):
        yield note
    for place in places:
        yield f"Address ({_PLACES[place]}): " + ", ".join(filter(None, _place(cells, place))).replace(
            "\n", ", "
        )
    for column, title in _LINES.items():
        if text := _told(cells(column)):
            yield f"{title}: {text}"


def _thunderbird(cells: Cells) -> Draft:
    draft = _outlook(cells)
    day, remarks = _day_in_parts(cells)
    fields = replace(draft.fields, birth_date=day)
    return replace(draft, fields=fields, remarks=(*draft.remarks, *remarks), system=THUNDERBIRD)


def _day_in_parts(cells: Cells) -> tuple[str, tuple[str, ...]]:
    """The birth date in three columns as ISO text; a remark in place of one without its year."""
    parts = [cells(f"birth {part}") for part in ("year", "month", "day")]
    if all(parts):
        return "-".join(part.zfill(2) for part in parts), ()
    return "", ("the birthday is not complete and was left out",) if any(parts) else ()


_SHOWN = {
    "display name": "name", **dict.fromkeys(("birth year", "birth month", "birth day"), "birth_date"),
    "title": "prefix", "first name": "first", "middle name": "middle", "last name": "last",
    "suffix": "suffix", "gender": "sex", "birthday": "birth_date", "notes": "note",
    **dict.fromkeys((column.replace("2", "#") for column in _PHONES), "phone"),
    **dict.fromkeys(("e-mail address", "e-mail # address"), "email"),
    **{
        f"{kind} {part}": target
        for kind in _PLACES
        for part, target in (
            ("street", "address"), ("street #", "address"), ("address po box", "address"),
            ("address", "address"), ("city", "city"), ("state", "region"), ("postal code", "postal_code"),
            ("country", "country"), ("country/region", "country"),
        )
    },
    **dict.fromkeys((column[:-1] + "#" if column[-1].isdigit() else column for column in _LINES), "note"),
}  # fmt: skip

OUTLOOK_CONTACTS = Layout(
    "Outlook contacts",
    (("First Name",), ("Last Name",), ("E-mail Address",), ("Business Street", "Home Street")),
    _outlook,
    _SHOWN,
    ("birthday",),
    outlook_words.OUTLOOK,
)
THUNDERBIRD_CONTACTS = Layout(
    "Thunderbird address book",
    (("First Name",), ("Last Name",), ("E-mail Address",), ("Birth Year",)),
    _thunderbird,
    _SHOWN,
    english=outlook_words.THUNDERBIRD,
)
