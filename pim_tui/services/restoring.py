"""A backup becomes a book again: unpacked beside, checked, brought up to this version, and only then put in
place. What was there before stays beside it.

Whoever restores may be no one in that book: on another machine, or before anybody could sign in. So this
needs no session; who may is for whoever calls it to say, where there is a book that can tell.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from ..db.cipher import looks_encrypted
from ..db.connection import SCHEMA, opened_beside, write_tx
from ..db.disk import to_disk
from ..db.faults import explained
from ..db.filestore import FOLDER, FileStore
from ..db.fitness import require_none_half_restored, sqlite3
from ..db.parcel import MANIFEST, UNPACKED, unpack
from ..db.schema import bring_up
from ..db.swap import kept_out, swap
from ..db.workroom import workroom
from ..domain.keeping import stamp_of
from ..domain.manifest import Manifest
from ..errors import FileProblem, Refused, StoreUnfit
from ..exports.heads import heads_in
from ..integrations import agefile
from ..queries.backups import Head, head
from ..queries.checks import faults
from ..queries.heads import CODE, departures
from . import audit
from .audit import Acting, Change
from .backups import TOLD

_OF_WHAT_LIES_THERE = ("C02", "C14")
_SQLITE = b"SQLite format 3\0"
_PARCEL = f"{MANIFEST}\0".encode()


@dataclass(frozen=True, slots=True)
class Restore:
    """Which backup, to which book's file, by which secret key; ``anyway``: also when it has faults.

    ``passphrase`` is asked where the backup was made with one and there is no secret key. ``key`` is what the
    book itself is encrypted by, if it is. ``heads`` is the file of the journal's heads,
    where one is kept: whoever can write where backups lie could make all of one anew, but not those.
    """

    source: Path
    to: Path
    identity: str = field(default="", repr=False)
    anyway: bool = False
    key: str = field(default="", repr=False)
    heads: Path | None = None
    passphrase: Callable[[], str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Restored:
    """``before`` is what the book that was there is called now, ``head`` where the restored journal ended."""

    to: Path
    before: Path | None
    head: Head
    made_at: int | None
    schema: int
    faults: tuple[str, ...]


def restore(command: Restore, author: Callable[[], Acting], clock: Callable[[], int]) -> Restored:
    """Restore a backup, or the copy that ``migrate`` has made, into ``command.to``.

    ``author`` says who does so, asked with the restored book open. Raises :class:`FileProblem` for what is
    no whole backup, :class:`StoreUnfit` for one of a newer version, :class:`Refused` for one in which the
    check finds faults, :class:`StoreBusy` while somebody has the book open that is there.
    """
    if not command.source.is_file():
        raise FileProblem(f"There is no backup at {command.source}.", "pim-tui backup --status lists them.")
    require_none_half_restored(command.to)
    stamp = stamp_of(clock())
    with workroom(command.to) as room:
        # That somebody is in is told before the work, and looked at again after it.
        with kept_out(command.to):
            pass
        manifest = opened(command.source, room, command.identity, command.passphrase)
        if manifest is None and (command.to.parent / FOLDER).is_dir():
            # A plain copy has no files with it: those that are there must do.
            (room / FOLDER).symlink_to(command.to.parent / FOLDER)
        with opened_beside(room / UNPACKED, command.key) as book:
            schema, last = book.dialect.schema_number(book.db), head()
            bring_up(book)
            wrong = chain(_other_than_told(command.heads, last.seq), _wrong(whole=manifest is not None))
            found = tuple(islice(wrong, TOLD))
            if found and not command.anyway:
                raise Refused(
                    f"The check finds {len(found)} faults in it, such as: {found[0]}",
                    "Restore another one, or this one with --anyway.",
                )
            _tell(author(), last, command.source.name, manifest)
        to_disk(room / UNPACKED)
        with kept_out(command.to):
            if manifest is not None:
                _take_files(room / FOLDER, command.to.parent / FOLDER)
            before = swap(room / UNPACKED, command.to, stamp)
    return Restored(command.to, before, last, manifest.made_at if manifest else None, schema, found)


def opened(
    source: Path, room: Path, identity: str = "", passphrase: Callable[[], str] | None = None
) -> Manifest | None:
    """Unpack a backup into ``room``, decrypted if need be; what it says about itself, None for a plain copy
    of a book, which says nothing.
    """
    with source.open("rb") as file:
        begins = file.read(len(agefile.LOCKED))
        file.seek(0)
        if begins == agefile.LOCKED:
            return _unpack_encrypted(room, lambda out: _unlock(file, out, identity, passphrase))
        if begins.startswith(agefile.MAGIC):
            return _unpack_encrypted(room, lambda out: _decrypt(file, out, identity))
        plain = begins.startswith(_SQLITE)
        # A parcel is noise too, but for its first bytes.
        if begins.startswith(_PARCEL) or not (plain or looks_encrypted(source)):
            return unpack(file, room, _require_known)
    if plain:
        _copy_book(source, room / UNPACKED)
    else:
        shutil.copyfile(source, room / UNPACKED)
    (room / UNPACKED).chmod(0o600)
    return None


def _decrypt(file: BinaryIO, out: BinaryIO, identity: str) -> None:
    if not identity:
        raise Refused(
            "This backup is encrypted.", "Say where its secret key is: --identity file:/path/to/key"
        )
    agefile.decrypt(file, out, identity)


def _unlock(file: BinaryIO, out: BinaryIO, identity: str, passphrase: Callable[[], str] | None) -> None:
    """By the key, where it was made for that as well, else by the passphrase."""
    if identity:
        agefile.past_the_lock(file)
        with suppress(FileProblem):
            agefile.decrypt(file, out, identity)
            return
        for one in (file, out):
            one.seek(0)
        out.truncate()
    if passphrase is None:
        raise Refused(
            "A passphrase opens this backup.", "Say where it is kept: backup_passphrase; or type it."
        )
    agefile.unlock(file, out, passphrase())


def _unpack_encrypted(room: Path, decrypt: Callable[[BinaryIO], None]) -> Manifest:
    plain = room / "parcel.tar"
    with plain.open("wb") as out:
        decrypt(out)
    with plain.open("rb") as source:
        manifest = unpack(source, room, _require_known)
    plain.unlink()
    return manifest


def _copy_book(source: Path, copy: Path) -> None:
    with (
        explained(source),
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as old,
        closing(sqlite3.connect(str(copy))) as new,
    ):
        old.backup(new)


def _require_known(manifest: Manifest) -> None:
    if manifest.schema > SCHEMA:
        raise StoreUnfit(
            f"The backup is of a newer version of pim-tui (schema {manifest.schema}; this is {SCHEMA}).",
            "Update pim-tui on this machine.",
        )


def _wrong(*, whole: bool) -> Iterator[str]:
    """What the check finds; beside a plain copy lie files of later days, which belong to nothing in it, in
    a folder that is as it is.
    """
    return (str(fault) for fault in faults() if whole or fault.code not in _OF_WHAT_LIES_THERE)


def _other_than_told(heads: Path | None, last: int) -> Iterator[str]:
    """Where its journal is another one than the heads tell that were written down until it was made."""
    if heads is not None and heads.exists():
        for _, says in departures(one for one in heads_in(heads) if one.seq <= last):
            yield f"{CODE} {says}"


def _tell(author: Acting, last: Head, name: str, manifest: Manifest | None) -> None:
    """The journal goes on with what was restored and up to where."""
    told = {
        "file": name,
        "made_at": manifest.made_at if manifest else None,
        "head_seq": last.seq,
        "head_hash": last.hash,
    }
    with write_tx():
        audit.append(author, [Change("restore", "backup", None, None, told)])


def _take_files(source: Path, target: Path) -> None:
    """Every file of the backup is in the store before a row can speak of it; what is there stays."""
    store = FileStore(target)
    for file in sorted(source.glob("??/*")):
        store.take(file, file.parent.name + file.name)
    shutil.rmtree(source, ignore_errors=True)
