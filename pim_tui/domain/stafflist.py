"""What the staff list says of somebody who works here, as a form edits it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import Fault
from .customer import is_email
from .text import mixes_alphabets, tidy

TITLES = {
    "name": "name", "initials": "initials", "speciality": "speciality", "login": "login", "role": "role",
    "books": "takes appointments", "active": "works here", "email": "email",
}  # fmt: skip
LIMITS = {"name": 120, "initials": 6, "speciality": 120, "login": 64, "role": 40, "email": 254}
_LOGIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]*\$?")


@dataclass(frozen=True, slots=True)
class StaffFields:
    """Somebody on the staff list. ``login`` is the operating-system user, empty for none; by ``email``
    services outside know them as the host of a booking, a meeting or a calendar.
    """

    name: str
    initials: str = ""
    speciality: str = ""
    login: str = ""
    role: str = "receptionist"
    books: bool = False
    active: bool = True
    email: str = ""


def read_staff(typed: StaffFields) -> tuple[StaffFields, list[Fault]]:
    """The fields as they are kept, and what is wrong with them."""
    kept = {key: tidy(getattr(typed, key), limit=limit) for key, limit in LIMITS.items()}
    read = StaffFields(**kept, books=typed.books, active=typed.active)
    return read, list(_faults(read))


def _faults(read: StaffFields) -> Iterator[Fault]:
    if not read.name:
        yield Fault("name", "is empty")
    elif mixes_alphabets(read.name):
        yield Fault("name", "has letters of two alphabets in one word, which look alike")
    if read.login and not _LOGIN.fullmatch(read.login):
        yield Fault("login", "is not the name of a user of this machine")
    if read.email and not is_email(read.email):
        yield Fault("email", "is not an email address; it looks like name@example.org")
