"""The staff list: who works here, and as what. Nobody is deleted, they stop working here (A1)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from ..db.connection import select
from ..domain.rights import Right
from ..domain.stafflist import TITLES, StaffFields, read_staff
from ..domain.text import fold
from ..domain.versions import changed, meanwhile
from ..errors import Fault, Invalid, Refused, Stale
from ..models import Staff
from ..queries.roles import rights_of_role, role_names
from ..queries.staff import StaffRow, names_ever, staff_record
from .above import require_not_above, require_same_role
from .roles import refuse_leaving_nobody, refuse_own_gain
from .setup import initials
from .usecase import use_case
from .work import Done, Work


@dataclass(frozen=True, slots=True)
class AddStaff:
    """Somebody begins to work here."""

    fields: StaffFields
    request: str = ""


@dataclass(frozen=True, slots=True)
class ChangeStaff:
    """Change what the list says: ``was`` is what the form was filled with, at ``version``."""

    id: int
    version: int
    was: StaffFields
    fields: StaffFields
    request: str = ""


@use_case(Right.CHANGE_STAFF)
def add_staff(work: Work, command: AddStaff) -> Done:
    """Put somebody at the end of the list. Raises Invalid, Forbidden, Refused when the login is taken."""
    read = _read(command.fields)
    require_not_above(work.session, read.role)
    _refuse_taken(read.login, None)
    _refuse_namesake(read, None)
    ((position,),) = select("select coalesce(max(position), -1) + 1 from staff")
    id_ = int(Staff.insert(position=int(position), **_columns(read)).execute())
    work.changed("add", "staff", id_, None, asdict(read))
    return Done("staff", (id_,), (), 1, f"{read.name} is on the staff list.")


@use_case(Right.CHANGE_STAFF)
def change_staff(work: Work, command: ChangeStaff) -> Done:
    """Store what differs. Raises Invalid, Forbidden, NotFound, Stale with both values, Refused (A1)."""
    stored = staff_record(command.id)
    if stored.version != command.version:
        raise _stale(stored, command)
    read = _read(command.fields)
    dirty = changed(stored.fields, read)
    if not dirty:
        raise Refused("Nothing was changed.", "Change something, or press Escape.")
    _refuse_taken(read.login, stored.id)
    if "name" in dirty:
        _refuse_namesake(read, stored.id)
    require_not_above(work.session, stored.role, read.role)
    require_same_role(work.session, stored.id, stored.role, read.role)
    if stored.id == work.session.staff_id:
        _refuse_locking_out(stored.fields, read)
        if gained := rights_of_role(read.role) - rights_of_role(stored.role):
            refuse_own_gain(work, stored.role, gained)
    columns = {key: value for key, value in _columns(read).items() if key in dirty}
    Staff.update(version=stored.version + 1, **columns).where(
        Staff.id == stored.id, Staff.version == stored.version
    ).execute()
    refuse_leaving_nobody()
    before, after = asdict(stored.fields), asdict(read)
    work.changed("change", "staff", stored.id, {k: before[k] for k in dirty}, {k: after[k] for k in dirty})
    says = f"{read.name}: {', '.join(TITLES[key] for key in dirty)} changed."
    return Done("staff", (stored.id,), (), stored.version + 1, says)


def _read(typed: StaffFields) -> StaffFields:
    read, faults = read_staff(typed)
    if read.role not in (names := role_names()):
        faults.append(Fault("role", f"is not one of {', '.join(names)}"))
    if faults:
        raise Invalid(faults, "Nothing was saved.")
    return replace(read, initials=read.initials or initials(read.name))


def _columns(read: StaffFields) -> dict[str, object]:
    """As the table keeps it: no login is none at all, so that it is nobody's."""
    return {**asdict(read), "login": read.login or None}


def _refuse_taken(login: str, own_id: int | None) -> None:
    rows = select("select id, name from staff where login = ?", [login]) if login else []
    if rows and rows[0][0] != own_id:
        raise Refused(f"{login} is the login of {rows[0][1]}.", "Give another login, or none.")


def _refuse_namesake(read: StaffFields, own_id: int | None) -> None:
    """What somebody did is told by their name: it is nobody else's, and never was."""
    if any(id_ != own_id and fold(name) == fold(read.name) for id_, name in names_ever()):
        raise Refused(
            f"{read.name} is, or was, the name of somebody else on the staff list.",
            "Add what tells the two apart: the journal tells by the name who did what.",
        )


def _refuse_locking_out(before: StaffFields, after: StaffFields) -> None:
    """Whoever changes the list keeps their way in: nobody else might be able to give it back."""
    if (
        not after.active
        or after.login != before.login
        or Right.CHANGE_STAFF not in rights_of_role(after.role)
    ):
        raise Refused(
            "You would lock yourself out.",
            "Ask somebody else who may change the staff list to do it.",
        )


def _stale(stored: StaffRow, command: ChangeStaff) -> Stale:
    return Stale(stored.name, meanwhile(command.was, stored.fields, command.fields), stored.version)
