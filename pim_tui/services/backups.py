"""Backups: copied while others work, packed, restored to see whether they are whole, encrypted, and rotated.

What cannot be restored is not called a backup: it is kept apart under a name that says so.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, cast

from .. import __version__
from ..db.backup import copied
from ..db.connection import SCHEMA, Book, current, opened_beside, select
from ..db.disk import megabytes, to_disk
from ..db.faults import explained
from ..db.filestore import FileStore, store_of
from ..db.parcel import BOOK, MANIFEST, UNPACKED, Packer, chunks_of, packed_book, unpack
from ..db.workroom import workroom
from ..domain.keeping import (
    FAULTY,
    GOOD,
    UNVERIFIED,
    BackupName,
    instant_of,
    read_name,
    stamp_of,
    superfluous,
)
from ..domain.manifest import Manifest
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import FileProblem, Refused, StoreFull
from ..integrations import agefile
from ..paths import private_folder
from ..queries.backups import head, row_counts, stored_files
from ..queries.checks import faults
from .usecase import use_case
from .work import Done, Work

TOLD = 20
"""Faults that are told of a backup that is not whole."""
Told = Callable[[int, int], object]
"""Is told how much of how much is done."""
_COPIED, _PACKED, _SEEN = 25, 50, 90
"""Percent of the work by when the book is copied, packed, and looked at once more."""
KEPT: Final = 99
"""Percent by when it is about to have its name, from where on it is not given up."""


def _tell_nobody(done: int, total: int) -> None:
    """Nobody waits for it at a screen."""


@dataclass(frozen=True, slots=True)
class TakeBackup:
    """Where to, for whom (public keys, a passphrase or both; neither: not encrypted), whether to restore it,
    what to keep.
    """

    folder: Path
    recipients: tuple[str, ...] = ()
    verify: bool = True
    keep: Mapping[str, int] | None = None
    passphrase: str = field(default="", repr=False)

    @property
    def encrypted(self) -> bool:
        """Whether nobody reads it without a key."""
        return bool(self.recipients or self.passphrase)


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that was made. ``size`` is bytes, ``seconds`` how long it took, ``faults`` what was found
    wrong with it, ``dropped`` the names of older ones that were deleted.
    """

    file: Path
    size: int
    sha256: str
    manifest: Manifest
    seconds: float
    verified: bool
    faults: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    request: str = ""


