"""Roles and what they may, as the clinic has them."""

from __future__ import annotations

from typing import NamedTuple

from ..db.connection import select
from ..domain.rights import Right, read_rights
from .gate import guarded


class RoleRow(NamedTuple):
    """A role; ``people`` who work here have it."""

    id: int
    version: int
    name: str
    rights: frozenset[Right]
    people: int


@guarded(Right.SEE_STAFF)
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


def roles_with(right: Right) -> tuple[str, ...]:
    """The names of the roles that have the right, in the clinic's order. Reads two short tables whole."""
    rows = select(
        "select r.name from role r join role_right g on g.role_id = r.id where g.name = ?"
        " order by r.position, r.id",
        [right.value],
    )
    return tuple(str(name) for (name,) in rows)


def rights_of_role(name: str) -> frozenset[Right]:
    """What the role may; nothing for one that does not exist. Indexes: ``role (name)``,
    ``role_right (role, name)``.
    """
    rows = select("select g.name from role r join role_right g on g.role_id = r.id where r.name = ?", [name])
    return read_rights(name for (name,) in rows)
