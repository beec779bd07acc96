"""The clinic's names that forms and the quick line choose from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..db.connection import select
from ..domain.agenda import Column
from ..domain.dates import Order
from ..domain.moments import Zone, wall
from ..domain.quickline import Named, Names, TypeNamed
from ..domain.resourcefields import named
from ..domain.rights import Right
from ..errors import Fault
from . import calendar, equipment
from .calendar import TypeRow
from .equipment import EquipmentRow
from .gate import guarded


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Staff, rooms, appointment types and equipment in use, in the clinic's order.

    ``takes`` is the equipment of each type, by id.
    """

    staff: tuple[Column, ...]
    rooms: tuple[Column, ...]
    types: tuple[TypeRow, ...]
    equipment: tuple[EquipmentRow, ...] = ()
    takes: Mapping[int | None, tuple[int, ...]] = field(default_factory=dict)

    @property
    def default_type(self) -> TypeRow | None:
        """The type taken when none is said: the one marked so, else none."""
        return next((kind for kind in self.types if kind.is_default), None)

    def staff_name(self, id_: int | None) -> str:
        """What the staff member is called; empty for nobody, and for who is not in use."""
        return _called(self.staff, id_)

    def room_name(self, id_: int | None) -> str:
        """The same of a room."""
        return _called(self.rooms, id_)

    def type_name(self, id_: int | None) -> str:
        """The same of an appointment type."""
        return _called(self.types, id_)

    def equipment_called(self, ids: Sequence[int]) -> str:
        """These by name, as a form shows them: "Laser, Scales"."""
        return ", ".join(one.name for one in self.equipment if one.id in ids)

    def equipment_named(self, text: str, faults: list[Fault]) -> tuple[int, ...]:
        """The ids that a form's text names, ascending."""
        return named(text, {one.id: one.name for one in self.equipment}, faults)

    def names(
        self,
        zone: Zone,
        now: int,
        order: Order,
        minutes: int,
        opens: int,
        closes: int,
        customer: tuple[int, str] | None = None,
    ) -> Names:
        """What the quick line's reader needs: these names, the present, the hours of the clinic.

        ``now`` is UTC seconds, ``minutes`` the length when no type says one, ``opens`` and ``closes``
        minutes after midnight; ``customer`` the id and name of somebody chosen already.
        """
        kind = self.default_type
        present = wall(now, zone)
        id_, name = customer or (None, "")
        return Names(
            zone=zone,
            today=present.date(),
            now=present,
            staff=tuple(Named(one.id, one.name, (one.initials,)) for one in self.staff),
            rooms=tuple(Named(one.id, one.name, (one.initials,)) for one in self.rooms),
            types=tuple(
                TypeNamed(one.id, one.name, (one.alias,), one.minutes, one.mode) for one in self.types
            ),
            customer=id_,
            order=order,
            default_minutes=kind.minutes if kind else minutes,
            open_from=opens,
            open_to=closes,
            customer_name=name,
        )


def _called(rows: Iterable[Column | TypeRow], id_: int | None) -> str:
    return next((one.name for one in rows if one.id == id_), "")


def catalogue() -> Catalogue:
    """Read all the tables; each is small."""
    rooms = tuple(column for column in calendar.room_columns() if column.id)
    return Catalogue(
        calendar.staff_columns(),
        rooms,
        calendar.types(),
        equipment.equipment(),
        equipment.equipment_by_type(),
    )


@guarded(Right.SEE_APPOINTMENT)
def usual_staff(customer_id: int) -> int | None:
    """Who saw the customer last and still takes appointments. Index: appointment (customer, starts_at)."""
    rows = select(
        "select a.staff_id from appointment a join staff s on s.id = a.staff_id"
        " where a.customer_id = ? and a.status <> 'X' and s.active = 1 and s.books = 1"
        " order by a.starts_at desc limit 1",
        [customer_id],
    )
    return rows[0][0] if rows else None


@guarded(Right.SEE_APPOINTMENT)
def usual_type() -> TypeRow | None:
    """The type taken when none is said, as :attr:`Catalogue.default_type` has it; there are few types."""
    return next((kind for kind in calendar.types() if kind.is_default), None)
