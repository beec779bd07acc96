"""What appointments take besides people: rooms, equipment, and the types that say which of it.

Short tables, each read whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..db.connection import select
from ..domain.resourcefields import CALLED, Fields, Kind, ThingFields, TypeFields
from ..errors import NotFound


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


def taken_by(appointment_id: int) -> tuple[tuple[int, str], ...]:
    """Id and name of what an appointment takes, by id. Index: primary key."""
    rows = select(
        "select e.id, e.name from appointment_equipment a join equipment e on e.id = a.equipment_id"
        " where a.appointment_id = ? order by e.id",
        [appointment_id],
    )
    return tuple((id_, name) for id_, name in rows)


class ResourceRow(NamedTuple):
    """A room, equipment or an appointment type, as its list and its form show it."""

    kind: Kind
    id: int
    version: int
    fields: Fields

    @property
    def name(self) -> str:
        """What it is called."""
        return self.fields.name


def resource_list(kind: Kind) -> tuple[ResourceRow, ...]:
    """All of one kind, those in use first, in the clinic's order."""
    return _types("") if kind == "appointment_type" else _things(kind, "")


def resource(kind: Kind, id_: int) -> ResourceRow:
    """One of them. Raises :class:`NotFound`. Index: primary key."""
    where, params = "where r.id = ?", [id_]
    rows = _types(where, params) if kind == "appointment_type" else _things(kind, where, params)
    if not rows:
        raise NotFound(f"That {CALLED[kind]} does not exist.", "Choose another.")
    return rows[0]


def _things(kind: Kind, where: str, params: Sequence[object] = ()) -> tuple[ResourceRow, ...]:
    rows = select(
        f"select r.id, r.version, r.name, r.initials, r.capacity, r.active from {kind} r {where}"
        " order by r.active desc, r.position, r.name, r.id",
        params,
    )
    return tuple(
        ResourceRow(kind, id_, version, ThingFields(name, initials, str(capacity), bool(active)))
        for id_, version, name, initials, capacity, active in rows
    )


def _types(where: str, params: Sequence[object] = ()) -> tuple[ResourceRow, ...]:
    rows = select(
        "select r.id, r.version, r.name, r.alias, r.minutes, r.buffer_before, r.buffer_after, r.colour,"
        f" r.mode, r.is_default, r.active from appointment_type r {where}"
        " order by r.active desc, r.position, r.name, r.id",
        params,
    )
    takes: dict[int, list[str]] = {}
    for type_id, name in select(
        "select t.type_id, e.name from type_equipment t join equipment e on e.id = t.equipment_id"
        " where e.active = 1 order by e.position, e.name, e.id"
    ):
        takes.setdefault(type_id, []).append(name)
    return tuple(
        ResourceRow("appointment_type", id_, version, TypeFields(
            name, alias, str(minutes), str(before), str(after), colour, mode,
            ", ".join(takes.get(id_, ())), bool(usual), bool(active),
        ))
        for id_, version, name, alias, minutes, before, after, colour, mode, usual, active in rows
    )  # fmt: skip
