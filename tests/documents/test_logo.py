"""The clinic's logo: what is taken, and what is refused before it costs anything."""

from __future__ import annotations

import struct
import zlib

import pytest

from pim_tui.documents.logo import MAX_BYTES, decoded
from pim_tui.errors import FileProblem
from tests.documents.paper_samples import logo


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_png_of_every_kind(mode: str) -> None:
    picture = decoded(logo(mode))
    assert (picture.width, picture.height) == (300, 120)
    assert len(picture.data) == 300 * 120 * 3


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_jpeg(mode: str) -> None:
    assert decoded(logo(mode, "JPEG")).width == 300


def test_a_large_picture_is_made_as_small_as_it_is_printed() -> None:
    picture = decoded(logo("RGB", "PNG", (3_000, 1_000)))
    assert (picture.width, picture.height) == (900, 300)


def test_what_can_be_seen_through_becomes_white() -> None:
    assert decoded(logo()).data[:3] == b"\xff\xff\xff"


def bomb(side: int) -> bytes:
    """A PNG of ``side`` times ``side`` pixels in a few hundred bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(999))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no PNG or JPEG"),
        (b"GIF89a" + bytes(50), "no PNG or JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no PNG or JPEG"),
        (logo()[:200], "damaged"),
        (logo("RGB", "JPEG")[:400], "damaged"),
        (bomb(5_000), "5000 x 5000 pixels"),
        (bomb(10_000), "10000 x 10000 pixels"),
        (bomb(60_000), "60000 x 60000 pixels"),
        (bytes(MAX_BYTES + 1), "larger than 4 MB"),
    ],
    ids=["empty", "gif", "svg", "cut png", "cut jpeg", "large", "larger", "bomb", "long"],
)
def test_what_is_no_logo_is_refused_with_the_reason(data: bytes, why: str) -> None:
    with pytest.raises(FileProblem, match=why):
        decoded(data)
