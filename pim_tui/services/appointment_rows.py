"""Appointments as they are stored: read for the journal, and written in the version after the one seen.

Whether their place is free was judged before, in :mod:`.booking` or :mod:`.series_editing`; the tables
refuse a double booking all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..db.many import pieces
from ..errors import NotFound, Refused
from ..models import Appointment
from .equipment_rows import equipment_of, equipment_of_all, leave_equipment, take_equipment
from .work import Work


def stored(appointment_id: int) -> dict[str, Any]:
    """Every column of one appointment, days as ISO text, and its ``equipment_ids`` as a sorted list.

    That is what the journal keeps before and after, and the same as comes back from its JSON.
    """
    query = Appointment.select().where(Appointment.id == appointment_id).dicts()
    row: dict[str, Any] | None = query.first()
    if row is None:
        raise NotFound("That appointment does not exist.", "Go back to the calendar and choose another.")
    return _kept(row, equipment_of(appointment_id))


def stored_all(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """As :func:`stored`, of many that are there, by id and in the order of ``ids``. Indexes: primary keys."""
    wanted, found = list(ids), dict[int, dict[str, Any]]()
    for some in pieces(wanted):
        having = equipment_of_all(some)
        rows: Any = Appointment.select().where(Appointment._meta.fields["id"].in_(some)).dicts()
        for row in rows:
            found[row["id"]] = _kept(row, having.get(row["id"], []))
    return {id_: found[id_] for id_ in wanted}


def _kept(row: Mapping[str, Any], equipment_ids: list[int]) -> dict[str, Any]:
    by_column = {Appointment._meta.fields[name].column_name: value for name, value in row.items()}
    columns = {
        name: value.isoformat() if isinstance(value, date) else value for name, value in by_column.items()
    }
    return {**columns, "equipment_ids": equipment_ids}


def seen(id_: int, version: int) -> dict[str, Any]:
    """As :func:`stored`; :class:`Refused` when somebody has changed it since that version (V1)."""
    row = stored(id_)
    if row["version"] != version:
        raise _meanwhile()
    return row


def _meanwhile() -> Refused:
    """Somebody else was quicker (V1)."""
    return Refused(
        "Somebody else changed this appointment meanwhile.", "Look again and repeat it.", rule="V1"
    )


def _write(id_: int, version: int, dirty: Mapping[str, Any]) -> None:
    """Write columns, if nobody was quicker."""
    fields = {Appointment._meta.columns[name]: value for name, value in dirty.items()}
    query = Appointment.update({**fields, Appointment.version: version + 1})
    if query.where(Appointment.id == id_, Appointment.version == version).execute() != 1:
        raise _meanwhile()


def write_visit(id_: int, version: int, dirty: Mapping[str, Any], equipment_ids: Sequence[int]) -> None:
    """Write only what changed, only if nobody was quicker; the equipment it has from now on with it.

    What it gives up goes before its time changes and what is new comes after it: neither is judged at
    a time that it is not wanted for.
    """
    leave_equipment(id_, equipment_ids)
    _write(id_, version, dirty)
    take_equipment(id_, equipment_ids)


def lift(before: Mapping[str, Any], place: int) -> dict[str, Any]:
    """Take an appointment out of the way of others that change places with it, within one transaction.

    It waits ages ago, each ``place`` (0, 1 ...) apart from the others, where nobody ever sees it. Its
    columns as they are then come back.
    """
    instants = ("starts_at", "ends_at", "occupied_from", "occupied_to")
    away = {name: before[name] - (place + 1) * _AGES for name in instants}
    _write(before["id"], before["version"], away)
    return {**before, **away, "version": before["version"] + 1}


_AGES = 146_097 * 86_400
"""Seconds of 400 years, after which the calendar repeats: no appointment lasts as long, or is as old."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One of several appointments that are changed together: columns whose place was judged already."""

    action: str
    before: Mapping[str, Any]
    columns: Mapping[str, Any]
    equipment_ids: Sequence[int]
    reason: str = ""

    def takes_from(self, other: Rewrite) -> bool:
        """Whether it gets time that the other one has so far."""
        to, from_ = self.columns.get("occupied_to"), self.columns.get("occupied_from")
        until, since = other.before["occupied_to"], other.before["occupied_from"]
        return other is not self and None not in (to, since) and from_ < until and since < to


def rewrite_all(work: Work, rewrites: Sequence[Rewrite]) -> None:
    """Write them and note each change.

    Where one gets time that another of them has, all are taken out of each other's way first.
    """
    crossing = any(one.takes_from(other) for one in rewrites for other in rewrites)
    lifted = [lift(one.before, place) if crossing else one.before for place, one in enumerate(rewrites)]
    for one, here in zip(rewrites, lifted, strict=True):
        id_, version = here["id"], here["version"]
        dirty = {name: value for name, value in one.columns.items() if here[name] != value}
        if list(one.equipment_ids) == list(one.before["equipment_ids"]):
            _write(id_, version, dirty)
        else:
            write_visit(id_, version, dirty, one.equipment_ids)
    after = stored_all(one.before["id"] for one in rewrites)
    for one in rewrites:
        id_ = one.before["id"]
        work.changed(one.action, "appointment", id_, one.before, after[id_], one.reason)


def set_columns(
    work: Work, action: str, before: Mapping[str, Any], columns: Mapping[str, Any], reason: str = ""
) -> None:
    """Write columns that take no time from anybody, and note the change."""
    rewrite_all(work, [Rewrite(action, before, columns, before["equipment_ids"], reason)])
