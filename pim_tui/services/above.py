"""Whoever keeps the staff list gains no right by it that they were not given."""

from __future__ import annotations

from ..domain.rights import Right
from ..domain.session import Session, lacking
from ..errors import Forbidden
from ..queries.roles import rights_of_role


def require_not_above(session: Session, *roles: str) -> None:
    """Refuse to touch those who may say what roles may, unless the session may so itself.

    Their entry is their way in: its login, its PIN, its role.
    """
    session.needs(Right.CHANGE_STAFF)
    if any(Right.CHANGE_ROLES in rights_of_role(role) for role in roles):
        _needs_roles(session, "That person may change roles")


def require_same_role(session: Session, staff_id: int, before: str, after: str) -> None:
    """Refuse whoever would give themselves another role, unless they may say what roles may."""
    session.needs(Right.CHANGE_STAFF)
    if staff_id == session.staff_id and before != after:
        _needs_roles(session, "Nobody gives themselves another role")


def _needs_roles(session: Session, why: str) -> None:
    if Right.CHANGE_ROLES not in session.rights:
        lacks = lacking(session, Right.CHANGE_ROLES)
        raise Forbidden(f"{why}: {lacks.message}", lacks.hint, right=lacks.right)
