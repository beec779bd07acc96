"""Papers that were issued: which file each is, and how often it was printed (M10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ..db.connection import select
from ..domain.rights import Right
from .gate import guarded


class IssuedRow(NamedTuple):
    """A paper as it was issued. ``copies`` is the number of the last copy, ``printed`` whether one of it,
    original or copy, has gone to a printer; what no printer took is neither. Moments are UTC seconds."""

    id: int
    kind: str
    sha256: str
    about: str
    issued_at: int
    copies: int
    printed: bool


NOT_TAKEN = (
    "exists (select 1 from journal t where t.kind = 'paper_print' and t.row_id = r.id"
    " and t.action = 'not printed')"
)
"""Whether nothing of the print ``r`` went anywhere. Index: ``journal (kind, row_id)``."""
_ISSUED = (
    "select p.id, p.kind, f.sha256, p.about, p.issued_at,"
    f" (select coalesce(max(r.copy), 0) from paper_print r where r.paper_id = p.id and not {NOT_TAKEN}),"
    f" exists (select 1 from paper_print r where r.paper_id = p.id and r.goes_to = 'printer'"
    f" and not {NOT_TAKEN})"
    " from paper p join stored_file f on f.id = p.file_id where {} order by p.id limit 1"
)


@guarded(Right.SEE_BILL)
def of_posting(posting_id: int) -> IssuedRow | None:
    """The paper of a posting. Indexes: ``paper (posting, kind)``, ``paper_print (paper, copy)``."""
    return _issued("p.posting_id = ? and p.kind in ('receipt', 'bill', 'credit_note')", [posting_id])


@guarded(Right.SEE_BILL)
def of_line(line_id: int) -> IssuedRow | None:
    """The label of a line. Index: ``paper_of_line``."""
    return _issued("p.line_id = ? and p.kind = 'label'", [line_id])


@guarded(Right.SEE_BILL)
def of_close(day: date) -> IssuedRow | None:
    """The Z report of a day; there are some hundreds a year. Index: ``paper (posting, kind)``."""
    return _issued("p.posting_id is null and p.kind = 'day_close' and p.about = ?", [day.isoformat()])


def _issued(where: str, params: Sequence[object]) -> IssuedRow | None:
    rows = select(_ISSUED.format(where), params)
    if not rows:
        return None
    id_, kind, sha256, about, issued_at, copies, printed = rows[0]
    return IssuedRow(id_, kind, sha256, about, issued_at, copies, bool(printed))
