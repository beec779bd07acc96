"""Rooms, equipment and appointment types as their lists and forms show them; each table is short."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..db.connection import select
from ..domain.resourcefields import CALLED, Fields, Kind, ThingFields, TypeFields
from ..errors import NotFound


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
