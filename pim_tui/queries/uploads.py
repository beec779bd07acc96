"""The page that takes a picture from a telephone: what is open, and what came of it."""

from __future__ import annotations

from typing import NamedTuple

from ..db.connection import select
from ..domain.rights import Right
from .gate import guarded


class UploadRow(NamedTuple):
    """A page: open until ``expires_at`` or until it was used, UTC seconds. ``came_of`` is the picture's
    SHA-256 in the store until whoever opened the page has fetched it, then a word.
    """

    id: int
    expires_at: int
    used_at: int | None
    came_of: str


_COLUMNS = "select id, expires_at, used_at, came_of from upload"


@guarded(Right.ATTACH)
def upload(id_: int) -> UploadRow | None:
    """One page, by the primary key."""
    return next((UploadRow(*row) for row in select(f"{_COLUMNS} where id = ?", [id_])), None)


def open_page(digest: str, now: int) -> int | None:
    """The page whose secret has this digest, while it takes a picture. Index: ``upload (digest)``."""
    rows = select(
        "select id from upload where digest = ? and used_at is null and expires_at > ?", [digest, now]
    )
    return int(rows[0][0]) if rows else None


def waiting_for(staff_id: int, since: int) -> list[UploadRow]:
    """Pictures that came for somebody and were not fetched, of pages that ended after ``since``.

    Index: ``upload (expires_at)``.
    """
    rows = select(
        f"{_COLUMNS} where expires_at > ? and staff_id = ? and length(came_of) = 64 order by id",
        [since, staff_id],
    )
    return [UploadRow(*row) for row in rows]
