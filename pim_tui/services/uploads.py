"""One picture from a telephone: a page is opened for three minutes, takes one, and is closed.

The page is known by a secret of 128 bits in its address, of which only the digest is kept. Whoever runs the
worker takes the picture, decodes and rewrites it, and puts it into the store; whoever opened the page fetches
it into the inbox from there, so that neither account needs the other's folders. A page names no customer.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from ..db.bulk import update
from ..db.connection import current, select, write_tx
from ..db.filestore import ORPHAN_SECONDS, store_of
from ..domain.filekinds import picture_kind_of
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import NotFound, Refused
from ..integrations import pictures
from ..integrations.inbox import Inbox
from ..models import Upload
from ..queries.files import is_known
from ..queries.uploads import UploadRow, open_page, waiting_for
from .snapshots import named
from .usecase import use_case
from .work import Done, Work

MINUTES = 3
MOST = 10 << 20
"""Bytes of a picture."""
MOST_OPEN = 5
"""Pages that one person has open at a time."""
FETCHED, WITHDRAWN = "fetched", "withdrawn"


def new_secret() -> str:
    """What makes a page's address one that nobody guesses: 128 bits in 22 characters."""
    return secrets.token_urlsafe(16)


def digest_of(secret: str) -> str:
    """What is kept of it, and what it is looked up by: nothing can be learnt from how long that takes."""
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class OpenPage:
    """Open a page for one picture; ``digest`` is of its secret."""

    digest: str
    request: str = ""


@dataclass(frozen=True, slots=True)
class ClosePage:
    """Close it before its time."""

    id: int
    request: str = ""


@use_case(Right.ATTACH)
def open_upload(work: Work, command: OpenPage) -> Done:
    """A page that takes one picture from now on, for three minutes."""
    _forget_old(work)
    ((count,),) = select(
        "select count(*) from upload where expires_at > ? and used_at is null and staff_id = ?",
        [work.now, work.session.staff_id],
    )
    if count >= MOST_OPEN:
        raise Refused("Too many of these pages are open.", "Wait three minutes, or close some.")
    ends = work.now + MINUTES * 60
    id_ = Upload.insert(
        digest=command.digest, kind="inbox", staff=work.session.staff_id, created_at=work.now, expires_at=ends
    ).execute()
    work.changed("open", "upload", int(id_), None, {"expires_at": ends})
    return Done("upload", (int(id_),))


def _forget_old(work: Work) -> None:
    """The journal tells of them; a picture that nobody has fetched for a day is swept from the store."""
    update("delete from upload where expires_at < ? returning id", [work.now - ORPHAN_SECONDS])


@use_case(Right.ATTACH)
def close_upload(work: Work, command: ClosePage) -> Done:
    """No picture is taken by it any more. Raises NotFound where one was, or its time is over."""
    if not _end(command.id, work.now, WITHDRAWN, work.session.staff_id):
        raise NotFound("That page is closed already.", "Open another one.")
    work.changed("withdraw", "upload", command.id, None, {"used_at": work.now})
    return Done("upload", (command.id,))


def _end(id_: int, now: int, came_of: str, staff_id: int | None = None) -> bool:
    """Of two at once, one closes it."""
    whose, values = ("and staff_id = ?", [staff_id]) if staff_id is not None else ("", [])
    return bool(
        update(
            "update upload set used_at = ?, came_of = ?"
            f" where id = ? and used_at is null and expires_at > ? {whose} returning id",
            [now, came_of, id_, now, *values],
        )
    )


# --- whoever runs the page ------------------------------------------------------------------------


def is_open(session: Session, secret: str) -> bool:
    """Whether the page with this secret takes a picture now."""
    session.needs(Right.DELIVER)
    return open_page(digest_of(secret), session.clock()) is not None


@dataclass(frozen=True, slots=True)
class _Came:
    id: int
    sha256: str
    size: int
    request: str = ""


def take_in(session: Session, secret: str, data: bytes) -> Done:
    """Keep the picture that came by a page, and close it.

    Raises NotFound for a page that is not open (any more), and FileProblem for what is no picture, is too
    large or unpacks to too much: the page stays open then, for another one.
    """
    session.needs(Right.DELIVER)
    id_ = open_page(digest_of(secret), session.clock())
    if id_ is None:
        raise NotFound("That page is not open.", "Ask for a new code.")
    picture_kind_of(data)
    made = pictures.photo(data)
    return _came(session, _Came(id_, store_of(current()).put(made), len(made)))


@use_case(Right.DELIVER)
def _came(work: Work, came: _Came) -> Done:
    if not _end(came.id, work.now, came.sha256):
        raise NotFound("That page is not open.", "Ask for a new code.")
    work.changed("receive", "upload", came.id, None, {"sha256": came.sha256, "size": came.size})
    return Done("upload", (came.id,))


# --- whoever opened it ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FetchPictures:
    """Put what came for whoever asks into their ``inbox``."""

    inbox: Inbox
    request: str = ""


def fetch_pictures(session: Session, command: FetchPictures) -> Done:
    """What came by their pages since yesterday is in the inbox; ``says`` is the name of the last one there.

    Each is written before its page forgets it: where this is cut short it comes again.
    """
    session.needs(Right.ATTACH)
    rows = waiting_for(session.staff_id, session.clock() - ORPHAN_SECONDS)
    names = [_fetched(session, command.inbox, row) for row in rows]
    return Done("upload", tuple(row.id for row in rows), says="".join(names[-1:]))


def _fetched(session: Session, inbox: Inbox, row: UploadRow) -> str:
    store = store_of(current())
    name = inbox.add(named(session, "phone"), store.read(row.came_of))
    with write_tx():
        update("update upload set came_of = ? where id = ? returning id", [FETCHED, row.id])
        # In the writers' queue, so that no row can come to speak of the file meanwhile.
        if not is_known(row.came_of) and not select("select 1 from upload where came_of = ?", [row.came_of]):
            store.forget(row.came_of)
    return name