@dataclass(frozen=True, slots=True)
class Copier:
    """How a session makes backups while its process goes on reading: where they go, the name of the book in
    theirs, and what makes one apart. That is told how to report percents, and how to see whether to stop,
    upon which it answers None.
    """

    folder: Path
    book: str
    make: Callable[[Told, Callable[[], bool]], Taken | None]


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup that lies in the folder; ``size`` is bytes, ``at`` UTC seconds."""

    at: int
    worth: str
    size: int


def take_backup(session: Session, command: TakeBackup) -> Taken:
    """Make one; a faulty one is told of in :attr:`Taken.faults` and kept apart.

    For a command of its own, as :func:`copied_out`, and raises what that does.
    """
    session.needs(Right.BACK_UP)
    made = copied_out(command, session.clock())
    note_backup(session, made)
    return made


def take_backup_apart(
    session: Session, copier: Copier, progress: Told, stop: Callable[[], bool]
) -> Taken | None:
    """The same by another process, so that this one goes on reading; None where it was stopped."""
    session.needs(Right.BACK_UP)
    made = copier.make(progress, stop)
    if made is not None:
        note_backup(session, made)
    return made


def backups_kept(session: Session, copier: Copier, most: int) -> tuple[Kept, ...]:
    """The backups that lie in the folder, the newest first."""
    session.needs(Right.BACK_UP)
    found = []
    for name in backups_in(copier.folder, copier.book)[:most]:
        # Another process may be deleting what is no longer kept.
        with suppress(FileNotFoundError):
            size = (copier.folder / str(name)).stat().st_size
            found.append(Kept(instant_of(name.stamp), name.worth, size))
    return tuple(found)


def copied_out(command: TakeBackup, now: int, told: Told = _tell_nobody) -> Taken:
    """Make the backup of the current book, of the moment ``now``; nobody is asked for a right, and the
    journal is not told.

    While a copy is looked into, nothing else of this process may read. ``told`` is how far it is. Raises
    :class:`Refused` while another is being made, the :class:`StoreError` family for what the disk says.
    """
    agefile.require_keys(command.recipients) if command.recipients else None
    agefile.require_passphrase(command.passphrase) if command.passphrase else None
    with explained(command.folder):
        return _copied_out(command, current(), now, told)


def _copied_out(command: TakeBackup, book: Book, now: int, told: Told) -> Taken:
    began, folder = time.monotonic(), private_folder(command.folder)
    with workroom(book.place) as room:
        _sweep(folder)
        part = folder / f".{book.place.stem}-{stamp_of(now)}.part"
        plain = room / "parcel.tar" if command.encrypted else part
        try:
            manifest = _pack(book, room, plain, now, told)
            told(_PACKED, 100)
            wrong = (
                tuple(islice(wrong_with(plain, room / "restored", manifest), TOLD)) if command.verify else ()
            )
            told(_SEEN, 100)
            sha256 = _encrypt(plain, part, command) if command.encrypted else _digest(part)
            name = _name(book, now, command, faulty=bool(wrong))
            file = folder / str(name)
            to_disk(part)
            told(KEPT, 100)
            os.rename(part, file)
            to_disk(folder)
        finally:
            part.unlink(missing_ok=True)
        dropped = () if wrong else _rotate(folder, name.book, command.keep)
    return Taken(
        file, file.stat().st_size, sha256, manifest, time.monotonic() - began, command.verify, wrong, dropped
    )


def tidied(book: Book, folder: Path) -> None:
    """Take away what a process left that was making a backup and was killed, unless another is at it."""
    with suppress(Refused), workroom(book.place):
        _sweep(folder)


def wrong_with(parcel: Path, folder: Path, manifest: Manifest) -> Iterator[str]:
    """Restore a parcel into ``folder``, which is made, and look at everything in it; what is found wrong.

    Every rule of the book is checked, every file read, and what is in it counted against the manifest.
    """
    private_folder(folder)
    try:
        with parcel.open("rb") as source:
            unpack(source, folder)
    except FileProblem as problem:
        yield problem.message
        return
    with opened_beside(folder / UNPACKED):
        if tuple(head()) != (manifest.head_seq, manifest.head_hash):
            yield "the journal does not end as it did"
        counted = row_counts()
        for table in sorted(counted.keys() | manifest.rows.keys()):
            if counted.get(table) != manifest.rows.get(table):
                yield f"{table} has {counted.get(table)} rows instead of {manifest.rows.get(table)}"
        yield from map(str, faults())


def backups_in(folder: Path, book: str) -> list[BackupName]:
    """The backups of one book in a folder, the newest first; what else lies there is nobody's business."""
    if not folder.is_dir():
        return []
    names = [found for file in folder.iterdir() if (found := read_name(file.name)) and found.book == book]
    return sorted(names, key=lambda one: one.stamp, reverse=True)


@use_case(Right.BACK_UP)
def note_backup(work: Work, made: Taken) -> Done:
    """The journal's line: that everything in the book was copied, where to, and whether it is whole."""
    action = "fail to back up" if made.faults else "back up" if made.verified else "back up unverified"
    told = {
        "file": str(made.file),
        "size": made.size,
        "sha256": made.sha256,
        "made_at": made.manifest.made_at,
        "head_seq": made.manifest.head_seq,
        "head_hash": made.manifest.head_hash,
    }
    work.changed(action, "backup", None, None, told, "; ".join(made.faults))
    return Done("backup", ())


