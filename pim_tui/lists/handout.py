"""What papers and text files show of appointments and customers that leave the book."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from ..domain.handout import PersonOut
from .spec import Column

VISITS = (
    Column("When", "starts_at", "moment", 21, rank=10),
    Column("Length", "minutes", "minutes", 8, rank=5),
    Column("Customer", "customer", width=18, rank=9),
    Column("No.", "number", "number", 6, rank=4),
    Column("Type", "type", width=14, rank=7),
    Column("Staff", "staff", width=14, rank=6),
    Column("Room", "room", width=8, rank=2),
    Column("Mode", "mode", "mode", 9, rank=1),
    Column("Status", "status", "status", 11, rank=8),
    Column("Reason", "reason", width=14, rank=3, grow=True),
)
"""Of a :class:`~pim_tui.domain.handout.VisitOut`."""


class PersonLine(NamedTuple):
    """A customer on one line."""

    number: int
    name: str
    sex: str
    born: date | None
    phone: str
    email: str
    city: str


PEOPLE = (
    Column("No.", "number", "number", 6, rank=6),
    Column("Name", "name", width=22, rank=10, grow=True),
    Column("Sex", "sex", width=3, rank=3),
    Column("Born", "born", "day", 15, rank=9),
    Column("Phone", "phone", width=16, rank=8),
    Column("Email", "email", width=22, rank=5),
    Column("City", "city", width=12, rank=4),
)
"""Of a :class:`PersonLine`."""


def line_of(person: PersonOut) -> PersonLine:
    """A customer with the first phone and the first address."""
    who = person.customer
    return PersonLine(
        person.number,
        who.name.listed,
        who.sex,
        who.birth_date,
        who.phones[0][1] if who.phones else "",
        who.emails[0][1] if who.emails else "",
        who.city,
    )
