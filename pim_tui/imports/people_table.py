"""Any table of people: which of its columns means what is proposed by their names, and may be chosen.

What is chosen for a file in a known layout stands in place of what the layout reads.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from ..domain.customer import CONTENTS, CustomerFields, EmailEntry, ExternalEntry, PhoneEntry
from ..domain.text import fold
from ..errors import Fault
from .mapping import ColumnMapping, Target
from .people import Draft, known_sex, name_in_one
from .people_layouts import postal_code
from .rows import Cells, id_faults

TABLE = "customer list"
"""The system of the ids in tables of unknown programs."""
TABLE_CONTENTS = TABLE + CONTENTS
"""The system of the keys made for rows without an id."""

NAME = "name"
"""The group of targets that name somebody."""


def _target(key: str, title: str, aliases: str, needs: str = "") -> Target:
    """A target and the names its column goes by, in the languages clinics write."""
    return Target(key, title, tuple(aliases.split("|")), needs)


TARGETS = (
    _target("prefix", "title", "name prefix|prefix|salutation|anrede|titel|titre"),
    _target(
        "first", "first name",
        "given name|forename|first|firstname|vorname|prénom|nombre|nome|voornaam", NAME,
    ),
    _target(
        "middle", "middle names",
        "middle name|middle|additional name|second name|middle initial|weitere vornamen",
    ),
    _target(
        "last", "last name",
        "family name|surname|last|lastname|nachname|familienname|nom|nom de famille|apellidos|"
        "apellido|cognome|achternaam", NAME,
    ),
    _target("suffix", "suffix", "name suffix"),
    _target(
        "name", "whole name",
        "name|full name|fullname|patient|patient name|customer|customer name|client|client name|"
        "contact|contact name|display name", NAME,
    ),
    _target("former", "former name", "maiden name|birth name|previous name|geburtsname|nom de naissance"),
    _target("sex", "sex", "gender|geschlecht|sexe|sexo|sesso|geslacht"),
    _target(
        "birth_date", "birth date",
        "date of birth|birthdate|birthday|dob|born|geburtsdatum|geburtstag|date de naissance|anniversaire|"
        "fecha de nacimiento|data di nascita|geboortedatum",
    ),
    _target("death_date", "date of death", "deathdate|death date|died|dod|deceased"),
    _target(
        "address", "address",
        "street|street address|street address 1|address 1|address line 1|address1|home street|home address|"
        "default address address1|strasse|straße|"
        "straße privat|adresse|rue (domicile)|"
        "rue|calle|dirección|domicilio|indirizzo|via|adres|straat",
    ),
    _target(
        "address_2", "second address line",
        "address 2|address line 2|address2|street 2|street address 2|home address 2|apartment suite|"
        "default address address2",
    ),
    _target(
        "city", "city",
        "town|suburb|locality|home city|default address city|ort|ort privat|stadt|wohnort|ville|"
        "ville (domicile)|ciudad|città|plaats|woonplaats",
    ),
    _target(
        "region", "region",
        "state|province|county|home state|default address province code|bundesland|kanton|provincia",
    ),
    _target(
        "postal_code", "postal code",
        "zip|zip code|zipcode|postcode|post code|postalcode|postal|home postal code|home zipcode|"
        "default address zip|plz|"
        "postleitzahl|postleitzahl privat|code postal (domicile)|"
        "code postal|código postal|cap",
    ),
    _target("country", "country", "home country|default address country code|land|pays|país|paese"),
    _target(
        "phone", "phone",
        "telephone|phone number|tel|phone 1|primary phone|contact number|telefon|telefonnummer|"
        "téléphone|teléfono|telefono|telefoon",
    ),
    _target(
        "mobile", "mobile phone",
        "mobile|mobile number|cell|cell phone|cellphone|handy|mobil|mobiltelefon|portable|"
        "tél. mobile|móvil|cellulare|mobiel",
    ),
    _target("home_phone", "home phone", "phone home|home telephone|telefon privat|téléphone (domicile)"),
    _target(
        "work_phone", "work phone",
        "business phone|work telephone|office phone|phone work|telefon geschäftlich",
    ),
    _target(
        "phone_2", "second phone",
        "phone 2|other phone|alternate phone|alternative phone|default address phone",
    ),
    _target(
        "email", "email",
        "e-mail|email address|e-mail address|primary email|mail|email 1|e-mail-adresse|courriel|correo|"
        "adresse de messagerie|"
        "correo electrónico|posta elettronica",
    ),
    _target("email_2", "second email", "secondary email|email 2|e-mail 2|e-mail 2 address|other email"),
    _target(
        "note", "note",
        "notes|comment|comments|remarks|memo|bemerkung|bemerkungen|notiz|remarques|notas|note interne",
    ),
    _target("alerts", "alerts", "alert|warning|warnings|important"),
    _target(
        "id", "id",
        "customer number|customer id|customer no|patient id|patient number|patient no|client id|"
        "client number|mrn|external id|record id|square customer id|kundennummer|patientennummer|"
        "numéro de client",
    ),
)  # fmt: skip
"""What a row of a table of people can say."""

_PERSONAL = frozenset(("first", "last", "former", "sex", "birth_date", "email", "mobile"))
_OF_PEOPLE = re.compile("full ?name|whole name|(patient|customer|client) (name|id|number|no)|mrn")
"""Columns by which a table is one of people; a ``name`` alone may be a firm's or a product's."""
_SIMPLE = (
    "prefix",
    "first",
    "middle",
    "last",
    "suffix",
    "birth_date",
    "death_date",
    "city",
    "region",
    "country",
)
_PHONES = {"phone": "", "mobile": "mobile", "home_phone": "home", "work_phone": "work", "phone_2": ""}
_EMAILS = ("email", "email_2")
PLAIN = Draft(CustomerFields(), own_id=False)
"""What is known of a row of a plain table before its columns are read."""
DATED = ("birth_date", "death_date")
"""Targets that are days."""


def about_people(mapping: ColumnMapping) -> bool:
    """Whether a table that nobody has mapped is one of people: what it tells, only people have."""
    personal = any(column.target in _PERSONAL for column in mapping.columns)
    speaks = any(_OF_PEOPLE.fullmatch(fold(column.column)) for column in mapping.columns)
    return not mapping.lacking() and (personal or speaks)


def column_key(target: str) -> str:
    """The name under which a chosen target's cell is found among the cells of a row."""
    return f"={target}"


