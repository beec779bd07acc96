"""The photo and the documents of a customer, and whether their files are whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from ..db.connection import current, select
from ..db.filestore import store_of
from ..domain.filekinds import KINDS
from ..domain.moments import Zone, day_bounds
from .matching import matcher
from .page import Page


class Photo(NamedTuple):
    """The photo a customer has now. ``added_at`` is UTC seconds, ``sha256`` its file in the store."""

    id: int
    version: int
    sha256: str
    name: str
    added_at: int
    added_by: str


class DocumentRow(NamedTuple):
    """One document. Moments are UTC seconds, ``size`` is in bytes, ``kind`` a word such as PDF."""

    id: int
    version: int
    customer_id: int
    name: str
    kind: str
    media_type: str
    size: int
    sha256: str
    added_at: int
    added_by: str
    removed_at: int | None
    removed_reason: str

    @property
    def withdrawn(self) -> bool:
        """Whether it was taken out of the record."""
        return self.removed_at is not None


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """Which documents; empty lets everything through. Days are local, both included."""

    text: str = ""
    first: date | None = None
    last: date | None = None
    removed: bool = False
    """Whether those taken out of the record are listed too."""


def photo_of(customer_id: int) -> Photo | None:
    """The customer's photo, None without one. Index: ``attachment_one_photo``."""
    rows = select(
        "select a.id, a.version, f.sha256, a.name, a.added_at, s.name from attachment a"
        " join stored_file f on f.id = a.file_id join staff s on s.id = a.added_by_id"
        " where a.customer_id = ? and a.kind = 'photo' and a.removed_at is null",
        [customer_id],
    )
    return Photo(*rows[0]) if rows else None


_DOCUMENT = (
    "select a.id, a.version, a.customer_id, a.name, f.media_type, f.size, f.sha256, a.added_at, s.name,"
    " a.removed_at, a.removed_reason from attachment a join stored_file f on f.id = a.file_id"
    " join staff s on s.id = a.added_by_id where a.customer_id = ? and a.kind = 'document'"
)


def documents_of(
    customer_id: int, shown: DocumentFilter | None = None, limit: int = 100, offset: int = 0, *, zone: Zone
) -> Page[DocumentRow]:
    """The customer's documents, the newest first; sums: ``documents`` in the record and their ``bytes``.

    A person has some dozens, so all are read. Index: ``attachment (customer, kind, added_at)``.
    """
    shown = shown or DocumentFilter()
    where, params = "", list[object]([customer_id])
    if not shown.removed:
        where += " and a.removed_at is null"
    if shown.first:
        where += " and a.added_at >= ?"
        params.append(day_bounds(shown.first, zone)[0])
    if shown.last:
        where += " and a.added_at < ?"
        params.append(day_bounds(shown.last + timedelta(days=1), zone)[0])
    matches = matcher(shown.text)
    found = tuple(
        row
        for row in map(_document, select(f"{_DOCUMENT}{where} order by a.added_at desc, a.id desc", params))
        if matches(row.name, row.kind, row.added_by)
    )
    kept = [row for row in found if not row.withdrawn]
    sums = {"documents": len(kept), "removed": len(found) - len(kept), "bytes": sum(row.size for row in kept)}
    return Page(found[offset : offset + limit], len(found), offset, sums)


def _document(row: tuple[object, ...]) -> DocumentRow:
    id_, version, customer, name, media_type, *rest = row
    kind = KINDS[str(media_type)].word if media_type in KINDS else str(media_type)
    return DocumentRow(id_, version, customer, name, kind, media_type, *rest)  # type: ignore[arg-type]


def integrity(sha256: str) -> str | None:
    """What is wrong with a stored file (``is missing``, ``is damaged``), None when it is whole."""
    return store_of(current()).fault(sha256)


def content(sha256: str) -> bytes:
    """A stored file. Raises :class:`FileProblem` when it is missing or damaged."""
    return store_of(current()).read(sha256)


def is_known(sha256: str) -> bool:
    """Whether a row speaks of this file. Index: ``stored_file (sha256)``."""
    return bool(select("select 1 from stored_file where sha256 = ?", [sha256]))
