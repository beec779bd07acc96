"""Opening a file that somebody names: only ordinary ones, and without waiting."""

from __future__ import annotations

import codecs
import errno
import io
import os
import stat
from abc import abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Self

from ..domain.text import visible
from ..errors import FileProblem

LARGEST = 4 << 30
"""Bytes; a larger file is hardly a list of people."""
CHUNK = 1 << 16
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""The marks that tell an encoding, each before those it is the beginning of."""


class Opened:
    """What has a file open: closed where its ``with`` ends, whatever happened in it."""

    @abstractmethod
    def close(self) -> None:
        """Close the file."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def opened_file(path: Path, kind: str = "CSV file") -> io.BufferedReader:
    """The file at ``path``, if it is an ordinary one; never waits, as opening a pipe would.

    Follows no link: one may have been put there since the file was chosen.

    Raises :class:`FileProblem`; ``kind`` is what the file should have been.
    """
    name = visible(str(path))
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except FileNotFoundError:
        raise FileProblem(f"There is no file {name}.", "Check the path.") from None
    except PermissionError:
        raise FileProblem(f"You may not read {name}.", "Ask its owner, or copy it.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "this is no path"
        if isinstance(error, OSError) and error.errno == errno.ELOOP:
            reason = "it is a link to another file"
        raise FileProblem(f"{name} cannot be opened: {reason}.", "Check the path.") from None
    try:
        _require_file(os.fstat(descriptor), name, kind)
    except FileProblem:
        os.close(descriptor)
        raise
    return io.BufferedReader(io.FileIO(descriptor), CHUNK)


def _require_file(found: os.stat_result, name: str, kind: str) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise FileProblem(f"{name} is a folder, not a {kind}.", "Name a file in it.")
    if not stat.S_ISREG(found.st_mode):
        raise FileProblem(f"{name} is a pipe or a device, not a file.", "Save it to a file first.")
    if found.st_size == 0:
        raise FileProblem(f"{name} is empty.", "Export it again.")
    if found.st_size > LARGEST:
        raise FileProblem(f"{name} is larger than {LARGEST >> 30} GB.", "Split it into several files.")
