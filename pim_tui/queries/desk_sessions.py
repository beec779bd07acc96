"""Who is at work, since when and from where."""

from __future__ import annotations

from typing import NamedTuple

from ..db.connection import select
from ..domain.rights import Right
from .gate import guarded


class OpenSession(NamedTuple):
    """Somebody at work: ``began_at`` UTC seconds; ``asked_by`` wants it ended, empty when nobody does."""

    id: int
    key: str
    staff_id: int
    name: str
    began_at: int
    origin: str
    host: str
    pid: int
    asked_by: str


_OPEN = (
    "select d.id, d.key, d.staff_id, s.name, d.began_at, d.origin, d.host, d.pid, coalesce(a.name, '')"
    " from desk_session d join staff s on s.id = d.staff_id left join staff a on a.id = d.end_asked_by_id"
    " where d.ended_at is null"
)


@guarded(Right.SEE_STAFF)
def open_sessions() -> tuple[OpenSession, ...]:
    """Everybody who is at work, the longest first. Index: partial ``desk_session_open``."""
    return tuple(map(OpenSession._make, select(f"{_OPEN} order by d.began_at, d.id")))


def end_asked_by(key: str) -> str:
    """Who wants the session with this key ended; empty when nobody does. Index: ``desk_session (key)``."""
    rows = select(
        "select s.name from desk_session d join staff s on s.id = d.end_asked_by_id where d.key = ?"
        " and d.ended_at is null",
        [key],
    )
    return str(rows[0][0]) if rows else ""
