"""Roles and what they may, as the clinic wants them: added, copied, renamed, widened, narrowed, ordered.

Whoever changes a role types their own PIN once more. Nobody widens the role they have themselves, and
somebody always stays who may change roles and the staff list. Roles are never deleted: the journal speaks of
them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..db.connection import select
from ..domain.rights import TITLES, Right
from ..domain.roles import RoleFields, differences, read_role
from ..domain.session import Session
from ..domain.text import fold
from ..errors import Invalid, NotFound, Refused, Stale
from ..models import Role, RoleRight, Staff
from ..queries.roles import RoleRow, roles
from .stepup import stepped_up
from .usecase import use_case
from .work import Done, Work

KEPT = (Right.CHANGE_ROLES, Right.CHANGE_STAFF)
"""Rights that somebody who works here always has: without them nobody could give them back."""


@dataclass(frozen=True, slots=True)
class AddRole:
    """A new role, at the end of the table."""

    fields: RoleFields
    request: str = ""
    pin: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ChangeRole:
    """Rename a role, give it rights and take some; ``was`` is what the form began with, at ``version``."""

    id: int
    version: int
    was: RoleFields
    fields: RoleFields
    request: str = ""
    pin: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class MoveRole:
    """Put a role before the one before it (``by`` -1), or behind the next one (1)."""

    id: int
    by: int
    request: str = ""


def add_role(session: Session, command: AddRole) -> Done:
    """Add a role. Raises Invalid, Refused for a name that is taken, NeedsAnswer for the PIN."""
    session.needs(Right.CHANGE_ROLES)
    _read(command.fields, None)
    stepped_up(session, command.pin)
    return _add(session, command)


def change_role(session: Session, command: ChangeRole) -> Done:
    """Store what differs; whoever has the role goes with its name. The PIN is asked for last.

    Raises Invalid, NotFound, Stale with both values, Refused where it would widen one's own role or leave
    nobody to look after roles and staff, NeedsAnswer for the PIN.
    """
    session.needs(Right.CHANGE_ROLES)
    if _read(command.fields, command.id) == command.was:
        raise Refused("Nothing was changed.", "Change something, or press Escape.")
    stepped_up(session, command.pin)
    return _change(session, command)


@use_case(Right.CHANGE_ROLES)
def move_role(work: Work, command: MoveRole) -> Done:
    """Change the order in which roles are shown. Raises NotFound, Refused at either end."""
    order = [role.id for role in roles()]
    role = _role(command.id)
    at = order.index(role.id)
    if not 0 <= at + command.by < len(order):
        raise Refused(f"{role.name} is at the end already.", "Move another one.")
    order.insert(at + command.by, order.pop(at))
    for position, id_ in enumerate(order):
        Role.update(position=position).where(Role.id == id_).execute()
    work.changed("move", "role", role.id, {"position": at}, {"position": at + command.by})
    return Done("role", (role.id,), (), role.version, f"{role.name} was moved.")


@use_case(Right.CHANGE_ROLES)
def _add(work: Work, command: AddRole) -> Done:
    read = _read(command.fields, None)
    ((position,),) = select("select coalesce(max(position), -1) + 1 from role")
    id_ = int(Role.insert(name=read.name, position=int(position)).execute())
    _grant(id_, read.rights)
    work.changed("add", "role", id_, None, {"name": read.name, "rights": read.names})
    return Done("role", (id_,), (), 1, f"The role {read.name} was added: {_counted(read)}.")


@use_case(Right.CHANGE_ROLES)
def _change(work: Work, command: ChangeRole) -> Done:
    stored = _role(command.id)
    before = RoleFields(stored.name, stored.rights)
    if stored.version != command.version:
        raise Stale(
            f"The role {stored.name}", differences(command.was, before, command.fields), stored.version
        )
    read = _read(command.fields, stored.id)
    if gained := read.rights - before.rights:
        refuse_own_gain(work, stored.name, gained)
    Role.update(name=read.name, version=stored.version + 1).where(
        Role.id == stored.id, Role.version == stored.version
    ).execute()
    _withdraw(stored.id, before.rights - read.rights)
    _grant(stored.id, read.rights - before.rights)
    work.changed(
        "change",
        "role",
        stored.id,
        {"name": before.name, "rights": before.names},
        {"name": read.name, "rights": read.names},
    )
    _rename(work, before.name, read.name)
    refuse_leaving_nobody()
    return Done(
        "role", (stored.id,), (), stored.version + 1, f"The role {read.name} was changed: {_counted(read)}."
    )


def refuse_own_gain(work: Work, role: str, gained: frozenset[Right]) -> None:
    """Nobody gives themselves a right, be it by a wider role or by another one."""
    mine = select("select role from staff where id = ?", [work.session.staff_id])
    if mine and mine[0][0] == role:
        first = next(right for right in TITLES if right in gained)
        raise Refused(
            f"{role} is your own role: nobody gives themselves the right to {TITLES[first]}.",
            "Ask somebody else who may change roles.",
        )


def refuse_leaving_nobody() -> None:
    """Somebody who works here keeps each of the rights in :data:`KEPT`; called behind the change."""
    for right in KEPT:
        some = select(
            "select 1 from staff s join role r on r.name = s.role join role_right g on g.role_id = r.id"
            " where s.active = 1 and g.name = ? limit 1",
            [right.value],
        )
        if not some:
            raise Refused(
                f"Nobody who works here could {TITLES[right]} any more.",
                "Give that right to somebody else first.",
            )


def _read(typed: RoleFields, own_id: int | None) -> RoleFields:
    read, faults = read_role(typed)
    if faults:
        raise Invalid(faults, "Nothing was saved.")
    for role in roles():
        if role.id != own_id and fold(role.name) == fold(read.name):
            raise Refused(f"There is a role {role.name} already.", "Give it another name.")
    return read


def _role(id_: int) -> RoleRow:
    found = next((role for role in roles() if role.id == id_), None)
    if found is None:
        raise NotFound("That role does not exist.", "Choose another one.")
    return found


def _grant(id_: int, rights: frozenset[Right]) -> None:
    if rights:
        RoleRight.insert_many([{"role": id_, "name": right.value} for right in sorted(rights)]).execute()


def _withdraw(id_: int, rights: frozenset[Right]) -> None:
    """Names that this version does not know stay where they are."""
    for right in rights:
        RoleRight.delete().where(RoleRight.role == id_, RoleRight.name == right.value).execute()


def _rename(work: Work, before: str, after: str) -> None:
    """Whoever has the role, working here or not, has it by its new name."""
    if before == after:
        return
    for id_, version in select("select id, version from staff where role = ? order by id", [before]):
        Staff.update(role=after, version=version + 1).where(Staff.id == id_).execute()
        work.changed("change", "staff", id_, {"role": before}, {"role": after})


def _counted(read: RoleFields) -> str:
    return f"{len(read.rights)} of {len(Right)} rights"
