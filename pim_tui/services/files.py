"""Photos and documents of customers: attached, replaced and removed with a trace, never deleted (A1).

What comes from outside is read and, if it is a photo, decoded before the transaction; then the file is
kept, then its row written. A row therefore never speaks of a file that is not there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from ..db.connection import current, select, write_tx
from ..db.filestore import FileStore, is_alone, store_of
from ..domain.documentkinds import SUBJECTS
from ..domain.filekinds import (
    JPEG,
    PICTURES,
    copy_name,
    facts_of,
    kind_of,
    picture_kind_of,
    refuse_hidden,
)
from ..domain.rights import Right
from ..domain.session import Session, lacking
from ..domain.text import tidy
from ..errors import Difference, Fault, FileProblem, Invalid, NotFound, Refused, Stale
from ..exports.outfile import write_whole
from ..integrations import pictures
from ..integrations.inbox import Inbox
from ..integrations.pictures import Thumbnail
from ..models import Attachment, StoredFile
from ..queries.erasing import forgotten_files
from ..queries.files import is_known, is_photo, whose
from ..queries.gate import may, opened_by
from .audit import Values
from .reasons import NOT_HERE, reason_for
from .usecase import answered, use_case
from .work import Done, Work

MOST = pictures.MOST
"""Bytes of one file."""
PHOTO, DOCUMENT = "photo", "document"
_TRIED = 8, 8
"""Pixels that a picture is made small to, in the child, to see whether it is one and not a bomb."""


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """A file that is in the store and that no row speaks of yet. ``size`` is in bytes."""

    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class PreparedPhoto(PreparedFile):
    """A photo that was decoded, made small and put into the store."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A new row of ``attachment``: its id, and what the journal is to keep of it."""

    id: int
    values: Values


# --- before and inside any transaction ------------------------------------------------------------


def prepare_photo(data: bytes) -> PreparedPhoto:
    """Decode a picture file in the child, and keep the result; takes from 2 ms to a second.

    To be called outside of any transaction. Raises :class:`FileProblem` with the reason when it is no
    picture or too large, the :class:`StoreError` family when the disk does not take it.
    """
    picture_kind_of(data)
    made = pictures.photo(data)
    return PreparedPhoto(store_of(current()).put(made), len(made), JPEG.media_type)


def attach_prepared(
    session: Session, customer_id: int, prepared: PreparedPhoto, name: str, now: int
) -> Attached:
    """Give a customer who has none a photo, inside the running write transaction; ``now`` is UTC seconds.

    The journal's line is the caller's. Raises :class:`Refused` when there is a photo already.
    """
    session.needs(Right.ATTACH)
    if photo := _photo_of(customer_id):
        raise Refused("There is a photo already.", f"Remove {photo.name} first, or replace it.")
    return _insert(session, _New(customer_id, PHOTO, prepared, name), now)


@dataclass(frozen=True, slots=True)
class _New:
    """A row of ``attachment`` to write, and the request it is for."""

    customer_id: int
    kind: str
    file: PreparedFile
    name: str
    request: str = ""
    subject: str = ""
    expires_on: date | None = None


def _insert(session: Session, new: _New, now: int) -> Attached:
    file, name = new.file, tidy(new.name, limit=Attachment.name.limit) or "unnamed"
    if not store_of(current()).has(file.sha256):
        raise FileProblem("The file is no longer in the store.", "Attach it again.")
    id_ = Attachment.insert(
        customer=new.customer_id,
        file=file_row(file, now),
        kind=new.kind,
        name=name,
        added_at=now,
        added_by=session.staff_id,
        subject=new.subject,
        expires_on=new.expires_on,
    ).execute()
    told = {
        "customer_id": new.customer_id,
        "kind": new.kind,
        "name": name,
        "sha256": file.sha256,
        "size": file.size,
        "media_type": file.media_type,
        **_about(new.subject, new.expires_on),
    }
    return Attached(int(id_), told)


def _about(subject: str, expires_on: date | None) -> dict[str, str]:
    """What a document is about, for the journal; nothing where nothing was said."""
    told = {"subject": subject, "expires_on": expires_on.isoformat() if expires_on else ""}
    return {key: value for key, value in told.items() if value}


def file_row(file: PreparedFile, now: int) -> int:
    """The row of a stored file; the same content has one. Index: ``stored_file (sha256)``."""
    if known := select("select id from stored_file where sha256 = ?", [file.sha256]):
        return int(known[0][0])
    return int(
        StoredFile.insert(
            sha256=file.sha256, size=file.size, media_type=file.media_type, created_at=now
        ).execute()
    )


# --- use cases ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AttachFile:
    """Attach the file ``name`` of a person's inbox to a customer.

    ``subject`` says what kind of document it is, ``expires_on`` the last day it is good for.
    """

    customer_id: int
    inbox: Inbox
    name: str
    subject: str = ""
    expires_on: date | None = None
    request: str = ""


