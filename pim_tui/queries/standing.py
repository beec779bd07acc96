"""How somebody who is signed in stands now: by the staff list, and whether their session is to end."""

from __future__ import annotations

from typing import NamedTuple

from ..db.connection import select
from ..domain.rights import Right
from ..domain.text import fold
from .roles import rights_of_role


class Known(NamedTuple):
    """What the lock knows of somebody: whether they have a PIN, and what they are called, folded."""

    has_pin: bool
    called: frozenset[str]


class Standing(NamedTuple):
    """``asked_by`` is who wants the session to end, for ``reason``; empty where nobody does. ``rights`` are
    what their role grants now.
    """

    works_here: bool
    asked_by: str
    reason: str
    rights: frozenset[Right]
    has_pin: bool


GONE = Standing(works_here=False, asked_by="", reason="", rights=frozenset(), has_pin=False)
"""Somebody who is not on the list any more."""


def known_as(staff_id: int) -> Known:
    """What the lock asks about somebody. Indexes: primary keys."""
    rows = select(
        "select s.name, s.initials, coalesce(s.login, ''), p.staff_id is not null from staff s"
        " left join staff_pin p on p.staff_id = s.id where s.id = ?",
        [staff_id],
    )
    if not rows:
        return Known(has_pin=False, called=frozenset())
    ((name, initials, login, has_pin),) = rows
    return Known(bool(has_pin), frozenset(fold(one) for one in (name, initials, login) if one))


def standing(key: str, staff_id: int) -> Standing:
    """How the person of session ``key`` stands. Indexes: primary keys, ``desk_session (key)``, and those of
    :func:`~.roles.rights_of_role`.
    """
    rows = select(
        "select s.active, s.role, coalesce(a.name, ''), p.staff_id is not null, d.id from staff s"
        " left join staff_pin p on p.staff_id = s.id left join desk_session d on d.key = ?"
        " left join staff a on a.id = d.end_asked_by_id where s.id = ?",
        [key, staff_id],
    )
    if not rows:
        return GONE
    ((active, role, asked_by, has_pin, id_),) = rows
    reason = _reason(id_) if asked_by else ""
    return Standing(bool(active), asked_by, reason, rights_of_role(role), bool(has_pin))


def _reason(desk_session_id: int) -> str:
    """Why somebody wants the session to end. Index: ``journal (kind, row_id)``."""
    rows = select(
        "select reason from journal where kind = 'desk_session' and row_id = ? and action = 'end session'"
        " order by seq desc limit 1",
        [desk_session_id],
    )
    return str(rows[0][0]) if rows else ""
