"""Rooms, equipment and appointment types as forms edit them, and what is wrong with what was typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from ..errors import Fault
from .dates import read_minutes
from .text import fold, tidy

Kind = Literal["room", "equipment", "appointment_type"]
CALLED: Final[dict[Kind, str]] = {
    "room": "room",
    "equipment": "equipment",
    "appointment_type": "appointment type",
}
COLOURS: Final = ("", "blue", "green", "cyan", "magenta", "yellow", "red", "white")
MODES: Final = (("in_person", "in person"), ("virtual", "virtual"), ("phone", "phone"))
TITLES: Final = {
    "name": "name", "initials": "initials", "capacity": "places", "alias": "alias", "minutes": "minutes",
    "before": "kept free before", "after": "kept free after", "colour": "colour", "mode": "mode",
    "equipment": "equipment", "usual": "usual type", "active": "in use",
}  # fmt: skip
MOST_PLACES, LONGEST, LONGEST_BUFFER, LONGEST_NAMES = 100, 24 * 60, 240, 400


@dataclass(frozen=True, slots=True)
class ThingFields:
    """A room, or equipment of one kind. ``capacity`` is how many appointments at a time may have it."""

    name: str = ""
    initials: str = ""
    capacity: str = "1"
    active: bool = True


@dataclass(frozen=True, slots=True)
class TypeFields:
    """An appointment type, all as typed; ``equipment`` are names with commas, ``usual`` the default type."""

    name: str = ""
    alias: str = ""
    minutes: str = "30"
    before: str = "0"
    after: str = "0"
    colour: str = ""
    mode: str = "in_person"
    equipment: str = ""
    usual: bool = False
    active: bool = True


Fields = ThingFields | TypeFields


@dataclass(frozen=True, slots=True)
class Read:
    """The columns as they are kept, the equipment of a type by id, and everything that is wrong."""

    columns: Mapping[str, Any]
    equipment_ids: tuple[int, ...] = ()
    faults: tuple[Fault, ...] = ()


def read_thing(typed: ThingFields) -> Read:
    """A room or equipment as it is kept."""
    name, places = tidy(typed.name, limit=80), _whole(typed.capacity)
    faults = list(_unnamed(name))
    if places is None or not 1 <= places <= MOST_PLACES:
        faults.append(Fault("capacity", f"is a whole number from 1 to {MOST_PLACES}"))
    columns = {
        "name": name,
        "initials": tidy(typed.initials, limit=6),
        "capacity": places,
        "active": typed.active,
    }
    return Read(columns, (), tuple(faults))


def read_type(typed: TypeFields, equipment: Mapping[int, str]) -> Read:
    """A type as it is kept; ``equipment`` are the names of what there is, by id."""
    name, minutes = tidy(typed.name, limit=80), read_minutes(typed.minutes)
    before, after = _buffer(typed.before), _buffer(typed.after)
    faults = list(_unnamed(name))
    if minutes is None or not 1 <= minutes <= LONGEST:
        faults.append(Fault("minutes", f"is a length from 1 to {LONGEST} minutes"))
    for key, value in (("before", before), ("after", after)):
        if value is None:
            faults.append(Fault(key, f"is a length from 0 to {LONGEST_BUFFER} minutes"))
    if typed.colour not in COLOURS:
        faults.append(Fault("colour", f"is one of {', '.join(filter(None, COLOURS))}"))
    if typed.mode not in dict(MODES):
        faults.append(Fault("mode", "is in person, virtual or phone"))
    ids = named(typed.equipment, equipment, faults)
    columns = {
        "name": name,
        "alias": tidy(typed.alias, limit=12),
        "minutes": minutes,
        "buffer_before": before,
        "buffer_after": after,
        "colour": typed.colour,
        "mode": typed.mode,
        "is_default": typed.usual and typed.active,
        "active": typed.active,
    }
    return Read(columns, ids, tuple(faults))


def named(text: str, equipment: Mapping[int, str], faults: list[Fault]) -> tuple[int, ...]:
    """The ids that a text such as ``laser, scales`` names, ascending: whole, or as only one begins."""
    found = set[int]()
    if len(text) > LONGEST_NAMES:
        faults.append(Fault("equipment", f"takes at most {LONGEST_NAMES} characters"))
        return ()
    for part in filter(None, map(fold, text.split(","))):
        called = {id_: fold(name) for id_, name in equipment.items()}
        meant = [id_ for id_, name in called.items() if name == part]
        meant = meant or [id_ for id_, name in called.items() if name.startswith(part)]
        found.update(meant[:1])
        if len(meant) != 1:
            what = "more than one" if meant else "no equipment"
            there = ", ".join(equipment.values()) or "none yet"
            faults.append(Fault("equipment", f"“{part}” is {what}; there is: {there}"))
    return tuple(sorted(found))


def _unnamed(name: str) -> Iterator[Fault]:
    if not name:
        yield Fault("name", "is empty")


def _whole(text: str) -> int | None:
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 6 else None


def _buffer(text: str) -> int | None:
    """Minutes; nothing typed is none."""
    minutes = 0 if text.strip() in ("", "0") else read_minutes(text)
    return minutes if minutes is not None and 0 <= minutes <= LONGEST_BUFFER else None