def _pack(book: Book, room: Path, out: Path, now: int, told: Told) -> Manifest:
    """Write the parcel of the book as it is at this moment."""
    copy, packed, store = room / UNPACKED, room / BOOK, store_of(book)
    _require_space(book, room, out.parent)
    copied(book, copy)
    told(_COPIED, 100)
    size, sha256 = packed_book(copy, packed)
    with opened_beside(copy):
        # A file that is not as it was stored stays behind; that it is missing shows when this is restored.
        files = [(digest, size) for digest, size in stored_files() if store.fault(digest) is None]
        last = head()
        manifest = Manifest(
            __version__, SCHEMA, now, select("select name from clinic where id = 1")[0][0], last.seq,
            last.hash, row_counts(), size, sha256, len(files), sum(size for _, size in files),
        )  # fmt: skip
    with _new_file(out) as target:
        _write(target, packed, store, manifest, files, told)
    return manifest


def _write(
    target: BinaryIO,
    packed: Path,
    store: FileStore,
    manifest: Manifest,
    files: Sequence[tuple[str, int]],
    told: Told,
) -> None:
    packer, head_, done = Packer(target), manifest.to_json(), 0
    packer.add(MANIFEST, len(head_), [head_])
    with packed.open("rb") as source:
        packer.add(BOOK, packed.stat().st_size, chunks_of(source))
    for digest, size in files:
        with store.opened(digest) as source:
            packer.add(f"files/{digest[:2]}/{digest[2:]}", size, chunks_of(source))
        done += size
        told(_COPIED + (_PACKED - _COPIED) * done // max(1, manifest.files_size), 100)
    packer.finish()
    target.flush()
    os.fsync(target.fileno())


class _Digested:
    """A file that knows the SHA-256 of what was written to it."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.seen = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.seen.update(data)
        return self._out.write(data)

    def flush(self) -> None:
        self._out.flush()


def _encrypt(plain: Path, out: Path, command: TakeBackup) -> str:
    """Encrypt a file and read the result once more from the disk; its SHA-256."""
    with plain.open("rb") as source, _new_file(out) as raw:
        target = cast("BinaryIO", digested := _Digested(raw))
        if command.passphrase:
            agefile.lock(source, target, command.passphrase, command.recipients)
        else:
            agefile.encrypt(source, target, command.recipients)
        raw.flush()
        os.fsync(raw.fileno())
    if _digest(out) != digested.seen.hexdigest():
        raise FileProblem("The backup is not on the disk as it was written.", "Check the disk.")
    return digested.seen.hexdigest()


def _digest(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _new_file(file: Path) -> BinaryIO:
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC
    return os.fdopen(os.open(file, flags, 0o600), "wb")


def _name(book: Book, now: int, command: TakeBackup, *, faulty: bool) -> BackupName:
    worth = FAULTY if faulty else GOOD if command.verify else UNVERIFIED
    return BackupName(book.place.stem, stamp_of(now), worth, command.encrypted)


def _rotate(folder: Path, book: str, keep: Mapping[str, int] | None) -> tuple[str, ...]:
    """Delete what is no longer to be kept; the names."""
    lost = superfluous(backups_in(folder, book), dict(keep)) if keep else []
    for one in lost:
        (folder / str(one)).unlink(missing_ok=True)
    return tuple(map(str, lost))


def _sweep(folder: Path) -> None:
    """What a killed process has left; whoever holds the workroom is alone."""
    for left in folder.glob(".*.part"):
        if read_name(f"{left.name[1:].removesuffix('.part')}.tar"):
            left.unlink(missing_ok=True)


def _require_space(book: Book, room: Path, folder: Path) -> None:
    """Room for a copy, what it is restored to, and the backup itself; told before hours of work."""
    ((files,),) = select("select coalesce(sum(size), 0) from stored_file")
    pages = book.file.stat().st_size if book.file else 0
    for place, needed in ((room, 2 * pages + files), (folder, pages // 2 + files)):
        disk = os.statvfs(place)
        if disk.f_bavail * disk.f_frsize < needed:
            raise StoreFull(
                f"There is no room for a backup in {place.parent if place == room else place}:"
                f" it takes {megabytes(needed)} while it is made.",
                "Free some space, or set backup_folder to another disk.",
            )
