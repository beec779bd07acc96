"""The notes written about customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ..db.connection import select
from ..domain.moments import Zone, day_of
from ..domain.rights import Right
from ..errors import NotFound
from .gate import guarded
from .matching import MOST_READ, matcher, require_few
from .page import Page, Totals
from .paging import behind
from .where import Where


@dataclass(frozen=True, slots=True)
class NoteFilter:
    """Which notes; empty lets everything through. ``first`` and ``last`` are local days, both included."""

    text: str = ""
    first: date | None = None
    last: date | None = None
    withdrawn: bool = False
    """Whether withdrawn notes are listed too."""
    author_ids: tuple[int, ...] = ()


class NoteRow(NamedTuple):
    """One note. ``written_at`` is UTC seconds, ``day`` its local day."""

    id: int
    version: int
    customer_id: int
    author: str
    written_at: int
    day: date
    text: str
    withdrawn: bool
    customer: str


_LATEST = "order by n.written_at desc, n.id desc"
_NOTE = (
    "select n.id, n.version, n.customer_id, s.name, n.written_at, n.text, n.withdrawn,"
    " trim(c.first_name || ' ' || c.last_name)"
    f" from (select * from note n where {{where}} {_LATEST} limit ? offset ?) n"
    f" join customer c on c.id = n.customer_id join staff s on s.id = n.author_id {_LATEST}"
)
_SUMS = "select coalesce(sum(1 - n.withdrawn), 0), coalesce(sum(n.withdrawn), 0), count(*) from note n where"


@guarded(Right.SEE_NOTE, of="customer_id")
def notes_of(
    customer_id: int | None,
    shown: NoteFilter | None = None,
    limit: int = 100,
    offset: int = 0,
    *,
    zone: Zone,
    after: int | None = None,
) -> Page[NoteRow]:
    """The notes about a customer, or about everybody, the newest first, from ``offset`` on or those behind
    the one with the id ``after``; sums: ``notes`` that stand and ``withdrawn`` ones.

    Raises :class:`Refused` for a text to be looked for in too many.
    Indexes: ``note (customer, written_at)``; of the clinic ``note_written``.
    """
    shown = shown or NoteFilter()
    where, params = _where(customer_id, shown, zone)
    if not shown.text.strip():
        further, last = behind(after, "note", "n", "written_at", "id")
        rows = _rows(where + further, [*params, *last, limit, 0 if last else offset], zone)
        return Page(rows, lambda: _added_up(where, params), offset)
    require_few(_added_up(where, params).total)
    rows = _with_text(customer_id, shown.text, where, params, zone)
    gone = sum(row.withdrawn for row in rows)
    totals = Totals(len(rows), {"notes": len(rows) - gone, "withdrawn": gone})
    return Page(rows[offset : offset + limit], totals, offset)


def _added_up(where: str, params: Sequence[object]) -> Totals:
    stand, gone, total = select(f"{_SUMS} {where}", params)[0]
    return Totals(total, {"notes": stand, "withdrawn": gone})


def _with_text(
    customer_id: int | None, text: str, where: str, params: Sequence[object], zone: Zone
) -> tuple[NoteRow, ...]:
    """All with the words in them, in who wrote them, or of the clinic in whom they are about."""
    matches = matcher(text)
    return tuple(
        row
        for row in _rows(where, [*params, MOST_READ, 0], zone)
        if matches(row.text, row.author, row.customer if customer_id is None else "")
    )


def _whose(note_id: int) -> tuple[int, ...]:
    return tuple(id_ for (id_,) in select("select customer_id from note where id = ?", [note_id]))


@guarded(Right.SEE_NOTE, of="note_id", whose=_whose)
def note(note_id: int, *, zone: Zone) -> NoteRow:
    """The note with this id; :class:`NotFound` when there is none. Index: primary key."""
    rows = _rows("n.id = ?", [note_id, 1, 0], zone)
    if not rows:
        raise NotFound("That note does not exist.", "Go back to the customer and choose another.")
    return rows[0]


def _where(customer_id: int | None, shown: NoteFilter, zone: Zone) -> Where:
    where = Where() if customer_id is None else Where("n.customer_id = ?", (customer_id,))
    if not shown.withdrawn:
        where = where.also("n.withdrawn = 0")
    where = where.among("n.author_id", shown.author_ids)
    return where.moments("n.written_at", shown.first, shown.last, zone)


def _rows(where: str, params: Sequence[object], zone: Zone) -> tuple[NoteRow, ...]:
    return tuple(
        NoteRow._make((*told, at, day_of(at, zone), text, bool(withdrawn), customer))
        for *told, at, text, withdrawn, customer in select(_NOTE.format(where=where), params)
    )