def put(draft: Draft, cells: Cells, keys: Collection[str]) -> Draft:
    """*draft* with what stands in the columns chosen for the targets ``keys``."""
    told = {key: cells(column_key(key)) for key in keys}
    changes: dict[str, Any] = {key: told[key] for key in _SIMPLE if key in told}
    remarks = _put_name(told, changes)
    if "sex" in told:
        changes["sex"], said = known_sex(told["sex"])
        remarks += said
    if "postal_code" in told:
        changes["postal_code"] = postal_code(told["postal_code"])
    if "address" in told or "address_2" in told:
        street = told.get("address", draft.fields.address)
        changes["address"] = "\n".join(filter(None, (street, told.get("address_2", ""))))
    if "former" in told:
        changes["former_names"] = tuple(filter(None, (told["former"],)))
    if "alerts" in told:
        changes["alerts"] = tuple(told["alerts"].split("\n"))
    _put_contacts(draft.fields, told, changes)
    faults = _put_id(told, changes)
    return Draft(
        CustomerFields(**changes) if draft is PLAIN else replace(draft.fields, **changes),
        draft.own_id or bool(told.get("id")),
        told.get("note", draft.note),
        (*draft.remarks, *remarks),
        (*draft.faults, *faults),
        draft.system or TABLE_CONTENTS,
    )


def _put_name(told: dict[str, str], changes: dict[str, object]) -> tuple[str, ...]:
    """The whole name, where its parts have no columns of their own; a remark when it had to be parted."""
    if not told.get("name") or told.get("first") or told.get("last"):
        return ()
    name, said = name_in_one(told["name"])
    for part in ("prefix", "first", "middle", "last", "suffix"):
        changes[part] = told.get(part) or getattr(name, part)
    return said


def _put_contacts(fields: CustomerFields, told: dict[str, str], changes: dict[str, object]) -> None:
    """Numbers and addresses: the first kind in place of what the layout read, the others behind it."""
    if not _PHONES.keys().isdisjoint(told):
        phones = () if "phone" in told else fields.phones
        more = (PhoneEntry(label, told[key]) for key, label in _PHONES.items() if told.get(key))
        changes["phones"] = (*phones, *more)
    if not set(_EMAILS).isdisjoint(told):
        emails = () if "email" in told else fields.emails
        changes["emails"] = (*emails, *(EmailEntry("", told[key]) for key in _EMAILS if told.get(key)))


def _put_id(told: dict[str, str], changes: dict[str, object]) -> tuple[Fault, ...]:
    if not told.get("id"):
        return ()
    changes["external_ids"] = (ExternalEntry(TABLE, told["id"]),)
    return tuple(id_faults(told["id"], "id"))
