"""The disk that something lies on: what a person calls it, what kind it is, and how much room it has left.

A full disk stops everybody at once, so what is big and can wait is refused while little is left: bookings
and bills go on for as long as there is any room at all.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, NamedTuple

from ..errors import StoreFull

LITTLE: Final = 200 << 20
"""Bytes below which imports and exports are refused and whoever starts the program is told."""

_MOUNTS: Final = Path("/proc/self/mountinfo")


class Mount(NamedTuple):
    """Where a disk is mounted, and the type of its file system; empty where the system does not tell."""

    point: str
    kind: str


def mount_of(path: Path, mounts: Path = _MOUNTS) -> Mount:
    """The disk that ``path`` is on. Format of ``mountinfo``: proc_pid_mountinfo(5)."""
    try:
        lines = mounts.read_text("utf-8", "replace").splitlines()
    except OSError:
        return Mount("", "")
    target = os.path.realpath(path)
    best = Mount("", "")
    for line in lines:
        before, _, after = line.partition(" - ")
        point = before.split()[4].encode().decode("unicode_escape")
        inside = target == point or target.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best.point):
            best = Mount(point, after.split()[0])
    return best


def room_left(path: Path) -> int:
    """Bytes that may still be written where ``path`` is or will be; -1 where nobody can tell."""
    for folder in (path, *path.parents):
        try:
            found = os.statvfs(folder)
        except FileNotFoundError:
            continue
        except OSError:
            return -1
        return found.f_bavail * found.f_frsize
    return -1


def require_room(path: Path, what: str, needed: int = 0, *, beside: Path | None = None) -> None:
    """Raise :class:`StoreFull` when the disk of ``path`` has not `LITTLE` left and ``needed`` bytes besides.

    ``what`` begins the sentence: ``An import``. With ``beside`` only where both are on one disk.
    """
    left = room_left(path)
    if not 0 <= left < LITTLE + needed or (beside and mount_of(path) != mount_of(beside)):
        return
    raise StoreFull(
        f"{what} needs more room than there is: the {disk_of(path)} has {left >> 20} MB left.",
        f"Free {(LITTLE + needed - left >> 20) + 1} MB there, then try again.",
    )


def little_left(path: Path) -> str:
    """A sentence for whoever starts the program when little room is left, or nothing."""
    left = room_left(path)
    if not 0 <= left < LITTLE:
        return ""
    return (
        f"The {disk_of(path)} has only {left >> 20} MB left. Imports and exports are refused until there is"
        " more, and a backup for which that is too little; when it is full nothing can be saved."
    )


def disk_of(path: Path | None) -> str:
    """What a person calls the disk that ``path`` is on: ``disk at /srv``."""
    point = mount_of(path).point if path else ""
    return f"disk at {point}" if point else "disk"


def megabytes(size: int) -> str:
    """``size`` bytes for a person, never less than they are: ``3 MB``."""
    return f"{max(1, -(-size >> 20)):,} MB"


def to_disk(path: Path) -> None:
    """Wait until the file, or the folder's list of names, would survive a power cut; nobody has it open."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
