"""Photos and documents beside the book, each file under the SHA-256 of its content.

A file is whole and on the disk before a row may speak of it, so a row never points to a missing file;
what no row came to speak of is swept after a day. What is read is what was stored, or an error.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ..errors import FileProblem
from ..paths import private_folder
from .connection import Book
from .disk import to_disk
from .faults import explained

FOLDER = "files"
ORPHAN_SECONDS = 24 * 3600
"""A file this old without a row is not on its way to one."""

_DIGEST = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class FileStore:
    """The files of one book. ``folder`` is made, for its owner alone, with the first file."""

    folder: Path

    def put(self, data: bytes) -> str:
        """Keep ``data`` and return its SHA-256 in hex; what is there already and whole is kept as it is.

        Raises the :class:`StoreError` family when the disk does not take it.
        """
        digest = hashlib.sha256(data).hexdigest()
        path = self.path(digest)
        with explained(self.folder):
            if not self._is_there(path, digest):
                self._make_folders(path.parent)
                self._write(path, data)
        return digest

    def read(self, digest: str) -> bytes:
        """The content. Raises :class:`FileProblem` when it is missing, or is not what was stored."""
        data = self._whole(digest)
        if data is None:
            raise FileProblem("The file is missing from the clinic's files.", _RESTORE)
        if hashlib.sha256(data).hexdigest() != digest:
            raise FileProblem("The file was damaged since it was stored, so it is not shown.", _RESTORE)
        return data

    def opened(self, digest: str) -> BinaryIO:
        """The file, to be read piece by piece and closed again; whether it is whole is not looked at."""
        return self.path(digest).open("rb")

    def take(self, path: Path, digest: str) -> None:
        """Move a whole file in, unless the store has it whole already; on the same disk. What is damaged
        there is replaced.
        """
        target = self.path(digest)
        with explained(self.folder):
            if self._is_there(target, digest):
                return
            self._make_folders(target.parent)
            to_disk(path)
            os.rename(path, target)
            for folder in (target.parent, self.folder):
                to_disk(folder)

    def has(self, digest: str) -> bool:
        """Whether there is a file under this digest; its content is not looked at."""
        return self.path(digest).is_file()

    def forget(self, digest: str) -> bool:
        """Take a file off the disk for good; whether it was there. For what was erased by law alone."""
        path = self.path(digest)
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        to_disk(path.parent)
        return True

    def fault(self, digest: str) -> str | None:
        """What is wrong with a file, None when it is there and whole. Memory stays level."""
        path, seen = self.path(digest), hashlib.sha256()
        try:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    seen.update(chunk)
        except FileNotFoundError:
            return "is missing"
        except OSError as error:
            return f"cannot be read: {error.strerror}"
        return None if seen.hexdigest() == digest else "is damaged"

    def digests(self) -> Iterator[str]:
        """What every stored file is kept under, in order; what is still being written is none."""
        for path in sorted(self.folder.glob("??/*")):
            if _DIGEST.fullmatch(digest := path.parent.name + path.name):
                yield digest

    def orphans(self, is_known: Callable[[str], bool]) -> Iterator[Path]:
        """Every file that :meth:`is_orphan`, in the order of their digests."""
        for path in sorted(self.folder.glob("??/*")):
            if self.is_orphan(path, is_known):
                yield path

    def is_orphan(self, path: Path, is_known: Callable[[str], bool]) -> bool:
        """Whether a file is at least a day old and no row speaks of it, or writing it broke off."""
        try:
            found = path.lstat()
        except FileNotFoundError:
            return False
        # The files' own clock: the session's may be another machine's, or a test's.
        if found.st_mtime > time.time() - ORPHAN_SECONDS or not stat.S_ISREG(found.st_mode):
            return False
        digest = path.parent.name + path.name
        return not (_DIGEST.fullmatch(digest) and is_known(digest))

    def path(self, digest: str) -> Path:
        """Where a file of this digest lies, or would."""
        if not _DIGEST.fullmatch(digest):
            raise AssertionError("a digest is 64 hex digits")
        return self.folder / digest[:2] / digest[2:]

    def _whole(self, digest: str) -> bytes | None:
        try:
            return self.path(digest).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise FileProblem(f"The file cannot be read: {error.strerror}.", _RESTORE) from error

    def _is_there(self, path: Path, digest: str) -> bool:
        """Whether it is kept already and whole, and as good as new: the sweep must not take it now."""
        try:
            os.utime(path)
        except FileNotFoundError:
            return False
        return self.fault(digest) is None

    def _make_folders(self, folder: Path) -> None:
        """The two folders above a file; a folder whose name is not on the disk loses what is in it."""
        for one in (folder.parent, folder):
            if not one.is_dir():
                private_folder(one)
                to_disk(one.parent)

    def _write(self, path: Path, data: bytes) -> None:
        making = path.with_name(f".{secrets.token_hex(8)}")
        descriptor = os.open(making, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o400)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.rename(making, path)
        except BaseException:
            making.unlink(missing_ok=True)
            raise
        # The folder may have been made by another desk a moment ago.
        for folder in (path.parent, self.folder):
            to_disk(folder)


_RESTORE = "Restore it from a backup, or attach it again; pim-tui check names every such file."


def store_of(book: Book) -> FileStore:
    """The store beside the book."""
    return FileStore(book.place.parent / FOLDER)


def is_alone(book: Book) -> bool:
    """Whether no other book shares the folder: its files would look like nobody's."""
    return all(other == book.place for other in book.place.parent.glob(f"*{book.place.suffix}"))
