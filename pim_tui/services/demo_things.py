"""The equipment of the made-up clinic: a few things, and the appointments that have them."""

from __future__ import annotations

from collections.abc import Iterator

from ..db.bulk import insert
from ..db.connection import select
from ..models import AppointmentEquipment, Equipment, Room, TypeEquipment

THINGS = (("ECG", "E", 1, "cu"), ("Ultrasound", "U", 2, "tx"))
"""Name, initials, how many there are, and the alias of the type that takes one."""
GROUP_ROOM, PLACES = "Physio", 3


def equip() -> None:
    """Add the equipment, give a room several places, and let visits take what is free for them."""
    room = Room.update(capacity=PLACES, version=Room.version + 1)
    room.where(Room.name == GROUP_ROOM).execute()
    for position, (name, initials, capacity, alias) in enumerate(THINGS):
        values = {"name": name, "initials": initials, "capacity": capacity, "position": position}
        id_ = int(Equipment.insert(values | {"active": True}).execute())
        ((type_id,),) = select("select id from appointment_type where alias = ?", [alias])
        TypeEquipment.insert(type=type_id, equipment=id_).execute()
        row = AppointmentEquipment
        columns = (row.appointment, row.equipment, row.occupied_from, row.occupied_to)
        insert(columns, ((visit, id_, *span) for visit, span in _fitting(type_id, capacity)))


def _fitting(type_id: int, capacity: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """The visits of a type that find one free, in the order of their time; the others do without."""
    rows = select(
        "select id, occupied_from, occupied_to from appointment where type_id = ?"
        " and occupied_from is not null order by occupied_from, id",
        [type_id],
    )
    until: list[int] = []
    for id_, start, end in rows:
        until = [one for one in until if one > start]
        if len(until) < capacity:
            until.append(end)
            yield id_, (start, end)
