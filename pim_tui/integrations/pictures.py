"""Reading picture files: always in a child process with limits, never in the program itself.

One child serves many pictures, which an import brings, and is replaced when a picture was too much for
it; it leaves by itself when nothing comes for a minute. All calls wait, at most :data:`PATIENCE` seconds,
and must not run on the event loop.
"""

from __future__ import annotations

import atexit
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..errors import FileProblem
from ..paths import import_folders
from . import picture_child
from .picture_child import CONTAIN, COVER, DONE, HEAD, IDLE_SECONDS, PHOTO, PIXELS

PATIENCE: Final = 20.0
"""Seconds on the clock after which a child is ended; it has ten of the processor's at most."""
MOST: Final = 20 << 20
"""Bytes of a picture file."""
SIDE: Final = 1024
"""Pixels of the longer side of a photo as it is kept."""
_LARGEST_ANSWER: Final = 4 << 20
_WHY: Final = {
    b"pixels": (
        f"The picture has more than {PIXELS // 1_000_000} million pixels.",
        "Make it smaller first.",
    ),
    b"memory": ("The picture needs too much memory to be read.", "Make it smaller first."),
    b"kind": ("It is not a picture that can be read.", "A photo is a JPEG, PNG or WebP file."),
    b"damaged": ("The picture is damaged or not complete.", "Copy it again, or take another one."),
}
_TOO_MUCH: Final = ("The picture could not be read.", "Open and save it in another program, or take another.")


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small picture: ``rgb`` has three bytes for each pixel, line by line from the top."""

    width: int
    height: int
    rgb: bytes


def photo(data: bytes) -> bytes:
    """A picture file as it is kept: a JPEG of at most :data:`SIDE` pixels with nothing in it but pixels.

    Raises :class:`FileProblem` with the reason when it cannot be read or is too large.
    """
    made = _asked(PHOTO, SIDE, SIDE, data)[2]
    if not made.startswith(b"\xff\xd8\xff"):
        raise FileProblem(*_TOO_MUCH)
    return made


def thumbnail(data: bytes, width: int, height: int, *, whole: bool = False) -> Thumbnail:
    """A picture file in ``width`` x ``height`` pixels, cut to fill them; ``whole``: as large as fits.

    Raises as :func:`photo`.
    """
    wide, high, rgb = _asked(CONTAIN if whole else COVER, width, height, data)
    if len(rgb) != wide * high * 3 or wide > width or high > height:
        raise FileProblem(*_TOO_MUCH)
    return Thumbnail(wide, high, rgb)


def _asked(wanted: bytes, width: int, height: int, data: bytes) -> tuple[int, int, bytes]:
    if len(data) > MOST:
        raise FileProblem(f"The picture is larger than {MOST >> 20} MB.", "Make it smaller first.")
    verdict, wide, high, told = _CHILD.asked(HEAD.pack(wanted, width, height, len(data)) + data)
    if verdict != DONE:
        raise FileProblem(*_WHY.get(told, _TOO_MUCH))
    return wide, high, told


class _Child:
    """The child that runs, if one does; one picture at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._used = 0.0

    def asked(self, job: bytes) -> tuple[bytes, int, int, bytes]:
        """The child's answer; without one, :class:`FileProblem`, and the next picture gets a new child."""
        with self._lock:
            process = self._running()
            guard = threading.Timer(PATIENCE, process.kill)
            guard.daemon = True
            guard.start()
            try:
                return _answer(process, job)
            except BaseException:
                self._end()
                raise
            finally:
                guard.cancel()

    def _running(self) -> subprocess.Popen[bytes]:
        before, self._used = self._used, time.monotonic()
        # One that waited long may be leaving at this moment.
        if (
            self._process is None
            or self._used - before > IDLE_SECONDS / 2
            or self._process.poll() is not None
        ):
            self._end()
            self._process = subprocess.Popen(
                [sys.executable, "-I", str(Path(picture_child.__file__)), *import_folders()],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                start_new_session=True,
            )
        return self._process

    def close(self) -> None:
        """End the child, if one runs."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


def _answer(process: subprocess.Popen[bytes], job: bytes) -> tuple[bytes, int, int, bytes]:
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(job)
        process.stdin.flush()
        verdict, wide, high, length = HEAD.unpack(process.stdout.read(HEAD.size).ljust(HEAD.size, b"\0"))
        told = process.stdout.read(min(length, _LARGEST_ANSWER))
    except BrokenPipeError:
        raise FileProblem(*_TOO_MUCH) from None
    if verdict == b"\0" or len(told) != length:
        raise FileProblem(*_TOO_MUCH)
    return verdict, wide, high, told


_CHILD: Final = _Child()
atexit.register(_CHILD.close)
