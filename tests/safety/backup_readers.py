"""What the fuzzers feed, last part: backups, which may come back from anywhere."""

from __future__ import annotations

import io
from contextlib import suppress

from pim_tui.db.parcel import BOOK, MANIFEST, UNPACKED, Packer, packed_book, unpack
from pim_tui.domain.manifest import Manifest
from pim_tui.errors import FileProblem, PimError
from tests.safety.reader import Reader, file_of

BYTES = b"a book" * 50


def read_manifest(data: bytes) -> None:
    """What a backup says about itself; what is taken can be written and read again."""
    try:
        manifest = Manifest.from_json(data)
    except FileProblem:
        return
    assert Manifest.from_json(manifest.to_json()) == manifest, data


def read_parcel(data: bytes) -> None:
    """A whole backup, written into a folder: nothing but the book and its files may come of it."""
    with file_of(b"", "nothing") as path:
        folder = path.parent
        path.unlink()
        with suppress(PimError):
            unpack(io.BytesIO(data), folder)
        written = {one.relative_to(folder).parts[0] for one in folder.rglob("*")}
        assert written <= {UNPACKED, "files"}, written


def parcel() -> bytes:
    """A small one as the program writes it."""
    out = io.BytesIO()
    with file_of(BYTES, "book") as path:
        packed = path.with_name("packed")
        size, seal = packed_book(path, packed)
        said = Manifest("1", 8, 1, "Clinic", 0, "0", {"customer": 1}, size, seal, 0, 0)
        packer = Packer(out)
        packer.add(MANIFEST, len(said.to_json()), [said.to_json()])
        packer.add(BOOK, packed.stat().st_size, [packed.read_bytes()])
    packer.finish()
    return out.getvalue()


WHOLE = parcel()
SAID = WHOLE[512 : WHOLE.index(b"\0", 512)].decode()
WORDS = (
    "ustar  \0", "files/ab/" + "c" * 62, "../", "/etc/passwd", BOOK, MANIFEST, "seal", "\x1f\u008b\b",
    "0000644\0", "77777777777\0", "\u0080\0\0\0", "0", "1", "2", "5", "L", "x",
)  # fmt: skip

VALUES = ("null", "1e999", "-1", "[]", "{}", "true", '"', ",", ":", "9" * 20)

BACKUPS: dict[str, Reader] = {
    "manifests": Reader(read_manifest, words=(SAID, *VALUES)),
    "parcels": Reader(read_parcel, words=WORDS, whole=(WHOLE,)),
}
"""The parcel, and the first thing in it."""
