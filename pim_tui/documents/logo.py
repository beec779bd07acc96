"""The clinic's logo: a PNG or JPEG file decoded within limits; of the file only its pixels are kept."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Final

from pim_tui.documents.ink import Picture
from pim_tui.errors import FileProblem

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

MAX_BYTES: Final = 4_000_000
_MAX_PIXELS: Final = 16_000_000
_PRINTED: Final = (900, 400)
"""Pixels at most: twice what a printer shows in the box a logo has."""


def decoded(data: bytes) -> Picture:
    """The picture in ``data``, on white, no larger than it is printed.

    Raises :class:`FileProblem` for what is no PNG or JPEG, is damaged, or would take too much memory.
    """
    if len(data) > MAX_BYTES:
        raise FileProblem(f"it is larger than {MAX_BYTES // 1_000_000} MB", "Save it smaller.")
    try:
        with _opened(data) as image:
            if image.width * image.height > _MAX_PIXELS:
                raise FileProblem(f"it has {image.width} x {image.height} pixels", "Save it smaller.")
            return _pixels(image)
    except (
        *(OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError),
        *(MemoryError, struct.error, zlib.error),
    ) as error:
        raise FileProblem("it is damaged", "Save it anew as PNG.") from error


def _opened(data: bytes) -> ImageFile:
    """The picture by its first bytes, of which only the head is read.

    Pillow's own ``open`` would warn of large ones on the terminal before they can be refused.
    """
    from PIL.JpegImagePlugin import JpegImageFile
    from PIL.PngImagePlugin import PngImageFile

    for magic, kind in ((b"\x89PNG\r\n\x1a\n", PngImageFile), (b"\xff\xd8\xff", JpegImageFile)):
        if data.startswith(magic):
            return kind(BytesIO(data))
    raise FileProblem("it is no PNG or JPEG picture", "Save it as PNG.")


def _pixels(image: Image) -> Picture:
    from PIL import Image as images

    image.draft("RGB", _PRINTED)  # a JPEG is decoded small at once
    image.thumbnail(_PRINTED)
    paper = images.new("RGB", image.size, "white")
    coloured = image.convert("RGBA")
    paper.paste(coloured, mask=coloured)
    return Picture(paper.tobytes(), paper.width, paper.height)
