"""The equipment of an appointment, as rows beside it; always inside the transaction that writes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..db.bulk import insert, update
from ..db.connection import select
from ..db.many import marks
from ..models import AppointmentEquipment
from ..queries.equipment import equipment_by_type


def equipment_of(appointment_id: int) -> list[int]:
    """The ids of what an appointment takes, ascending. Index: primary key."""
    return equipment_of_all([appointment_id]).get(appointment_id, [])


def equipment_of_all(ids: Sequence[int]) -> dict[int, list[int]]:
    """As :func:`equipment_of`, of all that take any. Index: primary key."""
    found: dict[int, list[int]] = {}
    for id_, equipment_id in select(
        "select appointment_id, equipment_id from appointment_equipment"
        f" where appointment_id in ({marks(ids)}) order by appointment_id, equipment_id",
        ids,
    ):
        found.setdefault(id_, []).append(equipment_id)
    return found


def take_equipment(appointment_id: int, equipment_ids: Sequence[int]) -> None:
    """Let an appointment that is stored take this equipment for the time that it occupies (T6, T7)."""
    new = set(equipment_ids) - set(equipment_of(appointment_id)) if equipment_ids else set()
    if new:
        ((start, end),) = select(
            "select occupied_from, occupied_to from appointment where id = ?", [appointment_id]
        )
        _insert([(appointment_id, id_, start, end) for id_ in sorted(new)])


def leave_equipment(appointment_id: int, kept: Sequence[int]) -> None:
    """Take away what an appointment has beyond ``kept``; the journal keeps what it had."""
    if gone := sorted(set(equipment_of(appointment_id)) - set(kept)):
        update(
            f"delete from appointment_equipment where appointment_id = ? and equipment_id in ({marks(gone)})"
            " returning equipment_id",
            [appointment_id, *gone],
        )


def take_usual(rows: Iterable[tuple[int, int | None, int | None, int | None]]) -> None:
    """Let new appointments take what their types take: rows of id, type, ``occupied_from`` and ``_to``."""
    by_type = equipment_by_type()
    _insert(
        [
            (id_, equipment_id, start, end)
            for id_, type_id, start, end in rows
            for equipment_id in by_type.get(type_id, ())
        ]
    )


def _insert(rows: list[tuple[int, int, int | None, int | None]]) -> None:
    row = AppointmentEquipment
    if rows:
        insert((row.appointment, row.equipment, row.occupied_from, row.occupied_to), rows)
