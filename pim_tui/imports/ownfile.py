"""Customers as this program exported them: a table like Google's, and what Google has no column for.

The same customer is made of a row again, whoever reads it. Where the file comes back to the book it left,
the customer number and the name tell that the row is here already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from ..domain.customer import ConsentEntry, ExternalEntry
from .people import Draft
from .people_layouts import GOOGLE_CONTACTS, Layout
from .rows import Cells

OWN = "exported customers"
"""The system of the keys made for rows that have no id of another program."""

_BETWEEN = ":::"


def _own(cells: Cells) -> Draft:
    draft = GOOGLE_CONTACTS.read(cells)
    ids = tuple(external_ids(_id_parts(one) for one in _several(cells("other ids"))))
    fields = replace(
        draft.fields,
        death_date=cells("date of death"),
        former_names=tuple(_several(cells("former names"))),
        alerts=tuple(_several(cells("alerts"))),
        consents=tuple(consent(*_consent_parts(one)) for one in _several(cells("consents"))),
        external_ids=ids,
    )
    return replace(
        draft, fields=fields, own_id=bool(ids), system=OWN, number=own_number(cells("customer number")),
        active=cells("active").casefold() != "no",
    )  # fmt: skip


def _several(cell: str) -> list[str]:
    return [one for part in cell.split(_BETWEEN) if (one := part.strip())]


def _consent_parts(text: str) -> tuple[str, str, str, str]:
    """Channel, answer, day and source of ``email yes 2026-11-23 on paper``."""
    channel, answer, day, source = [*text.split(" ", 3), "", "", ""][:4]
    if _day(day) is None:
        day, source = "", f"{day} {source}".strip()
    return channel, answer, day, source


def _id_parts(text: str) -> tuple[str, str]:
    """System and value of ``synthea: 1234``."""
    system, _, value = text.partition(": ")
    return system, value


def consent(channel: str, answer: str, day: str, source: str) -> ConsentEntry:
    """A consent as it was exported; ``day`` is ISO text or empty."""
    return ConsentEntry(channel.strip(), answer.strip(), _day(day.strip()), source.strip())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def external_ids(pairs: Iterable[tuple[str, str]]) -> Iterator[ExternalEntry]:
    """The ids of other programs that were exported along; without one of their parts they are none."""
    for system, value in pairs:
        if system.strip() and value.strip():
            yield ExternalEntry(system.strip(), value.strip())


def own_number(text: str) -> int:
    """A customer number as exported; 0 when it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


EXPORTED_CUSTOMERS = Layout(
    "Customers exported by this program",
    (("Customer Number",), ("First Name",), ("Last Name",), ("Former Names",), ("Other Ids",)),
    _own,
    {
        **GOOGLE_CONTACTS.shown, "customer number": "number", "date of death": "death_date",
        "former names": "former", "alerts": "alerts", "consents": "consents", "other ids": "id",
    },
    ("birthday", "date of death"),
)  # fmt: skip
