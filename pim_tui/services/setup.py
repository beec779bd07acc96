"""Making a new book: the clinic, its first staff member, and the appointment types to begin with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..db.connection import Book
from ..domain.moments import zone_info
from ..domain.pins import read_pin
from ..domain.rights import Right, rights_of
from ..domain.session import Session
from ..domain.text import tidy
from ..errors import Fault, Invalid
from ..models import AppointmentType, Clinic, Room, Staff, StaffPin, WorkingHours
from . import audit
from .audit import Change
from .pins import first_hash
from .seals import with_state

WORKDAYS = range(5)
"""Monday to Friday."""


@dataclass(frozen=True, slots=True)
class NewType:
    """An appointment type; minutes throughout, ``colour`` is a name of the style sheet."""

    name: str
    alias: str
    minutes: int
    colour: str
    mode: str = "in_person"
    buffer_before: int = 0
    buffer_after: int = 0
    is_default: bool = False


STANDARD_TYPES = (
    NewType("Follow-up", "fu", 30, "blue", is_default=True),
    NewType("New patient", "np", 45, "green"),
    NewType("Check-up", "cu", 30, "cyan"),
    NewType("Treatment", "tx", 60, "magenta", buffer_after=5),
    NewType("Video consultation", "vc", 20, "yellow", mode="virtual"),
    NewType("Phone consultation", "tel", 10, "white", mode="phone"),
)
"""What a clinic starts with."""


@dataclass(frozen=True, slots=True)
class NewStaff:
    """Somebody on the staff list.

    ``hours`` are (weekday, from, to), Monday 0, minutes after midnight; ``login`` the operating-system
    user; ``books`` whether appointments are made with them; ``role`` the name of their role.
    """

    name: str
    login: str | None = None
    speciality: str = ""
    books: bool = True
    role: str = "owner"
    hours: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SetUp:
    """A clinic to begin with; ``staff[0]`` is whoever sets it up, with this PIN or none."""

    clinic: str
    zone: str
    staff: tuple[NewStaff, ...]
    rooms: tuple[str, ...] = ()
    types: tuple[NewType, ...] = STANDARD_TYPES
    pin: str = field(default="", repr=False)


def office_hours(opens: int, closes: int) -> tuple[tuple[int, int, int], ...]:
    """The same hours on every workday, minutes after midnight."""
    return tuple((day, opens, closes) for day in WORKDAYS)


def set_up(book: Book, command: SetUp, clock: Callable[[], int], country: str = "US") -> Session:
    """Write the first rows of a new book and the journal's first lines; the first staff member's session."""
    _check(command)
    made = first_hash(command.pin) if command.pin else ""
    with book.write_tx():
        return write_clinic(command, clock, country, made)


def write_clinic(command: SetUp, clock: Callable[[], int], country: str, made: str = "") -> Session:
    """:func:`set_up` inside a running write transaction; ``made`` is the hash of the PIN."""
    clinic = {"id": 1, "name": command.clinic, "zone": command.zone, "created_at": clock()}
    Clinic.insert(clinic).execute()
    changes = [Change("set_up", "clinic", 1, None, clinic)]
    changes += [_add_staff(place, one) for place, one in enumerate(command.staff)]
    changes += [_add_room(place, name) for place, name in enumerate(command.rooms)]
    changes += [_add_type(place, one) for place, one in enumerate(command.types)]
    first = command.staff[0]
    session = Session(
        int(changes[1].row_id or 0), first.name, command.zone, clock, rights_of(first.role), "set-up", country
    )
    session.needs(Right.SET_UP)
    if made:
        StaffPin.insert(staff=session.staff_id, hash=made, set_at=clock(), given=False).execute()
        told = {"set_at": clock(), "given": False}
        changes.append(with_state(Change("set", "staff_pin", session.staff_id, None, told)))
    audit.append(session, changes)
    return session


def _check(command: SetUp) -> None:
    faults = []
    if not tidy(command.clinic):
        faults.append(Fault("clinic", "needs a name"))
    if not command.staff or not all(tidy(one.name) for one in command.staff):
        faults.append(Fault("name", "every staff member needs a name"))
    try:
        zone_info(command.zone)
    except Invalid as error:
        faults += error.faults
    try:
        if command.pin and command.staff:
            read_pin(command.pin, (command.staff[0].name, command.staff[0].login or ""))
    except Invalid as error:
        faults += error.faults
    if faults:
        raise Invalid(faults, "Run pim-tui init again with them.")


def _add_staff(place: int, one: NewStaff) -> Change:
    values: dict[str, Any] = {
        "name": tidy(one.name, limit=120),
        "initials": initials(one.name),
        "speciality": one.speciality,
        "login": one.login,
        "position": place,
        "books": one.books,
        "active": True,
        "role": one.role,
    }
    id_ = int(Staff.insert(values).execute())
    for weekday, starts, ends in one.hours:
        WorkingHours.insert(staff=id_, weekday=weekday, starts=starts, ends=ends).execute()
    return Change("add", "staff", id_, None, {**values, "hours": [list(row) for row in one.hours]})


def _add_room(place: int, name: str) -> Change:
    values: dict[str, Any] = {
        "name": tidy(name, limit=80),
        "initials": initials(name),
        "position": place,
        "active": True,
    }
    return Change("add", "room", int(Room.insert(values).execute()), None, values)


def _add_type(place: int, one: NewType) -> Change:
    values: dict[str, Any] = {
        "name": one.name,
        "alias": one.alias,
        "minutes": one.minutes,
        "colour": one.colour,
        "mode": one.mode,
        "buffer_before": one.buffer_before,
        "buffer_after": one.buffer_after,
        "position": place,
        "is_default": one.is_default,
        "active": True,
    }
    return Change("add", "appointment_type", int(AppointmentType.insert(values).execute()), None, values)


_TITLES = frozenset(("dr", "dr.", "prof", "prof.", "mr", "mrs", "ms", "mr.", "mrs.", "ms."))


def initials(name: str) -> str:
    """Up to three letters for narrow columns: ``Dr Anna Lee`` -> ``AL``, ``Room 2`` -> ``R2``."""
    words: Sequence[str] = [word for word in name.split() if word.casefold() not in _TITLES] or name.split()
    return "".join(word[0] for word in words if word[0].isalnum())[:3].upper()
