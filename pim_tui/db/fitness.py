"""Whether a database file may be trusted to this machine, looked at before it is opened."""

from __future__ import annotations

import os
from pathlib import Path

from peewee import sqlite3 as sqlite3  # type: ignore[attr-defined]  # the newest it found; no type tells of it

from ..errors import Gate, StoreReadOnly, StoreUnfit
from .disk import mount_of

SAFE_SQLITE = (3, 51, 3)
"""Earlier versions can damage a WAL file that several processes share (sqlite.org/wal.html#walresetbug)."""

HALF_RESTORED = ".restoring"
"""What the file is called, behind the book's name, that says how a restore goes on."""

NETWORK_FILE_SYSTEMS = ("nfs", "cifs", "smb", "9p", "fuse.", "lustre", "ceph", "gluster", "afs", "beegfs")


def require_fit_library(version: tuple[int, ...]) -> None:
    """Refuse a SQLite with the WAL fault."""
    if version < SAFE_SQLITE:
        found = ".".join(map(str, version))
        raise StoreUnfit(
            f"This machine's SQLite {found} can damage a book that several people have open.",
            "Install the pysqlite3 package (pip install pysqlite3).",
            gate=Gate.LIBRARY,
        )


def require_fit_file(file: Path, *, create: bool) -> None:
    """Refuse what cannot be a book: a missing or empty file, a folder, a network file system."""
    if file.is_dir():
        raise StoreUnfit(f"{file} is a folder, not a database file.", "Name a file inside it.")
    kind = file_system_of(file)
    if kind.startswith(NETWORK_FILE_SYSTEMS):
        raise StoreUnfit(
            f"{file} is on a network file system ({kind}), where a shared book gets damaged.",
            "Keep it on a local disk and reach it over SSH.",
            gate=Gate.NETWORK,
        )
    if create:
        return
    require_none_half_restored(file)
    try:
        size = file.stat().st_size
    except FileNotFoundError:
        raise StoreUnfit(
            f"There is no clinic's book at {file}.",
            "Run pim-tui init to make one, or pim-tui --demo to look around.",
        ) from None
    except OSError as error:
        raise StoreReadOnly(f"{file}: {error.strerror}.", "Check the folder's permissions.") from error
    if size == 0:
        raise StoreUnfit(
            f"{file} is empty.", "Restore a backup, or delete it and run pim-tui init.", gate=Gate.EMPTY
        )
    if not os.access(file, os.R_OK | os.W_OK) or not os.access(file.parent, os.W_OK):
        raise StoreReadOnly(
            f"{file} cannot be written to.", "Check the permissions of the file and of its folder."
        )


def require_none_half_restored(file: Path) -> None:
    """Refuse a book that a restore was about to replace."""
    if file.with_name(file.name + HALF_RESTORED).exists():
        raise StoreUnfit(f"A restore of {file} broke off.", "Finish it: pim-tui restore --go-on")


def file_system_of(file: Path) -> str:
    """The type of the file system that holds ``file``; empty where the system does not tell."""
    return mount_of(file.parent).kind
