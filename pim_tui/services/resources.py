"""Rooms, equipment and appointment types: added, changed, taken out of use; never deleted (A1).

What is booked already stays as it was booked: new lengths and buffers hold for what is booked from now on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..db.bulk import update
from ..db.connection import select
from ..domain.intervals import Interval, crowded
from ..domain.moments import clock, day_label, day_of
from ..domain.resourcefields import (
    CALLED,
    TITLES,
    Fields,
    Kind,
    Read,
    ThingFields,
    TypeFields,
    read_thing,
    read_type,
)
from ..domain.rights import Right
from ..domain.text import fold
from ..domain.versions import changed, meanwhile
from ..errors import Fault, Invalid, Refused, Stale
from ..models import AppointmentType, Equipment, Room, TypeEquipment
from ..queries.equipment import equipment
from ..queries.resources import ResourceRow, resource, resource_list
from .setup import initials
from .usecase import use_case
from .work import Done, Work

_MODELS: Mapping[Kind, Any] = {"room": Room, "equipment": Equipment, "appointment_type": AppointmentType}


@dataclass(frozen=True, slots=True)
class AddResource:
    """Add a room, equipment or an appointment type."""

    kind: Kind
    fields: Fields
    request: str = ""


@dataclass(frozen=True, slots=True)
class ChangeResource:
    """Change one: ``was`` is what the form was filled with, at ``version``."""

    kind: Kind
    id: int
    version: int
    was: Fields
    fields: Fields
    request: str = ""


@use_case(Right.CHANGE_RESOURCES)
def add_resource(work: Work, command: AddResource) -> Done:
    """Put it at the end of its list. Raises :class:`Invalid` with every fault."""
    kind, read = command.kind, _read(command.kind, command.fields, None)
    model = _MODELS[kind]
    ((position,),) = select(f"select coalesce(max(position), -1) + 1 from {kind}")
    id_ = int(model.insert(position=int(position), **read.columns).execute())
    _store_equipment(kind, id_, read)
    _keep_one_usual(work, kind, id_, read)
    work.changed("add", kind, id_, None, asdict(resource(kind, id_).fields))
    return Done(kind, (id_,), (), 1, f"{read.columns['name']} is added.")


@use_case(Right.CHANGE_RESOURCES)
def change_resource(work: Work, command: ChangeResource) -> Done:
    """Store what differs. Raises Invalid, NotFound, Stale with both values, Refused while it is needed."""
    kind, stored = command.kind, resource(command.kind, command.id)
    if stored.version != command.version:
        raise _stale(stored, command)
    read = _read(kind, command.fields, stored)
    if not _differs(stored, read):
        raise Refused("Nothing was changed.", "Change something, or press Escape.")
    if kind != "appointment_type":
        _refuse_needed(work, stored, read)
    model = _MODELS[kind]
    model.update(version=stored.version + 1, **read.columns).where(
        model.id == stored.id, model.version == stored.version
    ).execute()
    _store_equipment(kind, stored.id, read)
    _keep_one_usual(work, kind, stored.id, read)
    now = resource(kind, stored.id)
    work.changed(_verb(stored.fields, now.fields), kind, stored.id, asdict(stored.fields), asdict(now.fields))
    titles = ", ".join(TITLES[name] for name in changed(stored.fields, now.fields))
    return Done(kind, (stored.id,), (), now.version, f"{now.name}: {titles} changed.")


def _verb(before: Fields, after: Fields) -> str:
    if before.active == after.active:
        return "change"
    return "reactivate" if after.active else "retire"


def _read(kind: Kind, typed: Fields, stored: ResourceRow | None) -> Read:
    """The columns; :class:`Invalid` with every fault, a name or alias that another one has among them."""
    if isinstance(typed, TypeFields):
        known = {one.id: one.name for one in equipment()}
        read = read_type(typed, known)
    else:
        read = read_thing(typed)
        columns = {**read.columns, "initials": read.columns["initials"] or initials(read.columns["name"])}
        read = Read(columns, (), read.faults)
    others = [one for one in resource_list(kind) if stored is None or one.id != stored.id]
    faults = [*read.faults, *_taken(read, others)]
    if faults:
        raise Invalid(faults, "Nothing was saved.")
    return read


def _taken(read: Read, others: list[ResourceRow]) -> list[Fault]:
    """Names and aliases mean one thing each: forms and the quick line find it by them."""
    found = []
    for key in ("name", "alias"):
        said = fold(str(read.columns.get(key, "")))
        same = [one for one in others if one.fields.active and said == fold(getattr(one.fields, key, ""))]
        if said and same and read.columns["active"]:
            found.append(Fault(key, f"is that of {same[0].name}"))
    return found


def _differs(stored: ResourceRow, read: Read) -> bool:
    """Whether anything is kept otherwise than it is now."""
    kind, id_ = stored.kind, stored.id
    names = list(read.columns)
    rows = select(f"select {', '.join(names)} from {kind} where id = ?", [id_])
    has = select("select equipment_id from type_equipment where type_id = ? order by equipment_id", [id_])
    same = rows[0] == tuple(int(v) if isinstance(v, bool) else v for v in read.columns.values())
    return not same or (kind == "appointment_type" and tuple(row[0] for row in has) != read.equipment_ids)


def _store_equipment(kind: Kind, type_id: int, read: Read) -> None:
    if kind != "appointment_type":
        return
    # The equipment as it was is in the journal, by name.
    update("delete from type_equipment where type_id = ? returning equipment_id", [type_id])
    for equipment_id in read.equipment_ids:
        TypeEquipment.insert(type=type_id, equipment=equipment_id).execute()


def _keep_one_usual(work: Work, kind: Kind, id_: int, read: Read) -> None:
    """There is one usual type: the one before is none any more."""
    if kind != "appointment_type" or not read.columns["is_default"]:
        return
    for other, version in select(
        "select id, version from appointment_type where is_default = 1 and id <> ?", [id_]
    ):
        before = resource(kind, other).fields
        AppointmentType.update(is_default=False, version=version + 1).where(
            AppointmentType.id == other
        ).execute()
        work.changed("change", kind, other, asdict(before), asdict(resource(kind, other).fields))


def _refuse_needed(work: Work, stored: ResourceRow, read: Read) -> None:
    """Refuse to take away places that are taken, and what is still to be used."""
    if not isinstance(stored.fields, ThingFields):
        return
    kind, id_, places = stored.kind, stored.id, read.columns["capacity"]
    if places < int(stored.fields.capacity):
        by_right = f"{_TAKEN[kind]} and a.overbooked_by_id is null"
        taken = [Interval(*row) for row in select(by_right, [id_])]
        if full := crowded(taken, places + 1):
            raise Refused(
                f"{stored.name} has more than {places} in it {_moment(work, full[0].start)}.",
                f"Leave its places as they are, or add another {CALLED[kind]} with fewer.",
            )
    if stored.fields.active and not read.columns["active"]:
        rows = select(f"{_TAKEN[kind]} and a.occupied_to > ? order by 1", [id_, work.now])
        if rows:
            many = f"{len(rows)} appointments still need" if len(rows) > 1 else "1 appointment still needs"
            raise Refused(
                f"{many} {stored.name}, the first {_moment(work, rows[0][0])}.", "Move them elsewhere first."
            )


_TAKEN: Mapping[Kind, str] = {
    "room": "select a.occupied_from, a.occupied_to from appointment a where a.room_id = ?"
    " and a.occupied_from is not null",
    "equipment": "select a.occupied_from, a.occupied_to from appointment_equipment e join appointment a"
    " on a.id = e.appointment_id where e.equipment_id = ? and a.occupied_from is not null",
}
"""When it is taken."""


def _moment(work: Work, instant: int) -> str:
    zone = work.session.zone
    return f"on {day_label(day_of(instant, zone))} at {clock(instant, zone)}"


def _stale(stored: ResourceRow, command: ChangeResource) -> Stale:
    return Stale(stored.name, meanwhile(command.was, stored.fields, command.fields), stored.version)
