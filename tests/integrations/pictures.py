"""Pictures made for a test, and a clinic's inbox to put them into."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image


def as_file(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """An image as the bytes of a file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def face(width: int = 120, height: int = 160) -> Image.Image:
    """No two pixels of a column are alike, so that every cell shows two."""
    shade = Image.linear_gradient("L").resize((width, height))
    return Image.merge("RGB", (shade, shade.point(lambda value: 255 - value), shade))


def photo_file(colour: tuple[int, int, int] = (200, 30, 30), size: int = 64) -> bytes:
    """A small photo of one colour."""
    return as_file(Image.new("RGB", (size, size), colour))


def bomb(side: int = 13_000) -> bytes:
    """A PNG of some kilobytes that unpacks to ``side`` x ``side`` pixels of one bit."""
    packed = zlib.compressobj(9)
    line = bytes(1 + -(-side // 8))
    rows = b"".join(packed.compress(line) for _ in range(side)) + packed.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
