"""Roles and what they may, as the clinic has them."""

from __future__ import annotations

from typing import NamedTuple

from ..db.connection import select
from ..domain.rights import Right, read_rights


class RoleRow(NamedTuple):
    """A role; ``people`` who work here have it."""

    id: int
    version: int
    name: str
    rights: frozenset[Right]
    people: int


def roles() -> tuple[RoleRow, ...]:
    """Every role, in the clinic's order. Reads the whole of three short tables."""
    granted: dict[int, list[str]] = {}
    for role_id, name in select("select role_id, name from role_right"):
        granted.setdefault(role_id, []).append(name)
    rows = select(
        "select r.id, r.version, r.name, (select count(*) from staff s where s.role = r.name"
        " and s.active = 1) from role r order by r.position, r.id"
    )
    return tuple(
        RoleRow(id_, version, name, read_rights(granted.get(id_, ())), people)
        for id_, version, name, people in rows
    )


def role_names() -> tuple[str, ...]:
    """The names of the roles, in the clinic's order."""
    return tuple(str(name) for (name,) in select("select name from role order by position, id"))


def rights_of_role(name: str) -> frozenset[Right]:
    """What the role may; nothing for one that does not exist. Indexes: ``role (name)``,
    ``role_right (role, name)``.
    """
    rows = select("select g.name from role r join role_right g on g.role_id = r.id where r.name = ?", [name])
    return read_rights(name for (name,) in rows)


def still_may(staff_id: int, right: Right) -> bool:
    """Whether somebody works here now and has the right now, whatever they had when they signed in.

    Indexes: primary key, ``role (name)``, ``role_right (role, name)``.
    """
    rows = select(
        "select 1 from staff s join role r on r.name = s.role join role_right g on g.role_id = r.id"
        " and g.name = ? where s.id = ? and s.active = 1",
        [right.value, staff_id],
    )
    return bool(rows)
