"""A private folder beside the book for copies under way: gone at the end, or with the next one when its
process was killed.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import Refused
from ..paths import private_folder

PREFIX = ".pim-copies-"
"""How the name of such a folder begins."""


@contextmanager
def workroom(place: Path) -> Iterator[Path]:
    """An empty folder beside the book at ``place``; one at a time. Raises :class:`Refused` while another
    process is at it.
    """
    private_folder(place.parent)
    lock = os.open(f"{place}.copies", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                "Another backup or restore of this book is under way.", "Wait until it is done."
            ) from None
        for left in place.parent.glob(f"{PREFIX}*"):
            shutil.rmtree(left, ignore_errors=True)
        room = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place.parent))
        try:
            yield room
        finally:
            shutil.rmtree(room, ignore_errors=True)
    finally:
        os.close(lock)
