"""With whom, where and as what an incoming event is: staff member, room and type, each by its name.

The staff member is the one who takes appointments and whose name, folded, the event gives: in its own
column or property, as its organizer, or as the name of its calendar. Where it names nobody who is here:
the one whom the importer chose, else the importer if they take appointments, else the only one who does.
Types are known by name or alias and are never made: other words stay in the reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ..db.connection import select
from ..domain.rights import Right
from ..domain.session import Session
from ..domain.text import fold, tidy
from ..errors import Refused
from ..imports.events import EventRow
from .visit_rows import KnownType

SAY_WITH_WHOM = "names no staff member who takes appointments here; say with whom: --staff NAME, or the key s"


@dataclass(frozen=True, slots=True)
class Places:
    """The clinic's names as an import began.

    ``usual`` is the staff member where an event names none, by id; ``usual_name`` is theirs.
    """

    staff: dict[str, int | None]
    rooms: dict[str, int | None]
    types: dict[str, KnownType | None]
    usual: int | None
    usual_name: str

    def staff_of(self, row: EventRow) -> tuple[int | None, str]:
        """The staff member, and a name the event gives that is not theirs."""
        named = (row.own.get("staff", ""), row.staff.name, row.calendar)
        for name in filter(None, named):
            if (id_ := self.staff.get(fold(name))) is not None:
                return id_, ""
        return self.usual, tidy(named[0] or named[1], limit=60)

    def room_of(self, row: EventRow) -> int | None:
        """The room that the event names as such, or as its place."""
        named = row.own.get("room") or row.location
        return self.rooms.get(fold(named[:200])) if named else None

    def type_of(self, *names: str) -> KnownType | None:
        """The type that the first of ``names`` which is one means."""
        return next((found for name in names if name and (found := self.types.get(fold(name[:200])))), None)


def places(session: Session, staff_id: int | None) -> Places:
    """Read the names; ``staff_id`` is whom the importer chose. :class:`Refused` when they take none."""
    session.needs(Right.IMPORT)
    staff = select("select id, name from staff where active = 1 and books = 1 order by position, id")
    names = dict(map(tuple, staff))
    if staff_id is not None and staff_id not in names:
        raise Refused("That staff member takes no appointments.", "Choose somebody who does.")
    usual = with_whom(names, staff_id, session.staff_id)
    rooms = select("select id, name from room where active = 1 order by position, id")
    return Places(_unique(staff), _unique(rooms), types_by_name(), usual, names.get(usual, ""))


def with_whom(who: Collection[int], chosen: int | None, importer: int) -> int | None:
    """With whom a visit is that names nobody, of those ``who`` take appointments; all by their ids."""
    alone = next(iter(who)) if len(who) == 1 else None
    return chosen or (importer if importer in who else alone)


def types_by_name() -> dict[str, KnownType | None]:
    """The types in use by folded name and alias. Index: none, there are few."""
    rows = select(
        "select id, mode, buffer_before, buffer_after, minutes, name, alias from appointment_type"
        " where active = 1 order by position, id"
    )
    names: dict[str, KnownType | None] = {}
    for *values, name, alias in rows:
        for word in filter(None, map(fold, (name, alias))):
            names.setdefault(word, KnownType(*values))
    return names


def _unique(rows: Iterable[tuple[int, str]]) -> dict[str, int | None]:
    """Folded name -> id; None for a name that two go by."""
    found: dict[str, int | None] = {}
    for id_, name in rows:
        key = fold(name)
        found[key] = None if key in found else id_
    return found
