"""The forms of rooms, equipment and appointment types, told as data."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ...domain.resourcefields import (
    CALLED,
    COLOURS,
    LONGEST_NAMES,
    MODES,
    TITLES,
    Fields,
    Kind,
    ThingFields,
    TypeFields,
    read_thing,
    read_type,
)
from ...errors import Fault
from .fields import YES_NO, Field, FormSpec, Values


def empty(kind: Kind) -> Fields:
    """A form in which nothing was typed yet."""
    return TypeFields() if kind == "appointment_type" else ThingFields()


def resource_form(kind: Kind, name: str, equipment: Mapping[int, str]) -> FormSpec:
    """The form of one kind; ``name`` is empty for a new one, ``equipment`` names what there is, by id."""
    title = f"Change {name}" if name else f"New {CALLED[kind]}"

    def reads(values: Values) -> tuple[str, Sequence[Fault]]:
        typed = fields_of(kind, values)
        read = read_type(typed, equipment) if isinstance(typed, TypeFields) else read_thing(typed)
        takes = ", ".join(equipment[id_] for id_ in read.equipment_ids)
        return f"takes {takes}" if takes else "", read.faults

    return FormSpec(title, _LINES[kind], reads, TITLES, wide=True)


def values_of(fields: Fields) -> dict[str, Hashable]:
    """The record as the form is filled."""
    return asdict(fields)


def fields_of(kind: Kind, values: Mapping[str, Any]) -> Fields:
    """The form as it was filled in."""
    return TypeFields(**values) if kind == "appointment_type" else ThingFields(**values)


def _thing(places: str) -> tuple[tuple[Field, ...], ...]:
    return (
        (Field("name", "Name", limit=120),),
        (Field("initials", "Initials", limit=12),),
        (Field("capacity", places, limit=6),),
        (Field("active", "In use", YES_NO),),
    )


_LINES: Mapping[Kind, tuple[tuple[Field, ...], ...]] = {
    "room": _thing("Places"),
    "equipment": _thing("How many"),
    "appointment_type": (
        (Field("name", "Name", limit=120),),
        (Field("alias", "Alias", limit=24),),
        (Field("minutes", "Minutes", limit=10),),
        (Field("before", "Kept free before", limit=10),),
        (Field("after", "Kept free after", limit=10),),
        (Field("colour", "Colour", tuple((one, one or "none") for one in COLOURS)),),
        (Field("mode", "Mode", MODES),),
        (Field("equipment", "Equipment", limit=LONGEST_NAMES),),
        (Field("usual", "Usual type", YES_NO),),
        (Field("active", "In use", YES_NO),),
    ),
}
