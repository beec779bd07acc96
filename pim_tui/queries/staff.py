"""The staff list, and who of it can approve something."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from ..db.connection import select
from ..domain.rights import Right
from ..domain.stafflist import StaffFields
from ..errors import NotFound
from .gate import guarded
from .roles import roles_with


class StaffRow(NamedTuple):
    """Somebody who works here, or did. ``pin_set_at`` is UTC seconds, None without a PIN; one that was set by
    somebody else is ``pin_given``.
    """

    id: int
    version: int
    name: str
    initials: str
    speciality: str
    login: str
    role: str
    books: bool
    active: bool
    email: str
    pin_set_at: int | None
    pin_given: bool = False

    @property
    def has_own_pin(self) -> bool:
        """Whether the person has a PIN that nobody else has set for them (R4)."""
        return self.pin_set_at is not None and not self.pin_given

    @property
    def fields(self) -> StaffFields:
        """What a form edits."""
        return StaffFields(*self[2:10])


_ROW = (
    "select s.id, s.version, s.name, s.initials, s.speciality, coalesce(s.login, ''), s.role, s.books,"
    " s.active, s.email, p.set_at, coalesce(p.given, 0) from staff s left join staff_pin p"
    " on p.staff_id = s.id"
)


@guarded(Right.SEE_STAFF)
def staff_list() -> tuple[StaffRow, ...]:
    """Everybody, those who work here first, in the clinic's order. Reads the whole table, which is short."""
    return _everybody()


@guarded(Right.SEE_STAFF)
def staff_record(staff_id: int) -> StaffRow:
    """One of them. Raises NotFound. Index: primary key."""
    rows = select(f"{_ROW} where s.id = ?", [staff_id])
    if not rows:
        raise NotFound("That person is not on the staff list.", "Choose another.")
    return _row(rows[0])


@guarded(Right.SEE_STAFF)
def names_ever() -> list[tuple[int, str]]:
    """Whom of the staff list each name tells of, or told of once. Index: ``journal_of_kind``."""
    had = select(
        "select j.row_id, v.before from journal j join journal_values v on v.seq_id = j.seq"
        " where j.kind = 'staff' and v.before <> ''"
    )
    once = [(id_, json.loads(before).get("name")) for id_, before in had]
    return [*select("select id, name from staff"), *((id_, name) for id_, name in once if name)]


def _everybody() -> tuple[StaffRow, ...]:
    rows = select(f"{_ROW} order by s.active desc, s.position, s.name, s.id")
    return tuple(_row(row) for row in rows)


def _row(row: tuple[Any, ...]) -> StaffRow:
    return StaffRow._make((*row[:7], bool(row[7]), bool(row[8]), *row[9:11], bool(row[11])))


def approvers(right: Right, besides: frozenset[int]) -> tuple[StaffRow, ...]:
    """Who works here, has a PIN of their own and the right, and is not one of ``besides``, in the clinic's
    order.
    """
    may = roles_with(right)
    return tuple(
        one
        for one in _everybody()
        if one.active and one.has_own_pin and one.id not in besides and one.role in may
    )
