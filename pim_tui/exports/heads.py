"""The file of journal heads: lines that are only ever added, and read again when the book is checked."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from ..domain.heads import Head, read_heads
from ..errors import FileProblem

LARGEST = 64 << 20
"""Bytes of a file that is read: centuries of quarters of an hour."""


def last_of(path: Path) -> Head | None:
    """The last head in the file; None where there is none yet. Raises as :func:`heads_in`."""
    found = deque(heads_in(path), 1) if path.exists() else ()
    return found[0] if found else None


def add_head(path: Path, head: Head) -> None:
    """Add a line and bring it to the disk. Raises :class:`FileProblem`; no link is followed."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags, 0o600)
        try:
            os.write(descriptor, f"{head.line()}\n".encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise _problem(path, error) from error


def heads_in(path: Path) -> Iterator[Head]:
    """The heads in the file. Raises :class:`FileProblem`, and Invalid for a line that is none."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST)
    except OSError as error:
        raise _problem(path, error) from error
    return read_heads(data.decode("ascii", "replace").splitlines())


def _problem(path: Path, error: OSError) -> FileProblem:
    return FileProblem(
        f"{path} cannot be used: {error.strerror or error}.", "See the setting journal_head, and who owns it."
    )
