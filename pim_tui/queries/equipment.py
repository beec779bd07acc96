"""What appointments take besides people: equipment, and rooms of several places. Short tables, read whole."""

from __future__ import annotations

from typing import NamedTuple

from ..db.connection import select
from ..domain.rights import Right
from .gate import guarded


class EquipmentRow(NamedTuple):
    """Things of one kind; ``capacity`` is how many of them there are."""

    id: int
    name: str
    initials: str
    capacity: int


def equipment() -> tuple[EquipmentRow, ...]:
    """The equipment in use, in the clinic's order."""
    rows = select(
        "select id, name, initials, capacity from equipment where active = 1 order by position, name, id"
    )
    return tuple(map(EquipmentRow._make, rows))


def equipment_by_type() -> dict[int | None, tuple[int, ...]]:
    """The equipment in use that each appointment type takes, by type; ids ascending."""
    rows = select(
        "select t.type_id, t.equipment_id from type_equipment t join equipment e on e.id = t.equipment_id"
        " where e.active = 1 order by t.type_id, t.equipment_id"
    )
    found: dict[int | None, tuple[int, ...]] = {}
    for type_id, equipment_id in rows:
        found[type_id] = (*found.get(type_id, ()), equipment_id)
    return found


def usual_equipment(type_id: int | None) -> tuple[int, ...]:
    """What an appointment of the type takes unless it says otherwise."""
    return equipment_by_type().get(type_id, ())


@guarded(Right.SEE_APPOINTMENT)
def taken_by(appointment_id: int) -> tuple[tuple[int, str], ...]:
    """Id and name of what an appointment takes, by id. Index: primary key."""
    rows = select(
        "select e.id, e.name from appointment_equipment a join equipment e on e.id = a.equipment_id"
        " where a.appointment_id = ? order by e.id",
        [appointment_id],
    )
    return tuple((id_, name) for id_, name in rows)


def rooms_of_several() -> dict[int, int]:
    """How many places each room has that has more than one. A short table, read whole."""
    return dict(map(tuple, select("select id, capacity from room where capacity > 1")))


def equipment_places() -> dict[int, int]:
    """How many there are of each equipment. A short table, read whole."""
    return dict(map(tuple, select("select id, capacity from equipment")))
