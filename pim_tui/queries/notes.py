"""The notes written about a customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from ..db.connection import select
from ..domain.moments import Zone, day_bounds, day_of
from ..errors import NotFound
from .matching import matcher
from .page import Page


@dataclass(frozen=True, slots=True)
class NoteFilter:
    """Which notes; empty lets everything through. ``first`` and ``last`` are local days, both included."""

    text: str = ""
    first: date | None = None
    last: date | None = None
    withdrawn: bool = False
    """Whether withdrawn notes are listed too."""


class NoteRow(NamedTuple):
    """One note. ``written_at`` is UTC seconds, ``day`` its local day."""

    id: int
    version: int
    customer_id: int
    author_id: int
    author: str
    written_at: int
    day: date
    text: str
    withdrawn: bool


_NOTE = (
    "select n.id, n.version, n.customer_id, n.author_id, s.name, n.written_at, n.text, n.withdrawn"
    " from note n join staff s on s.id = n.author_id where"
)
_SUMS = "select coalesce(sum(1 - n.withdrawn), 0), coalesce(sum(n.withdrawn), 0), count(*) from note n where"


def notes_of(
    customer_id: int, shown: NoteFilter | None = None, limit: int = 100, offset: int = 0, *, zone: Zone
) -> Page[NoteRow]:
    """The customer's notes, the newest first; sums: ``notes`` that stand and ``withdrawn`` ones.

    Index: ``note (customer, written_at)``.
    """
    shown = shown or NoteFilter()
    where, params = _where(customer_id, shown, zone)
    latest = f"{where} order by n.written_at desc, n.id desc"
    if shown.text.strip():
        matches = matcher(shown.text)
        found = tuple(row for row in _rows(latest, params, zone) if matches(row.text, row.author))
        gone = sum(row.withdrawn for row in found)
        sums = {"notes": len(found) - gone, "withdrawn": gone}
        return Page(found[offset : offset + limit], len(found), offset, sums)
    stand, gone, total = select(f"{_SUMS} {where}", params)[0]
    rows = _rows(f"{latest} limit ? offset ?", [*params, limit, offset], zone)
    return Page(rows, total, offset, {"notes": stand, "withdrawn": gone})


def note(note_id: int, *, zone: Zone) -> NoteRow:
    """The note with this id; :class:`NotFound` when there is none. Index: primary key."""
    rows = _rows("n.id = ?", [note_id], zone)
    if not rows:
        raise NotFound("That note does not exist.", "Go back to the customer and choose another.")
    return rows[0]


def _where(customer_id: int, shown: NoteFilter, zone: Zone) -> tuple[str, list[object]]:
    text, params = "n.customer_id = ?", list[object]([customer_id])
    if not shown.withdrawn:
        text += " and n.withdrawn = 0"
    if shown.first:
        text += " and n.written_at >= ?"
        params.append(day_bounds(shown.first, zone)[0])
    if shown.last:
        text += " and n.written_at < ?"
        params.append(day_bounds(shown.last + timedelta(days=1), zone)[0])
    return text, params


def _rows(where: str, params: list[object], zone: Zone) -> tuple[NoteRow, ...]:
    return tuple(
        NoteRow(id_, version, customer, author_id, author, at, day_of(at, zone), text, bool(withdrawn))
        for id_, version, customer, author_id, author, at, text, withdrawn in select(
            f"{_NOTE} {where}", params
        )
    )
