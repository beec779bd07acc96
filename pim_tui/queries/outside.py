"""How the services outside stand: each has a row under its name, and so has each channel of the outbox."""

from __future__ import annotations

from typing import NamedTuple

from ..db.connection import select

CHANNEL = "channel "
"""How the name of a row begins that tells how a channel stands."""


class ServiceRow(NamedTuple):
    """How a service stands. ``good_at`` is when it last did all that it was asked, ``due_at`` when it is
    asked again; ``trouble`` and ``why`` are empty, ``troubled_since`` None where nothing is in the way.
    Instants are UTC seconds.
    """

    name: str
    good_at: int | None
    due_at: int
    trouble: str
    why: str
    troubled_since: int | None


_ROW = "select name, good_at, due_at, trouble, why, troubled_since from service"


def service(name: str) -> ServiceRow | None:
    """One service; None where nothing is known of it yet. Index: service (name)."""
    rows = select(f"{_ROW} where name = ?", [name])
    return ServiceRow._make(rows[0]) if rows else None


def services() -> list[ServiceRow]:
    """All of them, by name. Index: service (name)."""
    return [ServiceRow._make(row) for row in select(f"{_ROW} order by name")]