@dataclass(frozen=True, slots=True)
class ChangeFile:
    """Say anew what kind of document it is, and until when it is good."""

    id: int
    version: int
    subject: str
    expires_on: date | None = None
    request: str = ""


@dataclass(frozen=True, slots=True)
class RemoveFile:
    """Take a photo or a document out of the record, with the reason; it stays known and kept."""

    id: int
    version: int
    reason: str
    request: str = ""


def attach_photo(session: Session, command: AttachFile) -> Done:
    """Make a picture of the inbox the customer's photo; one that is there is removed as replaced.

    Raises :class:`FileProblem` when the file is no picture that can be read, NotFound.
    """
    session.needs(Right.ATTACH)
    if done := answered(command.request):
        return done
    prepared = prepare_photo(command.inbox.read(command.name, MOST))
    new = _New(command.customer_id, PHOTO, prepared, command.name, command.request)
    return _put_away(command, _attach(session, new))


def attach_document(session: Session, command: AttachFile) -> Done:
    """Keep a file of the inbox with the customer, as it is, once it was seen to be what it looks like.

    Raises :class:`FileProblem` with the reason, NotFound, and Invalid for a kind that does not exist.
    """
    session.needs(Right.ATTACH)
    if done := answered(command.request):
        return done
    _require_subject(command.subject)
    data = command.inbox.read(command.name, MOST)
    kind = kind_of(data)
    refuse_hidden(data, kind)
    if kind in PICTURES:
        pictures.thumbnail(data, *_TRIED, whole=True)
    prepared = PreparedFile(store_of(current()).put(data), len(data), kind.media_type)
    about = command.subject, command.expires_on
    new = _New(command.customer_id, DOCUMENT, prepared, command.name, command.request, *about)
    return _put_away(command, _attach(session, new))


def _put_away(command: AttachFile, done: Done) -> Done:
    """The file is kept by now, so it may leave the inbox; where it cannot, that is told and no more."""
    if command.inbox.put_away(command.name):
        return done
    return replace(done, says=f"{done.says} The file stays in the inbox, for it cannot be moved.")


def _require_subject(subject: str) -> None:
    if subject not in SUBJECTS:
        known = ", ".join(filter(None, SUBJECTS))
        raise Invalid([Fault("subject", f"is not one of {known}")], "Choose one of them.")


@use_case(Right.ATTACH)
def change_file(work: Work, command: ChangeFile) -> Done:
    """Another kind, or another last day. Raises Invalid, NotFound, Stale, Refused when nothing differs."""
    _require_subject(command.subject)
    found = _standing("a.kind = 'document' and a.id = ?", command.id)
    if found is None:
        raise NotFound("That file is no longer in the record.", "Go back to the customer.")
    ((subject, day),) = select("select subject, expires_on from attachment where id = ?", [found.id])
    expires_on = command.expires_on.isoformat() if command.expires_on else ""
    before = {"subject": subject, "expires_on": day or ""}
    after = {"subject": command.subject, "expires_on": expires_on}
    if found.version != command.version:
        differences = [Difference(key, "", str(before[key]), after[key]) for key in after]
        raise Stale("This document", differences, found.version)
    if before == after:
        raise Refused("Nothing was changed.", "Change something, or press Escape.")
    Attachment.update(
        version=found.version + 1, subject=command.subject, expires_on=command.expires_on
    ).where(Attachment.id == found.id, Attachment.version == found.version).execute()
    work.changed("change", "attachment", found.id, before, after)
    return Done("attachment", (found.id,), version=found.version + 1, says="Document changed.")


@use_case(Right.ATTACH)
def _attach(work: Work, new: _New) -> Done:
    """The row and the journal's line, once the file is kept."""
    if not select("select 1 from customer where id = ?", [new.customer_id]):
        raise NotFound("That customer does not exist.", "Search again.")
    before = _photo_of(new.customer_id) if new.kind == PHOTO else None
    if before:
        _take_off(work, before, "replaced")
    made = _insert(work.session, new, work.now)
    work.changed("attach", "attachment", made.id, None, made.values)
    says = "Photo replaced." if before else f"{new.kind.capitalize()} attached."
    return Done("attachment", (made.id,), version=1, says=says)


@use_case(Right.REMOVE_FILE)
def remove_file(work: Work, command: RemoveFile) -> Done:
    """Remove a photo or a document. Raises NotFound, Refused (A1), Stale."""
    limit = Attachment.removed_reason.limit
    reason = reason_for("Removing a file", command.reason, rule="A1", hint=NOT_HERE, limit=limit)
    found = _standing("a.id = ?", command.id)
    if found is None:
        raise NotFound("That file is no longer in the record.", "Go back to the customer.")
    if found.version != command.version:
        raise Stale("This file", [Difference("name", "", found.name, "(removed)")], found.version)
    _take_off(work, found, reason)
    says = f"{found.kind.capitalize()} removed."
    return Done("attachment", (found.id,), version=found.version + 1, says=says)


@dataclass(frozen=True, slots=True)
class _Stored:
    id: int
    version: int
    kind: str
    name: str


