"""The clinic's names that forms and the quick line choose from."""

from __future__ import annotations

from dataclasses import dataclass

from ..db.connection import select
from ..domain.agenda import Column
from ..domain.dates import Order
from ..domain.moments import Zone, wall
from ..domain.quickline import Named, Names, TypeNamed
from . import calendar
from .calendar import TypeRow


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Staff, rooms and appointment types in use, in the clinic's order."""

    staff: tuple[Column, ...]
    rooms: tuple[Column, ...]
    types: tuple[TypeRow, ...]

    @property
    def default_type(self) -> TypeRow | None:
        """The type taken when none is said: the one marked so, else none."""
        return next((kind for kind in self.types if kind.is_default), None)

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
        )  # fmt: skip


def catalogue() -> Catalogue:
    """Read all three tables; each is small."""
    rooms = tuple(column for column in calendar.room_columns() if column.id)
    return Catalogue(calendar.staff_columns(), rooms, calendar.types())


def usual_staff(customer_id: int) -> int | None:
    """Who saw the customer last and still takes appointments. Index: appointment (customer, starts_at)."""
    rows = select(
        "select a.staff_id from appointment a join staff s on s.id = a.staff_id"
        " where a.customer_id = ? and a.status <> 'X' and s.active = 1 and s.books = 1"
        " order by a.starts_at desc limit 1",
        [customer_id],
    )
    return rows[0][0] if rows else None
