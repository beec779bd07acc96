"""A backup as one file: a plain tar archive of which every byte is accounted for.

Members, in this order: ``manifest.json``, ``book.db.gz``, ``files/ab/cd...`` by their SHA-256, and
``seal``, the SHA-256 of everything before it. Any ``tar`` opens it. Here it is read by the one way it can
have been written: each header must be the very bytes that name and size come to, so there is nothing a
link, a path, a device or a second member of a name could be said with.
"""

from __future__ import annotations

import hashlib
import os
import re
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ..domain.manifest import LONGEST, Manifest
from ..errors import FileProblem, StoreFull
from ..paths import private_folder
from .disk import disk_of, megabytes

MANIFEST, BOOK, SEAL = "manifest.json", "book.db.gz", "seal"
UNPACKED = "clinic.db"
CHUNK = 1 << 20
LEVEL = 1
"""Of gzip. A book of 92 MB took 1.3 s and 32 MB; at 6 it takes 3 s and 29 MB, by xz at its fastest 7 s and
20 MB. Photos and documents are packed already and stay as they are."""

_BLOCK = 512
_END = bytes(2 * _BLOCK)
_FILE = re.compile(r"files/([0-9a-f]{2})/([0-9a-f]{62})")
_NAME_FIELD = 100
_AT_SIZE = slice(124, 136)
_GZIP = 31
"""zlib's window for a gzip stream."""


class Packer:
    """Writes a parcel, member by member; memory stays level."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._seen = hashlib.sha256()

    def add(self, name: str, size: int, chunks: Iterable[bytes]) -> None:
        """Write one member; ``chunks`` come to ``size`` bytes."""
        self._write(_header(name, size))
        written = 0
        for chunk in chunks:
            self._write(chunk)
            written += len(chunk)
        if written != size:
            raise FileProblem(f"{name} changed while it was packed.", "Start the backup again.")
        self._write(bytes(-size % _BLOCK))

    def finish(self) -> None:
        """Seal it."""
        seal = self._seen.hexdigest().encode()
        self.add(SEAL, len(seal), [seal])
        self._write(_END)

    def _write(self, data: bytes) -> None:
        self._seen.update(data)
        self._out.write(data)


def chunks_of(file: BinaryIO) -> Iterator[bytes]:
    """An open file, piece by piece."""
    while chunk := file.read(CHUNK):
        yield chunk


def packed_book(file: Path, out: Path) -> tuple[int, str]:
    """Compress the book at ``file``, which nobody writes in, to ``out``; its size and SHA-256 before."""
    packer, seen, size = zlib.compressobj(LEVEL, zlib.DEFLATED, _GZIP), hashlib.sha256(), 0
    with file.open("rb") as source, out.open("wb") as target:
        for chunk in chunks_of(source):
            seen.update(chunk)
            size += len(chunk)
            target.write(packer.compress(chunk))
        target.write(packer.flush())
    return size, seen.hexdigest()


class _Member(NamedTuple):
    name: str
    size: int


def unpack(source: BinaryIO, folder: Path, agree: Callable[[Manifest], object] = lambda _: None) -> Manifest:
    """Write what is in a parcel into ``folder``, as ``clinic.db`` and ``files``; what it says about itself.

    ``agree`` may refuse by that, before anything else is read. Raises :class:`FileProblem` for whatever is
    not exactly a whole parcel; what was written until then is no backup, and the caller's to throw away.
    """
    reader = _Reader(source)
    raw = b"".join(reader.content(reader.member(MANIFEST, LONGEST)))
    manifest = Manifest.from_json(raw)
    agree(manifest)
    _require_space(folder, manifest.book_size + manifest.files_size)
    _unpack_book(reader, manifest, folder / UNPACKED)
    _unpack_files(reader, manifest, folder)
    reader.require_end()
    return manifest


def _unpack_book(reader: _Reader, manifest: Manifest, file: Path) -> None:
    member = reader.member(BOOK, manifest.book_size + (manifest.book_size >> 8) + CHUNK)
    unpacker, seen, size = zlib.decompressobj(_GZIP), hashlib.sha256(), 0
    with _new_file(file, 0o600) as out:
        for chunk in reader.content(member):
            while chunk:
                try:
                    data = unpacker.decompress(chunk, CHUNK)
                except zlib.error:
                    raise _broken() from None
                size += len(data)
                if size > manifest.book_size or unpacker.unused_data:
                    raise _broken()
                seen.update(data)
                out.write(data)
                chunk = unpacker.unconsumed_tail
    if not unpacker.eof or (size, seen.hexdigest()) != (manifest.book_size, manifest.book_sha256):
        raise _broken()


def _unpack_files(reader: _Reader, manifest: Manifest, folder: Path) -> None:
    left, last = manifest.files_size, ""
    for _ in range(manifest.files):
        member = reader.member(None, left)
        found = _FILE.fullmatch(member.name)
        if found is None or member.name <= last:
            raise _broken()
        left, last = left - member.size, member.name
        private_folder(folder / "files" / found[1])
        seen = hashlib.sha256()
        with _new_file(folder / member.name, 0o400) as out:
            for chunk in reader.content(member):
                seen.update(chunk)
                out.write(chunk)
        if seen.hexdigest() != found[1] + found[2]:
            raise _broken()
    if left:
        raise _broken()


class _Reader:
    """Reads a parcel front to back, once."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._seen = hashlib.sha256()

    def member(self, name: str | None, most: int) -> _Member:
        """The next member, which must be called ``name`` and have at most ``most`` bytes."""
        raw = self._take(_BLOCK)
        told, size = raw[:_NAME_FIELD].rstrip(b"\0").decode("latin-1"), _size(raw)
        if (name is not None and told != name) or not 0 <= size <= most or raw != _header(told, size):
            raise _broken()
        return _Member(told, size)

    def content(self, member: _Member) -> Iterator[bytes]:
        """What is in it, piece by piece, and what fills its last block."""
        for start in range(0, member.size, CHUNK):
            yield self._take(min(CHUNK, member.size - start))
        if any(self._take(-member.size % _BLOCK)):
            raise _broken()

    def require_end(self) -> None:
        """The seal fits, and nothing is behind it."""
        meant = self._seen.hexdigest().encode()
        told = b"".join(self.content(self.member(SEAL, len(meant))))
        if told != meant or self._take(len(_END)) != _END or self._source.read(1):
            raise _broken()

    def _take(self, size: int) -> bytes:
        data = self._source.read(size)
        if len(data) != size:
            raise FileProblem("The backup is cut short.", _OTHER)
        self._seen.update(data)
        return data


def _header(name: str, size: int) -> bytes:
    """The one header that a member of this name and size has."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")[:_BLOCK]


def _size(raw: bytes) -> int:
    try:
        return int(tarfile.nti(raw[_AT_SIZE]))  # type: ignore[attr-defined]  # there since it is written in Python
    except tarfile.HeaderError:
        return -1


def _new_file(file: Path, mode: int) -> BinaryIO:
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.fdopen(os.open(file, flags, mode), "wb")


def _require_space(folder: Path, size: int) -> None:
    disk = os.statvfs(folder)
    if disk.f_bavail * disk.f_frsize < size:
        raise StoreFull(
            f"There is no room for the {megabytes(size)} of the backup on the {disk_of(folder)}.",
            "Free some space there.",
        )


_OTHER = "Take another backup."


def _broken() -> FileProblem:
    return FileProblem("The backup is damaged, or is none.", _OTHER)