def _photo_of(customer_id: int) -> _Stored | None:
    """The photo a customer has. Index: ``attachment_one_photo``."""
    return _standing("a.kind = 'photo' and a.customer_id = ?", customer_id)


def _standing(where: str, id_: int) -> _Stored | None:
    rows = select(
        f"select a.id, a.version, a.kind, a.name from attachment a where a.removed_at is null and {where}",
        [id_],
    )
    return _Stored(*rows[0]) if rows else None


def _take_off(work: Work, file: _Stored, reason: str) -> None:
    """Mark it removed; who did so and when is the journal's to tell as well."""
    changed = {"removed_at": work.now, "removed_reason": reason}
    Attachment.update(version=file.version + 1, **changed).where(
        Attachment.id == file.id, Attachment.version == file.version
    ).execute()
    before = {"removed_at": None, "removed_reason": ""}
    work.changed("remove", "attachment", file.id, before, changed, reason)


# --- a copy for elsewhere -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SaveCopy:
    """Write a copy of an attached file into ``folder``, a person's outbox."""

    id: int
    folder: str
    request: str = ""


def save_copy(session: Session, command: SaveCopy) -> Done:
    """Tell the journal, then write the copy under a plain name of its own.

    Raises NotFound, and :class:`FileProblem` when the file is missing or damaged or cannot be written.
    """
    session.needs(Right.EXPORT)
    session.needs(Right.SEE_CUSTOMER)
    rows = select(
        "select a.name, f.sha256, f.media_type from attachment a join stored_file f on f.id = a.file_id"
        " where a.id = ?",
        [command.id],
    )
    if not rows:
        raise NotFound("That file does not exist.", "Go back to the customer.")
    ((name, sha256, media_type),) = rows
    _may_look(session, sha256)
    data = store_of(current()).read(sha256)
    path = Path(command.folder) / copy_name(name, command.id, media_type)
    _tell_copy(session, _Copied(command.id, sha256, command.request))
    write_whole(path, data)
    return Done("attachment", (command.id,), says=f"A copy is in {path}.")


@dataclass(frozen=True, slots=True)
class _Copied:
    id: int
    sha256: str
    request: str


@use_case(Right.EXPORT)
def _tell_copy(work: Work, copied: _Copied) -> Done:
    """The journal's line: which file left the book."""
    work.changed("export", "attachment", copied.id, None, {"to": "file", "sha256": copied.sha256})
    return Done("attachment", (copied.id,))


# --- looking at pictures --------------------------------------------------------------------------


def picture(session: Session, sha256: str, width: int, height: int, *, whole: bool = False) -> Thumbnail:
    """A stored picture in pixels of this size, cut to fill it or ``whole``; remembered.

    Raises :class:`FileProblem` when the file is missing or damaged, or cannot be read.
    """
    session.needs(Right.SEE_CUSTOMER)
    _may_look(session, sha256)
    return _small(store_of(current()), sha256, width, height, whole)


def _may_look(session: Session, sha256: str) -> None:
    """A photo is for everybody who may see customers, a document for those who may read documents."""
    if not is_photo(sha256) and not may(session, Right.SEE_FILE):
        if any(opened_by(session, one) for one in whose(sha256)):
            return
        raise lacking(session, Right.SEE_FILE)


@lru_cache(maxsize=64)
def _small(store: FileStore, sha256: str, width: int, height: int, whole: bool) -> Thumbnail:
    return pictures.thumbnail(store.read(sha256), width, height, whole=whole)


def forget_pictures() -> None:
    """Keep no picture in memory: one of them may have been erased."""
    _small.cache_clear()


def preview(session: Session, inbox: Inbox, name: str, width: int, height: int) -> Thumbnail:
    """A picture of the inbox, whole, as large as fits. Raises :class:`FileProblem`."""
    session.needs(Right.ATTACH)
    data = inbox.read(name, MOST)
    picture_kind_of(data)
    return pictures.thumbnail(data, width, height, whole=True)


def facts(session: Session, inbox: Inbox, name: str) -> str:
    """What a file of the inbox is that is no picture, in lines. Raises :class:`FileProblem`."""
    session.needs(Right.ATTACH)
    return facts_of(inbox.read(name, MOST))


# --- upkeep ---------------------------------------------------------------------------------------


def sweep(session: Session) -> int:
    """Delete what lies in the store for a day and belongs to no row, and what only those had who were
    erased; how many files that were.

    Nothing is touched while another book shares the folder: its files would look like nobody's.
    """
    session.needs(Right.CHECK)
    book = current()
    if not is_alone(book):
        return 0
    store = store_of(book)
    found = list(store.orphans(is_known))
    # Inside the writers' queue, so that no row can come to speak of a file while it is deleted.
    with write_tx():
        lost = [path for path in found if store.is_orphan(path, is_known)]
        for path in lost:
            path.unlink()
        return len(lost) + sum(map(store.forget, forgotten_files()))
