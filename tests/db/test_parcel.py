"""A backup is read by the one way it can have been written: anything else is refused."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.db.parcel import BOOK, MANIFEST, UNPACKED, Packer, packed_book, unpack
from pim_tui.domain.manifest import Manifest
from pim_tui.errors import FileProblem, PimError, StoreFull

CONTENT = b"SQLite format 3\0" + b"a page of it" * 40
FILE = b"%PDF a letter"
DIGEST = hashlib.sha256(FILE).hexdigest()


@pytest.fixture(scope="module")
def parcel(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A whole one, with one file."""
    return made(tmp_path_factory.mktemp("parcel"))


def manifest(**changed: Any) -> Manifest:
    whole = Manifest(
        "1", 8, 5, "Quay", 3, "a" * 64, {"staff": 1}, len(CONTENT), hashlib.sha256(CONTENT).hexdigest(), 1,
        len(FILE),
    )  # fmt: skip
    return replace(whole, **changed)


def made(folder: Path, told: Manifest | None = None, *files: tuple[str, bytes], book: bytes = b"") -> bytes:
    """A parcel that says this about itself, holding these files."""
    (folder / "book").write_bytes(CONTENT)
    packed_book(folder / "book", folder / "packed")
    out = io.BytesIO()
    packer, raw = Packer(out), (told or manifest()).to_json()
    packer.add(MANIFEST, len(raw), [raw])
    inside = book or (folder / "packed").read_bytes()
    packer.add(BOOK, len(inside), [inside])
    for name, data in files or ((f"files/{DIGEST[:2]}/{DIGEST[2:]}", FILE),):
        packer.add(name, len(data), [data])
    packer.finish()
    return out.getvalue()


def refused(data: bytes, folder: Path, name: str) -> bool:
    """Whether nothing but a refusal comes of it."""
    into = folder / name
    into.mkdir()
    try:
        unpack(io.BytesIO(data), into)
    except FileProblem:
        return True
    return False


def test_what_was_packed_is_unpacked_and_any_tar_reads_it(parcel: bytes, tmp_path: Path) -> None:
    assert unpack(io.BytesIO(parcel), tmp_path) == manifest()
    assert (tmp_path / UNPACKED).read_bytes() == CONTENT
    assert (tmp_path / "files" / DIGEST[:2] / DIGEST[2:]).read_bytes() == FILE
    with tarfile.open(fileobj=io.BytesIO(parcel)) as other:
        assert other.getnames() == [MANIFEST, BOOK, f"files/{DIGEST[:2]}/{DIGEST[2:]}", "seal"]


def test_one_byte_anywhere_or_a_cut_anywhere_is_refused(parcel: bytes, tmp_path: Path) -> None:
    places = sorted(
        {*range(0, len(parcel), 29), *range(0, 512, 3), *range(len(parcel) - 1100, len(parcel), 5)}
    )
    for place in places:
        flipped = bytearray(parcel)
        flipped[place] ^= 1 << place % 8
        assert refused(bytes(flipped), tmp_path, f"flip{place}"), place
    for end in range(0, len(parcel), 307):
        assert refused(parcel[:end], tmp_path, f"cut{end}"), end
    assert refused(parcel + b"\0", tmp_path, "longer")


def hostile(kind: bytes, name: str, link: str = "") -> bytes:
    """A tar archive with one member of this kind behind the manifest and the book."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as other:
        raw = manifest().to_json()
        for member, data in ((MANIFEST, raw), (BOOK, zlib.compress(CONTENT, wbits=31))):
            info = tarfile.TarInfo(member)
            info.size, info.mode = len(data), 0o600
            other.addfile(info, io.BytesIO(data))
        info = tarfile.TarInfo(name)
        info.type, info.linkname, info.mode = kind, link, 0o600
        other.addfile(info)
    return out.getvalue()


def test_no_path_link_or_device_leaves_the_folder(tmp_path: Path) -> None:
    name = f"files/{DIGEST[:2]}/{DIGEST[2:]}"
    members = [
        (tarfile.REGTYPE, "/etc/passwd", ""), (tarfile.REGTYPE, "../outside", ""),
        (tarfile.REGTYPE, "files/../../outside", ""), (tarfile.SYMTYPE, name, "/etc"),
        (tarfile.LNKTYPE, name, "clinic.db"), (tarfile.CHRTYPE, name, ""), (tarfile.FIFOTYPE, name, ""),
        (tarfile.DIRTYPE, name, ""), (tarfile.GNUTYPE_SPARSE, name, ""), (tarfile.GNUTYPE_LONGNAME, name, ""),
    ]  # fmt: skip
    for at, (kind, path, link) in enumerate(members):
        assert refused(hostile(kind, path, link), tmp_path, f"hostile{at}"), (kind, path)
    assert not list(tmp_path.glob("outside*"))


def test_what_it_says_about_itself_must_be_so(tmp_path: Path) -> None:
    name = f"files/{DIGEST[:2]}/{DIGEST[2:]}"
    wrong: list[Callable[[], bytes]] = [
        lambda: made(tmp_path, manifest(book_size=len(CONTENT) - 1)),
        lambda: made(tmp_path, manifest(book_size=len(CONTENT) + 1)),
        lambda: made(tmp_path, manifest(book_sha256="b" * 64)),
        lambda: made(tmp_path, manifest(files=2)),
        lambda: made(tmp_path, manifest(files=0)),
        lambda: made(tmp_path, manifest(files_size=1)),
        lambda: made(tmp_path, manifest(files=2, files_size=2 * len(FILE)), (name, FILE), (name, FILE)),
        lambda: made(tmp_path, None, (name, FILE + b"!")),
        lambda: made(tmp_path, None, ("files/ab/other", FILE)),
        lambda: made(tmp_path, book=zlib.compress(CONTENT + bytes(50_000_000), wbits=31)),
        lambda: made(tmp_path, book=zlib.compress(CONTENT, wbits=31) + zlib.compress(b"more", wbits=31)),
        lambda: made(tmp_path, manifest(format=2)),
    ]
    for at, make in enumerate(wrong):
        assert refused(make(), tmp_path, f"wrong{at}"), at
    (tmp_path / "vast").mkdir()
    with pytest.raises(StoreFull, match="no room"):
        unpack(io.BytesIO(made(tmp_path, manifest(book_size=1 << 50))), tmp_path / "vast")


@settings(max_examples=25)
@given(
    st.binary(max_size=600)
    | st.sampled_from([b"{}", b"[" * 9_000, b"null", b'{"format": 1e999}', b"1" * 5_000])
)
def test_nothing_else_is_a_manifest_or_a_parcel(raw: bytes) -> None:
    with pytest.raises(PimError):
        Manifest.from_json(raw)
    with pytest.raises(PimError):
        unpack(io.BytesIO(raw), Path("/nonexistent"))
