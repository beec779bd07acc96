"""The process that decodes pictures. Whatever a picture file does, it does it here, where it can do little.

Started by its file, with the folders to import from, it knows nothing of the program: only the standard
library and Pillow. Jobs come in on stdin and answers go out on stdout, each a head and then bytes; see
:data:`HEAD`. An error that is not foreseen ends the process, which is an answer as well.
"""

from __future__ import annotations

import io
import resource
import signal
import struct
import sys
import warnings
from typing import Any

HEAD = struct.Struct(">cHHI")
"""Of a job: what is wanted, width, height in pixels, and how many bytes of the file follow.

Of an answer: ``+`` with width, height and the bytes of the result, or ``-`` with a word for why not.
"""
PHOTO, COVER, CONTAIN = b"p", b"c", b"f"
"""A JPEG of at most the size; RGB bytes of exactly the size, cut to it; RGB bytes of at most the size."""
DONE, REFUSED = b"+", b"-"

MEMORY = 700 << 20
CPU_SECONDS = 10
IDLE_SECONDS = 60
PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 85
ORIENTATION = 0x0112


class Unfit(Exception):
    """The picture is refused; the word tells why."""


def main() -> None:
    """Answer jobs until there are no more, or none comes for a minute."""
    sys.path[:] = sys.argv[1:]
    confine()
    signal.alarm(IDLE_SECONDS)
    while len(head := sys.stdin.buffer.read(HEAD.size)) == HEAD.size:
        wanted, width, height, length = HEAD.unpack(head)
        data = sys.stdin.buffer.read(length)
        signal.alarm(0)
        allow_cpu()
        try:
            answer = (DONE, *result(wanted, width, height, data))
        except Unfit as why:
            answer = (REFUSED, 0, 0, str(why).encode())
        verdict, width, height, told = answer
        sys.stdout.buffer.write(HEAD.pack(verdict, width, height, len(told)) + told)
        sys.stdout.buffer.flush()
        signal.alarm(IDLE_SECONDS)


def confine() -> None:
    """Little memory, no file ever written, hardly any opened, no process started, no image of a crash."""
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 24),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))


def allow_cpu() -> None:
    """Some seconds more than were used so far; then the system ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + 1 + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def result(wanted: bytes, width: int, height: int, data: bytes) -> tuple[int, int, bytes]:
    """Width, height and bytes of what is wanted. Raises :class:`Unfit`."""
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            picture = decoded(opened, width, height)
        return shaped(picture, wanted, width, height)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Unfit("pixels") from None
    except MemoryError:
        raise Unfit("memory") from None
    except UnidentifiedImageError:
        raise Unfit("kind") from None
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, IndexError, KeyError, TypeError):
        raise Unfit("damaged") from None


def decoded(opened: Any, width: int, height: int) -> Any:
    """The first frame upright, in RGB, not much larger than wanted: large pictures are read smaller."""
    turned, most = TURNS.get(orientation(opened)), max(width, height)
    opened.draft("RGB", (most, most))
    opened.load()
    picture = in_rgb(opened)
    if (times := min(picture.size) // (2 * most)) > 1:
        picture = picture.reduce(times)
    return picture.transpose(turned) if turned is not None else picture


TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}
"""Pillow's transpositions by the EXIF orientation of the camera."""


def orientation(opened: Any) -> int:
    """How the camera was held; upright where the file says nothing that can be read."""
    try:
        return int(opened.getexif().get(ORIENTATION, 1))
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, IndexError, KeyError, TypeError):
        return 1


def in_rgb(picture: Any) -> Any:
    """Any mode as RGB; what is transparent becomes white, 16 bits a colour become 8."""
    from PIL import Image

    if picture.mode == "F" or picture.mode.startswith("I"):
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    if "transparency" in picture.info or picture.mode in ("RGBA", "LA", "PA", "RGBa", "La"):
        picture = picture.convert("RGBA")
        sheet = Image.new("RGB", picture.size, (255, 255, 255))
        sheet.paste(picture, mask=picture.getchannel("A"))
        return sheet
    return picture.convert("RGB")


def shaped(picture: Any, wanted: bytes, width: int, height: int) -> tuple[int, int, bytes]:
    """The result's size and bytes: nothing of the file but its pixels."""
    from PIL import Image, ImageOps

    lanczos = Image.Resampling.LANCZOS
    if wanted == COVER:
        small = ImageOps.fit(picture, (width, height), lanczos, centering=(0.5, 0.3))
        return width, height, small.tobytes()
    picture.thumbnail((width, height), lanczos)
    if wanted == CONTAIN:
        return picture.width, picture.height, picture.tobytes()
    bare, file = Image.new("RGB", picture.size), io.BytesIO()
    bare.paste(picture)
    bare.save(file, "JPEG", quality=QUALITY)
    return picture.width, picture.height, file.getvalue()


if __name__ == "__main__":
    main()
